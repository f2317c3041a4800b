"""Strongly adaptive regret: the worst regret over all intervals of one length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.parameters import as_whole
from regretlab.regret.labels import Columns, labelled, points_in
from regretlab.regret.loops import loop_for
from regretlab.regret.replayed import Replayed

if TYPE_CHECKING:
    import xarray

    from regretlab.result import Play

MOST_HELD, MOST_SUPPORTS = 5 * 10**7, 10**7
WORST = ("worst", "worst_start", "worst_end")


def interval_regret(play: Play, lengths: Any = None, points: Any = None) -> xarray.Dataset:
    """max over intervals I of L rounds of sum over I of f_t(x_t) - min over u of sum over I of f_t(u).

    lengths : L, or several of them, each in [1, T]; None is the dyadic ones 1, 2, 4, .. <= T.
    points : u ranges over K points of F, shape (K, d) (or (K,) if d = 1). None is all of F, which
        linear losses allow: their minimum over F is a matter of the sums of gradients.

    The Dataset has `regret` and `start`, the first round of the worst interval (the earliest such),
    over `length` (and `run`), in units of the losses. All T - L + 1 intervals are looked at, each by a
    difference of compensated sums. Against points, or in one dimension, `worst` is the worst over the
    intervals of every length, which is from `worst_start` to `worst_end`; NaN elsewhere, where no
    formula has it. Memory O(T d), beside the points.

    Raises InvalidInput for wrong shapes, points outside F, lengths outside [1, T], adaptive losses,
    losses that are not linear where no points are given, an F without bounds, and a play too long.

    Source: Hazan & Seshadhri (2009); Daniely, Gonen & Shalev-Shwartz (2015), definition of SA-Regret.
    """
    setting, T = play.setting(), int(play.data["round"][-1])
    losses, feasible = setting.losses, setting.feasible
    if points is None and not losses.linear:
        what = f"the minimum over {feasible.name} of {losses.name} takes a solve for every interval"
        raise InvalidInput(f"{what}: only linear losses do without points; give some.")
    if points is None and not feasible.bounded:
        what = f"linear losses have no minimum on {feasible.name}, which is not bounded"
        raise InvalidInput(f"{what}; give points.")
    if T * (losses.d + 1) > MOST_HELD:
        what = f"T (d + 1) = {T * (losses.d + 1)} is above {MOST_HELD}: the sums would not fit"
        raise InvalidInput(f"{what}; play fewer rounds.")
    spans = dyadic(T) if lengths is None else chosen(lengths, T)
    if points is None and not feasible.is_box and T * len(spans) > MOST_SUPPORTS:
        what = f"{T * len(spans)} intervals on {feasible.name} are more than {MOST_SUPPORTS}"
        raise InvalidInput(f"{what}: each takes a minimum in Python; give fewer lengths.")
    them = None if points is None else points_in(feasible, losses.d, points, "points")

    def of_run(rounds: Replayed) -> Columns:
        known = [L for L in spans if rounds.T >= L]
        ends = corners(feasible) if them is None and losses.d == 1 and feasible.is_box else them
        whole = [np.nan] * 3 if ends is None else over_all(rounds, ends)
        over = over_set(rounds, known) if them is None else over_points(rounds, known, them)
        blank = [(np.nan, np.nan)] * (len(spans) - len(known))
        regret, start = np.array(over + blank, dtype=np.float64).reshape(-1, 2).T
        every = {n: ((), np.float64(v)) for n, v in zip(WORST, whole, strict=True)}
        return {"regret": (("length",), regret), "start": (("length",), start), **every}

    meanings = {
        "regret": "worst regret over all intervals of so many rounds",
        "start": "first round of that interval",
        "worst": "worst regret over all intervals of whatever length",
        "worst_start": "first round of that interval",
        "worst_end": "last round of that interval",
    }
    return labelled(play, of_run, meanings, length=spans)


def dyadic(T: int) -> list[int]:
    """1, 2, 4, .. <= T."""
    return [2**k for k in range(T.bit_length())]


def chosen(lengths: Any, T: int) -> list[int]:
    """The lengths asked for, or InvalidInput."""
    several = isinstance(lengths, Iterable) and not isinstance(lengths, str)
    spans = [as_whole("length", L, "an interval") for L in (lengths if several else [lengths])]
    for L in spans:
        if not 1 <= L <= T:
            what = f"length={L} is outside [1, {T}]"
            raise InvalidInput(
                f"{what}: an interval has at least one round and fits into the play."
            )
    return spans


def over_set(rounds: Replayed, spans: list[int]) -> list[tuple[float, int]]:
    """The worst regret against all of F and where it begins, for every length; linear losses."""
    columns = np.empty((rounds.T, rounds.d + 1))
    for block in rounds.blocks(lambda first, x: x[:1, None], 1):
        span = slice(block.first - 1, block.first - 1 + len(block.paid))
        columns[span, 0], columns[span, 1:] = block.paid, block.gradients
    sums, found = prefixes(columns), []
    for L in spans:
        inside = windows(sums, L)
        found.append(worst(inside[:, 0] + supports(rounds, -inside[:, 1:])))
    return found


def corners(feasible: Any) -> np.ndarray:
    """The two points at which a linear function on an interval is least."""
    return np.stack(feasible.bounds())


def over_all(rounds: Replayed, points: np.ndarray) -> tuple[float, int, int]:
    """The worst regret over all intervals, against some points, with its first and last round.

    Against one point it is the largest rise of a running sum (Bentley 1984, Kadane's scan).
    """
    found = (-np.inf, 1, 1)
    for sums in sums_by_points(rounds, points):
        running = sums[0] + sums[1]
        least = np.minimum.accumulate(running, axis=0)[:-1]
        rise = running[1:] - least
        last, k = np.unravel_index(rise.argmax(), rise.shape)
        if rise[last, k] > found[0]:
            first = int(running[: last + 1, k].argmin())
            found = (float(rise[last, k]), first + 1, int(last) + 1)
    return found


def sums_by_points(rounds: Replayed, points: np.ndarray) -> Iterator[np.ndarray]:
    """Running sums of f_t(x_t) - f_t(u) for some points u at a time, shape (2, T + 1, some)."""
    T, K = rounds.T, len(points)
    some = max(1, min(K, MOST_HELD // (8 * T)))
    for k in range(0, K, some):
        them = points[k : k + some]
        columns = np.empty((T, len(them)))
        for block in rounds.blocks(lambda first, x, them=them: them[None], len(them)):
            span = slice(block.first - 1, block.first - 1 + len(block.paid))
            columns[span] = block.paid[:, None] - block.values
        yield prefixes(columns)


def over_points(rounds: Replayed, spans: list[int], points: np.ndarray) -> list[tuple[float, int]]:
    """The same against some points, a few at a time, so that the memory is that of some columns."""
    best = [np.full(rounds.T - L + 1, -np.inf) for L in spans]
    for sums in sums_by_points(rounds, points):
        for L, top in zip(spans, best, strict=True):
            np.maximum(top, windows(sums, L).max(axis=1), out=top)
    return [worst(top) for top in best]


def worst(regret: np.ndarray) -> tuple[float, int]:
    """The largest entry, and the round at which its interval begins."""
    at = int(regret.argmax())
    return float(regret[at]), at + 1


def supports(rounds: Replayed, c: np.ndarray) -> np.ndarray:
    """max over F of <c, x> for every row of c."""
    feasible = rounds.setting.feasible
    if feasible.is_box:
        low, high = feasible.bounds()
        return np.maximum(c * low, c * high).sum(axis=1)
    return np.array([feasible.support(row) for row in c])


def prefixes(columns: np.ndarray) -> np.ndarray:
    """The sums of the first 0 .. T rows as pairs, sum and what its rounding lost: (2, T + 1, m)."""
    out = np.zeros((2, len(columns) + 1, columns.shape[1]))
    loop_for(running)(columns, out)
    return out


def windows(sums: np.ndarray, L: int) -> np.ndarray:
    """The sums of every L rows in a row, (T - L + 1, m)."""
    high, low = sums
    return (high[L:] - high[:-L]) + (low[L:] - low[:-L])


def running(columns, out):
    """Compensated running sums (Knuth's sum of two numbers, whose error is a number too)."""
    T, m = columns.shape
    for t in range(T):
        for i in range(m):
            a, b = out[0, t, i], columns[t, i]
            s = a + b
            seen = s - a
            out[0, t + 1, i] = s
            out[1, t + 1, i] = out[1, t, i] + ((a - (s - seen)) + (b - seen))
