"""Corollary 2: AdamNC with v_t the mean of the squares."""

from __future__ import annotations

from regretlab.bounds.corollary2 import Corollary2, Corollary2Scaled
from regretlab.methods.adamnc import AdamNC
from regretlab.theorems.corollaries import Corollary


class SecondCorollary(Corollary):
    """True when read as an upper bound of R_T, though its middle term has the wrong units."""

    name = "reddi-corollary-2"
    title = "AdamNC with beta2_t = 1 - 1/t"
    source = "Reddi, Kale & Kumar (2018), corollary 2"
    label = "PL"
    statement = (
        "With beta2_t = 1 - 1/t, beta1_t = beta1 lambda^(t-1), zeta = alpha: (R_T <=) D^2 / (2 alpha "
        "(1 - beta1)) sum_i |g_1:T,i| + beta1 D^2 G / ((1 - beta1)^2 (1 - lambda)^2) + 2 zeta / "
        "(1 - beta1)^3 sum_i |g_1:T,i|."
    )
    erratum = 'The text lacks "R_T <=", and its middle term the factor d / alpha.'
    bound, scaled = Corollary2, Corollary2Scaled

    def learner(self, beta1, beta2, decay, lam):
        return AdamNC(beta1=beta1, beta1_decay=decay, lam=lam)
