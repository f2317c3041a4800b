"""refine(method, losses, grid): the boundary of a verdict at full resolution, from few of the points."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from threading import Event
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.game import patient
from regretlab.limits.verdict import limit as limit_of
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.settings import as_count
from regretlab.sweeps.blocks import Job
from regretlab.sweeps.grid import Index, Scattered
from regretlab.sweeps.labels import layout_of
from regretlab.sweeps.memory import Memory, enough_memory
from regretlab.sweeps.result import Sweep
from regretlab.sweeps.running import disagreement, run
from regretlab.sweeps.sweep import asked, finished, work_of

VERDICTS = ("fails", "fails_in_the_limit")
NOT_KNOWN = 2.0
Cell = tuple[tuple[int, int], ...]  # the first and the last index along every axis


def refine(
    method: Method,
    losses: Losses,
    grid: Mapping[str, Any],
    set: FeasibleSet | None = None,
    rounds: int = 10**5,
    step: Schedule | None = None,
    x1: Any = None,
    seed: int = 0,
    runs: int | None = None,
    at: Any = None,
    limit: bool = False,
    both: bool = False,
    coarse: int = 16,
    progress: Any = None,
) -> Sweep:
    """A sweep that computes only the points near the boundary of its verdicts.

    Every `coarse`-th point of each axis is computed first. A cell between such points whose verdicts
    differ is cut in half along every axis, again and again, until its points are neighbours on the grid;
    so is every other cell on whose border a verdict is found to differ. What lies in a cell of one
    verdict has that verdict, all else of it is NaN there. An island that is smaller than `coarse` points
    in every direction can be missed: it is looked for with a smaller `coarse`.

    Parameters and errors are those of `sweep`; runs and seeds have no boundary and are refused. The data
    have one more variable, evaluated: 1 where the point was computed.
    """
    wanted = asked(method, losses, grid, set, rounds, step, x1, seed, runs, at)
    if runs or any(t.name == "seed" for a in wanted.axes for t in a.targets):
        raise InvalidInput("runs and seeds have no boundary: give refine other axes, or use sweep.")
    job = work_of(wanted, limit, both)
    coarse = as_count("coarse", coarse)
    if job.limit:
        limit_of(*wanted.at_point(tuple(0 for _ in wanted.shape)))
    layout = layout_of(job)
    enough_memory(layout)
    whole = Memory(layout)
    with patient() as stop:
        done = refined(job, whole, coarse, progress, stop)
    return finished(job, whole.dataset().assign(evaluated=evaluated(whole)), done, None)


def evaluated(whole: Memory) -> Any:
    """The variable that says which points were computed."""
    names = next(iter(whole.layout.variables.values())).dims
    grid = [d for d in names if d != "rounds"]
    return (grid, whole.known.astype(np.int8), {"long_name": "1 where the point was computed"})


def refined(job: Job, whole: Any, coarse: int, progress: Any, stop: Event) -> bool:
    """Compute what is needed into `whole`; False if it was stopped."""
    shape = job.grid.shape
    whole.known = np.zeros(shape, dtype=bool)
    lattice = [sorted({*range(0, n, coarse), n - 1}) for n in shape]
    sides = [list(itertools.pairwise(line)) or [(0, 0)] for line in lattice]
    cells: list[Cell] = list(itertools.product(*sides))
    needed = list(itertools.product(*lattice))
    while True:
        if needed and not compute(job, whole, needed, progress, stop):
            return False
        verdicts = [
            np.where(np.isfinite(a), a, NOT_KNOWN) for n, a in whole.arrays.items() if n in VERDICTS
        ]
        mixed = {cell for cell in cells if is_mixed(cell, whole.known, verdicts)}
        if not mixed:
            break
        split = [part for cell in mixed for part in parts(cell)]
        cells = [*(cell for cell in cells if cell not in mixed), *split]
        points = sorted({p for cell in split for p in itertools.product(*cell)})
        needed = [p for p in points if not whole.known[p]]
    fill(cells, whole)
    if job.play and job.limit:
        whole.arrays["differs"][...] = disagreement(*(whole.arrays[n] for n in VERDICTS))
    return True


def compute(job: Job, whole: Any, points: list[Index], progress: Any, stop: Event) -> bool:
    """Compute some points."""
    part = job._replace(grid=Scattered.of(job.grid, tuple(points)))
    found = Memory(layout_of(part))
    if not run(part, found, None, None, progress, stop, None):
        return False
    places = tuple(np.array(points).T)
    for name, values in found.arrays.items():
        whole.arrays[name][places] = values
    whole.known[places] = True
    return True


def box(cell: Cell) -> tuple[slice, ...]:
    return tuple(slice(a, b + 1) for a, b in cell)


def is_mixed(cell: Cell, known: np.ndarray, verdicts: list[np.ndarray]) -> bool:
    """Can it be cut, and do the points known in it, its border included, differ?"""
    if all(b - a <= 1 for a, b in cell):
        return False
    place = box(cell)
    seen = known[place]
    return any(bool((v[place][seen] != v[place][seen][0]).any()) for v in verdicts)


def parts(cell: Cell) -> list[Cell]:
    """The halves along every axis that can be cut."""
    halves = []
    for a, b in cell:
        middle = (a + b) // 2
        halves.append([(a, middle), (middle, b)] if b - a > 1 else [(a, b)])
    return list(itertools.product(*halves))


def fill(cells: list[Cell], whole: Any) -> None:
    """Give the points of a cell of one verdict that verdict."""
    for cell in cells:
        if any(b - a > 1 for a, b in cell):
            place = box(cell)
            unknown = ~whole.known[place]
            for name in VERDICTS:
                if name in whole.arrays:
                    values = whole.arrays[name][place]
                    corner = whole.arrays[name][tuple(a for a, _ in cell)]
                    values[unknown] = corner
