"""R_T = A T + B sqrt(T) + O(1): the second term of the regret of Adam and AMSGrad, foretold and measured.

The online stream of Reddi, Kale & Kumar (2018), section 5: f_t(x) = 1010 x when t mod 101 = 1, else -10 x,
on F = [-1, 1]. With alpha_t = alpha/sqrt(t) both A and B follow from the periodic orbit of the updates, for T a
multiple of the period; the law is derived by this project (`regretlab.limit`), not taken from the paper.
What the way from x_1 to the wall costs is a part of the O(1).
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

LOSSES = rl.losses.ReddiOnline()
METHODS = {
    "adam": rl.methods.Adam(beta1=0.9, beta2=0.99),
    "amsgrad": rl.methods.AMSGrad(beta1=0.9, beta2=0.99),
}
LABELS = {"adam": "Adam", "amsgrad": "AMSGrad"}
KNOWN = {"adam": (20 / 101, 59.99), "amsgrad": (0.0, 65.87)}  # A, and B / alpha, derived beforehand
HOLDS = (
    "sqrt_t holds: at this T, |R_T - A T - B sqrt(T)| is below 5% of B sqrt(T). No finite T decides a limit: "
    "NO means not (yet) at this T."
)


def data(rounds: int = 10**7, alpha: float = 0.5) -> xr.Dataset:
    """R_T at multiples of the period (and at T = rounds if there is none), A and B, by learner."""
    whole = rounds // LOSSES.period
    at = LOSSES.period * np.unique(np.geomspace(1, whole, 140).astype(int)) if whole else [rounds]
    step, parts, attrs = rl.schedules.InverseSqrt(alpha), [], {}
    for method in METHODS.values():
        play = rl.play(method, LOSSES, rl.sets.Interval(-1, 1), rounds=int(at[-1]), step=step,
                       at=[int(t) for t in at], x1=0.0)  # fmt: skip
        attrs = {k: play.data.attrs[k] for k in ("step", "losses", "set", "engine", "versions")}
        told = rl.limit(method, LOSSES, rl.sets.Interval(-1, 1), step)
        kept = (
            play.data[["regret", "average_regret", "final_iterate"]]
            .isel(coordinate=0)
            .sel(round=at)
        )
        parts.append(kept.assign(A=told.average_regret, B=told.sqrt_coefficient))
    learner = xr.DataArray(list(METHODS), dims="learner", name="learner")
    joined = cast("xr.Dataset", xr.concat(parts, learner, combine_attrs="drop"))
    joined.attrs = attrs | {
        "format": "regretlab sqrt_t 1",
        "methods": json.dumps({name: method.spec() for name, method in METHODS.items()}),
    }
    return joined


def rest(data: xr.Dataset) -> xr.DataArray:
    """R_T - A T - B sqrt(T)."""
    T = data["round"]
    return data.regret - data.A * T - data.B * np.sqrt(T)


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """A and B against what was known, and the regret at the end against A T + B sqrt(T)."""
    rows, T = [], int(data["round"][-1])
    alpha = json.loads(data.attrs["step"])["alpha"]
    for name, (A, B) in KNOWN.items():
        one = data.sel(learner=name)
        left, second = float(rest(one)[-1]), float(one.B) * np.sqrt(T)
        numbers = {
            "rounds": T,
            "average_regret": float(one.average_regret[-1]),
            "x": float(one.final_iterate),
        }
        told = (float(one.A), float(one.B) / alpha)
        claims = [
            ("known", f"A = {A:.6g}, B = {B:g} alpha", f"A = {told[0]:.6g}, B = {told[1]:.4f} alpha",
             abs(told[0] - A) < 1e-9 and abs(told[1] - B) < 5e-3),
            ("law", f"R_T = A T + B sqrt(T) + O(1) = {float(one.A) * T + second:.6g} + O(1)",
             f"R_T = {float(one.regret[-1]):.6g}: the rest is {left:.4g}, {left / second:.3%} of B sqrt(T)",
             abs(left) < 0.05 * second),
        ]  # fmt: skip
        for kind, claim, measured, holds in claims:
            here = {"id": f"sqrt_t-{name}-{kind}", "setting": "1010/-10", "method": name} | numbers
            rows.append(here | {"claim": claim, "measured": measured, "holds": bool(holds)})
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    step, versions = json.loads(data.attrs["step"]), json.loads(data.attrs["versions"])
    return (
        "The regret on the online stream of Reddi, Kale & Kumar (2018), section 5, and what it tends to. f_t(x) = "
        "1010x when t mod 101 = 1, else -10x; F = [-1, 1]. Adam and AMSGrad with beta1 = 0.9, beta2 = 0.99, no bias "
        f"correction, eps = 0; alpha_t = {step['alpha']:g}/sqrt(t); x_1 = 0. Points: "
        f"measured, at {data.sizes['round']} multiples of 101 up to T = {int(data['round'][-1]):,}. Lines (solid "
        "Adam, dashed AMSGrad): A T + B sqrt(T) "
        "with A and B from the periodic orbit of the updates, not fitted. R_T is against the best fixed point of the "
        f"T losses. {data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy {versions['numpy']}, numba "
        f"{versions['numba']}."
    )


@rl.show.styled
def draw(data: xr.Dataset) -> Any:
    """R_T/T and its law; what is left over sqrt(T), against B; and what is left then."""
    drawn, axes = rl.show.figure(1, 3, (7.4, 3.4))
    left, middle, right = axes[0]
    T = data["round"].values
    for name, mark, look in zip(data.learner.values, "os", rl.show.PALETTE, strict=False):
        one, label, color = data.sel(learner=name), LABELS[str(name)], look["color"]
        points = {
            "marker": mark,
            "markersize": 3,
            "linestyle": "none",
            "color": color,
            "markevery": 4,
        }
        A, B = float(one.A), float(one.B)
        left.plot(T, A + B / np.sqrt(T), linewidth=1, **(look | {"color": "#000000"}))
        left.plot(T, one.regret / T, label=label, **points)
        middle.axhline(B, linewidth=1, linestyle=look["linestyle"], color="#000000")
        middle.plot(T, (one.regret - A * T) / np.sqrt(T), label=label, **points)
        right.plot(T, rest(one), label=label, **points)
    left.set(yscale="log", ylabel="$R_T/T$", title=r"(a) $R_T/T$ and $A+B/\sqrt{T}$")
    middle.set(ylabel=r"$(R_T-AT)/\sqrt{T}$", title=r"(b) the second term and $B$", yscale="log")
    right.set(ylabel=r"$R_T-AT-B\sqrt{T}$", title="(c) what is left, an $O(1)$")
    for panel in axes[0]:
        panel.set(xscale="log", xlabel="$T$")
        panel.set_xlim(min(50, T[0]), 2 * T[-1])
    middle.set_yticks([20, 30, 40, 60, 100, 200], ["20", "30", "40", "60", "100", "200"])
    middle.set_yticks([], minor=True)
    drawn.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    drawn.supxlabel(
        textwrap.fill(caption(data), 160, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )
    return drawn
