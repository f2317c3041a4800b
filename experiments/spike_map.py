"""How large C may be: Adam on C, -1, ..., -1 with C = P, for C from 3 to 100, and with two spikes a period.

    python -m experiments.spike_map [--out results] [--quick]

With C = P the sum of slopes is 1, however large C is: -1 is the best point, by ever less. In (C, beta2) Adam
fails below a line that for beta1 = 0 approaches 1 - beta2 = 4 / C^2, since by then (1 - beta2) P is small: whatever
beta2 is, some C breaks it. Momentum saves short periods, those well below 1 / (1 - beta1), and with them a corner at
small beta2: for beta1 = 0.9 and C = 10 Adam fails only between beta2 = 0.065 and 0.775, so that neither a larger beta2
nor a smaller one is always worse. A second spike in the period (rounds with t mod C = 0 too, as in the code that came
with Shi et al., 2021) makes the sum of slopes C + 2, and the failing part shrinks to much smaller beta2: the two
streams are not the same experiment. The colours are of T = 10^5, where the regret of one spike, 2 T / C at worst, is
for large C and for beta2 near 1 not yet told apart from what the start costs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import maps, study
from regretlab import limits, losses, methods, schedules, sets

ALPHA, X1 = 0.5, 0.0
BETA1 = (0.0, 0.5, 0.9, 0.99)
SPIKES = (1, 2)
NEAREST = 1e-4  # of 1 - beta2


class Scale(NamedTuple):
    """How large the study is."""

    C: tuple[int, ...]
    n: int  # values of beta2
    T: int
    line: tuple[int, ...]  # C at which the boundary is found


FULL = Scale(
    tuple(range(3, 101)), 64, 10**5, (*range(3, 21), *range(22, 41, 2), *range(45, 101, 5))
)
QUICK = Scale((3, 10, 31), 8, 2000, (3, 10))


def stream(C: int, spikes: int) -> rl.Losses:
    """C, -1, ..., -1; with two spikes the last round of a period of C rounds is one too."""
    if spikes == 1:
        return losses.Spike(C=C, small=1.0, period=C)
    return losses.Periodic(c=[C, *[-1.0] * (C - 2), C])


def worst(C: Any, spikes: int) -> Any:
    """What standing at +1 costs a round, in the limit: |S| (hi - lo) / P."""
    return 2 * ((C if spikes == 1 else 2 * C) - (C - spikes)) / C


def swept(scale: Scale, of: rl.Losses, more: dict[str, Any]) -> rl.Sweep:
    """Plays and limits over (beta1, beta2) and what else there is."""
    grid = {"beta1": BETA1, "beta2": maps.crowding(1.0, NEAREST, scale.n)} | more
    return rl.sweep(
        methods.Adam(), of, grid, sets.Interval(-1, 1), scale.T, schedules.InverseSqrt(ALPHA), X1,
        both=True, progress=False,
    )  # fmt: skip


def data(scale: Scale = FULL) -> xr.Dataset:
    """Dimensions (spikes, beta1, C, beta2); the boundary over (spikes, beta1, boundary_C, end)."""
    wanted = ["average_regret", "x", "fails", "fails_in_the_limit", "limit_average_regret", "drift"]
    one = swept(scale, stream(3, 1), {"C,period": scale.C})
    single = one.data[wanted].transpose("beta1", "C", "beta2")
    several = [swept(scale, stream(C, 2), {}) for C in scale.C]
    parts = [
        s.data[wanted].assign_coords(C=float(C)) for s, C in zip(several, scale.C, strict=True)
    ]
    double = study.stacked(parts, "C").transpose("beta1", "C", "beta2")
    found = study.stacked([single, double], "spikes").assign_coords(spikes=list(SPIKES))
    found["worst"] = ("spikes", "C"), np.array([worst(np.array(scale.C), k) for k in SPIKES])
    lines = [
        study.stacked(
            [edges(scale, b, k).to_dataset(name="boundary") for b in BETA1], "beta1", "outer"
        )
        for k in SPIKES
    ]
    found["boundary"] = study.stacked(lines, "spikes", "outer").boundary
    told = {"one": study.of_sweep(one), "two": study.of_sweep(several[0])}
    found.attrs = {"T": scale.T, "alpha": ALPHA, "x1": X1, "sweeps": json.dumps(told)}
    return found


def edges(scale: Scale, beta1: float, spikes: int) -> xr.DataArray:
    """The values of beta2 at which the verdict turns, at some C."""

    def failing(C: float) -> list[tuple[float, float]]:
        return limits.failing_set(methods.Adam(beta1=beta1), stream(int(C), spikes), "beta2")

    return maps.ends(np.array(scale.line), failing, "boundary_C")


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """The failing beta2 at C = 10 for every beta1, and how far T = 10^5 is from the limit."""
    out = []
    for spikes in SPIKES:
        for beta1 in BETA1:
            of = found.sel(spikes=spikes, beta1=beta1)
            ends = of.boundary.sel(boundary_C=10).values
            known = ends[np.isfinite(ends)]
            pairs = zip(known[::2], known[1::2], strict=True)
            out.append(
                {
                    "spikes": spikes,
                    "beta1": beta1,
                    "beta2 that fail at C = 10": ", ".join(f"({a:.5f}, {b:.5f})" for a, b in pairs)
                    or "none",
                    "fails in the limit, share": float(of.fails_in_the_limit.mean()),
                    "fails at T, share": float(of.fails.mean()),
                }
            )
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """R_T / T over what the worst point costs; the exact boundary; a panel a beta1 and a stream."""
    from matplotlib.colors import Normalize

    drawn, axes = rl.show.figure(2, 4, (7.4, 4.9), sharex=True, sharey=True)
    x, y, norm = found.C.values, 1 - found.beta2.values, Normalize(0.0, 1.5)
    for (r, k), panel in np.ndenumerate(axes):
        of = found.isel(spikes=r, beta1=k)
        share = (of.average_regret / of.worst).transpose("beta2", "C").values
        maps.paint(panel, x, y, share, norm)
        maps.turn(panel, x, y, of.fails.transpose("beta2", "C").values)
        within = maps.interior(of.boundary, 0.0, 1 - 2e-7)
        for end in within.end.values:
            maps.line(panel, of.boundary_C, 1 - within.sel(end=end))
        if r == 0 and k == 0:
            far = x[x >= 6]
            panel.plot(far, 4 / far**2, color="#56B4E9", linestyle=(0, (2, 2)), linewidth=1.4)
        panel.set(xscale="log", yscale="log", xlim=(x[0], x[-1]), ylim=(1.0, NEAREST))
        panel.set_title(rf"({'abcdefgh'[4 * r + k]}) $\beta_1 = {of.beta1.item():g}$")
        panel.minorticks_off()
        panel.set_xticks([v for v in (3, 10, 30, 100) if v <= x[-1]],
                         [f"{v}" for v in (3, 10, 30, 100) if v <= x[-1]])  # fmt: skip
        if r == 1:
            panel.set_xlabel("$C = P$")
    for r, name in enumerate(("one spike a period", "two spikes a period")):
        axes[r, 0].set_ylabel(name + "\n" + r"$1-\beta_2$")
    label = "$R_T/T$, as a share of the cost of $+1$"
    drawn.colorbar(
        axes[0, 0].collections[0], ax=axes, label=label, extend="max", pad=0.02, aspect=30
    )
    return drawn


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at, n, C = found.attrs, found.sizes, found.C.values
    return (
        "Adam (no bias correction, eps = 0) on f_t(x) = C x in the first round (a-d), or in the first and the last "
        f"(e-h), of a period of C rounds, else -x; F = [-1, 1], x_1 = {at['x1']:g}, "
        f"alpha_t = {at['alpha']:g}/sqrt(t), T = {at['T']:,}; {n['C']} values of C from {C[0]:g} to {C[-1]:g}, "
        f"{n['beta2']} of beta2, 1 - beta2 from 1 to {NEAREST:g}. Colour: R_T/T divided by what standing at +1 "
        "costs, 2/C (a-d) and 2 (C + 2)/C (e-h). White: where it passes 1/2. Orange: the exact boundary in the "
        f"limit, Delta = 0, at {n['boundary_C']} values of C; Adam fails below it, or between the two. Dashed in "
        "(a): 1 - beta2 = 4/C^2."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Sweep, draw, write, print."""
    asked, began = (
        study.arguments(__doc__, **study.KEEP).parse_args(arguments),
        time.perf_counter(),
    )
    found = data(QUICK if asked.quick else FULL)
    paths = study.written("spike_map", asked.out, found, draw(found), caption(found))
    if asked.keep:
        study.keep("spike_map", found, paths)
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
