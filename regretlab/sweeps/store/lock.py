"""Who may write a sweep's store: one process at a time, and those that work for it.

The owner holds the kernel's lock (flock) on a file in the store. The kernel lets go of it when the
process dies, however it dies, and keeps it for one that is paused. In the file stands a number of
this ownership's own. A worker in another process holds a shared lock on a second file while it
writes a block, and first compares the number: a new owner changes it under the exclusive lock on
that second file, so that a worker left by a dead owner has either finished its block or never
writes again.

A forked child inherits open files, and with them locks: it closes them at once, or it would keep
the store locked when its parent is dead.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from regretlab.errors import InvalidInput
from regretlab.sweeps.store.writing import clear_stage

OURS = ".regretlab-"  # how the names of what is there for a while begin
OWNER, WORKERS = f"{OURS}lock", f"{OURS}workers"
PATIENCE = 10.0  # seconds to wait for a worker to finish the block that it is writing
FLAGS = os.O_RDWR | os.O_CLOEXEC

guard = threading.Lock()  # held while a file is opened or closed, and while the process forks
held: set[int] = set()


def opened(file: Path, flags: int = FLAGS) -> int:
    """Open a lock's file so that no child keeps it."""
    with guard:
        fd = os.open(file, flags, 0o666)
        held.add(fd)
    return fd


def closed(fd: int) -> None:
    """Let go of the lock and close its file, in this process and for all copies of it."""
    with guard:
        if fd in held:
            held.discard(fd)
            with contextlib.suppress(OSError):
                fcntl.flock(fd, fcntl.LOCK_UN)
            os.close(fd)


def in_child() -> None:
    """After a fork: close the copies, without unlocking what is the parent's."""
    for fd in held:
        with contextlib.suppress(OSError):
            os.close(fd)
    held.clear()
    guard.release()


os.register_at_fork(before=guard.acquire, after_in_parent=guard.release, after_in_child=in_child)


class Lock:
    """The ownership of a store; InvalidInput if another process has it."""

    def __init__(self, root: Path) -> None:
        self.root, self.process = root, os.getpid()
        self.fd = self._own()
        try:
            self.token = secrets.token_hex(16)
            with exclusive(root):
                os.ftruncate(self.fd, 0)
                os.pwrite(self.fd, self.token.encode(), 0)
        except BaseException:
            closed(self.fd)
            raise

    def _own(self) -> int:
        file = self.root / OWNER
        while True:
            fd = opened(file, FLAGS | os.O_CREAT)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Its last owner may have removed the file between our opening and our locking it.
                if file.exists() and os.path.samestat(os.fstat(fd), file.stat()):
                    return fd
            except BlockingIOError:
                closed(fd)
                why = "another process writes to it (or is paused while it does)"
                raise InvalidInput(
                    f"{self.root} is locked, since {why}: let it end, or choose another place."
                ) from None
            except BaseException:
                closed(fd)
                raise
            closed(fd)

    def release(self, *, remove: bool) -> None:
        """Give the store up; with `remove` leave no trace. In a forked child this does nothing."""
        if os.getpid() != self.process or self.fd not in held:
            return
        try:
            if remove:
                with exclusive(self.root):
                    clear_stage(self.root)
                    (self.root / WORKERS).unlink()
                    (self.root / OWNER).unlink()  # the last: from here on another may own it
        finally:
            closed(self.fd)


@contextlib.contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """While no worker writes a block."""
    fd = opened(root / WORKERS, FLAGS | os.O_CREAT)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    why = "a worker of an earlier run is still writing a block"
                    raise InvalidInput(f"{root} is locked, since {why}: end it first.") from None
                time.sleep(0.02)
        yield
    finally:
        closed(fd)


@contextlib.contextmanager
def working(root: Path, token: str) -> Iterator[None]:
    """While a block is written for the owner with that token; InvalidInput if it owns no longer."""
    try:
        fd = opened(root / WORKERS)
    except FileNotFoundError:
        raise gone(root) from None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH)
        try:
            now = (root / OWNER).read_text(encoding="ascii")
        except FileNotFoundError:
            now = ""
        if now != token:
            raise gone(root)
        yield
    finally:
        closed(fd)


def gone(root: Path) -> InvalidInput:
    """What a worker is told whose owner has closed the store or is dead."""
    return InvalidInput(f"{root} is closed, or has another owner by now: resume the sweep.")
