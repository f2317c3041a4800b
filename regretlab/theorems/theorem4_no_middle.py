"""Theorem 4 without its middle term."""

from __future__ import annotations

from regretlab.bounds.theorem4 import Theorem4NoMiddle
from regretlab.theorems.held import BoundClaim


class NoMiddle(BoundClaim):
    """For beta1_t that never rises; it closes corollary 1 as printed."""

    name = "theorem-4-no-middle"
    title = "AMSGrad's regret bound without a middle term"
    source = "derived here, after Reddi, Kale & Kumar (2018), theorem 4"
    label = "D"
    statement = (
        "With alpha_t = alpha / sqrt(t), non-increasing beta1_t <= beta1, gamma = beta1 / sqrt(beta2) < 1: "
        "R_T <= D^2 sqrt(T) / (2 alpha (1 - beta1)) sum_i sqrt(vhat_T,i) + (1 + beta1) alpha "
        "sqrt(1 + ln T) / (2 (1 - beta1) (1 - gamma) sqrt(1 - beta2)) sum_i |g_1:T,i|."
    )
    remark = "That beta1_t does not rise is needed: see beta1-must-not-rise."
    bound = Theorem4NoMiddle
