"""What the explorer page plays: printed methods, losses and steps, put together in the browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.losses.sequence import Losses
from regretlab.losses.spike import Spike
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.method import Method
from regretlab.pieces import Piece
from regretlab.readings.javascript import method_parts, numbers_of, piece_part, runtime
from regretlab.readings.javascript.kernel import loop
from regretlab.schedules import Schedule
from regretlab.sets.interval import Interval
from regretlab.spelling import ROOMS, found

SMALL = 1e-3  # where a parameter is 0, so that its term is printed


def tables(methods: Iterable[Method] | None = None) -> dict[str, Any]:
    """All that the page needs, as JSON has it; `compose.js` puts it together and plays it.

    {"runtime": the text that every play needs, "compose": that of `compose.js`,
     "methods", "losses", "steps": {name as the command line has it: {"numbers", "parameters", "exact",
     "near" and the printed texts}}, "set": likewise of the interval}

    `methods` are those to print, each with its own choices; all that can be printed with their
    defaults, and with the options of every library, if none are given. What cannot be printed is left
    out (see `refused`).
    """
    chosen = variants() if methods is None else methods
    return {
        "runtime": runtime(),
        "compose": (Path(__file__).parent / "compose.js").read_text("utf-8"),
        "methods": dict(printed(chosen, of_method)),
        "losses": dict(printed(pieces("losses"), of_losses)),
        "steps": dict(printed(pieces("step"), of_step)),
        "set": described(Interval()),
    }


def pieces(kind: str) -> list[Any]:
    """Every piece of a kind with its defaults."""
    return [piece() for _, piece in sorted(found(ROOMS[kind]).items()) if not piece.abstract]


def variants() -> list[Method]:
    """Every method with its defaults, and with the options of every library where they differ."""
    out = []
    for method in pieces("method"):
        plain = {k: v for k, v in method.spec().items() if k != "convention"}
        out.append(method)
        for library in method.conventions:
            other = type(method)(convention=library)
            if {k: v for k, v in other.spec().items() if k != "convention"} != plain:
                out.append(other)
    return out


def printed(given: Iterable[Any], make: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    for piece in given:
        with contextlib.suppress(InvalidInput):
            yield piece.brief(), make(piece)


def refused(given: Iterable[Piece]) -> dict[str, str]:
    """Why pieces cannot be printed, by name, in one line each."""
    out = {}
    for piece in given:
        try:
            of_method(piece) if isinstance(piece, Method) else piece_part(piece)  # type: ignore[arg-type]
        except InvalidInput as why:
            out[piece.brief()] = str(why)
    return out


def of_method(method: Method) -> dict[str, Any]:
    """A method's texts: before round 1, and its loop against losses that are given or drawn."""
    whole, drawn = switched_on(method), SpikeIID()
    start, advance, watch = method_parts(whole, Spike())
    again = loop(whole, drawn, Interval())
    near = sorted(start.near | advance.near | watch.near | again.near)
    texts = {"start": start.text, "given": advance.text, "drawn": again.text, "watch": watch.text}
    step = {"name": method.default_step.name, "numbers": numbers_of(method.default_step)}
    said = {"departs": method.departs, "exact": not near, "near": near, "step": step}
    return described(method) | said | texts


def of_losses(losses: Losses) -> dict[str, Any]:
    """A sequence's gradient, and whether it is drawn at random."""
    text, near = piece_part(losses)
    period = losses.one_period()
    said = {"random": losses.random, "period": None if period is None else len(period)}
    return described(losses) | said | {"near": sorted(near), "gradient": text}


def of_step(step: Schedule) -> dict[str, Any]:
    """A schedule's alpha_t."""
    text, near = piece_part(step)
    return described(step) | {"near": sorted(near), "alpha_t": text}


def described(piece: Piece) -> dict[str, Any]:
    """A piece's parameters: their values, and what a slider needs to know of each."""
    about = {}
    for name, f in piece.parameters().items():
        if (kind := piece.kind_of(f)) in ("real", "whole"):
            within = f.metadata.get("within")
            about[name] = {
                "kind": kind,
                "within": within.text if within else "(-inf, inf)",
                "doc": f.metadata.get("doc", ""),
                "symbol": f.metadata.get("symbol", ""),
            }
    first = (piece.__doc__ or "").strip().partition("\n")[0]
    return {
        "formula": first, "source": piece.source, "numbers": numbers_of(piece), "parameters": about
    }  # fmt: skip


def switched_on(method: Method) -> Method:
    """With numbers above 0 in place of 0, so that a slider can leave 0: a term that is 0 may be left
    out of a definition. At 0 the terms that are printed change nothing."""
    inside = getattr(method, "method", None)
    if isinstance(inside, Method):
        method = method.but(method=switched_on(inside))
    for name, f in method.parameters().items():
        if method.kind_of(f) == "real" and getattr(method, name) == 0.0:
            with contextlib.suppress(InvalidInput):
                method = method.but(**{name: SMALL})
    return method
