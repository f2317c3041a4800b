"""Corollary 2 of Reddi, Kale & Kumar (2018): AdamNC with v_t the mean of the squares."""

from __future__ import annotations

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.common import alpha_of
from regretlab.bounds.corollary1 import MIDDLE
from regretlab.bounds.decay import decay_is
from regretlab.bounds.reddi import AdamBound, beta1_of, lam_of, square_over_alpha
from regretlab.methods.adamnc import AdamNC

ROOTS = r"\frac{D_\infty^2}{2 \alpha (1 - \beta_1)} \sum_i \|g_{1:T,i}\|_2"
NOISE = r" + \frac{2 \zeta}{(1 - \beta_1)^3} \sum_i \|g_{1:T,i}\|_2"


class Corollary2(AdamBound):
    """beta2_t = 1 - 1/t, beta1_t = beta1 lam^(t-1), zeta = alpha; read as an upper bound of R_T.

    The printed text lacks "R_T <=", and its middle term the factor d / alpha (corollary2-scaled);
    by theorem5-no-middle what is left without that term holds too. G_inf is the largest |g_t,i| met.
    """

    name = "corollary2"
    title = "AdamNC, corollary 2"
    source = "Reddi, Kale & Kumar (2018), corollary 2"
    label = "PL"
    status = "true"
    remark = "The middle term's exponents are those of corollary 1's final version."
    statement = ROOTS + MIDDLE % ("", "") + NOISE
    methods = ("adamnc",)
    needs = ("squares", "steepest")

    def demands(self, setting):
        listed = super().demands(setting)
        if listed[0].holds:
            method = setting.method
            own = type(method).beta2_t is not AdamNC.beta2_t
            mean = getattr(method, "schedule", "") == "mean" and not own
            said = "a beta2_t of its own" if own else f"schedule={method.schedule}"
            listed.append(Assumption("beta2_t = 1 - 1/t", mean, said))
        return [*listed, decay_is(setting, "geometric")]

    def factor(self, setting) -> float:
        """What multiplies the middle term."""
        return 1.0

    def right_hand_side(self, data, setting):
        b1, rest = beta1_of(setting), 1 - lam_of(setting)
        first = square_over_alpha(setting) / (2 * (1 - b1)) * self.norms(data)
        square = self.factor(setting) * setting.feasible.diameter() ** 2
        middle = b1 * square * self.steepest(data) / ((1 - b1) ** 2 * rest**2)
        return first + middle + 2 * alpha_of(setting) / (1 - b1) ** 3 * self.norms(data)


class Corollary2Scaled(Corollary2):
    """With the factor d / alpha in the middle term, as it follows from theorem 5."""

    name = "corollary2-scaled"
    title = "AdamNC, corollary 2 with d / alpha"
    source = "Reddi, Kale & Kumar (2018), corollary 2, with the factor that theorem 5 gives"
    label = "LD"
    remark = ""
    statement = ROOTS + MIDDLE % ("d ", r"\alpha ") + NOISE

    def factor(self, setting) -> float:
        return setting.losses.d / alpha_of(setting)
