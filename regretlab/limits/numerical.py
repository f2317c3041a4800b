"""The orbit by running the recursion until it repeats, for memories whose orbit has no closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from regretlab.algorithm1 import keep, keep_common, recall, recall_common
from regretlab.engines.compiled import first_call, kernel
from regretlab.engines.plain import plain
from regretlab.errors import CannotCompile
from regretlab.limits.forms import ITERATE, Affine, Form
from regretlab.limits.numbers import FLOATS
from regretlab.limits.round import Round, learned, parts
from regretlab.losses.periodic import Periodic
from regretlab.methods.method import Method
from regretlab.readings.layout import as_columns

TOLERANCE = 1e-10  # of the largest |u_t|, between an orbit and the next
FIRST, MOST = 2000, 2 * 10**7  # rounds before it is looked for first, and before it is given up
LONGEST = 2_500_000  # rounds of an orbit
PROBE = 64  # periods that are compared before the whole is


def run_until_it_repeats(method: Method, c: np.ndarray) -> np.ndarray | None:
    """u over a whole number of periods, once they repeat to the tolerance; None if they never do.

    The orbit may be longer than a period of the stream: Yogi's walks over thousands. The first entry is
    of a round t with t mod its length = 1.
    """
    P, played = len(c), 0
    step, memory, common = running(method, c)
    last, kept = FIRST, np.empty(0)
    while last <= MOST:
        rounds = P * max(2, -(-(last - played) // P))
        u = np.empty(rounds)
        step(method, c, played + 1, memory, common, u)
        played += rounds
        kept = np.concatenate([kept, u])[-2 * P * max(1, LONGEST // P) :]
        length = repetition(kept[-(played // 2) :], P)  # what came before may be no orbit yet
        if np.isnan(kept[-1]):
            return None
        if length:
            return np.roll(kept[-length:], played % length)
        last *= 2
    return None


def repetition(u: np.ndarray, P: int) -> int:
    """The least multiple of P after which the end of u repeats what came before; 0 if none is seen."""
    slack = TOLERANCE * max(abs(u[len(u) // 2 :]).max(), 1e-300)
    if not np.isfinite(slack):
        return 0
    periods = u[len(u) % P :].reshape(-1, P)
    away = abs(periods - periods[-1]).max(axis=1)[::-1]  # of the last, its predecessor, ...
    for n in np.flatnonzero(away <= slack)[1:]:
        if 2 * n > len(periods):
            return 0
        few = min(n, PROBE)
        for many in (few, n):
            late, before = periods[-many:], periods[len(periods) - n - many : len(periods) - n]
            if abs(late - before).max() > slack:
                break
        else:
            # what still creeps up on its orbit, a little every period, differs from what it was long ago
            old = len(periods) - len(periods) // n * n
            far = abs(periods[old : old + n] - periods[-n:]).max()
            return int(n) * P if far <= slack else 0
    return 0


def walk(method, c, first, memory, common, u):
    """Play the rounds from `first` on, len(u) of them, on gradients c again and again, and keep u_t."""
    k = recall_common(common)
    for j in range(len(u)):
        t = first + j
        g, s, k = learned(method, t, 1.0, c[(t - 1) % len(c)], 0.0, recall(memory, 0), k)
        m, w = parts(method, t, 1.0, g, 0.0, s, k)
        u[j] = -1.0 * method.move(t=t, a=1.0, g=g, x=0.0, m=m, w=w, s=s, c=k, i=0)
        keep(memory, 0, s)
    keep_common(common, k)


def running(method: Method, c: np.ndarray) -> tuple[Callable, Any, Any]:
    """`walk`, compiled if it can be, and the memories with which it begins."""
    start, shared = method.at_start(np.zeros(1)), method.shared(1)
    try:
        made = kernel(walk, {"method": method, "losses": Periodic(c)})
        memory, common = as_columns(start, 1), as_columns(shared, 1)
        first_call(made, method, c, 1, memory.copy(), common.copy(), np.empty(1))
    except CannotCompile:
        return plain(walk), [start], [shared]
    return made, memory, common


def sees(method: Method, c: np.ndarray) -> str:
    """'x' if memory or update depends on the iterate, 'a' on the step's size; '' if on neither.

    x_t is put in as a name that is not known: it must not reach the memory, and y_{t+1} must be x_t less
    a number. The step's size is tried: the same rounds with another one.
    """
    rounds = Round(method, FLOATS)
    try:
        told = [probed(rounds, c, a) for a in (1e-3, 2e-3)]
    except ArithmeticError:
        return ""  # a quotient that Python raises for, where the engines go on
    if None in told:
        return "x"
    (states, u), (others, v) = told  # type: ignore[misc]
    same = states == others and np.allclose(u, v, rtol=1e-9, atol=1e-9)
    return "" if same else "a"


def probed(rounds: Round, c: np.ndarray, a: float) -> tuple[list[Any], np.ndarray] | None:
    """The memories, and u_t, of some rounds; None if x_t is seen."""
    state, states, u = rounds.start, [], []
    for t in range(1, max(8, len(c)) + 3):
        state, y = rounds.after(t, float(c[(t - 1) % len(c)]), state, a=a)
        if any(isinstance(v, Form) for v in state) or not isinstance(y, Affine):
            return None
        if set(y.slopes) != {ITERATE} or y.slopes[ITERATE] != 1.0:
            return None
        states.append(state)
        u.append(-y.offset / a)
    return states, np.array(u, dtype=np.float64)
