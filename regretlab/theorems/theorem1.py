"""Theorem 1: RMSProp fails on the stream of period 3."""

from __future__ import annotations

import math

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import real
from regretlab.schedules import Constant, InverseSqrt
from regretlab.theorems.check import Check, above, at_most, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import bisect, drift

ROUNDS = 3000
THRESHOLDS = {2.1: 0.8859, 2.5: 0.6292, 3.0: 0.4723, 5.0: 0.2368, 10.0: 0.0983}  # found before
OTHERS = (2.001, 2.1, 2.5, 5.0, 10.0, 100.0, 1e4)  # C


class Theorem1(Claim):
    """R_T / T does not vanish: beta1 = 0, beta2 = 1 / (1 + C^2), C x when t mod 3 = 1, else -x.

    The limit is (2 C - 4) / 3, from every x_1 and with every alpha; x_{3k+1} = 1 for all k.
    """

    name = "reddi-theorem-1"
    title = "Adam's average regret need not vanish (beta1 = 0)"
    source = "Reddi, Kale & Kumar (2018), theorem 1"
    label = "PLM"
    statement = (
        "On F = [-1, 1], for C > 2, f_t(x) = C x if t mod 3 = 1, else -x, Adam with beta1 = 0 and beta2 = "
        "1 / (1 + C^2) has average regret that does not vanish; with a constant step too (text read). With "
        "alpha_t = alpha / sqrt(t), alpha < sqrt(1 - beta2), x_1 = 1: x_t > 0 and x_{3k+1} = 1 for all t and "
        "k (from memory), and R_T >= (2 C - 4) T / 3, T a multiple of 3 (second-hand)."
    )
    erratum = (
        "In the proof, as we remember it, 1/sqrt(3k+2) + 1/sqrt(3k+3) >= sqrt(2) / sqrt(3k+1) is false at k = "
        "0; with the exact v_2 and v_3 the block holds all the same. The bound on alpha is needed for x_t > 0 "
        "only."
    )
    remark = "P = 3 fails for beta2 below a threshold that depends on C, far above 1 / (1 + C^2)."
    figure = "theorem1"

    C: float = real("(2, inf)", "large coefficient", "C", default=3.0)
    beta2: float = real("[0, 1)", "second-moment decay; 1 / (1 + C^2)", r"\beta_2", default=0.1)

    def certified(self):
        return RMSProp(beta2=self.beta2), ReddiPeriod3(C=self.C)

    def checks(self) -> list[Check]:
        learner, stream = RMSProp(beta2=self.beta2), ReddiPeriod3(C=self.C)
        alpha = math.sqrt(1 - self.beta2) / 2
        run = play(
            learner, stream, rounds=ROUNDS, step=InverseSqrt(alpha), x1=1.0, at=1, engine="plain"
        )
        x, T = run.data.iterate.values[:, 0], run.data["round"].values
        regret, blocks = run.data.regret.values, T % 3 == 0
        slack = float((regret - (2 * self.C - 4) / 3 * T)[blocks].min())
        told = limit(learner, stream)
        held = limit(learner, stream, step=Constant(0.01))
        exact = (2 * self.C - 4) / 3
        off = max(abs(average(C, 1 / (1 + C * C)) / ((2 * C - 4) / 3) - 1) for C in OTHERS)
        return [
            equal("lim R_T / T = (2 C - 4) / 3", exact, told.average_regret),
            equal("at C in 2.001 .. 1e4, largest relative error of it", 0.0, off),
            equal(
                "min of x_{3k+1}, T = 3000, from x_1 = 1",
                1.0,
                x[::3].min(),
                off=0.0,
                known="played",
            ),
            above("min of x_t", 0.0, x.min(), known="played"),
            at_most("(2 C - 4) T / 3 - R_T, T = 3, 6, ...", 0.0, -slack, known="played"),
            at_most(
                "(2 C - 4) / 3 - lim R_T / T, constant step 0.01", 0.0, exact - held.average_regret
            ),
            *self.of_the_proof(),
        ]

    def of_the_proof(self) -> list[Check]:
        """The chain that breaks in the first block, what mends it, and how far P = 3 fails."""
        chain = 1 / math.sqrt(2) + 1 / math.sqrt(3)
        late = min(climb(k) for k in range(1, 1000))
        least = min(first_block(2 + 10.0**e) for e in range(-6, 7))
        edge = threshold(self.C)
        return [
            below("the chain of the printed proof at k = 0", math.sqrt(2), chain, tests="aside"),
            above("its two sides' ratio at k = 1 .. 999, least", 1.0, late, tests="aside"),
            above("steps up / step down in block 0, with the exact v_2 and v_3, least over C > 2", 1.0,
                  least, known="searched", tests="aside"),
            *(
                equal(f"P = 3 fails if and only if beta2 <, C = {C:g}", known, threshold(C), off=5.1e-5,
                      tests="aside")
                for C, known in THRESHOLDS.items()
            ),
            above("P = 3 fails for all beta2 below", self.beta2, edge, tests="aside"),
        ]  # fmt: skip


def average(C: float, beta2: float) -> float:
    """lim R_T / T."""
    return limit(RMSProp(beta2=beta2), ReddiPeriod3(C=C)).average_regret


def threshold(C: float) -> float:
    """The beta2 at which the drift on C x, -x, -x changes its sign, beta1 = 0."""
    return bisect(lambda beta2: drift(C, 3, 0.0, beta2) < 0, 0.0, 0.999)


def climb(k: int) -> float:
    """(1/sqrt(3k+2) + 1/sqrt(3k+3)) / (sqrt(2) / sqrt(3k+1))."""
    return (1 / math.sqrt(3 * k + 2) + 1 / math.sqrt(3 * k + 3)) * math.sqrt((3 * k + 1) / 2)


def first_block(C: float) -> float:
    """What x climbs in rounds 2 and 3 over what it falls in round 1, without walls."""
    beta2 = 1 / (1 + C * C)
    v1 = (1 - beta2) * C * C
    v2 = beta2 * v1 + 1 - beta2
    v3 = beta2 * v2 + 1 - beta2
    return (1 / math.sqrt(2 * v2) + 1 / math.sqrt(3 * v3)) * math.sqrt(v1) / C
