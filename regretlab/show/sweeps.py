"""A sweep as a picture: a map over two axes, or curves over one; finite T and T = infinity side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.errors import InvalidInput, nearest
from regretlab.parameters import as_real
from regretlab.show.plays import wrapped
from regretlab.show.style import PALETTE, figure, save_figure, styled
from regretlab.show.tables import table
from regretlab.sweeps.result import Sweep

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure

DRAWS = ("run", "seed")  # axes over which the median is taken
OF_LIMIT = {"average_regret": "limit_average_regret", "fails": "fails_in_the_limit"}
LABELS = {
    "average_regret": "$R_T/T$", "fails": "fails", "x": "$x_{T+1}$", "regret": "$R_T$",
    "drift": r"drift $\Delta$", "limit_average_regret": r"$A=\lim R_T/T$",
    "sqrt_coefficient": "$B$", "fails_in_the_limit": r"fails as $T\to\infty$",
    "rounds_to_see": "rounds to cross the set",
}  # fmt: skip
MOST_PANELS = 6


@styled
def plot_sweep(
    self: Sweep, path: str | Path | None = None, variable: str | None = None, **at: Any
) -> Figure:
    """Draw `variable` (R_T / T, or A) over the axes, a panel for every T and one for T = infinity.

    Over two axes it is a map, with the boundary of the verdict as a line and hatching where the verdict
    at T is not that of the limit; over one axis, curves. Runs and seeds are drawn by their median. A
    further axis is cut where a keyword says, nearest: `plot(alpha=0.5)`.

    The figure is returned, and written to `path` (.png, .pdf or .svg) if one is given.
    """
    data = cut(self.data, at)
    data = data.sortby(list(data.dims))
    at = {name: data[name].item() for name in at}  # the nearest, which is drawn
    name = chosen(data, variable)
    data = (
        data.median([d for d in DRAWS if d in data.dims]) if set(DRAWS) & set(data.dims) else data
    )
    dims = [str(d) for d in data.dims if d != "rounds"]
    refuse_undrawable(dims)
    panels = layers(data, name)
    drawn = curves(panels, dims[0], name) if len(dims) == 1 else maps(panels, dims, name)
    drawn.supxlabel(
        wrapped(caption(self, at, len(dims) == 2), int(15.5 * drawn.get_figwidth())),
        fontsize=7,
        x=0.02,
        ha="left",
    )
    if path is not None:
        save_figure(drawn, path)
    return drawn


def refuse_undrawable(dims: list[str]) -> None:
    """InvalidInput unless there are one or two axes to draw over."""
    if not 1 <= len(dims) <= 2:
        extra = f"cut all but two of them, as in plot({dims[-1]}=...)" if dims else "give an axis"
        raise InvalidInput(f"a sweep over {len(dims)} axes cannot be drawn: {extra}.")


def cut(data: xarray.Dataset, at: dict[str, Any]) -> xarray.Dataset:
    """The Dataset with some axes cut."""
    for name, value in at.items():
        if name not in data.dims:
            raise InvalidInput(f"{name} is not an axis: {nearest(name, map(str, data.dims))}")
        value = as_real(name, value, "a cut")
        data = data.sel({name: value}, method="nearest")
    return data


def chosen(data: xarray.Dataset, variable: str | None) -> str:
    names = [str(n) for n in data if n not in ("trouble", "differs", "evaluated")]
    if variable is None and "evaluated" in data:  # of what was not computed the verdict is known
        return "fails" if "fails" in data else "fails_in_the_limit"
    if variable is None:
        return "average_regret" if "average_regret" in data else "limit_average_regret"
    if variable not in names:
        raise InvalidInput(f"{variable} is not in the sweep: {nearest(variable, names)}")
    return variable


def layers(data: xarray.Dataset, name: str) -> list[tuple[str, Any, Any, Any]]:
    """What every panel shows: a title, the values, the verdict, and where it differs from the limit's."""
    out = []
    if name in data and "rounds" in data[name].dims:
        times = data["rounds"].values
        shown = times[np.unique(np.linspace(0, len(times) - 1, MOST_PANELS - 1).astype(int))]
        for t in shown:
            one = data.sel(rounds=t)
            out.append((f"$T={power(t)}$", one[name], one.get("fails"), one.get("differs")))
    elif name in data:
        played = not name.startswith(("limit", "drift", "sqrt", "rounds_to", "fails_in", "slope"))
        rounds = (
            int(data["rounds"] if "rounds" in data.coords else data.attrs["rounds"])
            if played
            else 0
        )
        title = f"$T={power(rounds)}$" if played else r"$T\to\infty$"
        verdict = data.get("fails" if played else "fails_in_the_limit")
        out.append((title, data[name], verdict, data.get("differs") if played else None))
    if (end := OF_LIMIT.get(name)) and end in data:
        out.append((r"$T\to\infty$", data[end], data["fails_in_the_limit"], None))
    return out


