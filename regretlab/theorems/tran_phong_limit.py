"""Corollary 4.5 of Tran & Phong: the average regret tends to 0, or below."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem4 import Theorem4Improved
from regretlab.losses.periodic import Periodic
from regretlab.methods.amsgrad import AMSGrad
from regretlab.parameters import whole
from regretlab.theorems.check import Check, above, at_most
from regretlab.theorems.claim import Claim
from regretlab.theorems.held import played, ratio


class Vanishing(Claim):
    """Losses that change sign at t = 2^k: the learner follows, no fixed point can, and R_T < -T / 2."""

    name = "tran-phong-corollary-4-5"
    title = "AMSGrad's average regret tends to 0"
    source = "Tran & Phong (2019), corollary 4.5"
    label = "L"
    statement = "Under theorem 4.1, lim R_T / T = 0."
    erratum = (
        "Regret can be negative in proportion to T, so that a bound from above gives limsup R_T / T <= 0 "
        "only."
    )

    doublings: int = whole("[4, 16]", "T = 2^doublings", default=14)

    def checks(self) -> list[Check]:
        t = np.arange(1, 2**self.doublings + 1)
        signs = np.where(np.floor(np.log2(t)).astype(int) % 2 == 0, 1.0, -1.0)
        run = played(AMSGrad(beta1=0.0, beta2=0.99), Periodic(signs), 0.5, 1.0, len(t))
        lowest = run.data.average_regret.where(run.data["round"] > len(t) // 8, drop=True)
        return [
            above("largest R_t / t, t > T / 8, sign changes at 2^k", -0.1, float(lowest.max()), known="played"),
            at_most("R_t / t, largest there: limsup R_T / T <= 0", 0.0, float(lowest.max()), known="played",
                    tests="correction"),
            at_most("R_t / bound of theorem-4-improved", 1.0, ratio(Theorem4Improved(), run),
                    known="played", tests="aside"),
        ]  # fmt: skip
