"""Definitions printed as JavaScript, operation by operation, so that a browser plays Algorithm 1.

What is printed is read from the syntax trees of the very functions that run in Python: `rounds`, the
hooks of the method, the gradient of the losses, the projection of the interval and the step size.
Parameters travel as values (`numbers`); choices and counts are folded, one text for each.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from regretlab.losses.sequence import Losses
from regretlab.losses.spike import Spike
from regretlab.methods.method import Method
from regretlab.readings.javascript import kernel
from regretlab.readings.javascript.kernel import Printed, numbers_of
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.interval import Interval

__all__ = ["exact", "javascript", "method_parts", "near", "numbers_of", "piece_part", "runtime"]


def javascript(
    method: Method, losses: Losses, set: FeasibleSet | None = None, step: Schedule | None = None
) -> str:
    """A self-contained script, the text of one JavaScript expression; its value has

        numbers            the parameters of the pieces as they were printed, to be changed at will
        exact              are all operations rounded once, so that every bit is that of Python?
        near               the functions for which that is not so: exp, log, pow, ...
        stream(seed, run)  the source of draws
        play(numbers, {at, x1, source}) -> Play

    and a Play advance(k), x, books() (t, x_t, R_t, cumulative_loss, comparator, comparator_loss,
    pseudo_regret of the rounds in `at`), watched() (m_t, V_t, u_t, alpha_t, after advance(k, true)), round and trouble.

    Losses are linear and of one coordinate, the set is an interval ([-1, 1] if none is given), the
    step that of the method if none is given. InvalidInput says in one line what cannot be printed.
    """
    feasible = Interval() if set is None else set
    step = method.default_step if step is None else step
    kernel.checked(method, losses, feasible, step)
    parts = [*method_parts(method, losses, feasible), piece_part(losses), piece_part(step)]
    pieces = {"method": method, "losses": losses, "feasible": feasible, "step": step}
    numbers = json.dumps({name: numbers_of(piece) for name, piece in pieces.items()})
    inexact = sorted(frozenset().union(*(part.near for part in parts)))
    lines = [
        "(function () {",
        '"use strict";',
        runtime(),
        *(part.text for part in parts),
        "const kernel = { start, advance, watch, expected };",
        "return {",
        f"  name: {json.dumps(method.name)},",
        f"  exact: {json.dumps(not inexact)},",
        f"  near: {json.dumps(inexact)},",
        f"  numbers: {numbers},",
        "  stream, philox, uniform, kernel,",
        "  play: (numbers, how) => new Play(kernel, numbers, how),",
        "};",
        "})()",
    ]
    return "\n".join(lines) + "\n"


def method_parts(
    method: Method, losses: Losses, feasible: FeasibleSet | None = None
) -> list[Printed]:
    """start, advance and watch of a method; the losses only say whether they are drawn at random."""
    feasible = Interval() if feasible is None else feasible
    kernel.checked(method, losses, feasible)
    assert isinstance(feasible, Interval)
    return [
        kernel.begin(method, feasible),
        kernel.loop(method, losses, feasible),
        kernel.loop(method, losses, feasible, watch=True),
    ]


def piece_part(piece: Losses | Schedule) -> Printed:
    """gradient and expected of losses, or alpha_t of a schedule."""
    return kernel.adversary(piece) if isinstance(piece, Losses) else kernel.schedule(piece)


@cache
def runtime() -> str:
    """What every script needs: exact sums, draws, and the class of plays."""
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text("utf-8") for name in ("support.js", "play.js"))


def near(method: Method) -> frozenset[str]:
    """The functions in a method's definition that are not rounded once (exp, log, pow, ...)."""
    return frozenset().union(*(part.near for part in method_parts(method, Spike())))


def exact(method: Method) -> bool:
    """Has a play in JavaScript every bit of the one in Python? Read from what was printed.

    So it is with + - * / sqrt, min and max, on losses and with steps of those alone.
    """
    return not near(method)
