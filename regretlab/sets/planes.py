"""What hyperplanes and half-spaces have in common: a step along the normal vector."""

from __future__ import annotations

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.matrices import solve
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.waterfilling import scales


def step_to(y, w, a, b, least):
    """y - lam a / w with <a, z> = b, unless lam would be below `least` (0, or -inf for both sides)."""
    scale, z, size = scales(w), y.copy(), 0.0
    for i in range(len(y)):
        size += a[i] * (scale[i] * a[i])
    for turn in range(2):  # twice, since the first is rounded to the size of y
        off = -b
        for i in range(len(y)):
            off += a[i] * z[i]
        if turn == 0 and off < least:
            return z
        for i in range(len(y)):
            z[i] -= off / size * (scale[i] * a[i])
    return z


def along(y, metric, a, b, least):
    """The same in the metric of a positive definite matrix: y - lam A^-1 a."""
    back, z, size = solve(metric, a), y.copy(), 0.0
    for i in range(len(y)):
        size += a[i] * back[i]
    for turn in range(2):
        off = -b
        for i in range(len(y)):
            off += a[i] * z[i]
        if turn == 0 and off < least:
            return z
        for i in range(len(y)):
            z[i] -= off / size * back[i]
    return z


def fitted_normal(owner: FeasibleSet, d: int) -> np.ndarray:
    """The normal vector in d dimensions, not 0."""
    a = owner.a  # type: ignore[attr-defined]
    if len(a) not in (1, d):
        what = f"a of {owner.name} has {len(a)} coordinates and the losses d={d}"
        raise InvalidInput(f"{what}: give {d}, or one number.")
    if not np.any(a):
        raise InvalidInput(f"a=0 is no normal vector of {owner.name}: give one that is not 0.")
    return np.array(np.broadcast_to(a, d))


def multiple_of(a: np.ndarray, c: np.ndarray) -> float | None:
    """k with c = k a, but for a few roundings of every coordinate; None if c is no multiple."""
    top = int(np.argmax(np.abs(a)))
    k = float(c[top]) / float(a[top])
    return k if (np.abs(c - k * a) <= 2.0**-50 * np.abs(c)).all() else None


def plane_ends(
    a: np.ndarray, b: float
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The boxes around {<a, x> <= b} and {<a, x> >= b}: bounded on one axis at most."""
    low, high = np.full(len(a), -np.inf), np.full(len(a), np.inf)
    other_low, other_high = low.copy(), high.copy()
    places = np.flatnonzero(a)
    if len(places) == 1:
        i = places[0]
        if a[i] > 0:
            high[i] = other_low[i] = b / a[i]
        else:
            low[i] = other_high[i] = b / a[i]
    return (low, high), (other_low, other_high)


def without_minimum(owner: FeasibleSet, c: np.ndarray) -> InvalidInput:
    """What to raise where a linear function has no minimum on an unbounded set."""
    shown = np.array2string(np.asarray(c), threshold=6)
    what = f"<c, x> with c={shown} has no minimum on {owner}, which is not bounded"
    return InvalidInput(f"{what}: intersect it with a bounded set.")


def refuse_other_columns(owner: FeasibleSet, d: int) -> None:
    """InvalidInput if the rows of the owner's A are not of d numbers."""
    columns = owner.A.shape[1]  # type: ignore[attr-defined]
    if columns != d:
        what = f"A of {owner.name} has {columns} columns and the losses d={d}"
        raise InvalidInput(f"{what}: give {d}.")
