"""E[u], the mean update on i.i.d. linear losses, by a quadrature whose error is estimated.

For v = sum b_k g_{-k}^2 and m = sum w_k g_{-k}, independent g_0, g_{-1}, ...:

    1 / sqrt(v + e) = integral over s > 0 of K(s) exp(-s v) ds, K(s) = exp(-s e) / sqrt(pi s),

and with eps outside the root K(s) = 1/sqrt(pi s) - eps exp(eps^2 s) erfc(eps sqrt s). So

    E[m / sqrt(v + e)] = integral of K(s) sum_k w_k E[g exp(-s b_k g^2)] prod_{i != k} E[exp(-s b_i g^2)] ds,

one integral, whatever the memory; and E[g] E[v^(-1/2)] where the update divides by a v that has not seen
the gradient (ADOPT). With s = exp(y) the integrand is smooth and dies at both ends, so that the
trapezoidal rule converges faster than any power; halving its step tells the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

STEP, TOLERANCE = 0.5, 1e-10
FIRST, LAST = -66.0, 60.0  # of log(s E[g^2])
TAIL = 1e-8  # s b_k max g^2 below which what is left of the product is its first order


class Law(NamedTuple):
    """The law of a gradient: values, shape (n,), and their probabilities."""

    values: np.ndarray
    chances: np.ndarray

    @property
    def mean(self) -> float:
        return float(self.values @ self.chances)


def mean_update(
    law: Law,
    beta1: float,
    beta2: float,
    eps: float = 0.0,
    inside: bool = False,
    ahead: bool = False,
) -> tuple[float, float]:
    """E[m / (sqrt(v) + eps)] in the stationary state, and an estimate of its error.

    m = (1 - beta1) sum beta1^k g_{-k} and v = (1 - beta2) sum beta2^k g_{-k}^2; `inside` puts eps below
    the root. With `ahead`, m is the mean of g / sqrt(v before g), as ADOPT's, and its mean E[g] E[v^-1/2].
    """
    size = float(abs(law.values).max())  # in units of the largest gradient nothing overflows
    law = Law(law.values / size, law.chances)
    eps = eps / size / size if inside else eps / size
    typical = float(law.values**2 @ law.chances)

    def kernel(s: np.ndarray) -> np.ndarray:
        root = np.sqrt(s)
        if eps == 0.0:
            return 1.0 / (math.sqrt(math.pi) * root)
        if inside:
            return np.exp(-s * eps) / (math.sqrt(math.pi) * root)
        from scipy.special import erfcx

        return 1.0 / (math.sqrt(math.pi) * root) - eps * erfcx(eps * root)

    def integrand(y: np.ndarray) -> np.ndarray:
        s = np.exp(y) / typical
        if ahead:
            return kernel(s) * s * law.mean * transform(law, beta2, s)[0]
        return kernel(s) * s * weighted(law, beta1, beta2, s)

    return trapezoid(integrand)


def trapezoid(integrand: Callable[[np.ndarray], np.ndarray]) -> tuple[float, float]:
    """The integral over the line, its step halved until the sum no longer changes, and its error.

    The error is the last change, or what truncating the product and rounding may leave.
    """
    h, at = STEP, np.arange(FIRST, LAST, STEP)
    values = integrand(at)
    keep = np.flatnonzero(abs(values) > 1e-14 * abs(values).max())
    if not len(keep):  # it is 0 all over, as E[g] may be
        return 0.0, 0.0
    low, high = float(at[keep[0]]) - STEP, float(at[keep[-1]]) + STEP
    total, size = h * float(values.sum()), h * float(abs(values).sum())
    error = math.inf
    for _ in range(5):
        h /= 2.0
        finer = total / 2.0 + h * float(integrand(np.arange(low + h, high, 2 * h)).sum())
        error, total = abs(finer - total), finer
        if error <= TOLERANCE * size:
            break
    return total, max(error, TOLERANCE * size)


def transform(law: Law, beta2: float, s: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """E[exp(-s v)], and the factors E[exp(-s b_k g^2)] that are not their first order, by k."""
    squares = law.values**2
    out, factors, weight = np.ones_like(s), [], 1.0 - beta2
    largest = float(s.max() * squares.max())
    while weight * largest > TAIL and len(factors) < 200_000:
        factor = np.exp(-np.multiply.outer(s * weight, squares)) @ law.chances
        factors.append(factor)
        out = out * factor
        weight *= beta2
        if beta2 == 0.0:
            return out, factors
    rest = weight / (1.0 - beta2)  # b_n + b_(n+1) + ...
    return out * np.exp(-s * rest * float(squares @ law.chances)), factors


def weighted(law: Law, beta1: float, beta2: float, s: np.ndarray) -> np.ndarray:
    """E[m exp(-s v)], for every s."""
    whole, factors = transform(law, beta2, s)
    squares, total = law.values**2, np.zeros_like(s)
    w, b = 1.0 - beta1, 1.0 - beta2
    left = 1.0
    for factor in factors:
        if left < 1e-18:
            break
        bent = np.exp(-np.multiply.outer(s * b, squares)) @ (law.values * law.chances)
        with np.errstate(all="ignore"):
            total += np.where(factor > 0.0, w * bent / factor, 0.0)
        left -= w
        w *= beta1
        b *= beta2
    total += max(left, 0.0) * law.mean
    return whole * total
