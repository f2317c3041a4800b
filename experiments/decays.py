"""How beta1 decays: Adam and AMSGrad with beta1 constant, geometric, harmonic, and alternating.

    python -m experiments.decays [--out results] [--quick]

Proofs of regret bounds let beta1 decay, beta1_t = beta1 lambda^(t-1) or beta1 / t, as if that were the
careful choice. On f_t(x) = n x when t mod n = 1, else -x (S = 1, best point -1) it is not. With
n = 10 and beta1 = 0.9 momentum pays for what beta2 does wrong: constant beta1 brings Adam to -1 for
every beta2 above .7747 and below .0649. As beta1_t -> 0 Adam becomes RMSProp in the limit, which fails
up to beta2 = .9554; between the two a decay turns a convergent Adam into one that goes to +1, after
about 1/(1 - lambda) rounds if it is geometric. AMSGrad is right with every one of the three, and a
decay costs it a constant factor: R_T ~ B sqrt(T), B = 1.34 where constant beta1 has 0.20 (beta2 = .9).
What it does not bear is a beta1_t that goes up and down: alternating between beta1 and 0 it gives unequal
weight to the rounds, and goes to +1 on a stream of period 2.
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

N, BETA1, BETA2, ALPHA, LAM = 10, 0.9, 0.9, 0.5, 0.999
STREAM = losses.Spike(C=float(N), small=1.0, period=N)
TWO = losses.Spike(C=2.0, small=1.0, period=2)
STEP = schedules.InverseSqrt(ALPHA)
LEARNERS = {"Adam": methods.Adam, "AMSGrad": methods.AMSGrad}
DECAYS: dict[str, dict[str, Any]] = {
    "constant": {},
    "geometric .99": {"beta1_decay": "geometric", "lam": 0.99},
    "geometric .9999": {"beta1_decay": "geometric", "lam": 0.9999},
    "harmonic": {"beta1_decay": "harmonic"},
}
MEANT = {
    "constant": r"$\beta_1$",
    "geometric .99": r"$\beta_1 \lambda^{t-1}$, $\lambda=.99$",
    "geometric .9999": r"$\beta_1 \lambda^{t-1}$, $\lambda=.9999$",
    "harmonic": r"$\beta_1/t$",
    "alternating": r"$\beta_1, 0, \beta_1, 0, \ldots$",
}
SWEPT = {"constant": {}, "geometric": {"beta1_decay": "geometric", "lam": LAM},
         "harmonic": {"beta1_decay": "harmonic"}}  # fmt: skip


class Alternating(methods.AMSGrad):
    """AMSGrad with beta1_t = beta1 in odd rounds and 0 in even ones."""

    def beta1_t(self, t, s):
        """The decay of round t."""
        return self.beta1 if t % 2 == 1 else 0.0


def over_time(T: int, engine: str) -> xr.Dataset:
    """R_t / t and x_t of every learner and decay, dimensions (learner, decay, round)."""
    learners = []
    for name, kind in LEARNERS.items():
        parts = []
        for decay, options in DECAYS.items():
            method = kind(beta1=BETA1, beta2=BETA2, **options)
            run = rl.play(method, STREAM, rounds=T, step=STEP, engine=engine, progress=False)
            end = rl.limit(method, STREAM, step=STEP)
            parts.append(labelled(run, end).assign_coords(decay=decay))
        learners.append(study.stacked(parts, "decay").assign_coords(learner=name))
    return study.stacked(learners, "learner")


def labelled(run: rl.Play, end: rl.Limit) -> xr.Dataset:
    """What is kept of a play, and its limit."""
    kept = run.data.isel(coordinate=0)
    return xr.Dataset(
        {
            "iterate": kept.iterate,
            "average_regret": kept.average_regret,
            "limit": ((), end.average_regret),
            "sqrt_coefficient": ((), np.nan if end.sqrt_coefficient is None else end.sqrt_coefficient),
            "settings": ((), study.settings_of(run)),
        }
    )  # fmt: skip


def alternating(T: int, engine: str) -> xr.Dataset:
    """R_t / t of AMSGrad on the stream of period 2, beta1 = .5: constant and alternating."""
    parts = []
    for name, kind in (("constant", methods.AMSGrad), ("alternating", Alternating)):
        run = rl.play(kind(0.5, BETA2), TWO, rounds=T, step=STEP, engine=engine, progress=False)
        kept = run.data.isel(coordinate=0)
        parts.append(xr.Dataset({"two": kept.average_regret}).assign_coords(way=name))
    return study.stacked(parts, "way")


def over_beta2(T: int, points: int) -> xr.Dataset:
    """R_T / T, R_T / sqrt(T) and their limits over beta2, dimensions (learner, schedule, beta2)."""
    grid = {"1-beta2": np.geomspace(1e-3, 1.0, points)}
    learners = []
    for name, kind in LEARNERS.items():
        parts = []
        for schedule, options in SWEPT.items():
            found = rl.sweep(kind(beta1=BETA1, **options), STREAM, grid, rounds=T, step=STEP,
                             both=True, progress=False).data  # fmt: skip
            kept = found[["regret", "average_regret", "limit_average_regret", "sqrt_coefficient"]]
            parts.append(kept.assign_coords(schedule=schedule))
        learners.append(study.stacked(parts, "schedule").assign_coords(learner=name))
    whole = study.stacked(learners, "learner")
    return whole.rename({v: f"swept_{v}" for v in whole.data_vars})


def data(T: int, swept: int, points: int, engine: str = "compiled") -> xr.Dataset:
    """All of it, with the ends of the failing intervals in beta2 with beta1 constant and without."""
    found = xr.merge(
        [over_time(T, engine), alternating(T, engine), over_beta2(swept, points)],
        join="exact", combine_attrs="drop",
    )  # fmt: skip
    for name, beta1 in (("with_momentum", BETA1), ("without", 0.0)):
        ((low, high),) = limits.failing_set(methods.Adam(beta1=beta1), STREAM, "beta2")
        found[name] = "end", [low, high]
    found.limit.attrs["long_name"] = "lim R_T/T"
    found.attrs = {"format": "regretlab experiment decays 1", "T": T, "swept_T": swept, "n": N,
                   "beta1": BETA1, "beta2": BETA2, "alpha": ALPHA, "lam": LAM}  # fmt: skip
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a learner and decay."""
    out = []
    for learner in found.learner.values:
        for decay in found.decay.values:
            one = found.sel(learner=learner, decay=decay)
            last = one.isel(round=-1)
            out.append({
                "learner": str(learner),
                "beta1_t": str(decay),
                "T": int(last["round"]),
                "x_T": float(last.iterate),
                "R_T/T": float(last.average_regret),
                "limit": float(one.limit),
                "B": float(one.sqrt_coefficient),
            })  # fmt: skip
    last = found.two.sel(way="alternating").isel(round=-1)
    out.append({"learner": "AMSGrad", "beta1_t": "alternating .5, 0 (period 2)", "T": int(last["round"]),
                "x_T": np.nan, "R_T/T": float(last), "limit": 1.0, "B": np.nan})  # fmt: skip
    return out


