"""The online Newton step, on exp-concave losses."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, rounds
from regretlab.bounds.common import alpha_of, bounded, bounded_gradients, played_by, stepped
from regretlab.bounds.curvature import exp_concave
from regretlab.engines.engine import Setting
from regretlab.parameters import real
from regretlab.schedules import Constant

ROUNDING = 1e-9


class ONS(Bound):
    """R_T <= 5 (1 / a + G D_2) d ln T for T > 4, with gamma = min(1 / (4 G D_2), a) / 2.

    Where every f_t is a-exp-concave with |g_t|_2 <= G, A_0 = I / (gamma D_2)^2 and alpha_t = 1, on any
    bounded convex set: on the simplex of portfolios, whose losses are 1-exp-concave, for one.
    """

    name = "ons"
    title = "Online Newton step"
    source = "Hazan, Agarwal & Kale (2007), theorem 2"
    label = "M"
    status = "true"
    statement = r"5 \left(\frac{1}{a} + G D_2\right) d \ln T"
    needs = ("norm",)
    factor: ClassVar[float] = 5.0
    narrow: ClassVar[float] = 4.0  # gamma = min(1 / (narrow G D), a) / 2
    earliest: ClassVar[int] = 5
    a: float = real("(0, inf)", "exp-concavity", "a", default=1.0)
    G: float = real("(0, inf)", "bound of |g_t|_2", "G", default=1.0)

    def gamma(self, setting: Setting) -> float:
        """What the theorem asks the method's gamma to be."""
        return min(1 / (self.narrow * self.G * setting.feasible.diameter2()), self.a) / 2

    def demands(self, setting):
        listed = [*played_by(setting, "ons"), stepped(setting, Constant), bounded(setting)]
        if all(a.holds for a in listed):
            gamma, D = self.gamma(setting), setting.feasible.diameter2()
            asked = {"gamma": gamma, "eps": 1 / (gamma * D) ** 2}
            for name, value in asked.items():
                have = getattr(setting.method, name)
                holds = abs(have - value) <= ROUNDING * value
                listed.append(Assumption(f"{name}={value:.6g}", holds, f"{name}={have:.6g}"))
            alpha = alpha_of(setting)
            listed.append(Assumption("alpha_t=1", alpha == 1.0, f"alpha={alpha:.6g}"))
        return listed

    def met(self, data, setting):
        concave = exp_concave(data, setting, self.a)
        return [concave, bounded_gradients(data, self.G)]

    def right_hand_side(self, data, setting):
        t = rounds(data)
        scale = (1 / self.a + self.G * setting.feasible.diameter2()) * setting.losses.d
        return np.where(t >= self.earliest, self.factor * scale * np.log(t), np.nan)


class ONSWide(ONS):
    """R_T <= 2 (1 / a + G D_2) d ln T for T >= 4, with gamma = min(1 / (G D_2), a) / 2."""

    name = "ons-wide"
    title = "Online Newton step, the larger gamma"
    source = "derived here, after Hazan (2022), theorem 4.5"
    label = "D"
    statement = r"2 \left(\frac{1}{a} + G D_2\right) d \ln T"
    factor = 2.0
    narrow = 1.0
    earliest = 4
