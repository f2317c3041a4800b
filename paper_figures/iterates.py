"""The iterates of Adam and AMSGrad on [-1, 1], and the rate that moves them, on the stream of Reddi et al.

Section 5 of Reddi, Kale & Kumar (2018), online: f_t(x) = 1010 x when t mod 101 = 1, else -10 x, so that -1 is the
best fixed point and +1 the worst. The rate alpha_t / sqrt(V_t) of Adam is smallest just when the large gradient
comes and grows until the next one, so that the many small gradients weigh more; AMSGrad's never grows.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

LABELS = {"adam": "Adam", "amsgrad": "AMSGrad"}
PERIOD, CLOSE, FAR, FRAMES = 101, 303, 44, 84  # CLOSE rounds are shown one by one, FAR at a leap
HOLDS = (
    "iterates holds: at this T, x is within 0.1 of its end; and over the recorded rounds AMSGrad's rate never grows "
    "while Adam's does. No finite T decides a limit: NO means not (yet) at this T."
)


def methods() -> dict[str, rl.Method]:
    """The two learners with the figure's beta1 and beta2."""
    return {
        "adam": rl.methods.Adam(beta1=0.9, beta2=0.99),
        "amsgrad": rl.methods.AMSGrad(beta1=0.9, beta2=0.99),
    }


