"""Datasets as netCDF files: written whole or not at all, and checked against damage when read.

After the netCDF image comes a line with its SHA-256, which netCDF and HDF5 pass over. It is checked
before the image is opened, since HDF5 may hang or crash on a damaged one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from regretlab.errors import BrokenFile

if TYPE_CHECKING:
    import xarray

SEAL = re.compile(rb"\nregretlab sha256 ([0-9a-f]{64})\n\Z")
SEAL_LENGTH = 83


def save(data: xarray.Dataset, path: str | Path) -> Path:
    """Write a Dataset as one netCDF file, whole or not at all, with its digest."""
    image = bytes(data.to_netcdf(engine="h5netcdf"))
    seal = f"\nregretlab sha256 {hashlib.sha256(image).hexdigest()}\n".encode()
    return write_whole(path, image + seal)


def write_whole(path: str | Path, content: bytes) -> Path:
    """Write a file, whole or not at all; BrokenFile if it cannot be."""
    path = Path(path)
    part = path.parent / f".regretlab-{os.getpid()}-{threading.get_ident()}.part"
    try:
        with part.open("wb") as file:
            file.write(content)
        part.replace(path)
    except OSError as error:
        why = error.strerror or error
        raise BrokenFile(f"{path} cannot be written ({why}): choose another place.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def load_dataset(path: str | Path, wanted: str) -> xarray.Dataset:
    """Read a Dataset that `save` wrote; BrokenFile says what is wrong with it."""
    import xarray

    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        what = (
            "is not there"
            if isinstance(error, FileNotFoundError)
            else f"cannot be read ({error.strerror})"
        )
        raise BrokenFile(f"{path} {what}: give a .nc file that regretlab saved.") from None
    image, seal = content[:-SEAL_LENGTH], SEAL.match(content[-SEAL_LENGTH:])
    if seal is None:
        what = "is no file of regretlab's, or is damaged (it does not end in its SHA-256)"
        raise BrokenFile(f"{path} {what}: give one that regretlab saved.")
    if seal[1].decode() != hashlib.sha256(image).hexdigest():
        raise BrokenFile(f"{path} is damaged (its SHA-256 does not match): play it again.")
    with xarray.open_dataset(io.BytesIO(image), engine="h5netcdf") as opened:
        data = opened.load()
    if data.attrs.get("format") != wanted:
        what = f"holds a '{data.attrs.get('format')}', not a '{wanted}'"
        raise BrokenFile(f"{path} {what}: give one that holds a play.")
    return data


def writable_folder(folder: Path, file: Path | None = None) -> None:
    """Make the folder, or say that it cannot be written, before anything is computed."""
    place = file or folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(None, "permission denied")
        with tempfile.TemporaryFile(dir=folder):
            pass
        if file is not None and len(file.name.encode()) > os.pathconf(folder, "PC_NAME_MAX"):
            raise OSError(None, "its name is too long")
    except OSError as error:
        why = error.strerror or error
        raise BrokenFile(f"{place} cannot be written ({why}): choose another place.") from None
    if file is not None and (file.is_dir() or (file.exists() and not os.access(file, os.W_OK))):
        what = "cannot be written (a folder, or protected)"
        raise BrokenFile(f"{file} {what}: choose another name.")
