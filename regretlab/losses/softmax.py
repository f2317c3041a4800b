"""Multinomial logistic regression."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.losses.sampled import Sampled
from regretlab.losses.samples import spanned
from regretlab.losses.sequence import Constants, box_of, constants_of
from regretlab.parameters import array, whole


class SoftmaxRegression(Sampled):
    """f_t(x) = mean over the samples j of round t of log(sum_k exp(s_k)) - s_{b_j}, plus l2/2 |x|^2.

    s_k = <a_j, X_k>, where X_k, k = 0 .. K - 1, are the rows of x read as a matrix of shape (K, p):
    d = K p. A of shape (n, p) holds the a_j, b of shape (n,) or (1,) the classes, whole numbers in
    [0, K). The largest score is taken out of the exponents, so that nothing overflows.
    """

    name = "softmax"
    source = "McFadden (1974), the multinomial logit; Bishop (2006), section 4.3.4"
    b: np.ndarray = array(1, "classes", "b", default=(0.0, 1.0, 0.0))
    K: int = whole("[2, 9e15]", "number of classes", "K", default=2)

    def __post_init__(self) -> None:
        super().__post_init__()
        bad = (self.b != np.floor(self.b)) | (self.b < 0) | (self.b >= self.K)
        if bad.any():
            rule = f"labels of softmax are whole numbers from 0 to K - 1 = {self.K - 1}"
            raise InvalidInput(
                f"b holds {self.b[bad][0]:g}: {rule}; give K, the number of classes."
            )

    @property
    def d(self) -> int:  # type: ignore[override]
        return self.K * self.A.shape[1]

    def scores(self, x, j):
        """s_0 .. s_{K-1} of sample j, the largest moved to 0."""
        p = self.A.shape[1]
        s = np.zeros(self.K)
        for k in range(self.K):
            for i in range(p):
                s[k] += self.A[j, i] * x[k * p + i]
        top = s[0]
        for k in range(1, self.K):
            top = max(top, s[k])
        for k in range(self.K):
            s[k] -= top
        return s

    def add(self, total, x, j):
        p, s, own = self.A.shape[1], self.scores(x, j), int(self.label(j))
        mass = 0.0
        for k in range(self.K):
            s[k] = math.exp(s[k])
            mass += s[k]
        for k in range(self.K):
            slope = s[k] / mass - (1.0 if k == own else 0.0)
            for i in range(p):
                total[k * p + i] += slope * self.A[j, i]

    def loss_of(self, x, j):
        s = self.scores(x, j)
        mass = 0.0
        for k in range(self.K):
            mass += math.exp(s[k])
        return math.log(mass) - s[int(self.label(j))]

    def gradient_bound(self) -> float:
        return float(abs(self.A).max()) if self.l2 == 0.0 else math.inf

    def constants(self, feasible: Any) -> Constants:
        """From the range of every score over the box of F.

        With p_y the probability of the right class, the Hessian in the scores is at least
        p_y / (1 - p_y) times the square of the gradient, exactly; and the gradient in the scores
        has length (1 - p_y) sqrt(2) at most.
        """
        p = self.A.shape[1]
        low, high = box_of(feasible, self.d)
        least, most = spanned(self.A, low.reshape(self.K, p).T, high.reshape(self.K, p).T)
        own, each = np.broadcast_to(self.b, len(self.A)).astype(int), np.arange(len(self.A))
        with np.errstate(over="ignore"):
            lead = most - least[each, own][:, None]
            lead[each, own] = -np.inf
            odds = np.exp(lead).sum(axis=1).max()  # (1 - p_y) / p_y at most
        alpha = 1 / odds if odds > 0 else 0.0
        wrong = odds / (1 + odds) if math.isfinite(odds) else 1.0
        G_inf = wrong * abs(self.A).max()
        G_2 = wrong * math.sqrt(2) * np.linalg.norm(self.A, axis=1).max()
        if self.l2 > 0.0:
            far, radius = self.reach(feasible)
            G_inf, G_2 = G_inf + self.l2 * far, G_2 + self.l2 * radius
            alpha = 1 / (odds + self.l2 * radius**2)
        return constants_of(G_inf, G_2, self.l2, alpha)
