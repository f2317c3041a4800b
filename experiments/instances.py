"""For every bound that regretlab knows a play that meets its assumptions, and the counterexamples."""

from __future__ import annotations

import math
from typing import Any

import regretlab as rl
from regretlab import bounds, losses, methods, schedules, sets

COUNTEREXAMPLES = {
    "theorem4-first": "f_t(x) = x with alpha = 0.001 (its first term lacks alpha)",
    "theorem5": "g_t = (-1)^(t+1) with v_t = t/T, T = 10,000",
    "kingma-ba": "the period-3 stream with C = 3, beta2 = 0.1, T = 60,100",
}
WORST, NARROW = {"x1": 1.0}, sets.Interval(-1, 1)
SIMPLEX = {"set": sets.Simplex()}


class Late(methods.AdamNC):
    """AdamNC with v_t = t / T on gradients of size 1, which only condition (1) as printed allows."""

    T: float = 10**4

    def beta2_t(self, t):
        return (1 - t / self.T) / (1 - (t - 1) / self.T)


class Quadratics(rl.Losses):
    """f_t(x) = mu/2 (x - b_t)^2, b_t = 1/2, -1/2, 1/2, ..."""

    mu: float = rl.real("(0, inf)", "curvature", r"\mu", default=1.0)

    def gradient(self, t, x):
        return self.mu * (x - (0.5 if t % 2 == 1 else -0.5))

    def value(self, t, x):
        miss = x - (0.5 if t % 2 == 1 else -0.5)
        return 0.5 * self.mu * miss * miss


def step(alpha: float) -> dict[str, Any]:
    return {"step": schedules.InverseSqrt(alpha)}


def constant(alpha: float) -> dict[str, Any]:
    return {"step": schedules.Constant(alpha)}


def cases(T: int) -> dict[str, tuple[rl.Bound, tuple[Any, Any, dict[str, Any]]]]:
    """For every bound: the bound, and a method, losses and options that meet its assumptions."""
    period3, quadratics = losses.ReddiPeriod3(), Quadratics()
    experts = losses.Periodic([[1.0, 0.0, 0.5], [0.0, 0.5, 1.0], [0.2, 0.0, 1.0]])
    rate = math.sqrt(8 * math.log(3))
    falling = methods.AMSGrad(0.5, 0.9, beta1_decay="geometric", lam=0.9)
    amsgrad = (falling, period3, WORST | step(0.5))
    held = methods.AMSGrad(0.5, 0.9), period3, WORST | step(0.5)
    mean = methods.AdamNC(0.5, beta1_decay="geometric", lam=0.9), period3, WORST | step(0.5)
    newton = {"a": 0.25, "G": 2.0}
    contradicted = methods.Adam(0.5, 0.1, correction="both", beta1_decay="geometric", lam=0.9)
    long = {"rounds": 60_100}
    first = methods.AMSGrad(0.0, 0.5), losses.Periodic([1.0]), WORST | step(0.001)
    moving = bounds.DynamicOGD(u=[-1.0, -1.0, -1.0, 1.0, 1.0, 1.0])
    slow = losses.Periodic([1.0, 1.0, 1.0, -1.0, -1.0, -1.0])
    played: dict[str, Any] = {
        "theorem4": (bounds.Theorem4(), amsgrad),
        "theorem4-first": (bounds.Theorem4First(), first),
        "theorem4-quoted": (bounds.Theorem4Quoted(), amsgrad),
        "theorem4-improved": (bounds.Theorem4Improved(), amsgrad),
        "theorem4-no-middle": (bounds.Theorem4NoMiddle(), amsgrad),
        "corollary1": (bounds.Corollary1(), amsgrad),
        "corollary1-scaled": (bounds.Corollary1Scaled(), amsgrad),
        "tran-phong": (bounds.TranPhong(), amsgrad),
        "alacaoglu": (bounds.Alacaoglu(), held),
        "adamx": (bounds.AdamX(), (methods.AdamX(0.5, 0.9), period3, WORST | step(0.5))),
        "theorem5": (
            bounds.Theorem5(),
            (Late(beta1=0.0), losses.Periodic([1.0, -1.0]),
             WORST | step(2.0) | {"rounds": 10**4}),
        ),
        "theorem5-corrected": (bounds.Theorem5Corrected(), mean),
        "theorem5-improved": (bounds.Theorem5Improved(), mean),
        "theorem5-no-middle": (bounds.Theorem5NoMiddle(), mean),
        "corollary2": (bounds.Corollary2(), mean),
        "corollary2-scaled": (bounds.Corollary2Scaled(), mean),
        "kingma-ba": (
            bounds.KingmaBa(), (contradicted, losses.ReddiPeriod3(C=3), WORST | step(0.2) | long),
        ),
        "adagrad": (bounds.AdaGrad(), (methods.AdaGrad(), period3, WORST | step(0.5))),
        "adagrad-full": (
            bounds.AdaGradFull(), (methods.AdaGradFull(), period3, WORST | constant(0.5)),
        ),
        "ogd": (bounds.OGD(), (methods.SGD(), period3, WORST | step(0.5))),
        "ogd-adaptive": (
            bounds.AdaptiveOGD(), (methods.AdaGradNorm(), period3, WORST | constant(1.0)),
        ),
        "ogd-dynamic": (moving, (methods.SGD(), slow, WORST | constant(0.5))),
        "ogd-strongly-convex": (
            bounds.StronglyConvexOGD(),
            (methods.SGD(), quadratics, {"x1": -1.0, "step": schedules.Inverse(1.0)}),
        ),
        "omd-euclidean": (
            bounds.EuclideanOMD(),
            (methods.OMD("euclidean"), period3, WORST | constant(1 / math.sqrt(T))),
        ),
        "omd-entropy": (
            bounds.EntropicOMD(),
            (methods.OMD(), experts, SIMPLEX | constant(rate / math.sqrt(T))),
        ),
        "ftrl": (
            bounds.FTRL(), (methods.FTRL(), period3, WORST | constant(1 / math.sqrt(T))),
        ),
        "hedge": (
            bounds.Hedge(), (methods.Hedge(), experts, SIMPLEX | constant(rate / math.sqrt(T))),
        ),
        "hedge-anytime": (
            bounds.HedgeAnytime(), (methods.Hedge(), experts, SIMPLEX | step(rate)),
        ),
        "hedge-decaying": (
            bounds.HedgeDecaying(), (methods.Hedge(), experts, SIMPLEX | step(rate)),
        ),
        "coin-betting": (
            bounds.CoinBetting(),
            (methods.CoinBetting(scale="given", bound=3.0), period3, WORST),
        ),
        "ons": (
            bounds.ONS(**newton), (methods.ONS(1 / 32, 256.0), quadratics, {"x1": -1.0}),
        ),
        "ons-wide": (
            bounds.ONSWide(**newton), (methods.ONS(0.125, 16.0), quadratics, {"x1": -1.0}),
        ),
    }  # fmt: skip
    return played
