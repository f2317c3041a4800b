"""Theorem 1 of Reddi, Kale & Kumar (2018): the period-3 example, round by round.

f_t(x) = C x when t mod 3 = 1, else -x, with C = 3 on F = [-1, 1]; beta1 = 0, beta2 = 1/(1 + C^2) =
1/10, alpha_t = alpha / sqrt(t) with alpha < sqrt(1 - beta2), x_1 = 1. (The example, C > 2 and beta2
are in the paper's text; x_1 and the bound on alpha are as we remember its proof.)
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl

C = 3.0
BETA2 = 1 / 10
MOST = 10**6
HOLDS = "theorem1 holds: in every round that was played, and there was one; simulated, not proved."


def data(rounds: int = 30_000, alpha: float = 0.5) -> xr.Dataset:
    """Every round of the play, so that the pattern can be checked in each."""
    if rounds > MOST:
        remedy = "ask for fewer, or play it with regretlab play."
        raise rl.InvalidInput(f"rounds={rounds} is above {MOST}: every round is recorded; {remedy}")
    played = rl.play(
        rl.methods.Adam(beta1=0.0, beta2=BETA2),
        rl.losses.ReddiPeriod3(C=C),
        rl.sets.Interval(-1, 1),
        rounds=rounds,
        step=rl.schedules.InverseSqrt(alpha),
        x1=1.0,
        at=1,
    )
    data = played.data.drop_attrs(deep=False)
    data.attrs = {k: v for k, v in played.data.attrs.items() if k != "seconds"} | {
        "format": "regretlab theorem1 1"
    }
    return data


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """The pattern x_{3k+1} = 1, the sign of x_t, and the regret (2C - 4) T / 3, in every round played."""
    t, x = data["round"].values, data.iterate.isel(coordinate=0).values
    regret = data.regret.values
    starts, ends = t % 3 == 1, t % 3 == 0
    least = (2 * C - 4) / 3
    at_one, positive = x[starts] == 1.0, x > 0
    enough = regret[ends] >= least * t[ends]
    checks = [
        ("pattern", "x_{3k+1} = 1 for every k", at_one),
        ("positive", "x_t > 0 for every t", positive),
        ("regret", f"R_T >= (2C - 4) T/3 = {least:.4g} T at every T = 3k", enough),
    ]
    return [
        {
            "id": f"theorem1-{name}",
            "setting": f"period 3, C = {C:g}",
            "method": "adam",
            "rounds": int(t[-1]),
            "average_regret": float(data.average_regret[-1]),
            "x": float(data.final_iterate[0]),
            "claim": claim,
            "measured": f"true in {int(found.sum())} of {found.size} rounds checked",
            "holds": bool(found.size and found.all()),
        }
        for name, claim, found in checks
    ]


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    step, versions = json.loads(data.attrs["step"]), json.loads(data.attrs["versions"])
    return (
        f"Reddi, Kale & Kumar (2018), theorem 1. f_t(x) = {C:g}x when t mod 3 = 1, else -x; F = [-1, 1]; Adam with "
        f"beta1 = 0, beta2 = {BETA2:g}, no bias correction, eps = 0; alpha_t = {step['alpha']:g}/sqrt(t); x_1 = 1; "
        f"T = {int(data['round'][-1]):,}. Left: the first ten periods; middle: 1 - x_t of every round by its place in "
        f"the period; right: R_t/t, every round. {data.attrs['engine']} engine, regretlab {versions['regretlab']}, "
        f"numpy {versions['numpy']}, numba {versions['numba']}."
    )


@rl.show.styled
def draw(data: xr.Dataset) -> Any:
    """The first periods, the distance from 1 at each phase, and the average regret against its limit."""
    drawn, axes = rl.show.figure(1, 3, (7.4, 3.2))
    first, middle, right = axes[0]
    t, x = data["round"].values, data.iterate.isel(coordinate=0).values
    head = t <= 30
    first.plot(t[head], x[head], color="#999999", linewidth=0.8, zorder=1)
    for phase, marker, look in zip((1, 2, 0), "os^", rl.show.PALETTE, strict=False):
        here = t % 3 == phase
        name = f"$t\\,\\mathrm{{mod}}\\,3={phase}$"
        first.plot(
            t[here & head], x[here & head], marker, color=look["color"], label=name, markersize=4
        )
        away = 1 - x[here]
        if np.any(away > 0):
            middle.plot(t[here][away > 0], away[away > 0], label=name, **look)
    exact = int(np.sum(x[t % 3 == 1] == 1.0))
    middle.set_title(
        f"$x_t=1$ exactly in {exact:,} of {int(np.sum(t % 3 == 1)):,}\nrounds with $t\\,\\mathrm{{mod}}\\,3=1$"
    )
    first.set(xlabel="round $t$", ylabel="iterate $x_t$", title="the first ten periods")
    first.legend(loc="lower right")
    middle.set(xscale="log", yscale="log", xlabel="round $t$", ylabel="$1-x_t$")
    if middle.lines:
        middle.legend(loc="upper right")
    right.plot(t, data.average_regret, **rl.show.PALETTE[0])
    right.axhline(
        (2 * C - 4) / 3,
        color="#555555",
        linewidth=1,
        linestyle=(0, (1, 1.5)),
        label="$(2C-4)/3$, the limit",
    )
    right.set(
        xscale="log", xlabel="round $t$", ylabel="$R_t/t$", title="average regret", ylim=(0, None)
    )
    right.legend(loc="upper right")
    drawn.supxlabel(
        textwrap.fill(caption(data), 160, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )
    return drawn
