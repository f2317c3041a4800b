"""AdamNC whose second moment comes late."""

from __future__ import annotations

from regretlab.methods.adamnc import AdamNC
from regretlab.parameters import real


class Late(AdamNC):
    """AdamNC with v_t = t / T on gradients of size 1: beta2_t = (1 - t/T) / (1 - (t-1)/T).

    Condition (1) of theorem 5 allows it as printed, with alpha_T, and not with alpha_t.
    """

    source = "derived here"
    T: float = real("(0, inf)", "horizon", "T", default=10**4)

    def beta2_t(self, t):
        return (1 - t / self.T) / (1 - (t - 1) / self.T)
