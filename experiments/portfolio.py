"""Universal portfolios: exponentiated gradient and the online Newton step against Cover's rival.

    python -m experiments.portfolio [--out results] [--quick]

A market of three assets with log-normal prices: one calm, two that swing. Every round the learner
spreads its wealth, x_t on the simplex, and loses f_t(x) = -log <r_t, x>, r_t the relative prices; its
regret is the logarithm of what the best constant rebalanced portfolio in hindsight (a convex solve,
with a certified gap) has earned more. Shown are the logarithm of wealth, the regret, and the mean
share of every asset; medians over runs, and bands from the smallest to the largest. Keeping equal
shares for ever is there to compare. Cover (1991); exponentiated gradient:
Helmbold, Schapire, Singer & Warmuth (1998); Newton: Agarwal, Hazan, Kale & Schapire (2006).
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import study
from regretlab import losses, methods, schedules, sets

DRIFT, VOLATILITY = (0.0012, 0.0004, 0.0), (0.035, 0.03, 0.002)
ASSETS = ("swinging", "swinging too", "calm")
EG = "exponentiated gradient"
NEWTON = "online Newton step"
EQUAL = "equal shares"
LEARNERS = (EG, NEWTON, EQUAL)
ETA, GAMMA, EPS = 20.0, 0.5, 1.0


class Still(rl.Method):
    """x_{t+1} = x_t: the shares that one began with, rebalanced every round."""

    departs = "it does not learn"

    def move(self, x):
        return x


def learner(name: str) -> tuple[rl.Method, Any, str]:
    """A method, its step and the engine; the metric of Newton's step is projected to in Python."""
    if name == EG:
        return methods.OMD("entropy"), schedules.InverseSqrt(ETA), "compiled"
    if name == NEWTON:
        return methods.ONS(gamma=GAMMA, eps=EPS), schedules.Constant(1.0), "plain"
    return Still(), schedules.Constant(1.0), "compiled"


def data(T: int, runs: int, plain: bool = False) -> xr.Dataset:
    """Wealth, regret, gap and shares, dimensions (learner, run, round, asset)."""
    market, parts = losses.Market(DRIFT, VOLATILITY), []
    at = sorted({int(t) for t in np.linspace(1, T, min(T, 60))})
    for name in LEARNERS:
        method, step, engine = learner(name)
        engine = "plain" if plain else engine  # a few rounds need nothing compiled
        run = rl.play(
            method, market, sets.Simplex(), T, step, runs=runs, engine=engine, at=at, progress=False
        )
        kept = run.data
        whole = xr.Dataset(
            {
                "log_wealth": -kept.cumulative_loss,
                "rival_log_wealth": -kept.comparator_loss,
                "regret": kept.regret,
                "gap": kept.comparator_gap,
                "shares": kept.iterate.rename(coordinate="asset"),
                "rival": kept.comparator.isel(round=-1)
                .rename(coordinate="asset")
                .drop_vars("round"),
                "settings": ((), study.settings_of(run)),
            }
        )
        parts.append(whole.assign_coords(learner=name, asset=list(ASSETS)))
    found = study.stacked(parts, "learner")
    found.log_wealth.attrs["long_name"] = "log of wealth after round t; it begins at 0"
    found.rival_log_wealth.attrs["long_name"] = "that of the best constant rebalanced portfolio"
    found.regret.attrs["long_name"] = "rival_log_wealth - log_wealth"
    found.gap.attrs["long_name"] = "the rival is at most this much better than was found"
    found.attrs = {"format": "regretlab experiment portfolio 1", "T": T, "runs": runs,
                   "drift": DRIFT, "volatility": VOLATILITY}  # fmt: skip
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a learner: medians over the runs, at T."""
    last = found.isel(round=-1)
    return [
        {
            "learner": name,
            "T": int(found.attrs["T"]),
            "log wealth": float(one.log_wealth.median()),
            "rival's": float(one.rival_log_wealth.median()),
            "R_T": float(one.regret.median()),
            "R_T at most": float(one.regret.max()),
            "R_T/T": float(one.regret.median()) / int(found.attrs["T"]),
            "gap at most": float(one.gap.max()),
        }
        for name, one in ((str(n), last.sel(learner=n)) for n in found.learner.values)
    ]


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """Wealth, regret, and the shares of the two learners."""
    drawn, axes = rl.show.figure(1, 3, (7.4, 3.3))
    wealth, regret, shares = axes[0]
    t = found["round"].values
    rival = found.rival_log_wealth.isel(learner=0)
    banded(wealth, t, rival, rl.show.PALETTE[5], "best constant rebalanced portfolio")
    for look, name in zip(rl.show.PALETTE, LEARNERS, strict=False):
        one = found.sel(learner=name)
        banded(wealth, t, one.log_wealth, look, name)
        banded(regret, t, one.regret, look, name)
    for look, name in zip(rl.show.PALETTE, (EG, NEWTON), strict=False):
        mean = found.shares.sel(learner=name).mean("run")
        for marker, asset in zip("o^s", ASSETS, strict=True):
            shares.plot(t, mean.sel(asset=asset), marker=marker, markersize=3, markevery=10, **look)
    final = found.rival.isel(learner=0).mean("run")
    for marker, asset in zip("o^s", ASSETS, strict=True):
        shares.plot(t[-1] * 1.06, final.sel(asset=asset), marker=marker, markersize=5,
                    color="#000000", linestyle="", clip_on=False, label=asset)  # fmt: skip
    wealth.set(title="(a) wealth", xlabel="round $t$", ylabel=r"$\log W_t$")
    regret.set(title="(b) regret", xlabel="round $t$", ylabel="$R_t$")
    shares.set(title="(c) mean shares", xlabel="round $t$", ylabel="$x_{t,i}$")
    shares.set_ylim(-0.02, 1.02)
    handles, labels = (a + b for a, b in zip(wealth.get_legend_handles_labels(),
                       shares.get_legend_handles_labels(), strict=True))  # fmt: skip
    drawn.legend(handles, labels, loc="outside upper center", ncols=4)
    return drawn


def banded(
    axes: Any, t: np.ndarray, values: xr.DataArray, look: dict[str, Any], label: str
) -> None:
    """The median over runs, in the band from the smallest to the largest."""
    low, high = values.min("run"), values.max("run")
    axes.fill_between(t, low, high, color=look["color"], alpha=0.13, linewidth=0)
    axes.plot(t, values.median("run"), label=label, **look)


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    versions = json.loads(json.loads(str(found.settings.values[0]))["versions"])
    return (
        "Portfolios on log-normal prices, r_t,i = exp(m_i + s_i N(0, 1)), independent: "
        f"m = {DRIFT}, s = {VOLATILITY} a round. {found.attrs['runs']} runs of seed 0, T = {found.attrs['T']}; lines "
        "are medians over runs, bands go from the smallest to the largest. (b) R_t is against the best constant "
        "rebalanced portfolio of the same run and t, a convex solve certified to be within "
        f"{float(found.gap.max()):.1e}. (c) means over runs; black symbols at the right are the rival's at T. x_1 is "
        f"1/3 each. Exponentiated gradient: alpha_t = {ETA:g}/sqrt(t). Online Newton step: gamma = {GAMMA:g}, eps = "
        f"{EPS:g}. No costs of trading. regretlab {versions['regretlab']}, numpy {versions['numpy']}."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Play, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    found = data(*((200, 2, True) if asked.quick else (2500, 10, False)))
    paths = study.written("portfolio", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
