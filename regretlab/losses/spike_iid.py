"""A large gradient with a small probability, else a small one of the other sign."""

from __future__ import annotations

import numpy as np

from regretlab.arithmetic import where
from regretlab.losses.sequence import Losses
from regretlab.parameters import real


class SpikeIID(Losses):
    """f_t(x) = C x with probability p, else -small x, independently in every round."""

    name = "spike-iid"
    source = "Reddi, Kale & Kumar (2018), theorem 3 and section 5 (1010, 10, 0.01)"
    C: float = real("(0, inf)", "large coefficient", "C", default=1010.0)
    small: float = real("[0, inf)", "small coefficient", "c", default=10.0)
    p: float = real("[0, 1]", "probability of the large coefficient", "p", default=0.01)

    def gradient(self, u):
        return where(u < self.p, self.C, -self.small)

    def gradient_bound(self) -> float:
        return max(self.C, self.small)

    def expected_gradient(self) -> np.ndarray:
        return np.array([self.p * self.C - (1 - self.p) * self.small])

    def gradient_law(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array([self.C, -self.small]), np.array([self.p, 1.0 - self.p])
