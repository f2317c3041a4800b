"""`limit`: what a method does on a periodic or an i.i.d. linear stream as T tends to infinity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput
from regretlab.limits import fast
from regretlab.limits.forms import NoTruth
from regretlab.limits.iid import mean_of
from regretlab.limits.laws import Law
from regretlab.limits.numbers import Undecided, balls
from regretlab.limits.numerical import TOLERANCE, run_until_it_repeats, sees
from regretlab.limits.orbit import orbit
from regretlab.limits.round import Round
from regretlab.limits.walls import (
    average,
    cycle,
    rounds_to_see,
    sqrt_coefficient,
    waits,
    wall,
)
from regretlab.losses.sequence import Losses
from regretlab.methods.lookahead import Lookahead
from regretlab.methods.method import Method
from regretlab.receiving import Receiving
from regretlab.schedules import InverseSqrt, Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.settings import fitting

PRECISION = 640  # bits of the balls; where a definition names t, which is 2^200, 400 are gone
FAILS, VANISHES, UNDECIDED = "fails", "vanishes", "undecided"
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


class Coordinate(NamedTuple):
    """The limit in one coordinate; the fields are those of `Limit`."""

    c: np.ndarray
    u: np.ndarray
    drift: float
    error: float
    S: float
    verdict: str
    average_regret: float
    sqrt_coefficient: float | None
    x_limit: float
    waits: np.ndarray
    x: np.ndarray | None
    rounds: float


@dataclass(frozen=True)
class Limit:
    """What happens as T tends to infinity. Arrays over coordinates have shape (d,), over a period (P, d).

    drift : Delta = u*_1 + ... + u*_P, where x_{t+1} = clip(x_t - alpha_t u_t) and u_t -> u*_j.
    drift_error : how far rounding may have moved it.
    slope_sum : S = c_1 + ... + c_P.
    verdict : "fails" (the average regret does not vanish), "vanishes", or "undecided" (|drift| is not
        above drift_error).
    kind : "closed form", or "numerical orbit" where the recursion was run until it repeated; on i.i.d.
        losses also "quadrature" and "simulated", which is no proof.
    average_regret : A = lim R_T / T. sqrt_coefficient : B in R_T = A T + B sqrt(T) + O(1) for
        alpha_t = alpha / sqrt(t), T a multiple of P; else None.
    x_limit : lim x_t; with a constant step, x before the first round of the limit cycle.
    rounds : about how many rounds x_t needs to cross the set, so before how many no play shows it.
    update, waits, coefficients : u*_j, the W_j of x_t = wall -+ alpha_t W_j, and c_j. cycle : x over a
        period, with a constant step.
    """

    method: Method
    losses: Losses
    set: FeasibleSet
    step: Schedule
    kind: str
    coordinates: tuple[Coordinate, ...]
    remark: str = ""

    def _all(self, name: str) -> Any:
        return np.array([getattr(one, name) for one in self.coordinates])

    def _scalar(self, name: str) -> Any:
        values = self._all(name)
        return float(values[0]) if len(values) == 1 else values

    @property
    def drift(self) -> Any:
        return self._scalar("drift")

    @property
    def drift_error(self) -> Any:
        return self._scalar("error")

    @property
    def slope_sum(self) -> Any:
        return self._scalar("S")

    @property
    def x_limit(self) -> Any:
        return self._scalar("x_limit")

    @property
    def verdict(self) -> str:
        told = [one.verdict for one in self.coordinates]
        return next((v for v in (FAILS, UNDECIDED) if v in told), VANISHES)

    @property
    def average_regret(self) -> float:
        """A, summed over coordinates; NaN if undecided."""
        return float(self._all("average_regret").sum())

    @property
    def sqrt_coefficient(self) -> float | None:
        values = [one.sqrt_coefficient for one in self.coordinates]
        return None if None in values else float(sum(v for v in values if v is not None))

    @property
    def rounds(self) -> float:
        return max(one.rounds for one in self.coordinates)

    @property
    def update(self) -> np.ndarray:
        return np.stack([one.u for one in self.coordinates], axis=1)

    @property
    def waits(self) -> np.ndarray:
        return np.stack([one.waits for one in self.coordinates], axis=1)

    @property
    def coefficients(self) -> np.ndarray:
        return np.stack([one.c for one in self.coordinates], axis=1)

    @property
    def cycle(self) -> np.ndarray | None:
        ways = [one.x for one in self.coordinates]
        return (
            None
            if any(x is None for x in ways)
            else np.stack([x for x in ways if x is not None], 1)
        )

    def row(self) -> dict[str, Any]:
        """The limit as `regretlab limit --json` prints it: strict JSON, null for what is not known."""

        def plain(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                return [plain(v) for v in value]
            return None if value is None or not math.isfinite(value) else float(value)

        return {
            **{k: getattr(self, k).spec() for k in ("method", "losses", "set", "step")},
            "drift": plain(self.drift),
            "drift_error": plain(self.drift_error),
            "slope_sum": plain(self.slope_sum),
            "verdict": self.verdict,
            "kind": self.kind,
            "average_regret": plain(self.average_regret),
            "sqrt_coefficient": plain(self.sqrt_coefficient),
            "x_limit": plain(self.x_limit),
            "rounds": plain(self.rounds),
            "remark": self.remark,
            "certificate": None,
        }

    def __repr__(self) -> str:
        B = self.sqrt_coefficient
        tail = "" if B is None else f" {'+' if B >= 0 else '-'} {abs(B):.5g} sqrt(T)"
        return (
            f"<Limit of {self.method.brief()} on {self.losses.brief()}: {self.verdict}, "
            f"R_T = {self.average_regret:.8g} T{tail}, drift {self.drift}, {self.kind}>"
        )


def limit(
    method: Method, losses: Losses, set: FeasibleSet | None = None, step: Schedule | None = None
) -> Limit:
    """The end of a play on a periodic or an i.i.d. linear stream, without playing it.

    On linear losses gradients do not depend on the iterate, so that a method whose memory sees
    gradients alone tends to a periodic orbit, and the sign of what its updates add up to over a period
    decides where it goes, from every x_1 and with every step size (the master theorem of this project).

    Parameters
    ----------
    method : the learner. losses : `spike`, `periodic` and their presets; `spike-iid`, on which drift is
        the stationary mean of the update and slope_sum that of the gradient.
    set : an interval or a box; [-1, 1] by default. step : alpha_t; the method's default.

    Raises
    ------
    InvalidInput : the losses are not linear or not periodic, the set is no bounded box, the steps have
        a finite sum, or the method is none to which the rule applies.
    """
    setting = fitting(method, losses, set, step)
    method, losses, set, step = setting
    if (law := losses.gradient_law()) is not None:
        return on_average(setting, Law(*law))
    c = coefficients(losses)
    low, high = walls_of(set, c.shape[1])
    fall = power_of(step)
    found, remark, fallen = updates_of(method, c)
    effective = step
    if fallen:
        if fall != 0.0:
            why = f"{method.name} lowers its own steps like 1/sqrt(t)"
            raise InvalidInput(f"{why}: give it step=constant, not {step.name}.")
        effective, fall = InverseSqrt(Receiving(step).alpha_t(t=1)), 0.5
    alpha = Receiving(effective).alpha_t(t=1)
    coordinates = tuple(
        one(c[:, i], found[i], alpha, fall, float(low[i]), float(high[i]), not remark)
        for i in range(c.shape[1])
    )
    return Limit(method, losses, set, step, kind_of(found), coordinates, remark)


def on_average(setting: Setting, law: Law) -> Limit:
    """The limit on i.i.d. losses, in the stationary state."""
    method, losses, set, step = setting
    found, fall = mean_of(method, losses, law), power_of(step)
    if fall == 0.0:
        raise InvalidInput(
            f"{step} does not tend to 0: on random losses the rule needs steps that do, such as inverse-sqrt."
        )
    (lo,), (hi,) = walls_of(set, 1)
    S = law.mean
    sure = abs(found.value) > found.error
    A = average(S, 1, found.value, float(lo), float(hi)) if sure else math.nan
    verdict = UNDECIDED if not sure else FAILS if A > 0.0 else VANISHES
    rounds = math.inf
    if sure:
        power = fall if isinstance(fall, float) else 0.5
        alpha = Receiving(step).alpha_t(t=1)
        rounds = rounds_to_see(found.value, 1, alpha, power, float(hi - lo))
    where = wall(found.value, float(lo), float(hi)) if sure else math.nan
    c, u = np.array([S]), np.array([found.value])
    coordinate = Coordinate(
        c,
        u,
        found.value,
        found.error,
        S,
        verdict,
        A,
        None,
        where,
        np.full(1, math.nan),
        None,
        rounds,
    )
    remark = "drift is E[u], slope_sum E[g]; almost surely, where u is bounded"
    return Limit(method, losses, set, step, found.kind, (coordinate,), remark)


def kind_of(found: list[Update]) -> str:
    """ "numerical orbit" if any coordinate's is."""
    return next((one.kind for one in found if one.kind != CLOSED), CLOSED)


