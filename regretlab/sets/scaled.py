"""A set scaled by a factor."""

from __future__ import annotations

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import piece, real
from regretlab.sets.around import Around
from regretlab.sets.box import Box
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.l2_ball import L2Ball


class Scaled(Around):
    """{factor x : x in F}, factor not 0; written `scaled:factor=-2/simplex`. A scaled box is a box."""

    source = "Proj(y) = factor Proj_F(y / factor)"
    set: FeasibleSet = piece("the set that is scaled", default=L2Ball)
    factor: float = real(doc="factor", symbol="k", default=1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.factor == 0:
            raise InvalidInput("factor=0 makes a point of any set: give another factor.")

    def project(self, y, w):
        return self.inner.project(y=y / self.factor, w=w) * self.factor

    def project_in(self, y, metric):
        return self.inner.project_in(y=y / self.factor, metric=metric) * self.factor

    @property
    def dimension(self) -> int | None:
        return self.set.dimension

    def fit(self, d: int) -> FeasibleSet:  # type: ignore[override]
        inside = self.set.fit(d)
        if inside.is_box:
            ends = [end * self.factor for end in inside.bounds()]
            return Box(np.minimum(*ends), np.maximum(*ends))
        if inside.shape != "vector":
            raise InvalidInput(
                f"{inside.name} is no box and projects coordinate by coordinate: not scaled."
            )
        return self.but(set=inside)

    def conic(self) -> Cones:
        A, b, cones = self.set.conic()
        A = A.copy()
        A[:, : self.dimension] /= self.factor
        return Cones(A, b, cones)

    def argmin(self, c: np.ndarray) -> np.ndarray:
        return self.factor * self.set.argmin(np.asarray(c) * np.sign(self.factor))

    def shortfall(self, c: np.ndarray) -> float:
        return abs(self.factor) * self.set.shortfall(np.asarray(c) * np.sign(self.factor))

    def diameter(self) -> float:
        return abs(self.factor) * self.set.diameter()

    def diameter2(self) -> float:
        return abs(self.factor) * self.set.diameter2()

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        return self.factor * self.set.sample(rng)

    def violation(self, x: np.ndarray) -> float:
        return abs(self.factor) * self.set.violation(x / self.factor)

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = (end * self.factor for end in self.set.bounds())
        return np.minimum(low, high), np.maximum(low, high)
