"""The dividing line: equal credits at all phases, or there is a stream that breaks the method."""

from __future__ import annotations

import numpy as np

from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.adagrad import AdaGrad
from regretlab.methods.adam import Adam
from regretlab.methods.adamax import AdaMax
from regretlab.methods.adashift import AdaShift
from regretlab.methods.adopt import ADOPT
from regretlab.methods.amsgrad import AMSGrad
from regretlab.methods.method import Method
from regretlab.methods.sgd import SGD
from regretlab.parameters import real
from regretlab.theorems.check import Check, at_most, below
from regretlab.theorems.claim import Claim
from regretlab.theorems.credits import credits, unequal

TRIED, PERIODS = 6, (3, 4, 5)
BREAKABLE = (
    Adam(beta1=0.5, beta2=0.5),
    ADOPT(beta1=0.5, beta2=0.5),
    AdaShift(beta1=0.5, beta2=0.5, n=2, eps=0.0),
    AdaMax(beta1=0.5, beta2=0.5),
)
SAFE = (SGD(), AdaGrad(), AMSGrad(beta1=0.5, beta2=0.9))


class DividingLine(Claim):
    """Credits R_i = sum_k w_k / sqrt(V*_(i+k)); the drift is sum_i c_i R_i.

    The signs that break a method are made from its credits on random moduli: + where R is low.
    """

    name = "dividing-line"
    title = "A sign-blind method is never broken by a periodic stream iff its credits are equal"
    source = "derived here"
    label = "D"
    statement = (
        "Let u_t = sum_k W_t(k) g_(t-k), the weights depending on |g_1|, ..., |g_t| only, summable, and "
        "tending to P-periodic ones on every periodic |g|, with all credits R_i = sum_k W*_(i+k)(k) > 0. Then "
        "with alpha_t -> 0, sum alpha_t = inf and alpha_(t+1) / alpha_t -> 1, no periodic linear stream on an "
        "interval makes the regret linear if and only if, for every "
        "periodic |g|, R_i is the same at all phases with g_i != 0."
    )
    remark = (
        "Proof. The drift is sum_i c_i R_i: R_i is all that gradient i is ever paid. If R is constant it is R "
        "S. If not, p = (|c_i|) and q = (|c_i| R_i) are not parallel, so that some rational x in [-1, 1]^P "
        "has (x.p)(x.q) < 0; repeat the moduli N times, with signs of mean x_i at phase i: the method sees the "
        "same moduli, S = N x.p and the drift is N x.q. For an average of gradients divided by sqrt(V), as all of "
        "Adam's family, R is constant iff V* is, where V* is continuous in |g| up to gradients of 0; that each V_t "
        "is continuous is not enough: V_t = 2 - |g_t|^(1/t) has V* = 1 on (0, 1], and is broken by a 0."
    )

    weight: float = real("[0, inf)", "weight of the credits in the mean signs", default=1.0)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(11)
        moduli = [10 ** rng.uniform(-1, 0, P) for P in np.resize(PERIODS, TRIED)]
        listed = [self.broken(method, moduli) for method in BREAKABLE]
        for method in SAFE:
            R = [credits(method, sizes) for sizes in moduli]
            spread = max(float(r.max() / r.min()) - 1 for r in R)
            name = f"max R / min R - 1 of {method.brief()}, largest of {TRIED} random moduli"
            listed.append(at_most(name, 1e-9, spread, known="searched"))
        drift, S = continuous_but_late()
        return [
            *listed,
            below("drift S of V_t = 2 - |g_t|^(1/t), beta1 = 1/2, c = (-0.97816546, 1, 0), t = 30,000", 0.0, drift * S,
                  known="played", tests="aside"),
        ]  # fmt: skip

    def broken(self, method: Method, moduli: list[np.ndarray]) -> Check:
        """The constructed streams: drift times S below 0 on each."""
        worst = -np.inf
        for sizes in moduli:
            c = unequal(sizes, credits(method, sizes), self.weight)
            told = limit(method, Periodic(c))
            worst = max(worst, told.drift * told.slope_sum / abs(c).sum())
        name = f"drift S / sum |c| of {method.brief()}, largest of {TRIED} streams made from its credits"
        return below(name, 0.0, worst)


def continuous_but_late() -> tuple[float, float]:
    """A period's updates added up, and S, where every V_t is continuous and V* is not at 0."""
    c, m, drift = (-0.97816546, 1.0, 0.0), 0.0, 0.0
    for t in range(1, 30_001):
        g = c[(t - 1) % 3]
        m = 0.5 * m + 0.5 * g
        V = 2.0 - abs(g) ** (1 / t)
        drift += m / V**0.5 if t > 30_000 - 3 else 0.0
    return drift, sum(c)
