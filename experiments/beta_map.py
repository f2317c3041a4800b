"""Where in (beta1, beta2) Adam fails on the stream 1010, -10, ..., -10: at finite T, and in the limit.

    python -m experiments.beta_map [--out results] [--quick]

Adam against f_t(x) = 1010 x once in 101 rounds and -10 x else, on [-1, 1], alpha_t = 0.5 / sqrt(t), at every point of
a grid of (beta1, beta2). Average regret at T = 10^4, 10^5 and 10^6 stands beside its limit, which is 20/101 on one
side of a line and 0 on the other, with nothing between: the line is where the drift Delta(beta1, beta2) is 0, found
to 12 digits. A play sees a blurred copy of it. Near the line a learner needs T ~ 1 / Delta^2 rounds to cross the set,
so that at every T a band of settings has not yet been sent to either end; and where beta2 is close to 1 second moments
are slow to start, so that much of what does not fail still looks at T = 10^6 as if it did. The lower panels follow
beta1 = 0.9 through the passage, between beta2 = 0.999, which fails, and 0.9998, which does not: at T = 10^6 there is no
step to be seen, and at T = 10^8 it is still a slope. Momentum helps on this stream once it averages over tens of
rounds: the line falls, and a smaller beta2 will do. Where it averages over more than half a period a second line comes
in at beta2 near 0, so that Adam fails between two values of beta2, and a larger one is not always safer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import maps, study
from regretlab import limits, losses, methods, schedules, sets

BETA1, ALPHA, X1 = 0.9, 0.5, 0.0
PASSAGE = (0.999, 0.9998)
WORST = 20 / 101  # A where it fails: |S| (hi - lo) / P


class Scale(NamedTuple):
    """How large the study is."""

    n: int  # points along each axis of the map
    times: tuple[int, ...]
    line: int  # values of beta1 at which the boundary is found
    n_passage: int
    times_passage: tuple[int, ...]


FULL = Scale(256, (10**4, 10**5, 10**6), 64, 41, (10**6, 10**7, 10**8))
QUICK = Scale(6, (10**3, 10**4), 5, 5, (10**3, 10**4))


def swept(grid: dict[str, np.ndarray], times: tuple[int, ...], beta1: float = BETA1) -> rl.Sweep:
    """Plays and limits over a grid."""
    return rl.sweep(
        methods.Adam(beta1=beta1), losses.ReddiOnline(), grid, sets.Interval(-1, 1), times[-1],
        schedules.InverseSqrt(ALPHA), X1, at=list(times), both=True, progress=False,
    )  # fmt: skip


def failing(beta1: float) -> list[tuple[float, float]]:
    """The intervals of beta2 in which Adam fails."""
    return limits.failing_set(methods.Adam(beta1=beta1), losses.ReddiOnline(), "beta2")


def data(scale: Scale = FULL) -> xr.Dataset:
    """The map over (beta1, beta2, T), the boundary over beta1, and the passage over (beta2, T)."""
    beta1, beta2 = maps.crowding(1.0, 1e-3, scale.n), maps.crowding(1.0, 1e-5, scale.n)
    whole = swept({"beta1": beta1, "beta2": beta2}, scale.times)
    near = np.linspace(*PASSAGE, scale.n_passage)
    one = swept({"beta2": near}, scale.times_passage)
    passage = one.data.rename({"beta2": "passage_beta2", "rounds": "passage_rounds"})
    passage = passage.rename({v: f"passage_{v}" for v in passage.data_vars})
    wanted = ["average_regret", "x", "fails", "differs", "fails_in_the_limit",
              "limit_average_regret", "drift"]  # fmt: skip
    kept = ["average_regret", "limit_average_regret", "drift", "rounds_to_see"]
    found = xr.merge(
        [whole.data[wanted], passage[[f"passage_{v}" for v in kept]]], combine_attrs="drop", join="exact"
    )  # fmt: skip
    lined = maps.crowding(1.0, 1e-3, scale.line)
    found["boundary"] = maps.ends(lined, failing, "boundary_beta1")
    turned = [e for pair in failing(BETA1) for e in pair if PASSAGE[0] < e < PASSAGE[1]]
    found["crossing"] = (), turned[0]
    found.attrs = {"map": study.of_sweep(whole), "passage": study.of_sweep(one)}
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """How much of the map has at T the verdict of the limit; then the passage."""
    out = [
        {
            "beta2": "map",
            "T": float(T),
            "fails at T, share": float(found.fails.sel(rounds=T).mean()),
            "fails in the limit": float(found.fails_in_the_limit.mean()),
            "differs": float(found.differs.sel(rounds=T).mean()),
            "R_T/T": "",
            "lim R_T/T": "",
        }
        for T in found.rounds.values
    ]
    last = found.isel(passage_rounds=-1)
    for k in np.unique(np.linspace(0, last.sizes["passage_beta2"] - 1, 5).astype(int)):
        cell = last.isel(passage_beta2=k)
        end = float(cell.passage_limit_average_regret)
        out.append(
            {
                "beta2": f"{float(cell.passage_beta2):.6g}",
                "T": float(cell.passage_rounds),
                "fails at T, share": "",
                "fails in the limit": int(end > 0),
                "differs": "",
                "R_T/T": float(cell.passage_average_regret),
                "lim R_T/T": end,
            }
        )
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """A map for each T and one for the limit; the passage; how long it takes to see."""
    from matplotlib.colors import Normalize

    drawn, _ = rl.show.figure(1, 1, (7.4, 5.4))
    drawn.clear()
    places = drawn.add_gridspec(2, 1, height_ratios=(1, 0.95))
    top, low = (places[k].subgridspec(1, n) for k, n in enumerate((4, 2)))
    panels = [drawn.add_subplot(top[k]) for k in range(4)]
    x, y, norm = 1 - found.beta1.values, 1 - found.beta2.values, Normalize(0.0, 0.2)
    shown = [*found.rounds.values[-3:], None]
    for k, (panel, T) in enumerate(zip(panels[-len(shown) :], shown, strict=True)):
        z = found.limit_average_regret if T is None else found.average_regret.sel(rounds=T)
        maps.paint(panel, x, y, z.transpose("beta2", "beta1").values, norm)
        if T is not None:
            verdict = found.fails.sel(rounds=T).transpose("beta2", "beta1").values
            maps.turn(panel, x, y, verdict)
        maps.line(panel, 1 - found.boundary_beta1, 1 - maps.interior(found.boundary, 0.0, 1 - 2e-7))
        title = r"T\to\infty" if T is None else f"T = {maps.power_of_ten(T)}"
        panel.set(title=f"({'abcd'[k]}) ${title}$", xscale="log", yscale="log", xlabel=r"$1-\beta_1$",
                  xlim=(x[0], x[-1]), ylim=(y[0], y[-1]))  # fmt: skip
        panel.minorticks_off()
        panel.set_xticks([1, 0.1, 0.01, 0.001])
        panel.tick_params(labelleft=k == 0)
    panels[0].set_ylabel(r"$1-\beta_2$")
    mark = {"markersize": 4, "markerfacecolor": "#FFFFFF", "markeredgecolor": "#000000"}
    for beta2 in (*PASSAGE, 0.99):
        panels[-1].plot(1 - BETA1, 1 - beta2, marker="o", **mark)
    drawn.colorbar(
        panels[-1].collections[0], ax=panels, label="$R_T/T$", extend="max", pad=0.02, aspect=16
    )
    passing(drawn.add_subplot(low[0]), found)
    seeing(drawn.add_subplot(low[1]), found)
    return drawn


def passing(panel: Any, found: xr.Dataset) -> None:
    """R_T / T through the boundary, beta1 = 0.9."""
    x = found.passage_beta2.values
    looks = rl.show.PALETTE[1:]
    for look, T in zip(looks, found.passage_rounds.values, strict=False):
        label = f"$T = {maps.power_of_ten(T)}$"
        panel.plot(x, found.passage_average_regret.sel(passage_rounds=T), label=label, **look)
    at = float(found.crossing)
    panel.plot(
        [x[0], at, at, x[-1]], [WORST, WORST, 0, 0], label=r"$T\to\infty$", **rl.show.PALETTE[0]
    )
    panel.set(
        title=rf"(e) the passage, $\beta_1 = {BETA1:g}$", xlabel=r"$\beta_2$", ylabel="$R_T/T$"
    )
    panel.set_xticks([0.999, 0.9994, 0.9998], ["0.999", "0.9994", "0.9998"])
    panel.legend(loc="lower left")


def seeing(panel: Any, found: xr.Dataset) -> None:
    """How many rounds it takes to cross the set."""
    x, at = found.passage_beta2.values, float(found.crossing)
    needed = found.passage_rounds_to_see.values
    for side, look in ((x < at, rl.show.PALETTE[0]), (x > at, rl.show.PALETTE[1])):
        panel.plot(x[side], needed[side], label="to $+1$" if side[0] else "to $-1$", **look)
    panel.axvline(at, color="#555555", linewidth=0.8, linestyle=(0, (1, 1.5)))
    panel.set(title="(f) rounds to cross the set", xlabel=r"$\beta_2$", ylabel=r"$(1+P/(\alpha|\Delta|))^2$",
              yscale="log")  # fmt: skip
    panel.set_xticks([0.999, 0.9994, 0.9998], ["0.999", "0.9994", "0.9998"])
    panel.legend(loc="upper right")


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    n, crossing = found.sizes, float(found.crossing)
    return (
        "Adam (no bias correction, eps = 0) on f_t(x) = 1010 x if t mod 101 = 1, else -10 x; F = [-1, 1], "
        f"x_1 = {X1:g}, alpha_t = {ALPHA:g}/sqrt(t). (a-c) R_T/T played at {n['beta1']} x {n['beta2']} points, "
        "1 - beta1 from 1 to 1e-3 and 1 - beta2 from 1 to 1e-5; white: where R_T/T passes 10/101, half of what "
        f"standing at +1 costs. Orange: the exact boundary, Delta = 0, at {n['boundary_beta1']} values of beta1, "
        "to 12 digits. (d) the limit: 20/101 below it (on the right: between the two), else 0; circles: "
        f"beta1 = {BETA1:g}, beta2 = 0.99, {PASSAGE[0]:g}, {PASSAGE[1]:g}. (e, f) beta1 = {BETA1:g}, "
        f"{n['passage_beta2']} values of beta2; the verdict turns at beta2 = {crossing:.10f}. (f) rounds from one "
        "end of F to the other, by the limit drift."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Sweep, draw, write, print."""
    asked, began = (
        study.arguments(__doc__, **study.KEEP).parse_args(arguments),
        time.perf_counter(),
    )
    found = data(QUICK if asked.quick else FULL)
    paths = study.written("beta_map", asked.out, found, draw(found), caption(found))
    if asked.keep:
        study.keep("beta_map", found, paths)
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
