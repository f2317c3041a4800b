"""Pieces as a user would write them, shared by the tests so that their kernels are too."""

from __future__ import annotations

import math

import numpy as np

from regretlab import FeasibleSet, Losses, Method, array, real
from regretlab.arithmetic import quotient, sqrt, where


class MovingQuadratic(Losses):
    """f_t(x) = a / 2 (x - b_j)^2 in one dimension."""

    a: float = real("(0, inf)", default=1.3)
    b: np.ndarray = array(default=(0.7, -0.4, 0.1, 0.9))

    def gradient(self, t, x):
        return self.a * (x - self.b[(t - 1) % len(self.b)])

    def value(self, t, x):
        miss = x - self.b[(t - 1) % len(self.b)]
        return 0.5 * self.a * miss * miss


class Coupled(Losses):
    """f_t(x) = p x_1^2 / 2 + q x_1 x_2 + r x_2^2 / 2 - b_j (x_1 - 2 x_2), of shape 'vector'."""

    shape = "vector"
    d = 2
    p: float = real(default=2.0)
    q: float = real(default=0.7)
    r: float = real(default=1.1)
    b: np.ndarray = array(default=(0.5, -1.3, 2.1))

    def gradient(self, t, x):
        b = self.b[(t - 1) % len(self.b)]
        out = np.empty(2)
        out[0] = self.p * x[0] + self.q * x[1] - b
        out[1] = self.q * x[0] + self.r * x[1] + 2 * b
        return out

    def value(self, t, x):
        b = self.b[(t - 1) % len(self.b)]
        curved = 0.5 * self.p * x[0] * x[0] + self.q * x[0] * x[1] + 0.5 * self.r * x[1] * x[1]
        return curved - b * (x[0] - 2 * x[1])


class Ball(FeasibleSet):
    """{x in R^2 : |x - centre|_2 <= radius}, projected in the Euclidean metric, of shape 'vector'."""

    shape = "vector"
    radius: float = real("(0, inf)", default=1.0)
    centre: np.ndarray = array(default=(0.0, 0.0))

    def project(self, y):
        a = y[0] - self.centre[0]
        b = y[1] - self.centre[1]
        far = sqrt(a * a + b * b)
        scale = where(far > self.radius, quotient(self.radius, far), 1.0)
        out = np.empty(2)
        out[0] = self.centre[0] + scale * a
        out[1] = self.centre[1] + scale * b
        return out

    def fit(self, d):
        assert d == 2
        return self

    def argmin(self, c):
        c = np.asarray(c, dtype=float)
        long = math.hypot(*c)
        return self.centre - self.radius * c / long if long else self.centre.copy()

    def diameter(self):
        return 2 * self.radius

    def violation(self, x):
        return max(0.0, math.hypot(*(x - self.centre)) - self.radius - 1e-12)

    def bounds(self):
        return self.centre - self.radius, self.centre + self.radius


class ByRoot(Method):
    """phi = g and sqrt(V) = 1 + |g|: a method with `root` in place of `psi`."""

    def phi(self, g):
        return g

    def root(self, g):
        return 1.0 + abs(g)
