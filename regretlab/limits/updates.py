"""u*, the periodic orbit of a method's update, by whichever way is open."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.limits import fast
from regretlab.limits.numbers import Undecided, balls
from regretlab.limits.numerical import TOLERANCE, run_until_it_repeats, sees
from regretlab.limits.orbit import orbit
from regretlab.limits.round import Round
from regretlab.methods.lookahead import Lookahead
from regretlab.methods.method import Method

PRECISION = 640  # bits of the balls; where a definition names t, which is 2^200, 400 are gone
CLOSED = "closed form"


class Update(NamedTuple):
    """u* over a period, their sum and its error, and how they were had."""

    u: np.ndarray
    drift: float
    error: float
    kind: str

    def repeated(self, times: int) -> Update:
        if times == 1:
            return self
        return Update(np.tile(self.u, times), times * self.drift, times * self.error, self.kind)


def updates_of(method: Method, c: np.ndarray) -> tuple[list[Update], str, bool]:
    """u* over a period for every coordinate, a remark, and whether u falls like 1/sqrt(t)."""
    method, remark = bare(method)
    if c.shape[1] > 1 and (method.gathers or method.measures):
        raise InvalidInput(
            f"{method.name} sums over the coordinates: its limit is known in one dimension; play it."
        )
    found, falls = [], False
    for column in c.T:
        gradients = np.tile(column, math.lcm(method.cycle, len(column)) // len(column))
        one = orbit_of(method, gradients)
        if 0.0 < abs(one.u).max() < 1e-25:  # fallen like 1/sqrt(t) at t = 2^200 P
            scale, falls = math.sqrt(2.0**200 * len(one.u)), True
            one = Update(one.u * scale, one.drift * scale, one.error * scale, one.kind)
        found.append(one)
    whole = math.lcm(*(len(one.u) for one in found))
    return [one.repeated(whole // len(one.u)) for one in found], remark, falls


def orbit_of(method: Method, gradients: np.ndarray) -> Update:
    """The orbit of the updates in one coordinate: in floats, in balls, or by running."""
    quick = fast.update(method, gradients)
    if quick is not None:
        u, error = quick
        drift = float(u.sum())
        if abs(drift) > error:
            return Update(u, drift, error, CLOSED)
    exact = in_balls(method, gradients)
    if exact is not None:
        return exact
    seen = sees(method, gradients)
    if seen:
        what = "the iterate" if seen == "x" else "the size of the step"
        raise InvalidInput(
            f"{method.name}'s update depends on {what}, not on gradients alone: the rule says nothing "
            "of it; play it instead."
        )
    u = run_until_it_repeats(method, gradients)
    if u is None:
        raise InvalidInput(
            f"{method.name} has not come to a periodic orbit in 2e7 rounds: play it instead."
        )
    return Update(u, float(u.sum()), len(u) * TOLERANCE * abs(u).max(), "numerical orbit")


def in_balls(method: Method, gradients: np.ndarray) -> Update | None:
    """The same to many digits, with t = 2^200 P where a definition names it; None if not in closed form."""
    over = balls()
    before = precision(PRECISION)
    try:
        rounds = Round(method, over)
        numbers = [over.number(float(g)) for g in gradients]
        at, again = orbit(rounds, numbers), orbit(rounds, numbers, later=1)
        if at is None or again is None:
            return None
        for u, v in zip(at.u, again.u, strict=True):
            if abs(float(u) - float(v)) > 1e-12 * (abs(float(u)) + abs(float(v))):
                what = (
                    f"{method.name} does not do the same in every period: what it does depends on t"
                )
                raise InvalidInput(
                    f"{what}; declare its `cycle`, if it has one, or play it instead."
                )
        total: Any = sum(at.u, over.number(0.0))
        error = float(total.rad()) + 2.0**-52 * abs(float(total.mid()))
        return Update(np.array([float(u) for u in at.u]), float(total), error, CLOSED)
    except (Undecided, TypeError, AttributeError, ZeroDivisionError):
        return None
    finally:
        precision(before)


def precision(bits: int) -> int:
    """Set the precision of balls; the one before."""
    from flint import ctx

    before, ctx.prec = ctx.prec, bits
    return before


def bare(method: Method) -> tuple[Method, str]:
    """The method whose update decides, and what Lookahead around it changes.

    Between two synchronisations the slow weights move by kappa times what the fast ones did; away from
    a wall the sign of the drift is the same, and at the right one the lower clip only helps.
    """
    if not isinstance(method, Lookahead):
        return method, ""
    if method.memory == "reset":
        raise InvalidInput(
            "lookahead with memory=reset begins anew every k rounds: give memory=kept, or play it."
        )
    return bare(method.method)[
        0
    ], "the slow weights go where the method inside goes; B is not known"
