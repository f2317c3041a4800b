"""sweep(method, losses, grid): a play, or its limit, at every point of a grid."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from concurrent.futures import (
    Executor,
)
from pathlib import Path
from typing import Any

import numpy as np

from regretlab.engines.engine import tried
from regretlab.errors import Interrupted, InvalidInput
from regretlab.game import patient
from regretlab.limits.verdict import limit as limit_of
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import as_whole
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.settings import as_count, fitting
from regretlab.spelling import read_number
from regretlab.sweeps.axes import axes_of
from regretlab.sweeps.blocks import Job
from regretlab.sweeps.grid import Grid
from regretlab.sweeps.labels import layout_of, specification
from regretlab.sweeps.memory import Memory, enough_memory
from regretlab.sweeps.result import Sweep
from regretlab.sweeps.running import run
from regretlab.sweeps.store.store import Store


def sweep(
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
    out: str | Path | None = None,
    resume: bool = False,
    executor: Executor | None = None,
    jobs: int | None = None,
    progress: Any = None,
) -> Sweep:
    """Play, or take the limit, at every point of a grid of settings.

    Parameters
    ----------
    method, losses, set, step, x1, seed, rounds : as for `play`; what is no axis is as they say.
    grid : the axes, key -> values. A key is any number of the method, losses, set or step (`beta2`;
        `step.alpha` or `adam.beta1` where two have it), x1, seed or rounds; `1-beta2` takes values of
        1 - beta2, and `C,period` sets two numbers to the same values. Values are an array, or text:
        "0:0.999:64" (LO:HI:N, both ends in it), "1e-4:1:50:log", "0.9;0.99".
    runs : the number of runs at every point, which differ in their draws; a dimension `run`.
    at : rounds at which the books are made beside the last; as the axis `rounds`.
    limit : take the limit T -> infinity in place of playing; both : play, and take the limit.
    out : a Zarr store, written block by block; resume : go on with one that is there.
    executor : any `concurrent.futures.Executor`; threads by default, `jobs` of them. Another one's
        workers write to the store themselves, so that it must be a folder which they see.
    progress : as for `play`.

    Returns
    -------
    Sweep, whose `data` is a Dataset over the axes: x (x_{T+1}), regret, average_regret, fails (is R_T
    above half of what standing at the worst point costs?), and of the limit drift, slope_sum,
    fails_in_the_limit, limit_average_regret (A), sqrt_coefficient (B), rounds_to_see; with both also
    differs. NaN, with the reason in trouble, where there is none.

    Raises
    ------
    InvalidInput : before anything is computed. Interrupted : a store keeps what is done.
    """
    for name, value, fits in (
        ("out", out, out is None or isinstance(out, (str, Path))),
        ("executor", executor, executor is None or hasattr(executor, "submit")),
    ):
        if not fits:
            kind = "a path" if name == "out" else "a concurrent.futures.Executor"
            raise InvalidInput(f"{name}={value!r} is not {kind}: give one, or leave it.")
    wanted = asked(method, losses, grid, set, rounds, step, x1, seed, runs, at)
    job = work_of(wanted, limit, both)
    tried(wanted.setting, wanted.first(tuple(0 for _ in wanted.shape)))
    if job.limit:
        limit_of(
            *wanted.at_point(tuple(0 for _ in wanted.shape))
        )  # InvalidInput if the rule has none
    if resume and out is None:
        raise InvalidInput("resume=True without a store: say which, as out='s.zarr'.")
    layout = layout_of(job)
    if out is None:
        enough_memory(layout)
        with patient() as stop:
            kept = Memory(layout)
            done = run(job, kept, executor, jobs, progress, stop, None)
        return finished(job, kept.dataset(), done, None)
    with patient() as stop, Store.open(out, layout, specification(job), resume=resume) as store:
        done = run(job, store, executor, jobs, progress, stop, store.writer())
    with xarray_of(out) as data:
        return finished(job, data.load(), done, Path(out))


def xarray_of(path: str | Path) -> Any:
    import xarray

    return xarray.open_zarr(path, chunks=None)


def finished(job: Job, data: Any, done: bool, out: Path | None) -> Sweep:
    """The sweep, or Interrupted if it was stopped."""
    if not done:
        left = (
            f"what is done is in {out}: go on with resume" if out else "nothing is kept without out"
        )
        raise Interrupted(f"interrupted; {left}", None)
    return Sweep(data, job.grid.setting, out)


def work_of(grid: Grid, limit: bool, both: bool) -> Job:
    """What is done at every point of a grid; InvalidInput if rounds are named and none is played."""
    if limit and not both and len(grid.at) > 1:
        raise InvalidInput(
            "a limit has no rounds: leave at and the axis rounds, or give both=True."
        )
    return Job(grid, play=not limit or both, limit=limit or both)


def asked(
    method: Any, losses: Any, grid: Any, set: Any, rounds: Any, step: Any, x1: Any, seed: Any,
    runs: Any, at: Any,
) -> Grid:  # fmt: skip
    """The grid that is asked for, or InvalidInput before anything is computed."""
    setting = fitting(method, losses, set, step)
    axes = axes_of(setting, grid)
    horizons = [int(v) for a in axes for v in a.values if a.targets[0].name == "rounds"]
    for axis in axes:
        if len(axis.targets) > 1 and any(t.role == "play" for t in axis.targets):
            raise InvalidInput(
                f"{axis.name} of the play stands on an axis with others: give it alone."
            )
    last = max(horizons, default=as_count("rounds", rounds))
    given = [read_number("at", v) for v in at.split(";")] if isinstance(at, str) else at
    marks = [] if at is None else [as_count("at", t) for t in np.atleast_1d(given)]
    if beyond := [t for t in marks if t > last]:
        raise InvalidInput(
            f"at={beyond[0]} is beyond rounds={last}: make the books of rounds played."
        )
    times = tuple(sorted({*horizons, *marks, last}))
    axes = tuple(a for a in axes if a.targets[0].name != "rounds")
    if not axes and not runs:
        raise InvalidInput("rounds alone is one play: play it with at=..., or give another axis.")
    runs = None if runs is None else as_count("runs", runs, 2**32)
    seed = as_whole("seed", seed, "a stream")
    drawn = setting.losses.random or setting.method.random
    if (runs or any(t.name == "seed" for a in axes for t in a.targets)) and not drawn:
        raise InvalidInput(
            f"{setting.losses.name} is not drawn: leave runs and seeds, all are alike."
        )
    made = Grid(setting, axes, x1, seed, runs, times)
    corners(made)
    return made


def corners(grid: Grid) -> None:
    """InvalidInput if the pieces, or the first iterate, refuse a corner of the grid."""
    ends = [{0, n - 1} for n in grid.shape]
    for corner in itertools.islice(itertools.product(*ends), 4096):
        grid.at_point(corner)
        grid.first(corner)
