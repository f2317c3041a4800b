"""One look for every figure: legible in print, safe for colour-blind readers, reproducible."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from regretlab.errors import InvalidInput
from regretlab.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

# Okabe & Ito (2008); a line style to each, so that black and white print keeps them apart.
PALETTE = (
    {"color": "#D55E00", "linestyle": "-"},
    {"color": "#0072B2", "linestyle": (0, (5, 1.5))},
    {"color": "#009E73", "linestyle": (0, (3, 1, 1, 1))},
    {"color": "#CC79A7", "linestyle": (0, (1, 1))},
    {"color": "#56B4E9", "linestyle": (0, (7, 1, 1, 1, 1, 1))},
    {"color": "#000000", "linestyle": (0, (2, 2))},
)

SETTINGS: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "mathtext.fontset": "cm",
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Make a drawing function draw in this look."""

    @wraps(draw)
    def drawing(*arguments: P.args, **options: P.kwargs) -> R:
        from matplotlib import rc_context

        with rc_context(SETTINGS):
            return draw(*arguments, **options)

    return drawing


@styled
def figure(
    rows: int, columns: int, size: tuple[float, float], **options: Any
) -> tuple[Figure, Any]:
    """A figure and its array of axes; drawn without a window, so that it works anywhere."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(drawn)
    return drawn, drawn.subplots(rows, columns, squeeze=False, **options)


@styled
def save_figure(drawn: Figure, path: str | Path) -> Path:
    """Write a figure; the same figure gives the same bytes (no date inside)."""
    from matplotlib import rc_context

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it remarks on the dates inside fonts
    path = picture(path)
    dated: dict[str, Any] = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
    if drawn.get_layout_engine() is not None:  # lay it out once, so that it is the same each time
        drawn.draw_without_rendering()
        drawn.set_layout_engine("none")
    image = io.BytesIO()
    with rc_context({"svg.hashsalt": "regretlab"}):
        drawn.savefig(image, format=path.suffix[1:], metadata=dated.get(path.suffix))
    return write_whole(path, image.getvalue())


def picture(path: str | Path) -> Path:
    """A path that ends in .png, .pdf or .svg, or InvalidInput."""
    if Path(path).suffix not in (".png", ".pdf", ".svg"):
        raise InvalidInput(f"{path} is not a kind of picture: let it end in .png, .pdf or .svg.")
    return Path(path)
