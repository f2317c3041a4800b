"""The drift over a grid of settings at once: one reading of the definition over arrays."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.limits.boundaries import refuse_unknown
from regretlab.limits.numbers import ARRAYS
from regretlab.limits.orbit import orbit
from regretlab.limits.round import Round
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import as_array

if TYPE_CHECKING:
    import xarray

BLOCK = 2**17  # settings at a time: the orbits of a block are in memory together


def drift_map(method: Method, losses: Losses, **axes: Any) -> xarray.Dataset:
    """Delta over a grid: numbers of the method, and of `spike` losses C and small, as axes.

    Each memory is computed only for the parameters that it depends on: with axes beta1 and beta2 Adam's
    m varies with the first and its v with the second alone.

    Parameters
    ----------
    method, losses : as for `limit`; what is not an axis is as they have it.
    axes : name -> values, shape (n,); their order is that of the result's dimensions.

    Returns
    -------
    Dataset with `drift` over the axes, `slope_sum` (S) over those of the losses, and `fails`: 1 where
    Delta S < 0, so that the average regret does not vanish for any alpha_t -> 0 with an infinite sum.

    Raises
    ------
    InvalidInput : an axis that neither piece has, a value outside its range, or a method without a
        closed form in floats.
    """
    if not axes:
        raise InvalidInput("a map needs an axis: give one, such as beta2=[0.9, 0.99].")
    values = {name: as_array(name, v, 1, "an axis") for name, v in axes.items()}
    for name in values:
        refuse_unknown(method, losses, name)
    for name, v in values.items():  # a piece refuses what is outside its range
        owner: Any = method if name in method.numbers() else losses
        for end in (v.min(), v.max()):
            owner.but(**{name: float(end)})
    shaped = {
        name: v.reshape([-1 if k == j else 1 for j in range(len(values))])
        for k, (name, v) in enumerate(values.items())
    }
    first, cells = next(iter(values)), math.prod(len(v) for v in values.values())
    rows = len(values[first])
    blocks = np.array_split(np.arange(rows), min(rows, -(-cells // BLOCK)))
    own = [n for n in values if n in method.numbers()]
    rounds = Round(method, ARRAYS, **{n: shaped[n] for n in own})

    def block(taken: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        part = shaped | {first: shaped[first][taken]}
        return drifts(rounds.at(**{n: part[n] for n in own}), losses, part)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # NumPy lets the other threads run
        parts = list(pool.map(block, blocks))
    shape = tuple(len(v) for v in values.values())
    S = parts[0][1] if first not in losses.numbers() else np.concatenate([p[1] for p in parts])
    import xarray

    data = xarray.Dataset(
        {
            "drift": (tuple(values), np.concatenate([p[0] for p in parts]).reshape(shape)),
            "slope_sum": (tuple(values), np.broadcast_to(S, shape)),
        },
        coords=values,
        attrs={"method": str(method), "losses": str(losses)},
    )
    data["fails"] = (data.drift * data.slope_sum < 0).astype("i1")
    return data


def drifts(rounds: Round, losses: Losses, shaped: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Delta and S, for axes that broadcast."""
    c = one_period(losses, {n: v for n, v in shaped.items() if n not in rounds.method.numbers()})
    try:
        with np.errstate(all="ignore"):
            at = orbit(rounds, c)
    except (ZeroDivisionError, TypeError):  # TypeError: a running maximum of forms
        at = None
    if at is None:
        raise InvalidInput(
            f"{rounds.method.name} has no closed form in floats: take its limit setting by setting."
        )
    shape = np.broadcast_shapes(*(np.shape(v) for v in shaped.values()))
    total = np.zeros(shape)
    for u in at.u:
        total += u
    return np.where(np.isfinite(total), total, np.nan), np.asarray(sum(c))


def one_period(losses: Losses, axes: dict[str, Any]) -> list[Any]:
    """The gradients of a period, as arrays over the axes."""
    if losses.d != 1 or losses.one_period() is None:
        raise InvalidInput(
            f"{losses.name} is no periodic stream in one dimension: give such losses."
        )
    if not axes:
        return [np.float64(g) for g in losses.one_period()[:, 0]]  # type: ignore[index]
    if set(axes) - {"C", "small"}:
        raise InvalidInput(f"{min(set(axes) - {'C', 'small'})} cannot be an axis: C and small can.")
    C = axes.get("C", np.float64(losses.C))  # type: ignore[attr-defined]
    small = axes.get("small", np.float64(losses.small))  # type: ignore[attr-defined]
    return [C, *[-small] * (losses.period - 1)]  # type: ignore[attr-defined]
