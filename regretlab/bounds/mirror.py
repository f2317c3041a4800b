"""Mirror descent, Euclidean and entropic, and follow the regularised leader, with a constant step."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound
from regretlab.bounds.common import alpha_of, played_by, stepped
from regretlab.bounds.stream import first
from regretlab.engines.engine import Setting
from regretlab.schedules import Constant
from regretlab.sets.simplex import Simplex


class EuclideanOMD(Bound):
    """R_T(u) <= |u - x_1|_2^2 / (2 alpha) + (alpha / 2) sum |g_t|_2^2, u the comparator.

    Online gradient descent with a constant step, that is mirror descent with psi = |x|_2^2 / 2.
    """

    name = "omd-euclidean"
    title = "Mirror descent, Euclidean"
    source = "Beck & Teboulle (2003); Shalev-Shwartz (2012)"
    label = "M"
    status = "true"
    statement = r"\frac{\|u - x_1\|_2^2}{2 \alpha} + \frac{\alpha}{2} \sum_{t=1}^T \|g_t\|_2^2"
    needs = ("squares",)
    at_comparator = True

    def demands(self, setting):
        listed = played_by(setting, "omd", "sgd", mirror="euclidean", l2=0.0)
        return [*listed, stepped(setting, Constant)]

    def right_hand_side(self, data, setting):
        alpha, far = alpha_of(setting), data.comparator.values - first(data)
        squares = data.squares.values.sum(axis=-1)
        return (far**2).sum(axis=-1) / (2 * alpha) + alpha / 2 * squares


class FTRL(EuclideanOMD):
    """R_T(u) <= |u - x_1|_2^2 / (2 alpha) + (alpha / 2) sum |g_t|_2^2, u the comparator.

    Follow the regularised leader with psi = |x - x_1|_2^2 / 2 and a constant step.
    """

    name = "ftrl"
    title = "Follow the regularised leader, Euclidean"
    source = "Shalev-Shwartz (2012), section 2.7"

    def demands(self, setting):
        return [*played_by(setting, "ftrl"), stepped(setting, Constant)]


class EntropicOMD(Bound):
    """R_T(u) <= KL(u | x_1) / alpha + alpha U^2 / 2 sum |g_t|_inf^2 on a simplex of total U.

    KL is of the shares x / U, whose negative entropy is 1 / U^2 strongly convex in |x|_1. On an
    interval or a box the shares are those of its ends in every coordinate, 4 / W_i^2 strongly
    convex in |x_i| for a width W_i: KL(u | x_1) / alpha + (alpha / 8) sum_i W_i^2 sum_t g_{t,i}^2.
    """

    name = "omd-entropy"
    title = "Mirror descent, entropic: exponentiated gradient"
    source = "Kivinen & Warmuth (1997); Beck & Teboulle (2003)"
    label = "MD"
    status = "true"
    statement = (
        r"\frac{\mathrm{KL}(u \| x_1)}{\alpha} + \frac{\alpha U^2}{2} \sum_{t=1}^T \|g_t\|_\infty^2"
    )
    needs = ("squares", "sup_squares")
    at_comparator = True

    def demands(self, setting):
        listed = played_by(setting, "omd", mirror="entropy")
        return [*listed, stepped(setting, Constant), mixed(setting)]

    def right_hand_side(self, data, setting):
        alpha, (low, high) = alpha_of(setting), setting.feasible.bounds()
        width, u, start = high - low, data.comparator.values, first(data)
        if isinstance(setting.feasible, Simplex):
            total = setting.feasible.total
            noise = alpha * total**2 / 2 * data.sup_squares.values
            return entropy(u / total, start / total) / alpha + noise
        room = np.where(width > 0, width, 1.0)
        p, q = (u - low) / room, (start - low) / room
        far = entropy(p, q) + entropy(1 - p, np.where(width > 0, 1 - q, 1.0))
        return far / alpha + alpha / 8 * (width**2 * data.squares.values).sum(axis=-1)


def mixed(setting: Setting) -> Assumption:
    """A set whose points are mixtures of vertices by the entropy's mirror map."""
    feasible = setting.feasible
    known = isinstance(feasible, Simplex) or feasible.is_box
    return Assumption("an interval, a box or a simplex", known, f"the set {feasible}")


def entropy(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The sum over the last axis of p ln(p / q), 0 where p = 0."""
    q = np.broadcast_to(q, p.shape)
    held = np.where(p > 0, p, 1.0)
    return np.where(p > 0, p * np.log(held / np.where(p > 0, q, 1.0)), 0.0).sum(axis=-1)
