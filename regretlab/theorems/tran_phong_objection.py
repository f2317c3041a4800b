"""Tran & Phong's objection to the proof of theorem 4: what it breaks, and what it does not."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem4 import Theorem4
from regretlab.game import play
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.adamx import AdamX
from regretlab.methods.amsgrad import AMSGrad
from regretlab.methods.method import Method
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, at_most, below
from regretlab.theorems.claim import Claim
from regretlab.theorems.held import played, ratio

ROUNDS = 500


class Objection(Claim):
    """sqrt(vhat_t) / (alpha_t (1 - beta1_t)) is telescoped as though it rose: with beta1_t it need not."""

    name = "tran-phong-objection"
    title = "The proof of theorem 4 telescopes what need not be monotone"
    source = "Tran & Phong (2019), on Reddi, Kale & Kumar (2018), theorem 4, and Kingma & Ba (2015)"
    label = "L"
    statement = (
        "Where beta1_t varies, sqrt(vhat_t) / (alpha_t (1 - beta1_t)) may fall, and the telescoping of the "
        "printed proof is invalid. AdamX's vhat_t makes it rise."
    )
    remark = (
        "What it breaks is the proof. What it does not break is the statement, which follows from another "
        "potential, sqrt(vhat_t) / alpha_t (theorem-4-improved)."
    )

    lam: float = real("(0, 1)", "rate of beta1's decay", r"\lambda", default=0.5)
    beta1: float = real("[0, 1)", "first beta1_t", r"\beta_1", default=0.9)

    def checks(self) -> list[Check]:
        b1, lam = self.beta1, self.lam
        learner = AMSGrad(beta1=b1, beta2=0.99, beta1_decay="geometric", lam=lam)
        mended = AdamX(beta1=b1, beta2=0.99, beta1_decay="geometric", lam=lam)
        run = played(learner, ReddiPeriod3(C=3.0), 0.5, 1.0, ROUNDS)
        return [
            below("least growth a round of sqrt(vhat_t) / (alpha_t (1 - beta1_t)), AMSGrad", 0.0,
                  self.growth(learner), known="played"),
            above("the same for AdamX", -1e-12, self.growth(mended),
                  known="played"),
            at_most("R_t / bound of theorem 4 on that play", 1.0, ratio(Theorem4(), run), known="played",
                    tests="aside"),
        ]  # fmt: skip

    def growth(self, learner: Method) -> float:
        """The least of a_{t+1} / a_t - 1 over a play."""
        run = play(
            learner, ReddiPeriod3(C=3.0), rounds=ROUNDS, step=InverseSqrt(), x1=1.0, at=1,
            engine="plain", record="V", progress=False,
        )  # fmt: skip
        t = np.arange(1, ROUNDS + 1)
        pace = np.sqrt(run.data.V.values[:, 0] * t) / (1 - self.beta1 * self.lam ** (t - 1.0))
        return float((pace[1:] / pace[:-1]).min() - 1)
