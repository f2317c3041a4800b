"""A grid of settings: what is played at each of its points, and how it is cut into blocks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.philox import Stream, stream
from regretlab.readings.over import folded
from regretlab.settings import first_iterate
from regretlab.sweeps.axes import Axis, Target, changed, unchecked

CELLS, WIDTH = 1024, 64  # of a block: what it holds fits the nearest cache
SCATTERED = 256
Index = tuple[int, ...]


@dataclass(frozen=True)
class Grid:
    """The settings of a sweep. `axes` span the grid, the last one `run` if there are runs; `at` are the
    rounds after which the books are made, T last."""

    setting: Setting
    axes: tuple[Axis, ...]
    x1: Any
    seed: int
    runs: int | None
    at: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(axis.name for axis in self.axes) + (("run",) if self.runs else ())

    @property
    def shape(self) -> Index:
        return tuple(len(axis.values) for axis in self.axes) + ((self.runs,) if self.runs else ())

    @property
    def cells(self) -> int:
        return math.prod(self.shape)

    @property
    def coords(self) -> dict[str, np.ndarray]:
        out = {axis.name: axis.values for axis in self.axes}
        return out | ({"run": np.arange(self.runs)} if self.runs else {})

    def numbers(self, index: Index) -> dict[str, dict[tuple[str, ...], dict[str, Any]]]:
        """What the axes say at a point: role -> path -> name -> value."""
        out: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
        for axis, k in zip(self.axes, index, strict=False):
            for target in axis.targets:
                value: Any = axis.values[k]
                value = int(value) if target.kind in ("whole", "count") else float(value)
                out.setdefault(target.role, {}).setdefault(target.path, {})[target.name] = value
        return out

    def at_point(self, index: Index) -> Setting:
        """The pieces at a point of the grid; InvalidInput where they refuse its numbers."""
        setting = self.setting
        for role, paths in self.numbers(index).items():
            if role != "play":
                piece = getattr(setting, role)
                for path, values in paths.items():
                    piece = changed(piece, path, values)
                setting = setting._replace(**{role: piece})
        return setting

    def first(self, index: Index) -> np.ndarray:
        """x_1 at a point."""
        given = self.numbers(index).get("play", {}).get((), {}).get("x1", self.x1)
        return first_iterate(self.at_point(index), given)

    def source(self, index: Index) -> Stream:
        """The draws at a point."""
        seed = self.numbers(index).get("play", {}).get((), {}).get("seed", self.seed)
        return stream(seed, index[-1] if self.runs else 0)

    @cached_property
    def folds(self) -> tuple[tuple[Any, ...], ...]:
        """For every axis a number for each value: those with equal numbers have one compiled kernel,
        since the definitions fold alike."""
        out = []
        for axis in self.axes:
            of_pieces = [t for t in axis.targets if t.role != "play"]
            texts = [self.fold(of_pieces, value) for value in axis.values]
            known = {text: n for n, text in enumerate(dict.fromkeys(texts))}
            out.append(tuple(known[text] for text in texts))
        return tuple(out)

    def fold(self, targets: list[Target], value: float) -> str:
        """By what the definitions that an axis changes fold at one of its values."""
        said: list[Any] = []
        for target in targets:
            number = int(value) if target.kind in ("whole", "count") else float(value)
            piece = unchecked(getattr(self.setting, target.role), target.path, target.name, number)
            for inside in target.path:
                said.append(folded(piece))
                piece = getattr(piece, inside)
            said.append(folded(piece))
            if target.kind == "count":
                said.append(number)
        return str(said)

    def like(self, index: Index) -> Setting:
        """The pieces at the first point that folds as this one does: they have one kernel, and differ in
        numbers that lie on axes alone."""
        first = [folds.index(folds[k]) for folds, k in zip(self.folds, index, strict=False)]
        return self.at_point((*first, *index[len(first) :]))

    @cached_property
    def chunk(self) -> Index:
        """The lengths of a block: the longest axis innermost, up to 64, and about 1024 points in all."""
        lengths = list(self.shape)
        out = [1] * len(lengths)
        room = CELLS
        for k in sorted(range(len(lengths)), key=lambda k: -lengths[k]):
            most = min(
                room, max(WIDTH, room // math.prod(n for j, n in enumerate(lengths) if j != k))
            )
            parts = -(-lengths[k] // max(most, 1))
            out[k] = -(-lengths[k] // parts)
            room = max(room // out[k], 1)
        return tuple(out)

    def blocks(self) -> list[tuple[slice, ...]]:
        """The blocks, in order."""
        ranges = [
            [slice(i, min(i + c, n)) for i in range(0, n, c)]
            for n, c in zip(self.shape, self.chunk, strict=True)
        ]
        return list(itertools.product(*ranges))

    def taken(self, where: tuple[np.ndarray, ...]) -> Iterator[tuple[int, Axis, np.ndarray]]:
        """Of a product of points: the dimension on which each axis lies, and the values it takes."""
        for k, axis in enumerate(self.axes):
            yield k, axis, axis.values[where[k]]

    @property
    def of_runs(self) -> int | None:
        """The dimension on which runs lie."""
        return len(self.axes) if self.runs else None

    def fold_at(self, index: Index) -> tuple[Any, ...]:
        """By what the definitions fold at a point."""
        return tuple(folds[k] for folds, k in zip(self.folds, index, strict=False))

    def points(self, block: tuple[slice, ...]) -> Iterator[tuple[Index, Index]]:
        """The points of a block: their places in the block and in the grid."""
        ranges = [range(s.start, s.stop) for s in block]
        for index in itertools.product(*ranges):
            yield tuple(i - s.start for i, s in zip(index, block, strict=True)), index


@dataclass(frozen=True)
class Scattered(Grid):
    """Some points of a grid, in a row: one dimension, on which all its axes lie."""

    indices: tuple[Index, ...] = ()

    @classmethod
    def of(cls, grid: Grid, indices: tuple[Index, ...]) -> Scattered:
        rest = (grid.setting, grid.axes, grid.x1, grid.seed, grid.runs, grid.at)
        return cls(*rest, indices=indices)

    @property
    def whole(self) -> Grid:
        return Grid(self.setting, self.axes, self.x1, self.seed, self.runs, self.at)

    @property
    def names(self) -> tuple[str, ...]:
        return ("point",)

    @property
    def shape(self) -> Index:
        return (len(self.indices),)

    @property
    def coords(self) -> dict[str, np.ndarray]:
        return {"point": np.arange(len(self.indices))}

    @property
    def chunk(self) -> Index:  # type: ignore[override]
        return (min(SCATTERED, -(-len(self.indices) // 8) * 8),)

    @cached_property
    def folds(self) -> tuple[tuple[Any, ...], ...]:  # type: ignore[override]
        whole = self.whole
        return (tuple(whole.fold_at(index) for index in self.indices),)

    def at_point(self, index: Index) -> Setting:
        return super().at_point(self.indices[index[0]])

    def first(self, index: Index) -> np.ndarray:
        return self.whole.first(self.indices[index[0]])

    def source(self, index: Index) -> Stream:
        return self.whole.source(self.indices[index[0]])

    def taken(self, where: tuple[np.ndarray, ...]) -> Iterator[tuple[int, Axis, np.ndarray]]:
        chosen = np.array(self.indices)[where[0]]
        for k, axis in enumerate(self.axes):
            yield 0, axis, axis.values[chosen[:, k]]

    @property
    def of_runs(self) -> int | None:
        return 0 if self.runs else None

    def fold_at(self, index: Index) -> tuple[Any, ...]:
        return (self.folds[0][index[0]],)
