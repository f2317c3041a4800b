"""The points of a grid that one kernel plays at once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import lru_cache
from threading import Event, Lock
from typing import Any, NamedTuple

import numpy as np

from regretlab.engines.batched import ALIVE, Batch
from regretlab.engines.engine import Setting
from regretlab.sweeps.accounts import PLAYED, Values, Where, entries, has_closed_form, solved
from regretlab.sweeps.grid import Grid, Index

SHORTEST = (
    16  # walk that is worth several settings in one instruction, where there is a longer axis
)
SECONDS = 0.2  # between looks at whether to stop

Tick = Callable[[int], None]


class Stopped(Exception):
    """A block was left before its end, since somebody asked to stop."""


class Frame(NamedTuple):
    """How points of a grid lie in a kernel's block: axes in another order, and filled up."""

    lengths: Index  # of the points, in the grid's order
    order: Index  # the grid's axes, the one that is walked along without a branch last
    shape: Index  # of the kernel's block
    flat: bool  # one axis for all, where the longest is too short for several in one instruction

    @classmethod
    def around(cls, lengths: Index, chunk: Index) -> Frame:
        inner = min(
            (k for k in range(len(chunk)) if chunk[k] >= SHORTEST),
            key=lambda k: (chunk[k], -k),
            default=max(range(len(chunk)), key=lambda k: (chunk[k], k)),
        )
        order = (*(k for k in range(len(chunk)) if k != inner), inner)
        if chunk[order[-1]] < 8 and len(chunk) > 1:
            return cls(lengths, order, (-(-math.prod(chunk) // 8) * 8,), True)
        shape = [chunk[k] for k in order]
        shape[-1] = -(-shape[-1] // 8) * 8
        return cls(lengths, order, tuple(shape), False)

    def axes(self, at: Index) -> Index:
        """The kernel's axes for some of the grid's."""
        return (0,) if self.flat else tuple(sorted(self.order.index(k) for k in at))

    def put(self, values: np.ndarray, at: Index) -> np.ndarray:
        """What lies on some axes of the grid, as the kernel takes it: the last value fills up."""
        full = np.reshape(values, [n if k in at else 1 for k, n in enumerate(self.lengths)])
        if self.flat:
            cells = np.broadcast_to(full, self.lengths).ravel()
            return np.pad(cells, (0, self.shape[0] - len(cells)), mode="edge")
        turned = full.transpose(self.order)
        wide = [
            (0, n - have if k in at else 0)
            for k, n, have in zip(self.order, self.shape, turned.shape, strict=True)
        ]
        return np.pad(turned, wide, mode="edge").ravel()

    def get(self, block: np.ndarray) -> np.ndarray:
        """A block of the kernel's as the grid has it."""
        if self.flat:
            return block[: math.prod(self.lengths)].reshape(self.lengths)
        taken = block[tuple(slice(self.lengths[k]) for k in self.order)]
        return taken.transpose(np.argsort(self.order))


_lock = Lock()


@lru_cache(maxsize=64)
def _batch(setting: Setting, axes: tuple, shape: Index) -> Batch:
    return Batch(setting, dict(axes), shape)


def batch(setting: Setting, axes: tuple, shape: Index) -> Batch:
    """The kernel for blocks of some shape, made once; CannotCompile if there is none."""
    with _lock:
        return _batch(setting, axes, shape)


def together(grid: Grid, where: Where, stop: Event | None, tick: Tick) -> tuple[Values, np.ndarray]:
    """The plays of a product of points, at every round of `grid.at`, and which stayed finite.

    CannotCompile if they have to be played one by one.
    """
    setting = grid.like(tuple(int(w[0]) for w in where))
    given, lies = numbers(grid, where)
    frame = Frame.around(tuple(len(w) for w in where), grid.chunk)
    axes = {name: frame.axes(at) for name, at in lies.items()}
    made = batch(setting, tuple(sorted(axes.items())), frame.shape)
    started = {n: frame.put(v, lies[n]) if n in lies else v for n, v in given.items()}
    block = made.begin(started)
    values = {name: np.empty((*frame.lengths, len(grid.at))) for name in PLAYED}
    played, cells, chunk = 0, math.prod(frame.lengths), 1000
    in_closed_form = has_closed_form(setting)
    seen: dict[int, Values] = {}  # a convex solve goes from round to round, as that of a play does
    for t in grid.at if in_closed_form else sorted({1, *grid.at}):
        while played < t:
            if stop is not None and stop.is_set():
                raise Stopped
            began, last = time.perf_counter(), min(t, played + chunk)
            made.play(block, played + 1, last)
            tick((last - played) * cells)
            scale = SECONDS / max(time.perf_counter() - began, 1e-9)
            played, chunk = last, int(chunk * min(max(scale, 1 / 8), 8)) + 1
        state = {name: frame.get(made.state(block, name)) for name in made.wanted}
        if in_closed_form:
            for name, value in entries(grid, where, t, state).items():
                values[name][..., grid.at.index(t)] = value
        else:
            seen[t] = state
    if not in_closed_form:
        x1 = frame.get(made.state(made.begin(started), "x_0"))
        values = solved(grid, where, x1, seen)
    return values, frame.get(made.state(block, ALIVE)) > 0.0


def numbers(grid: Grid, where: Where) -> tuple[dict, dict[str, Index]]:
    """The numbers that differ between the points, each over the axes on which it lies; and x_1 and the
    draws, which may not."""
    given: dict = {}
    lies: dict[str, Index] = {}
    moving: set[int] = set()  # the dimensions on which x_1 lies
    seeded: set[int] = set()
    for k, axis, values in grid.taken(where):
        for target in axis.targets:
            if target.role == "play":
                (seeded if target.name == "seed" else moving).add(k)
            elif target.kind != "count":
                given[target.leaf], lies[target.leaf] = values, (k,)
            if target.role == "feasible":
                moving.add(k)

    def over(dimensions: set[int], name: str, value: Callable[[Index], Any], kind: type) -> None:
        """A number that may lie on some dimensions, asked for at every place on these."""
        lists = [where[k] if k in dimensions else where[k][:1] for k in range(len(where))]
        found = np.empty([len(one) for one in lists], dtype=kind)
        for place in np.ndindex(found.shape):
            found[place] = value(tuple(int(one[j]) for one, j in zip(lists, place, strict=True)))
        given[name] = found if dimensions else found.item()
        if dimensions:
            lies[name] = tuple(sorted(dimensions))

    over(moving, "x_0", lambda index: grid.first(index)[0], float)
    runs = set() if grid.of_runs is None else {grid.of_runs}
    for name, dimensions in (("key_low", seeded), ("key_high", seeded), ("run", runs)):
        over(dimensions, f"source.{name}", lambda at, n=name: getattr(grid.source(at), n), np.int64)
    return given, lies
