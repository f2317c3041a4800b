"""Where Theorem 4 of Reddi, Kale & Kumar (2018) loses what: the lines of a proof along a run of AMSGrad.

Every line of a chain that leads from R_t to the right-hand side is evaluated along the play
(`regretlab.theorems.proof_lines`); the gap between a line and the next is what that step gives away. The chain is
this project's, with another potential than the printed proof; the last two lines are its own bound and the
printed one. The run is the online stream of section 5, once with a constant beta1_t and once with beta1_t =
beta1 lam^(t-1), as corollary 1 asks, where the middle term no longer grows.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

DECAYS = {"constant": r"$\beta_{1t}=\beta_1$", "geometric": r"$\beta_{1t}=\beta_1\lambda^{t-1}$"}
LAM = 0.99
MOST = 2 * 10**4
# the lines that give something away, and how the figure calls what they are
SHOWN = {
    "regret": "$R_t$",
    "projection": "projection",
    "young": "Young",
    "telescope": "telescope",
    "cauchy-schwarz": "to the norms",
    "printed": "as printed",
}
HOLDS = (
    "theorem4 holds: no line is above the next, but for rounding, at every t recorded in this run."
)


def data(rounds: int = 10**4, alpha: float = 0.5) -> xr.Dataset:
    """`value` and `slack` over (decay, line, round); of more than MOST rounds only MOST are played."""
    found, plays = [], []
    for decay in DECAYS:
        method = rl.methods.AMSGrad(beta1=0.9, beta2=0.99, beta1_decay=decay, lam=LAM)
        plays.append(rl.play(method, rl.losses.ReddiOnline(), rl.sets.Interval(-1, 1), rounds=min(rounds, MOST),
                             step=rl.schedules.InverseSqrt(alpha)))  # fmt: skip
        lines = rl.theorems.proof_lines(plays[-1], "theorem4")
        kept = lines[["value", "slack"]]
        found.append(
            kept.assign(x=plays[-1].data.final_iterate[0], sound=int(lines.attrs["holds"]))
        )
    axis = xr.DataArray(list(DECAYS), dims="decay", name="decay")
    joined = cast("xr.Dataset", xr.concat(found, axis, data_vars="all", combine_attrs="drop"))
    shared = ("step", "losses", "set", "engine", "versions", "rounds")
    joined.attrs = {k: plays[0].data.attrs[k] for k in shared} | {
        "format": "regretlab theorem4 1",
        "methods": json.dumps([json.loads(p.data.attrs["method"]) for p in plays]),
    }
    return joined


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """For each decay: that the chain holds, and which step gives most away."""
    rows, t = [], int(data["round"][-1])
    for decay in DECAYS:
        one = data.sel(decay=decay)
        last, regret = one.isel(round=-1), one.value.sel(line="regret")
        lost = last.slack / last.value[-1]
        worst = lost.argmax("line")
        name = str(data.line[int(worst)].values)
        numbers = {
            "setting": f"1010/-10, beta1_t {decay}",
            "method": "amsgrad",
            "rounds": t,
            "average_regret": float(regret[-1]) / t,
            "x": float(one.x),
        }
        ratio = [
            float(last.value.sel(line=line) / regret[-1]) for line in ("cauchy-schwarz", "printed")
        ]
        rows.append({"id": f"theorem4-{decay}", **numbers,
            "claim": "R_t <= line 2 <= ... <= the right-hand side, at every t",
            "measured": f"{data.sizes['line']} lines at {data.sizes['round']} rounds; improved bound {ratio[0]:.3g} "
            "R_T, "
            f"printed {ratio[1]:.3g} R_T; most is lost in '{name}'", "holds": bool(one.sound)})  # fmt: skip
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    step, versions = json.loads(data.attrs["step"]), json.loads(data.attrs["versions"])
    return (
        "What each step of a proof of theorem 4 of Reddi, Kale & Kumar (2018) gives away; the chain is this project's, "
        "its last line the printed bound (second-hand). AMSGrad, beta1 = 0.9, beta2 = 0.99, no bias correction, eps "
        "= 0, on f_t(x) = "
        f"1010x when t mod 101 = 1, else -10x; F = [-1, 1]; alpha_t = {step['alpha']:g}/sqrt(t); x_1 = 0; T = "
        f"{int(data['round'][-1]):,}. (a) beta1_t = beta1; (b) beta1_t = beta1 lam^(t-1), lam = {LAM:g}. Lines: "
        "their values "
        "over sqrt(t), from below: the regret; after the projection; after Young's inequality; after telescoping; "
        "after bounding the noise by the gradients' norms, which is an improved bound; and the bound as printed. "
        "What the projection loses is thinner than a line. Values not above 0 are not drawn. "
        f"{data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy "
        f"{versions['numpy']}, numba {versions['numba']}."
    )


@rl.show.styled
def draw(data: xr.Dataset) -> Any:
    """The lines over sqrt(t), and the gaps between them, for both decays."""
    from matplotlib import colormaps

    drawn, axes = rl.show.figure(1, 2, (7.4, 4.4), sharey=True)
    t = data["round"].values
    shades = colormaps["cividis"](np.linspace(0.15, 1, len(SHOWN) - 1))
    for panel, decay, letter in zip(axes[0], DECAYS, "ab", strict=True):
        values = data.value.sel(decay=decay) / np.sqrt(data["round"])
        lines = [values.sel(line=name) for name in SHOWN]
        lines = [line.where(line > 0).values for line in lines]
        for k, name in enumerate(list(SHOWN)[1:]):
            panel.fill_between(t, lines[k], lines[k + 1], color=shades[k], alpha=0.85, linewidth=0,
                               label=f"lost: {SHOWN[name]}")  # fmt: skip
        for line in lines:
            panel.plot(t, line, color="#000000", linewidth=0.8)
        panel.plot(t, lines[0], linewidth=2, label="$R_t$", color=rl.show.PALETTE[0]["color"])
        panel.set(
            xscale="log", yscale="log", xlabel="round $t$", title=f"({letter}) {DECAYS[decay]}"
        )
        panel.set_xlim(1, max(t[-1], 2))
    axes[0, 0].set_ylabel(r"value of the line $/\sqrt{t}$")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    drawn.legend(handles[::-1], labels[::-1], loc="outside right center")
    drawn.supxlabel(
        textwrap.fill(caption(data), 160, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )
    return drawn
