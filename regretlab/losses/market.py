"""A market of log-normal prices: the losses of portfolios."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from regretlab.arithmetic import quotient
from regretlab.errors import InvalidInput
from regretlab.losses.draws import gaussian
from regretlab.losses.sequence import Constants, Losses, box_of, constants_of
from regretlab.parameters import array


class Market(Losses):
    """f_t(x) = -log <r_t, x>, r_ti = exp(drift_i + volatility_i N_ti), N_ti independent N(0, 1).

    r_t are the relative prices of N = d assets, closing by opening, and x the shares of wealth: play
    it on the simplex, where <r_t, x> > 0; elsewhere f_t may be infinite, and the play ends there.
    drift and volatility have shape (N,), or one number for every asset; per round, without unit.
    The regret is the logarithm of the best constant rebalanced portfolio's wealth by the learner's.
    """

    shape = "vector"
    natural = "simplex"
    source = "Cover (1991), universal portfolios; log-normal prices as in Black & Scholes (1973)"
    drift: np.ndarray = array(1, "mean of log r", "m", default=(0.0005, 0.0))
    volatility: np.ndarray = array(1, "standard deviation of log r", "s", default=(0.02, 0.0))

    def __post_init__(self) -> None:
        super().__post_init__()
        a, b = len(self.drift), len(self.volatility)
        if a != b and 1 not in (a, b):
            raise InvalidInput(
                f"drift has {a} entries and volatility {b}: give as many of each, or one number."
            )
        if (self.volatility < 0).any():
            wrong = self.volatility[self.volatility < 0][0]
            raise InvalidInput(
                f"volatility holds {wrong:g}, a standard deviation: it must be at least 0."
            )

    @property
    def d(self) -> int:  # type: ignore[override]
        return max(len(self.drift), len(self.volatility))

    def price(self, t, i, source):
        """r_ti"""
        m = self.drift[i if len(self.drift) > 1 else 0]
        s = self.volatility[i if len(self.volatility) > 1 else 0]
        return math.exp(m + s * gaussian(source, t, i))

    def gradient(self, t, x, source):
        g, wealth = np.zeros(len(x)), 0.0
        for i in range(len(x)):
            g[i] = self.price(t, i, source)
            wealth += g[i] * x[i]
        for i in range(len(x)):
            g[i] = quotient(-g[i], wealth)
        return g

    def value(self, t, x, source):
        wealth = 0.0
        for i in range(len(x)):
            wealth += self.price(t, i, source) * x[i]
        return -math.log(wealth) if wealth > 0.0 else math.inf

    def constants(self, feasible: Any) -> Constants:
        """Prices have no bound, so the gradients have none; exp(-f_t) is linear where x >= 0."""
        inside = (box_of(feasible, self.d)[0] >= 0).all()
        return constants_of(math.inf, math.inf, alpha=1.0 if inside else 0.0)
