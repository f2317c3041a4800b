"""`limit`: what a method does on a periodic or an i.i.d. linear stream as T tends to infinity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput
from regretlab.limits.iid import mean_of
from regretlab.limits.laws import Law
from regretlab.limits.result import FAILS, UNDECIDED, VANISHES, Coordinate, Limit
from regretlab.limits.updates import CLOSED, Update, bare, updates_of
from regretlab.limits.walls import (
    average,
    cycle,
    rounds_to_see,
    sqrt_coefficient,
    waits,
    wall,
)
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.receiving import Receiving
from regretlab.schedules import InverseSqrt, Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.settings import fitting


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
    if remark and fall == 0.0:
        why = f"the limit cycle of {method.name} is not that of the method inside"
        raise InvalidInput(f"{why}: give steps that tend to 0, or play it.")
    if fallen:
        if fall != 0.0:
            why = f"{method.name} lowers its own steps like 1/sqrt(t)"
            raise InvalidInput(f"{why}: give it step=constant, not {step.name}.")
        effective, fall = InverseSqrt(first_step(step)), 0.5
    alpha = first_step(effective)
    coordinates = tuple(
        one(c[:, i], found[i], alpha, fall, float(low[i]), float(high[i]), not remark)
        for i in range(c.shape[1])
    )
    return Limit(method, losses, set, step, kind_of(found), coordinates, remark)


def on_average(setting: Setting, law: Law) -> Limit:
    """The limit on i.i.d. losses, in the stationary state."""
    method, losses, set, step = setting
    decides, remark = bare(method)
    found, fall = mean_of(decides, losses, law), power_of(step)
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
        alpha = first_step(step)
        rounds = rounds_to_see(found.value, 1, alpha, power, float(hi - lo))
    coordinate = Coordinate(
        c=np.array([S]), u=np.array([found.value]), drift=found.value, error=found.error, S=S,
        verdict=verdict, average_regret=A, waits=np.full(1, math.nan),
        x_limit=wall(found.value, float(lo), float(hi)) if sure else math.nan, rounds=rounds,
    )  # fmt: skip
    remark = "; ".join(
        filter(None, [remark, "drift is E[u], slope_sum E[g]; almost surely, where u is bounded"])
    )
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
    if c[0] == 0.0 and not c.any():  # nothing to learn, and nothing to pay
        return Coordinate(
            c, u, 0.0, 0.0, 0.0, VANISHES, average_regret=0.0, waits=np.zeros(P), rounds=0.0,
            sqrt_coefficient=0.0,
        )  # fmt: skip
    if not abs(drift) > found.error:
        value = 0.0 if S == 0.0 and fall != 0.0 else math.nan
        nowhere = np.full(P, math.nan)
        return Coordinate(
            c, u, drift, found.error, S, UNDECIDED, average_regret=value, waits=nowhere
        )
    power = fall if isinstance(fall, float) else 0.5
    rounds = rounds_to_see(drift, P, alpha, power, hi - lo)
    W = waits(u, drift)
    if fall == 0.0:
        way = cycle(c, u, drift, alpha, lo, hi)
        mean = way.average_regret
        verdict = FAILS if mean > 1e-14 * abs(c).max() * (hi - lo) else VANISHES
        return Coordinate(
            c, u, drift, found.error, S, verdict, average_regret=mean, waits=W,
            x_limit=float(way.x[0]), rounds=rounds, x=way.x,
        )  # fmt: skip
    A = average(S, P, drift, lo, hi)
    return Coordinate(
        c, u, drift, found.error, S, FAILS if A > 0.0 else VANISHES, average_regret=A, waits=W,
        x_limit=wall(drift, lo, hi), rounds=rounds,
        sqrt_coefficient=sqrt_coefficient(c, W, drift, alpha) if fall == 0.5 and plain else None,
    )  # fmt: skip


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


def first_step(step: Schedule) -> float:
    """alpha_1, asked once of a schedule: a limit is a matter of microseconds."""
    kept = vars(step)
    if "_first" not in kept:
        kept["_first"] = float(Receiving(step).alpha_t(t=1))
    return kept["_first"]


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
