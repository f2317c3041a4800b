"""Two-cycles of Adam on a parabola."""

from __future__ import annotations

import math

import numpy as np

from regretlab.game import play
from regretlab.losses.quadratic import Quadratic
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.schedules import Constant
from regretlab.sets.whole_space import WholeSpace
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim

ROUNDS = 3000
RATIOS = (1.01, 1.5, 3.0, 10.0, 100.0)
ATTRACTING = ((0.2, 0.5), (0.0, 0.9))


class TwoCycles(Claim):
    """x, -x, x, ... with x^2 = alpha^2 (1-b1)^2 / (4 (1+b1)^2) - eps / c^2; r = 1 is where it begins."""

    name = "bock-weiss-two-cycles"
    title = "Adam with a constant step has two-cycles on a parabola"
    source = "after Bock & Weiss (2019), A proof of local convergence for the Adam optimizer"
    label = "MD"
    statement = (
        "On f(x) = c x^2 / 2 without a set, Adam with eps in the root and a constant step has a two-cycle x, -x if "
        "and only if r = alpha c (1 - beta1) / (2 (1 + beta1) sqrt(eps)) > 1, with x^2 = alpha^2 (1 - beta1)^2 / (4 "
        "(1 + beta1)^2) - eps / c^2; at r < 1 it converges near 0 (derived here; from memory it is Bock & Weiss's "
        "condition). The cycle attracts for (beta1, beta2) = (0.2, 0.5) and (0, 0.9) at every r tried, for (0.9, "
        "0.999) only if 1 < r < 1.0014."
    )
    remark = (
        "On the cycle v = c^2 x^2 and m = (1 - beta1) / (1 + beta1) g, and 2 x = alpha m / sqrt(v + eps). Stability "
        "is the spectral radius of the two-step map of (x, m, v), differentiated by complex steps; it depends on r, "
        "beta1 and beta2 alone."
    )

    edge: float = real(
        "(1, inf)", "r up to which the cycle of (0.9, 0.999) attracts", default=1.0014
    )
    c: float = real("(0, inf)", "curvature", "c", default=2.0)
    eps: float = real("(0, inf)", "constant in the root", r"\epsilon", default=1e-4)

    def checks(self) -> list[Check]:
        listed = []
        for b1, b2 in ATTRACTING:
            worst = max(radius(r, b1, b2) for r in RATIOS)
            name = f"spectral radius over two rounds, ({b1:g}, {b2:g}), largest of r = {RATIOS[0]} .. {RATIOS[-1]:g}"
            listed.append(below(name, 1.0, worst))
            x = self.cycle(1.5, b1)
            end = self.end(1.5, b1, b2, 1.1 * x)
            listed.append(equal(f"|x_T| / x, ({b1:g}, {b2:g}), r = 1.5, T = {ROUNDS}, from 1.1 x", 1.0, abs(end) / x,
                                off=1e-9, known="played"))  # fmt: skip
            listed.append(equal(f"|x_T|, ({b1:g}, {b2:g}), r = 0.9, from {x:.3g} / 10", 0.0,
                                abs(self.end(0.9, b1, b2, x / 10)), off=1e-9, known="played"))  # fmt: skip
        below_it, above_it = (1 + (self.edge - 1) * f for f in (0.97, 1.05))
        return [
            *listed,
            below(f"spectral radius, (0.9, 0.999), r = {below_it:.6f}", 1.0, radius(below_it, 0.9, 0.999)),
            above(f"spectral radius, (0.9, 0.999), r = {above_it:.6f}", 1.0, radius(above_it, 0.9, 0.999)),
            above("spectral radius, (0.9, 0.999), least of r = 1.01, 1.5, 3, 10, 100", 1.0,
                  min(radius(r, 0.9, 0.999) for r in RATIOS)),
        ]  # fmt: skip

    def alpha(self, r: float, b1: float) -> float:
        return r * 2 * (1 + b1) * math.sqrt(self.eps) / (self.c * (1 - b1))

    def cycle(self, r: float, b1: float) -> float:
        """x of the cycle, by the formula."""
        first = (self.alpha(r, b1) * (1 - b1) / (2 * (1 + b1))) ** 2
        return math.sqrt(first - self.eps / self.c**2)

    def end(self, r: float, b1: float, b2: float, x1: float) -> float:
        learner = Adam(beta1=b1, beta2=b2, eps=self.eps, eps_place="inside")
        run = play(
            learner, Quadratic(mu=self.c, c=np.zeros(1)), WholeSpace(), rounds=ROUNDS, x1=x1,
            step=Constant(self.alpha(r, b1)), engine="plain", progress=False,
        )  # fmt: skip
        return float(run.x[0])


def radius(r: float, b1: float, b2: float) -> float:
    """Spectral radius of two rounds at the cycle, with c = eps = 1, where x^2 = r^2 - 1."""
    alpha, x = 2 * r * (1 + b1) / (1 - b1), math.sqrt(r * r - 1)
    at = np.array([x, -(1 - b1) / (1 + b1) * x, x * x], dtype=complex)
    h = 1e-30
    columns = []
    for k in range(3):
        state = at.copy()
        state[k] += 1j * h
        for _ in range(2):
            y, m, v = state
            m, v = b1 * m + (1 - b1) * y, b2 * v + (1 - b2) * y * y
            state = np.array([y - alpha * m / np.sqrt(v + 1), m, v])
        columns.append(np.imag(state) / h)
    return float(abs(np.linalg.eigvals(np.array(columns).T)).max())
