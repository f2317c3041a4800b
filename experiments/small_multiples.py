"""Every method of the package on one family of streams: where its average regret does not vanish.

    python -m experiments.small_multiples [--out results] [--quick]

f_t(x) = C x when t mod P = 1, else -x, on [-1, 1], P = 11: a panel a method over C/(P - 1), which is 1 where
the slopes of a period cancel, and 1 - beta2; methods without a beta2 over C/(P - 1) alone. To the right of 1
the best point is -1, to the left it is +1. Whoever adds up gradients and divides by what does not depend on
the phase (SGD, momentum, AdaGrad, AMSGrad, AdamNC, NosAdam) is right. Dividing by a short memory of g^2 makes
rare large slopes count for less: Adam and its kin fail to the right of 1, in a tongue that grows with
1 - beta2. Where the divisor is older than the gradient (ADOPT, in part AdaShift) it is on the left. Signs
fail wherever the few are right: signSGD on the whole right side, whatever C.

Where `limit` knows the answer it is that of T = infinity; elsewhere it is one play of T rounds, and
marked: R_T above half of what standing at the worst point costs. That is no verdict on T = infinity: ONS,
whose steps fall like 1/t, has not crossed 0 by then, nor has AdaFactor for C = 40 (for C = 20 it stands at +1);
LAMB's steps are in proportion to |x| and never cross it; coin betting and DoG begin so small that they are late
for C near P - 1; D-Adaptation's steps stay too small, or are no number at all.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import study
from regretlab import losses, methods, schedules

P, STEP = 11, schedules.InverseSqrt(0.5)
STREAM = losses.Spike(C=float(P), small=1.0, period=P)
# what plays the part of beta2 where beta2 is something else
SECOND = {"adan": "beta3"}
SCHEDULED = ("schedule-free-adamw", "schedule-free-sgd")  # with alpha / sqrt(t), as all the others
LONG = (
    "yogi",
)  # its limit is a walk on whole numbers, a third of a second a setting: it is played
X1 = 0.5  # of what is played: 0 is a barrier for steps in proportion to |x|
SIMPLEX = ("hedge", "omd")  # they move on a simplex, which in one dimension is a point


def known() -> dict[str, rl.Method]:
    """Every method of `regretlab list methods` that plays on an interval, as it is by default."""
    kinds = {getattr(methods, name) for name in dir(methods)}
    found = [
        k for k in kinds if isinstance(k, type) and issubclass(k, rl.Method) and not k.abstract
    ]
    kept: list[Any] = sorted(found, key=lambda k: k.name)
    return {k.name: k() for k in kept if k.name not in SIMPLEX}


def numbers(spec: dict[str, Any]) -> Iterator[str]:
    """The names of a piece's parameters and of those of a piece inside."""
    for name, value in spec.items():
        yield name
        if isinstance(value, dict):
            yield from numbers(value)


def second(method: rl.Method) -> str | None:
    """The parameter that is the decay of the second memory; None if there is none."""
    name = SECOND.get(method.name, "beta2")
    return name if name in numbers(method.spec()) else None


def step_of(method: rl.Method) -> rl.Schedule | None:
    """alpha / sqrt(t) where the limit takes it, else the method's own; None if there is no limit."""
    for step in (STEP, method.default_step) if method.name not in LONG else ():
        try:
            rl.limit(method, STREAM, step=step)
        except rl.InvalidInput:
            continue
        return step
    return None


