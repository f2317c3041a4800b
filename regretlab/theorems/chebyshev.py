"""The corollary of Chebyshev's sum inequality that proves theorems 1, 2 and 6 at one stroke."""

from __future__ import annotations

import numpy as np

from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.methods.adam import Adam
from regretlab.methods.adamax import AdaMax
from regretlab.methods.method import Method
from regretlab.methods.nadam import Nadam
from regretlab.methods.nadamax import NadaMax
from regretlab.methods.qhadam import QHAdam
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import real, whole
from regretlab.theorems.check import Check, at_most, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import powers, updates

ROUNDING = 1e-14
TRIED = 2000


class Chebyshev(Claim):
    """At S = 0 and P >= 3 the drift is below 0, so that by continuity all C just above P - 1 fail."""

    name = "zero-sum-drift"
    title = "Adam's drift on a spike stream of sum 0 points away from the spike"
    source = "derived here, with Chebyshev's sum inequality"
    label = "D"
    statement = (
        "On f_t(x) = (P - 1) x if t mod P = 1, else -x, P >= 3, the orbit of Adam has u*_1 + ... + u*_P < 0, "
        "for any beta1, beta2 in [0, 1) and eps >= 0, in the root or outside. So for some d > 0 all C in "
        "(P - 1, P - 1 + d) fail. The same holds for RMSProp, Nadam, AdaMax, NadaMax and QHAdam."
    )
    remark = (
        "m*_j falls in j with sum 0 and 1 / sqrt(v*_j + eps) rises, strictly, since P - 1 >= 2: the sum of "
        "their products is negative. beta1 < sqrt(beta2) does not enter."
    )
    figure = "period3"

    least: int = whole("[2, inf)", "least period tried", "P", default=3)
    excess: float = real("[0, inf)", "S, in place of 0", "S", default=0.0)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(5)
        drifts, rises = [], []
        for _ in range(TRIED):
            P = self.least + int(rng.geometric(0.1)) - 1
            b1, b2 = (1 - 10 ** rng.uniform(-4, 0) for _ in range(2))
            eps = rng.choice([0.0, 10 ** rng.uniform(-8, 2)])
            C = P - 1 + self.excess
            u = updates(C, P, b1, b2, eps)
            drifts.append(u.sum() / abs(u).sum())
            spread = powers(b1, P), powers(b2, P)
            rises.append(max(float(np.diff(a).max()) for a in spread))
        listed = [
            below("drift / sum |u*_j| + 1e-14 for rounding, largest of 2000 random (P, beta1, beta2, eps)",
                  0.0, max(drifts) + ROUNDING, known="searched"),
            at_most("rise of m*_j or v*_j in j - 1e-14 for rounding, largest of them", 0.0,
                    max(rises) - ROUNDING, known="searched"),
        ]  # fmt: skip
        for method in self.learners():
            drift = limit(
                method, Spike(C=self.least - 1 + self.excess, small=1.0, period=self.least)
            ).drift
            listed.append(below(f"drift of {method.brief()}, P = {self.least}", 0.0, drift))
        exact = limit(Adam(), Spike(C=4.0, small=1.0, period=5)).drift
        by_hand = float(updates(4, 5, 0.9, 0.999).sum())
        name = "drift of Adam, P = 5, by its formula"
        return [*listed, equal(name, by_hand, exact, off=1e-12, tests="aside")]

    def learners(self) -> list[Method]:
        return [
            RMSProp(),
            Adam(),
            Adam(beta1=0.99, beta2=0.5),
            Adam(eps=0.1),
            Adam(correction="both"),
            Nadam(),
            AdaMax(),
            NadaMax(),
            QHAdam(),
        ]
