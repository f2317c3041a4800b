"""Polyhedra {z : A z <= b}, some rows being equations: is there a point, the nearest, the least."""

from __future__ import annotations

from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.sets.active_sets import WIDEST, Contradiction, Rows, Whole, climb, nearest_of_rows
from regretlab.sets.cones import Cones, emptiness, remembered
from regretlab.sets.waterfilling import scales

FAR = 2.0**300  # so far along -c that the nearest point is the least one, in integers
NO_END = (
    2.0**120
)  # of the sizes of the rows: a point as far as that comes of a minimum that is none
PARALLEL = 2.0**-46  # of |c|, what rounding may make of a sum of multiples of rows
TIGHT = 1e-10  # HiGHS allows no less


class Polyhedron:
    """The rows of a polyhedron, none of them 0 and the equations independent; `owner` has it."""

    def __init__(self, program: Cones, owner: Any) -> None:
        """InvalidInput if it is empty."""
        self.program, self.owner = program, owner
        zero = [kind == "zero" for kind, size in program.cones for _ in range(int(size))]
        order = np.argsort([not z for z in zero], kind="stable")  # equations first
        A, b, n = program.A[order], program.b[order], sum(zero)
        point = np.linalg.lstsq(A[:n], b[:n], rcond=None)[0] if n else np.zeros(A.shape[1])
        off = A[:n] @ point - b[:n]
        size = np.abs(A[:n]) @ np.abs(point) + np.abs(b[:n])
        nothing: np.ndarray = ~np.any(A, axis=1)
        kept, multipliers = [], np.zeros(len(b))
        if (np.abs(off) > 1e-9 * size).any():  # it is orthogonal to the columns, and not to b
            multipliers[order[:n]] = off
        elif len(bad := n + np.flatnonzero(nothing[n:] & (b[n:] < 0))):
            multipliers[order[bad[0]]] = 1.0
        if multipliers.any():
            raise InvalidInput(emptiness(multipliers, program, owner))
        for i in range(n):
            if np.linalg.matrix_rank(A[[*kept, i]]) > len(kept):
                kept.append(i)
        self.places = order[[*kept, *(n + np.flatnonzero(~nothing[n:]))]]
        self.rows = Rows(program.A[self.places], program.b[self.places], len(kept))
        try:
            self.inner_point = self.nearest(np.zeros(A.shape[1]), decided=False)
        except Contradiction as found:
            multipliers[self.places] = found.multipliers
            raise InvalidInput(emptiness(multipliers, program, owner)) from None
        # a length that goes with the numbers of the rows
        own = np.abs(self.rows.b) / np.linalg.norm(self.rows.A, axis=1)
        self.size = max(float(np.abs([*own, *self.inner_point]).max(initial=0.0)), 1e-280)

    def nearest(
        self, y: np.ndarray, w: np.ndarray | None = None, decided: bool = True
    ) -> np.ndarray:
        """The nearest point, in the metric of the weights w."""
        scale = scales(np.ones(len(y)) if w is None else w)
        return nearest_of_rows(self.rows, np.asarray(y, dtype=np.float64), scale, decided)

    def nearest_in(self, y: np.ndarray, metric: np.ndarray) -> np.ndarray:
        """The nearest point, in the metric of a matrix."""
        return nearest_of_rows(self.rows, np.asarray(y, dtype=np.float64), metric)

    @remembered
    def least(self, c: np.ndarray) -> tuple[np.ndarray | None, float]:
        """A point where <c, z> is least, and how far above the minimum it may be; None if there is
        no minimum. In few dimensions it is the one nearest to 0, and exact."""
        c = np.asarray(c, dtype=np.float64)
        size = float(np.abs(c).max(initial=0.0))
        if not size > 0.0:
            return self.inner_point, 0.0
        c = c / 2.0 ** np.floor(np.log2(size))
        point, multipliers = self.vertex(c)
        if len(c) > WIDEST:
            if point is None:
                return None, 0.0
            return point, self.shortfall(c, point, multipliers) * 2.0 ** np.floor(np.log2(size))
        held = list(range(self.rows.equations)) + [
            k for k in range(self.rows.equations, len(multipliers)) if multipliers[k] > 0.0
        ]
        exact = Whole(self.rows, -FAR * c, np.ones(len(c)))
        try:
            held = climb(exact, self.rows, held, True)
        except np.linalg.LinAlgError:
            held = climb(exact, self.rows, [], True)
        z = exact.point(held)
        if np.abs(z).max() <= NO_END * self.size:
            return z, 0.0
        return (point if self.holds(c) else None), 0.0

    def vertex(self, c: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
        """A vertex that HiGHS takes for the least one, and the multipliers of the rows there."""
        from scipy.optimize import linprog

        (A, b, n), nothing = self.rows, np.zeros(len(self.rows.b))
        lengths = np.linalg.norm(A, axis=1)
        A, b = A / lengths[:, None], b / lengths
        unit = float(np.abs(b - A @ self.inner_point).max(initial=0.0)) or 1.0
        room = (b - A @ self.inner_point) / unit
        found: Any = linprog(
            c, A[n:] if len(b) > n else None, room[n:] if len(b) > n else None,
            A[:n] if n else None, 0.0 * room[:n] if n else None, (None, None), method="highs",
            options={"primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT},
        )  # fmt: skip
        if found.status != 0:
            return None, nothing
        multipliers = -np.concatenate([found.eqlin.marginals, found.ineqlin.marginals])
        return self.inner_point + unit * found.x, multipliers / lengths

    def shortfall(self, c: np.ndarray, z: np.ndarray, multipliers: np.ndarray) -> float:
        """<c, z> less the value of the dual: what is left of c, times the box, charged."""
        (A, b, n), m = self.rows, np.array(multipliers)
        m[n:] = np.maximum(m[n:], 0.0)
        rest = c + A.T @ m
        held = m @ (b - A @ z)
        return abs(float(held)) + float(np.abs(rest) @ (np.abs(z) + self.size))

    def holds(self, c: np.ndarray) -> bool:
        """Is -c a sum of rows with multipliers >= 0, but for rounding?"""
        from scipy.optimize import nnls

        A, _, n = self.rows
        if not len(A):
            return False
        A = A / np.linalg.norm(A, axis=1)[:, None]
        _, rest = nnls(np.vstack([A, -A[:n]]).T, -c)
        return float(rest) <= PARALLEL * float(np.linalg.norm(c))
