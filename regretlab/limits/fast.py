"""The orbit in microseconds: the period compiled once, then two or three runs of it for each number.

Which numbers of the memory are had in which order is read off the definition (`orbit.structure`). Here
one period is run from 0 and from where that leads, which gives A and B of s -> A s + B, or of
s -> max(A s, B), and s* = B / (1 - A) is mended by Newton's method, since A comes from a difference.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from regretlab.algorithm1 import keep, keep_common, recall, recall_common
from regretlab.arithmetic import maximum
from regretlab.engines.compiled import first_call, kernel
from regretlab.errors import CannotCompile
from regretlab.limits.orbit import KEPT, structure
from regretlab.limits.round import learned, parts
from regretlab.losses.periodic import Periodic
from regretlab.methods.method import Method
from regretlab.methods.wrapper import Wrapper
from regretlab.readings.layout import as_columns
from regretlab.readings.over import folded

_found: dict[Any, Any] = {}
TURNS = 4  # runs of a period for every number: from 0, from where that leads, and two to mend it


def solve(method, c, order, memory, common, u):
    """Put the numbers in `order` on their orbits; memory, common and u are left as they are then.

    Returns the largest 1 / |1 - A|, by which an orbit magnifies rounding.
    """
    rows = len(memory)
    worst = 1.0
    held, shared = memory.copy(), common.copy()
    value, offset, slope = 0.0, 0.0, 0.0
    for run in range(TURNS * len(order) + 1):
        n = order[run // TURNS] if run < TURNS * len(order) else -1
        turn = run % TURNS
        if turn == 0:
            value = 0.0
        memory[:, 0], common[:, 0] = held[:, 0], shared[:, 0]
        if 0 <= n < rows:
            memory[n, 0] = value
        elif n >= rows:
            common[n - rows, 0] = value
        k = recall_common(common)
        for j in range(len(c)):
            g, s, k = learned(method, 1, 1.0, c[j], 0.0, recall(memory, 0), k)
            m, w = parts(method, 1, 1.0, g, 0.0, s, k)
            u[j] = -1.0 * method.move(t=1, a=1.0, g=g, x=0.0, m=m, w=w, s=s, c=k, i=0)
            keep(memory, 0, s)
        keep_common(common, k)
        if n >= 0:
            end = memory[n, 0] if n < rows else common[n - rows, 0]
            if turn == 0:
                offset = end
                value = end if end != 0.0 else 1.0
            elif turn == 1:
                slope = (end - offset) / value
                value = offset / (1.0 - slope)
                worst = maximum(worst, 1.0 / abs(1.0 - slope))
            else:
                value = value + (end - value) / (1.0 - slope)
            if turn == TURNS - 1:
                if n < rows:
                    held[n, 0] = value
                else:
                    shared[n - rows, 0] = value
    return worst


def update(method: Method, c: np.ndarray) -> tuple[np.ndarray, float] | None:
    """u* over the period c, and how far rounding may have moved their sum, about.

    None where this way is not open. The sum has P terms from maps of P rounds, each rounded.
    """
    known = vars(method).get("_orbit", ())
    if known == ():
        known = vars(method)["_orbit"] = prepared(method)
    if known is None:
        return None
    entry, parameters, order, memory, common = known
    u = np.empty(len(c))
    worst = entry(parameters, c, order, memory.copy(), common.copy(), u)
    error = 2.0**-53 * (len(c) + 4) * worst * abs(u).sum()
    return (u, float(error)) if error < math.inf else None


def prepared(method: Method) -> Any:
    """The compiled period of a method and what it is called with; None if there is none."""
    key = (type(method), str(unnumbered(method)))
    if key not in _found:
        _found[key] = compiled(method)
    if _found[key] is None:
        return None
    made, order = _found[key]
    memory = as_columns(method.at_start(np.zeros(1)), 1)
    return made.entry, made.frozen(method), order, memory, as_columns(method.shared(1), 1)


def unnumbered(method: Method) -> dict[str, Any]:
    """All that a definition is folded by: words, counts, flags that follow from numbers; of the inside too."""
    numbers = method.numbers()
    spec = {n: v for n, v in method.spec().items() if n not in numbers}
    inside = unnumbered(method.method) if isinstance(method, Wrapper) else {}
    return {n: v for n, v in spec.items() if n != "method"} | folded(method) | {"inside": inside}


def compiled(method: Method) -> Any:
    """The kernel and the order in which it has to solve; None if there is none."""
    found = structure(method)
    if found is None:
        return None
    order = np.array([n for n, way in found if way != KEPT], dtype=np.int64)
    memory, common = as_columns(method.at_start(np.zeros(1)), 1), as_columns(method.shared(1), 1)
    c = np.ones(1)
    try:
        made = kernel(solve, {"method": method, "losses": Periodic(c)})
        first_call(made, method, c, order, memory, common, np.empty(1))
    except CannotCompile:
        return None
    return made, order
