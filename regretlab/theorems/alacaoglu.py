"""AMSGrad with a constant beta1, after Alacaoglu et al."""

from __future__ import annotations

from regretlab.bounds.alacaoglu import Alacaoglu
from regretlab.theorems.held import BoundClaim


class ConstantBeta1(BoundClaim):
    """No middle term, and sqrt(1 - beta1^2 / beta2) in place of 1 - beta1 / sqrt(beta2)."""

    name = "alacaoglu-theorem-1"
    title = "AMSGrad's regret bound with a constant beta1"
    source = "after Alacaoglu, Malitsky, Mertikopoulos & Cevher (2020), theorem 1; constants derived here"
    label = "MD"
    statement = (
        "With a constant beta1, beta1^2 < beta2: R_T <= D^2 sqrt(T) / (2 alpha (1 - beta1)) sum_i "
        "sqrt(vhat_T,i) + (1 + beta1) alpha sqrt(1 + ln T) / (2 sqrt((1 - beta2) (1 - beta1^2 / beta2))) "
        "sum_i |g_1:T,i|."
    )
    bound = Alacaoglu
    decays = ("constant",)
