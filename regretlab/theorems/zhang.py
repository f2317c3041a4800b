"""Where Adam fails on the problem of Zhang et al., exactly."""

from __future__ import annotations

import numpy as np

from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.spikes import bisect, drift

EDGES = {  # beta2 below which Adam fails in cyclic order, by (n, beta1): found before this file
    (10, 0.0): 0.95544, (10, 0.5): 0.94339, (10, 0.9): 0.77466,
    (20, 0.0): 0.98938, (20, 0.5): 0.98815, (20, 0.9): 0.96951,
    (50, 0.0): 0.99836, (50, 0.5): 0.99829, (50, 0.9): 0.99745,
}  # fmt: skip
LANES, EPOCHS, BURN = 2000, 400, 40


class Zhang(Claim):
    """f_0 = n x and f_i = -x, i = 1 .. n - 1, for x >= -1: C = P = n, S = 1."""

    name = "zhang-boundary"
    title = "On n x, -x, ..., -x Adam fails below a beta2 that depends on n and beta1, or in an interval"
    source = "after Zhang, Chen, Shi, Sun & Luo (2022), Adam can converge without any modification"
    label = "MD"
    statement = (
        "On f_0 = n x and n - 1 times f_i = -x (from memory: Zhang et al.'s problem, for x >= -1), in cyclic order, "
        "Adam's drift changes its sign at b(n, beta1) and is positive above: b = 0.95544, 0.94339, 0.77466 for n "
        "= 10 and beta1 = 0, 0.5, 0.9; 0.98938, 0.98815, 0.96951 for n = 20; 0.99836, 0.99829, 0.99745 for n = 50. For "
        "n = 10 and beta1 = 0.9 it is positive again below 0.0649. Reshuffled and i.i.d. orders are worse than the "
        "cyclic one."
    )
    remark = (
        "So failing is not monotone in beta2: momentum can make beta2 near 0 safe and beta2 near 1/2 not. "
        "What that means for the problem with both its pieces, on the whole line: zhang-whole-line."
    )
    figure = "zhang2022"

    shift: float = real("[0, 1)", "moves the edges that are claimed", default=0.0)

    def checks(self) -> list[Check]:
        listed = []
        for (n, b1), known in EDGES.items():
            edge = bisect(lambda b2, n=n, b1=b1: drift(n, n, b1, b2) < 0, 0.5, 0.9999999)
            name = f"beta2 above which the drift is positive, n = {n}, beta1 = {b1:g}"
            listed.append(equal(name, known - self.shift, edge, off=6e-6))
        low = bisect(lambda b2: drift(10, 10, 0.9, b2) > 0, 0.0, 0.5)
        between = max(drift(10, 10, 0.9, b2) for b2 in np.linspace(0.0650, 0.7746, 400))
        outside = [*np.linspace(0.0, 0.0648, 100), *np.linspace(0.7748, 0.99999, 100)]
        listed += [
            equal("beta2 below which it is positive again, n = 10, beta1 = 0.9", 0.0649, low, off=6e-5),
            below("largest of 400 drifts between the two", 0.0, between),
            above("least of 200 drifts outside", 0.0, min(drift(10, 10, 0.9, b2) for b2 in outside)),
        ]  # fmt: skip
        learner = Adam(beta1=0.0, beta2=0.95)
        cyclic = limit(learner, Spike(C=10.0, small=1.0, period=10)).drift
        mean, error = reshuffled(10, 0.95)
        iid = limit(learner, SpikeIID(C=10.0, small=1.0, p=0.1))
        return [
            *listed,
            equal("drift an epoch, n = 10, (0, 0.95), cyclic", -0.037, cyclic, off=6e-4),
            equal("the same, reshuffled", -0.062, mean, off=4 * error + 5e-4, known="played"),
            equal("the same, i.i.d.", -0.398, 10 * iid.drift, off=6e-4, known="quadrature"),
            below("reshuffled less cyclic, plus four standard errors", 0.0, mean + 4 * error - cyclic,
                  known="played"),
        ]  # fmt: skip


def reshuffled(n: int, beta2: float) -> tuple[float, float]:
    """RMSProp's mean drift an epoch in random order, and its standard error."""
    rng = np.random.default_rng(17)
    v, total = np.ones(LANES), np.zeros(LANES)
    for epoch in range(EPOCHS + BURN):
        place = rng.integers(0, n, LANES)
        for j in range(n):
            g = np.where(place == j, float(n), -1.0)
            v = beta2 * v + (1 - beta2) * g * g
            if epoch >= BURN:
                total += g / np.sqrt(v)
    means = total / EPOCHS
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(LANES))
