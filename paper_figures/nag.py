"""Momentum against Nesterov, as vectors: where the gradient is taken is all that differs.

Momentum: v_t = beta1 v_{t-1} + alpha grad f(x_t). Nesterov: v_t = beta1 v_{t-1} + alpha grad f(x_t - beta1 v_{t-1}).
Then x_{t+1} = x_t - v_t (Sutskever, Martens, Dahl & Hinton 2013, equations 1 to 4). f(x, y) = a x^2 / 2 + b y^2 / 2.
The vectors are read off the iterates of the play: v_t = x_t - x_{t+1}.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

FLAT, STEEP, X1, ALPHA, BETA1 = 1.0, 4.0, (-3.0, 1.5), 0.12, 0.8
ROUNDS, SHOWN, TOLD, PARTS, NEAR = 120, 25, 5, 3, 1e-4
LABELS = {"momentum": "momentum", "nag": "NAG"}
HOLDS = (
    "nag holds: the vectors read off the play are the gradients at the points named, to 1e-12, and the rounds until "
    "f stays below 1e-4 are counted."
)


def losses() -> Any:
    """The straight bowl."""
    return rl.losses.Ravine(flat=FLAT, steep=STEEP, bend=0.0)


def data() -> xr.Dataset:
    """The iterates of both, and with them velocity, -beta1 v_{t-1}, pull, -alpha g_t, and f(x_t)."""
    parts, attrs, f = [], {}, losses()
    methods = {"momentum": rl.methods.Momentum(beta1=BETA1), "nag": rl.methods.NAG(beta1=BETA1)}
    for method in methods.values():
        play = rl.play(method, f, rl.sets.WholeSpace(), ROUNDS, rl.schedules.Constant(ALPHA), x1=X1,
                       at=1, engine="plain")  # fmt: skip
        x = play.data.iterate
        step = np.diff(np.vstack([x.values, play.x]), axis=0)  # -v_t
        velocity = BETA1 * np.vstack([np.zeros((1, 2)), step[:-1]])
        parts.append(play.data[["iterate"]].assign(
            velocity=(x.dims, velocity), pull=(x.dims, step - velocity),
            f=("round", [f.value(t, point) for t, point in enumerate(x.values, 1)])))  # fmt: skip
        attrs = {k: play.data.attrs[k] for k in ("losses", "set", "step", "engine", "versions")}
    learner = xr.DataArray(list(LABELS), dims="learner", name="learner")
    joined = cast("xr.Dataset", xr.concat(parts, learner, combine_attrs="drop"))
    specs = {name: method.spec() for name, method in methods.items()}
    joined.attrs = attrs | {"format": "regretlab nag 1", "methods": json.dumps(specs)}
    return joined


def taken_at(one: xr.Dataset, name: str) -> np.ndarray:
    """Where the gradient of each round is taken, shape (rounds, 2)."""
    return one.iterate.values + (one.velocity.values if name == "nag" else 0.0)


def rounds_to(f: np.ndarray) -> int | None:
    """The first round from which on f(x_t) stays below NEAR; None if there is none."""
    above = np.flatnonzero(~(f < NEAR))
    first = int(above[-1]) + 2 if len(above) else 1
    return first if first <= len(f) else None


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """What the vectors are, and that NAG needs fewer rounds at the same constants."""
    rows, T = [], int(data["round"][-1])
    needed = {name: rounds_to(data.f.sel(learner=name).values) for name in LABELS}
    slow, fast = needed["momentum"], needed["nag"]
    for name, where in (("momentum", "x_t"), ("nag", "x_t - beta1 v_(t-1)")):
        one = data.sel(learner=name)
        told = -ALPHA * taken_at(one, name) * np.array([FLAT, STEEP])
        off = float(np.abs(one.pull.values - told).max())
        numbers = {"average_regret": float(one.f.mean()), "x": float(one.iterate[-1, 0])}
        here = {
            "setting": f"curvatures {FLAT:g} and {STEEP:g}",
            "method": name,
            "rounds": T,
        } | numbers
        rows.append({"id": f"nag-{name}-vectors"} | here | {
            "claim": f"x_(t+1) - x_t + beta1 v_(t-1) = -alpha grad f({where})", "measured": f"at most {off:.1e} off",
            "holds": off < 1e-12})  # fmt: skip
        if name == "nag":
            rows.append({"id": "nag-nag-sooner"} | here | {
                "claim": f"f(x_t) stays below {NEAR:g} in fewer rounds than of momentum, alpha and beta1 the same",
                "measured": f"from round {fast}; momentum from round {slow}",
                "holds": fast is not None and (slow is None or fast < slow)})  # fmt: skip
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    versions = json.loads(data.attrs["versions"])
    return (
        f"f_t(x, y) = {FLAT / 2:g} x^2 + {STEEP / 2:g} y^2 in every round, on the whole plane; "
        f"x_1 = ({X1[0]:g}, {X1[1]:g}), constant alpha = {ALPHA:g}, beta1 = {BETA1:g} of both; "
        f"{data.sizes['round']} rounds played, {SHOWN} shown. Momentum takes the gradient "
        "at x_t, NAG at x_t - beta1 v_(t-1) (the ring); x_(t+1) = x_t - v_t, v_t = beta1 v_(t-1) + alpha g_t. "
        "Three frames a round: the velocity, the gradient step, their sum. Contours: f = 2^k / 10. "
        f"{data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy {versions['numpy']}."
    )


class Vectors:
    """One panel: the path so far, and the vectors of the round that it is in."""

    def __init__(self, panel: Any, one: xr.Dataset, name: str) -> None:
        from matplotlib.patches import FancyArrowPatch

        look, self.rings = (
            dict(zip(("pull", "velocity"), rl.show.PALETTE, strict=False)),
            taken_at(one, name),
        )
        self.x, self.velocity, self.pull = (one[v].values for v in ("iterate", "velocity", "pull"))
        grey: dict[str, Any] = {"color": "#444444", "marker": ".", "markersize": 3}
        self.trail = rl.show.Trail(panel, self.x, linewidth=1.0, **grey)
        kinds = {
            "velocity": look["velocity"]["color"],
            "pull": look["pull"]["color"],
            "sum": "#000000",
        }
        self.arrows = {
            kind: panel.add_patch(FancyArrowPatch((0, 0), (0, 0), arrowstyle="-|>", mutation_scale=11, color=color,
                                                  linewidth=2, shrinkA=0, shrinkB=0, zorder=7,
                                                  linestyle=(0, (2, 1)) if kind == "sum" else "-"))
            for kind, color in kinds.items()
        }  # fmt: skip
        (self.ring,) = panel.plot(
            [], [], "o", markersize=6, markerfacecolor="none", color=kinds["pull"], zorder=8
        )

    def show(self, round_: int, part: int) -> None:
        """Set the vectors of a round, counted from 0: the velocity; and the gradient; and the sum."""
        x, middle = self.x[round_], self.x[round_] + self.velocity[round_]
        end = middle + self.pull[round_]
        self.trail.reach(round_ + 1)
        self.arrows["velocity"].set_positions(x, middle)
        self.arrows["pull"].set_positions(middle, end if part > 0 else middle)
        self.arrows["sum"].set_positions(x, end)
        visible = {
            "velocity": bool(np.hypot(*(middle - x)) > 0.02),
            "pull": part > 0,
            "sum": part > 1,
        }
        for kind, arrow in self.arrows.items():
            arrow.set_visible(visible[kind])
        self.ring.set_data(*self.rings[round_][:, None])

    def artists(self) -> list[Any]:
        return [*rl.show.artists([self.trail]), *self.arrows.values(), self.ring]


@rl.show.styled
def animate(data: xr.Dataset) -> rl.show.Animation:
    """Both side by side, three frames a round."""
    from matplotlib.lines import Line2D

    drawn, axes = rl.show.figure(1, 2, (7.4, 3.9), sharey=True)
    x, y = np.meshgrid(np.linspace(-3.3, 1.7, 160), np.linspace(-1.8, 1.8, 120))
    height, panels = FLAT * x**2 / 2 + STEEP * y**2 / 2, []
    for k, (panel, name) in enumerate(zip(axes[0], LABELS, strict=True)):
        panel.contour(x, y, height, 2.0 ** np.arange(-4, 9) / 10, colors="#CCCCCC", linewidths=0.6)
        panel.plot(0, 0, "*", color="#000000", markersize=8, zorder=2)
        panel.set(xlabel="$x$", ylabel="$y$", title=f"({'ab'[k]}) {LABELS[name]}", aspect="equal")
        panel.grid(visible=False)
        panels.append(Vectors(panel, data.sel(learner=name), name))
    told = axes[0, 0].text(0.98, 0.95, "", transform=axes[0, 0].transAxes, ha="right", va="top")
    pull, velocity = (rl.show.PALETTE[k]["color"] for k in (0, 1))
    ring = {"marker": "o", "linestyle": "none", "markerfacecolor": "none"}
    keys = {r"velocity $-\beta_1 v_{t-1}$": {"color": velocity}, r"gradient step $-\alpha g_t$": {"color": pull},
            "their sum, the step": {"color": "#000000", "linestyle": (0, (2, 1))},
            "where $g_t$ is taken": {"color": pull} | ring}  # fmt: skip
    drawn.legend(
        [Line2D([], [], **look) for look in keys.values()],
        list(keys),
        loc="outside upper center",
        ncols=4,
    )
    drawn.supxlabel(
        textwrap.fill(caption(data), 154, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )

    def show(k: int) -> None:
        for panel in panels:
            panel.show(k // PARTS, k % PARTS)
        told.set_text(f"round {k // PARTS + 1}")

    moving = [artist for panel in panels for artist in panel.artists()]
    return rl.show.Animation(drawn, [*moving, told], show, PARTS * min(SHOWN, data.sizes["round"]))


def draw(data: xr.Dataset) -> Any:
    """A frame in which the vectors are long: in the last one they have all but vanished."""
    return rl.show.still(animate(data), PARTS * TOLD - 1)
