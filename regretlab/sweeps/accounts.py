"""The books of many points of a grid, with the bits of the books of single plays."""

from __future__ import annotations

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.engines.batched import OF_RANDOM
from regretlab.engines.engine import Setting, blank_log
from regretlab.regret.books import books
from regretlab.sweeps.grid import Grid
from regretlab.sweeps.regrets import regrets

PLAYED = ("x", "regret", "average_regret", "fails")
Values = dict[str, np.ndarray]
Where = tuple[np.ndarray, ...]


def has_closed_form(setting: Setting) -> bool:
    """Are the losses linear, and the set an interval? Then the best end is the best fixed point."""
    feasible = setting.feasible
    return setting.losses.linear and feasible.is_box and feasible.bounded


def entries(grid: Grid, where: Where, t: int, state: Values) -> Values:
    """The variables after round t over a product of points, where there is a closed form."""
    paid, lost = (state[f"ledger_loss_{k}_0"] for k in range(2))
    total, rest = (state[f"ledger_gradients_{k}_0"] for k in range(2))
    low, high = ends(grid, where)
    regret = regrets(paid, lost, total, rest, low, high)
    worst = abs(total) * (high - low)
    known = np.isfinite(regret) & (worst > 0.0)
    wrong = np.where(known, (regret > worst / 2.0) * 1.0, np.nan)
    return {"x": state["x_0"], "regret": regret, "average_regret": regret / t, "fails": wrong}


def ends(grid: Grid, where: Where) -> list[np.ndarray]:
    """The ends of the interval, as arrays that broadcast over the points."""
    moving = {
        k for k, axis, _ in grid.taken(where) if any(t.role == "feasible" for t in axis.targets)
    }
    lists = [w if k in moving else w[:1] for k, w in enumerate(where)]
    out = np.empty((2, *(len(one) for one in lists)))
    for place in np.ndindex(out.shape[1:]):
        index = tuple(int(one[j]) for one, j in zip(lists, place, strict=True))
        low, high = grid.at_point(index).feasible.bounds()
        out[:, *place] = low[0], high[0]
    return list(out)


def solved(grid: Grid, where: Where, x1: np.ndarray, seen: dict[int, Values]) -> Values:
    """The variables over a product of points where the comparator is a convex solve; `seen` has what the
    block had after round 1 and each of `grid.at`."""
    shape, times = x1.shape, np.array(sorted(seen))
    at = np.searchsorted(times, grid.at)
    out = {name: np.empty((*shape, len(grid.at))) for name in PLAYED}
    for place in np.ndindex(shape):
        index = tuple(int(w[j]) for w, j in zip(where, place, strict=True))
        there, log = grid.at_point(index), blank_log(times, 1)
        log.iterate[0, 0] = x1[place]
        for n, t in enumerate(times):
            enter(log, n, seen[int(t)], place)
        account = books(there, log._replace(round=times), grid.source(index))
        out["regret"][place] = account.regret[at]
        out["average_regret"][place] = account.average_regret[at]
        out["x"][place] = [seen[t]["x_0"][place] for t in grid.at]
        out["fails"][place] = fails(there, times[at], account.regret[at], log.gradients[at])
    return out


def enter(log: Log, n: int, state: Values, place: tuple[int, ...]) -> None:
    """Fill entry n of a log with what a block had at a point."""
    for k in range(2):
        log.loss[n, k] = state[f"ledger_loss_{k}_0"][place]
        log.gradients[n, k, 0] = state[f"ledger_gradients_{k}_0"][place]
        if OF_RANDOM[k] in state:
            log.iterates[n, k, 0] = state[OF_RANDOM[k]][place]


def fails(
    setting: Setting, at: np.ndarray, regret: np.ndarray, gradients: np.ndarray
) -> np.ndarray:
    """1 where R_T is above half of what standing at the worst point of a box costs, 0 where it is not.

    NaN for losses that are not linear, and on other sets. `gradients` has shape (n, 2, d).
    """
    if not (setting.losses.linear and setting.feasible.is_box and setting.feasible.bounded):
        return np.full(len(at), np.nan)
    low, high = setting.feasible.bounds()
    worst = (abs(gradients[:, 0]) * (high - low)).sum(axis=1)
    return np.where(np.isfinite(regret) & (worst > 0.0), (regret > worst / 2.0) * 1.0, np.nan)