def one(method: rl.Method, C: np.ndarray, beta2: np.ndarray, T: int) -> xr.Dataset:
    """fails, average_regret and drift over (C, beta2); NaN but in the first row without a beta2."""
    axis, step = second(method), step_of(method)
    grid: dict[str, Any] = {"C": C} | ({axis: beta2} if axis else {})
    taken = step or (STEP if method.name in SCHEDULED else method.default_step)
    asked: dict[str, Any] = {"step": taken} | ({} if step else {"rounds": T, "x1": X1})
    swept = rl.sweep(method, STREAM, grid, limit=step is not None, progress=False, **asked).data
    told = ("fails_in_the_limit", "limit_average_regret") if step else ("fails", "average_regret")
    made = xr.Dataset({"fails": swept[told[0]], "average_regret": swept[told[1]]})
    made["drift"] = swept.drift if step else xr.full_like(made.fails, np.nan)
    made["simulated"] = made.fails.isnull() if step else xr.ones_like(made.fails)
    # the rule has no answer there, or the orbit is too long
    if step and bool(made.simulated.any()):
        played = rl.sweep(method, STREAM, grid, rounds=T, x1=X1, step=taken, progress=False).data
        made["fails"] = made.fails.fillna(played.fails)
        made["average_regret"] = made.average_regret.fillna(played.average_regret)
    made["simulated"] = made.simulated.astype(float)
    made = made.drop_attrs()
    alone = made if axis else made.expand_dims(beta2=beta2[:1], axis=1)
    made = made.rename({axis: "beta2"}) if axis else alone.reindex(beta2=beta2)
    return made.assign(
        has_limit=((), int(step is not None)),
        second=((), axis or ""),
        method=((), str(method)),
        step=((), str(taken)),
    )


def data(C: np.ndarray, beta2: np.ndarray, T: int) -> xr.Dataset:
    """All methods, dimensions (name, C, beta2)."""
    parts = [one(m, C, beta2, T).assign_coords(name=n) for n, m in known().items()]
    found = study.stacked(parts, "name")
    found.fails.attrs["long_name"] = "1 where the average regret does not vanish (simulated: at T)"
    found.attrs = {"format": "regretlab experiment small_multiples 1", "T": T, "P": P}
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a method: the share of its settings that fail, on either side of C = P - 1."""
    out = []
    for name in found.name.values:
        at = found.sel(name=name)
        low, high = (at.fails.where(side).mean() for side in (at.C < P - 1, at.C > P - 1))
        out.append({
            "method": str(name),
            "axis": str(at.second.values) or "-",
            "simulated": float(at.simulated.mean()),
            "fails, C < P - 1": float(low),
            "fails, C > P - 1": float(high),
        })  # fmt: skip
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """A small map for every method with a beta2; a strip for every other."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    names = [str(n) for n in found.name.values]
    maps = [n for n in names if str(found.second.sel(name=n).values)]
    strips = [n for n in names if n not in maps]
    columns, half = 8, math.ceil(len(strips) / 2)
    lines = math.ceil(len(maps) / columns)
    heights = [0.86 * lines + 0.3, 0.115 * half + 0.45]
    drawn, ((unused,),) = rl.show.figure(1, 1, (7.4, sum(heights) + 1.3))
    unused.remove()
    parts: Any = drawn.subfigures(2, 1, height_ratios=heights)
    upper, lower = parts
    axes = upper.subplots(lines, columns, squeeze=False)
    colours = ListedColormap(["#DCEAF5", "#D55E00", "#F0B27A", "#777777"])
    look = {
        "cmap": colours,
        "norm": BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5], 4),
        "rasterized": True,
    }
    x, y = found.C.values / (P - 1), 1 - found.beta2.values
    for k, panel in enumerate(axes.flat):
        if k >= len(maps):
            panel.set_axis_off()
            continue
        at = found.sel(name=maps[k])
        panel.pcolormesh(x, y, shade(at).T, shading="nearest", **look)
        panel.set(xscale="log", yscale="log", ylim=(1, y.min()))
        dress(panel, x)
        note = r" ($\beta_3$)" if str(at.second.values) == "beta3" else ""
        title = maps[k].replace("schedule-free", "sched.-free") + note
        played = not int(at.has_limit)
        panel.set_title(f"{title}*" if played else title, fontsize=6, pad=2,
                        fontweight="bold" if played else "normal")  # fmt: skip
        if not played and bool(at.simulated.any()):
            panel.contourf(
                x, y, at.simulated.T, levels=[0.5, 1.5], colors="none", hatches=["//////"]
            )
        panel.tick_params(labelleft=k % columns == 0, labelbottom=k + columns >= len(maps))
        if k % columns == 0:
            panel.set_ylabel(r"$1-\beta_2$", fontsize=7)
    for part, panel in zip((strips[:half], strips[half:]), lower.subplots(1, 2), strict=True):
        values = [shade(found.sel(name=n).isel(beta2=0)) for n in part]
        panel.pcolormesh(x, range(len(part)), values, shading="nearest", **look)
        stars = ["" if int(found.has_limit.sel(name=n)) else "*" for n in part]
        panel.set_yticks(range(len(part)), [f"{n}{s}" for n, s in zip(part, stars, strict=True)])
        panel.set(xscale="log", ylim=(half - 0.5, -0.5))
        for edge in range(len(part) + 1):
            panel.axhline(edge - 0.5, color="#FFFFFF", linewidth=1.2)
        dress(panel, x)
        panel.set_xlabel(r"$C/(P-1)$", fontsize=7)
    upper.supxlabel(r"$C/(P-1)$", fontsize=7)
    legend(drawn, colours)
    return drawn


