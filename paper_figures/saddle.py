"""Six methods on the saddle f(x, y) = x^2 - y^2, started on the ridge but for a hair's breadth.

On the ridge y = 0 every one of them goes to the stationary point 0; the way down is along y. SGD's y_t grows by the
factor 1 + 2 alpha a round, however small it is; methods that divide by the size of the gradient leave at once.
"""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

X1, ROUNDS, ALPHA, OUT = (-0.9, -1e-2), 100, 0.03, 0.9
ADAGRADS = 0.06  # its rate falls from the first round on: with ALPHA it would hardly move
LABELS = {
    "sgd": "SGD",
    "momentum": "momentum",
    "nag": "NAG",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
}
FRAMES = 84
HOLDS = (
    "saddle holds: the rounds until |y_t| reaches 0.9 are counted in the play; SGD's are those of the closed form "
    "y_t = y_1 (1 + 2 alpha)^(t - 1)."
)


def methods() -> dict[str, rl.Method]:
    """The six, with the constants of their papers."""
    m = rl.methods
    return {
        "sgd": m.SGD(),
        "momentum": m.Momentum(beta1=0.9),
        "nag": m.NAG(beta1=0.9),
        "adagrad": m.AdaGrad(form="sum"),
        "rmsprop": m.RMSProp(beta2=0.9),
        "adam": m.Adam(beta1=0.9, beta2=0.999, correction="both"),
    }


def data() -> xr.Dataset:
    """The iterates of all in every round."""
    losses, parts, attrs = rl.losses.Saddle(), [], {}
    box = rl.sets.Box(lo=[-1, -1], hi=[1, 1])
    for name, method in methods().items():
        step = rl.schedules.Constant(ADAGRADS if name == "adagrad" else ALPHA)
        play = rl.play(method, losses, box, ROUNDS, step, x1=X1, at=1, engine="plain")
        parts.append(play.data[["iterate"]])
        attrs = {k: play.data.attrs[k] for k in ("losses", "set", "engine", "versions")}
    learner = xr.DataArray(list(LABELS), dims="learner", name="learner")
    joined = cast("xr.Dataset", xr.concat(parts, learner, combine_attrs="drop"))
    specs = {name: method.spec() for name, method in methods().items()}
    joined.attrs = attrs | {"format": "regretlab saddle 1", "methods": json.dumps(specs)}
    return joined


def leaving(y: np.ndarray) -> int | None:
    """The first round with |y_t| >= OUT; None if there is none."""
    out = np.flatnonzero(np.abs(y) >= OUT)
    return int(out[0]) + 1 if len(out) else None


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """SGD leaves when the closed form says so; each of the others leaves sooner."""
    rows, T = [], int(data["round"][-1])
    told = 1 + math.ceil(math.log(OUT / abs(X1[1])) / math.log1p(2 * ALPHA))
    left = {name: leaving(data.iterate.sel(learner=name)[:, 1].values) for name in LABELS}
    slow = left["sgd"]
    for name, label in LABELS.items():
        path = data.iterate.sel(learner=name).values
        height = path[:, 0] ** 2 - path[:, 1] ** 2
        if name == "sgd":
            claim = f"|y_t| reaches {OUT:g} in round {told}, by the closed form"
            holds = slow == told
        else:
            claim = f"{label} leaves the ridge before SGD does"
            holds = (left[name] or T + 1) < (slow or T + 1)
        rows.append({
            "id": f"saddle-{name}", "setting": f"x^2 - y^2, y_1 = {X1[1]:g}", "method": name, "rounds": T,
            "average_regret": float(height.mean() + 1), "x": float(path[-1, 0]), "claim": claim,
            "measured": f"|y_t| >= {OUT:g} from round {left[name]}", "holds": bool(holds),
        })  # fmt: skip
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    versions = json.loads(data.attrs["versions"])
    return (
        f"The saddle f_t(x, y) = x^2 - y^2 in every round, on [-1, 1]^2; x_1 = ({X1[0]:g}, {X1[1]:g}), "
        f"T = {data['round'].values[-1]}. A constant step alpha = {ALPHA:g}, of AdaGrad {ADAGRADS:g}. SGD; "
        "momentum and NAG with beta1 = 0.9; AdaGrad with the sum of squares; RMSProp with beta2 = 0.9; "
        "Adam with beta1 = 0.9, beta2 = 0.999 and bias correction; eps = 0. "
        f"{data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy {versions['numpy']}."
    )


@rl.show.styled
def animate(data: xr.Dataset) -> rl.show.Animation:
    """The saddle in space with the paths on it, and |y_t| by round; a frame is a round."""
    drawn, axes = rl.show.figure(1, 2, (7.4, 4.2), width_ratios=(1.5, 1))
    right, trails = axes[0, 1], []
    axes[0, 0].remove()
    space: Any = drawn.add_subplot(
        axes[0, 0].get_subplotspec(), projection="3d", computed_zorder=False
    )
    x, y = np.meshgrid(np.linspace(-1, 1, 25), np.linspace(-1, 1, 25))
    space.plot_surface(x, y, x**2 - y**2, color="#E6E6E6", edgecolor="#C4C4C4", linewidth=0.3, rstride=2, cstride=2,
                       shade=False, zorder=1)  # fmt: skip
    space.plot([-1, 1], [0, 0], [0, 0], alpha=0)
    for k, (name, look) in enumerate(zip(LABELS, rl.show.PALETTE, strict=True)):
        path = data.iterate.sel(learner=name).values
        height = path[:, 0] ** 2 - path[:, 1] ** 2
        curve = np.stack([data["round"].values, np.abs(path[:, 1])], 1)
        trails.append(rl.show.Trail(space, np.column_stack([path, height]), ahead=k, **look))
        trails.append(rl.show.Trail(right, curve, LABELS[name], ahead=k, **look))
    space.view_init(elev=34, azim=-60)
    space.set(
        xlabel="$x$",
        ylabel="$y$",
        title="$f = x^2 - y^2$",
        xticks=[-1, 0, 1],
        yticks=[-1, 0, 1],
        zticks=[-1, 0, 1],
    )
    space.set_box_aspect((1, 1, 0.7), zoom=1.15)
    right.set(yscale="log", xlabel="round $t$", ylabel="$|y_t|$, the distance from the ridge", xlim=(0, ROUNDS),
              ylim=(abs(X1[1]) / 2, 1.6))  # fmt: skip
    drawn.legend(
        *right.get_legend_handles_labels(), loc="outside upper center", ncols=6, columnspacing=1.2
    )
    told = right.text(0.98, 0.04, "", transform=right.transAxes, ha="right")
    drawn.supxlabel(
        textwrap.fill(caption(data), 154, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )

    def show(k: int) -> None:
        for trail in trails:
            trail.reach(k + 1)
        told.set_text(f"round {k + 1}")

    return rl.show.Animation(
        drawn, [*rl.show.artists(trails), told], show, min(FRAMES, data.sizes["round"])
    )


def draw(data: xr.Dataset) -> Any:
    """The last frame."""
    return rl.show.still(animate(data))
