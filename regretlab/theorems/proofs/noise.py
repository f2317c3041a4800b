"""The lines that AMSGrad's proofs end with: from sums of squares over sqrt(vhat) to the gradients' norms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from regretlab.theorems.proofs.line import Line, Trace

Head = Callable[[Trace, int], float]


def average(tr: Trace, t: int) -> float:
    """sum over s of sum over j <= s of beta1^(s-j) g_j^2 / (2 a_s)."""
    return float(tr.over(tr.faded(tr.g[:t] ** 2, tr.beta1)).sum() / 2)


def remembered(tr: Trace, t: int) -> float:
    """The same with sqrt(vhat_s) >= sqrt((1 - beta2) beta2^(s-j)) |g_j|."""
    gamma = tr.beta1 / math.sqrt(tr.beta2)
    faded = tr.faded(abs(tr.g[:t]), gamma)
    return float((tr.rates[:t, None] * faded).sum() / (2 * math.sqrt(1 - tr.beta2)))


def swapped(tr: Trace, t: int) -> float:
    """The same, summed over s first."""
    gamma = tr.beta1 / math.sqrt(tr.beta2)
    spread = 2 * math.sqrt(1 - tr.beta2) * (1 - gamma)
    return float((tr.rates[:t, None] * abs(tr.g[:t])).sum() / spread)


def norms(tr: Trace, t: int) -> float:
    """alpha sqrt(1 + ln t) / (2 (1 - gamma) sqrt(1 - beta2)) times the sum of |g_{1:t,i}|."""
    gamma = tr.beta1 / math.sqrt(tr.beta2)
    spread = 2 * math.sqrt(1 - tr.beta2) * (1 - gamma)
    sizes = np.sqrt((tr.g[:t] ** 2).sum(axis=0)).sum()
    return float(tr.alpha * math.sqrt(1 + math.log(t)) * sizes / spread)


def tail(head: Head, shown: str, factor: Callable[[Trace], float], times: str) -> tuple[Line, ...]:
    """The four lines: `head`, which stays, and `factor` times each of the sums above."""
    steps = (
        ("average", "sum_s sum_j beta1^(s-j) g_j^2 / (2 a_s)", average,
         "m_s^2 <= sum_j beta1^(s-j) g_j^2, since m_s is an average of the g_j with smaller weights"),
        ("memory", "alpha / (2 sqrt(1 - beta2)) sum_s s^(-1/2) sum_j gamma^(s-j) |g_j|", remembered,
         "vhat_s >= (1 - beta2) beta2^(s-j) g_j^2 for every j <= s"),
        ("swap", "alpha / (2 sqrt(1 - beta2) (1 - gamma)) sum_j j^(-1/2) |g_j|", swapped,
         "s^(-1/2) <= j^(-1/2), and the sum of gamma^(s-j) over s >= j is at most 1 / (1 - gamma)"),
        ("cauchy-schwarz", "alpha sqrt(1 + ln t) / (2 (1 - gamma) sqrt(1 - beta2)) sum_i |g_1:t,i|", norms,
         "Cauchy-Schwarz, and 1 + 1/2 + ... + 1/t <= 1 + ln t"),
    )  # fmt: skip

    def line(name: str, text: str, of: Head, why: str) -> Line:
        def value(tr: Trace, t: int, u: np.ndarray) -> float:
            return head(tr, t) + factor(tr) * of(tr, t)

        return Line(name, f"{shown} + {times}{text}", why, value)

    return tuple(line(*step) for step in steps)
