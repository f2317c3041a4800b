"""Beale's function, raced on by first-order methods, each at the best step of a list.

f(x, y) is the sum over k = 1, 2, 3 of (a_k - x (1 - y^k))^2 with a = 1.5, 2.25, 2.625; its minimum is 0 at (3, 0.5).
A method's step is the one of STEPS with which it comes to stay near the minimum soonest, or, if it never does, ends
nearest. Those that find their own step size have alpha = 1. All else is at
regretlab's defaults, but for AdaGrad, which has the sum of the squares.
What is not here: wrappers, what is a preset or decay of what is here, and the methods of online learning.
"""

from __future__ import annotations

import json
import textwrap
from typing import Any

import numpy as np
import xarray as xr
from tqdm import tqdm

import regretlab as rl

X1, ROUNDS, NEAR, FRAMES = (1.0, 1.0), 200, 0.1, 80
STEPS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
OWN = "own step size"
FAMILIES = {
    "SGD, momentum": ("SGD", "Momentum", "NAG", "QHM", "AggMo", "ScheduleFreeSGD"),
    "signs and norms": ("SignSGD", "Signum", "Lion", "NovoGrad", "LAMB", "AdamAtan2"),
    "AdaGrad's": ("AdaGrad", "AdaGradFull", "AdaGradNorm", "RMSProp", "AdamNC"),
    "Adam's": ("Adam", "AMSGrad", "AdaMax", "Nadam", "RAdam", "AdamX"),
    "another second moment": ("Yogi", "AdaBelief", "AdaShift", "NosAdam", "AdaDB", "Adafactor"),
    "a bounded rate": ("AdaBound", "AMSBound", "AdaMod", "PAdam", "DiffGrad", "SophiaG"),
    "another first moment": ("QHAdam", "AdEMAMix", "Adan", "ADOPT", "ScheduleFreeAdamW"),
    OWN: ("Adadelta", "DoG", "Prodigy", "DAdaptation", "CoinBetting"),
}
FALLING = (
    "AdamNC",
    "NosAdam",
)  # their psi_t is a mean over all rounds, which is for alpha / sqrt(t)
SHORT = {
    "ScheduleFreeSGD": "sched.-free",
    "ScheduleFreeAdamW": "sched.-free",
    "DAdaptation": "D-Adapt.",
}
HOLDS = (
    "beale holds: with its step, the soonest of a family comes to stay within 0.1 of the minimum before SGD with "
    "its own does, in these rounds and from this start. It says nothing of other functions."
)


def learner(name: str) -> rl.Method:
    """A method at its defaults, but that AdaGrad divides by the sum of squares, as a constant step wants."""
    return getattr(rl.methods, name)(**({"form": "sum"} if name == "AdaGrad" else {}))


def raced(name: str, alpha: float) -> np.ndarray:
    """The iterates x_1, ..., x_T, shape (T, 2); NaN once it diverges, as one that looks out of F may."""
    square = rl.sets.Box(lo=[-4.5, -4.5], hi=[4.5, 4.5])
    step = (rl.schedules.InverseSqrt if name in FALLING else rl.schedules.Constant)(alpha)
    path = np.full((ROUNDS, 2), np.nan)
    try:
        play = rl.play(learner(name), rl.losses.Beale(), square, ROUNDS, step, x1=X1, at=1,
                       engine="plain", progress=False)  # fmt: skip
    except rl.NotFinite as stopped:
        play = stopped.play
    if play is not None:
        path[: play.data.sizes["round"]] = play.data.iterate.values
    return path


def staying(path: np.ndarray) -> int | None:
    """The first round from which on x_t stays within NEAR of the minimum; None if there is none."""
    far = np.flatnonzero(~(away(path) < NEAR))
    first = int(far[-1]) + 2 if len(far) else 1
    return first if first <= len(path) else None


def rank(path: np.ndarray) -> tuple[int, float]:
    """The sooner it stays, the better; else, the nearer it ends; least of all what diverged."""
    return staying(path) or ROUNDS + 1, float(np.nan_to_num(away(path)[-1], nan=np.inf))


def away(path: np.ndarray) -> np.ndarray:
    """The distance of every iterate from the minimum."""
    return np.hypot(path[:, 0] - 3.0, path[:, 1] - 0.5)


