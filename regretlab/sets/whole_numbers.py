"""Linear equations of doubles without rounding: doubles are whole numbers over a power of 2."""

from __future__ import annotations

from typing import Any

import numpy as np


def integers(values: np.ndarray) -> tuple[Any, int]:
    """Nested lists of whole numbers and the e with values = them / 2^e, exactly."""
    parts = [v.as_integer_ratio() for v in values.ravel().tolist()]
    e = max((q.bit_length() for _, q in parts), default=1) - 1
    flat = [p << (e + 1 - q.bit_length()) for p, q in parts]
    if values.ndim == 1:
        return flat, e
    n = values.shape[1]
    return [flat[k * n : (k + 1) * n] for k in range(len(values))], e


def dot(a: list[int], b: list[int]) -> int:
    """<a, b>"""
    return sum(map(int.__mul__, a, b))


def reduced(rows: list[list[int]]) -> int:
    """The first n columns of n rows turned, in place, into det times the identity; det, or 0.

    Bareiss (1968): every division leaves no rest. No row is exchanged for another, so that the matrix
    must be definite, or det is given as 0.
    """
    before = 1
    for k, above in enumerate(rows):
        pivot = above[k]
        if pivot == 0:
            return 0
        for i, row in enumerate(rows):
            if i != k:
                lead = row[k]
                rows[i] = [
                    (pivot * v - lead * a) // before for v, a in zip(row, above, strict=True)
                ]
        before = pivot
    return before


def cramer(G: list[list[int]], right: list[int]) -> tuple[list[int], int]:
    """x and det > 0 with G x = det right, for a positive semidefinite G; LinAlgError if det is 0."""
    rows = [[*row, b] for row, b in zip(G, right, strict=True)]
    det = reduced(rows)
    if det == 0:
        raise np.linalg.LinAlgError("the rows depend on one another")
    return [row[-1] for row in rows], det


def adjugate(M: list[list[int]]) -> list[list[int]]:
    """det M^-1, for a positive definite M."""
    n = len(M)
    rows = [[*row, *(int(i == k) for k in range(n))] for i, row in enumerate(M)]
    if reduced(rows) == 0:
        raise np.linalg.LinAlgError("the matrix is singular")
    return [row[n:] for row in rows]
