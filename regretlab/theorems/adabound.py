"""AdaBound's step, which its proof takes to be monotone."""

from __future__ import annotations

import numpy as np

from regretlab.game import play
from regretlab.losses.spike import Spike
from regretlab.methods.adabound import AdaBound
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, equal
from regretlab.theorems.claim import Claim

ROUNDS = 60


class AdaBoundStep(Claim):
    """sqrt(t) / eta_t falls right after a spike has left v."""

    name = "adabound-step"
    title = "AdaBound's sqrt(t) / eta_t never falls"
    source = "Luo, Xiong, Liu & Sun (2019), proof of theorem 4"
    label = "M"
    statement = (
        "With eta_t = clip(alpha / sqrt(v_t), lower_t, upper_t), lower_t non-decreasing and upper_t non-increasing, "
        "sqrt(t) / eta_t >= sqrt(t-1) / eta_{t-1} for all t."
    )
    erratum = (
        "Bounds that close in do not make it monotone: while alpha / sqrt(v_t) lies between them v_t may fall "
        "faster than t grows. Savarese (2019) assumes more of the bounds (savarese-condition)."
    )
    remark = "On 10 x once in five rounds, else -x, alpha = 1, final 0.1, gamma = 0.001."

    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.9)

    def checks(self) -> list[Check]:
        learner = AdaBound(beta1=0.0, beta2=self.beta2, alpha=1.0)
        run = play(
            learner, Spike(C=10.0, small=1.0, period=5), rounds=ROUNDS, x1=1.0, at=1, engine="plain",
            record=("gamma", "V"), progress=False,
        )  # fmt: skip
        gamma = run.data.gamma.values[:, 0]
        t = np.arange(1, ROUNDS + 1)
        falls = t[1:][gamma[1:] < 0]
        eta = 1 / np.sqrt(run.data.V.values[:, 0])
        off = np.sqrt(t[1:]) / eta[1:] - np.sqrt(t[:-1]) / eta[:-1] - gamma[1:]
        first = int(falls[0]) if len(falls) else None
        return [
            above(f"least sqrt(t) / eta_t - sqrt(t-1) / eta_(t-1), t = 2 .. {ROUNDS}", -1e-12,
                  float(gamma[1:].min()), known="played"),
            Check("first t at which it falls", 12, first, first == 12 if first else True, "played", "aside"),
            equal("that difference from eta_t less the recorded Gamma_t, largest", 0.0, float(abs(off).max()),
                  off=1e-9, tests="aside"),
        ]  # fmt: skip
