"""How far the slopes must lean to one side for Adam's family to be right on every periodic stream."""

from __future__ import annotations

import math

import numpy as np

from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.adabelief import AdaBelief
from regretlab.methods.adam import Adam
from regretlab.methods.adamax import AdaMax
from regretlab.methods.adopt import ADOPT
from regretlab.methods.method import Method
from regretlab.methods.nadam import Nadam
from regretlab.methods.rmsprop import RMSProp
from regretlab.parameters import real
from regretlab.theorems.check import Check, above, at_most, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.credits import adam_drifts

SETTINGS = [(P, b1, b2) for P in (3, 5, 8, 13) for b1 in (0.0, 0.5, 0.9) for b2 in (0.5, 0.9, 0.99, 0.999)]  # fmt: skip
DRAWS, FEW = 4000, 150
LEARNERS = (
    Nadam(beta1=0.5, beta2=0.9), ADOPT(beta1=0.5, beta2=0.9, eps=0.0),
    AdaBelief(beta1=0.5, beta2=0.9, eps=0.0), AdaMax(beta1=0.5, beta2=0.9),
)  # fmt: skip


class CloseCredits(Claim):
    """max R / min R <= rho = beta2^(-(P-1)/2), so that a lean above (rho - 1) / (rho + 1) decides."""

    name = "close-credits"
    title = "Adam's family is right on every periodic stream that leans far enough to one side"
    source = "derived here"
    label = "D"
    statement = (
        "If all credits are positive and max R / min R <= rho, the drift has the sign of S wherever |S| > "
        "(rho - 1) / (rho + 1) sum |c|. For V_t >= beta2 V_{t-1} and w_k >= 0 (RMSProp, Adam, Nadam, "
        "AdaBelief, ADOPT) rho is at most beta2^(-(P-1)/2), so that |S| / sum |c| > tanh((P - 1) ln(1/beta2) / "
        "4) is enough, whatever beta1 and the sizes of the gradients; for AdaMax, /2 in place of /4."
    )
    remark = (
        "Proof. S > 0 >= drift makes the sum of the positive c_i at most rho times that of the others. As P "
        "grows with beta2 fixed, lean / bound can come as near to 1 as one likes: RMSProp fails on c = (1, 0, ..., "
        "0, -s) from about s = beta2^((P-2)/4) on. There both tend to 1; credits that differ by all of rho are "
        "not known to be had."
    )

    share: float = real("(0, inf)", "share of the margin that is claimed to do", default=1.0)

    def checks(self) -> list[Check]:
        rng = np.random.default_rng(13)
        leans = [self.worst(rng, *setting) for setting in SETTINGS]
        number = DRAWS * len(SETTINGS)
        name = f"|S| / sum |c| over the margin, largest of Adam's failures among {number:,} random streams"
        listed = [at_most(name, self.share, max(leans), known="searched")]
        for method in LEARNERS:
            name = f"the same for {method.brief()}, among {FEW} random streams"
            listed.append(at_most(name, self.share, self.by_limit(rng, method), known="searched"))
        method, c = RMSProp(beta2=0.5), two_sided(0.5, 60)
        told = limit(method, Periodic(c))
        lean = float(abs(c.sum()) / abs(c).sum()) / margin(60, 0.5)
        few = streams(rng, 5, 8)
        off = adam_drifts(few, 0.5, 0.9) - [
            limit(Adam(beta1=0.5, beta2=0.9), Periodic(c)).drift for c in few
        ]
        return [
            *listed,
            above("the same for c = (1, 0, ..., 0, -s), P = 60, beta1 = 0, beta2 = 0.5, which fails",
                  0.99, lean if told.verdict == "fails" else 0.0, tests="aside"),
            equal("Adam's drifts by two matrices less those by its definition, largest of 5", 0.0,
                  float(abs(off).max()), off=1e-11, tests="aside"),
        ]  # fmt: skip

    def worst(self, rng: np.random.Generator, P: int, b1: float, b2: float) -> float:
        """The largest lean over its margin with a drift of the wrong sign."""
        c = streams(rng, DRAWS, P)
        S = c.sum(1)
        fails = adam_drifts(c, b1, b2) * S < -1e-12 * (c * c).sum(1)
        lean = abs(S) / abs(c).sum(1) / margin(P, b2)
        return float(lean[fails].max(initial=0.0))

    def by_limit(self, rng: np.random.Generator, method: Method) -> float:
        """The same by the definition of a method; those with a maximum have the wider margin."""
        worst = 0.0
        for c in streams(rng, FEW, 6):
            if limit(method, Periodic(c)).verdict == "fails":
                wide = margin(6, 0.9, 2.0 if isinstance(method, AdaMax) else 4.0)
                worst = max(worst, float(abs(c.sum()) / abs(c).sum()) / wide)
        return worst


def margin(P: int, beta2: float, part: float = 4.0) -> float:
    """tanh((P - 1) ln(1 / beta2) / part)."""
    return math.tanh((P - 1) * -math.log(beta2) / part)


def streams(rng: np.random.Generator, n: int, P: int) -> np.ndarray:
    """Random signs and sizes over many decades, shape (n, P), then tilted to a sum near 0.

    A random stream leans far, and is judged right by anything: one side is scaled so that the lean is
    uniform between 0 and 1.
    """
    c = rng.choice([-1.0, 1.0], (n, P)) * 10 ** (
        rng.uniform(0, 3, (n, 1)) * rng.uniform(-1, 0, (n, P))
    )
    c[:, 0], c[:, -1] = abs(c[:, 0]), -abs(c[:, -1])
    up, down = np.maximum(c, 0).sum(1), np.maximum(-c, 0).sum(1)
    lean = rng.uniform(0, 1, n) ** 2
    ratio = (1 + lean) / (1 - lean) * down / up
    return np.where(c > 0, c * ratio[:, None], c)


def two_sided(beta2: float, P: int) -> np.ndarray:
    """(1, 0, ..., 0, -s) with s a thousandth above what RMSProp's drift needs to be negative."""
    low, high = 0.0, 1.0
    for _ in range(60):
        s = 0.5 * (low + high)
        c = np.array([[1.0, *[0.0] * (P - 2), -s]])
        low, high = (low, s) if adam_drifts(c, 0.0, beta2)[0] < 0 else (s, high)
    return np.array([1.0, *[0.0] * (P - 2), -1.001 * high])
