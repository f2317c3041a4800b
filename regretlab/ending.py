"""How a command ends: in one line on standard error, and with a status that scripts can rely on.

0 done, whatever the verdict; 1 a certificate was refused; 2 bad input; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from regretlab.errors import Interrupted, RegretlabError
from regretlab.game import on_main_thread


def status_of(command: Callable[[], Any]) -> int:
    """Run a command and return its exit status; errors are one line."""
    try:
        status = command() or 0
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except typer.TyperException as error:
        said = " ".join(error.format_message().split()).rstrip(".")
        complain(f"{said}: see 'regretlab --help', or --help after a command.")
    except RegretlabError as error:
        complain(str(error))
    except (typer.Abort, KeyboardInterrupt) as stopped:
        complain(str(stopped) or "interrupted; nothing was saved.")
        return 130
    except SystemExit:  # how typer says that the reader of a pipe has gone: nobody is left to tell
        return 0
    except OSError as error:
        if error.errno == errno.EPIPE:
            return 0
        complain(f"standard output cannot be written ({error.strerror}): make room, or use --out.")
    return 2


def leave(status: int) -> None:
    """End the process; what could not be written has been complained of, and is dropped."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def complain(message: str) -> None:
    """One line on standard error, if there is one."""
    if sys.stderr is not None:
        print(f"regretlab: {message}", file=sys.stderr)


@contextlib.contextmanager
def keeping_its_message() -> Iterator[None]:
    """Turn Ctrl-C into its line and exit status 130, before typer sees it and drops the line."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        said = str(stopped) or "interrupted before the first round"
        complain(said + ("." if " is in " in said or "saved" in said else "; nothing was saved."))
        raise typer.Exit(130) from None


def interrupted_late(saved: Path | None) -> Interrupted:
    """Ctrl-C when every round had been played."""
    where = f"; what was played is in {saved}" if saved else ""
    return Interrupted(f"interrupted after the last round{where}")


@contextlib.contextmanager
def undisturbed(ended: str) -> Iterator[None]:
    """After Ctrl-C, let what was played be saved and printed though the key is pressed again."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ended and on_main_thread() else None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
