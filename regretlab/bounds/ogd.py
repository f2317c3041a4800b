"""Online gradient descent: decaying, adaptive and strongly convex steps."""

from __future__ import annotations

import math

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, rounds
from regretlab.bounds.common import alpha_of, bounded, played_by, stepped
from regretlab.bounds.curvature import strongly_convex
from regretlab.engines.engine import Setting
from regretlab.schedules import Constant, Inverse, InverseSqrt


def descends(setting: Setting) -> list[Assumption]:
    """Online gradient descent, as sgd or as Euclidean mirror descent."""
    return played_by(setting, "sgd", "omd", l2=0.0, mirror="euclidean")


class OGD(Bound):
    """R_T <= D_2^2 sqrt(T) / (2 alpha) + alpha G^2 sqrt(T), for alpha_t = alpha / sqrt(t).

    D_2 is the Euclidean diameter of F and G the largest |g_t|_2 met. With alpha = D_2 / G it is
    1.5 G D_2 sqrt(T).
    """

    name = "ogd"
    title = "Online gradient descent, alpha / sqrt(t)"
    source = "Zinkevich (2003), theorem 1"
    label = "MD"
    status = "true"
    statement = r"\frac{D_2^2 \sqrt{T}}{2 \alpha} + \alpha G^2 \sqrt{T}"
    needs = ("norm",)

    def demands(self, setting):
        return [
            *descends(setting),
            stepped(setting, InverseSqrt),
            bounded(setting),
        ]

    def right_hand_side(self, data, setting):
        D, alpha = setting.feasible.diameter2(), alpha_of(setting)
        return (D**2 / (2 * alpha) + alpha * data.norm.values**2) * np.sqrt(rounds(data))


class AdaptiveOGD(Bound):
    """R_T <= (D_2^2 / (2 alpha) + alpha) sqrt(sum |g_t|_2^2), for alpha / sqrt(|g_1|^2 + ... + |g_t|^2).

    With alpha = D_2 / sqrt(2) it is sqrt(2) D_2 sqrt(sum |g_t|^2).
    """

    name = "ogd-adaptive"
    title = "Online gradient descent, steps of the gradients' norms"
    source = "Streeter & McMahan (2010); Orabona (2019), section 4.2"
    label = "MD"
    status = "true"
    statement = r"\left(\frac{D_2^2}{2 \alpha} + \alpha\right) \sqrt{\sum_{t=1}^T \|g_t\|_2^2}"
    needs = ("squares",)

    def demands(self, setting):
        listed = [stepped(setting, Constant), bounded(setting)]
        return [*played_by(setting, "adagrad-norm", initial=0.0), *listed]

    def right_hand_side(self, data, setting):
        D, alpha = setting.feasible.diameter2(), alpha_of(setting)
        return (D**2 / (2 * alpha) + alpha) * np.sqrt(data.squares.values.sum(axis=-1))


class StronglyConvexOGD(Bound):
    """R_T <= (G^2 / (2 mu)) (1 + ln T), for mu-strongly convex losses and alpha_t = 1 / (mu t).

    mu is read from the step, 1 / alpha; G is the largest |g_t|_2 met.
    """

    name = "ogd-strongly-convex"
    title = "Online gradient descent, strongly convex losses"
    source = "Hazan, Agarwal & Kale (2007), theorem 1"
    label = "M"
    status = "true"
    statement = r"\frac{G^2}{2 \mu} (1 + \ln T)"
    needs = ("norm",)

    def demands(self, setting):
        return [*descends(setting), stepped(setting, Inverse)]

    def met(self, data, setting):
        return [strongly_convex(data, setting, 1 / alpha_of(setting))]

    def right_hand_side(self, data, setting):
        half = data.norm.values**2 * alpha_of(setting) / 2
        return half * np.array([1 + math.log(t) for t in rounds(data)])
