"""Gamma_t >= 0 and a constant beta1 suffice on linear losses."""

from __future__ import annotations

import numpy as np

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.adagrad import AdaGrad
from regretlab.methods.adamnc import AdamNC
from regretlab.methods.amsgrad import AMSGrad
from regretlab.methods.momentum import Momentum
from regretlab.methods.nosadam import NosAdam
from regretlab.methods.padam import PAdam
from regretlab.methods.sgd import SGD
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.learners.cyclic import CYCLE, Cosine
from regretlab.theorems.learners.uneven import Uneven

TRIED, STREAMS, ROUNDS = 20, 200, 20_000
LEARNERS = (
    SGD(), Momentum(form="average"), AdaGrad(), AdamNC(beta1=0.5), NosAdam(beta1=0.5), AMSGrad(beta1=0.5, beta2=0.9),
    PAdam(beta1=0.5, beta2=0.9),
)  # fmt: skip


class FallingSteps(Claim):
    """x_{t+1} = clip(x_t - a_t m_t), a_t non-increasing, whatever it depends on."""

    name = "falling-steps"
    title = "On linear losses steps that never rise, with a constant beta1, are enough"
    source = "derived here, after Reddi, Kale & Kumar (2018), equation 2"
    label = "D"
    statement = (
        "Let x_{t+1} = clip(x_t - a_t m_t) on an interval, m_t = sum_k w_k g_(t-k), sum k |w_k| < inf, sum w > "
        "0, and a_t > 0 arbitrary (it may depend on x or on chance), a_t -> 0, sum a_t = inf, non-increasing. "
        "If the partial sums of g_t - gbar are bounded and gbar != 0, then x_t tends to the right wall. A "
        "learning rate that rises again, or a beta1 that does, loses it."
    )
    remark = (
        "Proof (gbar > 0). n_i = m_i - W gbar has partial sums bounded by B, so that by Abel's summation "
        "|sum_k^t a_i n_i| <= B (a_k + 2 variation of a), and sum_k^t a_i m_i >= (W gbar / 2) sum_k^t a_i - B'' "
        "a_k for late k. Unrolling the clip, x_{t+1} <= max(x_s - sum_s^t a m, max over k of lo - sum_k^t a m) -> "
        "lo. It is false for losses in general: a_t = 1/t on a slope that turns late. a_t that tends to a "
        "positive number leaves O(a); a summable a_t freezes."
    )

    depth: float = real("[0, 1]", "how far a cyclic rate falls", default=1.0)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(12)
        worst = np.inf
        for _ in range(TRIED):
            c = rng.uniform(-1, 1, int(rng.integers(2, 10)))
            for method in LEARNERS:
                told = limit(method, Periodic(c))
                worst = min(worst, told.drift * told.slope_sum)
        c, cosine = np.repeat([-1.0, 1.05], CYCLE // 2), Cosine(depth=self.depth)
        drift = float(sum(g * cosine.rate(t) for t, g in enumerate(c, 1)))
        run = play(
            SGD(), Periodic(c), rounds=ROUNDS, step=cosine, x1=-1.0, engine="plain", progress=False
        )
        uneven = limit(Uneven(beta1=0.95, even=0.5), Periodic(np.array([1.2, -1.0])))
        swapped = limit(Uneven(beta1=0.5, even=0.95), Periodic(np.array([1.2, -1.0])))
        kinds = ", ".join(method.name for method in LEARNERS)
        return [
            above(f"drift times S, least over {TRIED} random streams of {kinds}", 0.0, worst, known="searched"),
            below(f"distance from the right wall, {STREAMS} random streams and steps, T = {ROUNDS:,}", 0.2,
                  self.farthest(rng), known="searched"),
            below("sum of c_j times the rate, cosine cycle of 20, c = -1 ten times and 1.05 ten times", 0.0, drift),
            equal(f"R_T / T there at T = {ROUNDS:,} from x_1 = -1; 0.05 in the limit", 0.05,
                  float(run.data.average_regret[-1]), off=0.01, known="played"),
            equal("lim R_T / T, beta1 = 0.95 on odd and 0.5 on even t, c = (1.2, -1)", 0.2, uneven.average_regret),
            equal("the same, 0.5 on odd and 0.95 on even t", 0.0, swapped.average_regret, tests="aside"),
        ]  # fmt: skip

    def farthest(self, rng: np.random.Generator) -> float:
        """Plays at once: random streams, steps 1 / sqrt(t) times a random factor, held to never rise.

        Lanes with |S| / P below 1/10 would need more rounds than this.
        """
        c = rng.uniform(-1, 1, (STREAMS, 6))
        c += np.where(abs(c.mean(1)) < 0.1, 0.2 * np.where(c.mean(1) < 0, -1, 1), 0.0)[:, None]
        right = np.where(c.sum(1) > 0, -1.0, 1.0)
        x, m, a = -right, np.zeros(STREAMS), np.full(STREAMS, np.inf)
        for t in range(1, ROUNDS + 1):
            g = c[:, t % 6]
            m = 0.5 * m + 0.5 * g
            wanted = rng.uniform(0.5, 2.0, STREAMS) * (1.5 + x) / np.sqrt(t)  # it looks at x, too
            a = np.minimum(a, wanted)
            x = np.clip(x - a * m, -1, 1)
        return float(abs(x - right).max())
