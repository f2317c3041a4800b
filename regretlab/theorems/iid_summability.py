"""Where the credits cannot be summed: i.i.d. gradients that are mostly 0, and ADOPT on them."""

from __future__ import annotations

import math

import numpy as np

from regretlab.game import play
from regretlab.methods.adopt import ADOPT
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, below
from regretlab.theorems.claim import Claim
from regretlab.theorems.learners.sparse import Sparse

ROUNDS, RUNS = 2_000_000, 12
SAMPLES, EPOCHS, ZEROS = 10_000, 200, 1200
CUTS = (10.0, 100.0, 1e4, 1e6)


class Summability(Claim):
    """2 x with probability 0.0075, -x with 0.0125, else 0: E[g] = 0.0025, and P(g = 0) > sqrt(beta2)."""

    name = "iid-summability"
    title = "Without summable credits ADOPT is broken by i.i.d. losses"
    source = "derived here, on Taniguchi et al. (2024)"
    label = "D"
    statement = (
        "The condition E sum_k |W_k(k)| < inf of iid-dividing-line cannot be dropped. On 2 x with probability 0.0075, "
        "-x with probability 0.0125, else 0, E[g] = 0.0025 and -1 is best. ADOPT(0.9, 0.9) without eps has E|u| = inf, "
        "since P(g = 0) = 0.98 > sqrt(beta2). Cut off at t^(1/4), as in its later version, it goes to +1, the worst "
        "point; as it is it comes, in plays, to no end, and its mean over time stays above 0."
    )
    remark = (
        "After k rounds of 0 the divisor sqrt(v) is beta2^(k/2) of what it was: P(1 / sqrt(v) > y) is about "
        "y^-kappa, kappa = 2 ln P(g = 0) / ln beta2 < 1. So E[min(|g| / sqrt(v), L)] is as |g|^kappa for large "
        "L, and the sizes C and 1 count as C^kappa p against q. It goes wrong where C p > q > C^kappa p. With "
        "alpha_t = alpha / sqrt(t) the cut moves x by t^(-1/4) at most. A floor eps bounds u: the theorem "
        "is true again, but only once t^(1/4) > 1 / eps."
    )

    C: float = real("(1, inf)", "large coefficient", "C", default=2.0)
    p: float = real("(0, 0.5)", "its probability", "p", default=0.0075)
    q: float = real("(0, 0.5)", "probability of -1", "q", default=0.0125)
    beta2: float = real("(0, 1)", "second-moment decay", r"\beta_2", default=0.9)

    def checks(self) -> list[Check]:
        zero, mean = 1 - self.p - self.q, self.p * self.C - self.q
        kappa = 2 * math.log(zero) / math.log(self.beta2)
        listed = [
            above("E[g]", 0.0, mean),
            above("P(g = 0) less sqrt(beta2): the credits cannot be summed", 0.0, zero - math.sqrt(self.beta2)),
            below("C^kappa p - q, what large cuts leave of E[u]", 0.0, self.C**kappa * self.p - self.q),
        ]  # fmt: skip
        for L, cut in zip(CUTS, self.means(np.array(CUTS)), strict=True):
            listed.append(
                below(f"E[u], u = g / sqrt(v) cut off at {L:g}", 0.0, cut, known="played")
            )
        for clip, least in (("root", 0.8), ("none", 0.0)):
            ends = self.means_over_time(clip)
            name = f"mean of x_t over the later half of T = {ROUNDS:,}, clip={clip}, less four standard errors"
            error = 4 * float(ends.std(ddof=1)) / math.sqrt(RUNS)
            listed.append(above(name, least, float(ends.mean()) - error, known="played"))
        return listed

    def means(self, cuts: np.ndarray) -> np.ndarray:
        """E[min(|g| / sqrt(v), L)] with the sign of g, L the cuts: a sum over runs of zeros, v sampled before them."""
        rng = np.random.default_rng(22)
        some = self.p + self.q
        v = np.ones(SAMPLES)
        for _ in range(EPOCHS):  # from a gradient that is not 0 to the next
            large = rng.random(SAMPLES) < self.p / some
            v = self.beta2 ** rng.geometric(some, SAMPLES) * v
            v += (1 - self.beta2) * np.where(large, self.C**2, 1.0)
        total = np.zeros(len(cuts))
        for k in range(ZEROS):
            divided = 1 / np.sqrt(self.beta2**k * v[:, None])
            paid = self.p * np.minimum(self.C * divided, cuts) - self.q * np.minimum(divided, cuts)
            total += some * (1 - some) ** k * paid.mean(0)
        return total

    def means_over_time(self, clip: str) -> np.ndarray:
        """The mean of x_t over the later half of a play, in every run."""
        method = ADOPT(beta1=0.9, beta2=self.beta2, eps=0.0, clip=clip)
        stream = Sparse(C=self.C, p=self.p, q=self.q)
        run = play(
            method, stream, rounds=ROUNDS, step=InverseSqrt(alpha=1.0), x1=0.0, runs=RUNS,
            at=[ROUNDS // 2, ROUNDS], progress=False,
        )  # fmt: skip
        pseudo = run.data.pseudo_regret.sel(round=[ROUNDS // 2, ROUNDS]).values
        slope = self.p * self.C - self.q  # F(x) - F(-1) = slope (x + 1), for slope > 0
        return np.diff(pseudo, axis=1)[:, 0] / (ROUNDS - ROUNDS // 2) / slope - 1
