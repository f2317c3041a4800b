"""The zero-sum test: a drift that is not 0 where the slopes add up to 0 can be perturbed to a failure."""

from __future__ import annotations

import math

from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.methods.adam import Adam
from regretlab.methods.adamax import AdaMax
from regretlab.methods.adashift import AdaShift
from regretlab.methods.ademamix import AdEMAMix
from regretlab.methods.adopt import ADOPT
from regretlab.methods.diffgrad import DiffGrad
from regretlab.methods.lion import Lion
from regretlab.methods.method import Method
from regretlab.methods.nadam import Nadam
from regretlab.methods.rmsprop import RMSProp
from regretlab.methods.signum import Signum
from regretlab.parameters import whole
from regretlab.theorems.check import Check, above, below
from regretlab.theorems.claim import Claim

LEARNERS = (
    RMSProp(), Adam(), Nadam(), AdaMax(), AdEMAMix(), ADOPT(), AdaShift(beta1=0.9, n=2, eps=0.0),
    DiffGrad(eps=0.0), Lion(), Signum(),
)  # fmt: skip
LARGE = 2001


class ZeroSumTest(Claim):
    """C = P - 1 + d, d as small as it must be, of the sign that goes against the drift at C = P - 1."""

    name = "zero-sum-test"
    title = "A drift that is not 0 at S = 0 can be perturbed to a failure"
    source = "derived here"
    label = "D"
    statement = (
        "For any method whose drift is continuous at a stream c with S = 0 and is not 0 there, there is a "
        "stream near c on which the average regret does not vanish. And if on (C, P) = (P, P) the positive "
        "u*_j add up to o(P) and u*_j -> -kappa < 0 at all but o(P) phases, the method fails for all large P."
    )
    remark = (
        "Proof. Move one c_j so that S gets the sign opposite to the drift, which by continuity keeps its own. "
        "The second: drift <= -kappa P + o(P) < 0 < 1 = S. It covers Adam times a bounded friction of a finite "
        "window of differences of gradients that is positive where they are 0."
    )

    period: int = whole("[2, inf)", "period of the stream that is perturbed", "P", default=11)

    def checks(self) -> list[Check]:
        listed = [self.perturbed(method) for method in LEARNERS]
        for method in (RMSProp(), Adam(), DiffGrad(eps=0.0)):
            told = limit(method, Spike(C=float(LARGE), small=1.0, period=LARGE))
            name = f"drift / P of {method.brief()} at C = P = {LARGE}"
            listed.append(below(name, 0.0, told.drift / LARGE))
        return listed

    def perturbed(self, method: Method) -> Check:
        """The largest of d = 1/2, 1/4, ... with which the method fails at C = P - 1 +- d."""
        P = self.period
        at = limit(method, Spike(C=P - 1.0, small=1.0, period=P)).drift
        side = -1.0 if at > 0 else 1.0
        found = 0.0
        for n in range(1, 40):
            d = math.ldexp(1.0, -n)
            told = limit(method, Spike(C=P - 1 + side * d, small=1.0, period=P))
            if told.verdict == "fails":
                found = side * d
                break
        where = "below" if side < 0 else "above"
        return above(
            f"|C - (P - 1)| at which {method.brief()} fails, {where}, P = {P}", 0.0, abs(found)
        )
