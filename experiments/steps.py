"""What a step size can change, the speed, and what it cannot, the verdict: alpha_t = alpha / t^p.

    python -m experiments.steps [--out results] [--quick]

Adam and AMSGrad on 1010, -10, ..., -10, alpha from about 0.01 to 100, p from 0 (constant) over 1/2 (inverse-sqrt) to 1
(inverse). Adam's drift is negative: from the best point, x_1 = -1, every alpha and every p > 0 lead to the worst one.
AMSGrad's is positive, and from the worst point all lead to the best. The limit is one for all of them, 20/101 above
and 0 below; alpha and p decide when, by |Delta| (alpha_1 + ... + alpha_T) = P (hi - lo) (orange), which for p = 1 may
be more rounds than anyone plays. Tuning alpha cannot save Adam here; a small or fast falling step only makes it look,
for a while, as if it did. AMSGrad can be tuned, since two things are to be paid: a small step has not crossed the set,
a large one costs B sqrt(T); what is good above the orange line was carried there by the first rounds. A constant step
goes to the same side, but not to a point: it stays on a cycle of width alpha, and its average regret tends to A plus a
term proportional to alpha (A + B/2, with the B of alpha / sqrt(t)) until the cycle meets the other wall. It vanishes
for neither: the dichotomy is that of steps that tend to 0.
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
from regretlab import limit, losses, methods, schedules, sets

BETA = (0.9, 0.99)
CASES = {"Adam": -1.0, "AMSGrad": 1.0}  # x_1: the end that the limit leaves
WORST, P = 20 / 101, 101
SHOWN_P, SHOWN_ALPHA = (0.0, 0.25, 0.5, 0.75, 1.0), 2.0
NAMES = ("", "t^{-1/4}", "t^{-1/2}", "t^{-3/4}", "t^{-1}")


class Scale(NamedTuple):
    """How large the study is."""

    alphas: np.ndarray
    p: np.ndarray
    times: tuple[int, ...]


ALPHAS = SHOWN_ALPHA * 10 ** (np.arange(-37, 28) / 16)
FULL = Scale(ALPHAS, np.linspace(0, 1, 33), tuple(round(10 ** (k / 8)) for k in range(16, 49)))
QUICK = Scale(np.array([0.02, SHOWN_ALPHA, 50.0]), np.array(SHOWN_P), (100, 1000, 10000))


def learner(case: str) -> rl.Method:
    """Adam or AMSGrad."""
    return getattr(methods, case)(beta1=BETA[0], beta2=BETA[1])


def data(scale: Scale = FULL) -> xr.Dataset:
    """Plays and limits over (case, alpha, p, rounds); drift over case, A + B/2 over (case, alpha).

    sum_of_steps, over (p, rounds), is 1^-p + ... + T^-p.
    """
    wanted = ["average_regret", "x", "fails", "limit_average_regret"]
    parts, told = [], {}
    for case, x1 in CASES.items():
        one = rl.sweep(
            learner(case), losses.ReddiOnline(), {"alpha": scale.alphas, "p": scale.p},
            sets.Interval(-1, 1), scale.times[-1], schedules.Power(), x1, at=list(scale.times),
            both=True, progress=False,
        )  # fmt: skip
        ends = [limit(learner(case), losses.ReddiOnline(), step=schedules.InverseSqrt(float(a)))
                for a in scale.alphas]  # fmt: skip
        part = one.data[wanted]
        part["drift"] = (), ends[0].drift
        part["first_order"] = (
            "alpha",
            [e.average_regret + (e.sqrt_coefficient or 0.0) / 2 for e in ends],
        )
        parts.append(part)
        told[case] = study.of_sweep(one)
    found = study.stacked(parts, "case").assign_coords(case=list(CASES))
    t = np.arange(1.0, scale.times[-1] + 1)
    sums = [np.cumsum(t**-p)[np.array(scale.times) - 1] for p in scale.p]
    found["sum_of_steps"] = ("p", "rounds"), np.array(sums)
    found.attrs = {"sweeps": json.dumps(told), "times": list(scale.times)}
    return found


def crossings(of: xr.Dataset) -> xr.DataArray:
    """How often by T the drift would have carried x across the set: |Delta| sum alpha_t / (P (hi - lo))."""
    return abs(of.drift) * of.alpha * of.sum_of_steps / (2 * P)


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """R_T / T and x_{T+1} for one alpha and a few schedules; the limit."""
    out = []
    for case in CASES:
        for p in SHOWN_P:
            last = found.sel(case=case, p=p, alpha=SHOWN_ALPHA).isel(rounds=-1)
            out.append(
                {
                    "method": case,
                    "alpha": SHOWN_ALPHA,
                    "p": p,
                    "T": float(last["rounds"]),
                    "crossings by T": float(crossings(last)),
                    "x_{T+1}": float(last.x),
                    "R_T/T": float(last.average_regret),
                    "lim R_T/T": float(last.limit_average_regret),
                }
            )
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """Two maps, R_T / T over T, and the constant step, for each of the two verdicts."""
    from matplotlib.colors import Normalize

    ratios = (1, 1, 1.25, 1.25)
    drawn, axes = rl.show.figure(2, 4, (7.6, 5.0), width_ratios=ratios, sharex="col")
    T = found["rounds"].values
    shown = [int(T[np.argmin(abs(np.log(T / t)))]) for t in (1e4, T[-1])]
    for r, case in enumerate(CASES):
        of = found.sel(case=case)
        for panel, t in zip(axes[r, :2], shown, strict=True):
            mapped(panel, of, t, Normalize(0.0, 1.5))
        axes[r, 0].set_ylabel(f"{case}\n" + "power $p$ in $\\alpha/t^p$")
        axes[r, 1].tick_params(labelleft=False)
        curves(axes[r, 2], of)
        constant(axes[r, 3], of)
    for letter, panel in zip("abcdefgh", axes.flat, strict=True):
        panel.set_title(f"({letter}) {panel.get_title()}", fontsize=8.5)
    for panel, name in zip(axes[1], (r"$\alpha$", r"$\alpha$", "$T$", r"$\alpha$"), strict=True):
        panel.set_xlabel(name)
    handles, labels = axes[0, 2].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper right", ncols=6, fontsize=7.5)
    label = "$R_T/T$, share of 20/101"
    drawn.colorbar(axes[0, 0].collections[0], ax=axes[:, :2], label=label, extend="max", pad=0.02,
                   aspect=40, location="bottom")  # fmt: skip
    return drawn


def mapped(panel: Any, of: xr.Dataset, t: int, norm: Any) -> None:
    """R_T / T over (alpha, p), and where by T the set is crossed once."""
    x, y = of.alpha.values, of.p.values
    at = of.sel(rounds=t)
    share = (at.average_regret / WORST).transpose("p", "alpha").values
    maps.paint(panel, x, y, share, norm)
    maps.turn(panel, x, y, at.fails.transpose("p", "alpha").values)
    once = 2 * P / (abs(of.drift.item()) * at.sum_of_steps.values)
    maps.line(panel, once, y)
    panel.set(xscale="log", title=f"$T = {maps.power_of_ten(t)}$", xlim=(x[0], x[-1]), ylim=(0, 1))
    panel.set_yticks([0, 0.5, 1])
    panel.minorticks_off()


def curves(panel: Any, of: xr.Dataset) -> None:
    """R_T / T over T, and its limit for p > 0."""
    for look, p, name in zip(rl.show.PALETTE[1:], SHOWN_P, NAMES, strict=True):
        way = of.average_regret.sel(p=p, alpha=SHOWN_ALPHA)
        panel.plot(of["rounds"], way.where(way > 0), label=rf"$\alpha\,{name}$", **look)
    if of.drift < 0:
        panel.axhline(WORST, color=rl.show.PALETTE[0]["color"], linewidth=2.2, alpha=0.6,
                      label=r"limit, all $p>0$")  # fmt: skip
    panel.set(xscale="log", yscale="log", title=rf"$R_T/T$, $\alpha = {SHOWN_ALPHA:g}$")


def constant(panel: Any, of: xr.Dataset) -> None:
    """The limit average regret of a constant step."""
    end = of.limit_average_regret.sel(p=0.0)
    panel.plot(of.alpha, of.first_order, color="#000000", linewidth=1.0, label="$A + B/2$")
    panel.plot(of.alpha, end, linestyle="", marker="o", markersize=2.6, color="#D55E00",
               label="exact cycle")  # fmt: skip
    panel.set(xscale="log", yscale="log", title=r"$\lim R_T/T$, constant $\alpha$")
    panel.legend(loc="upper left", fontsize=7.5)


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    n, drifts, alphas = found.sizes, found.drift.values, found.alpha.values
    return (
        f"Adam (a-d) and AMSGrad (e-h), no bias correction, beta = {BETA}, eps = 0, on f_t(x) = 1010 x if t mod "
        f"101 = 1, else -10 x; F = [-1, 1], alpha_t = alpha/t^p, {n['alpha']} values of alpha from {alphas[0]:.2g} "
        f"to {alphas[-1]:.3g} and {n['p']} of p from 0 to 1. Adam starts at x_1 = -1, Delta = {drifts[0]:.5f}; "
        f"AMSGrad at x_1 = 1, Delta = {drifts[1]:.5f}. Maps: R_T/T over 20/101, the cost of +1; white: where it "
        "passes 1/2; orange: |Delta| (alpha_1 + ... + alpha_T) = 2 P, one crossing of the set by the limit drift. "
        "(c, g) the limit, 20/101 or 0, is that of every alpha and every p in (0, 1]; values not above 0 are left "
        "out. (d, h) p = 0: the average regret of the limit cycle, and A + B/2 from R_T = A T + B sqrt(T) of "
        "alpha/sqrt(t)."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Sweep, draw, write, print."""
    asked, began = (
        study.arguments(__doc__, **study.KEEP).parse_args(arguments),
        time.perf_counter(),
    )
    found = data(QUICK if asked.quick else FULL)
    paths = study.written("steps", asked.out, found, draw(found), caption(found))
    if asked.keep:
        study.keep("steps", found, paths)
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