def pulse(start: float, end: float, least: float, height: float) -> tuple[list, list]:
    """A line over 1 - beta2 that is 0 outside the interval that fails."""
    ends, heights = [least, start, start, end], [0.0, 0.0, height, height]
    return (ends, heights) if end == 1.0 else ([*ends, end, 1.0], [*heights, 0.0, 0.0])


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """R_t / t by decay, for both learners; what is left at T over beta2; the alternating one."""
    drawn, axes = rl.show.figure(2, 2, (7.4, 5.9))
    t = found["round"].values
    for panel, learner in zip(axes[0], LEARNERS, strict=True):
        for look, decay in zip(rl.show.PALETTE, DECAYS, strict=False):
            one = found.sel(learner=learner, decay=decay)
            panel.plot(t, one.average_regret, label=MEANT[decay], **look)
    axes[0, 0].axhline(2 / N, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
    axes[0, 0].text(t[0], 2 / N * 1.06, "$2/n$", va="bottom", fontsize=8)
    axes[0, 0].set(title=rf"(a) Adam, $\beta_2={BETA2:g}$")
    axes[0, 1].set(title=rf"(b) AMSGrad, $\beta_2={BETA2:g}$")
    alternate = rl.show.PALETTE[5]
    axes[0, 1].plot(t, found.two.sel(way="alternating"),
                    label=MEANT["alternating"] + "\n" + r"($n=2$, $\beta_1=.5$)", **alternate)  # fmt: skip
    for panel in axes[0]:
        panel.set(xscale="log", yscale="log", xlabel="round $t$", ylabel="$R_t/t$")
    axes[0, 0].legend(loc="lower left", title=r"$\beta_{1t}$", title_fontsize=8)
    axes[0, 1].legend(loc="lower left", handles=axes[0, 1].lines[-1:])
    x = 1 - found.beta2.values
    labels = (r"$\beta_1$", rf"$\beta_1 \lambda^{{t-1}}$, $\lambda={LAM:g}$", r"$\beta_1/t$")
    looks = [rl.show.PALETTE[k] for k in (0, 4, 3)]
    adam, ams = axes[1]
    T = int(found.attrs["swept_T"])
    for look, marker, schedule, label in zip(looks, "osx", SWEPT, labels, strict=True):
        of = found.sel(schedule=schedule)
        marks = {"marker": marker, "markersize": 3.5, "color": look["color"], "fillstyle": "none"}
        one = of.sel(learner="Adam")
        low, high = (found.with_momentum if schedule == "constant" else found.without).values
        adam.plot(*pulse(1 - high, 1 - low, x.min(), 2 / N), label=label, **look)
        adam.plot(x, one.swept_average_regret, **(marks | {"linestyle": ""}))
        one = of.sel(learner="AMSGrad")
        ams.plot(x, one.swept_sqrt_coefficient, label=label, **look)
        ams.plot(x, one.swept_regret / np.sqrt(T), **(marks | {"linestyle": ""}))
    adam.set(title=r"(c) Adam: a decay fails for more $\beta_2$", ylabel="$R_T/T$")
    ams.set(title=r"(d) AMSGrad: a decay costs a factor", ylabel=r"$R_T/\sqrt{T}$", yscale="log")
    for panel in axes[1]:
        panel.set(xscale="log", xlabel=r"$1-\beta_2$")
        panel.axvline(1 - BETA2, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
    ams.legend(loc="best", title=r"$\beta_{1t}$", title_fontsize=8)
    return drawn


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at = found.attrs
    with_, without = found.with_momentum.values, found.without.values
    return (
        f"f_t(x) = n x when t mod n = 1, else -x; n = {at['n']}, F = [-1, 1], x* = -1. beta1 = {at['beta1']:g}, no "
        f"bias correction, eps = 0, alpha_t = {at['alpha']:g}/sqrt(t), x_1 = 0. (a, b) beta2 = {at['beta2']:g}, T = "
        f"{at['T']:.0e}; the curve on top of (b) is AMSGrad with beta1_t = .5 in odd rounds and 0 in even ones on "
        "f_t(x) = 2x, -x, ..., where 1 is the worst R_T/T there is. (c, d) marks: played, T = "
        f"{at['swept_T']:.0e}; lines: T = infinity (in (d) the B of R_T = B sqrt(T) + O(1), whose O(1) shows where "
        "beta2 is small); both decays have the same limit. Adam fails for beta2 "
        f"from {with_[0]:.4f} to {with_[1]:.4f} with beta1 constant, up to {without[1]:.4f} with any decay to 0. "
        f"The dotted line of (c, d) is the beta2 of (a, b)."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Play, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    large, small = (10**7, 10**7, 61, "compiled"), (3000, 3000, 9, "plain")
    found = data(*(small if asked.quick else large))
    paths = study.written("decays", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
