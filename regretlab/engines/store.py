"""The kernel cache: generated modules and their machine code, on disk, in the user's own folder.

What lies there will be run, so the folder must belong to the user and be writable by nobody else.
`REGRETLAB_CACHE` names another folder.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import warnings
from functools import cache
from pathlib import Path

import platformdirs


def folder() -> Path:
    """Where kernels are kept."""
    chosen = os.environ.get("REGRETLAB_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("regretlab")) / "kernels"


def objection(path: Path) -> str:
    """Why kernels cannot be kept in a folder, or ''; makes the folder if it is not there."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as error:
        return f"it cannot be made ({error.strerror})"
    if not stat.S_ISDIR(found.st_mode):
        return "it is not a folder"
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        return "it belongs to another user"
    if found.st_mode & 0o022:
        return "others may write to it"
    if not os.access(path, os.W_OK | os.X_OK):
        return "it is read-only"
    try:
        with tempfile.TemporaryFile(dir=path):
            return ""
    except OSError as error:
        return f"it takes no files ({error.strerror})"


def complain(why: str) -> None:
    """One warning for each reason why kernels are not kept."""
    _complain(folder(), why)


@cache
def _complain(path: Path, why: str) -> None:
    message = f"kernel cache {path}: {why}; compiling for this process only"
    remedy = "(set REGRETLAB_CACHE to a folder of your own)"
    warnings.warn(f"{message} {remedy}.", RuntimeWarning, stacklevel=2)


def kept(name: str, text: str) -> Path | None:
    """The file of a generated module, written whole; None, with one warning, if it cannot be.

    Its time stamp is fixed, because Numba compares it: two processes that write the same module at
    once must leave the same stamp.
    """
    place = folder()
    if why := objection(place):
        complain(why)
        return None
    path = place / f"{name}.py"
    with contextlib.suppress(OSError):
        if path.read_bytes() == text.encode() and path.stat().st_mtime == 0:
            return path
    try:
        handle, temporary = tempfile.mkstemp(dir=place, prefix=f"{name}-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            os.utime(temporary, (0, 0))
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        complain(f"it cannot be written ({error.strerror})")
        return None
    return path


def forget(path: Path) -> None:
    """Drop the machine code of a generated module."""
    for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
        stale.unlink(missing_ok=True)


def kernels() -> list[Path]:
    """The generated modules in the cache folder."""
    return sorted(folder().glob("regretlab_kernel_*.py"))


def clear() -> int:
    """Remove every kernel, and nothing else that may lie there, and return how many there were."""
    found = kernels()
    for path in found:
        forget(path)
        path.unlink(missing_ok=True)
    return len(found)
