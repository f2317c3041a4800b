"""AdamNC: Adam with beta2_t = 1 - 1/t."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.methods.method import Method
from regretlab.parameters import real


class AdamNC(Method):
    """AdamNC: phi_t = m_t, psi_t = v_t with beta2_t = 1 - 1/t, so v_t is the mean of g_1^2 .. g_t^2.

    m_t = beta1 m_{t-1} + (1 - beta1) g_t,  v_t = beta2_t v_{t-1} + (1 - beta2_t) g_t^2.
    """

    name = "adamnc"
    source = "Reddi, Kale & Kumar (2018), Algorithm 3 with the schedule of corollary 2"
    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)

    class Memory(NamedTuple):
        m: float = 0.0
        v: float = 0.0

    def remember(self, t, g, s):
        beta2_t = 1 - 1 / t
        return self.Memory(
            m=self.beta1 * s.m + (1 - self.beta1) * g,
            v=beta2_t * s.v + (1 - beta2_t) * g * g,
        )

    def phi(self, s):
        return s.m

    def psi(self, s):
        return s.v
