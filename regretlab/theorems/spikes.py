"""Adam's orbit on the spike stream (C x once in P rounds, else -x) in closed form, and its drift."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


def powers(beta: float, P: int) -> np.ndarray:
    """(1 - beta) beta^(j-1) / (1 - beta^P), the weight of the spike in phase j = 1 .. P."""
    if beta == 0.0:
        return np.eye(1, P)[0]
    return (1 - beta) * beta ** np.arange(P) / -math.expm1(P * math.log(beta))


def updates(C: float, P: int, beta1: float, beta2: float, eps: float = 0.0) -> np.ndarray:
    """u*_j = m*_j / sqrt(v*_j + eps), with m*_j = -1 + (C + 1) a_j and v*_j = 1 + (C^2 - 1) b_j."""
    m = -1 + (C + 1) * powers(beta1, P)
    return m / np.sqrt(1 + (C * C - 1) * powers(beta2, P) + eps)


def drift(C: float, P: int, beta1: float, beta2: float, eps: float = 0.0) -> float:
    """Delta = u*_1 + ... + u*_P; Adam fails on C > P - 1 if it is below 0."""
    return math.fsum(updates(C, P, beta1, beta2, eps))


def bisect(rule: Callable[[float], bool], yes: float, no: float, steps: int = 60) -> float:
    """Where a rule that holds at `yes` and not at `no` changes its answer, if it does so once."""
    for _ in range(steps):
        middle = 0.5 * (yes + no)
        yes, no = (middle, no) if rule(middle) else (yes, middle)
    return 0.5 * (yes + no)
