"""Which eps rescues Adam from which C: eps from 1e-12 to 1e4, against theorem 6 of Reddi, Kale & Kumar (2018).

    python -m experiments.eps_map [--out results] [--quick]

eps stands in the root, sqrt(v_t + eps). A large one makes Adam gradient descent, which goes the right way; a small
one changes nothing, and between them there is one value eps*(C) where the drift is 0. Theorem 6 takes C, -1, -1,
beta1 = 0, beta2 = 2 / ((1 + C^2) C^2) and eps = 1: that line lies below eps* for every C > 2, by a factor of three even
as C grows, since for so small a beta2 eps* is nearly 3 C^2 / (C^2 - 4). As C falls to 2, where the sum of slopes is 0,
eps* grows without bound: no eps saves Adam from every C, only from those whose sum of slopes is far enough from 0. With
beta2 = 0.1 held, Adam survives C above 10 or so by itself, and needs eps below that only. With P = C = 101 and
beta = (0.9, 0.99) eps* is 2210 times the square of the small gradient (outside the root, 208 times the small gradient:
ten orders above the 1e-8 of libraries, for slopes of order 1). eps has the units of what it stands beside, so that no
value is small or large by itself. At T = 10^5 (colours) the band next to eps* is not decided yet, and the largest
eps are slow.
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
from regretlab import limits, losses, methods, schedules, sets

ALPHA, X1, EPS = 0.5, 0.0, (1e-12, 1e4)
PLACES = ("inside", "outside")
HELD = 0.1  # beta2 of the second panel
LONG, LONG_BETA = 101, (0.9, 0.99)
CASES = ("theorem 6", f"beta2 = {HELD:g}", f"P = {LONG}")


class Scale(NamedTuple):
    """How large the study is."""

    n: int  # values of C, and of eps
    T: int
    line: int  # values of C at which eps* is found
    look: int  # values of eps between which eps* is looked for


FULL = Scale(80, 10**5, 28, 65)
QUICK = Scale(4, 2000, 3, 9)


def theorem6(C: float) -> float:
    """Its beta2."""
    return 2 / ((1 + C * C) * C * C)


def stream(case: str, C: float) -> rl.Losses:
    """C, -1, ..., -1."""
    return losses.Spike(C=C, small=1.0, period=LONG if case == CASES[2] else 3)


def learner(case: str, C: float, place: str = "inside") -> rl.Method:
    """Adam of a panel."""
    if case == CASES[2]:
        beta1, beta2 = LONG_BETA
    else:
        beta1, beta2 = 0.0, theorem6(C) if case == CASES[0] else HELD
    return methods.Adam(beta1=beta1, beta2=beta2, eps_place=place)


def larges(case: str, n: int) -> np.ndarray:
    """The values of C: geometric in the distance of C / (P - 1) from 1."""
    P = LONG if case == CASES[2] else 3
    low, high = (1e-4, 1.0) if case == CASES[2] else (0.01, 49.0)
    return (P - 1) * (1 + np.geomspace(low, high, n))


def swept(scale: Scale, case: str) -> tuple[xr.Dataset, str]:
    """Plays and limits over (C, eps), and their settings."""
    Cs, eps = larges(case, scale.n), np.geomspace(*EPS, scale.n)

    def some(C: float, grid: dict[str, Any]) -> rl.Sweep:
        return rl.sweep(
            learner(case, C), stream(case, C), grid, sets.Interval(-1, 1), scale.T,
            schedules.InverseSqrt(ALPHA), X1, both=True, progress=False,
        )  # fmt: skip

    if case != CASES[0]:
        whole = some(float(Cs[0]), {"C": Cs, "eps": eps})
        return whole.data, study.of_sweep(whole)
    parts = [some(float(C), {"eps": eps}) for C in Cs]  # beta2 changes with C
    data = study.stacked([p.data.assign_coords(C=C) for p, C in zip(parts, Cs, strict=True)], "C")
    return data, study.of_sweep(parts[0])


def data(scale: Scale = FULL) -> xr.Dataset:
    """Dimensions (case, large, eps), with C over (case, large); eps* over (case, place, line)."""
    wanted = ["average_regret", "x", "fails", "fails_in_the_limit", "limit_average_regret", "drift"]
    parts, told = [], {}
    for case in CASES:
        one, told[case] = swept(scale, case)
        P = LONG if case == CASES[2] else 3
        part = one[wanted].transpose("C", "eps").reset_index("C").rename({"C": "large"})
        part = part.rename_vars({"large": "C"}).reset_coords("C")
        part["worst"] = 2 * (part.C - (P - 1)) / P
        parts.append(part)
    found = study.stacked(parts, "case").assign_coords(case=list(CASES))
    alone = [surviving(case) for case in CASES]
    found["survives_alone"] = "case", alone
    lined = [near(larges(c, scale.line), C, LONG if c == CASES[2] else 3)
             for c, C in zip(CASES, alone, strict=True)]  # fmt: skip
    found["line_C"] = ("case", "line"), np.array(lined)
    found["rescue"] = (
        ("case", "place", "line"),
        np.array(
            [
                [[rescuing(scale, c, float(C), p) for C in Cs] for p in PLACES]
                for c, Cs in zip(CASES, lined, strict=True)
            ]
        ),
    )
    found = found.assign_coords(place=list(PLACES))
    found.attrs = {"T": scale.T, "alpha": ALPHA, "x1": X1, "sweeps": json.dumps(told)}
    return found


def surviving(case: str) -> float:
    """The C above which Adam does not fail with eps = 0, infinity if it always does."""
    if case == CASES[0]:
        return float("inf")
    Cs = larges(case, 200)
    ((_, C),) = limits.failing_set(learner(case, 3.0), stream(case, 3.0), "C", points=Cs)
    return C


def near(Cs: np.ndarray, C: float, P: int) -> np.ndarray:
    """As many values, up to C if it is finite, half of them crowding at it, where eps* falls to 0."""
    if not np.isfinite(C):
        return Cs
    low, high, n = Cs[0] / (P - 1) - 1, C / (P - 1) - 1, len(Cs)
    far = np.geomspace(low, 0.8 * high, n - n // 2)
    return (P - 1) * (1 + np.append(far, high * (1 - np.geomspace(0.1, 1e-12, n // 2))))


def rescuing(scale: Scale, case: str, C: float, place: str) -> float:
    """eps*: above it Adam does not fail. 0 if it never fails, infinity if no eps looked at is enough."""
    looked = np.geomspace(*EPS, scale.look)
    pairs = limits.failing_set(learner(case, C, place), stream(case, C), "eps", points=looked)
    if not pairs:
        return 0.0
    if len(pairs) > 1:
        raise ValueError(f"{case}, C = {C:g}: eps fails in {pairs}, which is no single interval")
    return float("inf") if pairs[0][1] >= EPS[1] else pairs[0][1]


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """eps* for some C of each panel."""
    out = []
    for case in CASES:
        of = found.sel(case=case)
        for k in np.unique(np.linspace(0, of.sizes["line"] - 1, 4).astype(int)):
            C = float(of.line_C[k])
            inside, outside = (float(of.rescue.sel(place=p)[k]) for p in PLACES)
            out.append(
                {
                    "panel": case,
                    "C": C,
                    "beta2": float(learner(case, C).numbers()["beta2"]),
                    "eps* in the root": inside,
                    "eps* outside": outside,
                    "3 C^2/(C^2 - 4)": 3 * C * C / (C * C - 4) if case == CASES[0] else "",
                }
            )
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """R_T / T over what the worst point costs, and eps*, for the three streams."""
    from matplotlib.colors import Normalize

    drawn, axes = rl.show.figure(1, 3, (7.4, 3.5), sharey=True)
    norm = Normalize(0.0, 1.5)
    for k, (case, panel) in enumerate(zip(CASES, axes[0], strict=True)):
        of = found.sel(case=case)
        P = LONG if k == 2 else 3
        x, y = of.C.values / (P - 1) - 1, of.eps.values
        share = (of.average_regret / of.worst).transpose("eps", "large").values
        maps.paint(panel, x, y, share, norm)
        maps.turn(panel, x, y, of.fails.transpose("eps", "large").values)
        at = of.line_C.values / (P - 1) - 1
        for place, style in zip(PLACES, ("-", (0, (4, 1.5))), strict=True):
            eps = of.rescue.sel(place=place).values
            eps = np.clip(eps, EPS[0] / 10, EPS[1] * 10)
            last = (of.survives_alone.item() / (P - 1) - 1, EPS[0] / 10)
            maps.line(panel, np.append(at, last[0]), np.append(eps, last[1]), linestyle=style)
        if k == 0:
            maps.line(panel, x[[0, -1]], [1.0, 1.0], color="#56B4E9", linewidth=1.2)
        panel.set(xscale="log", yscale="log", xlim=(x[0], x[-1]), ylim=EPS,
                  xlabel="$C/(P-1) - 1$")  # fmt: skip
        panel.minorticks_off()
    titles = (r"(a) $P = 3$, $\beta_2 = 2/((1+C^2)C^2)$", rf"(b) $P = 3$, $\beta_2 = {HELD:g}$",
              rf"(c) $P = {LONG}$, $\beta = {LONG_BETA}$")  # fmt: skip
    for panel, title in zip(axes[0], titles, strict=True):
        panel.set_title(title, fontsize=8.5)
    axes[0, 0].set_ylabel(r"$\epsilon$ (with $-x$ as the small loss)")
    label = "$R_T/T$, as a share of the cost of $+1$"
    drawn.colorbar(
        axes[0, 0].collections[0], ax=axes, label=label, extend="max", pad=0.02, aspect=16
    )
    return drawn


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at, n = found.attrs, found.sizes
    beta1, beta2 = LONG_BETA
    return (
        "Adam (no bias correction), psi = v + eps in the root, on f_t(x) = C x in the first of P rounds, else -x; "
        f"F = [-1, 1], x_1 = {at['x1']:g}, alpha_t = {at['alpha']:g}/sqrt(t), T = {at['T']:,}; {n['large']} values "
        f"of C and {n['eps']} of eps from {EPS[0]:g} to {EPS[1]:g}. (a) theorem 6: beta1 = 0, "
        f"beta2 = 2/((1 + C^2) C^2), its eps = 1 in blue. (b) beta1 = 0, beta2 = {HELD:g}. (c) beta1 = {beta1:g}, "
        f"beta2 = {beta2:g}. Colour: R_T/T divided by what standing at +1 costs, 2 (C - P + 1)/P; white: where it "
        f"passes 1/2. Orange: eps*, where Delta = 0, at {n['line']} values of C: average regret vanishes for eps "
        "above it and for none below. Dashed: the same for eps outside the root, sqrt(v) + eps."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Sweep, draw, write, print."""
    asked, began = (
        study.arguments(__doc__, **study.KEEP).parse_args(arguments),
        time.perf_counter(),
    )
    found = data(QUICK if asked.quick else FULL)
    paths = study.written("eps_map", asked.out, found, draw(found), caption(found))
    if asked.keep:
        study.keep("eps_map", found, paths)
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
