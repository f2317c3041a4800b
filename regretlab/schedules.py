"""Step sizes alpha_t; rounds count from 1."""

from __future__ import annotations

from typing import ClassVar

from regretlab.arithmetic import sqrt
from regretlab.parameters import real
from regretlab.pieces import Piece


class Schedule(Piece):
    """A step size alpha_t > 0: a function `alpha_t(self, t)` of the round."""

    kind: ClassVar[str] = "step"

    def alpha_t(self, t):
        raise NotImplementedError


class InverseSqrt(Schedule):
    """alpha_t = alpha / sqrt(t)."""

    source = "Zinkevich (2003); Reddi, Kale & Kumar (2018), theorems 1 to 5"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.5)

    def alpha_t(self, t):
        return self.alpha / sqrt(t)


class Constant(Schedule):
    """alpha_t = alpha."""

    source = "Reddi, Kale & Kumar (2018), remark after theorem 1"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.01)

    def alpha_t(self):
        return self.alpha


class Inverse(Schedule):
    """alpha_t = alpha / t; with alpha = 1 / mu, for mu-strongly convex losses."""

    source = "Hazan, Agarwal & Kale (2007)"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=1.0)

    def alpha_t(self, t):
        return self.alpha / t
