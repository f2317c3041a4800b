"""What the maps share: grids that crowd at 1, boundaries as lines, and how a map is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

BOUNDARY = "#D55E00"  # exact
VERDICT = "#FFFFFF"  # at T
HALO = "#000000"


def crowding(furthest: float, nearest: float, n: int) -> np.ndarray:
    """n decays, ascending, whose distances from 1 are geometric from `furthest` to `nearest`."""
    return 1.0 - np.geomspace(furthest, nearest, n)


def ends(
    values: Sequence[float] | np.ndarray,
    failing: Callable[[float], list[tuple[float, float]]],
    name: str,
) -> xr.DataArray:
    """The ends of the failing intervals at each value: dimensions (name, end), NaN where fewer."""
    found = [[e for pair in failing(float(v)) for e in pair] for v in values]
    most = max(2, *(len(one) for one in found))
    padded = [one + [np.nan] * (most - len(one)) for one in found]
    return xr.DataArray(np.array(padded), dims=(name, "end"), coords={name: np.asarray(values)})


def interior(boundary: xr.DataArray, low: float, high: float) -> xr.DataArray:
    """The ends at which a verdict turns, without those where only the search ended."""
    return boundary.where((boundary > low) & (boundary < high))


def paint(panel: Any, x: np.ndarray, y: np.ndarray, z: np.ndarray, norm: Any) -> Any:
    """A map, z of shape (y, x), in a scale of colours that greys and colour-blind eyes keep in order."""
    panel.grid(visible=False)
    return panel.pcolormesh(x, y, z, shading="nearest", cmap="cividis", norm=norm, rasterized=True)


def turn(
    panel: Any,
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
    level: float = 0.5,
    color: str = VERDICT,
) -> None:
    """A thin line where z (a verdict at T, say) passes a level."""
    if np.nanmin(z) < level < np.nanmax(z):
        panel.contour(x, y, z, levels=[level], colors=color, linewidths=0.9)


def line(panel: Any, x: Any, y: Any, **look: Any) -> None:
    """A line that is seen on light and on dark."""
    from matplotlib.patheffects import Normal, Stroke

    look = {"color": BOUNDARY, "linewidth": 1.4} | look
    halo = [Stroke(linewidth=look["linewidth"] + 1.2, foreground=HALO), Normal()]
    panel.plot(x, y, path_effects=halo, **look)


def power_of_ten(T: float) -> str:
    """A number of rounds in TeX."""
    k = round(np.log10(T))
    return f"10^{{{k}}}" if 10**k == T else f"{T:g}"
