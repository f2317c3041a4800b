"""The data of the explorer page: what is printed, what can be set, and what is known beforehand."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.limits import certify, limit
from regretlab.losses.spike import Spike
from regretlab.methods.method import Method
from regretlab.show.explorer import ranges
from regretlab.show.explorer.kernels import pieces, tables
from regretlab.show.explorer.landscapes import landscapes
from regretlab.show.explorer.presets import PRESETS, VARIANTS, Preset
from regretlab.show.style import PALETTE
from regretlab.spelling import parse

# Where the page's way to a limit, the step size frozen, is not that of the package, or where that has none.
NO_ORBIT = ("adadelta", "adamx", "ademamix", "sophia-g")
ADJUSTED = ("beta1", "beta2", "eps")  # a method's own numbers that the page sets


@cache
def offered() -> dict[str, Any]:
    """Everything, as JSON has it."""
    methods = [*pieces("method"), *(spelled(text) for text in VARIANTS)]
    printed = tables(methods)
    for method in methods:
        if (name := method.brief()) in printed["methods"]:
            printed["methods"][name] |= {
                "python": in_python(method),
                "alone": alone(method),
                "orbit": has_orbit(method),
            }
    wanted = {name for name, _ in ranges.STREAMS}
    printed["losses"] = {n: t for n, t in printed["losses"].items() if n in wanted}
    return {
        "tables": printed,
        "ranges": ranges.as_json(),
        "presets": {name: preset._asdict() for name, preset in PRESETS.items()},
        "known": {name: known(preset) for name, preset in PRESETS.items()},
        "landscapes": landscapes(),
        "adjust": {"method": list(ADJUSTED)},
        "colors": [style["color"] for style in PALETTE],
    }


def in_python(method: Method) -> dict[str, Any]:
    """How a method is written: its class, the options that are not its defaults, the one inside."""
    kind: Any = type(method)
    plain, inner = kind().spec(), inside(method)
    fixed = {
        k: v
        for k, v in method.spec().items()
        if v != plain[k] and k not in ("method", "convention")
    }
    return {
        "class": type(method).__name__, "fixed": fixed, "inner": None if inner is None else in_python(inner)
    }  # fmt: skip


def spelled(text: str) -> Method:
    """A method as the command line has it."""
    method = parse("method", text)
    assert isinstance(method, Method)
    return method


def inside(method: Method) -> Method | None:
    """The method that another one wraps."""
    inner = getattr(method, "method", None)
    return inner if isinstance(inner, Method) else None


def known(preset: Preset) -> dict[str, Any]:
    """What Python knows of a preset's two methods: the limit, and whether it is certified."""
    settings = ranges.as_json()["start"] | preset.settings
    if settings["losses"] != "spike" or settings["step"] != "inverse-sqrt":
        return {}
    stream = Spike(C=settings["C"], small=settings["small"], period=settings["period"])
    out = {}
    for which in ("a", "b"):
        with contextlib.suppress(InvalidInput):
            method = adjusted(spelled(settings[which]), settings)
            told = limit(method, stream)
            row = {"kind": told.kind, "drift": told.drift, "average_regret": told.average_regret}
            document = certify(method, stream)
            if document["status"] == "proved":
                row["certificate"] = {"drift": document["drift"], "digest": document["digest"]}
            out[which] = row
    return out


def alone(method: Method) -> bool:
    """Does each coordinate go its own way, on a gradient taken where it stands?"""
    return not method.departs or method.departs.startswith("with weight decay")


def has_orbit(method: Method) -> bool:
    """Do its updates come to repeat, as far as the package knows? Only then does the page say so."""
    if method.name in NO_ORBIT:
        return False
    try:
        return alone(method) and limit(method, Spike(C=3.0, small=1.0, period=3)).drift is not None
    except InvalidInput:
        return False


def adjusted(method: Method, settings: dict[str, Any]) -> Method:
    """A method with the settings' decays and eps, as far as the page sets them for it."""
    names = [n for n in adjustable(method) if n in method.parameters()]
    return method.but(**{name: settings[name] for name in names})


def adjustable(method: Method) -> tuple[str, ...]:
    """RMSProp is shown without momentum, which is what tells it from Adam here."""
    return ADJUSTED[1:] if method.name == "rmsprop" else ADJUSTED
