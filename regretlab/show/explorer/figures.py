"""The panels of the explorer page: figures of Bokeh's, and the sources that they draw."""

from __future__ import annotations

from typing import Any

from regretlab.show.style import PALETTE

ORANGE, BLUE, GREEN, PINK = (style["color"] for style in PALETTE[:4])
GREY, INK = "#9A9A9A", "#222222"
SQUARED = "const v = tick * Math.abs(tick); return (v < 0 ? '−' : '') + Number(Math.abs(v).toPrecision(3));"


def figures() -> dict[str, Any]:
    """Figures and sources by name."""
    made: dict[str, Any] = {}
    for add in (iterates, regrets, gradients, updates, phase):
        add(made)
    return made


def blank(title: str, height: int = 198, **options: Any) -> Any:
    from bokeh.plotting import figure

    drawn: Any = figure(
        title=title, height=height, sizing_mode="stretch_width", toolbar_location=None, tools="",
        min_border_left=52, min_border_right=12, output_backend="canvas", **options,
    )  # fmt: skip
    drawn.title.text_font_size = "12px"
    drawn.title.text_color = INK
    drawn.grid.grid_line_color = "#E6E6E6"
    drawn.outline_line_color = None
    return drawn


def source(*columns: str) -> Any:
    from bokeh.models import ColumnDataSource

    return ColumnDataSource({name: [] for name in columns})


def legend(drawn: Any) -> None:
    """Above the panel, in one line, where it hides no data."""
    drawn.add_layout(drawn.legend[0], "above")
    drawn.legend.orientation = "horizontal"
    drawn.legend.location = "top_left"
    drawn.legend.label_text_font_size = "11px"
    drawn.legend.background_fill_alpha = 0.75
    drawn.legend.border_line_color = None
    drawn.legend.padding, drawn.legend.spacing, drawn.legend.margin = 0, 12, 0
    drawn.legend.glyph_width, drawn.legend.glyph_height = 26, 12


def iterates(made: dict[str, Any]) -> None:
    from bokeh.models import HoverTool

    drawn = blank(
        "The iterate x_t over rounds", x_axis_type="log", x_range=(1, 1e5), y_range=(-1.08, 1.08)
    )
    for which, color, dash in (("a", ORANGE, "solid"), ("b", BLUE, "dashed")):
        made[f"iterate_{which}"] = data = source("t", "x")
        drawn.line("t", "x", source=data, color=color, line_dash=dash, line_width=2)
    drawn.add_tools(HoverTool(tooltips=[("t", "@t{0,0}"), ("x_t", "@x{0.0000}")], mode="vline"))
    made["iterate"] = drawn


def regrets(made: dict[str, Any]) -> None:
    from bokeh.models import HoverTool

    drawn = blank(
        "Average regret R_t / t, with its limit",
        x_axis_type="log",
        x_range=(1, 1e5),
        y_range=(0, 1),
    )
    made["bound"] = bound = source("t", "r")
    drawn.line(
        "t", "r", source=bound, color=INK, line_dash="dotdash", legend_label="theorem 4's bound"
    )
    for which, color, dash in (("a", ORANGE, "solid"), ("b", BLUE, "dashed")):
        made[f"regret_{which}"] = data = source("t", "r")
        made[f"limit_{which}"] = end = source("t", "A", "AB")
        drawn.line(
            "t",
            "A",
            source=end,
            color=color,
            line_width=1,
            line_dash=[2, 4],
            legend_label="limit A",
        )
        drawn.line(
            "t", "AB", source=end, color=color, line_width=5, alpha=0.22, legend_label="A + B/√t"
        )
        line = drawn.line("t", "r", source=data, color=color, line_dash=dash, line_width=2)
        drawn.add_tools(
            HoverTool(tooltips=[("t", "@t{0,0}"), ("R_t/t", "@r{0.00000}")], renderers=[line])
        )
    legend(drawn)
    made["bound_item"] = drawn.legend[0].items[0]
    made["regret"] = drawn


