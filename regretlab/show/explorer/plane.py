"""The panels of the page's second tab: a map, the descent, and one step with its vectors."""

from __future__ import annotations

from typing import Any

from regretlab.show.explorer.figures import INK, blank, source


def plane_figures() -> dict[str, Any]:
    """Figures and sources by name."""
    made: dict[str, Any] = {"tracks": source("xs", "ys", "ts", "fs", "color", "dash", "name")}
    for add in (landscape, descent, one_step):
        add(made)
    return made


def landscape(made: dict[str, Any]) -> None:
    import numpy as np
    from bokeh.models import ColumnDataSource, HoverTool, LinearColorMapper
    from bokeh.palettes import Greys256

    drawn = blank(
        "The landscape (dark is low) and the paths on it", 560, x_range=(-3, 3), y_range=(-1.5, 1.5)
    )
    made["heights"] = heights = ColumnDataSource(
        {"image": [np.zeros((2, 2))], "x": [-3.0], "y": [-1.5], "dw": [6.0], "dh": [3.0]}
    )
    colors = LinearColorMapper(palette=Greys256[90:])
    drawn.image("image", x="x", y="y", dw="dw", dh="dh", source=heights, color_mapper=colors)
    made["least"] = least = source("x", "y")
    drawn.scatter("x", "y", source=least, marker="star", size=18, color="white", line_color=INK)
    drawn.multi_line(
        "xs", "ys", source=made["tracks"], color="color", line_dash="dash", line_width=2.5
    )
    made["heads"] = heads = source("x", "y", "color", "name")
    tips = drawn.scatter(
        "x", "y", source=heads, size=11, color="color", line_color="white", legend_group="name"
    )
    drawn.add_tools(HoverTool(tooltips=[("", "@name")], renderers=[tips]))
    drawn.grid.visible = False
    made["map"] = drawn


def descent(made: dict[str, Any]) -> None:
    from bokeh.models import CustomJSTickFormatter

    drawn = blank(
        "f at the iterate, over rounds (log scale)", 270, x_range=(1, 100), y_range=(-1, 6)
    )
    drawn.multi_line(
        "ts", "fs", source=made["tracks"], color="color", line_dash="dash", line_width=2
    )
    drawn.yaxis.formatter = CustomJSTickFormatter(
        code="return (tick < 0 ? '−' : '') + String(Number(((10 ** Math.abs(tick) - 1) / 1e6).toPrecision(1)));"
    )
    made["descent"] = drawn


def one_step(made: dict[str, Any]) -> None:
    drawn = blank(
        "One step: momentum's gradient here, Nesterov's ahead",
        270,
        x_range=(-1, 1),
        y_range=(-1, 1),
    )
    made["arrows"] = arrows = source("x0", "y0", "x1", "y1", "color", "width")
    made["tips"] = tips = source("x", "y", "text", "color")
    drawn.segment("x0", "y0", "x1", "y1", source=arrows, color="color", line_width="width")
    drawn.scatter("x1", "y1", source=arrows, color="color", size=9, marker="diamond")
    drawn.text(
        "x", "y", "text", source=tips, text_color="color", text_font_size="12px", x_offset=8, y_offset=5
    )  # fmt: skip
    made["one_step"] = drawn
