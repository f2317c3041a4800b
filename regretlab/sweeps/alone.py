"""One point of a grid by the engine of single plays: where it cannot be played with others, and where
it has to be seen what stopped it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import Event, Lock

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.engines.engine import Engine, Setting, compiled_engine, plain_engine
from regretlab.engines.run import Records, run
from regretlab.errors import CannotCompile, InvalidInput
from regretlab.regret.books import books
from regretlab.sweeps.accounts import PLAYED, Values, fails, has_closed_form
from regretlab.sweeps.grid import Grid, Index
from regretlab.sweeps.together import Stopped

NOT_YET, FINE, NO_LOSS, NO_STEP, REFUSED, NO_SUM = -1, 0, 1, 2, 3, 4
TROUBLES = {
    NOT_YET: "not computed yet",
    FINE: "none",
    NO_LOSS: "a loss or a gradient is not finite",
    NO_STEP: "a step is not finite",
    REFUSED: "the pieces refuse these numbers",
    NO_SUM: "a sum of losses overflows",
}
_lock = Lock()


@lru_cache(maxsize=256)
def _engine(setting: Setting, fold: tuple) -> Engine:
    try:
        if not setting.feasible.in_python:
            return compiled_engine(setting)
    except CannotCompile:
        pass
    return plain_engine()


def engine(grid: Grid, index: Index, setting: Setting) -> Engine:
    """The engine for a point: one for all that fold alike."""
    fold = grid.fold_at(index)
    with _lock:
        key = _first_of.setdefault((grid.setting, fold), setting)
        return _engine(key, fold)


_first_of: dict[tuple, Setting] = {}


def alone(
    grid: Grid, index: Index, stop: Event | None, tick: Callable[[int], None]
) -> tuple[Values, int]:
    """What a point's play gives at every round of `grid.at`, and its trouble; NaN from there on."""
    values = {name: np.full(len(grid.at), np.nan) for name in PLAYED}
    try:
        setting, x1 = grid.at_point(index), grid.first(index)
        played = engine(grid, index, setting)
    except InvalidInput:
        return values, REFUSED
    record = played_to_the_end(grid, index, played, setting, x1, stop or Event(), tick)
    if stop is not None and stop.is_set():
        raise Stopped
    if record.trouble:
        return values, NO_LOSS if "loss or gradient" in record.trouble else NO_STEP
    log = record.log
    at = np.searchsorted(log.round, grid.at)
    after = np.append(log.iterate[1:, 0], record.final[0])  # x_{T+1} is the iterate of round T + 1
    values["x"] = after[at]
    kept = np.isin(log.round, [1, *grid.at])  # as a play of its own would log it
    log = Log(*(a[kept] if len(a) == len(kept) else a for a in log))
    account, at = books(setting, log, grid.source(index)), np.searchsorted(log.round, grid.at)
    values["regret"] = account.regret[at]
    values["average_regret"] = account.average_regret[at]
    values["fails"] = fails(setting, np.array(grid.at), account.regret[at], log.gradients[at])
    summed = np.isfinite(account.regret).all() or not has_closed_form(setting)
    return values, FINE if summed else NO_SUM


def played_to_the_end(
    grid: Grid, index: Index, played: Engine, setting: Setting, x1: np.ndarray, stop: Event,
    tick: Callable[[int], None],
) -> Records:  # fmt: skip
    """The run, with the rounds of `grid.at` and each one after in its log."""
    last = grid.at[-1]
    logged = sorted({1, *grid.at, *(t + 1 for t in grid.at if t < last)})
    at = np.array(logged, dtype=np.int64)
    return run(played, setting, grid.source(index), x1, last, at, stop, tick)
