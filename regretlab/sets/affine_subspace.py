"""An affine subspace."""

from __future__ import annotations

from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.matrices import solve
from regretlab.parameters import array
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.planes import refuse_other_columns, without_minimum
from regretlab.sets.waterfilling import scales

REFINED = (
    12  # times: the steps stay in the span of W^-1 A^T, so that only the residual has to vanish
)


class AffineSubspace(FeasibleSet):
    """{x in R^d : A x = b}, A of shape (k, d) and b of shape (k,).

    Its projection in the metric of the weights w = sqrt(V), W = diag(w), is
    y - W^-1 A^T (A W^-1 A^T)^+ (A y - b). Rows of A that depend on others are left out.
    """

    shape = "vector"
    source = "Boyd & Vandenberghe (2004), section 8.1"
    A: np.ndarray = array(2, "rows", "A", default=((1.0,),))
    b: np.ndarray = array(1, "right-hand sides", "b", default=0.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.b) not in (1, len(self.A)):
            raise InvalidInput(
                f"b has {len(self.b)} entries and A {len(self.A)} rows: give {len(self.A)}, or one."
            )
        b = np.broadcast_to(self.b, len(self.A))
        point = np.linalg.lstsq(self.A, b, rcond=None)[0]
        size = np.abs(self.A) @ np.abs(point) + np.abs(b)
        off = self.A @ point - b
        if (np.abs(off) > 1e-9 * size).any():  # off is orthogonal to the columns of A, and not to b
            shown = np.array2string(off / np.abs(off).max(), precision=4, threshold=6)
            what = f"A x = b has no solution: the rows of A, weighted by {shown}, sum to 0 and b does not"
            raise InvalidInput(f"{what}; the set is empty, drop a row.")

    def project(self, y, w):
        return onto(y, scales(w), self.A, self.b)

    def project_in(self, y, metric):
        return onto_in(y, metric, self.A, self.b)

    @property
    def dimension(self) -> int:
        return self.A.shape[1]

    def fit(self, d: int) -> Self:
        refuse_other_columns(self, d)
        kept = independent(self.A)
        return self.but(A=self.A[kept], b=np.array(np.broadcast_to(self.b, len(self.A)))[kept])

    def conic(self) -> Cones:
        return Cones(self.A, self.b, (("zero", len(self.A)),))

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """Its point nearest to 0, if c is a combination of the rows of A."""
        lam = np.linalg.lstsq(self.A.T, c, rcond=None)[0]
        lam = lam + np.linalg.lstsq(self.A.T, c - self.A.T @ lam, rcond=None)[0]
        size = np.abs(c) + np.abs(self.A.T) @ np.abs(lam)
        if (np.abs(c - self.A.T @ lam) > len(c) * 2.0**-49 * size).any():
            raise without_minimum(self, c)
        return np.linalg.lstsq(self.A, self.b, rcond=None)[0]

    def diameter(self) -> float:
        return 0.0 if len(self.A) == self.A.shape[1] else np.inf

    def violation(self, x: np.ndarray) -> float:
        """The largest residual in units of its row's length, 0 where it is rounding."""
        off, size = np.abs(self.A @ x - self.b), np.abs(self.A) @ np.abs(x) + np.abs(self.b)
        far = off / np.linalg.norm(self.A, axis=1)
        return float(np.where(off > 2.0**-44 * size, far, 0.0).max())

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """A coordinate is fixed where its axis is a combination of the rows."""
        d = self.A.shape[1]
        point = np.linalg.lstsq(self.A, self.b, rcond=None)[0]
        free = np.linalg.norm(np.eye(d) - np.linalg.pinv(self.A) @ self.A, axis=1) > 1e-9
        return np.where(free, -np.inf, point), np.where(free, np.inf, point)


def onto(y, scale, A, b):
    """y - S A^T (A S A^T)^-1 (A y - b), S = diag(scale), for independent rows."""
    k, d = A.shape
    gram, z = np.zeros((k, k)), y.copy()
    for p in range(k):
        for q in range(k):
            for i in range(d):
                gram[p, q] += A[p, i] * scale[i] * A[q, i]
    for _ in range(REFINED):
        lam = solve(gram, residual(A, b, z))
        for i in range(d):
            step = 0.0
            for p in range(k):
                step += A[p, i] * lam[p]
            z[i] -= scale[i] * step
    return z


def onto_in(y, metric, A, b):
    """The same in the metric of a positive definite matrix M: M^-1 for S."""
    k, d = A.shape
    gram, back, z = np.zeros((k, k)), np.zeros((k, d)), y.copy()
    for p in range(k):
        back[p] = solve(metric, A[p].copy())
    for p in range(k):
        for q in range(k):
            for i in range(d):
                gram[p, q] += A[p, i] * back[q, i]
    for _ in range(REFINED):
        lam = solve(gram, residual(A, b, z))
        for i in range(d):
            for p in range(k):
                z[i] -= lam[p] * back[p, i]
    return z


def residual(A, b, z):
    """A z - b"""
    off = np.empty(len(A))
    for p in range(len(A)):
        off[p] = -b[p]
        for i in range(len(z)):
            off[p] += A[p, i] * z[i]
    return off


def independent(A: np.ndarray) -> list[int]:
    """Rows that span all rows of A, first come, first kept; at least one."""
    kept: list[int] = []
    for i in range(len(A)):
        if np.linalg.matrix_rank(A[[*kept, i]]) > len(kept):
            kept.append(i)
    return kept or [0]
