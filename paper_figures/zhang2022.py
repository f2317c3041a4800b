"""Zhang, Chen, Shi, Sun & Luo (2022): where Adam diverges in the (beta1, beta2) plane, for n = 10, 20, 50.

From memory, not from the text: their functions f_0 = n x, f_1 = ... = f_{n-1} = -x where x >= -1 are our
stream C = P = n there, f_t(x) = n x when t mod n = 1, else -x, with S = 1. Their grids are of runs with
reshuffling; here every point is the sign of the drift Delta of the cyclic order, in closed form, and the
boundary is exact. Theirs is a map of n = 10, 20, 50, and of beta2 close to 1: the fourth panel shows what
lies below, where beta2 can be too small to fail.
"""

from __future__ import annotations

import textwrap
from importlib.metadata import version
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

SIZES = (10, 20, 50)
ADAM = rl.methods.Adam(beta1=0.0, beta2=0.9)
TOP = 0.999  # of beta1
# beta1, n and the ends of the failing interval in beta2, derived before this file was written
KNOWN = (
    (0.0, 10, 0.0, 0.95544), (0.5, 10, 0.0, 0.94339), (0.9, 10, 0.0649, 0.77466),
    (0.0, 20, 0.0, 0.98938), (0.5, 20, 0.0, 0.98815), (0.9, 20, 0.0, 0.96951),
    (0.0, 50, 0.0, 0.99836), (0.5, 50, 0.0, 0.99829), (0.9, 50, 0.0, 0.99745),
)  # fmt: skip
HOLDS = "zhang2022 holds: the ends of the interval of beta2 that fails are the known ones, to 5e-5; T = infinity."


def stream(n: int) -> rl.Losses:
    """f_t(x) = n x when t mod n = 1, else -x."""
    return rl.losses.Spike(C=float(n), small=1.0, period=n)


