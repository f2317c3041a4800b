"""Theorem 4 improved: its third term halved, and met exactly."""

from __future__ import annotations

import math

import numpy as np

from regretlab.bounds.theorem4 import Theorem4Improved
from regretlab.losses.periodic import Periodic
from regretlab.methods.amsgrad import AMSGrad
from regretlab.theorems.check import Check, above, equal
from regretlab.theorems.held import BoundClaim, played, ratio
from regretlab.theorems.proofs import proof_lines


class Improved(BoundClaim):
    """Any schedule beta1_t <= beta1; equality at T = 1, alpha = D sqrt(1 - beta2).

    `regretlab.theorems.proof_lines(run, "theorem4")` evaluates its proof line by line on a play.
    """

    name = "theorem-4-improved"
    title = "AMSGrad's regret bound, improved"
    source = "derived here, after Reddi, Kale & Kumar (2018), theorem 4"
    label = "D"
    statement = (
        "With alpha_t = alpha / sqrt(t), beta1_t <= beta1 < 1, gamma = beta1 / sqrt(beta2) < 1: R_T <= "
        "D^2 sqrt(T) / (2 alpha) sum_i sqrt(vhat_T,i) + D^2 / (2 (1 - beta1)) sum_t sum_i beta1_t "
        "sqrt(vhat_t,i) / alpha_t + alpha sqrt(1 + ln T) / (2 (1 - gamma) sqrt(1 - beta2)) "
        "sum_i |g_1:T,i|."
    )
    remark = (
        "It implies both printed versions (the first with 1 / alpha) and the one that is quoted."
    )
    figure = "theorem4"
    bound = Theorem4Improved

    def checks(self) -> list[Check]:
        beta2 = 0.75
        learner, stream = AMSGrad(beta1=0.0, beta2=beta2), Periodic(np.array([1.0]))
        run = played(learner, stream, 2 * math.sqrt(1 - beta2), 1.0, 1)
        met = ratio(self.bound(), run)
        lines = proof_lines(next(self.chosen())[1])
        least = float(lines.slack.min() / lines.value.max())
        chain = f"least slack of the {lines.sizes['line']} lines of its proof, over the largest"
        name = "R_T / bound at T = 1, alpha = D sqrt(1 - beta2): met exactly"
        return [
            *super().checks(),
            equal(name, self.share, met, off=1e-12, known="played"),
            above(chain, -1e-12, least, known="played", tests="aside"),
        ]
