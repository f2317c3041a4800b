"""Where the verdict changes: the settings at which the drift, or the sum of slopes, is 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from regretlab.errors import InvalidInput, nearest
from regretlab.limits.updates import bare, in_balls, orbit_of
from regretlab.limits.verdict import coefficients
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method

XTOL = 1e-15
NEAR_ONE = 1.0 - np.logspace(0.0, -7.0, 281)  # decays crowd at 1


def failing_set(
    method: Method,
    losses: Losses,
    parameter: str,
    low: float | None = None,
    high: float | None = None,
    points: Any = None,
) -> list[tuple[float, float]]:
    """The intervals of a parameter in which the average regret does not vanish: where Delta S < 0.

    Their ends are found to 12 digits: a bracket in floats, then secants in balls.

    Parameters
    ----------
    method, losses : as for `limit`, periodic, in one dimension.
    parameter : a number of one of them: beta1, beta2, eps, C, ... An end of an interval that is `low`
        or `high` is where the search ended, not a boundary.
    low, high : where to look. points : at which values to look first, or how many of them; two crossings
        between two neighbours are missed. None is 281 of them: for beta1 and beta2 crowding at 1, from 0
        to 1 - 1e-7, else evenly.

    Raises InvalidInput for a parameter that neither has, values outside its range, and whatever `limit`
    refuses.
    """
    method = bare(method)[0]
    refuse_unknown(method, losses, parameter)
    grid = values(parameter, low, high, points)
    signs = np.array([sign(method, losses, parameter, x) for x in grid])
    failing = signs < 0
    turns = np.flatnonzero(failing[1:] != failing[:-1])
    pairs = [(float(grid[k]), float(grid[k + 1])) for k in turns]
    ends = [crossing(method, losses, parameter, *pair) for pair in pairs]
    ends = ([float(grid[0])] if failing[0] else []) + ends
    ends += [float(grid[-1])] if failing[-1] else []
    return list(zip(ends[::2], ends[1::2], strict=True))


def smallest_period(method: Method, most: int = 5_000) -> int:
    """The least n >= 3 for which the stream (C, P) = (n, n), S = 1, makes the method fail.

    The drift's sign is looked at for every n in turn; InvalidInput if there is none up to `most`.

    Source: Reddi, Kale & Kumar (2018), theorem 2, whose sufficient n is far larger.
    """
    method = bare(method)[0]
    for n in range(3, most + 1):
        c = np.full(n, -1.0)
        c[0] = n
        if orbit_of(method, c).drift < 0:
            return n
    raise InvalidInput(
        f"{method} survives C = P = n for every n up to {most}: give a larger `most`."
    )


def asymptotic_margin(C: float, P: int, beta1: float, beta2: float) -> float:
    """S* ~ (1 - beta2) (C^2 - 1) (C + 1) (P + 1 - 2 J) / (4 (C^2 + P - 1)): Adam fails below it.

    J = 1/(1 - beta1) - P beta1^P / (1 - beta1^P), for (1 - beta2) P << 1 and slopes C and -1. With C = P
    = n and beta1 = 0: about 1 - beta2 > 4 / n^2.
    """
    J = 1 / (1 - beta1) - P * beta1**P / (1 - beta1**P)
    return (1 - beta2) * (C * C - 1) * (C + 1) * (P + 1 - 2 * J) / (4 * (C * C + P - 1))


def values(parameter: str, low: float | None, high: float | None, points: Any) -> np.ndarray:
    """The values at which to look first."""
    if points is not None and np.ndim(points):
        return np.sort(np.asarray(points, dtype=np.float64))
    many = 281 if points is None else int(points)
    if many < 2:
        raise InvalidInput(
            f"points={points} is too few to look between: give at least 2, or the values."
        )
    if low is not None and high is not None and not low < high:
        raise InvalidInput(f"low={low:g} is not below high={high:g}: give them in order.")
    if points is None and low is None and high is None and parameter in ("beta1", "beta2"):
        return NEAR_ONE
    if low is None or high is None:
        raise InvalidInput(f"{parameter} needs an interval: give low and high.")
    if parameter in ("beta1", "beta2") and high < 1.0:
        return 1.0 - np.geomspace(1.0 - low, 1.0 - high, many)
    return np.linspace(low, high, many)


def refuse_unknown(method: Method, losses: Losses, parameter: str) -> None:
    """InvalidInput for a parameter that neither piece has."""
    known = [*method.numbers(), *losses.numbers()]
    if parameter not in known:
        what = f"{parameter} is not a number of {method.name} or {losses.name}"
        raise InvalidInput(f"{what}: {nearest(parameter, known)}")


def changed(
    method: Method, losses: Losses, parameter: str, value: float
) -> tuple[Method, np.ndarray]:
    """The method and the coefficients with that value."""
    if parameter in method.numbers():
        method = method.but(**{parameter: value})
    else:
        losses = losses.but(**{parameter: value})
    return method, coefficients(losses)[:, 0]


def sign(method: Method, losses: Losses, parameter: str, value: float) -> float:
    """Delta S."""
    one, c = changed(method, losses, parameter, value)
    return orbit_of(one, c).drift * float(c.sum())


def crossing(method: Method, losses: Losses, parameter: str, a: float, b: float) -> float:
    """Where Delta S changes its sign between a and b, one of which may be 0 there already."""

    def rough(x: float) -> float:
        return sign(method, losses, parameter, x)

    from scipy.optimize import brentq

    if rough(a) == 0.0 or rough(b) == 0.0:
        return a if rough(a) == 0.0 else b
    x: float
    x, told = brentq(rough, a, b, xtol=XTOL, rtol=float(4 * np.finfo(float).eps), full_output=True)  # type: ignore[assignment]

    def exact(x: float) -> float | None:
        one, c = changed(method, losses, parameter, x)
        found = in_balls(one, c)
        return None if found is None else found.drift * float(c.sum())

    width = 1e-9 * max(abs(x), abs(b - a))
    points = [min(max(x - width, a), b), min(max(x + width, a), b)]
    sides = [exact(p) for p in points]
    for _ in range(3):
        if None in sides or sides[0] == sides[1] or not told.converged:  # type: ignore[attr-defined]
            return float(x)
        (p, q), (f, g) = points, sides
        x = q - g * (q - p) / (g - f)  # type: ignore[operator]
        if not a <= x <= b or x in points:
            break
        points, sides = [q, x], [g, exact(x)]
    return float(min(max(x, a), b))
