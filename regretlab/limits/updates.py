"""u*, the periodic orbit of a method's update, by whichever way is open."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.limits import fast
from regretlab.limits.forms import Form
from regretlab.limits.numbers import FLOATS, Undecided, balls
from regretlab.limits.numerical import LONGEST, MOST, TOLERANCE, run_until_it_repeats, sees
from regretlab.limits.orbit import orbit
from regretlab.limits.round import LATE, Round
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
    falls: bool = False  # like 1/sqrt(t): then u is u_t sqrt(t)

    def repeated(self, times: int) -> Update:
        if times == 1:
            return self
        drift, error = times * self.drift, times * self.error
        return Update(np.tile(self.u, times), drift, error, self.kind, self.falls)


def updates_of(method: Method, c: np.ndarray) -> tuple[list[Update], str, bool]:
    """u* over a period for every coordinate, a remark, and whether u falls like 1/sqrt(t)."""
    method, remark = bare(method)
    if c.shape[1] > 1 and (method.gathers or method.measures):
        raise InvalidInput(
            f"{method.name} sums over the coordinates: its limit is known in one dimension; play it."
        )
    found = []
    for column in c.T:
        times = math.lcm(method.cycle, len(column)) // len(column)
        gradients = np.ascontiguousarray(column) if times == 1 else np.tile(column, times)
        found.append(orbit_of(method, gradients))
    whole = math.lcm(*(len(one.u) for one in found))
    falls = any(one.falls for one in found)
    return [one.repeated(whole // len(one.u)) for one in found], remark, falls


def orbit_of(method: Method, gradients: np.ndarray) -> Update:
    """The orbit of the updates in one coordinate: in floats, in balls, or by running."""
    if gradients[0] == 0.0:
        if not gradients.any():
            return Update(np.zeros(len(gradients)), 0.0, 0.0, CLOSED)
        refuse_a_start_that_divides_by_zero(method, gradients)
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
            f"{method.name} has not come to an orbit of at most {LONGEST} rounds in {MOST}: play it instead."
        )
    return Update(u, float(u.sum()), len(u) * TOLERANCE * abs(u).max(), "numerical orbit")


def in_balls(method: Method, gradients: np.ndarray) -> Update | None:
    """The same to many digits, with t = 2^200 P where a definition names it; None if not in closed form."""
    over = balls()
    before = precision(PRECISION)
    try:
        rounds = Round(method, over)
        numbers = [over.number(float(g)) for g in gradients]
        at = orbit(rounds, numbers)
        next_one, far = (orbit(rounds, numbers, later=k) for k in (1, 3 * LATE))
        if at is None or next_one is None or far is None:
            return None
        falls = alike(far.u, [u / 2 for u in at.u]) and not alike(
            far.u, at.u
        )  # t is 4 times as large
        if not alike(next_one.u, at.u) or not (falls or alike(far.u, at.u)):
            what = f"{method.name} does not do the same in every period: what it does depends on t"
            raise InvalidInput(f"{what}; declare its `cycle`, if it has one, or play it instead.")
        scale = over.number(LATE * len(gradients)).sqrt() if falls else over.number(1)
        u = [scale * x for x in at.u]
        total: Any = sum(u, over.number(0.0))
        error = float(total.rad()) + 2.0**-52 * abs(float(total.mid()))
        return Update(np.array([float(x) for x in u]), float(total), error, CLOSED, falls)
    except (Undecided, TypeError, AttributeError, ZeroDivisionError):
        return None
    finally:
        precision(before)


def alike(some: list[Any], others: list[Any]) -> bool:
    """Are they the same, to 12 digits?"""
    return all(
        bool(abs(u - v) <= 1e-12 * (abs(u) + abs(v))) for u, v in zip(some, others, strict=True)
    )


def refuse_a_start_that_divides_by_zero(method: Method, gradients: np.ndarray) -> None:
    """Before the first gradient that is not 0 a method without eps may divide by 0, and remember it."""
    try:
        rounds = Round(method, FLOATS)
        state, good = rounds.start, True
        for t in range(1, len(gradients) + 2):
            g = float(gradients[(t - 1) % len(gradients)])
            state, y = rounds.after(t, g, state, 0.0, 1.0)
            numbers = [v for v in [*state, y] if not isinstance(v, Form)]
            good = good and all(math.isfinite(v) for v in numbers)
    except ArithmeticError:
        good = False
    except (TypeError, AttributeError):
        return  # of another kind: the other ways will say so
    if not good:
        raise InvalidInput(
            f"{method.name} divides by 0 before the first gradient that is not 0: give it an eps."
        )


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
