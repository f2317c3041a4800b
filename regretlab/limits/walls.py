"""From the orbit of the update to where the iterate ends, and what that costs.

x_{t+1} = clip(x_t - alpha_t u_t; lo, hi) on f_t(x) = c_t x, with u_t -> u*_j and c_t of period P.
Delta = u*_1 + ... + u*_P; S = c_1 + ... + c_P. With alpha_t -> 0 and sum alpha_t = infinity, x_t -> hi
if Delta < 0, and lo if Delta > 0; so R_T / T -> |S| (hi - lo) / P if Delta S < 0, else 0.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class Cycle(NamedTuple):
    """The limit of a constant step: the iterate before each round of a period, and what it costs."""

    x: np.ndarray
    average_regret: float


def wall(drift: float, lo: float, hi: float) -> float:
    """Where x_t goes."""
    return hi if drift < 0 else lo


def waits(u: np.ndarray, drift: float) -> np.ndarray:
    """W_j, the distance from the wall in steps before round j: x_t = wall -+ alpha_t W_j + O(t^-3/2).

    Lindley's recursion W_{j+1} = max(0, W_j + u*_j) for Delta < 0, and with -u*_j for Delta > 0; from
    W = 0 two periods are enough.
    """
    away = np.concatenate([u, u] if drift < 0 else [-u, -u])
    sums = np.concatenate([[0.0], away.cumsum()[:-1]])
    return (sums - np.minimum.accumulate(sums))[len(u) :]


def sqrt_coefficient(c: np.ndarray, W: np.ndarray, drift: float, alpha: float) -> float:
    """B in R_T = A T + B sqrt(T) + O(1) for alpha_t = alpha / sqrt(t), T a multiple of P.

    B = -2 alpha K / P for Delta < 0 and 2 alpha K / P for Delta > 0, K = sum of c_j W_j.
    """
    K = float(c @ W)
    return (-2.0 if drift < 0 else 2.0) * alpha * K / len(c)


def average(S: float, P: int, drift: float, lo: float, hi: float) -> float:
    """A = |S| (hi - lo) / P if the wall is the wrong one, else 0."""
    return abs(S) * (hi - lo) / P if drift * S < 0 else 0.0


def cycle(c: np.ndarray, u: np.ndarray, drift: float, alpha: float, lo: float, hi: float) -> Cycle:
    """The limit for a constant step: one period is x -> clip(x - alpha Delta; L, U), which is absorbed."""
    x = wall(drift, lo, hi)
    way = np.empty(len(c))
    for _ in range(10_000):
        before = x
        for j, step in enumerate(u):
            way[j] = x
            x = min(max(x - alpha * step, lo), hi)
        if x == before:
            break
    S = float(c.sum())
    return Cycle(way, (float(c @ way) - min(S * lo, S * hi)) / len(c))


def rounds_to_see(drift: float, P: int, alpha: float, power: float, width: float) -> float:
    """About how many rounds x_t needs from one wall to the other: sum alpha_t |Delta| / P = hi - lo.

    With alpha_t = alpha / t^p and N = width P / (alpha |Delta|), as an integral from 1:
    (1 + (1 - p) N)^(1 / (1 - p)), for p = 1 the exponential of N.
    """
    needed = width * P / (alpha * abs(drift))
    logarithm = needed if power == 1.0 else math.log1p(needed * (1.0 - power)) / (1.0 - power)
    return math.exp(min(logarithm, 700.0))
