"""Theorem 4: AMSGrad's regret bound."""

from __future__ import annotations

from regretlab.bounds.theorem4 import Theorem4
from regretlab.theorems.held import BoundClaim


class Theorem4Final(BoundClaim):
    """R_T = O(sqrt(T)) for AMSGrad; it follows from theorem-4-improved, which is proved."""

    name = "reddi-theorem-4"
    title = "AMSGrad's regret bound"
    source = "Reddi, Kale & Kumar (2018), theorem 4, final version"
    label = "LM"
    statement = (
        "With alpha_t = alpha / sqrt(t), beta1_t <= beta1 < 1, gamma = beta1 / sqrt(beta2) < 1: R_T <= "
        "D^2 sqrt(T) / (alpha (1 - beta1)) sum_i sqrt(vhat_T,i) + D^2 / (1 - beta1)^2 sum_t sum_i beta1_t "
        "sqrt(vhat_t,i) / alpha_t + alpha sqrt(1 + ln T) / ((1 - beta1)^2 (1 - gamma) sqrt(1 - beta2)) "
        "sum_i |g_1:T,i|."
    )
    erratum = (
        "Its proof telescopes sqrt(vhat_t) / (alpha_t (1 - beta1_t)), which need not rise where beta1_t "
        "varies (tran-phong-objection); the statement survives."
    )
    figure = "theorem4"
    bound = Theorem4