def data() -> xr.Dataset:
    """The iterates of every method at the best of its steps."""
    paths, alphas, families, names, specs = [], [], [], [], {}
    everyone = [(family, name) for family, members in FAMILIES.items() for name in members]
    for family, name in tqdm(
        everyone, desc="beale", unit=" methods", disable=None, delay=1, leave=False
    ):
        steps = (1.0,) if family == OWN else STEPS
        tried = [(raced(name, alpha), alpha) for alpha in steps]
        path, alpha = min(tried, key=lambda one: rank(one[0]))
        paths, alphas, families, names = (
            [*paths, path],
            [*alphas, alpha],
            [*families, family],
            [*names, name],
        )
        specs[name] = learner(name).spec()
    play = rl.play(rl.methods.SGD(), rl.losses.Beale(), rounds=1, x1=0.0, engine="plain")
    attrs = {k: play.data.attrs[k] for k in ("losses", "engine", "versions")}
    return xr.Dataset(
        {
            "iterate": (("learner", "round", "coordinate"), np.stack(paths)),
            "alpha": ("learner", alphas),
        },
        coords={
            "learner": names,
            "family": ("learner", families),
            "round": np.arange(1, ROUNDS + 1),
        },
        attrs=attrs | {"format": "regretlab beale 1", "methods": json.dumps(specs)},
    )


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """The soonest of each family against SGD."""
    rows, T = [], int(data["round"][-1])
    stays = {str(n): staying(data.iterate.sel(learner=n).values) for n in data.learner.values}
    sgd = stays["SGD"]
    f = rl.losses.Beale()
    for family, members in FAMILIES.items():
        soonest = min(members, key=lambda name: stays[name] or T + 1)
        path, first = data.iterate.sel(learner=soonest).values, stays[soonest]
        rows.append({
            "id": f"beale-{soonest.lower()}", "setting": family,
            "method": str(json.loads(data.attrs["methods"])[soonest]["name"]), "rounds": T,
            "average_regret": float(np.mean([f.value(t, x) for t, x in enumerate(path, 1)])),
            "x": float(path[-1, 0]),
            "claim": f"comes to stay within {NEAR:g} of (3, 0.5) before SGD does",
            "measured": f"from round {first}, alpha = {stepped(data, soonest)}; "
                        f"SGD from round {sgd}, alpha = {stepped(data, 'SGD')}",
            "holds": first is not None and (sgd is None or first < sgd),
        })  # fmt: skip
    return rows


def stepped(data: xr.Dataset, name: str) -> str:
    """The step of a method: alpha, or alpha/sqrt(t)."""
    falls = "/sqrt(t)" if name in FALLING else ""
    return f"{float(data.alpha.sel(learner=name)):g}{falls}"


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    versions = json.loads(data.attrs["versions"])
    steps = ", ".join(f"{alpha:g}" for alpha in STEPS)
    return (
        f"Beale's function, minimum 0 at (3, 0.5); F = [-4.5, 4.5]^2, x_1 = ({X1[0]:g}, {X1[1]:g}), "
        f"T = {data.sizes['round']}. {data.sizes['learner']} methods at regretlab's defaults (AdaGrad with the sum of "
        "squares), each with a constant alpha, the number behind its name (AdamNC and NosAdam: alpha/sqrt(t)): the "
        f"best of {steps} (soonest to stay within {NEAR:g} of the minimum, else nearest at T); 1 for those with a step "
        "size of their own. "
        f"Contours: f = 4^k / 16. {data.attrs['engine']} engine, regretlab {versions['regretlab']}, "
        f"numpy {versions['numpy']}."
    )


@rl.show.styled
def animate(data: xr.Dataset) -> rl.show.Animation:
    """A panel for each family, with its names below it."""
    drawn, axes = rl.show.figure(2, 4, (8.4, 5.8), sharex=True, sharey=True)
    x, y = np.meshgrid(np.linspace(-0.2, 4.2, 160), np.linspace(-1.5, 1.5, 140))
    height = sum((a - x * (1 - y**k)) ** 2 for k, a in enumerate((1.5, 2.25, 2.625), 1))
    trails, shown = [], np.unique(np.linspace(1, data.sizes["round"], FRAMES).astype(int))
    for place, (panel, family) in enumerate(zip(axes.flat, FAMILIES, strict=True)):
        panel.contour(x, y, height, 4.0 ** np.arange(-2, 8) / 16, colors="#C8C8C8", linewidths=0.6)
        panel.plot(3, 0.5, "*", color="#000000", markersize=9, zorder=2)
        members = zip(FAMILIES[family], rl.show.PALETTE, strict=False)
        for k, (name, look) in enumerate(members):
            label = f"{SHORT.get(name, name)} {stepped(data, name)}".replace(
                "sqrt(t)", r"$\sqrt{t}$"
            )
            path = data.iterate.sel(learner=name).values
            trails.append(rl.show.Trail(panel, path, label, ahead=k, **(look | {"linewidth": 1.3})))
        panel.set(
            title=family,
            xlabel="$x$",
            xlim=(-0.2, 4.2),
            xticks=[0, 1, 2, 3, 4],
            yticks=[-1, 0, 1],
            ylim=(-1.5, 1.5),
        )
        panel.set_ylabel("$y$" if place % 4 == 0 else "")
        panel.tick_params(labelbottom=True)
        panel.grid(visible=False)
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.26), ncols=2, fontsize=6.5, handlelength=2.2,
                     columnspacing=0.8, handletextpad=0.4, borderaxespad=0.3)  # fmt: skip
    first = axes[0, 0]
    told = first.text(0.97, 0.03, "", transform=first.transAxes, ha="right", va="bottom")
    drawn.supxlabel(
        textwrap.fill(caption(data), 170, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )

    def show(k: int) -> None:
        for trail in trails:
            trail.reach(int(shown[k]))
        told.set_text(f"round {shown[k]}")

    return rl.show.Animation(drawn, [*rl.show.artists(trails), told], show, len(shown))


def draw(data: xr.Dataset) -> Any:
    """The last frame."""
    return rl.show.still(animate(data))
