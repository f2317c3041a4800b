"""One large gradient every so many rounds, small ones of the other sign between."""

from __future__ import annotations

import numpy as np

from regretlab.losses.sequence import Losses
from regretlab.parameters import real, whole


class Spike(Losses):
    """f_t(x) = C x when t mod period = 1, else -small x.

    With C > (period - 1) small, x = lo is the best fixed point and every small step points away
    from it: the family on which Adam's drift can have the wrong sign.
    """

    source = "Reddi, Kale & Kumar (2018), theorem 1 (period 3), theorem 2 (period C), section 5 (1010, 10, 101)"
    C: float = real("(0, inf)", "large coefficient", "C", default=1010.0)
    small: float = real("[0, inf)", "small coefficient", "c", default=10.0)
    period: int = whole("[2, 9e15]", "period", "P", default=101)

    def gradient(self, t):
        # the round is known ahead, so a branch (predicted) beats `where` (computed) by a fifth
        return self.C if t % self.period == 1 else -self.small

    def gradient_bound(self) -> float:
        return max(self.C, self.small)

    def partial_sum(self, t: int) -> np.ndarray:
        spikes = (t + self.period - 1) // self.period
        return np.array([spikes * self.C - (t - spikes) * self.small])

    def one_period(self) -> np.ndarray:
        c = np.full((self.period, 1), -self.small)
        c[0] = self.C
        return c
