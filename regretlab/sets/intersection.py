"""The intersection of two sets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import piece
from regretlab.sets.box import Box
from regretlab.sets.cones import Cones, stacked
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.l2_ball import L2Ball
from regretlab.sets.solved import Solved

ROUNDED = 1e-9  # what the solver may miss a set by, of the sizes of the set and the point


class Intersection(Solved):
    """{x : x in F and x in G}; written `intersection/l2-ball:radius=2&box:lo=0`, and nested for more.

    Projections and linear minima are those of the two sets' cone programs, by active sets if both are
    polyhedra and else by an interior-point solver (clarabel) and Newton's steps, so that plays on it run
    in plain Python, and a point may miss a set by some 1e-9. An empty one is refused with the
    certificate of the solver.
    """

    source = "Goulart & Chen (2024), clarabel, for the programs"
    first: FeasibleSet = piece("F", default=L2Ball)
    other: FeasibleSet = piece("G", default=Box)

    def fit(self, d: int) -> Self:
        fitted = self.but(first=self.first.fit(d), other=self.other.fit(d))
        object.__setattr__(fitted, "fitted_to", d)
        fitted.inner_point  # noqa: B018 - raises if the set is empty
        return fitted

    @property
    def dimension(self) -> int | None:
        fitted = getattr(self, "fitted_to", None)
        return fitted or self.first.dimension or self.other.dimension

    @property
    def d_or_refused(self) -> int:
        if (d := self.dimension) is None:
            raise InvalidInput(
                f"{self} has no dimension yet: give it to one of its parts, or play."
            )
        return d

    def conic(self) -> Cones:
        return stacked(self.d_or_refused, [self.first.conic(), self.other.conic()])

    @property
    def euclidean_only(self) -> bool:
        return self.first.euclidean_only or self.other.euclidean_only

    @property
    def in_python(self) -> str:
        return f"an {self.name} is projected by a solver"

    def project(self, y, w):
        return self.nearest_by(np.asarray(y), lambda part: part.nearest(y, w))

    def project_in(self, y, metric):
        return self.nearest_by(np.asarray(y), lambda part: part.nearest_in(y, metric))

    def nearest_by(self, y: np.ndarray, onto: Callable) -> np.ndarray:
        """y itself where it is inside, or the nearest of one part if it is in the other."""
        if self.violation(y) == 0.0:
            return np.array(y)
        for one, two in ((self.first, self.other), (self.other, self.first)):
            z = onto(one)
            if two.violation(z) == 0.0:
                return z
        return onto(self.program)

    def outer_box(self) -> tuple[np.ndarray, np.ndarray]:
        (a, b), (c, d) = self.first.outer_box(), self.other.outer_box()
        return np.maximum(a, c), np.minimum(b, d)

    @cached_property
    def _box(self) -> tuple[np.ndarray, np.ndarray]:
        """Outwards by what a minimum may have been missed by."""
        low, high = (end.copy() for end in self.outer_box())
        for i, e in enumerate(np.eye(self.d_or_refused)):
            x, gap = self.program.least(e)
            if x is not None:
                low[i] = max(low[i], x[i] - gap)
            x, gap = self.program.least(-e)
            if x is not None:
                high[i] = min(high[i], x[i] + gap)
        return low, high

    def diameter2(self) -> float:
        """An upper bound: the least of the two sets' and of the box around it."""
        return min(self.first.diameter2(), self.other.diameter2(), super().diameter2())

    def violation(self, x: np.ndarray) -> float:
        outside = max(self.first.violation(x), self.other.violation(x))
        return (
            outside if outside > ROUNDED * max(self.program.size, float(np.abs(x).max())) else 0.0
        )