def power(t: float) -> str:
    """A number of rounds in TeX."""
    exponent = int(np.log10(t)) if t > 0 else 0
    if t == 10**exponent and exponent > 2:
        return f"10^{{{exponent}}}"
    return f"{int(t):,}".replace(",", "{,}")


def maps(panels: list, dims: list[str], name: str) -> Figure:
    """One map a panel, on one scale."""
    columns = 2 if len(panels) == 4 else min(len(panels), 3)
    rows = -(-len(panels) // columns)
    drawn, axes = figure(rows, columns, (2.2 + 2.4 * columns, 0.9 + 2.5 * rows))
    across, up = dims
    norm = colours(np.concatenate([np.ravel(v) for _, v, _, _ in panels]))
    image = None
    for panel, (title, values, verdict, differs) in zip(axes.flat, panels, strict=False):
        x, y = scale(values[across]), scale(values[up])
        z = values.transpose(up, across).values
        image = panel.pcolormesh(
            x.at, y.at, z, shading="nearest", cmap="cividis", norm=norm, rasterized=True
        )
        line(panel, x.at, y.at, verdict, dims)
        if differs is not None and min(z.shape) > 1 and bool((differs == 1).any()):
            cells = differs.transpose(up, across).values == 1
            panel.contourf(
                x.at, y.at, cells * 1.0, levels=[0.5, 1.5], colors="none", hatches=["////"]
            )
        panel.set(title=title, xlabel=x.label, ylabel=y.label, xscale=x.scale, yscale=y.scale)
        panel.grid(visible=False)
    for panel in axes.flat[len(panels) :]:
        panel.set_visible(False)
    if image is not None:
        drawn.colorbar(image, ax=axes, shrink=0.8, label=LABELS.get(name, name))
    return drawn


def colours(values: np.ndarray) -> Any:
    """A scale for all panels: linear, unless a few values would take it all for themselves."""
    from matplotlib.colors import Normalize, SymLogNorm

    values = values[np.isfinite(values)]
    if not len(values):
        return Normalize(0.0, 1.0)
    low, high = min(float(values.min()), 0.0), float(values.max())
    middle = float(np.median(abs(values)))
    if high / 20.0 <= middle or high <= 0.0:
        return Normalize(low, high)
    least = max(middle / 10.0, high * 1e-5)
    return SymLogNorm(least, linscale=0.5, vmin=low, vmax=high, base=10)


def line(panel: Any, x: np.ndarray, y: np.ndarray, verdict: Any, dims: list[str]) -> None:
    """Where the verdict turns over."""
    if verdict is None or min(len(x), len(y)) < 2:
        return
    z = verdict.transpose(dims[1], dims[0]).values
    if np.nanmin(z, initial=1) < 0.5 < np.nanmax(z, initial=0):
        panel.contour(x, y, z, levels=[0.5], colors="#D55E00", linewidths=1.4)


def curves(panels: list, dim: str, name: str) -> Figure:
    """Curves over one axis, one for every T."""
    drawn, axes = figure(1, 1, (5.4, 3.2))
    panel = axes[0, 0]
    for k, (title, values, _, _) in enumerate(panels):
        x = scale(values[dim])
        panel.plot(x.at, values.values, label=title, **PALETTE[k % len(PALETTE)])
        panel.set(xlabel=x.label, ylabel=LABELS.get(name, name), xscale=x.scale)
    panel.legend()
    return drawn


class Scale:
    """How an axis is drawn: at which places, on which scale, with which label."""

    def __init__(self, at: np.ndarray, scale: str, label: str) -> None:
        self.at, self.scale, self.label = at, scale, label


def scale(axis: Any) -> Scale:
    """Log for values of a geometric kind; 1 - v on a log scale for those that crowd at 1."""
    values = np.asarray(axis.values, dtype=float)
    symbol = axis.attrs.get("symbol") or ""
    label = f"${symbol}$" if symbol else str(axis.name).replace("_", " ")
    if geometric(values):
        return Scale(values, "log", label)
    if len(values) > 2 and values.max() < 1 and geometric(1 - values):
        return Scale(1 - values, "log", f"$1-{symbol}$" if symbol else f"1 - {axis.name}")
    return Scale(values, "linear", label)


def geometric(values: np.ndarray) -> bool:
    """Are the ratios nearly equal, and the differences not?"""
    if len(values) < 3 or values.min() <= 0:
        return False
    logs = np.diff(np.log(values))
    return bool(np.ptp(logs) < 0.2 * abs(logs).max() and values.max() / 5 > values.min())


def caption(sweep: Sweep, at: dict[str, Any], is_map: bool) -> str:
    """Every setting in one line."""
    a = sweep.data.attrs
    played = "average_regret" in sweep.data
    parts = [
        f"{a['method']} against {a['losses']} on {a['set']}",
        f"step {a['step']}",
        f"axes {a['axes']}",
    ]
    if played:
        x1 = (
            a["x1"]
            if isinstance(a["x1"], str)
            else ", ".join(f"{v:g}" for v in np.atleast_1d(a["x1"]))
        )
        parts += [f"x1 = {x1}", f"seed {a['seed']}"]
        parts += [f"{a['runs']} runs, median"] if a["runs"] > 1 else []
        if "fails" in sweep.data and is_map:
            parts += ["line: R_T above half of what the worst point costs"]
    if "differs" in sweep.data and is_map:
        parts += ["hatched: the verdict at T is not that of the limit"]
    if "limit_average_regret" in sweep.data:
        parts += ["T to infinity from the limit orbit, nothing played"]
        parts += ["line: where the drift turns over"] if is_map else []
    parts += [f"at {k} = {v:g}" for k, v in at.items()]
    return "; ".join([*parts, f"regretlab {a['regretlab_version']}."])


def describe_sweep(row: dict[str, Any]) -> None:
    """A sweep's summary as a table for people."""
    rows = [
        [f"axis {name}", f"{one['values']} values from {one['first']:g} to {one['last']:g}"]
        for name, one in row["axes"].items()
    ]
    for name in ("fails", "fails_in_the_limit"):
        if name in row:
            one = row[name]
            text = f"{one['fails']:,} fail, {one['vanishes']:,} do not, {one['unknown']:,} are not known"
            rows.append([name, text])
    told = ("differs", "trouble", "evaluated")
    rows += [[name, f"{row[name]:,}"] for name in told if name in row]
    rest = ("method", "losses", "set", "step", "x1", "seed", "runs", "rounds")
    rows += [[name, str(row[name])] for name in rest]
    rows += [["out", row["out"]]] if row["out"] else []
    table(f"{row['cells']:,} settings in {row['seconds']:.3g} s", ["", ""], rows)
