"""Linear losses that repeat."""

from __future__ import annotations

from typing import Any

import numpy as np

from regretlab.losses.sequence import Constants, Losses, constants_of
from regretlab.parameters import array


class Periodic(Losses):
    """f_t(x) = <c_j, x> with j = (t - 1) mod P; c of shape (P,) or (P, d)."""

    source = "the general form of the examples in Reddi, Kale & Kumar (2018)"
    c: np.ndarray = array(2, "coefficients", "c", default=(3.0, -1.0, -1.0))

    @property
    def d(self) -> int:  # type: ignore[override]
        return self.c.shape[1]

    def gradient(self, t, i):
        return self.c[(t - 1) % len(self.c), i]

    def gradient_bound(self) -> float:
        return float(abs(self.c).max())

    def constants(self, feasible: Any) -> Constants:
        return constants_of(self.gradient_bound(), np.linalg.norm(self.c, axis=1).max())

    def partial_sum(self, t: int) -> np.ndarray:
        periods, rest = divmod(t, len(self.c))
        return periods * self.c.sum(axis=0) + self.c[:rest].sum(axis=0)

    def one_period(self) -> np.ndarray:
        return self.c
