"""ADOPT and AdaShift outside their assumption: spikes just too small, in fixed order."""

from __future__ import annotations

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.spike import Spike
from regretlab.methods.adashift import AdaShift
from regretlab.methods.adopt import ADOPT
from regretlab.methods.method import Method
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim

ROUNDS = 300_000
SPIKES = (100.0, 101.0, 110.0, 150.0, 1000.0)


class Mirror(Claim):
    """C x once in P = 101 rounds, else -x, with C = 90 < P - 1: the small gradients should win."""

    name = "adopt-mirror"
    title = "ADOPT and AdaShift fail on a stream in fixed order whose spikes are just too small"
    source = "derived here, on Taniguchi et al. (2024) and Zhou et al. (2019), who assume i.i.d. gradients"
    label = "D"
    statement = (
        "On f_t(x) = 90 x if t mod 101 = 1, else -x, ADOPT(0.9, 0.99) and AdaShift with n = 1 and (0, 0.9) go to -1, "
        "the wrong end: R_T / T -> 20 / 101, by certificate. On spikes with C >= P - 1, so S >= 0, neither ever "
        "fails, and at their defaults both survive this stream."
    )
    remark = (
        "The update divides g_t by the root of a v that has not seen it, so that the spike is divided by the smallest "
        "v of the period: drift >= (C - (P - 1)) / sqrt(v*_P), strictly. At S = 0 it is above 0, and by continuity "
        "just below. Their guarantees are for i.i.d. gradients, which this is not."
    )

    C: float = real("(0, inf)", "large coefficient", "C", default=90.0)

    def certified(self):
        return ADOPT(beta1=0.9, beta2=0.99, eps=0.0), Spike(C=self.C, small=1.0, period=101)

    def checks(self) -> list[Check]:
        stream = Spike(C=self.C, small=1.0, period=101)
        broken = ADOPT(beta1=0.9, beta2=0.99, eps=0.0), AdaShift(beta1=0.0, beta2=0.9, n=1, eps=0.0)
        listed = []
        for method in broken:
            told, A = limit(method, stream), 2 * (100 - self.C) / 101
            listed += [
                above(f"drift of {method.brief()}, C = {self.C:g}", 0.0, told.drift),
                equal(f"lim R_T / T of {method.brief()}", A, told.average_regret),
                self.proved(method, stream),
                above(f"least drift of {method.brief()} at S >= 0, C = 100 .. 1000", 0.0, self.upward(method)),
            ]  # fmt: skip
        for method in (ADOPT(), AdaShift()):
            told = limit(method, Spike(C=90.0, small=1.0, period=101))
            listed.append(
                equal(
                    f"lim R_T / T of {method.brief()}, its defaults, C = 90",
                    0.0,
                    told.average_regret,
                )
            )
        run = play(
            broken[1], stream, rounds=ROUNDS, step=InverseSqrt(alpha=1.0), x1=1.0, progress=False
        )
        listed.append(
            below(
                f"x_T of {broken[1].brief()} from x_1 = 1, T = {ROUNDS:,}",
                -0.5,
                run.x[0],
                known="played",
            )
        )
        return listed

    def upward(self, method: Method) -> float:
        return min(limit(method, Spike(C=C, small=1.0, period=101)).drift for C in SPIKES)

    def proved(self, method: Method, stream: Spike) -> Check:
        """What the certificate says; nothing where there is none to be had."""
        try:
            from regretlab.limits.certificates import certify
        except ImportError:
            return Check(
                f"certificate of {method.brief()}", "fails", None, None, "certified", "aside"
            )
        told = certify(method, stream)
        verdict = told["claim"]["verdict"] if told["status"] == "proved" else "not proved"
        return Check(
            f"certificate of {method.brief()}", "fails", verdict, verdict == "fails", "certified"
        )
