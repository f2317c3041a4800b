"""Data sets for finite sums: `read(path)` gives (A, b). One file a format, found by its presence."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from regretlab.data import bundled
from regretlab.data.labels import signed
from regretlab.data.scaling import scaled
from regretlab.errors import InvalidInput, nearest

__all__ = ["read", "scaled", "signed"]


def read(
    path: str | Path, format: str | None = None, rows: int | None = None, **options: Any
) -> tuple[np.ndarray, np.ndarray]:
    """The samples A of shape (n, p) and the labels b of shape (n,) of a data set, as float64.

    Parameters
    ----------
    path : a file, or the name of a data set that scikit-learn brings: digits, breast_cancer, wine,
        diabetes.
    format : svmlight, csv, idx, cifar or bundled; None goes by the name: .svm, .svmlight, .libsvm;
        .csv, .tsv; ...-ubyte, .idx; ...batch....bin and the folder cifar-10-batches-bin; each also
        with .gz.
    rows : how many to read, the first ones; None is all. The rest is not looked at.
    options : those of the format's own `read`: csv has label, header and delimiter, svmlight width,
        idx labels.

    Raises
    ------
    InvalidInput : an argument breaks a rule.
    BrokenFile : the file cannot be read, or a row of it is not what it should be; the row is named.
    """
    if rows is not None and (not isinstance(rows, (int, np.integer)) or rows < 1):
        raise InvalidInput(f"rows={rows} is not a number of rows: give at least 1, or None.")
    known = readers()
    if format is not None and format not in known:
        raise InvalidInput(f"format={format} is not a known format: {nearest(str(format), known)}")
    if format is None:
        fitting = [name for name, reader in known.items() if reader.reads(str(path))]
        if not fitting:
            near = difflib.get_close_matches(str(path), bundled.NAMES, 1)
            hint = f"did you mean {near[0]!r}, or " if near else ""
            raise InvalidInput(
                f"{path} tells no format by its name: {hint}give format={'|'.join(known)}."
            )
        format = fitting[0]
    takes = list(inspect.signature(known[format].read).parameters)[2:]
    for name in options:
        if name not in takes:
            has = f"it has {', '.join(takes)}." if takes else "it has none."
            raise InvalidInput(f"{name} is not an option of the format {format}: {has}")
    return known[format].read(path, rows, **options)


@cache
def readers() -> dict[str, Any]:
    """The modules of this room that read a format, by name."""
    names = sorted(file.name for file in pkgutil.iter_modules(__path__))
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "reads")}
