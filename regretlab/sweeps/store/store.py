"""A sweep's store: a Zarr group written block by block, which survives being killed at any moment.

What is in it when the sweep is over depends on the layout, the specification and the values alone:
not on time, threads, host, or how often it was stopped and resumed.

    beta1/ beta2/ ...      the coordinates, written before the first block
    drift/ ...             a variable: zarr.json and one chunk a block, c.I.J
    marks/K.json           block K is finished; the SHA-256 of its chunks. The last file of a block
    zarr.json              the metadata, with the specification. The last file of an empty store
    .regretlab-*           while it is being written: the lock (see lock.py), temporary files
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from regretlab.errors import BrokenFile, InvalidInput
from regretlab.sweeps.store.blocks import Writer, cannot_write, is_sound, mark_key, read_block
from regretlab.sweeps.store.layout import MARKS, Layout
from regretlab.sweeps.store.lock import Lock
from regretlab.sweeps.store.recognising import recognise
from regretlab.sweeps.store.room import enough_room
from regretlab.sweeps.store.writing import (
    STAGE,
    clear_stage,
    make_folder,
    make_parents,
    put,
    sync_folders,
)
from regretlab.sweeps.store.zarr3 import documents

if TYPE_CHECKING:
    import xarray

MARK = re.compile(r"(0|[1-9][0-9]*)\.json")
RESUME = "resume it (--resume), or choose another place"


class Store:
    """An open store, which this process owns until `close`; made by `Store.open`.

    `damaged`: the blocks that were finished and are not what their marks say. They are pending again.
    """

    def __init__(self, path: Path, layout: Layout, lock: Lock, damaged: list[int]) -> None:
        self.path, self.layout, self.damaged, self._lock = path, layout, damaged, lock
        self._writer = Writer(path, layout.bare(), lock.token)

    @classmethod
    def open(
        cls, path: str | Path, layout: Layout, spec: Mapping[str, Any], resume: bool = False
    ) -> Self:
        """Make a store, or with `resume` go on with it if there is one.

        `spec` is a JSON document that says what is computed. InvalidInput if the path is taken, no
        store, locked, or a store of something else: the first difference is named. BrokenFile if it
        cannot be written or would not fit on the disk. Nothing is touched then.
        """
        path = Path(path).resolve()
        files = documents(layout, spec)
        taken = path.exists()
        if taken:
            if not resume:
                raise InvalidInput(f"{path} is there already: {RESUME}.")
            recognise(path, layout, spec)
        else:
            enough_room(path, layout, layout.blocks)
        try:
            if not taken:
                make_parents(path)
                path.mkdir()
                sync_folders([path.parent])
            lock = Lock(path)
        except FileExistsError:
            raise InvalidInput(f"{path} is there already: {RESUME}.") from None
        except OSError as error:
            raise cannot_write(path, error) from None
        opened = False
        try:
            recognise(path, layout, spec)  # again: it was not ours until now
            sync_folders([path])  # what is only begun is known by the lock's file
            clear_stage(path)
            if not (path / "zarr.json").exists():
                drop_begun(path, {key.split("/")[0] for key in files})
            make_folder(path / STAGE)
            found = marks(path)
            kept = {k for k in found if k < layout.blocks and is_sound(path, layout, k)}
            enough_room(path, layout, layout.blocks - len(kept))
            write_documents(path, files)
            sweep_out(path, layout, kept)
            damaged = sorted(k for k in found if k not in kept and k < layout.blocks)
            store = cls(path, layout, lock, damaged)
            opened = True
            return store
        except OSError as error:
            raise (error if isinstance(error, BrokenFile) else cannot_write(path, error)) from None
        finally:
            if not opened:  # what is only begun keeps the lock's file, by which it is known
                with contextlib.suppress(OSError, InvalidInput):  # what went wrong first is said
                    lock.release(remove=(path / "zarr.json").exists())

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return self.layout.blocks

    def slices(self, k: int) -> dict[str, slice]:
        """Block k's stretch of each dimension of the grid."""
        return self.layout.slices(k)

    def pending(self) -> list[int]:
        """The blocks that are not finished by now, in order."""
        found = marks(self.path)
        return [k for k in range(self.blocks) if k not in found]

    def writer(self) -> Writer:
        """What writes blocks in another process while this one has the store open."""
        return self._writer

    def write(self, k: int, arrays: Mapping[str, Any]) -> None:
        """Write block k whole (see `Writer.write`); several threads may, each its own blocks."""
        self._writer.write(k, arrays)

    def read(self, k: int) -> dict[str, np.ndarray]:
        """A finished block by variable; BrokenFile if it is damaged."""
        return read_block(self.path, self.layout, k)

    def dataset(self) -> xarray.Dataset:
        """The whole as a Dataset that reads what is asked of it; unfinished cells are NaN.

        Reading starts a thread of zarr's: fork workers before.
        """
        import xarray

        return xarray.open_zarr(self.path, chunks=None, consolidated=True)

    def close(self) -> None:
        """Give the store up: wait for its workers' writing, and leave nothing but the store."""
        try:
            self._lock.release(remove=True)
        except OSError as error:
            raise cannot_write(self.path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def drop_begun(path: Path, wanted: set[str]) -> None:
    """Remove the arrays of another sweep that was killed before its store was one."""
    for folder in [f for f in path.iterdir() if f.is_dir() and f.name not in {*wanted, STAGE}]:
        for name in ("zarr.json", "c.0"):
            (folder / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # if there is more in it, it is none of ours
            folder.rmdir()


def write_documents(path: Path, files: Mapping[str, bytes]) -> None:
    """Write what the metadata and coordinates lack, or what is damaged of it; the root's last."""
    folders = sorted({(path / key).parent for key in files} - {path})
    for folder in folders:
        make_folder(folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(None, f"permission denied for its folder {folder.name}")
    for key, content in files.items():
        if key == "zarr.json":
            sync_folders([*folders, path])
        try:
            same = (path / key).read_bytes() == content
        except FileNotFoundError:
            same = False
        if not same:
            put(path, key, content)
    sync_folders([path])


def marks(path: Path) -> set[int]:
    """The blocks that have a mark."""
    files = (path / MARKS).iterdir() if (path / MARKS).is_dir() else []
    return {int(found[1]) for file in files if (found := MARK.fullmatch(file.name))}


def sweep_out(path: Path, layout: Layout, kept: set[int]) -> None:
    """Remove what belongs to no finished block: first the marks, so that no mark is left alone."""
    for k in sorted(marks(path) - kept):
        (path / mark_key(k)).unlink()
    sync_folders([path / MARKS])
    keys = layout.keys()
    for name in layout.variables:
        for file in list((path / name).iterdir()):
            key = f"{name}/{file.name}"
            if file.name.startswith("c.") and keys.get(key) not in kept:
                file.unlink()
