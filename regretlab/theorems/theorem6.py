"""Theorem 6: eps in the root does not save Adam."""

from __future__ import annotations

import math

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, equal
from regretlab.theorems.claim import Claim

ROUNDS = 3000
KAPPA = {2.1: 0.05840, 3.0: 0.07081, 100.0: 0.09173}  # as found before this file was written


class Theorem6(Claim):
    """P = 3, beta1 = 0, eps = 1 in the root, beta2 = 2 / ((1 + C^2) C^2): R_T / T -> (2 C - 4) / 3."""

    name = "reddi-theorem-6"
    title = "Adam with eps > 0 fails too"
    source = "Reddi, Kale & Kumar (2018), theorem 6, appendix"
    label = "L"
    statement = (
        "With eps > 0 in the root, beta1 = 0 and beta2 = 2 / ((1 + C^2) C^2) Adam's average regret does not "
        "vanish on C x, -x, -x, C > 2, from x_1 = 1; x_{3k+1} = 1 for all k."
    )
    erratum = (
        "x_4 = 1 - kappa alpha is below 1, as in the first block of theorem 1's proof. From x_7 on the "
        "pattern holds in the play here, and did in simulations of 6,000 C in [2, 1e6]; the conclusion needs it not: "
        "it is that of the limit. beta2 C^2 + 1 - beta2 + eps = 2 (1 - beta2 + eps / C^2) "
        "holds for eps = 1 only, to which everything can be scaled."
    )

    remark = "The certificate is of the decimal nearest to beta2, which is in it, and of this C; no decimal is 1/45."

    C: float = real("(2, inf)", "large coefficient", "C", default=3.0)
    alpha: float = real("(0, 1)", "step size", r"\alpha", default=0.5)
    beta2: float = real(
        "[0, 1)", "second-moment decay; 2 / ((1 + C^2) C^2)", r"\beta_2", default=1 / 45
    )

    def learner(self) -> Adam:
        return Adam(beta1=0.0, beta2=self.beta2, eps=1.0, eps_place="inside")

    def certified(self):
        return self.learner(), ReddiPeriod3(C=self.C)

    def checks(self) -> list[Check]:
        told = limit(*self.certified())
        run = play(
            *self.certified(), rounds=ROUNDS, step=InverseSqrt(alpha=self.alpha), x1=1.0, at=1,
            engine="plain", progress=False,
        )  # fmt: skip
        x = run.data.iterate.values[::3, 0]
        C, b2 = self.C, self.beta2
        off = b2 * C * C + 1 - b2 + 1 - 2 * (1 - b2 + 1 / C**2)
        asides = [
            equal(
                f"kappa in x_4 = 1 - kappa alpha, C = {C:g}",
                known,
                kappa(C),
                off=5.1e-6,
                tests="aside",
            )
            for C, known in KAPPA.items()
        ]
        return [
            above("lim R_T / T", 0.0, told.average_regret),
            equal("lim R_T / T = (2 C - 4) / 3", (2 * C - 4) / 3, told.average_regret, tests="aside"),
            equal("x_4", 1.0, x[1], off=0.0, known="played", tests="detail"),
            equal("min of x_{3k+1}, k >= 2, T = 3000", 1.0, x[2:].min(), off=0.0, known="played",
                  tests="correction"),
            equal("the printed identity at eps = 1, left less right", 0.0, off, off=1e-12, tests="aside"),
            *asides,
        ]  # fmt: skip


def kappa(C: float) -> float:
    """(1 - x_4) / alpha from x_1 = 1, while no wall is met: one step down and two up."""
    beta2 = 2 / ((1 + C * C) * C * C)
    v1 = (1 - beta2) * C * C
    v2 = beta2 * v1 + 1 - beta2
    v3 = beta2 * v2 + 1 - beta2
    return C / math.sqrt(v1 + 1) - 1 / math.sqrt(2 * (v2 + 1)) - 1 / math.sqrt(3 * (v3 + 1))
