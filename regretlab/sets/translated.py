"""A set moved by a vector."""

from __future__ import annotations

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import array, piece
from regretlab.sets.around import Around
from regretlab.sets.box import Box
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.l2_ball import L2Ball


class Translated(Around):
    """{x + by : x in F}; written `translated:by=1;2/l2-ball`. A moved box is a box."""

    source = "Proj(y) = by + Proj_F(y - by)"
    set: FeasibleSet = piece("the set that is moved", default=L2Ball)
    by: np.ndarray = array(1, "by what it is moved", "v", default=0.0)

    def project(self, y, w):
        return self.inner.project(y=y - self.by, w=w) + self.by

    def project_in(self, y, metric):
        return self.inner.project_in(y=y - self.by, metric=metric) + self.by

    @property
    def dimension(self) -> int | None:
        return self.set.dimension or (len(self.by) if len(self.by) > 1 else None)

    def fit(self, d: int) -> FeasibleSet:  # type: ignore[override]
        if len(self.by) not in (1, d):
            given = len(self.by)
            raise InvalidInput(
                f"by has {given} coordinates and the losses d={d}: give {d}, or one."
            )
        inside, by = self.set.fit(d), np.array(np.broadcast_to(self.by, d))
        if inside.is_box:
            low, high = inside.bounds()
            return Box(low + by, high + by)
        if inside.shape != "vector":
            raise InvalidInput(
                f"{inside.name} is no box and projects coordinate by coordinate: not moved."
            )
        return self.but(set=inside, by=by)

    def conic(self) -> Cones:
        A, b, cones = self.set.conic()
        return Cones(A, b + A[:, : len(self.by)] @ self.by, cones)

    def argmin(self, c: np.ndarray) -> np.ndarray:
        return self.set.argmin(c) + self.by

    def shortfall(self, c: np.ndarray) -> float:
        return self.set.shortfall(c)

    def diameter(self) -> float:
        return self.set.diameter()

    def diameter2(self) -> float:
        return self.set.diameter2()

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        return self.set.sample(rng) + self.by

    def violation(self, x: np.ndarray) -> float:
        """What rounding of x - by may have made is not counted."""
        outside = self.set.violation(x - self.by)
        return outside if outside > 2.0**-48 * float(np.abs(self.by).max()) else 0.0

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = self.set.bounds()
        return low + self.by, high + self.by
