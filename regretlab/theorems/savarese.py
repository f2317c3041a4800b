"""Savarese's condition on AdaBound's bounds, and the regret bound that it gives."""

from __future__ import annotations

import math

import numpy as np

from regretlab.game import play
from regretlab.losses.periodic import Periodic
from regretlab.methods.adabound import AdaBound
from regretlab.parameters import real
from regretlab.theorems.check import Check, at_most, equal
from regretlab.theorems.claim import Claim

TRIED, ROUNDS = 16, 200


class Savarese(Claim):
    """t / lower_t - (t-1) / upper_{t-1} <= M, M = (1 + 2 / gamma) / final for the default bounds."""

    name = "savarese-condition"
    title = "AdaBound's default bounds meet Savarese's condition, and with it a regret bound"
    source = "Savarese (2019), On the convergence of AdaBound and its connection to SGD, theorem 1"
    label = "MD"
    statement = (
        "If t / lower_t - (t-1) / upper_{t-1} <= M for all t, AdaBound with eta_t / sqrt(t) and a non-increasing "
        "beta1_t <= beta1 has R_T <= D^2 / (2 (1 - beta1)) (2 d M (sqrt(T) - 1) + sum_i (1 / eta_1,i + sum_t beta1_t "
        "/ eta_t,i)) + (2 sqrt(T) - 1) R G^2 / (1 - beta1), R = max upper_t (from memory). For lower_t = final (1 - "
        "1 / (gamma t + 1)), upper_t = final (1 + 1 / (gamma t)) the least such M is (1 + 2 / gamma) / final "
        "(derived here)."
    )
    remark = (
        "With s = t - 1 the difference is (1 + 1/gamma + s / (gamma s + 1)) / final, which rises to its limit. So M "
        "is in the thousands at the default gamma, and the bound is far from tight."
    )

    gamma: float = real("(0, inf)", "speed of the bounds", r"\gamma", default=1e-3)
    final: float = real("(0, inf)", "final rate", r"\alpha^*", default=0.1)
    share: float = real("(0, inf)", "share of M that is claimed", default=1.0)

    def checks(self) -> list[Check]:
        M = self.share * (1 + 2 / self.gamma) / self.final
        t = np.unique(np.geomspace(1, 1e9, 4000).astype(np.int64)).astype(float)
        got = self.difference(t)
        late = float(self.difference(np.array([1e9]))[0])
        ratios = [self.ratio(np.random.default_rng((16, n))) for n in range(TRIED)]
        return [
            at_most("t / lower_t - (t-1) / upper_(t-1), largest of 4000 t up to 1e9", M, float(got.max())),
            equal("its value at t = 1e9, over M", 1.0, late / M, off=1e-4),
            at_most(f"R_T / bound with that M, largest of {TRIED} random plays", self.share, max(ratios),
                    known="searched"),
        ]  # fmt: skip

    def difference(self, t: np.ndarray) -> np.ndarray:
        """t / lower_t - (t-1) / upper_(t-1), from the bounds as the method has them."""
        lower = self.final * (1 - 1 / (self.gamma * t + 1))
        s = t - 1
        upper = self.final * (1 + 1 / (self.gamma * np.maximum(s, 1)))
        return t / lower - np.where(s > 0, s / upper, 0.0)

    def ratio(self, rng: np.random.Generator) -> float:
        """R_T over the bound, on one random stream in one dimension; beta1_t = beta1."""
        b1, gamma, final = (
            rng.choice([0.0, 0.5, 0.9]),
            10 ** rng.uniform(-3, 0),
            10 ** rng.uniform(-1, 1),
        )
        learner = AdaBound(
            b1,
            rng.choice([0.5, 0.9, 0.99]),
            alpha=10 ** rng.uniform(-1, 1),
            final=final,
            gamma=gamma,
        )
        c = rng.uniform(-1, 1, int(rng.integers(1, 7)))
        run = play(
            learner, Periodic(c), rounds=ROUNDS, x1=rng.uniform(-1, 1), at=1, engine="plain", record="V",
            progress=False,
        )  # fmt: skip
        eta, M = 1 / np.sqrt(run.data.V.values[:, 0]), (1 + 2 / gamma) / final
        T, G, D = ROUNDS, float(abs(c).max()), 2.0
        top = final * (1 + 1 / gamma)
        first = D**2 / (2 * (1 - b1)) * (2 * M * (math.sqrt(T) - 1) + 1 / eta[0] + (b1 / eta).sum())
        bound = first + (2 * math.sqrt(T) - 1) * top * G**2 / (1 - b1)
        return float(run.data.regret[-1]) / bound
