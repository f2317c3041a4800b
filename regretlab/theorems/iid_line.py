"""The dividing line on i.i.d. losses: what a gradient is paid may not depend on its own size."""

from __future__ import annotations

import numpy as np

from regretlab.limits import limit
from regretlab.limits.laws import Law, mean_update
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.adam import Adam
from regretlab.methods.adashift import AdaShift
from regretlab.methods.adopt import ADOPT
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.iid_credits import adopts_mean, mean_credits, mean_signs, signed

TRIED = 12


class IIDLine(Claim):
    """E[u] = E[g_0 R_0]: with R_0 lower where |g_0| is larger, a spike is paid too little."""

    name = "iid-dividing-line"
    title = "On i.i.d. losses Adam is broken, ADOPT and AdaShift are not"
    source = "derived here, after Zhou et al. (2019) and Taniguchi et al. (2024)"
    label = "D"
    statement = (
        "Let |g_t| be i.i.d. with finite support, signs independent given the own size, and E sum_k |W_k(k)| < "
        "inf. Then E[u] = E[g_0 R_0], and a sign-blind method is never broken if and only if E[R_0 | |g_0| = "
        "a] is the same for all a != 0, for every law of the sizes. It falls strictly in a for Adam, and is "
        "constant for ADOPT and for AdaShift with a window no longer than the delay."
    )
    remark = (
        "On C x with probability p, else -x: with p = 1/(C + 1) the slopes have mean 0, and Adam's E[u] is "
        "strictly negative, ADOPT's exactly 0; a little more p leaves Adam's sign. All is asymptotic, and the "
        "summability fails for ADOPT and AdaShift where P(g = 0) >= sqrt(beta2) (iid-summability)."
    )

    C: float = real("(1, inf)", "large coefficient", "C", default=101.0)
    p: float = real("(0, 1)", "its probability", "p", default=0.0101)
    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)
    beta2: float = real("(0, 1)", "second-moment decay", r"\beta_2", default=0.99)

    def checks(self) -> list[Check]:
        stream = SpikeIID(C=self.C, small=1.0, p=self.p)
        adam = limit(Adam(beta1=self.beta1, beta2=self.beta2), stream)
        adopt = limit(ADOPT(beta1=self.beta1, beta2=self.beta2), stream)
        shift = limit(AdaShift(beta1=self.beta1, beta2=self.beta2, eps=0.0), stream)
        rng = np.random.default_rng(14)
        unfair, fair = [], []
        for _ in range(TRIED):
            C = 10 ** rng.uniform(0.1, 2)
            law = Law(np.array([C, -1.0]), np.array([1.0, C]) / (C + 1))
            b1, b2 = rng.uniform(0, 0.99), rng.uniform(0.05, 0.99)
            value, error = mean_update(law, b1, b2)
            unfair.append(value + error)
            near = Law(law.values, law.chances + rng.choice([-1, 1]) * np.array([1e-4, -1e-4]))
            fair.append(mean_update(near, 0.0, b2, ahead=True)[0] / near.mean)
        falls, broken, whole = searched()
        at = f"C = {self.C:g}, p = {self.p:g}, ({self.beta1:g}, {self.beta2:g})"
        return [
            above(f"E[g], {at}", 0.0, adam.slope_sum),
            below(f"E[u] of Adam, plus its error, {at}", 0.0, adam.drift + adam.drift_error,
                  known="quadrature"),
            above(f"E[u] of ADOPT, less its error, {at}", 0.0, adopt.drift - adopt.drift_error, known="quadrature"),
            above(f"E[u] of AdaShift, n = 10, less four standard errors of {shift.kind}, {at}", 0.0,
                  shift.drift - shift.drift_error, known="played"),
            equal("E[u] of AdaShift less that of ADOPT, which is the same", 0.0, shift.drift - adopt.drift,
                  off=shift.drift_error, known="played", tests="aside"),
            below(f"E[u] of Adam at E[g] = 0, largest of {TRIED} random (C, beta1, beta2)", 0.0, max(unfair),
                  known="searched"),
            above("E[u] / E[g] of ADOPT, E[g] a little above or below 0, least of them", 0.0, min(fair),
                  known="searched"),
            below(f"E[R_0 | size] of Adam over that of the next smaller size, largest in {TRIED} random laws", 1.0,
                  falls, known="searched"),
            below(f"E[u] / E[g] of Adam, signs made from these, largest in {TRIED} random laws", 0.0, broken,
                  known="searched"),
            below("E[u] / E[1 / sqrt(v)] - E[g] of ADOPT on those laws, largest in standard errors", 5.0, whole,
                  known="played"),
            below("E[u] of RMSProp on the paper's 1010 / -10, p = 0.01, beta2 = 0.99", 0.0,
                  limit(RMSProp(beta2=0.99), SpikeIID()).drift, known="quadrature", tests="aside"),
        ]  # fmt: skip


def searched() -> tuple[float, float, float]:
    """On random laws of 2 to 4 sizes: how rho falls, what signs made of it do to Adam, and to ADOPT."""
    rng = np.random.default_rng(21)
    falls, broken, whole = [], [], []
    for k in range(TRIED):
        n = int(rng.integers(2, 5))
        moduli, chances = np.sort(10 ** rng.uniform(-1, 1, n)), rng.dirichlet(np.full(n, 2.0))
        b1, b2 = rng.uniform(0, 0.95), rng.uniform(0.1, 0.97)
        rho = mean_credits(moduli, chances, b1, b2)
        falls.append((rho[1:] / rho[:-1]).max())
        law = signed(moduli, chances, mean_signs(moduli, chances, rho))
        value, error = mean_update(law, b1, b2)
        broken.append((value + error) / law.mean)
        off, deviation = adopts_mean(law, b1, b2, k)
        whole.append(abs(off) / deviation)
    return max(falls), max(broken), max(whole)
