"""One block of a grid: its plays, all at once where they can be, and its limits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from regretlab.errors import CannotCompile, InvalidInput
from regretlab.limits.result import FAILS, UNDECIDED, VANISHES
from regretlab.limits.verdict import limit
from regretlab.sweeps.accounts import PLAYED, Values, has_closed_form
from regretlab.sweeps.alone import REFUSED, alone
from regretlab.sweeps.grid import Grid, Index
from regretlab.sweeps.together import Stopped, Tick, together

VERDICTS = {VANISHES: 0.0, FAILS: 1.0, UNDECIDED: np.nan}
LIMITS = ("drift", "slope_sum", "fails_in_the_limit", "limit_average_regret", "sqrt_coefficient",
          "rounds_to_see")  # fmt: skip


class Job(NamedTuple):
    """What is done at every point."""

    grid: Grid
    play: bool = True
    limit: bool = False


def evaluate(
    job: Job, block: tuple[slice, ...], stop: Event | None = None, tick: Tick = lambda n: None
) -> Values:
    """Every variable of a block, of the block's shape; those played have a last axis over `grid.at`."""
    shape = tuple(s.stop - s.start for s in block)
    out: Values = {}
    with np.errstate(all="ignore"):
        if job.play:
            out["trouble"] = np.zeros(shape, np.int8)
            out |= {name: np.full((*shape, len(job.grid.at)), np.nan) for name in PLAYED}
            for part in parts(job.grid, block):
                fill(job.grid, block, part, out, stop, tick)
        if job.limit:
            out |= {name: np.full(shape, np.nan) for name in LIMITS}
            for place, index in job.grid.points(block):
                if stop is not None and stop.is_set():
                    raise Stopped
                end(job.grid, place, index, out)
                tick(1)
    return out


def parts(grid: Grid, block: tuple[slice, ...]) -> list[tuple[np.ndarray, ...]]:
    """The places in a block whose definitions fold alike: products of places on the axes."""
    lists = []
    for k, taken in enumerate(block):
        length = taken.stop - taken.start
        folds = grid.folds[k][taken] if k < len(grid.folds) else ("",) * length
        lists.append([np.flatnonzero([f == text for f in folds]) for text in dict.fromkeys(folds)])
    return list(itertools.product(*lists))


def fill(
    grid: Grid,
    block: tuple[slice, ...],
    part: tuple[np.ndarray, ...],
    out: Values,
    stop: Event | None,
    tick: Tick,
) -> None:
    """Play the points of a part of a block and enter what comes out."""
    where = tuple(p + s.start for p, s in zip(part, block, strict=True))

    def one_by_one(places: np.ndarray, counted: Callable[[int], None]) -> None:
        for place in places:
            index: Index = tuple(int(w[j]) for w, j in zip(where, place, strict=True))
            target = tuple(int(p[j]) for p, j in zip(part, place, strict=True))
            values, out["trouble"][target] = alone(grid, index, stop, counted)
            for name in PLAYED:
                out[name][target] = values[name]

    try:
        values, alive = together(grid, where, stop, tick)
    except (CannotCompile, InvalidInput):  # what the pieces refuse is seen point by point
        return one_by_one(np.argwhere(np.ones([len(w) for w in where])), tick)
    for name in PLAYED:
        out[name][np.ix_(*part)] = values[name]
    summed = np.isfinite(values["regret"]).all(axis=-1) | (not has_closed_form(grid.setting))
    one_by_one(np.argwhere(~(alive & summed)), lambda n: None)  # to see why


def end(grid: Grid, place: Index, index: Index, out: Values) -> None:
    """The limit at a point; NaN where there is none for its numbers."""
    try:
        found = limit(*grid.at_point(index))
    except InvalidInput:
        if "trouble" in out and out["trouble"][place] == 0:
            out["trouble"][place] = REFUSED
        return
    if np.ndim(found.drift) == 0:
        out["drift"][place], out["slope_sum"][place] = found.drift, found.slope_sum
    out["fails_in_the_limit"][place] = VERDICTS[found.verdict]
    out["limit_average_regret"][place] = found.average_regret
    B = found.sqrt_coefficient
    out["sqrt_coefficient"][place] = np.nan if B is None else B
    out["rounds_to_see"][place] = found.rounds
