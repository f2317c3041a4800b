"""A proof along a play: where it loses what, as a picture and as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regretlab.show.plays import wrapped
from regretlab.show.style import PALETTE, figure, save_figure, styled
from regretlab.show.tables import table

if TYPE_CHECKING:
    import xarray
    from matplotlib.figure import Figure


@styled
def plot_proof(lines: xarray.Dataset, path: str | Path | None = None) -> Figure:
    """Draw every line of `theorems.proof_lines` against t, and the share of the bound that each gives away.

    The figure is returned, and written to `path` (.png, .pdf or .svg) if one is given.
    """
    drawn, axes = figure(1, 2, (7.2, 3.9), gridspec_kw={"width_ratios": (1.2, 1)})
    (left, right), t, names = axes[0], lines["round"].values, lines.line.values
    values = lines.value.values
    for k, name in enumerate(names):
        if lines.relation.values[k] == "=":
            continue  # it would lie on the one before
        look, mark = PALETTE[k % len(PALETTE)], "o" if len(t) < 5 else None
        known = np.where(values[k] > 0, values[k], np.nan)
        width = 1.8 if k < len(PALETTE) else 0.9  # the looks come round again
        left.plot(t, known, label=f"{k + 1} {name}", marker=mark, linewidth=width, **look)
    left.set(xscale="log", yscale="log", xlabel="round $t$", ylabel="value of the line")
    low, high = left.get_ylim()
    left.set_ylim(low, high * (high / low) ** 0.6)  # room for the legend
    left.legend(ncol=2, fontsize=6, loc="upper left")
    shares = shares_of(lines)
    places = np.arange(len(names))[::-1]
    right.barh(places, shares, color=PALETTE[1]["color"], height=0.7)
    right.set_yticks(places, [f"{k + 1} {name}" for k, name in enumerate(names)])
    right.set_axisbelow(True)
    right.set(xlabel=f"share of line {len(names)}, t = {int(t[-1]):,}")
    right.set_title("what each line gives away")
    drawn.suptitle(f"{lines.attrs['title']}: the proof, line by line", fontsize=8)
    drawn.supxlabel(wrapped(caption(lines), 118), fontsize=7, x=0.02, ha="left")
    if path is not None:
        save_figure(drawn, path)
    return drawn


def shares_of(lines: xarray.Dataset) -> np.ndarray:
    """At the last t: the regret, then every slack, as shares of the last line; they sum to 1."""
    last = lines.isel(round=-1)
    parts = np.concatenate([last.value.values[:1], last.slack.values[1:]])
    return parts / float(last.value[-1])


def caption(lines: xarray.Dataset) -> str:
    """Every setting in one line, and whether the chain holds."""
    attrs = lines.attrs
    holds = "Every line is at most the next." if attrs["holds"] else "A LINE IS BROKEN."
    settings = (
        f"{attrs['method']} against {attrs['losses']} on {attrs['set']}; step {attrs['step']}"
    )
    return f"{attrs['source']}. {holds} {settings}; T = {int(lines['round'][-1]):,}."


def describe_proof(lines: xarray.Dataset) -> None:
    """Print every line at the last t: its text, value, slack, and why it stands."""
    last, n = lines.isel(round=-1), lines.sizes["line"]
    rows = [
        [
            f"{k + 1} {last.line.values[k]}",
            str(last.relation.values[k]) if k else "",
            str(last.text.values[k]),
            f"{float(last.value[k]):.6g}",
            f"{float(last.slack[k]):.4g}" if k else "",
            str(last.why.values[k]),
        ]
        for k in range(n)
    ]
    t = int(lines["round"][-1])
    table(f"{lines.attrs['title']}, t = {t:,}", ["line", "", "text", "value", "slack", "why"], rows)
