"""SGD against momentum in a ravine: each with the steps that are best for it on a quadratic.

f_t(x, y) = a x^2 / 2 + b y^2 / 2 in every round, with a = 0.4 and b = 10: steep across, flat along. The best
constants for the worst start are alpha = 2 / (a + b) of SGD, whose error shrinks by (k - 1) / (k + 1) a round,
k = b / a, and of momentum alpha = 4 / (sqrt a + sqrt b)^2 and beta1 = ((sqrt k - 1) / (sqrt k + 1))^2 (Polyak
1964), whose error shrinks by sqrt(beta1) a round, but for a factor that grows like t.
"""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any, cast

import numpy as np
import xarray as xr

import regretlab as rl

FLAT, STEEP, X1, ROUNDS, NEAR = 0.4, 10.0, (-4.0, 0.8), 130, 1e-4
LABELS = {"sgd": "SGD", "momentum": "momentum"}
FRAMES = 75
HOLDS = (
    "ravine holds: the rounds until f stays below 1e-4 are counted in the play, and the shrinking is that of the "
    "formula; steps are the best for the worst start, not for this one."
)


def best() -> dict[str, tuple[rl.Method, float]]:
    """Each method with its best constants on curvatures from FLAT to STEEP, and its step size."""
    low, high = math.sqrt(FLAT), math.sqrt(STEEP)
    beta1 = ((high - low) / (high + low)) ** 2
    return {
        "sgd": (rl.methods.SGD(), 2 / (FLAT + STEEP)),
        "momentum": (rl.methods.Momentum(beta1=beta1), 4 / (low + high) ** 2),
    }


def data() -> xr.Dataset:
    """The iterates and f(x_t) of both in every round."""
    losses, parts, attrs = rl.losses.Ravine(flat=FLAT, steep=STEEP, bend=0.0), [], {}
    settings = {}
    for name, (method, alpha) in best().items():
        play = rl.play(method, losses, rl.sets.WholeSpace(), ROUNDS, rl.schedules.Constant(alpha),
                       x1=X1, at=1, engine="plain")  # fmt: skip
        height = [losses.value(t, x) for t, x in enumerate(play.data.iterate.values, 1)]
        parts.append(play.data[["iterate"]].assign(f=("round", height)))
        attrs = {k: play.data.attrs[k] for k in ("losses", "set", "engine", "versions")}
        settings[name] = {"method": method.spec(), "alpha": alpha}
    learner = xr.DataArray(list(LABELS), dims="learner", name="learner")
    joined = cast("xr.Dataset", xr.concat(parts, learner, combine_attrs="drop"))
    joined.attrs = attrs | {"format": "regretlab ravine 1", "settings": json.dumps(settings)}
    return joined


