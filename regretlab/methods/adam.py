"""Adam."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.methods.method import Method
from regretlab.parameters import real


class Adam(Method):
    """Adam: phi_t = m_t, psi_t = v_t, without bias correction; eps = 0, and 0/0 is 0.

    m_t = beta1 m_{t-1} + (1 - beta1) g_t,  v_t = beta2 v_{t-1} + (1 - beta2) g_t^2,  m_0 = v_0 = 0.
    """

    name = "adam"
    source = "Kingma & Ba (2015); in this form Reddi, Kale & Kumar (2018), section 2"
    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)
    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.999)

    class Memory(NamedTuple):
        m: float = 0.0
        v: float = 0.0

    def remember(self, g, s):
        return self.Memory(
            m=self.beta1 * s.m + (1 - self.beta1) * g,
            v=self.beta2 * s.v + (1 - self.beta2) * g * g,
        )

    def phi(self, s):
        return s.m

    def psi(self, s):
        return s.v
