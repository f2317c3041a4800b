"""Theorem 2: for every beta1, beta2 there is a stream on which Adam fails."""

from __future__ import annotations

import math

import numpy as np

from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.methods.adam import Adam
from regretlab.parameters import real, whole
from regretlab.theorems.check import Check, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import drift

# beta1, beta2, least C and the C that is remembered to suffice, as derived before this file was written
COVERED = ((0.0, 0.99, 21, 3217), (0.0, 0.999, 64, 42622), (0.9, 0.99, 30, 3217), (0.9, 0.999, 74, 42622))  # fmt: skip
UNCOVERED = ((0.9, 0.1, 10), (0.99, 0.5, 29), (0.9, 0.001, 15))  # beta1 > sqrt(beta2)


class Theorem2(Claim):
    """(C, P) = (C, C) with C large enough: S = 1, and R_T / T -> 2 / C."""

    name = "reddi-theorem-2"
    title = "For any beta1 < sqrt(beta2) there is a stream on which Adam's average regret does not vanish"
    source = "Reddi, Kale & Kumar (2018), theorem 2"
    label = "PLM"
    statement = (
        "For any constant beta1, beta2 in [0, 1) with beta1 < sqrt(beta2) there is a stream, f_t(x) = C x "
        "if t mod C = 1, else -x, on [-1, 1], on which Adam's R_T / T does not tend to 0."
    )
    erratum = (
        "beta1 < sqrt(beta2) is not needed. In the proof v >= (1 - beta2) beta2^(i-1) C^2 is off by one "
        "(second-hand)."
    )
    remark = (
        "The C that is remembered to suffice is hundreds of times the least one. The exact limit is 2 / C."
        " The certificate is of this (beta1, beta2, C) alone."
    )
    figure = "theorem2"

    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)
    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.99)
    C: int = whole("[3, 5000]", "large coefficient, and the period", "C", default=30)

    def certified(self):
        return Adam(beta1=self.beta1, beta2=self.beta2), Spike(C=self.C, small=1.0, period=self.C)

    def checks(self) -> list[Check]:
        told = limit(*self.certified())
        listed = [
            equal(f"lim R_T / T = 2 / C at C = {self.C}, ({self.beta1:g}, {self.beta2:g})",
                  2 / self.C, told.average_regret),
        ]  # fmt: skip
        for b1, b2, least, enough in COVERED:
            at = f"beta1 = {b1:g}, beta2 = {b2:g}"
            C = sufficient(b1, b2)
            listed += [
                below(f"drift at C = {C}, which is remembered to suffice, {at}", 0.0, drift(C, C, b1, b2)),
                equal(f"that C, {at}", enough, C, tests="aside"),
                equal(f"least C, {at}", least, least_C(b1, b2), tests="aside"),
            ]  # fmt: skip
        for b1, b2, least in UNCOVERED:
            name = f"least C though beta1 > sqrt(beta2): ({b1:g}, {b2:g})"
            listed.append(equal(name, least, least_C(b1, b2), tests="aside"))
        rng = np.random.default_rng(2)
        grid = [(rng.uniform(0, 0.97), rng.uniform(0, 0.97)) for _ in range(40)]
        missed = sum(math.isinf(least_C(b1, b2)) for b1, b2 in grid)
        name = "pairs without a C up to 3000, of 40 random ones, beta1 < sqrt(beta2) or not"
        return [*listed, equal(name, 0, missed, known="searched")]


def least_C(beta1: float, beta2: float) -> float:
    """The least whole C with a negative drift on (C, C); infinite if there is none up to 3000."""
    return next((C for C in range(3, 3000) if drift(C, C, beta1, beta2) < 0), math.inf)


def sufficient(beta1: float, beta2: float) -> int:
    """The least C from which on the three conditions of the proof hold, as they are remembered."""
    C = np.arange(3.0, 1e5)
    g = beta1 / math.sqrt(beta2)
    rise = 1 + g * (1 - g ** (C - 1)) / (1 - g)
    with np.errstate(under="ignore"):
        small = beta1 ** (C / 2 - 1) / (1 - beta1) if beta1 else 0.0 * C
        first = (1 - beta1) * beta1 ** (C - 1) * C <= 1 - beta1 ** (C - 1)
        second = (C - 2) / 2 * math.log(beta2) + 2 * np.log(C) <= 0
    third = 3 * (1 - beta1) / (2 * math.sqrt(1 - beta2)) * rise + small < C / 3
    fails = np.flatnonzero(~(first & second & third))
    return int(C[fails[-1] + 1]) if len(fails) else 3
