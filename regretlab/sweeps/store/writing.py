"""Files that are there whole or not at all, and stay there when the power goes.

A file is written to a temporary name, synced, and renamed; then its folder is synced, since the
renaming is the folder's. Whatever changes the disk goes through `os` here, one call a step, so that
a test can stop the process at every one of them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

STAGE = ".regretlab-tmp"  # on the same file system as where the files go, else no renaming
READING = os.O_RDONLY | os.O_CLOEXEC


def put(root: Path, key: str, content: bytes) -> None:
    """Write the file `key` of the store, whole or not at all; its folder is yet to be synced."""
    part = root / STAGE / secrets.token_hex(8)
    try:
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(fd, left) :]
            sync(fd)
        finally:
            os.close(fd)
        part.replace(root / key)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def sync(fd: int) -> None:
    """Bring a file or folder to the disk itself; macOS has a call of its own for that."""
    with contextlib.suppress(OSError):
        if (whole := getattr(fcntl, "F_FULLFSYNC", None)) is not None:
            fcntl.fcntl(fd, whole)
            return
    os.fsync(fd)


def sync_folders(folders: Iterable[Path]) -> None:
    """Bring the names in these folders to the disk."""
    for folder in folders:
        fd = os.open(folder, READING)
        try:
            sync(fd)
        finally:
            os.close(fd)


def make_folder(folder: Path) -> None:
    """Make a folder, unless it is there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir()


def make_parents(path: Path) -> None:
    """Make the folders above a path that are not there, to stay when the power goes."""
    for folder in reversed([p for p in path.parents if not p.exists()]):
        make_folder(folder)
        sync_folders([folder.parent])


def clear_stage(root: Path) -> None:
    """Remove the temporary files that a killed run has left, and their folder."""
    stage = root / STAGE
    with contextlib.suppress(FileNotFoundError):
        for file in list(stage.iterdir()):
            file.unlink(missing_ok=True)
        stage.rmdir()
