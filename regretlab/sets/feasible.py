"""What every feasible set gives: a projection, a linear minimiser, a diameter, membership."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from regretlab.pieces import Piece


class FeasibleSet(Piece):
    """A convex set F in R^d.

    A subclass defines the projection in the metric of the weights w = sqrt(V),

        project(self, y, w, i)      argmin over z in F of sum_i w_i (z_i - y_i)^2

    one coordinate at a time (it receives what it names), or, with `shape = "vector"`, for whole y
    and w of shape (d,).
    """

    kind: ClassVar[str] = "set"
    shape: ClassVar[str] = "coordinate"
    is_box: ClassVar[bool] = False  # is it all of its `bounds()`?

    def project(self, y, w, i):
        raise NotImplementedError

    def fit(self, d: int) -> Self:
        """This set in d dimensions, or InvalidInput if it has another dimension."""
        raise NotImplementedError

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """A point of F that minimises <c, x>."""
        raise NotImplementedError

    def support(self, c: np.ndarray) -> float:
        """h(c) = max over F of <c, x>."""
        return float(np.dot(c, self.argmin(-np.asarray(c))))

    def diameter(self) -> float:
        """D_infinity = max over x, y in F of max_i |x_i - y_i|."""
        raise NotImplementedError

    def violation(self, x: np.ndarray) -> float:
        """How far the worst coordinate of x lies outside F; 0 inside."""
        raise NotImplementedError

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest box around F: lower and upper ends, each of shape (d,)."""
        raise NotImplementedError
