"""Theorem 3: a stochastic problem on which Adam fails."""

from __future__ import annotations

import math

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.reddi import ReddiStochastic
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim

ROUNDS, RUNS = 100_000, 8


class Theorem3(Claim):
    """C x with probability (1 + delta) / (C + 1), else -x: pseudo-regret / T -> 2 delta on [-1, 1]."""

    name = "reddi-theorem-3"
    title = "There is a stochastic problem on which Adam does not converge"
    source = "Reddi, Kale & Kumar (2018), theorem 3"
    label = "LD"
    statement = (
        "For any constant beta1 < sqrt(beta2) there is a stochastic convex problem, f_t(x) = C x with "
        "probability p = (1 + delta) / (C + 1), else -x, F(x) = E f_t(x) = delta x, C large, on which Adam "
        "does not converge: from x_1 = 0 E[F(x_t)] - F(-1) >= delta."
    )
    erratum = (
        "The printed E[T_3] has sqrt(beta2 (1 + delta) C^2 + 1 - beta2), where it must be C (second-hand). "
        "The proof does not project; on [-1, 1] pseudo-regret / T -> 2 delta."
    )
    remark = (
        "E[u], the mean update in the stationary state, decides, for alpha_t -> 0 with an infinite sum; it is had by "
        "quadrature. The plays are evidence beside it."
    )
    figure = "figure1"

    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)
    beta2: float = real("(0, 1)", "second-moment decay", r"\beta_2", default=0.99)
    delta: float = real("(0, 1]", "slope of the mean", r"\delta", default=0.1)

    def checks(self) -> list[Check]:
        C = enough(0.0, 0.5, self.delta)
        p = (1 + self.delta) / (C + 1)
        listed = self.on(
            Adam(beta1=0.0, beta2=0.5), SpikeIID(C=C, small=1.0, p=p), f"C = {C:.4g}, (0, 0.5)"
        )
        both = f"({self.beta1:g}, {self.beta2:g})"
        learner = Adam(beta1=self.beta1, beta2=self.beta2)
        return [*listed, *self.on(learner, ReddiStochastic(), f"1010 / -10, {both}")]

    def on(self, learner: Adam, stream: SpikeIID, name: str) -> list[Check]:
        """Eight seeds of one problem, with a step at which the walls are reached soon."""
        run = play(
            learner, stream, rounds=ROUNDS, step=InverseSqrt(alpha=2.0), x1=0.0, runs=RUNS, progress=False
        )  # fmt: skip
        slope = float(stream.expected_gradient()[0])
        data = run.data.isel(round=-1)
        excess = float((slope * (data.final_iterate + 1)).mean())
        late = run.data.sel(round=ROUNDS // 2, method="nearest")
        told = limit(learner, stream)
        done = float(data.pseudo_regret.mean() - late.pseudo_regret.mean())
        rate = done / (ROUNDS - int(late["round"])) / slope
        return [
            below(f"E[u], plus its error, {name}", 0.0, told.drift + told.drift_error, known="quadrature"),
            equal(f"lim pseudo-regret / T / delta, {name}", 2.0, told.average_regret / slope,
                  known="quadrature"),
            above(f"(E F(x_T) - F(-1)) / delta, {name}", 1.0, excess / slope, known="played"),
            Check(f"pseudo-regret a round / delta, t > T / 2, {name}", "2, within 15 %", rate,
                  abs(rate / 2 - 1) < 0.15, "played", "aside"),
        ]  # fmt: skip


def enough(beta1: float, beta2: float, delta: float) -> float:
    """A C that suffices: max(2 (1 + d), 4 (1 + d)^3 B^2 / (1 - beta1)^2), second-hand."""
    g = beta1 / math.sqrt(beta2)
    K = 2 * (1 - beta1) / math.sqrt(beta2 * (1 - beta2))
    B = 1 / math.sqrt(1 - beta2) + beta1 * K / (1 - g)
    return max(2 * (1 + delta), 4 * (1 + delta) ** 3 * B**2 / (1 - beta1) ** 2)
