"""The controls of the explorer page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regretlab.show.explorer.landscapes import landscapes
from regretlab.show.explorer.presets import PRESETS
from regretlab.show.explorer.ranges import COEFFICIENTS, NUMBERS, STEPS, STREAMS, WORDS

RACERS = ("sgd", "momentum", "nag:form=outside", "adam", "rmsprop")

# The words stand in a root of their own, where the page's style does not reach.
WORDS_CSS = """
p { margin: 0 0 3px; font-size: 13px; line-height: 1.35; color: #222; }
.a, .b { border-left: 4px solid; padding-left: 8px; }
.a { border-color: #D55E00; } .b { border-color: #0072B2; border-left-style: dashed; }
.known { color: #595959; font-size: 12px; } .look { font-style: italic; }
p[role=status] { background: #FFF3C4; padding: 3px 8px; }
sub { line-height: 0; }
pre { margin: 4px 0; padding: 8px; background: #F4F4F4; font-size: 12px; overflow-x: auto; user-select: all; }
"""


def controls(methods: Sequence[Any], alone: Sequence[Any]) -> dict[str, Any]:
    """Bokeh's widgets by name; `alone` are the methods that may race in the plane."""
    from bokeh.models import (
        Button,
        Div,
        NumericInput,
        RadioButtonGroup,
        Select,
        Slider,
        TextInput,
        Toggle,
    )

    wide: dict[str, Any] = {"sizing_mode": "stretch_width"}
    made: dict[str, Any] = {
        "preset": Select(
            title="Preset",
            options=[("", "(settings of your own)"), *((n, p.title) for n, p in PRESETS.items())],
            value="online",
            **wide,
        ),
        "method_a": Select(
            title="Method (orange)", options=list(methods), value=WORDS["a"], **wide
        ),
        "method_b": Select(title="beside (blue)", options=list(methods), value=WORDS["b"], **wide),
        "losses": Select(title="Stream f_t(x)", options=list(STREAMS), value="spike", **wide),
        "step": Select(title="Step size α_t", options=list(STEPS), value="inverse-sqrt", **wide),
        "c": TextInput(
            title="coefficients, repeated", value=", ".join(map(str, COEFFICIENTS)), **wide
        ),
        # Values that are not slid along a line of their own are slid along their logarithm.
        "beta1": Slider(title="β₁", start=0, end=0.999, value=0.9, step=0.001),
        "beta2": Slider(title="β₂", start=0, end=7, value=2, step=0.02),
        "alpha": Slider(title="α", start=-4, end=1, value=-0.3, step=0.02),
        "T": Slider(title="rounds T", start=1, end=7, value=5, step=0.1),
        "x1": Slider(title="x₁, the start", start=-1, end=1, value=0, step=0.05),
        "reset": Button(label="Reset"),
        "link": Button(label="Link"),
        "png": Button(label="PNG"),
        "csv": Button(label="CSV"),
        "show_code": Toggle(label="Show me the code", **wide),
        "code": Div(text="", visible=False, stylesheets=[WORDS_CSS], **wide),
        "notice": Div(text="", visible=False, stylesheets=[WORDS_CSS], **wide),
        "sentence": Div(text="", stylesheets=[WORDS_CSS], **wide),
        "shown": RadioButtonGroup(labels=["adam", "amsgrad"], active=0),
    }
    for name in ("C", "small", "period", "p", "seed", "eps"):
        about = NUMBERS[name]
        made[name] = NumericInput(title=about.label, value=about.start, mode="float", **wide)
    for name in ("beta1", "beta2", "alpha", "T", "x1"):
        made[name].update(sizing_mode="stretch_width", bar_color="#0072B2", format=shown(name))
    made |= racing(alone)
    return made


# What a slider says of the place where it stands.
SAYS = {
    "beta2": "const rest = 10 ** -tick; return `${Number((1 - rest).toPrecision(9))} (1 − β₂ = ${short(rest)})`;",
    "alpha": "return short(10 ** tick);",
    "T": "return Math.round(10 ** tick).toLocaleString('en');",
    "pace": "return String(Number((10 ** tick).toPrecision(2)));",
}
SHORT = "const short = (v) => String(Number(v.toPrecision(3)));"


def shown(name: str) -> Any:
    """How a slider's value is written."""
    from bokeh.models import CustomJSTickFormatter

    return CustomJSTickFormatter(code=f"{SHORT} {SAYS.get(name, 'return String(tick);')}")


def racing(methods: Sequence[Any]) -> dict[str, Any]:
    """Those of the second tab."""
    from bokeh.models import Button, Div, MultiSelect, RadioButtonGroup, Select, Slider

    wide: dict[str, Any] = {"sizing_mode": "stretch_width"}
    return {
        "view": RadioButtonGroup(labels=["Adam's drift", "Landscapes"], active=0),
        "landscape": Select(title="Landscape", options=list(landscapes()), value="ravine", **wide),
        "racers": MultiSelect(
            title="Methods racing (Ctrl or Shift picks more)", options=list(methods), value=list(RACERS),
            size=9, **wide,
        ),
        "pace": Slider(
            title="α, in every round", start=-5, end=0, value=-1.7, step=0.05, format=shown("pace"), **wide
        ),
        "moment": Slider(title="round t", start=2, end=1000, value=100, step=1, **wide),
        "race": Button(label="Race", **wide),
        "race_words": Div(text="", stylesheets=[WORDS_CSS], **wide),
    }  # fmt: skip
