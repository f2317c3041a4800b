"""RMSProp."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.methods.method import Method
from regretlab.parameters import real


class RMSProp(Method):
    """RMSProp: phi_t = g_t, psi_t = v_t = beta2 v_{t-1} + (1 - beta2) g_t^2, v_0 = 0.

    Adam with beta1 = 0; eps = 0, and 0/0 is 0.
    """

    name = "rmsprop"
    source = "Tieleman & Hinton (2012), lecture 6.5; Reddi, Kale & Kumar (2018), section 2"
    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.9)

    class Memory(NamedTuple):
        g: float = 0.0
        v: float = 0.0

    def remember(self, g, s):
        return self.Memory(g, self.beta2 * s.v + (1 - self.beta2) * g * g)

    def phi(self, s):
        return s.g

    def psi(self, s):
        return s.v
