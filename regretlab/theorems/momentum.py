"""What momentum can and cannot do for a given stream."""

from __future__ import annotations

import math

import numpy as np

from regretlab.parameters import real
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import bisect, drift

THRESHOLD = (math.sqrt(3.4) - 1) / 2


class Momentum(Claim):
    """C = P = 3: some beta2 fails if and only if beta1 < (sqrt(3.4) - 1) / 2 = 0.42195."""

    name = "momentum"
    title = "Momentum does not help against a stream chosen after it, and does against a given one"
    source = "Reddi, Kale & Kumar (2018), remark on theorem 2, made precise here"
    label = "D"
    statement = (
        "For every beta1 and beta2 there is a stream on which Adam fails (reddi-theorem-2). On 3 x, -x, -x "
        "there is a beta2 with which Adam fails if and only if beta1 < (sqrt(3.4) - 1) / 2."
    )
    remark = (
        "The worst beta2 there is 0: v*_j is then 9, 1, 1, the drift is 1 - 2 m*_1 / 3, and m*_1 = 4 / (1 + "
        "beta1 + beta1^2) - 1 is above 3/2 if and only if beta1^2 + beta1 < 0.6."
    )

    threshold: float = real("(0, 1)", "beta1 from which on no beta2 fails", default=THRESHOLD)

    def checks(self) -> list[Check]:
        edge = bisect(lambda b: drift(3, 3, b, 0.0) < 0, 0.0, 0.999)
        beta2 = np.concatenate(
            [[0.0], np.geomspace(1e-6, 0.5, 60), 1 - np.geomspace(1e-6, 0.5, 60)]
        )
        rest = 1 - self.threshold
        above_it = [self.threshold + share * rest for share in (1e-9, 1e-3, 0.1, 0.5, 0.99)]
        least = min(drift(3, 3, b1, b2) for b1 in above_it for b2 in beta2)
        under = max(
            drift(3, 3, share * self.threshold, 0.0) for share in (0.0, 0.5, 0.99, 1 - 1e-9)
        )
        at = np.array([drift(3, 3, self.threshold, b2) for b2 in beta2])
        return [
            equal(
                "beta1 at which the drift changes sign, beta2 = 0", self.threshold, edge, off=1e-9
            ),
            below("drift at beta2 = 0 and beta1 below it, largest", 0.0, under),
            above("drift at beta1 above it, least over beta2", 0.0, least, known="searched"),
            equal(
                "the worst beta2", 0.0, beta2[at.argmin()], off=0.0, known="searched", tests="aside"
            ),
        ]
