"""Gradients that are mostly 0."""

from __future__ import annotations

import numpy as np

from regretlab.arithmetic import where
from regretlab.losses.sequence import Losses
from regretlab.parameters import real


class Sparse(Losses):
    """f_t(x) = C x with probability p, -x with probability q, else 0, independently in every round.

    f_1(x) = C x, so that a method that divides by what came before never divides by 0.
    """

    name = "sparse-iid"
    source = "derived here"
    C: float = real("(0, inf)", "large coefficient", "C", default=2.0)
    p: float = real("[0, 1]", "its probability", "p", default=0.0075)
    q: float = real("[0, 1]", "probability of -1", "q", default=0.0125)

    def gradient(self, t, u):
        first = t == 1
        return where(first | (u < self.p), self.C, where(u < self.p + self.q, -1.0, 0.0))

    def gradient_bound(self) -> float:
        return max(self.C, 1.0)

    def expected_gradient(self) -> np.ndarray:
        return np.array([self.p * self.C - self.q])
