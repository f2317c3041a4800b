"""On a stream of period 2 Adam never fails, but for sign-SGD."""

from __future__ import annotations

import math

import numpy as np

from regretlab.game import play
from regretlab.losses.spike import Spike
from regretlab.methods.signsgd import SignSGD
from regretlab.parameters import real, whole
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import drift

TRIED, ROUNDS, ALPHA = 2000, 20_000, 0.5


class Period2(Claim):
    """C x, -x, C x, ...: the drift has the right sign, unless beta1 = beta2 = eps = 0."""

    name = "period-2"
    title = "On a stream of period 2 Adam's average regret vanishes, but for sign-SGD"
    source = "derived here"
    label = "D"
    statement = (
        "On f_t(x) = C x if t is odd, else -x, C > 1, Adam has drift > 0, so that R_T / T -> 0, for every "
        "beta1, beta2 in [0, 1) and eps >= 0 but beta1 = beta2 = eps = 0, where the drift is 0, x_t -> 1 - "
        "eta(1/2) alpha from x_1 = 1 and the average regret does not vanish."
    )
    remark = "eta(1/2) = 1 - 1/sqrt(2) + 1/sqrt(3) - ... = 0.6049. So 3 is the least period that theorem 1 can have."

    C: float = real("(1, inf)", "large coefficient", "C", default=3.0)
    period: int = whole("[2, inf)", "period", "P", default=2)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(6)
        least = math.inf
        for _ in range(TRIED):
            b1, b2 = (
                rng.choice([0.0, rng.uniform(), 1 - 10 ** rng.uniform(-4, 0)]) for _ in range(2)
            )
            eps = rng.choice([0.0, 10 ** rng.uniform(-8, 2)]) if b1 + b2 else 1.0
            C = self.period - 1 + (self.C - 1) * 10 ** rng.uniform(-3, 2)
            least = min(least, drift(C, self.period, b1, b2, eps))
        limit_of_x = 1 - eta() * ALPHA
        run = play(
            SignSGD(), Spike(C=self.C, small=1.0, period=self.period), rounds=ROUNDS,
            step=InverseSqrt(alpha=ALPHA), x1=1.0, engine="plain", progress=False,
        )  # fmt: skip
        exact = (self.C - 1) / 2 * (limit_of_x + 1)
        average = float(run.data.average_regret[-1])
        off = max(map(abs, identities(self.period)))
        return [
            equal("the identities that the proof rests on, largest error in whole numbers", 0, off, off=0,
                  known="proved", tests="aside"),
            above("least drift of 2000 random (C, beta1, beta2, eps)", 0.0, least, known="searched"),
            equal("drift of sign-SGD", 0.0, drift(self.C, self.period, 0.0, 0.0)),
            equal("x_T of sign-SGD, alpha = 0.5, T = 20,000: 1 - eta(1/2) alpha", limit_of_x, run.x[0],
                  off=ALPHA / math.sqrt(ROUNDS), known="played"),
            equal("R_T / T of sign-SGD: (C - 1) (2 - eta(1/2) alpha) / 2", exact, average, off=0.02,
                  known="played"),
        ]  # fmt: skip


def identities(P: int) -> list[int]:
    """Left less right of three identities, on a grid of whole numbers finer than their degrees.

    With b1 C < 1 (else the drift is plainly positive) it has the sign of F = (C - b1)^2 (1 + b2 C^2 + e) -
    (1 - b1 C)^2 (C^2 + b2 + e), e = eps (1 + b2). F is affine in b2 at fixed e, so that it is enough to
    look at b2 = 0 and b2 = 1: F(0, 0) = b1 (C^2 - 1) (2 C - b1 - b1 C^2) >= 0, F(1, 0) = (C^2 + 1)
    (C^2 - 1) (1 - b1^2) > 0, and e adds e (C^2 - 1) (1 - b1^2).
    """

    def F(C: int, b: int, b2: int, e: int) -> int:
        return (C - b) ** 2 * (1 + b2 * C * C + e) - (1 - b * C) ** 2 * (C * C + b2 + e)

    grid = [(C, b) for C in range(P, P + 8) for b in range(4)]
    return [
        *(F(C, b, 0, 0) - b * (C * C - 1) * (2 * C - b - b * C * C) for C, b in grid),
        *(F(C, b, 1, 0) - (C * C + 1) * (C * C - 1) * (1 - b * b) for C, b in grid),
        *(F(C, b, 1, 3) - F(C, b, 1, 0) - 3 * (C * C - 1) * (1 - b * b) for C, b in grid),
    ]


def eta() -> float:
    """1 - 1/sqrt(2) + 1/sqrt(3) - ..., by averaging two partial sums and their neighbours' mean."""
    terms = np.array([(-1) ** k / math.sqrt(k + 1) for k in range(4000)])
    sums = np.cumsum(terms)[-12:]
    while len(sums) > 1:
        sums = (sums[1:] + sums[:-1]) / 2
    return float(sums[0])
