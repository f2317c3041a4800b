"""Assumptions that many bounds share, each looked at on the pieces or on what was played."""

from __future__ import annotations

from inspect import getattr_static
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.engines.engine import Setting
from regretlab.pieces import Piece
from regretlab.schedules import Constant, Inverse, InverseSqrt

if TYPE_CHECKING:
    import xarray

SCHEDULES = {
    Constant: "alpha_t = alpha",
    InverseSqrt: "alpha_t = alpha / sqrt(t)",
    Inverse: "alpha_t = alpha / t",
}
# What a class derived from a theorem's method may have of its own: schedules that the bounds look at
# themselves, and words about it.
FREE = {
    "beta1_t", "beta2_t", "cycle",
    "name", "source", "departs", "conventions", "default_step", "abstract", "unsound",
}  # fmt: skip
UNSEEN = {"measure", "terms", "gather", "metric"}  # hooks that the base `Method` does not have


def alpha_of(setting: Setting) -> float:
    """alpha of a schedule that has been found to be one of SCHEDULES."""
    return setting.step.alpha  # pyright: ignore[reportAttributeAccessIssue]


def known_regret(data: xarray.Dataset) -> Assumption:
    """A regret that is a number, so that there is something to compare."""
    known = bool(np.isfinite(data.regret.values + data.comparator_gap.values).all())
    said = "one that is not known in every recorded round: "
    said = ("" if known else said) + data.attrs["comparator"]
    return Assumption("a regret that is known", known, said)


def bounded(setting: Setting) -> Assumption:
    """A set of bounded diameter."""
    return Assumption("a bounded set", setting.feasible.bounded, f"the set {setting.feasible}")


def is_box(setting: Setting) -> Assumption:
    """An interval or a box."""
    return Assumption(
        "an interval or a box", setting.feasible.is_box, f"the set {setting.feasible}"
    )


def stepped(setting: Setting, *kinds: type) -> Assumption:
    """A step schedule of one of these kinds."""
    wanted = " or ".join(SCHEDULES[kind] for kind in kinds)
    return Assumption(wanted, type(setting.step) in kinds, f"the step {setting.step}")


def played_by(setting: Setting, *names: str, **options: Any) -> list[Assumption]:
    """One of these methods with these options, where it has them; a class derived from it may have
    schedules of its own, but no other rule."""
    from regretlab.spelling import named

    method, known = setting.method, [named("method", name) for name in names]
    base = next((cls for cls in known if isinstance(method, cls)), None)
    own = base and own_rules(type(method), base)
    whole = base is not None and not own
    said = f"the method {method.name}" + (f", with a {own[0]} of its own" if own else "")
    listed = [Assumption(f"method {' or '.join(names)}", whole, said)]
    if whole:
        for key, value in options.items():
            have = getattr(method, key, value)
            listed.append(Assumption(f"{key}={value}", have == value, f"{key}={have}"))
    return listed


def own_rules(derived: type[Piece], base: type[Piece]) -> list[str]:
    """What a class changes of the rule of a class that it is derived from: every function, memory or
    property that the base has and it has anew, whichever class in between or beside it has it from."""
    free = FREE | set(derived.parameters())
    changed = [
        f
        for f in dir(derived)
        if not (f.startswith("__") or f in free)
        and getattr_static(derived, f) is not getattr_static(base, f, None)
        and (hasattr(base, f) or f in UNSEEN)
    ]
    return sorted(changed)


def below(name: str, value: float, limit: float, *, strict: bool = False) -> Assumption:
    """value <= limit but for rounding, or value < limit."""
    holds = value < limit if strict else value <= limit * (1 + 1e-12)
    sign = "<" if strict else "<="
    return Assumption(f"{name} {sign} {limit:.6g}", bool(holds), f"{value:.6g}")


def bounded_gradients(data: xarray.Dataset, limit: float) -> Assumption:
    """|g_t|_2 <= limit, as met in the rounds that were played; it needs `norm`."""
    return below("the largest |g_t|_2", float(np.max(data.norm.values)), limit)
