"""What a sweep leaves."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput
from regretlab.files import save

if TYPE_CHECKING:
    import xarray


class Sweep:
    """A sweep that is over: `data` is an xarray Dataset whose dimensions are the axes.

    `.sel`, `.isel` and the variables' names work on it as on the Dataset; `.plot()` draws the map.
    """

    plot: Callable[..., Any]  # attached by `show`

    def __init__(
        self, data: xarray.Dataset, setting: Setting | None = None, path: Path | None = None
    ) -> None:
        self.data, self.setting, self.path = data, setting, path

    def sel(self, *args: Any, **named: Any) -> xarray.Dataset:
        """As `Dataset.sel`: sweep.sel(beta2=0.99, method="nearest")."""
        return self.data.sel(*args, **named)

    def isel(self, *args: Any, **named: Any) -> xarray.Dataset:
        """As `Dataset.isel`."""
        return self.data.isel(*args, **named)

    def __getitem__(self, name: Any) -> Any:
        return self.data[name]

    def __getattr__(self, name: str) -> Any:
        if name == "data":  # not made yet, as while it is copied
            raise AttributeError(name)
        if not name.startswith("_") and name in self.data:
            return self.data[name]
        raise AttributeError(f"a sweep has no {name}: it has {', '.join(map(str, self.data))}.")

    def save(self, path: str | Path) -> Path:
        """Write one netCDF file, or a Zarr store if the name ends in .zarr."""
        path = Path(path)
        if path.suffix != ".zarr":
            return save(self.data, path)
        if path.exists():
            raise InvalidInput(f"{path} is there already: choose another place.")
        with warnings.catch_warnings():  # that consolidated metadata may become otherwise one day
            warnings.simplefilter("ignore")
            self.data.to_zarr(path, zarr_format=3, consolidated=True)
        return path

    def row(self) -> dict[str, Any]:
        """A summary, as `regretlab sweep --json` prints it: strict JSON."""
        data = self.data
        settings = {k: plain(v) for k, v in data.attrs.items() if not k.startswith("regretlab_")}
        counts: dict[str, Any] = {
            name: {
                "fails": int((data[name] == 1).sum()),
                "vanishes": int((data[name] == 0).sum()),
                "unknown": int(np.isnan(data[name]).sum()),
            }
            for name in ("fails", "fails_in_the_limit")
            if name in data
        }
        if "differs" in data:
            counts["differs"] = int((data.differs == 1).sum())
        if "trouble" in data:
            counts["trouble"] = int((data.trouble > 0).sum())
        if "evaluated" in data:
            counts["evaluated"] = int((data.evaluated == 1).sum())
        axes = {
            name: {"values": data.sizes[name], "first": first(data, name), "last": last(data, name)}
            for name in map(str, data.dims)
        }
        return (
            settings | {"axes": axes, "cells": cells(data)} | counts | {"out": str(self.path or "")}
        )

    def __repr__(self) -> str:
        return f"<Sweep>\n{self.data!r}"

    def _repr_html_(self) -> str:
        return self.data._repr_html_()


def cells(data: xarray.Dataset) -> int:
    """Points of the grid."""
    return int(np.prod([n for name, n in data.sizes.items() if name != "rounds"]))


def first(data: xarray.Dataset, name: str) -> float:
    return float(data[name].values[0])


def last(data: xarray.Dataset, name: str) -> float:
    return float(data[name].values[-1])


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
