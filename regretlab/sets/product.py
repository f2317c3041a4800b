"""The product of two sets: some coordinates in one, the rest in the other."""

from __future__ import annotations

import math
from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import piece
from regretlab.sets.box import Box
from regretlab.sets.cones import Cones
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.l2_ball import L2Ball


class Product(FeasibleSet):
    """{(x, y) : x in F, y in G}; written `product/simplex:d=3&l2-ball:d=2`, and nested for more.

    At least one of the two is told its dimension. The projection is that of each, and so is all else;
    plays on it run in plain Python.
    """

    shape = "vector"
    source = "coordinates that share no constraint share no projection"
    first: FeasibleSet = piece("F, of the first coordinates", default=lambda: L2Ball(d=1))
    rest: FeasibleSet = piece("G, of the others", default=Box)

    def fit(self, d: int) -> Self:
        m, n = self.first.dimension, self.rest.dimension
        if m is None and n is None:
            raise InvalidInput(f"{self} has two parts of any dimension: give one of them its d.")
        m = m if m is not None else d - (n or 0)
        if not 0 < m < d or n not in (None, d - m):
            raise InvalidInput(
                f"{self} and the losses have d={d}: its parts must make {d} together."
            )
        return self.but(first=self.first.fit(m), rest=self.rest.fit(d - m))

    @property
    def dimension(self) -> int | None:
        m, n = self.first.dimension, self.rest.dimension
        return m + n if m is not None and n is not None else None

    def cut(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The coordinates of each part."""
        m = self.first.dimension or 0
        return x[:m], x[m:]

    @property
    def euclidean_only(self) -> bool:
        return self.first.euclidean_only or self.rest.euclidean_only

    @property
    def in_python(self) -> str:
        return f"the parts of a {self.name} are projected one by one"

    def project(self, y, w):
        (a, b), (v, u) = self.cut(y), self.cut(w)
        return np.concatenate([self.first.nearest(a, v), self.rest.nearest(b, u)])

    def conic(self) -> Cones:
        one, two = self.first.conic(), self.rest.conic()
        m, n = self.first.dimension or 0, self.rest.dimension or 0
        A = np.zeros((len(one.A) + len(two.A), one.A.shape[1] + two.A.shape[1]))
        A[: len(one.A), :m], A[len(one.A) :, m : m + n] = one.A[:, :m], two.A[:, :n]
        added = one.A.shape[1] - m
        A[: len(one.A), m + n : m + n + added] = one.A[:, m:]
        A[len(one.A) :, m + n + added :] = two.A[:, n:]
        return Cones(A, np.concatenate([one.b, two.b]), one.cones + two.cones)

    def argmin(self, c: np.ndarray) -> np.ndarray:
        a, b = self.cut(np.asarray(c))
        return np.concatenate([self.first.argmin(a), self.rest.argmin(b)])

    @property
    def by_solver(self) -> bool:
        return self.first.by_solver or self.rest.by_solver

    def shortfall(self, c: np.ndarray) -> float:
        a, b = self.cut(np.asarray(c))
        return self.first.shortfall(a) + self.rest.shortfall(b)

    def diameter(self) -> float:
        return max(self.first.diameter(), self.rest.diameter())

    def diameter2(self) -> float:
        return math.hypot(self.first.diameter2(), self.rest.diameter2())

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        return np.concatenate([self.first.sample(rng), self.rest.sample(rng)])

    def violation(self, x: np.ndarray) -> float:
        a, b = self.cut(x)
        return max(self.first.violation(a), self.rest.violation(b))

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        (a, b), (c, d) = self.first.bounds(), self.rest.bounds()
        return np.concatenate([a, c]), np.concatenate([b, d])