def data(points: int = 260) -> xr.Dataset:
    """drift over (n, beta1, beta2); Delta = 0 as points (`at_beta1`, `at_beta2`); the known `low` and `high`."""
    beta1, near = np.linspace(0, TOP, points), 1 - np.geomspace(1, 2e-4, points)
    beta2 = np.unique(np.concatenate([near, np.linspace(0, 0.9, points // 4 + 2)]))
    axis = xr.DataArray(list(SIZES), dims="n", name="n")
    maps = [rl.limits.drift_map(ADAM, stream(n), beta1=beta1, beta2=beta2) for n in SIZES]
    whole = cast("xr.Dataset", xr.concat(maps, axis, combine_attrs="drop"))
    lines = np.array([boundary(n, points // 4 + 2) for n in SIZES])
    whole["at_beta1"], whole["at_beta2"] = (
        (("n", "point"), lines[:, 0]),
        (("n", "point"), lines[:, 1]),
    )
    ends = np.array([failing(beta1, n) for beta1, n, *_ in KNOWN])
    whole["low"], whole["high"] = ("case", ends[:, 0]), ("case", ends[:, 1])
    found = {"regretlab": version("regretlab"), "numpy": np.__version__}
    whole.attrs = found | {"format": "regretlab zhang2022 1"}
    return whole


def failing(beta1: float, n: int) -> tuple[float, float]:
    """The one interval of beta2 that fails."""
    ((low, high),) = rl.limits.failing_set(ADAM.but(beta1=beta1), stream(n), "beta2")
    return low, high


def boundary(n: int, many: int) -> tuple[np.ndarray, np.ndarray]:
    """beta1 and beta2 where Delta = 0: at each beta2 below that of beta1 = 0 there is one beta1.

    Interpolated in beta1 between neighbours 1/4000 apart, which moves it by less than a line is wide.
    """
    top = failing(0.0, n)[1]
    parts = [  # the points crowd at both ends, where the curve turns
        np.geomspace(1e-4, 0.1, many),
        np.linspace(0.11, 0.9 * top, many),
        top - np.geomspace(0.09 * top, (1 - top) / 1000, many),
    ]
    beta1, beta2 = np.linspace(0, 1, 4001)[:-1], np.concatenate([[0.0], *parts])
    drift = rl.limits.drift_map(ADAM, stream(n), beta2=beta2, beta1=beta1).drift.values
    last, every = (drift < 0).cumprod(axis=1).sum(axis=1) - 1, np.arange(len(beta2))
    low, high = drift[every, last], drift[every, last + 1]
    found = beta1[last] + (beta1[1] - beta1[0]) * low / (low - high)
    return np.append(found, 0.0), np.append(beta2, top)


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """The ends of the interval that fails, held to what is known, and to the law 4 / n^2."""
    rows = []
    for k, (beta1, n, low, high) in enumerate(KNOWN):
        found = float(data.low[k]), float(data.high[k])
        rows.append(row(
            f"n{n}-{beta1:g}", n,
            f"beta1 = {beta1:g}: fails for beta2 from {low:.5g} to {high:.5f}",
            f"from {found[0]:.5g} to {found[1]:.8f}",
            abs(found[0] - low) < 5e-5 and abs(found[1] - high) < 1e-5,
        ))  # fmt: skip
    for n in SIZES:
        law, found = 4 / n**2, 1 - float(data.at_beta2.sel(n=n)[-1])
        rows.append(row(
            f"n{n}-law", n, f"beta1 = 0: 1 - beta2 at the boundary is 4 / n^2 (1 + O(1 / n)) = {law:.3g}",
            f"{found:.4g}, {found / law:.3f} of it", abs(found / law - 1) < 2 / n,
        ))  # fmt: skip
    return rows


def row(name: str, n: int, claim: str, measured: str, holds: bool) -> dict[str, Any]:
    here = {"id": f"zhang2022-{name}", "setting": f"C = P = {n}", "method": "adam"}
    numbers = {"rounds": None, "average_regret": None, "x": None}
    return here | numbers | {"claim": claim, "measured": measured, "holds": bool(holds)}


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    a = data.attrs
    return (
        "The (beta1, beta2) map of Zhang et al. (2022; their setting from memory), cyclic order. f_t(x) = n x when "
        "t mod n = 1, else -x; F = [-1, 1]; S = 1, best point -1. Adam, no bias correction, eps = 0; any x_1 and any "
        "alpha_t -> 0 with an infinite sum and alpha_{t+1}/alpha_t -> 1, such as alpha/sqrt(t). Colour: the drift "
        "Delta of one period of the limit orbit, on a scale that is linear below 0.01; Delta < 0 is failure, R_T/T "
        "-> 2/n. "
        "Solid: Delta = 0. Dashed: the law 1 - beta2 ~ 4/n^2 of beta1 = 0; dotted: the same law with "
        "beta1 > 0, for n (1 - beta2) << 1. (d): n = 10 again, beta2 on a linear axis: for large beta1 a small beta2 "
        f"does not fail. {data.sizes['beta1']} x {data.sizes['beta2']} points a panel, T = infinity, in closed form. "
        f"regretlab {a['regretlab']}, numpy {a['numpy']}."
    )


def law(n: int, beta1: np.ndarray) -> np.ndarray:
    """1 - beta2 at the boundary, as n (1 - beta2) -> 0."""
    return np.array([1 / rl.limits.asymptotic_margin(n, n, float(b), 0.0) for b in beta1])


@rl.show.styled
def draw(data: xr.Dataset) -> Any:
    """A panel for each n over 1 - beta2, and n = 10 over beta2."""
    from matplotlib.colors import SymLogNorm

    drawn, axes = rl.show.figure(2, 2, (7.4, 6.6))
    beta1, beta2 = data.beta1.values, data.beta2.values
    norm = SymLogNorm(0.01, linscale=0.4, vmin=-30, vmax=30, base=10)
    for panel, n, letter in zip(axes.flat, (*SIZES, 10), "abcd", strict=True):
        one, linear = data.sel(n=n), letter == "d"
        height = beta2 if linear else 1 - beta2
        panel.pcolormesh(
            beta1, height, one.drift.values.T, norm=norm, cmap="RdBu", shading="nearest", rasterized=True
        )  # fmt: skip
        at = one.at_beta2.values
        panel.plot(one.at_beta1, at if linear else 1 - at, color="#000000", linewidth=1.4)
        if not linear:
            panel.axhline(4 / n**2, color="#000000", linewidth=1, linestyle=(0, (5, 2)))
            panel.plot(beta1, law(n, beta1), color="#000000", linewidth=1, linestyle=(0, (1, 1.5)))
            panel.text(0.985, 3.7 / n**2, "$4/n^2$", ha="right", va="bottom")
            panel.set(yscale="log", ylim=(1, 2e-4))
        panel.set_title(f"({letter}) $n={n}$" + (", small $\\beta_2$" if linear else ""))
        panel.set_xlim(0.6 if linear else 0, TOP)
        panel.grid(visible=False)
        panel.set(xlabel=r"$\beta_1$", ylabel=r"$\beta_2$" if linear else r"$1-\beta_2$")
    ticks = [-10, -1, -0.1, 0, 0.1, 1, 10]
    image = axes[0, 0].collections[0]
    bar = drawn.colorbar(image, ax=axes, shrink=0.6, aspect=30, ticks=ticks, format="{x:g}")
    bar.minorticks_off()
    bar.set_label(r"drift $\Delta=\sum_j u^*_j$ ($\Delta<0$: Adam fails)")
    drawn.supxlabel(
        textwrap.fill(caption(data), 160, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )
    return drawn
