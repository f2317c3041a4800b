"""Regret over a whole block at once, on linear losses and an interval, with the bits of single plays."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from regretlab.arithmetic import two_product
from regretlab.engines.compiled import first_call, kernel


def interval_regret(paid, lost, g, rest, lo, hi, regret, partials):
    """R_T = (paid + lost) - (g + rest) x for the best end x, rounded once, entry by entry.

    All are arrays of one length; the result is written to `regret`, `partials` is room for 8 numbers.
    """
    for k in range(len(regret)):
        x = hi[k] if g[k] + rest[k] < 0.0 else lo[k]
        p, e = two_product(g[k], x)
        q, f = two_product(rest[k], x)
        partials[0], n = paid[k], 1
        n = added(partials, n, lost[k])
        n = added(partials, n, -p)
        n = added(partials, n, -e)
        n = added(partials, n, -q)
        n = added(partials, n, -f)
        regret[k] = rounded(partials, n)


def added(partials, n, x):
    """Add x to the sum of the first n partials, which do not overlap (Shewchuk, 1997); the new n."""
    i = 0
    for j in range(n):
        y = partials[j]
        if abs(x) < abs(y):
            x, y = y, x
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            partials[i] = low
            i += 1
        x = high
    partials[i] = x
    return i + 1


def rounded(partials, n):
    """The sum of the partials, rounded once, half to even: as `math.fsum` ends."""
    k = n - 1
    high, low = partials[k], 0.0
    while k > 0 and low == 0.0:
        x = high
        k -= 1
        high = x + partials[k]
        low = partials[k] - (high - x)
    if k > 0 and ((low < 0.0 and partials[k - 1] < 0.0) or (low > 0.0 and partials[k - 1] > 0.0)):
        twice = low * 2.0
        x = high + twice
        if twice == x - high:
            high = x
    return high


@cache
def compiled() -> Any:
    made = kernel(interval_regret, {})
    none, room = np.empty(0), np.empty(8)
    first_call(made, none, none, none, none, none, none, np.empty(0), room)
    return made


def regrets(
    paid: np.ndarray, lost: np.ndarray, g: np.ndarray, rest: np.ndarray, lo: Any, hi: Any
) -> np.ndarray:
    """R_T over arrays that broadcast: the books of `ledger.linear_accounts` for d = 1 on [lo, hi]."""
    given = np.broadcast_arrays(paid, lost, g, rest, lo, hi)
    flat = [np.ascontiguousarray(a, dtype=np.float64).ravel() for a in given]
    out = np.empty(flat[0].size)
    compiled()(*flat, out, np.empty(8))
    finite = np.logical_and.reduce([np.isfinite(a) for a in flat])
    return np.where(finite, out, np.nan).reshape(given[0].shape)
