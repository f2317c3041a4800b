"""The capped simplex: shares of a total, none above a cap."""

from __future__ import annotations

import math
from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import real, whole
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.waterfilling import capped

ULP = 2.0**-52  # of a share, which cap and total may be rounded by


class CappedSimplex(FeasibleSet):
    """{x in R^d : 0 <= x_i <= cap, x_1 + ... + x_d = total}.

    With cap = 1 and a whole total k it is the convex hull of the choices of k out of d experts. Its
    projection in the metric of the weights w = sqrt(V) is min(max(y_i - lam / w_i, 0), cap), lam such
    that the sum is right.
    """

    shape = "vector"
    source = "Warmuth & Kuzmin (2008), the capped simplex of k out of d experts"
    total: float = real("(0, inf)", "total", "k", default=1.0)
    cap: float = real("(0, inf)", "largest share", "u", default=0.5)
    d: int = whole("[0, 9e15]", "dimension (0: that of the losses)", "d", default=0)

    def project(self, y, w):
        return capped(y, w, self.total, self.cap)

    def fit(self, d: int) -> Self:
        fitted = self.in_dimension(d)
        if d * self.cap < self.total * (1 - d * ULP):
            what = f"{d} shares of at most cap={self.cap:.15g} never make total={self.total:.15g}"
            raise InvalidInput(f"{what}: the set is empty; give cap >= {self.total / d:.15g}.")
        return fitted

    def conic(self) -> Cones:
        d = self.d
        A = np.vstack([-np.eye(d), np.eye(d), np.ones(d)])
        b = np.concatenate([np.zeros(d), np.full(d, self.cap), [self.total]])
        return Cones(A, b, (("nonnegative", 2 * d), ("zero", 1)))

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """The cheapest entries full, one in part."""
        x, rest = np.zeros(len(c)), self.total
        for i in np.argsort(c, kind="stable"):
            x[i] = min(self.cap, rest)
            rest -= x[i]
            if rest <= 0.0:
                break
        return x

    def diameter(self) -> float:
        """One entry between its least and its largest share."""
        low, high = self.ends()
        return high - low

    def ends(self) -> tuple[float, float]:
        """The least and the largest share that an entry can have."""
        others = (self.d - 1) * self.cap
        return min(max(0.0, self.total - others), self.cap), min(self.cap, self.total)

    def diameter2(self) -> float:
        """Two vertices with as few full entries in common as can be."""
        order = np.arange(self.d, dtype=np.float64)
        return float(np.linalg.norm(self.argmin(order) - self.argmin(-order)))

    def violation(self, x: np.ndarray) -> float:
        miss = abs(math.fsum(x) - self.total)
        off = miss if miss > len(x) * 2.0**-50 * self.total else 0.0
        return float(max(-np.min(x), np.max(x) - self.cap, off, 0.0))

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = self.ends()
        return np.full(self.d, low), np.full(self.d, high)
