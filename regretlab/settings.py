"""What a play is asked for, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeGuard

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput, nearest
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import as_array, as_whole
from regretlab.pieces import Piece
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.spelling import ROOMS, found

DENSE, PER_DECADE, MOST_RECORDED = 100, 60, 10**8
OF_STEP, OF_PLAY = ("m", "V", "rate", "gamma", "middle"), ("squares", "steepest", "norm", "sup_squares", "path")  # fmt: skip # noqa: E501
RECORDED = OF_STEP + OF_PLAY
EXAMPLES = {
    Method: "methods.Adam(beta1=0.9)",
    Losses: "losses.ReddiOnline()",
    FeasibleSet: "sets.Interval(-1, 1)",
    Schedule: "schedules.InverseSqrt(0.5)",
}
NEEDED = {
    Method: (),
    Losses: ("gradient",),
    FeasibleSet: ("project",),
    Schedule: ("alpha_t",),
}


@cache
def own_set(name: str) -> FeasibleSet:
    """The set of that name, as it is if nothing is said."""
    made: Any = found(ROOMS["set"])[name]()
    return made


def fitting(method: Any, losses: Any, feasible: Any, step: Any) -> Setting:
    """The four pieces, each whole and of its kind, the set in the dimension of the losses."""
    for piece, kind in ((method, Method), (losses, Losses)):
        whole(piece, kind)
    if feasible is None:
        feasible = own_set(losses.natural or ("interval" if losses.d == 1 else "box"))
    step = method.default_step if step is None else step
    for piece, kind in ((feasible, FeasibleSet), (step, Schedule)):
        whole(piece, kind)
    feasible = feasible.fit(losses.d)
    if method.geometry == "entropy" and not hasattr(feasible, "primal"):
        what = f"{feasible.name} cannot be projected to in the entropy geometry"
        raise InvalidInput(f"{what} of {method.name}: choose an interval, a box or the simplex.")
    weighs = method.geometry == "weights" and (method.has_root or bool(method.names("psi")))
    if feasible.euclidean_only and weighs:
        what = f"{feasible.name} has no projection in the metric sqrt(V) of {method.name}"
        raise InvalidInput(f"{what}: play a method whose psi_t is constant, such as sgd.")
    solved = type(feasible).project_in is FeasibleSet.project_in or feasible.euclidean_only
    if method.geometry == "matrix" and solved:
        feasible.conic()  # InvalidInput if it has none
    if method.geometry == "entropy" and not feasible.bounded:
        what = f"{feasible.name} is not bounded, and the entropy of {method.name} has no mirror map on it"
        raise InvalidInput(f"{what}: choose a bounded set.")
    return Setting(method, losses, feasible, step)


def whole(piece: Any, kind: type[Piece]) -> None:
    """InvalidInput unless it is an instance of its kind that defines what the loop needs."""
    if not isinstance(piece, kind):
        what = f"{piece!r} is not a {kind.__name__}"
        raise InvalidInput(f"{what}: pass an instance, such as {EXAMPLES[kind]}.")
    cls, name = type(piece), type(piece).__name__
    for needed in NEEDED[kind]:
        if getattr(cls, needed) is getattr(kind, needed):
            raise InvalidInput(f"{name} defines no {needed}: a {kind.__name__} needs one.")
    if isinstance(piece, Method):
        if not piece.defines("phi", "move"):
            raise InvalidInput(f"{name} defines no phi: a Method needs one, or a move.")
        if piece.has_phi and not piece.defines("psi", "root"):
            raise InvalidInput(
                f"{name} defines neither psi nor root: give one; psi is 1 for plain steps."
            )
    if getattr(piece, "shape", "vector") not in ("coordinate", "vector"):
        raise InvalidInput(f"shape={piece.shape} of {name} is unknown: coordinate or vector.")  # type: ignore[attr-defined]
    if isinstance(piece, Losses) and (not isinstance(piece.d, int) or piece.d < 1):
        raise InvalidInput(f"d={piece.d!r} of {name} is not a dimension: give a whole number >= 1.")
    if isinstance(piece, Losses) and not piece.linear and not hasattr(cls, "value"):
        why = "its gradient names x, so that f_t is not linear"
        raise InvalidInput(f"{name} defines no value: {why}; add value(self, t, x).")


def as_count(name: str, value: Any, limit: int = 2**53) -> int:
    """A whole number in [1, limit), or InvalidInput."""
    count = as_whole(name, value, f"the number of {name}")
    if not 1 <= count < limit:
        rule = "at least 1" if count < 1 else f"below {limit}"
        what = f"{name}={value} is outside [1, {limit})"
        raise InvalidInput(f"{what}: the number of {name} must be {rule}.")
    return count


def first_iterate(setting: Setting, x1: Any) -> np.ndarray:
    """x_1 in F, shape (d,)."""
    feasible, d = setting.feasible, setting.losses.d
    if x1 is None:
        return feasible.nearest(np.zeros(d))
    given = as_array("x1", x1, 1, "the first iterate")
    if len(given) not in (1, d):
        raise InvalidInput(
            f"x1 has {len(given)} coordinates and the losses have d={d}: give {d}, or one number."
        )
    start = np.broadcast_to(given, d).copy()
    if (outside := feasible.violation(start)) > 0:
        at = start[0] if d == 1 else start.tolist()
        raise InvalidInput(f"x1={at} is outside {feasible} by {outside:g}: start inside the set.")
    return start


def recorded(setting: Setting, record: str | Iterable[str]) -> tuple[str, ...]:
    """The quantities to record, in order, or InvalidInput."""
    if not isinstance(record, (str, Iterable)):
        raise InvalidInput(
            f"record={record} is not a list of quantities: out of {', '.join(RECORDED)}."
        )
    asked = [r.strip() for r in record.split(",")] if isinstance(record, str) else list(record)
    for quantity in asked:
        if quantity not in RECORDED:
            raise InvalidInput(f"{quantity} cannot be recorded: {nearest(str(quantity), RECORDED)}")
    method = setting.method
    unknown = [q for q in asked if q in OF_STEP]
    if unknown and (not method.has_phi or method.shape == "vector"):
        why = method.departs or "it has no phi_t and psi_t of one coordinate"
        raise InvalidInput(
            f"{unknown[0]} cannot be recorded of {method.name}: {why.rstrip('.')}; drop it."
        )
    if "middle" in asked and not method.has_beta1_t:
        raise InvalidInput(
            f"middle cannot be recorded of {method.name}: it has no beta1_t; drop it."
        )
    return tuple(q for q in RECORDED if q in asked)


def is_list(at: Any) -> TypeGuard[Iterable[Any]]:
    """Are these rounds one by one, and not every k-th?"""
    if isinstance(at, np.ndarray):
        return at.ndim > 0
    return isinstance(at, Iterable) and not isinstance(at, (Mapping, str))


def logged_rounds(rounds: int, at: int | Iterable[int] | None) -> np.ndarray:
    """The rounds to record, in order, with the first and the last."""
    if at is None:
        decades = np.log10(rounds)
        spaced = np.round(np.logspace(0, decades, int(PER_DECADE * decades) + 1))
        dense = np.arange(1, min(DENSE, rounds) + 1)
        chosen = np.minimum(np.concatenate([dense, spaced.astype(np.int64)]), rounds)
    elif is_list(at):
        chosen = np.array([as_count("at", t) for t in at], dtype=np.int64)
        if len(chosen) and chosen.max() > rounds:
            remedy = "record rounds that are played."
            raise InvalidInput(f"at={chosen.max()} is beyond rounds={rounds}: {remedy}")
    elif isinstance(at, (Mapping, str)):
        raise InvalidInput(f"at={at} is not a number of rounds: give k for every k-th, or a list.")
    else:
        every = as_count("at", at)
        if rounds // every > MOST_RECORDED:
            many = f"{rounds // every} rounds"
            raise InvalidInput(f"at={at} records {many}: more than {MOST_RECORDED}; record fewer.")
        chosen = np.arange(every, rounds + 1, every)
    return np.unique(np.concatenate([chosen, [1, rounds]])).astype(np.int64)
