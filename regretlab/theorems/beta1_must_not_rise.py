"""Why the bound without a middle term asks for a beta1_t that never rises."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem4 import Theorem4Improved, Theorem4NoMiddle
from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, at_most, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.held import played, ratio
from regretlab.theorems.learners.alternating import Alternating

ROUNDS = 20_000


class MustNotRise(Claim):
    """AMSGrad with beta1_t = 1/2 in odd rounds and 0 in even ones, on 2 x, -x, 2 x, -x, ...

    The spike is halved and the small gradient is not: m_t = 1, -1, 1, ... plus what is left of the
    round before, so that the drift has the wrong sign; vhat_t does not matter to it.
    """

    name = "beta1-must-not-rise"
    title = "With a beta1_t that rises, AMSGrad's regret can be linear"
    source = "derived here, after Reddi, Kale & Kumar (2018), theorem 4 and corollary 1"
    label = "D"
    statement = (
        "AMSGrad with beta1_t = 1/2 in odd rounds, 0 in even ones, on f_t(x) = 2 x if t is odd, else -x, "
        "on [-1, 1]: x_t -> 1 and R_T / T -> 1, for every beta2 > 1/4, every alpha and every x_1."
    )
    remark = (
        "So theorem 4 needs its middle term, linear in T here, where beta1_t is free: the bound without it "
        "is broken by this play."
    )

    beta1: float = real("[0, 1)", "decay in odd rounds", r"\beta_1", default=0.5)
    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.99)

    def checks(self) -> list[Check]:
        learner = Alternating(beta1=self.beta1, beta2=self.beta2)
        stream = Spike(C=2.0, small=1.0, period=2)
        told = limit(learner, stream)
        run = played(learner, stream, 0.5, -1.0, ROUNDS)
        data, setting = run.data, run.setting()
        without = Theorem4NoMiddle().right_hand_side(data, setting)
        with np.errstate(divide="ignore", invalid="ignore"):
            broken = float(np.nanmax(data.regret.values / without))
        return [
            equal("lim x_t", 1.0, told.x_limit),
            equal("lim R_T / T", 1.0, told.average_regret),
            above("x_T at T = 20,000, from x_1 = -1", 0.9, run.x[0], known="played"),
            above("R_t / bound without a middle term", 1.0, broken, known="played"),
            at_most("R_t / bound with it, theorem-4-improved", 1.0, ratio(Theorem4Improved(), run),
                    known="played", tests="aside"),
        ]  # fmt: skip
