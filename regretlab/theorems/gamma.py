"""Gamma_t, the quantity that equation 2 asks to be positive semi-definite."""

from __future__ import annotations

import numpy as np

from regretlab.game import play
from regretlab.losses.periodic import Periodic
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.adagrad import AdaGrad
from regretlab.methods.adam import Adam
from regretlab.methods.amsgrad import AMSGrad
from regretlab.methods.method import Method
from regretlab.methods.rmsprop import RMSProp
from regretlab.methods.sgd import SGD
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, at_most, below
from regretlab.theorems.claim import Claim

TRIED, ROUNDS = 8, 300


class Gamma(Claim):
    """Gamma_t = sqrt(V_t) / alpha_t - sqrt(V_{t-1}) / alpha_{t-1}, as a play records it."""

    name = "gamma"
    title = "Gamma_t is never negative for SGD, AdaGrad and AMSGrad, and is for Adam"
    source = "Reddi, Kale & Kumar (2018), equation 2"
    label = "PD"
    statement = (
        "Gamma_t = sqrt(V_t) / alpha_t - sqrt(V_{t-1}) / alpha_{t-1} is positive semi-definite for SGD, AdaGrad "
        "and AMSGrad, and need not be for Adam and RMSProp (text read). The proof of theorem 4 needs it: sum_t "
        "Gamma_t (x_t - x*)^2 <= D^2 sqrt(V_T) / alpha_T holds where no Gamma_t is negative, and fails for RMSProp "
        "on 3 x, -x, -x (derived here)."
    )
    remark = "Each (x_t - x*)^2 is at most D^2, and the Gamma_t add up to sqrt(V_T) / alpha_T."

    beta2: float = real("[0, 1)", "second-moment decay of Adam and RMSProp", default=0.1)
    share: float = real("(0, inf)", "share of the telescoped sum that is claimed", default=1.0)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(15)
        streams = [rng.normal(size=int(rng.integers(1, 9))) for _ in range(TRIED)]
        listed = []
        for method in (SGD(), AdaGrad(), AMSGrad(beta1=0.5, beta2=0.9)):
            least = min(self.least(method, Periodic(c)) for c in streams)
            name = f"least Gamma_t / (sqrt(V_t) / alpha_t) of {method.name}, {TRIED} random streams"
            listed.append(above(name, -1e-12, least, known="searched"))
        for method in (Adam(beta1=0.0, beta2=self.beta2), RMSProp(beta2=self.beta2)):
            name = f"the same of {method.brief()} on 3 x, -x, -x"
            listed.append(below(name, 0.0, self.least(method, ReddiPeriod3(C=3.0)), known="played"))
        name = "sum_t Gamma_t (x_t - x*)^2 / (D^2 sqrt(V_T) / alpha_T), {} on 3 x, -x, -x"
        right, wrong = AMSGrad(beta1=0.0, beta2=self.beta2), RMSProp(beta2=self.beta2)
        return [
            *listed,
            at_most(name.format("AMSGrad"), self.share, telescoped(right), known="played"),
            above(name.format("RMSProp"), 1.0, telescoped(wrong), known="played"),
        ]

    def least(self, method: Method, stream: Periodic | ReddiPeriod3) -> float:
        gamma, pace, _ = recorded(method, stream)
        return float((gamma[1:] / pace[1:]).min())


def recorded(method: Method, stream: Periodic | ReddiPeriod3):
    """Gamma_t, sqrt(V_t) / alpha_t and x_t, t = 1 .. T."""
    run = play(
        method, stream, rounds=ROUNDS, step=InverseSqrt(0.5), x1=1.0, at=1, engine="plain",
        record=("gamma", "V"), progress=False,
    )  # fmt: skip
    gamma = run.data.gamma.values[:, 0].copy()
    pace = np.sqrt(run.data.V.values[:, 0] * np.arange(1, ROUNDS + 1)) / 0.5
    gamma[0] = pace[0]  # nothing came before round 1
    return gamma, pace, run.data.iterate.values[:, 0]


def telescoped(method: Method) -> float:
    """sum_t Gamma_t (x_t - x*)^2 over what it telescopes to, with x* = -1 and D = 2."""
    gamma, pace, x = recorded(method, ReddiPeriod3(C=3.0))
    return float(gamma @ (x + 1) ** 2 / (4 * pace[-1]))
