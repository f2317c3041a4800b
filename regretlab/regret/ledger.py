"""From the sums of a log to regret, with nothing lost to cancellation.

R_t = sum of f_s(x_s) over s <= t, minus the minimum over F of the same sum at a fixed point. Both
may be 10^9 times as large as their difference; they are kept as unevaluated pairs of doubles, and
each number below is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, nan
from typing import NamedTuple

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.arithmetic import two_product
from regretlab.errors import InvalidInput
from regretlab.losses.sequence import Losses
from regretlab.sets.feasible import FeasibleSet


class Accounts(NamedTuple):
    """The books at every logged round; arrays over rounds, `comparator` of shape (n, d)."""

    cumulative_loss: np.ndarray
    comparator: np.ndarray
    comparator_loss: np.ndarray
    comparator_gap: np.ndarray
    regret: np.ndarray
    average_regret: np.ndarray
    pseudo_regret: np.ndarray


def inner(pair: np.ndarray, x: np.ndarray) -> list[float]:
    """<pair[0] + pair[1], x> as terms whose exact sum it is; pair of shape (2, d), x of shape (d,)."""
    return np.concatenate([*two_products(pair[0], x), *two_products(pair[1], x)]).tolist()


def two_products(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """p and e with p = fl(a b) and p + e = a b exactly, entry by entry, as `two_product` has it.

    Dekker (1971), with Veltkamp's splitting; where that would over- or underflow, one by one.
    """
    with np.errstate(all="ignore"):
        p = a * b
        (a1, a2), (b1, b2) = halves(a), halves(b)
        e = ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2
        zero = (a == 0) | (b == 0)
        plain = (abs(a) < 1e290) & (abs(b) < 1e290) & (zero | (abs(p) > 1e-270)) & (abs(p) < 1e290)
    for i in np.flatnonzero(~plain):
        p[i], e[i] = two_product(float(a[i]), float(b[i]))
    return p, e


def halves(a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper and the lower 26 bits of numbers, whose sum they are."""
    c = 134217729.0 * a
    high = c - (c - a)
    return high, a - high


def exact_sum(terms: Iterable[float]) -> float:
    """The sum of the terms, rounded once; NaN if they overflow."""
    try:
        return fsum(terms)
    except (OverflowError, ValueError):
        return nan


def linear_accounts(log: Log, losses: Losses, feasible: FeasibleSet) -> Accounts:
    """The books of linear losses: the minimum is the linear minimiser's, with the gap that its solver
    certifies, 0 in closed form; NaN in rounds where the sum of the losses is not bounded below on F."""
    totals = [g[0] + g[1] for g in log.gradients]  # of two numbers: rounded once
    totals = [np.where(np.isfinite(c), c, nan) for c in totals]
    points = np.array([least(feasible, total) for total in totals]).reshape(log.iterate.shape)
    best = [inner(g, x) for g, x in zip(log.gradients, points, strict=True)]
    gaps = np.array(
        [
            np.nan if np.isnan(x).any() else feasible.shortfall(c)
            for x, c in zip(points, totals, strict=True)
        ]
    )
    return accounts(log, losses, feasible, points, best, gaps)


def least(feasible: FeasibleSet, c: np.ndarray) -> np.ndarray:
    """A point of F that minimises <c, x>, or NaN if there is none."""
    if feasible.bounded:
        return feasible.argmin(c)
    try:
        return feasible.argmin(c)
    except InvalidInput:
        return np.full(len(c), np.nan)


def accounts(
    log: Log,
    losses: Losses,
    feasible: FeasibleSet,
    points: np.ndarray,
    best: list[list[float]],
    gaps: np.ndarray,
) -> Accounts:
    """The books, given comparators, their losses (as terms of exact sums) and their gaps."""
    regret = np.array(
        [
            exact_sum([*loss, *(-b for b in terms)])
            for loss, terms in zip(log.loss, best, strict=True)
        ]
    )
    return Accounts(
        np.array([exact_sum(loss) for loss in log.loss]),
        points,
        np.array([exact_sum(terms) for terms in best]),
        gaps,
        regret,
        regret / log.round,
        pseudo_regret(log, losses, feasible),
    )


def pseudo_regret(log: Log, losses: Losses, feasible: FeasibleSet) -> np.ndarray:
    """sum of F(x_s) over s <= t, minus t min F, for F = E f_t linear; NaN if E f_t is not known
    or nothing is drawn.

    The expectation is over f_t given x_t, on both sides: the noise of the comparator in hindsight,
    of order sqrt(t), is left out. The term is that of Abbasi-Yadkori, Pal & Szepesvari (2011).
    """
    mean = losses.expected_gradient()
    if mean is None or not (losses.random and losses.linear):
        return np.full(len(log.round), np.nan)
    mean = np.broadcast_to(mean, losses.d)
    best = least(feasible, mean)
    return np.array(
        [
            exact_sum(
                [
                    *inner(x, mean),
                    *(
                        -v
                        for v in two_product(
                            float(t), exact_sum(inner(np.array([mean, 0 * mean]), best))
                        )
                    ),
                ]
            )
            for t, x in zip(log.round, log.iterates, strict=True)
        ]
    )
