"""A play as a picture: the iterates beside the average regret, with every setting below."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.result import Play
from regretlab.show.style import PALETTE, figure, save_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_COORDINATES = 6
FEW = 5


@styled
def plot(self: Play, path: str | Path | None = None) -> Figure:
    """Draw x_t and R_t / t against t; with runs, their median and the band from smallest to largest.

    The figure is returned, and written to `path` (.png, .pdf or .svg) if one is given.
    """
    data = self.data
    drawn, axes = figure(1, 2, (7.2, 3.1))
    (left, right), t = axes[0], data["round"].values
    d = data.sizes["coordinate"]
    for i in range(min(d, SHOWN_COORDINATES)):
        label = f"$x_{{t,{i + 1}}}$" if d > 1 else "$x_t$"
        band(left, t, data.iterate.isel(coordinate=i), PALETTE[i % len(PALETTE)], label)
    band(right, t, data.average_regret, PALETTE[0], "$R_t/t$")
    if bool(np.isfinite(data.pseudo_regret).any()):
        band(right, t, data.pseudo_regret / data["round"], PALETTE[1], "pseudo-regret$/t$")
    left.set(xscale="log", xlabel="round $t$", ylabel="iterate $x_t$")
    right.set(xscale="log", xlabel="round $t$", ylabel="average regret $R_t/t$")
    averages = data.average_regret.values[np.isfinite(data.average_regret.values)]
    if len(averages) and averages.min() > 0:
        right.set_yscale("log")
    elif len(averages) and averages.max() > 0:  # nothing negative is cut off, nothing is flattened
        least = max(float(abs(averages).max()) * 1e-3, 1e-12)
        right.set_yscale("symlog", linthresh=least, linscale=0.6)
    if d > 1:
        more = f";\n{d - SHOWN_COORDINATES} more not drawn" if d > SHOWN_COORDINATES else ""
        left.legend(title=f"coordinates{more}", loc="center left", bbox_to_anchor=(1, 0.5))
    if right.lines[1:]:
        right.legend()
    drawn.supxlabel(wrapped(caption(self), 118), fontsize=7, x=0.02, ha="left")
    if path is not None:
        save_figure(drawn, path)
    return drawn


def band(axes: Any, t: np.ndarray, values: Any, look: dict, label: str) -> None:
    """A line; or, over runs, the median in the band from the smallest to the largest."""
    if "run" in values.dims:
        axes.fill_between(
            t, values.min("run"), values.max("run"), color=look["color"], alpha=0.2, linewidth=0
        )
        values = values.median("run")
    marker = "o" if len(t) < FEW else None  # a line of one point cannot be seen
    axes.plot(t, values, label=label, linewidth=1.6, marker=marker, **look)


def wrapped(text: str, width: int, lines: int = 6) -> str:
    """A caption in lines, broken at spaces, and what is longer than a line behind one of , : ; / &;
    what would crowd the picture out ends in '...'."""
    wrapper = Wrapper(width, max_lines=lines, placeholder=" ...", break_on_hyphens=False)
    return "\n".join(wrapper.wrap(text.replace("$", r"\$")))


class Wrapper(textwrap.TextWrapper):
    """It breaks a piece as the command line spells it between its settings, not inside their names."""

    def _split(self, text: str) -> list[str]:
        parts = []
        for word in super()._split(text):
            parts += re.split(r"(?<=[,:;/&])", word) if len(word) > self.width else [word]
        return [part for part in parts if part]


def caption(played: Play) -> str:
    """Every setting of a play in one line."""
    attrs, data = played.data.attrs, played.data
    start = np.atleast_1d(attrs["x1"])
    shown = start[:1] if (start == start[0]).all() else start[:SHOWN_COORDINATES]
    x1 = ", ".join(f"{v:.13g}" for v in shown) + (", ..." if 1 < len(shown) < len(start) else "")
    runs = f"; {data.sizes['run']} runs (median, smallest to largest)" if "run" in data.dims else ""
    seed = f"; seed {attrs['seed']}" if attrs["random"] else ""
    return (
        f"{played.spelled('method')} against {played.spelled('losses')} on {played.spelled('set')}; "
        f"step {played.spelled('step')}; x1 = {x1}; "
        f"T = {int(data['round'][-1]):,}{seed}{runs}; {attrs['engine']} engine, "
        f"regretlab {json.loads(attrs['versions'])['regretlab']}."
    )
