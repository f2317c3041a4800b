"""Theorem 2 of Reddi, Kale & Kumar (2018): how large C must be for Adam to fail, and how large the proof asks.

f_t(x) = C x when t mod C = 1, else -x, on F = [-1, 1]: S = 1 and -1 is best. The theorem asks for beta1 <
sqrt(beta2) and for a C that is large enough. Here the least integer C that fails, from the sign of the drift
in closed form, stands against the C that suffices for the proof; those three conditions are as we remember
them, not as read. Beyond beta1 = sqrt(beta2) the proof says nothing, and Adam fails all the same.
"""

from __future__ import annotations

import math
import textwrap
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl

BETA1 = (0.0, 0.9, 0.99)
# beta1, beta2, least C and the C that suffices (0: not covered), derived before this file was written
KNOWN = (
    (0.0, 0.99, 21, 3217), (0.0, 0.999, 64, 42622), (0.9, 0.99, 30, 3217), (0.9, 0.999, 74, 42622),
    (0.9, 0.1, 10, 0), (0.99, 0.5, 29, 0), (0.9, 0.001, 15, 0),
)  # fmt: skip
HOLDS = (
    "theorem2 holds: the least C, and the C that suffices as we remember the proof, are the known ones; "
    "T = infinity."
)


def data(points: int = 81) -> xr.Dataset:
    """`least` and `enough` over (beta1, beta2), and at the known settings."""
    beta2 = 1 - np.geomspace(0.9999, 1e-4, points)
    least = [[smallest(b1, b2) for b2 in beta2] for b1 in BETA1]
    enough = [[sufficient(b1, b2) for b2 in beta2] for b1 in BETA1]
    whole = xr.Dataset(
        {"least": (("beta1", "beta2"), least), "enough": (("beta1", "beta2"), enough)},
        coords={"beta1": list(BETA1), "beta2": beta2},
    )
    whole["known_least"] = "case", [smallest(b1, b2) for b1, b2, *_ in KNOWN]
    whole["known_enough"] = "case", [sufficient(b1, b2) for b1, b2, *_ in KNOWN]
    found = {"regretlab": version("regretlab"), "numpy": np.__version__}
    whole.attrs = found | {"format": "regretlab theorem2 1"}
    return whole


def smallest(beta1: float, beta2: float) -> float:
    """The least n for which C = P = n makes Adam fail."""
    return float(rl.limits.smallest_period(rl.methods.Adam(beta1=beta1, beta2=beta2)))


def sufficient(beta1: float, beta2: float) -> float:
    """The least C from which on the proof's three conditions hold, as remembered; NaN if it says nothing."""
    if beta1 >= math.sqrt(beta2):
        return math.nan
    C = np.arange(3.0, 200 + 70 / (1 - beta2))
    g = beta1 / math.sqrt(beta2)
    with np.errstate(under="ignore"):
        power = beta1 ** (C - 1)
        first = (1 - beta1) * power * C <= 1 - power
        second = (C - 2) / 2 * math.log(beta2) + 2 * np.log(C) <= 0
        spread = 1 + g * (1 - g ** (C - 1)) / (1 - g)
        rest = beta1 ** (C / 2 - 1) / (1 - beta1)
    third = 3 * (1 - beta1) / (2 * math.sqrt(1 - beta2)) * spread + rest < C / 3
    short = np.flatnonzero(~(first & second & third))
    return (
        float(C[short[-1] + 1]) if len(short) else 3.0
    )  # an IndexError if C did not go far enough


