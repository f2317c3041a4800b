"""Theorem 4.1 of Kingma & Ba, carried over to projected Adam."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.kingma_ba import KingmaBa
from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.adam import Adam
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, equal
from regretlab.theorems.held import BoundClaim


class KingmaBaTheorem(BoundClaim):
    """C = 3, beta1 = 1/2, lambda = 0.9, beta2 = 0.1, alpha = 0.2, x_1 = 1: broken from round 59918 on."""

    name = "kingma-ba-theorem-4-1"
    title = "Adam's regret bound"
    source = "Kingma & Ba (2015), theorem 4.1, carried over to projected Adam"
    label = "M"
    statement = (
        "With both corrections, beta1_t = beta1 lambda^(t-1), gamma = beta1^2 / sqrt(beta2) < 1: R_T <= "
        "D_2^2 / (2 alpha (1 - beta1)) sum_i sqrt(T vhat_T,i) + alpha (1 + beta1) G / ((1 - beta1) "
        "sqrt(1 - beta2) (1 - gamma)^2) sum_i |g_1:T,i| + sum_i D^2 G sqrt(1 - beta2) / (2 alpha "
        "(1 - beta1) (1 - lambda)^2)."
    )
    erratum = (
        "The right-hand side is as we know it: the paper, which projects nowhere and assumes iterates of "
        "bounded distance, was not read."
    )
    remark = (
        "The certificate is of Adam with beta1 = 0: as beta1_t falls geometrically, the orbit that decides is "
        "that one."
    )
    bound = KingmaBa

    beta2: float = real("(0.07, 1)", "second-moment decay", r"\beta_2", default=0.1)

    def certified(self):
        return RMSProp(beta2=self.beta2), ReddiPeriod3(C=3.0)

    def checks(self) -> list[Check]:
        learner = Adam(
            beta1=0.5, beta2=self.beta2, correction="both", beta1_decay="geometric", lam=0.9
        )
        run = play(
            learner, ReddiPeriod3(C=3.0), rounds=60_100, step=InverseSqrt(alpha=0.2), x1=1.0,
            at=[1000, *range(39_261 - 9, 39_262), *range(59_910, 60_101)], engine="plain",
            record=("V", "squares", "middle", "steepest"), progress=False,
        )  # fmt: skip
        held = run.against(KingmaBa())
        late = [self.on(KingmaBa(), run, "C = 3, alpha = 0.2, T = 60,100")]
        told = limit(*self.certified())
        checks = [equal("lim R_T / T, the bound being O(sqrt(T))", 0.0, told.average_regret)]
        slack = np.zeros(1) if held.slack is None else held.slack
        first, unbroken = np.flatnonzero(slack < 0), np.flatnonzero(slack >= 0)
        if len(first) and len(unbroken):
            asides = {
                "first round in which it is broken": (39261, held.rounds[first[0]]),
                "first round from which on it is, to T": (59918, held.rounds[unbroken[-1]] + 1),
            }
            checks += [
                equal(name, known, int(t), known="played", tests="aside")
                for name, (known, t) in asides.items()
            ]
        return [*late, *checks]