def shade(at: xr.Dataset) -> xr.DataArray:
    """0 vanishes, 1 fails, 2 fails in a play of T rounds, 3 no number."""
    return (at.fails + at.fails * at.simulated).fillna(3.0)


def dress(panel: Any, x: np.ndarray) -> None:
    """Ticks at powers of two, and a line where the slopes cancel."""
    ticks = [v for v in (0.25, 0.5, 1.0, 2.0, 4.0) if x.min() <= v * 1.001 and v <= x.max() * 1.001]
    panel.set_xticks(ticks, [f"{v:g}".lstrip("0") for v in ticks])
    panel.minorticks_off()
    panel.axvline(1.0, color="#000000", linewidth=0.7)
    panel.tick_params(labelsize=5.5, pad=1.5, length=2)
    panel.grid(visible=False)


def legend(drawn: Any, colours: Any) -> None:
    from matplotlib.patches import Patch

    told = ("$R_T/T$ vanishes", "does not vanish", "* above half of the worst at $T$", "no number")
    patches = [Patch(color=colours(k), label=label) for k, label in enumerate(told)]
    drawn.legend(handles=patches, loc="outside upper center", ncols=4)


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    own = [n for n in found.name.values if int(found.has_limit.sel(name=n))
           and not str(found.step.sel(name=n).values).startswith(str(STEP))]  # fmt: skip
    return (
        f"f_t(x) = C x when t mod P = 1, else -x; P = {P}, F = [-1, 1]; {found.sizes['C']} values of C"
        f", {found.sizes['beta2']} of beta2. Black line: C = P - 1, slopes cancel; right of it -1 is best, left "
        "of it +1. Every method with its defaults but for beta2 (Adan: its second memory's decay is beta3; wrappers: "
        "that of the Adam inside), alpha_t = 0.5/sqrt(t), T = infinity by its limit orbit, any x_1. Own constant step "
        f"in the limit: {', '.join(map(str, own)) or 'none'}. * and bold, or hatched: no limit is taken; played, T = "
        f"{found.attrs['T']:.0e}, the method's own default step (schedule-free: 0.5/sqrt(t)), x_1 = {X1:g}, seed 0; "
        "fails if R_T is above half of what the worst point costs; no number: a step is not finite. "
        f"Without {' and '.join(SIMPLEX)}, whose set is a simplex. Settings are in small_multiples.nc."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Sweep, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    C, beta2, T = (P - 1) * 2.0 ** np.linspace(-2, 2, 42), 1 - np.geomspace(1e-3, 1, 25), 10**5
    if asked.quick:
        C, beta2, T = C[::10], beta2[::12], 1000
    found = data(C, beta2, T)
    paths = study.written("small_multiples", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
