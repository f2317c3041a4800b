"""Where Adam diverges in the (beta1, beta2) plane for n = 10, 20, 50: plays of T rounds beside T = infinity.

    python -m experiments.zhang [--out results] [--quick]

The picture is that of Zhang, Chen, Shi, Sun & Luo (2022), whose functions, from memory and not from the
text, are f_0 = n x and f_1 = ... = f_{n-1} = -x where x >= -1: here f_t(x) = n x when t mod n = 1, else -x,
on F = [-1, 1], in cyclic order (theirs is reshuffled, also from memory). S = 1, the best point is -1, and
whoever ends at +1 pays R_T/T -> 2/n.

A play of T = 10^4 rounds is not yet a picture of the limit: close to the exact boundary the iterate has not
crossed the set, and the larger n, the wider the band of settings that are neither here nor there: at
T = 10^6 it is 1 % of the map of n = 10 and 30 % of that of n = 50, of which T = 10^4 shows nothing but the
transient. The boundary bends back for beta1 near 1: momentum saves Adam for every beta2. RMSProp, which is
Adam with beta1 = 0, the left edge of every map, has no such way out: it fails for all 1 - beta2 above
about 4/n^2.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import study
from regretlab import limits, losses, methods, schedules

SIZES, ALPHA = (10, 20, 50), 0.5
STEP = schedules.InverseSqrt(ALPHA)
ADAM, RMSPROP = methods.Adam(), methods.RMSProp()


def stream(n: int) -> rl.Losses:
    """f_t(x) = n x when t mod n = 1, else -x."""
    return losses.Spike(C=float(n), small=1.0, period=n)


def data(times: Sequence[int], beta1: np.ndarray, beta2: np.ndarray, fine: int) -> xr.Dataset:
    """average_regret (n, beta1, beta2, rounds) of Adam; rmsprop (n, beta2, rounds); what is exact.

    drift of Adam at T = infinity has its own axes, fine_beta1 and fine_beta2; `high` is RMSProp's end of
    the failing interval in beta2.
    """
    parts = []
    fine1, fine2 = (np.linspace(v[0], v[-1], fine) for v in (beta1, np.log(1 - beta2)))
    for n in SIZES:
        asked: dict[str, Any] = {
            "rounds": max(times),
            "at": list(times),
            "step": STEP,
            "progress": False,
        }
        adam = rl.sweep(ADAM, stream(n), {"beta1": beta1, "1-beta2": 1 - beta2}, **asked).data
        rms = rl.sweep(RMSPROP, stream(n), {"1-beta2": 1 - beta2}, **asked).data
        end = limits.drift_map(ADAM, stream(n), beta1=fine1, beta2=1 - np.exp(fine2)).drift
        one = xr.Dataset(
            {
                "average_regret": adam.average_regret,
                "rmsprop": rms.average_regret,
                "drift": end.rename(beta1="fine_beta1", beta2="fine_beta2"),
                "high": ((), limits.failing_set(RMSPROP, stream(n), "beta2")[-1][1]),
            }
        )
        parts.append(one.assign_coords(n=n))
    found = study.stacked(parts, "n")
    found.average_regret.attrs["long_name"] = "R_T/T of Adam"
    found.rmsprop.attrs["long_name"] = "R_T/T of RMSProp"
    found.drift.attrs["long_name"] = "Delta of Adam, T = infinity; it fails where Delta < 0"
    found.high.attrs["long_name"] = "RMSProp fails below this beta2, T = infinity"
    found.attrs = {"format": "regretlab experiment zhang 1", "alpha": ALPHA}
    return found


def near(found: xr.Dataset) -> xr.DataArray:
    """The share of a map whose R_T/T is between a tenth and nine tenths of 2/n: undecided at T."""
    share = found.average_regret * found.n / 2
    return ((share > 0.1) & (share < 0.9)).mean(["beta1", "beta2"])


def wrong(found: xr.Dataset) -> xr.DataArray:
    """The share of a map where R_T/T is on the other side of 1/n than the limit has it."""
    exact = found.drift.interp(fine_beta1=found.beta1, fine_beta2=found.beta2) < 0
    return ((found.average_regret > 1 / found.n) != exact).mean(["beta1", "beta2"])


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row an n and T."""
    between, other = near(found), wrong(found)
    return [
        {
            "n": int(n),
            "T": int(T),
            "Adam undecided": float(between.sel(n=n, rounds=T)),
            "Adam unlike the limit": float(other.sel(n=n, rounds=T)),
            "RMSProp fails below beta2": float(found.high.sel(n=n)),
            "1-beta2, in 4/n^2": (1 - float(found.high.sel(n=n))) * int(n) ** 2 / 4,
        }
        for n in found.n.values
        for T in found["rounds"].values
    ]


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """A row an n: a map a T, with the exact boundary, and RMSProp's curves."""
    times, looks = found["rounds"].values, rl.show.PALETTE
    drawn, axes = rl.show.figure(len(SIZES), len(times) + 1, (7.4, 6.9))
    y = 1 - found.beta2.values
    image: Any = None
    for line, n in zip(axes, SIZES, strict=True):
        one = found.sel(n=n)
        for panel, T in zip(line, times, strict=False):
            share = one.average_regret.sel(rounds=T).transpose("beta2", "beta1") * n / 2
            image = panel.pcolormesh(found.beta1, y, share, vmin=0, vmax=1, cmap="cividis",
                                     shading="nearest", rasterized=True)  # fmt: skip
            exact = one.drift.transpose("fine_beta2", "fine_beta1")
            panel.contour(exact.fine_beta1, 1 - exact.fine_beta2, exact, levels=[0.0], colors="#FFFFFF",
                          linewidths=2.6)  # fmt: skip
            panel.contour(exact.fine_beta1, 1 - exact.fine_beta2, exact, levels=[0.0], colors="#D55E00",
                          linewidths=1.4)  # fmt: skip
            panel.set(yscale="log", ylim=(1, y.min()), title=f"$n={n}$, {ten(T)}")
            panel.grid(visible=False)
            panel.tick_params(labelleft=panel is line[0])
        line[0].set_ylabel(r"Adam: $1-\beta_2$")
        curves, edge = line[-1], 1 - float(one.high)
        for look, T in zip(looks[1:], times, strict=False):
            curves.plot(one.rmsprop.sel(rounds=T) * n / 2, y, label=ten(T), **look)
        curves.plot([0, 0, 1, 1], [y.min(), edge, edge, 1], label=r"$T=\infty$", **looks[0])
        curves.axhline(4 / n**2, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
        curves.text(0.05, 4 / n**2 * 1.15, "$4/n^2$", va="top", ha="left", fontsize=8)
        curves.set(yscale="log", ylim=(1, y.min()), xlim=(-0.06, 1.3), title=f"$n={n}$, RMSProp")
        curves.tick_params(labelleft=False)
    for panel in axes[-1, :-1]:
        panel.set_xlabel(r"$\beta_1$")
    axes[-1, -1].set_xlabel("$(R_T/T)\\,/\\,(2/n)$")
    bar = drawn.colorbar(image, ax=axes[:, :-1], location="bottom", aspect=50, shrink=0.8, pad=0.02)
    bar.set_label("$(R_T/T)\\,/\\,(2/n)$: 0 vanishes, 1 (or more) is the price of the worst point")
    handles, labels = axes[0, -1].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper right", ncols=4, handlelength=2.6)
    return drawn


def ten(T: float) -> str:
    """T as a power of ten in TeX, if it is one."""
    k = round(np.log10(T))
    return f"$T=10^{{{k}}}$" if 10**k == T else f"$T={T:g}$"


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    highs = ", ".join(f"{float(v):.5f}" for v in found.high.values)
    return (
        "The (beta1, beta2) map of Zhang et al. (2022; their setting from memory, not the text) with cyclic order, "
        "f_t(x) = n x when t mod n = 1, else -x; F = [-1, 1], S = 1, best point -1. Adam and RMSProp (no momentum), no "
        f"bias correction, eps = 0, alpha_t = {found.attrs['alpha']:g}/sqrt(t), x_1 = 0. Colour: R_T/T over 2/n, "
        f"{found.sizes['beta1']} x {found.sizes['beta2']} plays a map. Line: Delta = 0, T = infinity, in closed form, "
        f"from {found.sizes['fine_beta1']} x {found.sizes['fine_beta2']} drifts; Adam fails on the side of beta1 = 0 "
        f"and beta2 = 0. RMSProp fails below beta2 = {highs} (T = infinity); dotted: the law 1 - beta2 ~ 4/n^2."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Play, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    if asked.quick:
        found = data((100, 1000), np.linspace(0, 0.99, 5), 1 - np.geomspace(1e-4, 1, 5), 21)
    else:
        found = data(
            (10**4, 10**5, 10**6), np.linspace(0, 0.999, 67), 1 - np.geomspace(1e-4, 1, 81), 301
        )
    paths = study.written("zhang", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
