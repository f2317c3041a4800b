"""Theorem 5 as printed, with alpha_T in condition (1): false."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem5 import Theorem5, Theorem5Corrected
from regretlab.losses.periodic import Periodic
from regretlab.parameters import whole
from regretlab.theorems.check import Check, equal
from regretlab.theorems.held import BoundClaim, played
from regretlab.theorems.learners.late import Late


class FifthTheorem(BoundClaim):
    """beta1 = 0, g_t = (-1)^(t+1), v_t = t / T, alpha = 2: R_T = 560.5 > 500 at T = 10^4.

    R_T over the bound grows as ln T does.
    """

    name = "reddi-theorem-5"
    title = "AdamNC's regret bound"
    source = "Reddi, Kale & Kumar (2018), theorem 5, condition (1) as in the first version"
    label = "PL"
    statement = (
        "If (1) sqrt(v_t,i) / alpha_T >= |g_1:t,i| / zeta for all t <= T and (2) sqrt(v_t,i) / alpha_t does "
        "not fall, then R_T <= D^2 / (2 alpha (1 - beta1)) sum_i sqrt(T v_T,i) + D^2 / (1 - beta1)^2 "
        "sum_t sum_i beta1_t sqrt(v_t,i) / alpha_t + 2 zeta / (1 - beta1)^3 sum_i |g_1:T,i|."
    )
    erratum = (
        "Condition (1) needs alpha_t in place of alpha_T: reddi-theorem-5-corrected. In the first version "
        "the middle term is D^2 / (2 (1 - beta1)) sum beta1_t sqrt(v_t); it is 0 in this play."
    )
    bound = Theorem5

    rounds: int = whole("[2, 100000]", "rounds", "T", default=10**4)

    def checks(self) -> list[Check]:
        learner, stream = Late(beta1=0.0, T=float(self.rounds)), Periodic(np.array([1.0, -1.0]))
        run = played(learner, stream, 2.0, 1.0, self.rounds)
        name = f"v_t = t / T, alpha = 2, T = {self.rounds:,}"
        T = float(self.rounds)
        end = Theorem5().right_hand_side(played_whole(run).data, run.setting())[-1]
        return [
            self.on(Theorem5(), run, name),
            self.on(Theorem5Corrected(), run, f"{name}, alpha_t in (1)", tests="correction"),
            equal("the bound at T, which is 5 sqrt(T)", 5 * T**0.5, end, off=1e-6, tests="aside"),
        ]


def played_whole(run):
    """The play with every round recorded, as condition (1) needs it."""
    return run.replay(at=1, progress=False)
