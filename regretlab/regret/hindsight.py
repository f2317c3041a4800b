"""The best fixed point in hindsight for losses that are not linear: a convex solve with a gap.

F_t(z) = f_1(z) + ... + f_t(z). At every recorded round the solve starts from the point of the one
before; its value is summed anew by replaying the sequence there, exactly, and a certificate says how
far from the minimum it can be.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.losses.sequence import Losses
from regretlab.philox import Stream
from regretlab.regret import cuts
from regretlab.regret.certificates import gap, strong_convexity
from regretlab.regret.descent import Found, newton, on_box, spectral
from regretlab.regret.ledger import Accounts, accounts
from regretlab.regret.samples import SampleTotal, total_of
from regretlab.regret.tangents import between_tangents
from regretlab.regret.total import Total
from regretlab.sets.feasible import FeasibleSet

INSET = 1e-9
CUTS = 3_000  # in the rounds of a play together but the last, so that kinks do not cost hours


def convex_accounts(log: Log, losses: Losses, feasible: FeasibleSet, source: Stream) -> Accounts:
    """The books of convex losses: at every logged round the best point so far, with its gap."""
    total, mu = total_of(losses, source), strong_convexity(losses, feasible)
    points, best, gaps = [], [], []
    z = log.iterate[0].copy()
    for t in map(int, log.round):
        total.t = t
        known = losses.quadratic_sum(t, source)
        if known is not None:
            modulus, centre = known
            z = feasible.nearest(centre)
            # the gradient in closed form: that of the sum of the rounds is full of rounding
            terms, bound = total.exact(z)[0], gap(feasible, z, modulus * (z - centre), modulus)
        else:
            z = minimiser(total, feasible, z, mu * t)
            terms, gradient = total.exact(z)
            bound = gap(feasible, z, gradient, mu * t)
            if len(z) == 1:
                z, terms, bound = closed(total, feasible, z, terms, bound)
            elif feasible.bounded and bound > cuts.ENOUGH * abs(sum(terms)):
                most = CUTS // len(log.round) if t < log.round[-1] else CUTS
                z, terms, bound = cut(total, feasible, z, terms, bound, most)
        points.append(z)
        best.append(terms)
        gaps.append(bound)
    return accounts(log, losses, feasible, np.array(points), best, np.array(gaps))


def minimiser(total: Total, feasible: FeasibleSet, z: np.ndarray, modulus: float) -> np.ndarray:
    """A point of F where F_t is least or nearly so, found from z on."""

    def bound(z: np.ndarray, g: np.ndarray) -> float:
        return gap(feasible, z, g, modulus)

    def progress(z: np.ndarray, g: np.ndarray) -> float:
        """The gap, or where there is none, how far a projected step leads."""
        known = bound(z, g)
        return known if np.isfinite(known) else float(np.linalg.norm(feasible.nearest(z - g) - z))

    if isinstance(total, SampleTotal):
        found = newton(total, feasible, progress, z)
        if feasible.bounded:
            return found.z
        # where losses are kinked or flat Newton's steps lead nowhere
        other = spectral(total, feasible.nearest, progress, z)
        return min(found, other, key=lambda f: f.value).z
    if feasible.is_box and feasible.bounded:
        low, high, scale = within(total, feasible, z)
        return on_box(total, z, low, high, scale)
    return spectral(total, feasible.nearest, progress, z).z


def within(
    total: Total, feasible: FeasibleSet, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """The box to look in and the steepest slope at its ends, a unit for the losses.

    Where a slope is infinite at an end (of -log x, say), the box begins just inside it.
    """
    (low, high), inset = feasible.bounds(), 0.0
    slopes = steepest(total, low, high, z)
    if not np.isfinite(slopes):
        inset = INSET * (high - low)
        slopes = steepest(total, low + inset, high - inset)
    return low + inset, high - inset, slopes if np.isfinite(slopes) and slopes > 0 else 1.0


def steepest(total: Callable, *points: np.ndarray) -> float:
    """The largest partial derivative at some points, in absolute value; NaN counts as infinite."""
    slopes = [float(abs(total(z)[1]).max()) for z in points]
    return max(s if np.isfinite(s) else np.inf for s in slopes)


def closed(
    total: Total, feasible: FeasibleSet, z: np.ndarray, terms: list[float], bound: float
) -> tuple[np.ndarray, list[float], float]:
    """In one dimension, tangents close the gap that a descent leaves at a kink, say.

    Where F has no end, they are taken between two points at which F_t falls and rises.
    """
    low, high = bracket(total, float(z[0]), *(float(e[0]) for e in feasible.bounds()))
    if not (np.isfinite(low) and np.isfinite(high)):
        return z, terms, bound
    if np.isfinite(bound):
        scale = max(steepest(total, np.array([low]), np.array([high])), 0.0)
        if np.isfinite(scale) and bound <= 1e-12 * (scale or 1.0) * (high - low):
            return z, terms, bound
    x, bound = between_tangents(total, low, min(max(float(z[0]), low), high), high)
    z = np.array([x])
    return z, total.exact(z)[0], bound


def bracket(total: Total, z: float, low: float, high: float) -> tuple[float, float]:
    """An end that is infinite becomes a point from which F_t falls towards z, if there is one."""

    def end(sign: float) -> float:
        away = max(1.0, abs(z))
        for _ in range(60):
            x = z + sign * away
            if sign * float(total(np.array([x]))[1][0]) > 0:
                return x
            away *= 4.0
        return sign * np.inf

    return (low if np.isfinite(low) else end(-1.0)), (high if np.isfinite(high) else end(1.0))


def cut(
    total: Total,
    feasible: FeasibleSet,
    z: np.ndarray,
    terms: list[float],
    bound: float,
    most: int,
) -> tuple[np.ndarray, list[float], float]:
    """In a few dimensions, cutting planes close the gap, or part of it."""
    d = len(z)
    if d > cuts.WIDEST:
        return z, terms, bound
    start = Found(z, total(z)[0], bound)
    found = cuts.cutting_planes(total, feasible, start, min(40 + 40 * d, max(20, most)))
    if found.z is z:
        return z, terms, found.gap
    return found.z, total.exact(found.z)[0], found.gap