def table(data: xr.Dataset) -> list[dict[str, Any]]:
    """The known settings, and that what suffices does suffice wherever it was drawn."""
    rows = []
    for k, (b1, b2, least, enough) in enumerate(KNOWN):
        found, asked = float(data.known_least[k]), float(data.known_enough[k])
        proof = (
            f"; the proof asks {enough}"
            if enough
            else "; beta1 > sqrt(beta2): the proof says nothing"
        )
        rows.append(row(
            f"{b1:g}-{b2:g}", f"beta1 = {b1:g}, beta2 = {b2:g}", f"least C = {least}{proof}",
            f"{found:g}" + (f"; {asked:g}" if enough else ""),
            found == least and (asked == enough if enough else math.isnan(asked)),
        ))  # fmt: skip
    covered = np.isfinite(data.enough)
    ratio = (data.enough / data.least).where(covered)
    rows.append(row(
        "covered", "where beta1 < sqrt(beta2)", "the C that the proof asks is never below the least",
        f"true at {int((ratio >= 1).sum())} of {int(covered.sum())} points; {float(ratio.min()):.1f} to "
        f"{float(ratio.max()):.0f} times the least", bool((ratio >= 1).sum() == covered.sum()),
    ))  # fmt: skip
    return rows


def row(name: str, setting: str, claim: str, measured: str, holds: bool) -> dict[str, Any]:
    numbers = {"rounds": None, "average_regret": None, "x": None}
    here = {"id": f"theorem2-{name}", "setting": setting, "method": "adam"}
    return here | numbers | {"claim": claim, "measured": measured, "holds": bool(holds)}


def caption(data: xr.Dataset) -> str:
    """Every setting of the figure."""
    a = data.attrs
    return (
        "Reddi, Kale & Kumar (2018), theorem 2: how large C must be. f_t(x) = C x when t mod C = 1, else -x; F = "
        "[-1, 1]; best point -1. Adam, no bias correction, eps = 0. Thick: the least integer C whose drift over a "
        "period is negative, so that R_T/T -> 2/C, for every x_1 and every alpha_t -> 0 with an infinite sum and "
        "alpha_{t+1}/alpha_t -> 1; faint where beta1 >= sqrt(beta2), which the theorem leaves out (a dot at the "
        "edge). Thin: the C that "
        "suffices for its proof, whose three conditions are from memory, not from the text; where it covers two "
        "beta1 their curves coincide. Dotted: 2/sqrt(1 - beta2), "
        f"the law of the least C for beta1 = 0. {data.sizes['beta2']} values of beta2, T = infinity, in closed form. "
        f"regretlab {a['regretlab']}, numpy {a['numpy']}."
    )


@rl.show.styled
def draw(data: xr.Dataset) -> Any:
    """Both C against 1 - beta2, beta2 growing to the right."""
    drawn, axes = rl.show.figure(1, 1, (6.4, 4.4))
    panel, away = axes[0, 0], 1 - data.beta2.values
    for beta1, look in zip(data.beta1.values, rl.show.PALETTE, strict=False):
        one = data.sel(beta1=beta1)
        inside = beta1 < np.sqrt(data.beta2.values)
        label, color = rf"$\beta_1={beta1:g}$", look["color"]
        panel.plot(
            away, one.least.where(inside), label=f"least $C$, {label}", **(look | {"linewidth": 2})
        )
        panel.plot(away, one.least.where(~inside), alpha=0.45, **(look | {"linewidth": 2}))
        panel.plot(away, one.enough, linewidth=0.9, color="#000000")
        edge = int(np.argmax(inside))
        if edge:
            panel.plot(away[edge], one.least[edge], "o", color=color, markersize=5)
    panel.plot([], [], linewidth=0.9, color="#000000", label="$C$ that the proof asks, from memory")
    law = 2 / np.sqrt(away)
    panel.plot(away[law > 4], law[law > 4], label=r"$2/\sqrt{1-\beta_2}$", color="#000000", linewidth=1,
               linestyle=(0, (1, 1.5)))  # fmt: skip
    panel.set(
        xscale="log",
        yscale="log",
        xlabel=r"$1-\beta_2$",
        ylabel="$C$",
        xlim=(1, 1e-4),
        ylim=(2, 1e6),
    )
    panel.legend(loc="upper left")
    drawn.supxlabel(
        textwrap.fill(caption(data), 136, break_on_hyphens=False), fontsize=6.5, x=0.02, ha="left"
    )
    return drawn
