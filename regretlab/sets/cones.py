"""Sets as cone programs: what has no closed form is left to a convex solver (clarabel).

A set is {z : b - A (z, r) in K for some r}, K a product of cones; r are the coordinates that are
added to say it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

SHOWN = 6  # entries of a certificate


class Cones(NamedTuple):
    """`cones` are pairs (kind, size): zero, nonnegative, second-order; or (power, exponent) of size 3."""

    A: np.ndarray  # (m, d + r)
    b: np.ndarray  # (m,)
    cones: tuple[tuple[str, float], ...]

    @property
    def flat(self) -> bool:
        """Is it a polyhedron?"""
        return all(kind in ("zero", "nonnegative") for kind, _ in self.cones)

    def padded(self, d: int, before: int, after: int) -> np.ndarray:
        """A with columns for other added coordinates around its own."""
        m = len(self.A)
        own = self.A[:, :d], np.zeros((m, before)), self.A[:, d:], np.zeros((m, after))
        return np.hstack(own)


def nonnegative(A: np.ndarray, b: np.ndarray) -> Cones:
    """{z : A z <= b}"""
    return Cones(A, b, (("nonnegative", len(b)),))


def box(low: np.ndarray, high: np.ndarray) -> Cones:
    """{z : low <= z <= high}, ends that are infinite left out."""
    unit, upper, lower = np.eye(len(low)), np.isfinite(high), np.isfinite(low)
    return nonnegative(
        np.vstack([unit[upper], -unit[lower]]), np.concatenate([high[upper], -low[lower]])
    )


def stacked(d: int, parts: list[Cones]) -> Cones:
    """The intersection."""
    added = [part.A.shape[1] - d for part in parts]
    rows = [part.padded(d, sum(added[:k]), sum(added[k + 1 :])) for k, part in enumerate(parts)]
    cones = tuple(cone for part in parts for cone in part.cones)
    return Cones(np.vstack(rows), np.concatenate([part.b for part in parts]), cones)


def emptiness(z: np.ndarray, cones: Cones, owner: Any) -> str:
    """z in the dual cone with A^T z = 0 and <b, z> < 0: no point can be in the set."""
    z = z / np.abs(z).max()
    z[np.abs(z) < 1e-9] = 0.0
    shown = np.array2string(z, precision=4, threshold=SHOWN, suppress_small=True)
    what = f"{owner} is empty: its constraints, weighted by {shown}, sum to 0 <= {cones.b @ z:.4g}"
    return f"{what}; loosen one that has a weight."


def remembered(least: Callable) -> Callable:
    """`least(self, c)`, whose last answer is kept: its point and its gap are asked for one by one."""

    @wraps(least)
    def asked(self: Any, c: np.ndarray) -> tuple[np.ndarray | None, float]:
        key = np.asarray(c, dtype=np.float64).tobytes()
        known, x, gap = vars(self).get("answered", (None, None, 0.0))
        if known != key:
            x, gap = least(self, c)
            self.answered = (key, x, gap)
        return None if x is None else np.array(x), gap

    return asked
