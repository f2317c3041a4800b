"""A sweep kept in memory: the same places as a store's, without a disk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.sweeps.store.layout import Layout

if TYPE_CHECKING:
    import xarray

SHARE = 0.8  # of the memory that is free


class Memory:
    """Arrays that blocks are written into."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.left = layout, dict.fromkeys(range(layout.blocks))
        self.known = np.zeros(0, dtype=bool)  # which points were computed, where not all are
        self.arrays = {
            name: np.full(
                [len(layout.dims[d]) for d in v.dims], layout.fill(name), layout.dtype(name)
            )
            for name, v in layout.variables.items()
        }

    def pending(self) -> list[int]:
        return list(self.left)

    def slices(self, k: int) -> dict[str, slice]:
        return self.layout.slices(k)

    def write(self, k: int, arrays: Mapping[str, Any]) -> None:
        cut = self.slices(k)
        for name, values in arrays.items():
            dims = self.layout.variables[name].dims
            self.arrays[name][tuple(cut.get(d, slice(None)) for d in dims)] = values
        self.left.pop(k, None)

    def dataset(self) -> xarray.Dataset:
        import xarray

        variables = {
            name: (v.dims, self.arrays[name], dict(v.attrs))
            for name, v in self.layout.variables.items()
        }
        coords = {
            name: (name, values, dict(self.layout.labels.get(name, {})))
            for name, values in self.layout.dims.items()
        }
        return xarray.Dataset(variables, coords, dict(self.layout.attrs))


def enough_memory(layout: Layout) -> None:
    """InvalidInput if the result would not fit into the memory that is free."""
    needed = sum(
        math.prod(len(layout.dims[d]) for d in v.dims) * layout.dtype(name).itemsize
        for name, v in layout.variables.items()
    )
    free = free_memory()
    if needed > SHARE * free:
        what = (
            f"the grid needs {needed / 2**30:.3g} GiB of memory and {free / 2**30:.3g} GiB are free"
        )
        raise InvalidInput(f"{what}: give a coarser grid, or a store with out=... (--out).")


def free_memory() -> float:
    """Bytes; what the system says, or none of our business if it says nothing."""
    try:
        with Path("/proc/meminfo").open() as file:
            lines = dict(line.split(":", 1) for line in file)
        return float(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return math.inf
