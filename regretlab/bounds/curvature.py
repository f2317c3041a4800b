"""How losses curve: by what they declare, else by tangents tried at points of the set."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.stream import by_run, first, loss_at
from regretlab.engines.engine import Setting
from regretlab.losses.sequence import Constants, box_of
from regretlab.philox import stream

if TYPE_CHECKING:
    import xarray

FIRST, LATER = 10, 6  # recorded rounds that are tried: the first ones, and some of the others
AXES, CORNERS, INSIDE = 16, 8, 12  # points: along so many coordinates, and so on
ROUNDING = 1e-9


class Tried(NamedTuple):
    """What came of the tangents; `said` is how often they were tried, or where one fails."""

    holds: bool
    said: str


def not_marked_convex(setting: Setting) -> list[Assumption]:
    """Every bound is for convex losses; those that say that they are not are not tried at all."""
    if setting.losses.convex:
        return []
    return [Assumption("convex losses", False, f"{setting.losses.name}, which is not convex")]


def convex(data: xarray.Dataset, setting: Setting) -> Assumption:
    """Convex losses: linear ones and regretlab's own are; others are tried, which proves nothing."""
    name, losses = "convex losses", setting.losses
    if losses.linear:
        return Assumption(name, True, "linear ones")
    if type(losses).__module__.startswith("regretlab."):
        return Assumption(name, losses.convex, f"{losses.name}, which declares it")
    return Assumption(name, *curved(data, setting))


def strongly_convex(data: xarray.Dataset, setting: Setting, mu: float) -> Assumption:
    """mu-strongly convex losses: by the mu that they declare, and if they declare none, tried."""
    name, known = f"{mu:.6g}-strongly convex losses", declared(setting).mu
    if setting.losses.linear:
        return Assumption(name, False, "linear ones")
    if known is not None:
        return Assumption(name, mu <= known * (1 + ROUNDING), f"losses that declare mu={known:.6g}")
    return Assumption(name, *curved(data, setting, mu=mu))


def exp_concave(data: xarray.Dataset, setting: Setting, a: float) -> Assumption:
    """a-exp-concave losses: by what they declare, and if they declare nothing, tried."""
    name, known = f"{a:.6g}-exp-concave losses", declared(setting).exp_concavity
    if setting.losses.linear:
        return Assumption(name, False, "linear ones")
    if known is not None:
        enough = a <= known * (1 + ROUNDING)
        return Assumption(name, enough, f"losses that declare an exp-concavity of {known:.6g}")
    return Assumption(name, *curved(data, setting, a=a))


def declared(setting: Setting) -> Constants:
    """What the losses say of themselves on this set."""
    return setting.losses.constants(setting.feasible)


def curved(data: xarray.Dataset, setting: Setting, mu: float = 0.0, a: float = 0.0) -> Tried:
    """Is f(y) >= f(x) + <g, z> + mu |z|^2 / 2, z = y - x, wherever it is tried?

    With a > 0, is it at least f(x) - ln(1 - a <g, z>) / a, the tangent of exp(-a f)? At points(...)
    and some of the recorded rounds, in the first run. What fails is not so curved; what passes may
    be. Where a number is not finite it counts as failed.
    """
    source, X = stream(int(data.attrs["seed"])), points(data, setting)
    with np.errstate(over="ignore"):  # row by row: differences of all pairs would be large
        lengths = np.array([((X - x) ** 2).sum(axis=-1) for x in X])
    seen = by_run(data.iterate.values, data)[0]
    at = rounds_tried(data)
    for n in at:
        t = int(data["round"][n])
        with np.errstate(all="ignore"):
            met = [loss_at(setting.losses, source, t, x, seen[n]) for x in X]
            f, g = np.array([m[0] for m in met]), np.array([m[1] for m in met])
            climb = np.array([(X - x) @ slope for x, slope in zip(X, g, strict=True)])
            rise = f[:, None] + climb
            size = abs(f)[:, None] + abs(f)[None] + abs(climb)
            if mu:
                rise, size = rise + mu * lengths / 2, size + mu * lengths
            if a:
                rise = f[:, None] - np.log1p(-a * climb) / a
            sound = np.isfinite(rise + f[None]) & (f[None] >= rise - ROUNDING * size)
        if not sound.all():
            k, j = np.argwhere(~sound)[0]
            return Tried(False, f"tangents that fail in round {t} from {few(X[k])} to {few(X[j])}")
    return Tried(True, f"tangents that hold at {len(X)} points in {len(at)} rounds (no proof)")


def rounds_tried(data: xarray.Dataset) -> list[int]:
    """Indices of recorded rounds: the first ones, and some spread over the rest."""
    last = data.sizes["round"] - 1
    spread = np.linspace(min(FIRST, last), last, LATER).round().astype(int).tolist()
    return sorted({*range(min(FIRST, last + 1)), *spread})


def points(data: xarray.Dataset, setting: Setting) -> np.ndarray:
    """Points of F, shape (n, d): iterates, the diagonal, the axes and corners of the box around F,
    random ones of a fixed seed, and near ones. Where F has no end it is tried 1 around x_1."""
    d, x1, rng = setting.losses.d, first(data), np.random.default_rng(0)
    low, high = box_of(setting.feasible, d)
    low = np.where(np.isfinite(low), low, np.minimum(x1, high) - 1.0)
    high = np.where(np.isfinite(high), high, np.maximum(x1, low) + 1.0)
    mid, half = low / 2 + high / 2, high / 2 - low / 2
    chosen = range(d) if d <= AXES else rng.choice(d, AXES, replace=False)
    signs = np.array(list(product((-1.0, 1.0), repeat=d))) if 2**d <= CORNERS else (
        rng.choice((-1.0, 1.0), (CORNERS, d)))  # fmt: skip
    inside = mid + half * rng.uniform(-1, 1, (INSIDE, d))
    tried = np.concatenate(
        [
            mid + half * np.array([-1.0, -0.38, 0.54, 1.0])[:, None],
            mid + half * np.array([0.6 * (np.arange(d) == i) for i in chosen]),
            mid + half * signs,
            inside,
            inside + 1e-2 * (inside[::-1] - inside),
        ]
    )
    if not setting.feasible.is_box:
        tried = np.array([setting.feasible.nearest(x) for x in tried])
    met = by_run(data.iterate.values, data)[0]
    known = met[np.isfinite(met).all(axis=-1)][:: max(1, len(met) // 3)]
    return np.unique(np.concatenate([known, tried]), axis=0)


def few(x: np.ndarray) -> str:
    """A point in few letters, the first and last of its coordinates if they are many."""
    return np.array2string(x, separator=", ", threshold=6, edgeitems=2, precision=6)