def gradients(made: dict[str, Any]) -> None:
    from bokeh.models import CustomJSTickFormatter, HoverTool

    drawn = blank(
        "One period: gradient, m and √V (±√ scale)", 140, x_range=(0, 102), y_range=(-5, 35)
    )
    made["orbit"] = data = source("j", "g", "m", "root", "g0", "m0", "root0", "width")
    bars = drawn.vbar(
        "j", top="g", width="width", source=data, color="#8C8C8C", legend_label="gradient"
    )
    drawn.line(
        "j", "m", source=data, color=GREEN, line_width=2, line_dash="dashed", legend_label="m"
    )
    drawn.line("j", "root", source=data, color=PINK, line_width=2.5, legend_label="√V")
    drawn.yaxis.formatter = CustomJSTickFormatter(code=SQUARED)
    tips = [("round", "@j"), ("g", "@g0"), ("m", "@m0"), ("√V", "@root0")]
    drawn.add_tools(HoverTool(tooltips=tips, renderers=[bars], mode="vline"))
    legend(drawn)
    made["gradients"] = drawn


def updates(made: dict[str, Any]) -> None:
    from bokeh.models import HoverTool, Span

    drawn = blank("Steps u = m/√V and their running sum", 150, x_range=(0, 102), y_range=(-2, 2))
    made["steps"] = data = source("j", "u", "running", "width")
    made["verdict"] = end = source("j", "y", "text", "below")
    drawn.add_layout(Span(location=0, dimension="width", line_color=GREY, line_width=1))
    bars = drawn.vbar("j", top="u", width="width", source=data, color="#56B4E9", legend_label="u")
    drawn.line("j", "running", source=data, color=INK, line_width=2, legend_label="running sum")
    drawn.scatter("j", "y", source=end, size=9, color=INK)
    drawn.text(
        "j",
        "y",
        "text",
        source=end,
        x_offset=-8,
        y_offset="below",
        text_align="right",
        text_font_size="12px",
        text_font_style="bold",
    )
    tips = [("round", "@j"), ("u", "@u"), ("sum so far", "@running")]
    drawn.add_tools(HoverTool(tooltips=tips, renderers=[bars], mode="vline"))
    legend(drawn)
    made["updates"] = drawn


def phase(made: dict[str, Any]) -> None:
    import numpy as np
    from bokeh.models import ColumnDataSource, CustomJSTickFormatter, LinearColorMapper

    drawn = blank("(β₁, β₂) at T = ∞", 305, x_range=(0, 0.99), y_range=(0, 6))
    drawn.xaxis.axis_label, drawn.yaxis.axis_label = (
        "β₁  (blue right, orange wrong, grey not known)",
        "β₂ (log scale in 1 − β₂)",
    )
    drawn.axis.axis_label_text_font_size = "12px"
    drawn.yaxis.formatter = CustomJSTickFormatter(
        code="return String(Number((1 - 10 ** -tick).toFixed(9)));"
    )
    made["phase"] = data = ColumnDataSource({"image": [np.full((2, 2), np.nan)]})
    colors = LinearColorMapper(palette=diverging(), low=-1, high=1, nan_color="#DDDDDD")
    drawn.image("image", x=0, y=0, dw=0.99, dh=6, source=data, color_mapper=colors)
    made["here"] = here = source("beta1", "beta2")
    drawn.scatter(
        "beta1",
        "beta2",
        source=here,
        size=15,
        marker="circle",
        fill_color="white",
        line_color=INK,
        line_width=3,
    )
    drawn.grid.visible = False
    made["phase_figure"] = drawn


def diverging(n: int = 129) -> list[str]:
    """From the palette's orange over white to its blue: safe for colour-blind readers."""
    ends = [tuple(int(color[k : k + 2], 16) for k in (1, 3, 5)) for color in (ORANGE, BLUE)]
    out = []
    for k in range(n):
        share = 2 * k / (n - 1) - 1
        rgb = ends[share > 0]
        out.append("#" + "".join(f"{round(255 + abs(share) * (v - 255)):02X}" for v in rgb))
    return out