def rounds_to(f: np.ndarray, near: float = NEAR) -> int | None:
    """The first round from which on f(x_t) stays below `near`; None if there is none."""
    above = np.flatnonzero(~(f < near))
    first = int(above[-1]) + 2 if len(above) else 1
    return first if first <= len(f) else None


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """Momentum needs fewer rounds; each error shrinks as the formula says."""
    needed = {name: rounds_to(data.f.sel(learner=name).values) for name in LABELS}
    k = STEEP / FLAT
    factors = {"sgd": (k - 1) / (k + 1), "momentum": (math.sqrt(k) - 1) / (math.sqrt(k) + 1)}
    rows, T = [], int(data["round"][-1])

    def row(kind: str, name: str, claim: str, measured: str, holds: bool) -> None:
        x = float(data.iterate.sel(learner=name)[-1, 0])
        about = {"id": f"ravine-{name}-{kind}", "setting": f"curvatures {FLAT:g} and {STEEP:g}"}
        about |= {
            "method": name,
            "rounds": T,
            "average_regret": float(data.f.sel(learner=name).mean()),
            "x": x,
        }
        rows.append(about | {"claim": claim, "measured": measured, "holds": holds})

    slow, fast = needed["sgd"], needed["momentum"]
    row(
        "sooner",
        "momentum",
        f"f(x_t) stays below {NEAR:g} in fewer rounds than of SGD, at their best steps",
        f"from round {fast}; SGD from round {slow}",
        fast is not None and (slow is None or fast < slow),
    )
    for name, factor in factors.items():
        x, t = data.iterate.sel(learner=name)[:, 0].values, data["round"].values
        alpha = json.loads(data.attrs["settings"])[name]["alpha"]
        c = X1[0] * ((1 - alpha * FLAT) / factor - 1)  # 0 of SGD
        told = (X1[0] + c * (t - 1)) * factor ** (t - 1.0)
        off = float(np.abs(x - told).max())
        grows = f"({X1[0]:g} - {-c:.4g} (t - 1))" if name == "momentum" else f"{X1[0]:g}"
        row("rate", name, f"along the floor x_t = {grows} {factor:.4f}^(t - 1), to 1e-9",
            f"at most {off:.1e} off", off < 1e-9)  # fmt: skip
    return rows


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    s, versions = json.loads(data.attrs["settings"]), json.loads(data.attrs["versions"])
    return (
        f"A ravine: f_t(x, y) = {FLAT / 2:g} x^2 + {STEEP / 2:g} y^2 in every round, on the whole plane; "
        f"x_1 = ({X1[0]:g}, {X1[1]:g}), T = {data['round'].values[-1]}. Constant steps, the best for the worst start: "
        f"SGD alpha = {s['sgd']['alpha']:.4f}; momentum v_t = beta1 v_(t-1) + alpha g_t, "
        f"alpha = {s['momentum']['alpha']:.4f}, "
        f"beta1 = {s['momentum']['method']['beta1']:.4f} (Polyak 1964). Contours: f = 2^k / 10. "
        f"{data.attrs['engine']} engine, regretlab {versions['regretlab']}, numpy {versions['numpy']}."
    )


@rl.show.styled
def animate(data: xr.Dataset) -> rl.show.Animation:
    """The two ravines, and f(x_t) by round; a frame is a round."""
    drawn, axes = rl.show.figure(2, 2, (7.4, 4.4), width_ratios=(1.7, 1))
    x, y = np.meshgrid(np.linspace(-4.6, 1.6, 160), np.linspace(-1.6, 1.6, 120))
    height = FLAT * x**2 / 2 + STEEP * y**2 / 2
    for panel in axes[:, 1]:
        panel.remove()
    right = drawn.add_subplot(axes[0, 0].get_gridspec()[:, 1])
    trails = []
    for k, (panel, name) in enumerate(zip(axes[:, 0], LABELS, strict=True)):
        look: dict[str, Any] = dict(rl.show.PALETTE[k])
        one = data.sel(learner=name)
        panel.contour(x, y, height, 2.0 ** np.arange(-4, 9) / 10, colors="#BBBBBB", linewidths=0.6)
        panel.plot(0, 0, "*", color="#000000", markersize=8, zorder=2)
        panel.set(xlabel="$x$", ylabel="$y$", title=f"({'ab'[k]}) {LABELS[name]}")
        panel.grid(visible=False)
        trails.append(rl.show.Trail(panel, one.iterate.values, linewidth=1.2, **look))
        curve = np.stack([data["round"].values, np.maximum(one.f.values, 1e-12)], 1)
        trails.append(rl.show.Trail(right, curve, LABELS[name], ahead=k, **look))
    right.set(yscale="log", xlabel="round $t$", ylabel="$f(x_t, y_t)$", title="(c) the height",
              xlim=(0, FRAMES + 1), ylim=(1e-9, 30))  # fmt: skip
    right.axhline(NEAR, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
    right.text(2, NEAR * 1.3, "$10^{-4}$", va="bottom", fontsize=8, color="#555555")
    right.legend(loc="lower left")
    told = axes[0, 0].text(0.98, 0.95, "", transform=axes[0, 0].transAxes, ha="right", va="top")
    drawn.supxlabel(
        textwrap.fill(caption(data), 154, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )

    def show(k: int) -> None:
        for trail in trails:
            trail.reach(k + 1)
        told.set_text(f"round {k + 1}")

    moving = [*rl.show.artists(trails), told]
    return rl.show.Animation(drawn, moving, show, min(FRAMES, data.sizes["round"]))


def draw(data: xr.Dataset) -> Any:
    """The last frame."""
    return rl.show.still(animate(data))
