"""An adaptive adversary: it sees x_t and pulls it towards zero."""

from __future__ import annotations

from regretlab.arithmetic import sign
from regretlab.losses.sequence import Losses
from regretlab.parameters import real


class Chase(Losses):
    """f_t(x) = C sign(x_t) x, revealed after x_t has been seen; sign(0) = 0.

    Every round costs the learner C |x_t|, while a fixed point pays C |sum of the signs| at most.
    """

    source = "the usual example of an adaptive (non-oblivious) adversary; cf. Cesa-Bianchi & Lugosi (2006)"
    C: float = real("(0, inf)", "coefficient", "C", default=1.0)

    def gradient(self, seen):
        return self.C * sign(seen)

    def gradient_bound(self) -> float:
        return self.C
