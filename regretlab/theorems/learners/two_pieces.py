"""Lines that bend at -1: the problem of Zhang et al. on the whole line."""

from __future__ import annotations

from regretlab.arithmetic import where
from regretlab.losses.sequence import Losses
from regretlab.parameters import choice, whole
from regretlab.philox import uniform

ORDERS = {
    "cyclic": "f_0, f_1, ..., f_(n-1), again and again",
    "reshuffled": "every epoch of n rounds in a new random order",
    "replacement": "every round one of them, independently",
}


class TwoPieces(Losses):
    """f_0 = n h and f_i = -h, i = 1 .. n - 1; h(x) = x for x >= -1, else ((x + 2)^2 - 3) / 2.

    Their sum is h, convex, with its minimum at -2. Only the place of f_0 among the others matters.
    """

    name = "zhang-two-pieces"
    source = "Zhang, Chen, Shi, Sun & Luo (2022), from memory"
    convex = False  # -h is not
    n: int = whole("[2, inf)", "number of functions", "n", default=10)
    order: str = choice(ORDERS, "their order", default="cyclic")

    @property
    def random(self) -> bool:
        return self.order != "cyclic"

    def c(self, t, source):
        place = 0
        if self.order == "reshuffled":
            place = int(uniform(source, (t - 1) // self.n, 0) * self.n)
        if self.order == "replacement":
            return where(uniform(source, t, 0) * self.n < 1.0, 1.0 * self.n, -1.0)
        return where((t - 1) % self.n == place, 1.0 * self.n, -1.0)

    def gradient(self, t, x, source):
        return self.c(t, source) * where(x >= -1.0, 1.0, x + 2.0)

    def value(self, t, x, source):
        bent = 0.5 * ((x + 2.0) * (x + 2.0) - 3.0)
        return self.c(t, source) * where(x >= -1.0, x, bent)
