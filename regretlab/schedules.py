"""Step sizes alpha_t; rounds count from 1."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from regretlab.arithmetic import sqrt
from regretlab.parameters import real
from regretlab.pieces import Piece


class Schedule(Piece):
    """A step size alpha_t > 0: a function `alpha_t(self, t)` of the round.

    Limits need to know of its end. A schedule of your own that tends to 0, with alpha_1 + alpha_2 +
    ... infinite and non-increasing (or alpha_{t+1} / alpha_t -> 1), says `power = p` if alpha_t t^p
    tends to a positive number, else `power = "between"`.
    """

    kind: ClassVar[str] = "step"
    power: ClassVar[Any] = (
        None  # of 1/t in alpha_t: 0 is a constant step; a sum is infinite up to 1
    )

    def alpha_t(self, t):
        raise NotImplementedError


class InverseSqrt(Schedule):
    """alpha_t = alpha / sqrt(t)."""

    source = "Zinkevich (2003); Reddi, Kale & Kumar (2018), theorems 1 to 5"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.5)

    power = 0.5

    def alpha_t(self, t):
        return self.alpha / sqrt(t)


class Constant(Schedule):
    """alpha_t = alpha."""

    source = "Reddi, Kale & Kumar (2018), remark after theorem 1"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.01)

    power = 0.0

    def alpha_t(self):
        return self.alpha


class Inverse(Schedule):
    """alpha_t = alpha / t; with alpha = 1 / mu, for mu-strongly convex losses."""

    source = "Hazan, Agarwal & Kale (2007)"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=1.0)

    power = 1.0

    def alpha_t(self, t):
        return self.alpha / t


class Power(Schedule):
    """alpha_t = alpha / t^p. With p > 1 the steps have a finite sum, and a learner may stop short."""

    source = "Robbins & Monro (1951): sums of alpha_t infinite, for p <= 1"
    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.5)
    p: float = real("[0, inf)", "exponent", "p", default=0.5)

    @property
    def power(self) -> float:  # type: ignore[override]
        return self.p

    def alpha_t(self, t):
        return self.alpha / math.pow(t, self.p)
