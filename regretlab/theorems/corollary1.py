"""Corollary 1: AMSGrad with beta1_t = beta1 lambda^(t-1)."""

from __future__ import annotations

from regretlab.bounds.corollary1 import Corollary1, Corollary1Scaled
from regretlab.theorems.corollaries import Corollary


class FirstCorollary(Corollary):
    """True as an inequality, by theorem-4-no-middle, though its middle term has the wrong units."""

    name = "reddi-corollary-1"
    title = "AMSGrad with a geometric beta1_t"
    source = "Reddi, Kale & Kumar (2018), corollary 1, final version"
    label = "L"
    statement = (
        "With beta1_t = beta1 lambda^(t-1): R_T <= D^2 sqrt(T) / (alpha (1 - beta1)) sum_i sqrt(vhat_T,i) + "
        "beta1 D^2 G / ((1 - beta1)^2 (1 - lambda)^2) + alpha sqrt(1 + ln T) / ((1 - beta1)^2 (1 - gamma) "
        "sqrt(1 - beta2)) sum_i |g_1:T,i|."
    )
    erratum = (
        "The middle term lacks the factor d / alpha. The inequality holds all the same: as the other two "
        "terms alone are a bound, whatever is added is harmless."
    )
    remark = "The first version has D^2 G beta1 / (2 (1 - beta1) (1 - lambda)^2) there (text read)."
    bound, scaled = Corollary1, Corollary1Scaled
