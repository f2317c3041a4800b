"""The binary version of CIFAR-10: rows of a label and 32 x 32 pixels in three colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from regretlab.data.reading import nothing_in, opened
from regretlab.errors import BrokenFile

PIXELS, CLASSES = 3072, 10


def reads(name: str) -> bool:
    file = Path(name.lower().removesuffix(".gz")).name
    return file == "cifar-10-batches-bin" or (file.endswith(".bin") and "batch" in file)


def read(path: str | Path, rows: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(A, b) of one file, gzip or not, or of the files data_batch_1.bin, ... of a folder, in order.

    A row is a byte for the class, 0 to 9, and 3,072 for the pixels, 0 to 255: 1,024 of red, of green
    and of blue, each row by row (https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version").
    """
    files = sorted(Path(path).glob("data_batch_*.bin*")) if Path(path).is_dir() else [Path(path)]
    found: list[np.ndarray] = []
    for file in files:
        left = None if rows is None else rows - sum(map(len, found))
        if left == 0:
            break
        found.append(batch(file, left))
    if not found:
        raise nothing_in(path)
    whole = np.concatenate(found)
    return whole[:, 1:].astype(np.float64), whole[:, 0].astype(np.float64)


def batch(path: Path, rows: int | None) -> np.ndarray:
    """The rows of one file, shape (n, 3073), uint8; no more than `rows` are read."""
    size = 1 + PIXELS
    with opened(path) as file:
        content = file.read() if rows is None else file.read(rows * size)
    whole, rest = divmod(len(content), size)
    if rest:
        raise BrokenFile(
            f"{path}, row {whole + 1}: {rest} bytes of {size}; give the whole binary version of CIFAR-10."
        )
    if not whole:
        raise nothing_in(path)
    found = np.frombuffer(content, np.uint8).reshape(whole, size)
    bad = found[:, 0] >= CLASSES
    if bad.any():
        k = int(np.argmax(bad))
        raise BrokenFile(
            f"{path}, row {k + 1}: class {found[k, 0]} is not in 0, ..., 9; mend or drop the row."
        )
    return found
