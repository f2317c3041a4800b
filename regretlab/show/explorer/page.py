"""The explorer as one HTML file: Bokeh's document, its script inlined, and what plays in it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.show.explorer.offered import offered

FOLDER = Path(__file__).parent
SCRIPTS = ("settings", "limits", "sentences", "draw", "code", "files", "landscapes", "start")


@cache
def page() -> str:
    """The page, the same text each time; InvalidInput if Bokeh is not installed."""
    try:
        from bokeh.document import Document
        from bokeh.embed import file_html
        from bokeh.resources import INLINE
        from jinja2 import Template
    except ImportError:
        raise InvalidInput(
            "the explorer is drawn with Bokeh, which is not installed: pip install 'regretlab[explorer]'."
        ) from None
    data = offered()
    ui = models(data["tables"]["methods"])
    document = Document(title="regretlab: where Adam turns round")
    for name, model in ui.items():
        model.name = name
        if is_root(model):
            document.add_root(model)
    wire(document, ui)
    template = Template((FOLDER / "page" / "page.html").read_text("utf-8"))
    return file_html(
        document, INLINE, template=template, template_variables={
            "css": (FOLDER / "page" / "page.css").read_text("utf-8"),
            "data": in_script(data),
            "worker": in_script(data["tables"]["compose"] + text("worker")),
            "script": "\n".join(map(text, SCRIPTS)),
        },
    )  # fmt: skip


def text(name: str) -> str:
    return (FOLDER / "page" / f"{name}.js").read_text("utf-8")


def in_script(value: Any) -> str:
    """JSON that cannot end the script that it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def models(methods: dict[str, Any]) -> dict[str, Any]:
    from regretlab.show.explorer.controls import controls
    from regretlab.show.explorer.figures import figures
    from regretlab.show.explorer.plane import plane_figures

    alone = [name for name, method in methods.items() if method["alone"]]
    return controls(list(methods), alone) | figures() | plane_figures()


def is_root(model: Any) -> bool:
    from bokeh.models import LayoutDOM

    return isinstance(model, LayoutDOM)


CLICKED = ("reset", "link", "png", "csv", "race")
MOVED = (
    "method_a", "method_b", "losses", "step", "c", "C", "small", "period", "p", "seed", "eps",
    "beta1", "beta2", "alpha", "T", "x1",
)  # fmt: skip


def wire(document: Any, ui: dict[str, Any]) -> None:
    """Thin callbacks: each names the action of `start.js` that it calls."""
    from bokeh.events import ButtonClick, DocumentReady, Tap
    from bokeh.models import CustomJS

    named = "{" + ", ".join(ui) + "}"
    begin = f"window.explorer = regretlab_explorer({named});"
    document.js_on_event(DocumentReady, CustomJS(args=ui, code=begin))

    def call(code: str) -> Any:
        return CustomJS(code=f"window.explorer?.{code}")

    for name in MOVED:
        ui[name].js_on_change("value", call(f"moved({json.dumps(name)}, cb_obj.value)"))
    for name in CLICKED:
        ui[name].js_on_event(ButtonClick, call(f"{name}()"))
    ui["preset"].js_on_change("value", call("choose(cb_obj.value)"))
    ui["show_code"].js_on_change("active", call("code(cb_obj.active)"))
    ui["shown"].js_on_change("active", call("shown()"))
    for name in ("landscape", "racers", "pace", "moment"):
        ui[name].js_on_change("value", call(f"{name}()"))
    ui["view"].js_on_change("active", call("view(cb_obj.active)"))
    ui["phase_figure"].js_on_event(Tap, call("tap(cb_obj.x, cb_obj.y)"))
