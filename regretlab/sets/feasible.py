"""What every feasible set gives: a projection, a linear minimiser, a diameter, membership."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.pieces import Piece
from regretlab.receiving import Receiving
from regretlab.sets.cones import Cones
from regretlab.sets.programs import Program, program_of


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

    @property
    def euclidean_only(self) -> bool:
        """Has it no projection in the metric of unequal weights?"""
        return False

    @property
    def in_python(self) -> str:
        """Why plays on it run in plain Python; '' if they need not."""
        return ""

    def project(self, y, w, i):
        raise NotImplementedError

    def fit(self, d: int) -> Self:
        """This set in d dimensions, or InvalidInput if it has another dimension."""
        raise NotImplementedError

    def supports(self, C: np.ndarray) -> np.ndarray:
        """h(c) for every row c of C: shape (n, d) to (n,)."""
        return np.array([self.support(c) for c in C])

    def in_dimension(self, d: int) -> Self:
        """What `fit` does for a set that is told its dimension by a parameter d, 0 for any."""
        if self.d not in (0, d):  # type: ignore[attr-defined]
            raise InvalidInput(f"{self} and the losses have d={d}: leave its d out, or give {d}.")
        return self.but(d=d)

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """A point of F that minimises <c, x>; InvalidInput where <c, x> has no minimum on F."""
        raise NotImplementedError

    def support(self, c: np.ndarray) -> float:
        """h(c) = max over F of <c, x>."""
        return float(np.dot(c, self.argmin(-np.asarray(c))))

    @property
    def by_solver(self) -> bool:
        """Is argmin a solver's, so that it has a shortfall?"""
        return False

    def shortfall(self, c: np.ndarray) -> float:
        """How far <c, argmin(c)> may be from its minimum on F, beyond rounding: 0 in closed form."""
        return 0.0

    def diameter(self) -> float:
        """D_infinity = max over x, y in F of max_i |x_i - y_i|; inf if F is not bounded."""
        raise NotImplementedError

    def diameter2(self) -> float:
        """D_2 = max over x, y in F of |x - y|_2, or an upper bound on it; inf if F is not bounded."""
        low, high = self.bounds()
        return float(np.linalg.norm(high - low))

    @property
    def bounded(self) -> bool:
        """Is F bounded?"""
        return bool(np.isfinite(self.diameter()))

    def contains(self, x: np.ndarray, tolerance: float = 1e-9) -> bool:
        """Is x in F, or at most `tolerance` outside it? NaN and infinite points are in no set.

        InvalidInput if x is no point of R^d.
        """
        try:
            point = np.array(x, dtype=np.float64, ndmin=1)
        except (TypeError, ValueError):
            raise InvalidInput(f"x={x} is no point: give an array of numbers.") from None
        d = self.dimension
        if point.ndim != 1 or d not in (None, len(point)):
            wanted = "(d,)" if d is None else f"({d},)"
            what = f"x has shape {point.shape} and the points of {self.name} have {wanted}"
            raise InvalidInput(f"{what}: give one point, with as many numbers.")
        if not np.isfinite(point).all():
            return False
        return (self if d else self.fit(len(point))).violation(point) <= tolerance

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        """A random point of F, shape (d,): no law is promised, but every part of F may be met."""
        low, high = self.bounds()
        ends = np.where(np.isfinite(low), low, -1.0), np.where(np.isfinite(high), high, 1.0)
        y = rng.uniform(np.minimum(*ends), np.maximum(*ends))
        return self.nearest(y)

    def nearest(self, y: np.ndarray, w: np.ndarray | None = None) -> np.ndarray:
        """The projection of y in the metric of the weights w (all 1), shape (d,), in plain Python.

        A weight of 0 counts as one that tends to 0. InvalidInput if one is negative or not finite.
        """
        y = np.array(y, dtype=np.float64, ndmin=1)
        w = np.ones(len(y)) if w is None else np.array(w, dtype=np.float64)
        if w.shape != y.shape or not (np.isfinite(w) & (w >= 0)).all():
            shown = np.array2string(w, threshold=6)
            what = f"the weights {shown} are no metric of {len(y)} coordinates"
            raise InvalidInput(f"{what}: give {len(y)} finite numbers >= 0, the roots of V.")
        if self.euclidean_only and len(set(w.tolist())) > 1:
            raise InvalidInput(f"{self.name} has no projection in a metric of unequal weights.")
        project = Receiving(self).project
        if self.shape == "vector":
            return np.array(project(y=y, w=w), dtype=np.float64)
        pairs = enumerate(zip(y.tolist(), w.tolist(), strict=True))
        return np.array([project(y=a, w=b, i=i) for i, (a, b) in pairs], dtype=np.float64)

    def conic(self) -> Cones:
        """F as a cone program, for what has no closed form; InvalidInput if it is not known as one."""
        what = f"{self.name} has no projection in the metric of a matrix and no cone program"
        raise InvalidInput(f"{what}: define conic(self), or choose another set.")

    def project_in(self, y, metric):
        """argmin over z in F of (z - y)^T A (z - y), by a convex solver where a set has none of its own."""
        return np.array(y) if self.violation(y) == 0.0 else self.program.nearest_in(y, metric)

    @cached_property
    def program(self) -> Program:
        """What solves for the points of F: InvalidInput if F is empty."""
        return program_of(self)

    @property
    def dimension(self) -> int | None:
        """d, if the set is told it; None if it takes any."""
        return getattr(self, "d", 0) or None

    def nearest_in(self, y: np.ndarray, metric: np.ndarray) -> np.ndarray:
        """argmin over z in F of (z - y)^T A (z - y), A positive definite of shape (d, d)."""
        y, A = np.array(y, dtype=np.float64, ndmin=1), np.array(metric, dtype=np.float64)
        if A.shape != (len(y), len(y)) or not np.isfinite(A).all():
            raise InvalidInput(
                f"the metric has shape {A.shape}: give a finite ({len(y)}, {len(y)})."
            )
        if not np.allclose(A, A.T, rtol=1e-12, atol=0) or not np.linalg.eigvalsh(A)[0] > 0:
            raise InvalidInput("the metric is not symmetric and positive definite: give A + eps I.")
        return np.array(Receiving(self).project_in(y=y, metric=A), dtype=np.float64)

    def violation(self, x: np.ndarray) -> float:
        """How far the worst coordinate of x lies outside F; 0 inside."""
        raise NotImplementedError

    def outer_box(self) -> tuple[np.ndarray, np.ndarray]:
        """A box around F that needs no solver."""
        return self.bounds()

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The smallest box around F: lower and upper ends, each of shape (d,)."""
        raise NotImplementedError
