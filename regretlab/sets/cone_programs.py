"""Nearest and least points of sets that are known as cone programs, by clarabel and Newton's steps.

A set is {z : b - A (z, r) in K for some r}, r being added coordinates.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.sets.cones import Cones, emptiness, remembered
from regretlab.sets.polishing import polished

EXACT = (1e-13, 1e-10, 1e-8)  # of which the first that can be met; Newton's steps do the rest
FAR = 30.0  # sizes of the set, from which on a point counts as far from it
DONE = ("Solved", "AlmostSolved", "InsufficientProgress")


class Empty(Exception):
    """No point is in the cone program: `multipliers` are the certificate."""

    def __init__(self, multipliers: np.ndarray) -> None:
        super().__init__("the constraints contradict one another")
        self.multipliers = multipliers


class ConeProgram:
    """`owner` in d dimensions, `reach` being a bound on its coordinates, where one is known."""

    def __init__(self, program: Cones, d: int, owner: Any, reach: float = np.inf) -> None:
        """InvalidInput if it is empty."""
        self.program, self.d, self.owner, self.reach = program, d, owner, reach
        self.size = float(np.abs(program.b).max(initial=0.0)) or 1.0
        if np.isfinite(reach) and reach > 0.0:
            self.size = min(self.size, reach)
        self.inner_point = np.zeros(d)
        try:
            self.inner_point, _ = self.found(np.eye(d), np.zeros(d), np.zeros(d), self.size)
        except Empty as empty:
            raise InvalidInput(emptiness(empty.multipliers, program, owner)) from None

    def nearest(self, y: np.ndarray, w: np.ndarray) -> np.ndarray:
        """The nearest point in the metric of the weights w."""
        least = 1e-24 * max(float(np.max(w)), 1e-280)
        return self.nearest_in(y, np.diag(np.maximum(w, least)))

    def nearest_in(self, y: np.ndarray, metric: np.ndarray) -> np.ndarray:
        """argmin of (z - y)^T M (z - y), in units in which M is the identity and the program of size
        1: those of the set for points far from it, of the distance for others."""
        L = np.linalg.cholesky(metric / np.abs(metric).max())
        back = np.linalg.inv(L).T  # z = center + unit back u, so that the objective is |u - u(y)|^2
        away = float(np.linalg.norm(L.T @ (y - self.inner_point)))
        around = self.size * float(np.linalg.norm(L))
        ways = [(self.inner_point, around), (y, away), (self.inner_point, away)]
        first: np.ndarray | None = None
        why: Exception | None = None
        for center, unit in ways if away > FAR * around else [*ways[1:], ways[0]]:
            try:
                z, sure = self.found(back, y, center, unit or 1.0)
                nearer = float(np.linalg.norm(L.T @ (z - y)))
                if center is y and 0.0 < nearer < away / FAR:  # again, in its own units
                    z, sure = self.found(back, y, y, nearer)
            except (InvalidInput, Empty) as error:
                why = error
                continue
            if sure:
                return z
            first = z if first is None else first
        if first is not None:
            return first
        shown = np.array2string(y, threshold=6)
        what = f"the nearest point of {self.owner} to {shown} is not found ({why})"
        raise InvalidInput(f"{what}: scale it to sizes around 1.") from why

    def found(
        self, back: np.ndarray, y: np.ndarray, center: np.ndarray, unit: float
    ) -> tuple[np.ndarray, bool]:
        """The nearest point, sought in the coordinates u of z = center + unit back u, and are its
        digits good?"""
        d, n = self.d, self.program.A.shape[1]
        inner = np.linalg.solve(back, (y - center) / unit)
        own = self.moved(back, center, unit)
        P, q = np.zeros((n, n)), np.zeros(n)
        weight = 1.0 / max(1.0, float(np.abs(inner).max(initial=0.0)))
        P[:d, :d], q[:d] = weight * np.eye(d), -weight * inner
        u, m, _ = solved(P, q, own, self.owner)
        u, m, sure = polished(P, q, own, u, m)
        return center + unit * (back @ u[:d]), sure

    def moved(self, back: np.ndarray, center: np.ndarray, unit: float) -> Cones:
        """The program in the coordinates of z = center + unit back u and r = unit r'."""
        A, b = self.program.A.copy(), (self.program.b - self.program.A[:, : self.d] @ center) / unit
        A[:, : self.d] = A[:, : self.d] @ back
        return Cones(A, b, self.program.cones)

    @remembered
    def least(self, c: np.ndarray) -> tuple[np.ndarray | None, float]:
        """A point where <c, z> is least, and how far from the minimum that may be, by the dual's value;
        None if there is no minimum."""
        c = np.asarray(c, dtype=np.float64)
        size = float(np.abs(c).max(initial=0.0))
        if not size > 0.0:
            return self.inner_point, 0.0
        own = self.moved(np.eye(self.d), self.inner_point, self.size)
        n = own.A.shape[1]
        q = np.zeros(n)
        q[: self.d] = c / size
        try:
            v, m, bounded = solved(np.zeros((n, n)), q, own, self.owner)
        except Empty:
            raise InvalidInput(
                f"{self.owner} cannot be solved for: scale it to sizes around 1."
            ) from None
        if not bounded:
            return None, 0.0
        v, m, _ = polished(np.zeros((n, n)), q, own, v, m)
        rest = np.abs(q + own.A.T @ m).sum()
        reach = self.reach / self.size if np.isfinite(self.reach) else 2.0 * float(np.abs(v).max())
        gap = abs(float(q @ v + own.b @ m)) + float(rest) * max(reach, float(np.abs(v).max()))
        gap += 2.0**-50 * float(
            np.abs(q) @ np.abs(v) + np.abs(own.b) @ np.abs(m)
        )  # its own rounding
        return self.inner_point + self.size * v[: self.d], size * self.size * gap


def solved(P: np.ndarray, q: np.ndarray, cones: Cones, owner: Any) -> tuple[Any, Any, bool]:
    """argmin of z^T P z / 2 + <q, z>, the multipliers, and is there one? Empty says that no z is in."""
    from scipy import sparse

    clarabel: Any = importlib.import_module("clarabel")  # which has no types
    kinds = {
        "zero": clarabel.ZeroConeT,
        "nonnegative": clarabel.NonnegativeConeT,
        "second-order": clarabel.SecondOrderConeT,
        "power": clarabel.PowerConeT,
    }
    listed = [kinds[k](size if k == "power" else int(size)) for k, size in cones.cones]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    A, upper = sparse.csc_matrix(cones.A), sparse.triu(sparse.csc_matrix(P), format="csc")
    status = ""
    for settings.tol_gap_rel in EXACT:
        settings.tol_feas = settings.tol_gap_abs = settings.tol_gap_rel
        solution = clarabel.DefaultSolver(upper, q, A, cones.b, listed, settings).solve()
        status = str(solution.status)
        if "PrimalInfeasible" in status:
            raise Empty(np.array(solution.z))
        if status in DONE or "DualInfeasible" in status:
            return np.array(solution.x), np.array(solution.z), status in DONE
    raise InvalidInput(f"{owner} cannot be solved for ({status}): scale it to sizes around 1.")
