"""The stream of Reddi, Kale & Kumar (2018), section 5, in three orders: drawn, reshuffled, cyclic."""

from __future__ import annotations

import numpy as np

import regretlab as rl
from regretlab import losses
from regretlab.philox import uniform

C, SMALL, P, PERIOD = 1010.0, 10.0, 0.01, 100


class Reshuffled(rl.Losses):
    """f_t(x) = C x once in every epoch of `period` rounds, in a round drawn anew, else -small x.

    The order of one large and period - 1 equal small losses is known once the large one's place is.
    """

    C: float = C
    small: float = SMALL
    period: int = PERIOD

    def gradient(self, t, source):
        """One draw an epoch, in its first purpose."""
        epoch, place = (t - 1) // self.period, (t - 1) % self.period
        drawn = int(uniform(source, epoch, 0) * self.period)
        return self.C if place == drawn else -self.small

    def expected_gradient(self) -> np.ndarray:
        return np.array([(self.C - (self.period - 1) * self.small) / self.period])


IID = losses.ReddiStochastic(C=C, small=SMALL, p=P)
ORDERS: dict[str, rl.Losses] = {
    "independent": IID,
    "reshuffled": Reshuffled(),
    "cyclic": losses.Spike(C=C, small=SMALL, period=PERIOD),
}
