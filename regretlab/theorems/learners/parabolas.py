"""Random parabolas, most of them upside down."""

from __future__ import annotations

from regretlab.arithmetic import where
from regretlab.losses.sequence import Losses


class Parabolas(Losses):
    """f_t(x) = 11 x^2 / 2 with probability 1/11, else -x^2 / 2: E f_t = x^2 / 22."""

    name = "chen-parabolas"
    source = "Chen, Liu, Sun & Hong (2019), section 3, from memory"
    convex = False

    def slope(self, u):
        return where(u < 1 / 11, 11.0, -1.0)

    def gradient(self, x, u):
        return self.slope(u) * x

    def value(self, x, u):
        return 0.5 * self.slope(u) * x * x
