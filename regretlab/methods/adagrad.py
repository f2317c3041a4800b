"""AdaGrad, diagonal."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.methods.method import Method


class AdaGrad(Method):
    """AdaGrad: phi_t = g_t, psi_t = (g_1^2 + ... + g_t^2) / t.

    With alpha_t = alpha / sqrt(t) this is the usual step alpha g_t / sqrt(g_1^2 + ... + g_t^2).
    """

    name = "adagrad"
    source = "Duchi, Hazan & Singer (2011); in this form Reddi, Kale & Kumar (2018), section 2"

    class Memory(NamedTuple):
        g: float = 0.0
        squares: float = 0.0

    def remember(self, g, s):
        return self.Memory(g, s.squares + g * g)

    def phi(self, s):
        return s.g

    def psi(self, t, s):
        return s.squares / t
