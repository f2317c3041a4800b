"""AMSGrad."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.arithmetic import maximum
from regretlab.methods.method import Method
from regretlab.parameters import choice, real

CORRECTIONS = {
    "none": "no bias correction: the paper's Algorithm 2",
    "after": "m and the maximum are both corrected, after the maximum is taken: PyTorch, Keras",
    "before": "m is corrected, and v before the maximum is taken: optax",
}


class AMSGrad(Method):
    """AMSGrad: phi_t = m_t, psi_t = vhat_t = max(vhat_{t-1}, v_t), with Adam's m_t and v_t.

    The correction divides m_t by 1 - beta1^t, and v_t ("before") or vhat_t ("after") by 1 - beta2^t.
    These are carried as averages of ones, c_t = beta c_{t-1} + (1 - beta), so that no power is taken.
    """

    name = "amsgrad"
    source = "Reddi, Kale & Kumar (2018), Algorithm 2"
    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.9)
    beta2: float = real("[0, 1)", "second-moment decay", r"\beta_2", default=0.999)
    correction: str = choice(CORRECTIONS, "bias correction", default="none")

    class Memory(NamedTuple):
        m: float = 0.0
        v: float = 0.0
        v_max: float = 0.0
        c1: float = 0.0
        c2: float = 0.0

    def remember(self, g, s):
        v = self.beta2 * s.v + (1 - self.beta2) * g * g
        c2 = self.beta2 * s.c2 + (1 - self.beta2)
        return self.Memory(
            m=self.beta1 * s.m + (1 - self.beta1) * g,
            v=v,
            v_max=maximum(s.v_max, v / c2 if self.correction == "before" else v),
            c1=self.beta1 * s.c1 + (1 - self.beta1),
            c2=c2,
        )

    def phi(self, s):
        return s.m if self.correction == "none" else s.m / s.c1

    def psi(self, s):
        return s.v_max / s.c2 if self.correction == "after" else s.v_max
