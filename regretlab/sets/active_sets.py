"""The nearest point of a polyhedron, by a dual method of active sets.

The problem is min (z - y)^T M (z - y) over A z <= b, the first rows of A being equations. From the
nearest point of the equations on, a violated row is taken up at a time and rows whose multiplier would
become negative are given up (Goldfarb & Idnani 1983). It runs in floating point, and then, in few
dimensions, once more from the rows found, in integers: a weight of 1e-10 beside one of 1 leaves doubles
with no digit of the light coordinate, and doubles are integers over a power of 2.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from regretlab.sets.whole_numbers import adjugate, cramer, dot, integers

ULPS = 2.0**-48  # of its terms, by which a row may be missed
ROUNDED = 2.0**-36  # of its terms, by which rows may contradict one another
WIDEST, WIDEST_IN_A_MATRIX = 14, 8  # coordinates in which integers are quick
DEPENDENT = 1e-11


class Rows(NamedTuple):
    """{z : A z = b in the first `equations` rows, A z <= b in the others}"""

    A: np.ndarray
    b: np.ndarray
    equations: int = 0

    def excess(self, z: np.ndarray) -> np.ndarray:
        """By how much of the sizes of its terms every row is missed, 0 or above."""
        off = self.A @ z - self.b
        off[: self.equations] = np.abs(off[: self.equations])
        size = np.abs(self.A) @ np.abs(z) + np.abs(self.b)
        return np.maximum(off, 0.0) / np.maximum(size, 1e-300)


class Contradiction(Exception):
    """Rows with multipliers >= 0 (of any sign for equations) that sum to 0 <= a negative number."""

    def __init__(self, multipliers: np.ndarray) -> None:
        super().__init__("the rows contradict one another")
        self.multipliers = multipliers


class Rounded:
    """The steps in floating point, in coordinates u in which the metric is the identity."""

    def __init__(self, rows: Rows, y: np.ndarray, back: np.ndarray) -> None:
        self.rows, self.y, self.back = rows, y, back  # z = y + back u
        N = rows.A @ back
        self.norms = np.maximum(np.sqrt(np.square(N).sum(axis=1)), 1e-300)
        self.N, self.h = N / self.norms[:, None], (rows.b - rows.A @ y) / self.norms

    def solve(self, held: list[int]) -> list[float]:
        """The multipliers of the nearest point of the rows held, as equations; it is kept."""
        u, lam = np.zeros(len(self.y)), np.zeros(len(held))
        if held:
            N = self.N[held]
            Q, R = np.linalg.qr(N.T)
            for _ in range(2):
                step = np.linalg.solve(R.T, self.h[held] - N @ u)
                u += Q @ step
            lam = -np.linalg.solve(R, Q.T @ u)
        self.u = u
        return lam.tolist()

    def excess(self, k: int) -> float:
        return float(self.N[k] @ self.u - self.h[k])

    def missed(self, k: int) -> float:
        """The excess of row k in units of its terms."""
        size = float(np.abs(self.N[k]) @ np.abs(self.u)) + abs(self.h[k])
        return self.excess(k) / max(size, 1e-300)

    def toward(self, held: list[int], k: int) -> tuple[list[float], float]:
        """How fast the multipliers and the excess of row k fall as its own multiplier rises."""
        n = self.N[k]
        if not held:
            return [], 1.0
        Q, R = np.linalg.qr(self.N[held].T)
        part = Q.T @ n
        rest = n - Q @ part
        rest -= Q @ (Q.T @ rest)
        size = float(np.sqrt(rest @ rest))
        shares = np.linalg.solve(R, part)
        shares[np.abs(shares) < 1e-13] = 0.0
        return shares.tolist(), size * size if size > DEPENDENT else 0.0

    def point(self, held: list[int]) -> np.ndarray:
        """z, the rows held met again, since z is rounded to the size of y."""
        z = self.y + self.back @ self.u
        if held:
            Q, R = np.linalg.qr(self.N[held].T)
            for _ in range(4):
                off = (self.rows.A[held] @ z - self.rows.b[held]) / self.norms[held]
                z = z - self.back @ (Q @ np.linalg.solve(R.T, off))
        return z


class Whole:
    """The same in integers: A, b, y and the inverse of the metric, each over a power of 2."""

    def __init__(self, rows: Rows, y: np.ndarray, scale: np.ndarray) -> None:
        self.d = len(y)
        self.A, a = integers(rows.A)
        both, self.shift = integers(np.concatenate([y, rows.b]))
        self.y, self.b = both[: self.d], [v << a for v in both[self.d :]]
        if scale.ndim == 1:
            S = integers(scale)[0]
            self.SA = [[s * v for s, v in zip(S, row, strict=True)] for row in self.A]
        else:
            S = adjugate(integers(scale)[0])
            self.SA = [[dot(s, row) for s in S] for row in self.A]
        self.off = [dot(row, self.y) - b for row, b in zip(self.A, self.b, strict=True)]

    def gram(self, p: int, held: list[int]) -> list[int]:
        return [dot(self.A[p], self.SA[q]) for q in held]

    def solve(self, held: list[int]) -> list[Fraction]:
        G = [self.gram(p, held) for p in held]
        lam, self.det = cramer(G, [self.off[p] for p in held])
        steps = [dot(lam, [self.SA[p][i] for p in held]) for i in range(self.d)]
        self.z = [y * self.det - s for y, s in zip(self.y, steps, strict=True)]  # over det 2^shift
        return [Fraction(v, self.det) for v in lam]

    def excess(self, k: int) -> Fraction:
        return Fraction(dot(self.A[k], self.z), self.det) - self.b[k]

    def missed(self, k: int) -> float:
        off = dot(self.A[k], self.z) - self.b[k] * self.det
        size = sum(abs(a * z) for a, z in zip(self.A[k], self.z, strict=True))
        return off / max(size + abs(self.b[k]) * self.det, 1)

    def toward(self, held: list[int], k: int) -> tuple[list[Fraction], Fraction]:
        g = self.gram(k, held)
        shares, det = cramer([self.gram(p, held) for p in held], g)
        fall = Fraction(self.gram(k, [k])[0] * det - dot(g, shares), det)
        return [Fraction(v, det) for v in shares], fall

    def point(self, held: list[int]) -> np.ndarray:
        return np.array([z / (self.det << self.shift) for z in self.z])


def climb(steps: Any, rows: Rows, held: list[int], decided: bool) -> list[int]:
    """The rows that hold the nearest point, from some to start with."""
    n, first = len(rows.b), rows.equations
    if not held:
        held = list(range(first))
    lam = freed(steps, held, first)
    passed: set[int] = set()  # rows that are met but for rounding, whatever is done
    for _ in range(50 * (n + rows.A.shape[1])):
        miss = [0.0 if k in passed or k in held else steps.missed(k) for k in range(n)]
        k = max(range(n), key=miss.__getitem__, default=0)
        if not n or miss[k] <= ULPS:
            break
        over, own = steps.excess(k), 0
        while True:
            shares, fall = steps.toward(held, k)
            ways = [(lam[j] / s, j) for j, s in enumerate(shares) if s > 0 and held[j] >= first]
            way, j = min(ways, default=(None, -1))
            if fall > 0 and (way is None or over <= way * fall):
                held.append(k)
                lam = [
                    max(v, 0) if p >= first else v
                    for v, p in zip(steps.solve(held), held, strict=True)
                ]
                break
            if way is None:
                if not decided and miss[k] > ROUNDED:
                    raise contradiction(n, held, shares, k, steps)
                passed.add(k)
                lam = freed(steps, held, first)
                break
            lam = [v - way * s for v, s in zip(lam, shares, strict=True)]
            over, own = over - way * fall, own + way
            del held[j], lam[j]
    return held


def freed(steps: Any, held: list[int], first: int) -> list[Any]:
    """The multipliers of the rows held, those given up, in place, whose own would be negative."""
    while True:
        lam = steps.solve(held)
        worst = min(((v, j) for j, v in enumerate(lam) if held[j] >= first), default=(0, -1))
        if worst[0] >= 0:
            return lam
        del held[worst[1]]


def contradiction(n: int, held: list[int], shares: list, k: int, steps: Any) -> Contradiction:
    """That of row k and the rows held."""
    multipliers = np.zeros(n)
    multipliers[held] = [-float(s) for s in shares]
    multipliers[k] = 1.0
    return Contradiction(multipliers / getattr(steps, "norms", 1.0))


def nearest_of_rows(
    rows: Rows, y: np.ndarray, scale: np.ndarray, decided: bool = True
) -> np.ndarray:
    """The nearest point to y. `scale` is the metric's inverse of shape (d,), or the metric itself of
    shape (d, d). Contradiction if there is none, unless it is `decided` already that there is one:
    what contradicts itself then does by rounding. The equations are independent of one another."""
    one_by_one = scale.ndim == 1
    root = np.diag(np.sqrt(scale)) if one_by_one else np.linalg.inv(np.linalg.cholesky(scale)).T
    quick = Rounded(rows, y, root)
    few = len(y) <= (WIDEST if one_by_one else WIDEST_IN_A_MATRIX)
    try:
        held = climb(quick, rows, [], decided or few)
    except np.linalg.LinAlgError:
        if not few:
            raise
        held = []
    if not few:
        return quick.point(held)
    exact = Whole(rows, y, scale)
    try:
        held = climb(exact, rows, held, decided)
    except np.linalg.LinAlgError:  # dependent rows, found in floating point
        held = climb(exact, rows, [], decided)
    return exact.point(held)
