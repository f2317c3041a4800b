"""The orbit by running the recursion until it repeats, for memories whose orbit has no closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

from regretlab.game import play
from regretlab.limits.forms import ITERATE, Affine, Form
from regretlab.limits.numbers import FLOATS
from regretlab.limits.round import Round
from regretlab.losses.periodic import Periodic
from regretlab.methods.method import Method
from regretlab.schedules import Constant
from regretlab.sets.whole_space import WholeSpace

TOLERANCE = 1e-10  # of the largest |u_t|, between a period and the next
MOST = 2 * 10**7  # rounds
RECORDED = 40_000  # rounds at the end in which a repetition is looked for


def run_until_it_repeats(method: Method, c: np.ndarray) -> np.ndarray | None:
    """u over a whole number of periods, once they repeat to the tolerance; None if they never do.

    The orbit may be longer than a period of the stream: Yogi's walks over many, which is looked for
    where a period alone does not repeat. The first entry is of a round t with t mod its length = 1.
    """
    P, last, longest = len(c), 2000, max(1, RECORDED // (2 * len(c)))
    while last <= MOST:
        for most in (1, longest) if last > MOST // 10 else (1,):
            u, end = late_updates(method, c, last, most)
            slack = TOLERANCE * max(abs(u).max(), 1e-300)
            for length in range(P, most * P + 1, P):
                if abs(u[-length:] - u[-2 * length : -length]).max() <= slack:
                    return np.roll(u[-length:], end % length)
        last *= 10
    return None


def late_updates(method: Method, c: np.ndarray, last: int, most: int) -> tuple[np.ndarray, int]:
    """u of 2 `most` periods that end in a round after `last`, and that round."""
    recorded = records(method)
    end = len(c) * max(2 * most + 1, -(-last // len(c)))
    at = list(range(end - 2 * most * len(c) + 1, end + 2))
    run = play(
        method, Periodic(c), WholeSpace(), end + 1, Constant(1.0), 0.0, at=at,
        record=["m", "V"] if recorded else [], progress=False,
    )  # fmt: skip
    if not recorded:
        return -np.diff(run.data.iterate.values[:, 0])[-2 * most * len(c) :], end
    m, V = run.data.m.values[:-1, 0], run.data.V.values[:-1, 0]
    with np.errstate(all="ignore"):
        return np.where(m == 0.0, 0.0, m / np.sqrt(V))[-2 * most * len(c) :], end


def records(method: Method) -> bool:
    """Is u_t the quotient of what a play can record? Else it is what x moves by."""
    return method.has_phi and type(method).move is Method.move


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
