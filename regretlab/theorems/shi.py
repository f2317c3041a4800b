"""The stream of Shi et al.'s text, and that of their released code."""

from __future__ import annotations

import numpy as np

from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import whole
from regretlab.theorems.check import Check, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import bisect

EDGES = {(10, 1): 0.9554, (10, 2): 0.6344, (31, 1): 0.9957, (31, 2): 0.8942}  # found before


class Shi(Claim):
    """One gradient C in C rounds, or two: the beta2 below which RMSProp fails."""

    name = "shi-two-spikes"
    title = "The released code of Shi et al. plays two large gradients a period, and its edge is another"
    source = (
        "Shi, Li, Hong & Sun (2021), RMSprop converges with proper hyper-parameter; reddiexample.m"
    )
    label = "PD"
    statement = (
        "The code has `mod(j,C)<=1`, two gradients C in C rounds, where the text has one (text of the code read). "
        "RMSProp fails on C = 10 for beta2 below 0.6344 with two, 0.9554 with one; on C = 31 below 0.8942 and "
        "0.9957 (derived here)."
    )
    remark = (
        "A figure drawn with the code shows safety at beta2 where the problem of the text breaks."
    )

    spikes: int = whole("[1, 2]", "large gradients in a period of the code", default=2)

    def checks(self) -> list[Check]:
        code = [10 if j % 10 <= 1 else -1 for j in range(1, 11)]
        count = sum(g > 0 for g in code)
        listed = [
            equal(
                "large gradients among rounds 1 .. 10 of mod(j, 10) <= 1",
                2,
                count,
                off=0,
                known="proved",
            )
        ]
        for (C, n), known in EDGES.items():
            turns = self.spikes if n == 2 else 1
            edge = threshold(C, turns)
            name = (
                f"beta2 below which RMSProp fails, C = {C}, {'one' if n == 1 else 'two'} a period"
            )
            listed.append(equal(name, known, edge, off=6e-5))
        return listed


def threshold(C: int, spikes: int) -> float:
    """Where the drift changes its sign in beta2."""
    c = -np.ones(C)
    c[:spikes] = C
    return bisect(
        lambda b2: limit(RMSProp(beta2=b2), Periodic(c)).verdict == "fails", 0.01, 0.9999, 24
    )
