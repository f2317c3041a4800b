"""Theorem 4 in its first version, whose first term lacks alpha."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem4 import Theorem4First, Theorem4Quoted
from regretlab.losses.periodic import Periodic
from regretlab.methods.amsgrad import AMSGrad
from regretlab.parameters import real
from regretlab.theorems.check import Check
from regretlab.theorems.held import BoundClaim, played


class FirstVersion(BoundClaim):
    """D^2 sqrt(T) / (1 - beta1) sum sqrt(vhat_T): the first term has not the units of a regret.

    f_t(x) = x from x_1 = 1 with a small alpha: R_T is near 2 T, and the bound near sqrt(T).
    """

    name = "reddi-theorem-4-first"
    title = "AMSGrad's regret bound, first version"
    source = "Reddi, Kale & Kumar (2018), theorem 4, first version"
    label = "P"
    statement = (
        "With alpha_t = alpha / sqrt(t), beta1_t <= beta1 < 1, gamma = beta1 / sqrt(beta2) < 1: R_T <= "
        "D^2 sqrt(T) / (1 - beta1) sum_i sqrt(vhat_T,i) + D^2 / (2 (1 - beta1)) sum_t sum_i beta1_t "
        "sqrt(vhat_t,i) / alpha_t + alpha sqrt(1 + ln T) / ((1 - beta1)^2 (1 - gamma) sqrt(1 - beta2)) "
        "sum_i |g_1:T,i|."
    )
    erratum = "The first term lacks 1 / alpha; with it the bound is true (reddi-theorem-4-quoted)."
    bound = Theorem4First

    alpha: float = real("(0, inf)", "step size", r"\alpha", default=0.001)

    def checks(self) -> list[Check]:
        learner, stream = AMSGrad(beta1=0.0, beta2=0.5), Periodic(np.array([1.0]))
        run = played(learner, stream, self.alpha, 1.0, 1000)
        name = f"f_t(x) = x, alpha = {self.alpha:g}, T = 1000"
        mended = f"{name}, with 1 / alpha"
        return [
            self.on(Theorem4First(), run, name),
            self.on(Theorem4Quoted(), run, mended, tests="correction"),
        ]
