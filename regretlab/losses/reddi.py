"""The streams of Reddi, Kale & Kumar (2018), by name: presets of `spike` and `spike-iid`."""

from __future__ import annotations

from regretlab.losses.spike import Spike
from regretlab.losses.spike_iid import SpikeIID
from regretlab.parameters import real, whole


class ReddiPeriod3(Spike):
    """f_t(x) = C x when t mod 3 = 1, else -x."""

    name = "reddi-period3"
    source = "Reddi, Kale & Kumar (2018), theorem 1"
    C: float = real("(0, inf)", "large coefficient", "C", default=3.0)
    small: float = real("[0, inf)", "small coefficient", "c", default=1.0)
    period: int = whole("[2, 9e15]", "period", "P", default=3)


class ReddiOnline(Spike):
    """f_t(x) = 1010 x when t mod 101 = 1, else -10 x."""

    source = "Reddi, Kale & Kumar (2018), section 5, the online setting"


class ReddiStochastic(SpikeIID):
    """f_t(x) = 1010 x with probability 0.01, else -10 x."""

    name = "reddi-stochastic"
    source = "Reddi, Kale & Kumar (2018), section 5, the stochastic setting"
