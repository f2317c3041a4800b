"""What a gradient will ever be paid on a periodic linear stream, and streams made of unequal pay."""

from __future__ import annotations

import math

import numpy as np

from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.method import Method
from regretlab.theorems.spikes import powers


def credits(method: Method, moduli: np.ndarray) -> np.ndarray:
    """R_i, shape (P,), of a method whose weights see |g| alone: drift = sum_i s_i |c_i| R_i.

    Had from the definition: the drift falls by 2 |c_i| R_i when the i-th sign is turned.
    """
    whole = limit(method, Periodic(moduli)).drift
    turned = [limit(method, Periodic(moduli - 2 * row)).drift for row in np.diag(moduli)]
    return (whole - np.array(turned)) / (2 * moduli)


def unequal(moduli: np.ndarray, R: np.ndarray, weight: float = 1.0) -> np.ndarray:
    """The moduli repeated, with signs on which sum c_i > 0 > sum c_i R_i, if R is not constant.

    With p = |c_i| and q = |c_i| R_i, x = p / |p| - weight q / |q| has x.p > 0 > x.q (weight 1): x_i is
    the mean sign that phase i is given, + where the credit is low, in as many repeats as tell it.
    """
    p, q = moduli, moduli * R
    x = p / np.linalg.norm(p) - weight * q / np.linalg.norm(q)
    spread = float(abs(x).max())
    if spread < 1e-9:
        return p  # no two credits differ
    repeats = math.ceil(8 * math.sqrt(len(p)) / spread)
    ups = np.rint(repeats * (1 + x / spread) / 2)
    signs = np.where(np.arange(repeats)[:, None] < ups, 1.0, -1.0)
    return (signs * p).ravel()


def circulant(beta: float, P: int) -> np.ndarray:
    """W, shape (P, P), with c W the orbit of s = beta s + (1 - beta) c_j on streams c, shape (..., P)."""
    a = powers(beta, P)
    return np.array([[a[(j - k) % P] for j in range(P)] for k in range(P)])


def adam_drifts(c: np.ndarray, beta1: float, beta2: float) -> np.ndarray:
    """Adam's drift, shape (n,), on n streams of one period, shape (n, P)."""
    P = c.shape[-1]
    m, v = c @ circulant(beta1, P), (c * c) @ circulant(beta2, P)
    return (m / np.sqrt(v)).sum(axis=-1)
