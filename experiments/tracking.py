"""Tracking a target that moves: static against dynamic regret, and the path length that decides.

    python -m experiments.tracking [--out results] [--quick]

f_t(x) = (x - c_t)^2 / 2 on [-1, 1], where c_t goes to and fro on a sine. Gradient descent learns from
gradients with noise N(0, sigma^2) (the losses that are paid for have none), so that a small step lags
behind and a large one follows the noise. Static regret, against the best fixed point, rewards
whoever follows: it becomes negative. Dynamic regret, against c_1, c_2, ..., is what is left; of the
constant steps the best one grows with the path length P_T = |c_2 - c_1| + ... + |c_T - c_{T-1}|, as the
bound of Zinkevich (2003), theorem 2, has it, while steps of 1/t stop following at all.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import study
from regretlab import losses, methods, schedules, sets

AMPLITUDE, SIGMA, CYCLES = 0.7, 0.5, (2, 8, 32)
SHOWN = 8  # cycles of the panels that show rounds
CHOSEN = (0.01, 0.1, 0.5)
ALPHAS = tuple(float(f"{10.0**k:.3g}") for k in np.arange(-3.0, 0.1, 0.25))


def target(stream: Any, T: int) -> np.ndarray:
    """c_1 .. c_T, shape (T, 1)."""
    return np.array([[stream.minimiser(t, 0, None)] for t in range(1, T + 1)])


def played(step: rl.Schedule, cycles: int, T: int, runs: int, at: Any, engine: str) -> xr.Dataset:
    """Regret of both kinds of one step size on a target with so many cycles."""
    stream = losses.Drift(path="sinusoidal", period=T // cycles, amplitude=AMPLITUDE, rounds=T)
    learner = methods.GradientNoise(methods.SGD(), eta=SIGMA**2, gamma=0.0)
    run = rl.play(learner, stream, sets.Interval(-1, 1), T, step, runs=runs, at=at, engine=engine,
                  progress=False)  # fmt: skip
    moving = run.dynamic_regret(path=target(stream, T))
    kept = run.data.isel(coordinate=0)
    return xr.Dataset(
        {
            "iterate": kept.iterate,
            "static_regret": kept.regret,
            "gap": kept.comparator_gap,
            "dynamic_regret": moving.regret,
            "path_length": moving.path_length,
            "settings": ((), study.settings_of(run)),
        }
    )


def data(T: int, runs: int, alphas: Sequence[float], engine: str = "compiled") -> xr.Dataset:
    """Over time for a few steps, dimensions (step, run, round); at T over (cycles, alpha, run)."""
    at = sorted({int(t) for t in np.linspace(1, T, min(121, T // 8 + 1))})
    steps: dict[str, rl.Schedule] = {f"{a:g}": schedules.Constant(a) for a in CHOSEN}
    steps["1/t"] = schedules.Inverse(1.0)
    shown = [played(s, SHOWN, T, runs, at, engine).assign_coords(step=n) for n, s in steps.items()]
    over = study.stacked(shown, "step")
    over["target"] = "round", target(losses.Drift(period=T // SHOWN, amplitude=AMPLITUDE), T)[
        np.array(at) - 1, 0]  # fmt: skip
    lots = []
    for cycles in CYCLES:
        ends = [
            played(schedules.Constant(a), cycles, T, runs, [T], engine).isel(round=-1, drop=True)
            for a in alphas
        ]
        labelled = [e.assign_coords(alpha=a) for e, a in zip(ends, alphas, strict=True)]
        grid = study.stacked(labelled, "alpha")
        lots.append(grid.assign_coords(cycles=cycles))
    grid = study.stacked(lots, "cycles")
    found = xr.merge(
        [over, grid.rename({v: f"final_{v}" for v in grid.data_vars})], join="exact",
        combine_attrs="drop",
    )  # fmt: skip
    found.static_regret.attrs["long_name"] = "against the best fixed point of [-1, 1]"
    found.dynamic_regret.attrs["long_name"] = "against c_1, c_2, ..."
    found.attrs = {"format": "regretlab experiment tracking 1", "T": T, "runs": runs,
                   "amplitude": AMPLITUDE, "sigma": SIGMA, "shown_cycles": SHOWN}  # fmt: skip
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a step size, on the target of the panels; then the best constant step a target."""
    T, out = int(found.attrs["T"]), []
    for name in found.step.values:
        last = found.sel(step=name).isel(round=-1)
        out.append(row(last, "", str(name), SHOWN, T))
    for cycles in found.cycles.values:
        of = found.sel(cycles=cycles)
        best = of.isel(alpha=int(np.argmin(of.final_dynamic_regret.median("run").values)))
        out.append(row(best, "final_", f"{float(best.alpha):g} (best)", int(cycles), T))
    return out


