"""What the bounds on AMSGrad and AdamNC are made of: three sums over a play, and their assumptions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, rounds
from regretlab.bounds.common import alpha_of, below, bounded, played_by, stepped
from regretlab.bounds.decay import decays
from regretlab.engines.engine import Setting
from regretlab.schedules import InverseSqrt

if TYPE_CHECKING:
    import xarray


class AdamBound(Bound):
    """Base: D = D_inf, alpha_t = alpha / sqrt(t), and the three sums that the terms are made of."""

    abstract = True
    methods: ClassVar[tuple[str, ...]] = ()
    monotone = False
    needs = ("V", "squares", "middle")

    def demands(self, setting):
        listed = played_by(setting, *self.methods, correction="none", eps=0.0, over="max")
        return [*listed, stepped(setting, InverseSqrt), bounded(setting)]

    def met(self, data, setting):
        listed = decays(setting.method, int(data["round"][-1]), monotone=self.monotone)
        finite = bool(np.isfinite(data.squares.values).all())
        return [
            *listed,
            Assumption(
                "bounded gradients", finite, "all that were met" if finite else "infinite ones"
            ),
        ]

    def roots(self, data: xarray.Dataset) -> np.ndarray:
        """sqrt(T) times the sum over i of sqrt(V_T,i)."""
        return np.sqrt(rounds(data)) * np.sqrt(data.V.values).sum(axis=-1)

    def middle(self, data: xarray.Dataset) -> np.ndarray:
        """The sum over t and i of beta1_t sqrt(V_t,i) / alpha_t."""
        return data.middle.values.sum(axis=-1)

    def norms(self, data: xarray.Dataset) -> np.ndarray:
        """The sum over i of |g_{1:T,i}|_2."""
        return np.sqrt(data.squares.values).sum(axis=-1)

    def steepest(self, data: xarray.Dataset) -> np.ndarray:
        """G_inf, the largest |g_t,i| met."""
        return data.steepest.values.max(axis=-1)


class AMSGradBound(AdamBound):
    """Base of the bounds on AMSGrad: gamma = beta1 / sqrt(beta2) must be below 1."""

    abstract = True
    methods = ("amsgrad",)

    def demands(self, setting):
        listed = super().demands(setting)
        if listed[0].holds:
            limit = math.sqrt(setting.method.beta2)
            listed.append(below("beta1", setting.method.beta1, limit, strict=True))
        return listed

    def noise(self, data: xarray.Dataset, setting: Setting) -> np.ndarray:
        """alpha sqrt(1 + ln T) / ((1 - gamma) sqrt(1 - beta2)) times the sum over i of |g_{1:T,i}|."""
        b1, b2 = betas(setting)
        logs = np.array([math.sqrt(1 + math.log(t)) for t in rounds(data)])
        factor = alpha_of(setting) / ((1 - b1 / math.sqrt(b2)) * math.sqrt(1 - b2))
        return factor * logs * self.norms(data)


def betas(setting: Setting) -> tuple[float, float]:
    """beta1 and beta2 of a method that has been found to have them."""
    return setting.method.beta1, setting.method.beta2  # pyright: ignore[reportAttributeAccessIssue]


def square_over_alpha(setting: Setting) -> float:
    """D_inf^2 / alpha."""
    return setting.feasible.diameter() ** 2 / alpha_of(setting)


def lam_of(setting: Setting) -> float:
    """lambda of a method whose beta1_t has been found to be beta1 lambda^(t-1)."""
    return setting.method.lam  # pyright: ignore[reportAttributeAccessIssue]


def beta1_of(setting: Setting) -> float:
    """beta1 of a method that has been found to have one."""
    return setting.method.beta1  # pyright: ignore[reportAttributeAccessIssue]
