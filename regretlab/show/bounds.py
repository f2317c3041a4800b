"""A play's regret under a bound, as a picture, with every setting and what is known of the bound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regretlab.bounds.bound import STATUSES, known_by
from regretlab.bounds.checking import Checked
from regretlab.show.plays import caption, wrapped
from regretlab.show.style import PALETTE, figure, save_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@styled
def plot_bound(checked: Checked, path: str | Path | None = None) -> Figure:
    """Draw R_t and the bound against t, and beside them R_t / bound; with runs, medians and bands.

    Where an assumption does not hold there is no bound to draw: only R_t, under what does not hold.
    The figure is returned, and written to `path` (.png, .pdf or .svg) if one is given.
    """
    drawn, axes = figure(1, 1 if checked.rhs is None else 2, (7.2, 3.3))
    t = checked.rounds
    left = axes[0, 0]
    left.set(xscale="log", xlabel="round $t$", ylabel="regret $R_t$")
    lines(left, t, checked.regret, PALETTE[0], "$R_t$")
    if checked.rhs is not None:
        lines(left, t, checked.rhs, PALETTE[1], "bound")
        compare(axes[0, 1], checked)
    else:
        note = "\n".join(["No bound is drawn:", *(a.told for a in checked.broken_assumptions)])
        left.set_title(wrapped(note, 100), loc="left", fontsize=8)
    scale(left)
    left.legend()
    claim = f"{checked.bound.title}\n$R_T \\leq {checked.bound.statement}$"
    drawn.suptitle(claim, fontsize=8)
    told = "\n".join(wrapped(part, 118) for part in (said(checked), caption(checked.play)))
    drawn.supxlabel(told, fontsize=7, x=0.02, ha="left")
    if path is not None:
        save_figure(drawn, path)
    return drawn


def compare(right: Axes, checked: Checked) -> None:
    """R_t / bound, where the bound is positive."""
    rhs = np.asarray(checked.rhs)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(rhs > 0, checked.regret / rhs, np.nan)
    lines(right, checked.rounds, ratio, PALETTE[0], "$R_t$ / bound")
    right.axhline(1.0, label="equality", **PALETTE[5])
    right.set(xscale="log", xlabel="round $t$", ylabel="$R_t$ / bound")
    scale(right)
    right.legend()


def scale(axes: Axes) -> None:
    """A logarithmic scale, symmetric where something is not positive."""
    values = np.concatenate([np.asarray(line.get_ydata()) for line in axes.lines])
    known = values[np.isfinite(values)]
    if len(known) and known.min() > 0:
        axes.set_yscale("log")
    elif len(known) and abs(known).max() > 0:  # nothing negative is cut off
        least = max(float(abs(known).max()) * 1e-3, 1e-12)
        axes.set_yscale("symlog", linthresh=least, linscale=0.6)


def lines(axes, t: np.ndarray, values: np.ndarray, look: dict, label: str) -> None:
    """A line; or, over runs, the median in the band from the smallest to the largest."""
    if values.ndim > 1:
        axes.fill_between(
            t, values.min(axis=0), values.max(axis=0), color=look["color"], alpha=0.2, linewidth=0
        )
        values = np.median(values, axis=0)
    axes.plot(t, values, label=label, marker="o" if len(t) < 5 else None, **look)


def said(checked: Checked) -> str:
    """The bound, its source and status, and what came of it."""
    bound = checked.bound
    known = known_by(bound.label)
    if checked.rhs is None:
        why = "; ".join(a.told for a in checked.broken_assumptions)
        end = f"No bound is drawn: {why}."
    else:
        verdict = "holds" if checked.holds else "is broken"
        end = f"It {verdict}; the smallest slack is {checked.smallest:.4g}, in round {checked.at}."
    return (
        f"Bound {bound.brief()}, {bound.source} ({known}); {bound.status}: "
        f"{STATUSES[bound.status]}. {bound.remark} {end}"
    )
