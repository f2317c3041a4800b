"""Is there room on the disk for what is yet to be written?"""

from __future__ import annotations

import os
from pathlib import Path

from regretlab.errors import BrokenFile
from regretlab.sweeps.store.blocks import cannot_write
from regretlab.sweeps.store.layout import Layout, needed_bytes


def enough_room(path: Path, layout: Layout, blocks: int) -> None:
    """BrokenFile unless so many blocks fit on the disk, by an upper estimate."""
    place = path
    while not place.exists():
        place = place.parent
    try:
        disk = os.statvfs(place)
    except OSError as error:
        raise cannot_write(path, error) from None
    needed = needed_bytes(layout) * blocks // layout.blocks
    free = disk.f_bavail * disk.f_frsize
    if needed > free:
        what = f"{path} needs up to {readable(needed)} and {readable(free)} are free"
        raise BrokenFile(f"{what}: make room, or choose another place.")
    files = blocks * (len(layout.variables) + 1)
    if disk.f_files and files > disk.f_favail:
        what = f"{path} needs {files} files and the disk has room for {disk.f_favail}"
        raise BrokenFile(f"{what}: make room, or larger blocks.")


def readable(size: int) -> str:
    """A number of bytes with a decimal unit."""
    for unit, step in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size} bytes"
