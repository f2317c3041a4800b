"""Sophia-G."""

from __future__ import annotations

from typing import NamedTuple

from regretlab.arithmetic import maximum, minimum, quotient, where
from regretlab.methods.method import Method
from regretlab.parameters import choice, real, whole

CLIPS = {True: "cut off at +-1", False: "m / max(gamma h, eps) as it is"}


class SophiaG(Method):
    """Sophia-G: phi_t = clip(m_t / max(gamma h_t, eps), 1), psi_t = 1; h_t is renewed every k rounds.

    m_t = beta1 m_{t-1} + (1 - beta1) g_t; in rounds 1, k + 1, 2 k + 1, ... h_t = beta2 h_{t-1} +
    (1 - beta2) g_t^2. The paper's Gauss-Newton-Bartlett estimate draws labels from the model; losses
    here have none to draw, so the gradient itself stands for it, with batch factor 1.
    """

    name = "sophia-g"
    source = "Liu, Li, Hall, Liang & Ma (2023), algorithm 3 with the estimator of algorithm 2"
    departs = "with weight decay, x_t is moved beside the step"
    beta1: float = real("[0, 1)", "first-moment decay", r"\beta_1", default=0.96)
    beta2: float = real("[0, 1)", "curvature decay", r"\beta_2", default=0.99)
    gamma: float = real("(0, inf)", "factor of the curvature", r"\gamma", default=0.05)
    k: int = whole("[1, 9e15]", "rounds between two estimates", "k", default=10)
    clipped: bool = choice(CLIPS, "clipping", default=True)
    eps: float = real("(0, inf)", "least divisor", r"\epsilon", default=1e-12)
    weight_decay: float = real("[0, inf)", "weight decay", r"\lambda", default=0.0)

    class Memory(NamedTuple):
        m: float = 0.0
        h: float = 0.0

    @property
    def cycle(self) -> int:  # type: ignore[override]
        return self.k

    @property
    def decays(self) -> bool:
        return self.weight_decay > 0

    def remember(self, t, g, s):
        fresh = self.beta2 * s.h + (1 - self.beta2) * g * g
        return self.Memory(
            m=self.beta1 * s.m + (1 - self.beta1) * g,
            h=where((t - 1) % self.k == 0, fresh, s.h),
        )

    def phi(self, s):
        u = quotient(s.m, maximum(self.gamma * s.h, self.eps))
        return minimum(maximum(u, -1.0), 1.0) if self.clipped else u

    def psi(self):
        return 1.0

    def move(self, a, x, m):
        return x - a * (m + self.weight_decay * x) if self.decays else x - a * m
