"""What `certify` does: enclose the orbit in balls, decide the signs, write the claim, have it checked."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.limits import checker
from regretlab.limits.all_t import Setting, all_t, exactly
from regretlab.limits.certificate import ball, described, exact, inputs, sealed
from regretlab.limits.numbers import Undecided, balls
from regretlab.limits.orbit import Orbit, orbit
from regretlab.limits.round import Round
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.schedules import Inverse, InverseSqrt, Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.interval import Interval

BITS = (128, 256, 512, 1024, 2048, 4096)


def proved(
    method: Method,
    losses: Losses,
    set: FeasibleSet | None,
    step: Schedule | None,
    most_bits: int,
) -> dict[str, Any]:
    """The document of `certificates.certify`."""
    step, set = step or InverseSqrt(), set or Interval()
    c, ends = coefficients(losses), interval(set)
    if type(step) not in (InverseSqrt, Inverse):
        raise InvalidInput(
            f"{step} does not fall as 1/sqrt(t) or 1/t: give step inverse-sqrt or inverse."
        )
    document = {
        "format": checker.FORMAT,
        "version": checker.VERSION,
        "about": checker.ABOUT,
        "inputs": inputs(method, c, ends, step),
    }
    from flint import ctx

    found: dict[str, Any] = {}
    for bits in [b for b in BITS if b <= most_bits] or [most_bits]:
        with ctx.workprec(bits):
            found = {"bits": bits} | attempt(method, c, ends, step)
        if found["status"] == "proved" or found.pop("hopeless", False):
            break
    document, refused = sealed(document | found), None
    if document["status"] != "proved":
        return document
    for less in (
        {},
        {"from_block": None, "all_t": None},
    ):  # of the limit alone, if of all T is refused
        claimed = sealed(document | less)
        try:
            checker.check(claimed)
            return claimed
        except checker.Rejected as why:
            refused = refused or why
    why = f"the checker says: {refused}"
    return sealed(document | unproved(document["drift"], why))


def attempt(method: Method, c: list[Fraction], ends: Any, step: Schedule) -> dict[str, Any]:
    """What can be proved at the precision that is set."""
    values = {
        name: exactly(exact(v)) if isinstance(v, float) else v
        for name, v in method.numbers().items()
    }
    try:
        path = orbit(Round(method, balls(), **values), [exactly(x) for x in c])
    except Undecided:
        return unproved(None, "a comparison on the way is not decided")
    if path is None:
        return unproved(None, "the memory has no orbit that is known")
    zero = exactly(Fraction(0))
    path = path._replace(u=[zero + u for u in path.u])  # a plain 0 among them
    drift, S = sum(path.u, zero), sum(c)
    if not drift.is_finite():
        return unproved(None, "the drift is not known to be finite")
    sign = 1 if drift > 0 else (-1 if drift < 0 else 0)
    if sign == 0 and S != 0:
        return unproved(ball(drift), "the sign of the drift is not decided") | {
            "hopeless": bool(drift == 0)
        }
    lo, hi = ends
    fails = sign * S < 0
    average = abs(S) * (hi - lo) / len(c) if fails else Fraction(0)
    claimed = setting(method, path, c, hi - lo, step) if fails else None
    if claimed is not None and sign > 0:
        claimed = claimed.mirrored()
    more = all_t(claimed) if claimed is not None else None
    return {
        "status": "proved",
        "claim": {
            "verdict": "fails" if fails else "vanishes",
            "average_regret": str(average),
            "x_limit": str(lo if sign > 0 else hi) if S != 0 else None,
        },
        "drift": ball(drift),
        "updates": [ball(u) for u in path.u],
        "from_block": more[0] if more else None,
        "all_t": more[1] if more else None,
    }


def unproved(drift: list[str] | None, why: str) -> dict[str, Any]:
    nothing = {"verdict": "undecided", "average_regret": None, "x_limit": None}
    empty = {"updates": [], "from_block": None, "all_t": None}
    return {"status": "not proved", "why": why, "claim": nothing, "drift": drift} | empty


def setting(method: Method, path: Orbit, c: Any, diameter: Any, step: Any) -> Setting | None:
    """What the claim for all T is found from; None where none is known."""
    spec = described(method)
    known = method.name in ("adam", "rmsprop") and spec["eps_place"] != "hat"
    if not known or type(step) is not InverseSqrt:
        return None
    after = path.states[1:] + path.states[:1]  # both methods remember m_t (or g_t) first, then v_t
    number = {name: exactly(Fraction(spec.get(name, "0"))) for name in ("beta1", "beta2", "eps")}
    return Setting(
        c=c,
        u=path.u,
        m=[s[0] for s in after],
        v=[s[1] for s in after],
        **number,
        eps_inside=spec["eps_place"] == "inside",
        corrected=spec["correction"] == "both",
        diameter=diameter,
        alpha=exact(step.alpha),
    )


def coefficients(losses: Losses) -> list[Fraction]:
    """c_1 .. c_P as rationals."""
    period = getattr(losses, "period", 0)
    if period > checker.LONGEST:
        raise InvalidInput(
            f"period={period} is above {checker.LONGEST}: a certificate lists every round of it."
        )
    c = losses.one_period()
    if c is None or c.shape[1] != 1:
        raise InvalidInput(
            f"{losses.name} is not periodic and linear in one dimension: give spike or periodic."
        )
    if len(c) > checker.LONGEST:
        raise InvalidInput(
            f"period={len(c)} is above {checker.LONGEST}: a certificate lists every round of it."
        )
    return [exact(x) for x in c[:, 0]]


def interval(set: FeasibleSet) -> tuple[Fraction, Fraction]:
    low, high = set.fit(1).bounds() if set.is_box else (math.nan, math.nan)
    lo, hi = (float(np.ravel(end)[0]) for end in (low, high))
    if not (math.isfinite(lo) and math.isfinite(hi) and lo < hi):
        raise InvalidInput(f"{set} is no interval with an inside: give interval:lo=-1,hi=1.")
    return exact(lo), exact(hi)
