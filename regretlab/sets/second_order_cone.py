"""The second-order cone."""

from __future__ import annotations

from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import whole
from regretlab.sets.cones import Cones
from regretlab.sets.ellipses import length
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.planes import without_minimum
from regretlab.sets.roots import halfway
from regretlab.sets.waterfilling import scales


class SecondOrderCone(FeasibleSet):
    """{(u, s) in R^d : |u|_2 <= s}, s the last coordinate; d >= 2.

    Its projection in the metric of the weights w = sqrt(V) is u_i w_i / (w_i + lam) and
    s w_s / (w_s - lam), lam >= 0 such that the first is as long as the second. It is not bounded.
    """

    shape = "vector"
    source = "Lobo, Vandenberghe, Boyd & Lebret (1998); projection by its optimality conditions"

    d: int = whole("[0, 9e15]", "dimension (0: that of the losses)", "d", default=0)

    def project(self, y, w):
        return onto_cone(y, scales(w))

    def fit(self, d: int) -> Self:
        if d < 2:
            raise InvalidInput(f"d={d} is no dimension of {self.name}: it needs d >= 2.")
        return self.in_dimension(d)

    def conic(self) -> Cones:
        A = -np.roll(np.eye(self.d), 1, axis=0)  # s first
        return Cones(A, np.zeros(self.d), (("second-order", self.d),))

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """0, if c is in the cone, which is its own dual."""
        if length(np.asarray(c[:-1], dtype=np.float64)) > c[-1] * (1 + 2.0**-48):
            raise without_minimum(self, c)
        return np.zeros(len(c))

    def diameter(self) -> float:
        return np.inf

    def violation(self, x: np.ndarray) -> float:
        outside = float(np.linalg.norm(x[:-1])) - float(x[-1])
        return outside if outside > 2.0**-48 * abs(float(x[-1])) else 0.0

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low = np.full(self.d, -np.inf)
        low[-1] = 0.0
        return low, np.full(self.d, np.inf)


def onto_cone(y, scale):
    """The nearest point, with sum_i (z_i - y_i)^2 / scale_i.

    (1 - lam k) |u(lam)| - s, k the scale of s and u_i(lam) = u_i / (1 + lam scale_i), falls from
    |u| - s at lam = 0 to where the metric's polar cone begins, so that it has one root.
    """
    n = len(y) - 1
    u, s, k = y[:n].copy(), y[n], scale[n]
    z = np.zeros(n + 1)
    if length(u) <= s:
        return y.copy()
    pulled = u / scale[:n]
    if length(pulled) * k <= -s:  # -y is in the dual cone: the nearest point is 0
        return z
    low, high = 0.0, 1.0 / k
    while excess(u, s, k, scale, high) > 0.0:
        low, high = high, 4.0 * high
    for _ in range(300):
        lam = halfway(low, high)
        if not low < lam < high:
            break
        if excess(u, s, k, scale, lam) > 0.0:
            low = lam
        else:
            high = lam
    for i in range(n):
        z[i] = u[i] / (1.0 + high * scale[i])
    z[n] = length(z[:n].copy())
    return z


def excess(u, s, k, scale, lam):
    """(1 - lam k) |u(lam)| - s"""
    v = u.copy()
    for i in range(len(u)):
        v[i] = u[i] / (1.0 + lam * scale[i])
    return (1.0 - lam * k) * length(v) - s
