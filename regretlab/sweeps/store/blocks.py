"""One block of a store: written with its mark last, checked, read."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regretlab.errors import BrokenFile, InvalidInput
from regretlab.sweeps.store.layout import MARKS, Layout
from regretlab.sweeps.store.lock import working
from regretlab.sweeps.store.writing import put, sync_folders
from regretlab.sweeps.store.zarr3 import decode, encode


@dataclass(frozen=True)
class Writer:
    """Writes blocks into a store that is open, from any thread or process on its file system.

    Small enough to be sent along with every task. InvalidInput once the store is closed, or its
    owner is dead and another process has resumed it.
    """

    root: Path
    layout: Layout
    token: str

    def write(self, k: int, arrays: Mapping[str, Any]) -> None:
        """Write block k, shape by variable as `layout.shape(name, k)`, whole or not at all.

        A finished block is left as it is; InvalidInput if the values differ from it, or do not fit
        without loss; BrokenFile if the disk is full or refuses.
        """
        chunks = {n: encode(padded(self.layout, n, k, v)) for n, v in whole(self.layout, arrays)}
        mark = mark_of(k, {n: hashlib.sha256(c).hexdigest() for n, c in chunks.items()})
        try:
            with working(self.root, self.token):
                if (there := read_mark(self.root, k)) is not None:
                    if there != mark:
                        raise InvalidInput(f"block {k} of {self.root} is finished: not with these.")
                    return
                for name, chunk in chunks.items():
                    put(self.root, self.layout.key(name, k), chunk)
                sync_folders(self.root / name for name in chunks)
                put(self.root, mark_key(k), mark)
                sync_folders([self.root / MARKS])
        except OSError as error:
            raise cannot_write(self.root, error) from None


def whole(layout: Layout, arrays: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The arrays in the order of the layout; InvalidInput unless there is one for every variable."""
    if odd := set(arrays) ^ set(layout.variables):
        name = min(odd)
        what = "is missing in the block" if name in layout.variables else "is no variable"
        raise InvalidInput(f"{name} {what}: the variables are {', '.join(layout.variables)}.")
    return [(name, arrays[name]) for name in layout.variables]


def padded(layout: Layout, name: str, k: int, values: Any) -> np.ndarray:
    """A variable's part of block k as a whole chunk, which the last ones of a dimension fill up."""
    given, shape, dtype = np.asarray(values), layout.shape(name, k), layout.dtype(name)
    if given.shape != shape:
        raise InvalidInput(f"{name} has shape {given.shape} in block {k}: it must have {shape}.")
    strings = given.dtype.kind in "UTO" and all(isinstance(v, str) for v in given.flat)
    if not (strings if dtype.kind == "O" else np.can_cast(given.dtype, dtype, "safe")):
        what = f"{name} holds {given.dtype} in block {k}"
        raise InvalidInput(f"{what}, which does not fit into {dtype}: convert it.")
    out = np.full(layout.lengths(name), layout.fill(name), dtype)
    out[tuple(slice(0, n) for n in shape)] = given
    return out


def mark_key(k: int) -> str:
    """The file of block k's mark."""
    return f"{MARKS}/{k}.json"


def mark_of(k: int, digests: Mapping[str, str]) -> bytes:
    """The mark of block k: the SHA-256 of the bytes of each variable's chunk."""
    return (json.dumps({"block": k, "sha256": dict(digests)}, indent=1) + "\n").encode()


def read_mark(root: Path, k: int) -> bytes | None:
    """The mark of block k, or None if the block is not finished."""
    try:
        return (root / mark_key(k)).read_bytes()
    except FileNotFoundError:
        return None


def is_sound(root: Path, layout: Layout, k: int) -> bool:
    """Is the mark, byte for byte, the one of the chunks that are there?

    Files that may not be read are no damage: OSError, lest they be computed again for nothing.
    """
    digests = {}
    try:
        for name in layout.variables:
            with (root / layout.key(name, k)).open("rb") as file:
                digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return read_mark(root, k) == mark_of(k, digests)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno == errno.EIO:  # a bad sector
            return False
        raise


def read_block(root: Path, layout: Layout, k: int) -> dict[str, np.ndarray]:
    """A finished block by variable; BrokenFile if it is damaged."""
    if read_mark(root, k) is None:
        raise InvalidInput(f"block {k} of {root} is not finished: compute it first.")
    try:
        sound = is_sound(root, layout, k)
        stored = {n: (root / layout.key(n, k)).read_bytes() for n in layout.variables if sound}
    except OSError as error:
        what = f"block {k} of {root} cannot be read ({error.strerror or error})"
        raise BrokenFile(f"{what}: set its permissions.") from None
    if not sound:
        why = "its SHA-256 does not match"
        raise BrokenFile(f"block {k} of {root} is damaged ({why}): resume the sweep.")
    out = {}
    for name, chunk in stored.items():
        cells = decode(chunk, layout.dtype(name), layout.lengths(name))
        out[name] = cells[tuple(slice(0, n) for n in layout.shape(name, k))].copy()
    return out


def cannot_write(path: Path, error: OSError) -> BrokenFile:
    """What is said when the disk refuses."""
    why, remedy = error.strerror or error, "make room or set its permissions, then resume"
    return BrokenFile(f"{path} cannot be written ({why}): {remedy}; finished blocks are kept.")