def recorded(rounds: int) -> list[int]:
    """Every round up to CLOSE; then, of periods at equal distances on a log scale, the last round and the first."""
    near = np.arange(1, min(rounds, CLOSE) + 1)
    far = PERIOD * np.unique(np.geomspace(CLOSE, max(rounds, CLOSE + 1), 4 * FAR) // PERIOD)
    both = np.concatenate([near, far, far + 1, [rounds]]).astype(int)
    return [int(t) for t in np.unique(both) if t <= rounds]


def data(rounds: int = 10**7, alpha: float = 0.5) -> xr.Dataset:
    """The iterates, the rate and gamma_t of both learners."""
    losses, parts, attrs, at = rl.losses.ReddiOnline(), [], {}, recorded(rounds)
    for method in methods().values():
        play = rl.play(method, losses, rl.sets.Interval(-1, 1), rounds, rl.schedules.InverseSqrt(alpha), x1=0.0,
                       at=at, record=("rate", "gamma"))  # fmt: skip
        kept = ["iterate", "rate", "gamma", "average_regret", "final_iterate"]
        parts.append(play.data[kept].isel(coordinate=0))
        attrs = {k: play.data.attrs[k] for k in ("step", "losses", "set", "engine", "versions")}
    learner = xr.DataArray(list(LABELS), dims="learner", name="learner")
    joined = cast("xr.Dataset", xr.concat(parts, learner, combine_attrs="drop"))
    specs = {name: method.spec() for name, method in methods().items()}
    joined.attrs = attrs | {"format": "regretlab iterates 1", "methods": json.dumps(specs)}
    return joined


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """Where each goes, and whether its rate ever grows."""
    rows, T = [], int(data["round"][-1])
    for name, end in (("adam", 1), ("amsgrad", -1)):
        one = data.sel(learner=name)
        x, falls = float(one.final_iterate), one.gamma.values[1:]
        numbers = {"rounds": T, "average_regret": float(one.average_regret[-1]), "x": x}
        here = {"setting": "1010/-10", "method": name} | numbers
        which = "worst" if end == 1 else "best"
        rows.append({"id": f"iterates-{name}-end"} | here | {
            "claim": f"x_t -> {end:+d}, the {which} point", "measured": f"x = {x:+.4f}",
            "holds": bool(abs(x - end) < 0.1)})  # fmt: skip
        told = "grows between large gradients" if name == "adam" else "never grows"
        grew = int((falls < 0).sum())
        rows.append({"id": f"iterates-{name}-rate"} | here | {
            "claim": f"the rate alpha_t/sqrt(V_t) {told}",
            "measured": f"it grew in {grew} of {len(falls)} recorded rounds",
            "holds": bool((grew > 0) == (name == "adam"))})  # fmt: skip
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    step, versions = json.loads(data.attrs["step"]), json.loads(data.attrs["versions"])
    T = int(data["round"][-1])
    return (
        "Online stream of Reddi, Kale & Kumar (2018), section 5: f_t(x) = 1010x when t mod 101 = 1, "
        "else -10x; F = [-1, 1]. Adam and AMSGrad with beta1 = 0.9, beta2 = 0.99, no bias correction, eps = 0; "
        f"alpha_t = {step['alpha']:g}/sqrt(t); x_1 = 0; T = {T:,}. Every round is "
        f"recorded up to {CLOSE}, then the last of a period and the first of the next, as the saw shows. "
        f"{data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy {versions['numpy']}, numba "
        f"{versions['numba']}."
    )


def shown(data: xr.Dataset) -> np.ndarray:
    """How many recorded rounds each frame shows: at first a few rounds a frame, then evenly on a log scale."""
    last = data.sizes["round"]
    near = np.linspace(1, min(last, CLOSE), FRAMES - FAR).astype(int)
    far = np.linspace(min(last, CLOSE), last, FAR + 1).astype(int)[1:]
    return np.unique(np.concatenate([near, far]))


@rl.show.styled
def animate(data: xr.Dataset) -> rl.show.Animation:
    """The interval with both learners on it, their iterates by round, and the rates."""
    drawn, axes = rl.show.figure(2, 2, (7.4, 4.4), height_ratios=(1, 2.6))
    left, right = axes[1]
    for panel in axes[0]:
        panel.remove()
    line = drawn.add_subplot(axes[0, 0].get_gridspec()[0, :])
    t, count, trails = data["round"].values.astype(float), shown(data), []
    heads, rates = [], []
    for k, name in enumerate(LABELS):
        look, one, level = rl.show.PALETTE[k], data.sel(learner=name), 1.0 - k
        line.plot([-1, 1], [level, level], color="#BBBBBB", linewidth=2, zorder=1)
        (head,) = line.plot([0], [level], "os"[k], color=look["color"], markersize=10, zorder=4)
        heads.append(head)
        rates.append(line.text(1.12, level, "", va="center"))
        for panel, values in ((left, one.iterate), (right, one.rate * np.sqrt(t))):
            trails.append(rl.show.Trail(panel, np.stack([t, values.values], 1), LABELS[name], ahead=k,
                                        **(look | {"linewidth": 1.1})))  # fmt: skip
    line.set(xlim=(-1.12, 1.75), ylim=(-0.6, 1.6), yticks=[0, 1], yticklabels=["AMSGrad", "Adam"],
             xticks=[-1, 0, 1], xlabel="$x_t$ (best point $-1$, worst point $+1$)")  # fmt: skip
    line.grid(visible=False)
    line.set_title("(a) where they stand", loc="left")
    last = max(t[-1], 2)
    left.set(
        xscale="log",
        ylim=(-1.08, 1.08),
        xlim=(1, last),
        xlabel="round $t$",
        ylabel="$x_t$",
        title="(b) iterate",
    )
    right.set(
        xscale="log",
        xlim=(1, last),
        xlabel="round $t$",
        ylabel=r"$\alpha/\sqrt{V_t}$",
        title=r"(c) the rate, times $\sqrt{t}$",
        ylim=(0, 1.1 * float((data.rate * np.sqrt(t)).max())),
    )
    left.legend(loc="upper left")
    told = line.text(1.0, 1.02, "", transform=line.transAxes, ha="right", va="bottom")
    drawn.supxlabel(
        textwrap.fill(caption(data), 154, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )

    def show(k: int) -> None:
        for trail in trails:
            trail.reach(count[k])
        now = count[k] - 1
        for head, rate, one, level in zip(
            heads, rates, (data.isel(learner=k) for k in (0, 1)), (1, 0), strict=True
        ):
            head.set_data([float(one.iterate[now])], [level])
            rate.set_text(rf"$\alpha_t/\sqrt{{V_t}}$ = {float(one.rate[now]):.2e}")
        told.set_text(f"round {int(t[now]):,}")

    return rl.show.Animation(
        drawn, [*rl.show.artists(trails), *heads, *rates, told], show, len(count)
    )


def draw(data: xr.Dataset) -> Any:
    """The last frame."""
    return rl.show.still(animate(data))
