"""An average of gradients whose decay differs from round to round."""

from __future__ import annotations

from regretlab.arithmetic import where
from regretlab.methods.momentum import Momentum
from regretlab.parameters import real


class Uneven(Momentum):
    """m_t = b_t m_{t-1} + (1 - b_t) g_t, b_t = beta1 in odd rounds and `even` in even ones."""

    name = "uneven-momentum"
    source = "derived here"
    even: float = real("[0, 1)", "decay in even rounds", default=0.5)
    cycle = 2

    def remember(self, t, g, s):
        b = where(t % 2 == 1, self.beta1, self.even)
        return self.Memory(v=b * s.v + (1 - b) * g)

    def phi(self, s):
        return s.v

    def move(self, a, x, m):
        return x - a * m