def one(
    c: np.ndarray, found: Update, alpha: float, fall: Any, lo: float, hi: float, plain: bool
) -> Coordinate:
    """The limit in one coordinate, from its coefficients and the orbit of its updates.

    `fall` is the power of 1/t in the steps; B is known where the method alone moves x (`plain`).
    """
    u = found.u
    P = len(u)
    if len(c) != P:
        c = np.tile(c, P // len(c))
    S, drift = math.fsum(c), found.drift
    if not abs(drift) > found.error:
        value = 0.0 if S == 0.0 and fall != 0.0 else math.nan
        W = np.full(P, math.nan)
        return Coordinate(c, u, drift, found.error, S, UNDECIDED, value, None, math.nan, W, None, math.inf)  # fmt: skip
    power = fall if isinstance(fall, float) else 0.5
    rounds = rounds_to_see(drift, P, alpha, power, hi - lo)
    W = waits(u, drift)
    if fall == 0.0:
        way = cycle(c, u, drift, alpha, lo, hi)
        mean = way.average_regret
        verdict = FAILS if mean > 1e-14 * abs(c).max() * (hi - lo) else VANISHES
        return Coordinate(c, u, drift, found.error, S, verdict, mean, None, float(way.x[0]), W, way.x, rounds)  # fmt: skip # noqa: E501
    A = average(S, P, drift, lo, hi)
    B = sqrt_coefficient(c, W, drift, alpha) if fall == 0.5 and plain else None
    verdict = FAILS if A > 0.0 else VANISHES
    return Coordinate(c, u, drift, found.error, S, verdict, A, B, wall(drift, lo, hi), W, None, rounds)  # fmt: skip


def coefficients(losses: Losses) -> np.ndarray:
    """c, shape (P, d), or InvalidInput."""
    c = losses.one_period() if losses.linear and not losses.random and not losses.adaptive else None
    if c is None:
        what = "random" if losses.random else "adaptive" if losses.adaptive else "not linear"
        what = "not periodic" if losses.linear and what == "not linear" else what
        raise InvalidInput(
            f"{losses.name} is {what}: a limit needs linear losses that repeat, periodic:c=3;-1;-1 for one."
        )
    return np.asarray(c, dtype=np.float64)


def walls_of(set: FeasibleSet, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the box in every coordinate, or InvalidInput."""
    if not set.is_box:
        raise InvalidInput(
            f"{set.name} is no box: the rule needs walls; give an interval or a box."
        )
    low, high = (end if len(end) == d else np.broadcast_to(end, d) for end in set.fit(d).bounds())
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise InvalidInput(f"{set.brief()} is not bounded: the rule needs walls on both sides.")
    return low, high


def power_of(step: Schedule) -> Any:
    """How alpha_t falls, or InvalidInput if the rule says nothing of such steps."""
    if step.power is None:
        raise InvalidInput(
            f"{step.name} does not say how alpha_t ends: declare its `power` (see Schedule)."
        )
    if step.power != "between" and step.power > 1.0:
        raise InvalidInput(
            f"{step} has a finite sum: a learner may stop short of either wall; give a power up to 1."
        )
    return step.power if step.power == "between" else float(step.power)


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
    except (Undecided, NoTruth, ZeroDivisionError):
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
