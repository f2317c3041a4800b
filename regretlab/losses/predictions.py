"""Losses of one number z = <a, x>, the prediction, against a label b: value, slope, and bounds."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from regretlab.arithmetic import quotient, sign
from regretlab.errors import InvalidInput
from regretlab.losses.samples import Samples
from regretlab.parameters import choice

LOSSES = {
    "squares": "(<a, x> - b)^2 / 2",
    "logistic": "log(1 + exp(-b <a, x>)), labels b of -1 and 1",
    "linear": "<a, x>; b is not used",
    "absolute": "|<a, x> - b|",
    "hinge": "max(0, 1 - b <a, x>), labels b of -1 and 1",
    "squared-hinge": "max(0, 1 - b <a, x>)^2, labels b of -1 and 1",
    "huber": "r^2 / 2 for r = |<a, x> - b| <= huber, else huber (r - huber / 2)",
    "log": "-log <a, x>, for <a, x> > 0; b is not used",
}
OF_SIGNS = ("logistic", "hinge", "squared-hinge")  # the labels are -1 and 1


class Known(NamedTuple):
    """What holds of l(z, b_j) for every z in an interval, each of shape (n,)."""

    steepest: np.ndarray  # |l'| <= steepest
    curvature: np.ndarray  # l'' >= curvature
    alpha: np.ndarray  # exp(-alpha l) is concave: l'' >= alpha l'^2


class Predictions(Samples):
    """l(z, b) and dl/dz; at a kink the slope is 0 (absolute) or that of the flat side (hinge)."""

    abstract = True
    huber = 1.0  # the threshold; where it can be chosen it is declared as a parameter
    loss: str = choice(LOSSES, "loss of a sample", default="squares")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.loss in OF_SIGNS and not np.isin(self.b, (-1.0, 1.0)).all():
            wrong = self.b[~np.isin(self.b, (-1.0, 1.0))][0]
            what = f"b holds {wrong:g}: labels of the {self.loss} loss are -1 and 1"
            raise InvalidInput(f"{what}; regretlab.data.signed(b) makes them of any two.")

    @property
    def natural(self) -> str:  # type: ignore[override]
        return "simplex" if self.loss == "log" else ""

    def of_sample(self, z, b):
        """l(z, b)"""
        if self.loss == "squares":
            return 0.5 * (z - b) * (z - b)
        if self.loss == "logistic":  # log(1 + e^-s), without overflow
            return max(-b * z, 0.0) + math.log1p(math.exp(-abs(b * z)))
        if self.loss == "absolute":
            return abs(z - b)
        if self.loss == "hinge":
            return max(1.0 - b * z, 0.0)
        if self.loss == "squared-hinge":
            short = max(1.0 - b * z, 0.0)
            return short * short
        if self.loss == "huber":
            r = abs(z - b)
            return 0.5 * r * r if r <= self.huber else self.huber * (r - 0.5 * self.huber)
        if self.loss == "log":
            return -math.log(z) if z > 0.0 else math.inf
        return z

    def slope(self, z, b):
        """dl/dz"""
        if self.loss == "squares":
            return z - b
        if self.loss == "linear":
            return 1.0
        if self.loss == "absolute":
            return sign(z - b)
        if self.loss == "hinge":
            return -b if b * z < 1.0 else 0.0
        if self.loss == "squared-hinge":
            return -2.0 * b * max(1.0 - b * z, 0.0)
        if self.loss == "huber":
            return min(max(z - b, -self.huber), self.huber)
        if self.loss == "log":
            return quotient(-1.0, z)
        e = math.exp(-abs(b * z))
        return -b * (e if b * z > 0.0 else 1.0) / (1.0 + e)

    def known_of(self, low: np.ndarray, high: np.ndarray) -> Known:
        """What holds for low_j <= z <= high_j, j = 1 .. n; ends may be infinite."""
        b = np.broadcast_to(self.b, len(low))
        ones, none = np.ones(len(low)), np.zeros(len(low))
        with np.errstate(all="ignore"):
            if self.loss in ("squares", "huber"):
                r = np.maximum(abs(low - b), abs(high - b))
                if self.loss == "squares":
                    return Known(r, ones, 1 / r**2)
                inside = r <= self.huber  # beyond the threshold it is linear
                return Known(np.minimum(r, self.huber), 1.0 * inside, np.where(inside, 1 / r**2, 0))
            if self.loss == "log":
                away = low > 0
                steep = np.where(away, 1 / low, np.inf)
                # where z < 0 is possible f_t is infinite there, and exp(-f_t) is not concave
                return Known(steep, np.where(away, 1 / high**2, 0), np.where(low >= 0, 1.0, 0.0))
            if self.loss in OF_SIGNS:
                least, most = np.minimum(b * low, b * high), np.maximum(b * low, b * high)
                if self.loss == "logistic":
                    far = np.maximum(abs(least), abs(most))
                    curved = np.exp(-far) / (1 + np.exp(-far)) ** 2
                    return Known(1 / (1 + np.exp(least)), curved, np.exp(least))
                short = np.maximum(1 - least, 0)
                if self.loss == "squared-hinge":
                    return Known(2 * short, 2.0 * (most < 1), 1 / (2 * short**2))
                return Known(1.0 * (short > 0), none, np.where(short > 0, 0, np.inf))
        return Known(ones, none, none)
