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
    made["heads"] = heads = source("x", "y", "color", "fill", "name")
    drawn.scatter("x", "y", source=heads, size=15, color="white")
    tips = drawn.scatter(
        "x", "y", source=heads, size=10, fill_color="fill", line_color="color", line_width=2.5
    )  # fmt: skip
    drawn.add_tools(HoverTool(tooltips=[("", "@name")], renderers=[tips]))
    drawn.grid.visible = False
    made["map"] = drawn


# Where no tick is less than one from the next, they are powers of ten.
HEIGHT = """if (ticker.min_interval < 1) return String(Number(tick.toPrecision(3))).replace('-', '−');
return '10' + [...String(Math.round(tick))].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[c] ?? '⁻').join('');"""
SHORT = "return String(Number(tick.toPrecision(3))).replaceAll('-', '−');"


def descent(made: dict[str, Any]) -> None:
    from bokeh.models import AdaptiveTicker, CustomJSTickFormatter

    drawn = blank("f(x_t) − min f, log scale", 270, x_range=(1, 100), y_range=(-1, 6))
    drawn.multi_line(
        "ts", "fs", source=made["tracks"], color="color", line_dash="dash", line_width=2
    )
    made["descent_ticks"] = ticker = AdaptiveTicker(
        base=10, mantissas=[1, 2, 5], min_interval=1, num_minor_ticks=0, desired_num_ticks=7
    )
    drawn.yaxis.ticker = ticker
    drawn.yaxis.formatter = CustomJSTickFormatter(code=HEIGHT, args={"ticker": ticker})
    drawn.xaxis.axis_label = "round t"
    drawn.xaxis.axis_label_text_font_size = "11px"
    made["descent"] = drawn


def one_step(made: dict[str, Any]) -> None:
    from bokeh.models import BasicTicker, CustomJSTickFormatter

    drawn = blank("One step from x_t", 270, x_range=(-1, 1), y_range=(-1, 1))
    made["arrows"] = arrows = source("x0", "y0", "x1", "y1", "color", "dash", "fill", "width")
    made["tips"] = tips = source("x", "y", "text", "color", "right", "below")
    drawn.segment(
        "x0", "y0", "x1", "y1", source=arrows, color="color", line_dash="dash", line_width="width"
    )
    drawn.scatter(
        "x1", "y1", source=arrows, fill_color="fill", line_color="color", line_width=2, size=9, marker="diamond"
    )  # fmt: skip
    drawn.text(
        "x", "y", "text", source=tips, text_color="color", text_font_size="12px", x_offset="right",
        y_offset="below", text_align="center", text_baseline="middle",
    )  # fmt: skip
    for axis in (*drawn.xaxis, *drawn.yaxis):
        axis.ticker = BasicTicker(desired_num_ticks=4)
        axis.formatter = CustomJSTickFormatter(code=SHORT)
    drawn.xaxis.axis_label = "from x_t: momentum’s gradient is taken at x_t, Nesterov’s ahead"
    drawn.xaxis.axis_label_text_font_size = "11px"
    made["one_step"] = drawn