def row(one: xr.Dataset, prefix: str, name: str, cycles: int, T: int) -> dict[str, Any]:
    """Medians over the runs."""
    static, dynamic = one[f"{prefix}static_regret"], one[f"{prefix}dynamic_regret"]
    return {
        "alpha_t": name,
        "cycles": cycles,
        "P_T": float(one[f"{prefix}path_length"].max()),
        "T": T,
        "static R_T": float(static.median()),
        "dynamic R_T": float(dynamic.median()),
        "dynamic R_T/T": float(dynamic.median()) / T,
    }


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """The target and who follows it; both kinds of regret; the choice of the step."""
    drawn, axes = rl.show.figure(2, 2, (7.4, 5.8))
    (way, static), (dynamic, choice) = axes
    t, looks = found["round"].values, rl.show.PALETTE
    thin = {"linewidth": 1.1}
    way.plot(t, found.target, color="#000000", linewidth=2.2, alpha=0.35, label="target $c_t$")
    for look, name in zip(looks, found.step.values, strict=False):
        one = found.sel(step=name)
        label = r"$\alpha_t = 1/t$" if name == "1/t" else rf"$\alpha_t = {name}$"
        way.plot(t, one.iterate.isel(run=0), **(look | thin))
        for axes, values in ((static, one.static_regret), (dynamic, one.dynamic_regret)):
            low, high = values.min("run"), values.max("run")
            axes.fill_between(t, low, high, color=look["color"], alpha=0.15, linewidth=0)
            axes.plot(t, values.median("run"), label=label, **look)
    for look, marker, cycles in zip(looks, "os^", found.cycles.values, strict=False):
        ends = found.final_dynamic_regret.sel(cycles=cycles) / found.attrs["T"]
        length = float(found.final_path_length.sel(cycles=cycles).max())
        middle = ends.median("run")
        choice.fill_between(found.alpha, ends.min("run"), ends.max("run"), color=look["color"],
                            alpha=0.15, linewidth=0)  # fmt: skip
        choice.plot(found.alpha, middle, label=f"$P_T = {length:.1f}$", marker=marker,
                    markersize=3, **look)  # fmt: skip
        k = int(np.argmin(middle.values))
        choice.plot(found.alpha[k], middle[k], marker=marker, markersize=9, color=look["color"],
                    fillstyle="none", linestyle="")  # fmt: skip
    static.axhline(0.0, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
    way.set(title="(a) the target and one run", xlabel="round $t$", ylabel="$x_t$, $c_t$")
    way.set_ylim(-1.05, 1.05)
    static.set(title="(b) static regret", xlabel="round $t$", ylabel="$R_t$ (best fixed point)")
    dynamic.set(title="(c) dynamic regret", xlabel="round $t$", ylabel=r"$R_t(c_1, \ldots, c_t)$")
    choice.set(title="(d) dynamic regret by step and path", xscale="log", yscale="log",
               xlabel=r"step size $\alpha$", ylabel="$R_T(c_1, \\ldots, c_T) / T$")  # fmt: skip
    choice.legend(loc="best")
    pairs = [axes.get_legend_handles_labels() for axes in (way, static)]
    handles, labels = (pairs[0][k] + pairs[1][k] for k in (0, 1))
    drawn.legend(handles, labels, loc="outside upper center", ncols=5)
    return drawn


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at = found.attrs
    lengths = ", ".join(f"{float(found.final_path_length.sel(cycles=c).max()):.2f}" for c in CYCLES)
    return (
        f"f_t(x) = (x - c_t)^2/2 on [-1, 1], c_t = {at['amplitude']:g} sin(2 pi (t - 1)/period), T = {at['T']}; "
        f"x_1 = 0. Gradient descent on gradients with noise N(0, {at['sigma']:g}^2); the losses paid for have none. "
        f"{at['runs']} runs of seed 0: medians, and bands from the smallest to the largest; (a) is run 0 at "
        f"{found.sizes['round']} of the rounds. (a, b, c): {at['shown_cycles']} cycles, P_T = "
        f"{float(found.path_length.isel(round=-1).max()):.2f}. (b) against the best "
        "fixed point up to t, a convex solve within a certified gap of "
        f"{float(found.gap.max()):.1e}. (c, d) against c_1, ..., c_t; (d) constant steps, {CYCLES[0]}, {CYCLES[1]} and "
        f"{CYCLES[2]} cycles of path length {lengths}; the least of every curve is ringed."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Play, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    large, small = (6400, 10, ALPHAS, "compiled"), (320, 2, ALPHAS[::4], "plain")
    found = data(*(small if asked.quick else large))
    paths = study.written("tracking", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
