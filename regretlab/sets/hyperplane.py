"""A hyperplane."""

from __future__ import annotations

from typing import Self

import numpy as np

from regretlab.parameters import array, real
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.planes import (
    along,
    fitted_normal,
    multiple_of,
    plane_ends,
    step_to,
    without_minimum,
)


class Hyperplane(FeasibleSet):
    """{x in R^d : <a, x> = b}; one number as a stands for every coordinate.

    Its projection in the metric of the weights w = sqrt(V) is y_i - lam a_i / w_i with
    lam = (<a, y> - b) / sum_i a_i^2 / w_i. It is not bounded for d > 1.
    """

    shape = "vector"
    source = "Boyd & Vandenberghe (2004), section 8.1"
    a: np.ndarray = array(1, "normal vector", "a", default=1.0)
    b: float = real(doc="offset", symbol="b", default=0.0)

    def project(self, y, w):
        return step_to(y, w, self.a, self.b, -np.inf)

    def project_in(self, y, metric):
        return along(y, metric, self.a, self.b, -np.inf)

    @property
    def dimension(self) -> int | None:
        given = len(self.a)
        return given if given > 1 else None

    def fit(self, d: int) -> Self:
        return self.but(a=fitted_normal(self, d))

    def conic(self) -> Cones:
        return Cones(self.a[None, :], np.array([self.b]), (("zero", 1),))

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """Any point of it, if c is a multiple of a."""
        if multiple_of(self.a, c) is None:
            raise without_minimum(self, c)
        return self.b * self.a / float(self.a @ self.a)

    def diameter(self) -> float:
        return 0.0 if len(self.a) == 1 else np.inf

    def violation(self, x: np.ndarray) -> float:
        """The distance from it, 0 where it is rounding."""
        off = abs(float(self.a @ x) - self.b)
        size = float(np.abs(self.a) @ np.abs(x)) + abs(self.b)
        return off / float(np.linalg.norm(self.a)) if off > 2.0**-48 * size else 0.0

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        below, above = plane_ends(self.a, self.b)
        return np.maximum(below[0], above[0]), np.minimum(below[1], above[1])
