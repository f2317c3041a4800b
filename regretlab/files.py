"""Datasets as netCDF files: written whole or not at all, and checked against damage when read."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regretlab.errors import BrokenFile

if TYPE_CHECKING:
    import xarray


def digest(data: xarray.Dataset) -> str:
    """SHA-256 of the numbers and the settings, against damage."""
    h = hashlib.sha256()
    for name in sorted(map(str, data.variables)):
        values = np.ascontiguousarray(data[name].values)
        h.update(f"{name}{values.dtype.str}{values.shape}".encode() + values.tobytes())
    for name in sorted(k for k in data.attrs if k != "sha256"):
        h.update(f"{name}={np.atleast_1d(data.attrs[name]).tolist()}".encode())
    return h.hexdigest()


def save(data: xarray.Dataset, path: str | Path) -> Path:
    """Write a Dataset as one netCDF file, whole or not at all, with its digest."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        data.assign_attrs(sha256=digest(data)).to_netcdf(temporary, engine="h5netcdf")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise BrokenFile(
            f"{path} cannot be written ({error.strerror or error}): choose another place."
        ) from None
    return path


def load_dataset(path: str | Path, wanted: str) -> xarray.Dataset:
    """Read a Dataset that `save` wrote; BrokenFile says what is wrong with it."""
    import xarray

    path = Path(path)
    if not path.is_file():
        raise BrokenFile(f"{path} is not there: give the path of a .nc file that regretlab saved.")
    try:
        with xarray.open_dataset(path, engine="h5netcdf") as opened:
            data = opened.load()
        whole = digest(data) == data.attrs.get("sha256")
    except Exception:
        raise BrokenFile(
            f"{path} is damaged or not netCDF: save it again with regretlab."
        ) from None
    if data.attrs.get("format") != wanted:
        raise BrokenFile(
            f"{path} is a foreign netCDF file, not a '{wanted}': give one that regretlab saved."
        )
    if not whole:
        raise BrokenFile(f"{path} is damaged (its SHA-256 does not match): play it again.")
    del data.attrs["sha256"]
    return data


def writable_folder(folder: Path, file: Path | None = None) -> None:
    """Make the folder, or say that it cannot be written, before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BrokenFile(
            f"{folder} cannot be made ({error.strerror}): choose another place."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BrokenFile(f"{folder} cannot be written (permission denied): choose another place.")
    if file is not None and (file.is_dir() or (file.exists() and not os.access(file, os.W_OK))):
        raise BrokenFile(f"{file} cannot be written (a folder, or protected): choose another name.")
