"""Gradient descent against comparators that move."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, rounds
from regretlab.bounds.common import alpha_of, bounded, played_by, stepped
from regretlab.bounds.stream import losses_of
from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput
from regretlab.parameters import array
from regretlab.schedules import Constant


class DynamicOGD(Bound):
    """sum f_t(x_t) - f_t(u_t) <= D_2^2 / (2 alpha) + D_2 P_T / alpha + alpha T G^2 / 2.

    P_T = |u_2 - u_1|_2 + ... + |u_T - u_{T-1}|_2, alpha_t = alpha and G is the largest |g_t|_2 met.
    The comparators `u`, of shape (P,) or (P, d), repeat: u_t is row (t - 1) mod P.
    """

    name = "ogd-dynamic"
    title = "Online gradient descent, moving comparators"
    source = "Zinkevich (2003), theorem 2, which has 7 D^2 / (4 alpha) for the first term"
    label = "MD"
    status = "true"
    statement = r"\frac{D_2^2}{2 \alpha} + \frac{D_2 P_T}{\alpha} + \frac{\alpha T G^2}{2}"
    needs = ("norm",)
    every_round = True
    of_fixed_point = False
    u: np.ndarray = array(2, "comparators", "u", default=(1.0, -1.0))

    def demands(self, setting):
        listed = played_by(setting, "sgd", "omd", l2=0.0, mirror="euclidean")
        listed += [stepped(setting, Constant), bounded(setting)]
        outside = max(setting.feasible.violation(v) for v in self.moving(setting, len(self.u)))
        return [
            *listed,
            Assumption("comparators in F", outside <= 0, f"one outside by {outside:.6g}"),
        ]

    def moving(self, setting: Setting, last: int) -> np.ndarray:
        """u_1 .. u_last, shape (last, d)."""
        if self.u.shape[1] not in (1, setting.losses.d):
            what = f"u has {self.u.shape[1]} coordinates and the losses d={setting.losses.d}"
            raise InvalidInput(f"{what}: give {setting.losses.d}, or one for all.")
        rows = self.u[np.arange(last) % len(self.u)]
        return np.broadcast_to(rows, (last, setting.losses.d))

    def regret(self, data, setting):
        points = self.moving(setting, data.sizes["round"])
        return data.cumulative_loss.values - np.cumsum(losses_of(points, data, setting), axis=-1)

    def right_hand_side(self, data, setting):
        alpha, D, t = alpha_of(setting), setting.feasible.diameter2(), rounds(data)
        steps = np.linalg.norm(np.diff(self.moving(setting, len(t)), axis=0), axis=-1)
        path = np.concatenate([[0.0], np.cumsum(steps)])
        return D**2 / (2 * alpha) + D * path / alpha + alpha * t * data.norm.values**2 / 2
