"""A polytope, or any polyhedron, by its inequalities and equations."""

from __future__ import annotations

from functools import cached_property
from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import array
from regretlab.sets.cones import Cones, nonnegative, stacked
from regretlab.sets.planes import refuse_other_columns
from regretlab.sets.solved import Solved


class Polytope(Solved):
    """{x in R^d : A x <= b, E x = f}, A of shape (m, d) and E of shape (k, d); E = 0 is no equation.

    The triangle x + y <= 1, x >= 0, y >= 0 is written `polytope:A=1:1;-1:0;0:-1,b=1;0;0`.
    Projections, in any metric, are found by a dual method of active sets, and linear minima from a
    vertex of HiGHS on; up to d = 14 (8 in the metric of a matrix) in exact arithmetic, rounded once.
    Plays on it run in plain Python.
    """

    source = "Goldfarb & Idnani (1983); Huangfu & Hall (2018), HiGHS"
    A: np.ndarray = array(2, "inequalities", "A", default=((1.0,), (-1.0,)))
    b: np.ndarray = array(1, "their right-hand sides", "b", default=1.0)
    E: np.ndarray = array(2, "equations", "E", default=0.0)
    f: np.ndarray = array(1, "their right-hand sides", "f", default=0.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        for rows, right, name in ((self.A, self.b, "b"), (self.E, self.f, "f")):
            if len(right) not in (1, len(rows)):
                raise InvalidInput(
                    f"{name} has {len(right)} entries and there are {len(rows)} rows."
                )
        d = self.A.shape[1]
        if self.E.shape[1] != d and (np.any(self.E) or self.E.shape[1] != 1):
            raise InvalidInput(f"E has {self.E.shape[1]} columns and A has {d}: give as many.")
        self.program  # noqa: B018 - raises if the set is empty

    def conic(self) -> Cones:
        """As a cone program."""
        parts = [nonnegative(self.A, np.broadcast_to(self.b, len(self.A)))]
        if np.any(self.E) or np.any(self.f):
            E = np.broadcast_to(self.E, (len(self.E), self.A.shape[1]))  # of a 0 for no equation
            parts.append(Cones(E, np.broadcast_to(self.f, len(E)), (("zero", len(E)),)))
        return stacked(self.A.shape[1], parts)

    @property
    def in_python(self) -> str:
        return f"a {self.name} is projected by a solver"

    def project(self, y, w):
        return np.array(y) if self.violation(y) == 0.0 else self.program.nearest(y, w)

    def project_in(self, y, metric):
        return np.array(y) if self.violation(y) == 0.0 else self.program.nearest_in(y, metric)

    @property
    def dimension(self) -> int:
        return self.A.shape[1]

    def fit(self, d: int) -> Self:
        refuse_other_columns(self, d)
        return self

    @cached_property
    def _box(self) -> tuple[np.ndarray, np.ndarray]:
        """Outwards by what a minimum may have been missed by."""
        ends = []
        for sign in (1.0, -1.0):
            found = [self.program.least(sign * e) for e in np.eye(self.A.shape[1])]
            ends.append([sign * np.inf * -1.0 if x is None else x[i] - sign * far
                         for i, (x, far) in enumerate(found)])  # fmt: skip
        return np.array(ends[0]), np.array(ends[1])

    def violation(self, x: np.ndarray) -> float:
        """The largest excess in units of its row's length; below 1e-9 of its terms it is rounding."""
        over = self.A @ x - self.b
        size = np.abs(self.A) @ np.abs(x) + np.abs(self.b)
        far = np.where(
            over > 1e-9 * size, over / np.maximum(np.linalg.norm(self.A, axis=1), 1e-300), 0.0
        )
        if not np.any(self.E):
            return float(max(far.max(), 0.0))
        off = np.abs(self.E @ x - self.f)
        size = np.abs(self.E) @ np.abs(x) + np.abs(self.f)
        missed = np.where(
            off > 1e-9 * size, off / np.maximum(np.linalg.norm(self.E, axis=1), 1e-300), 0.0
        )
        return float(max(far.max(), missed.max(), 0.0))
