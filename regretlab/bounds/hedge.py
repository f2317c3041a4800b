"""Hedge: a fixed rate, and rates that need no horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, rounds
from regretlab.bounds.common import alpha_of, below, played_by, stepped
from regretlab.bounds.curvature import few
from regretlab.bounds.mirror import mixed
from regretlab.bounds.stream import first, gradients
from regretlab.engines.engine import Setting
from regretlab.schedules import Constant, InverseSqrt
from regretlab.sets.simplex import Simplex

if TYPE_CHECKING:
    import xarray

ROUNDING = 1e-12


class HedgeBound(Bound):
    """Base: the experts are a simplex's vertices, or the two ends of every coordinate of a box."""

    abstract = True
    every_round = True
    label = "MD"
    status = "true"

    def demands(self, setting):
        step = InverseSqrt if isinstance(self, (HedgeAnytime, HedgeDecaying)) else Constant
        return [
            *played_by(setting, "hedge"),
            stepped(setting, step),
            mixed(setting),
        ]

    def ranges(self, data: xarray.Dataset, setting: Setting) -> np.ndarray:
        """The largest range of the experts' losses by round T, shape (..., rounds, groups)."""
        g, (low, high) = gradients(data, setting), setting.feasible.bounds()
        if isinstance(setting.feasible, Simplex):
            met = setting.feasible.total * (g.max(axis=-1) - g.min(axis=-1))[..., None]
        else:
            met = (high - low) * np.abs(g)
        return np.maximum.accumulate(met, axis=-2)

    def surprise(self, data: xarray.Dataset, setting: Setting) -> np.ndarray:
        """ln 1 / (the least weight of an expert at x_1), shape (groups,): ln N if they are equal."""
        x1, (low, high) = first(data), setting.feasible.bounds()
        if isinstance(setting.feasible, Simplex):
            return np.array([-np.log(x1.min() / setting.feasible.total)])
        width = np.where(high > low, high - low, 1.0)
        least = np.minimum(x1 - low, high - x1) / width
        return np.where(high > low, -np.log(np.where(high > low, least, 1.0)), 0.0)


class Hedge(HedgeBound):
    """R_T <= ln N / alpha + alpha T r^2 / 8, for a constant rate and losses that differ by r at most.

    r is met; with alpha = sqrt(8 ln N / T) / r it is r sqrt(T ln N / 2). On a box it is the sum over
    the coordinates, N = 2. Where x_1 favours an expert, 1 / (the least weight) stands for N.
    """

    title = "Hedge, fixed rate"
    source = "Freund & Schapire (1997); Cesa-Bianchi & Lugosi (2006), theorem 2.2"
    statement = r"\frac{\ln N}{\alpha} + \frac{\alpha T r^2}{8}"

    def right_hand_side(self, data, setting):
        alpha, r = alpha_of(setting), self.ranges(data, setting)
        noise = alpha / 8 * rounds(data)[:, None] * r**2
        return (self.surprise(data, setting) / alpha + noise).sum(axis=-1)


class HedgeDecaying(HedgeBound):
    """R_T <= sqrt(T) (ln N / alpha + alpha r^2 / 4), for alpha / sqrt(t); r and N as for the fixed rate.

    x_{t+1} has the rate alpha_t, which is one round behind; x_1 needs none.
    """

    name = "hedge-decaying"
    title = "Hedge, alpha / sqrt(t)"
    source = "derived here, after Cesa-Bianchi & Lugosi (2006), section 2.3"
    label = "D"
    statement = r"\sqrt{T} \left(\frac{\ln N}{\alpha} + \frac{\alpha r^2}{4}\right)"

    def right_hand_side(self, data, setting):
        alpha, r = alpha_of(setting), self.ranges(data, setting)
        inside = self.surprise(data, setting) / alpha + alpha / 4 * r**2
        return np.sqrt(rounds(data)) * inside.sum(axis=-1)


class HedgeAnytime(HedgeBound):
    """R_T <= r (2 sqrt(T ln N / 2) + sqrt(ln N / 8)), for the rate sqrt(8 ln N / t) / r from equal weights.

    r is read from the step, sqrt(8 ln N) / alpha. The paper's x_t has the rate of round t, this
    method's that of round t - 1; the bound holds for either (hedge-decaying).
    """

    name = "hedge-anytime"
    title = "Hedge, anytime"
    source = "Cesa-Bianchi & Lugosi (2006), theorem 2.3"
    statement = r"r \left(2 \sqrt{\frac{T \ln N}{2}} + \sqrt{\frac{\ln N}{8}}\right)"

    def experts(self, setting: Setting) -> float:
        """ln N."""
        return float(np.log(setting.losses.d if isinstance(setting.feasible, Simplex) else 2))

    def width(self, setting: Setting) -> float:
        """The r that the step is made for."""
        return float(np.sqrt(8 * self.experts(setting))) / alpha_of(setting)

    def met(self, data, setting):
        uneven = float(np.max(self.surprise(data, setting))) - self.experts(setting)
        said = f"x1 = {few(first(data))}"
        equal = Assumption("equal weights at x1", uneven <= ROUNDING, said)
        widest = float(np.max(self.ranges(data, setting)))
        return [equal, below("the largest range of losses", widest, self.width(setting))]

    def right_hand_side(self, data, setting):
        groups, many = len(self.surprise(data, setting)), self.experts(setting)
        inside = 2 * np.sqrt(rounds(data) * many / 2) + np.sqrt(many / 8)
        return groups * self.width(setting) * inside
