"""The periodic orbit that a method's memory tends to on a periodic linear stream.

One period acts on each number of the memory as an affine map s -> A s + B with |A| < 1, or as
s -> max(A s, B), once the numbers that it reads stand on their own orbits. So the orbit is had number by
number: feed the definition forms, read off A and B, put s* = B / (1 - A) (or B) in its place, go on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from regretlab.errors import InvalidInput
from regretlab.limits.forms import BELOW, STEP, UNKNOWN, Affine, Form, Peak, limit, surely
from regretlab.limits.numbers import FLOATS
from regretlab.limits.round import LATE, Late, Round
from regretlab.methods.method import Method

KEPT, SOLVED = "kept", "solved"


class Orbit(NamedTuple):
    """One period of what is left when t is large."""

    u: list[Any]  # u*_1 .. u*_P
    states: list[list[Any]]  # the memory before each of these rounds
    order: list[int]  # the numbers of the memory, as they were had


def orbit(rounds: Round, gradients: list[Any], later: int = 0) -> Orbit | None:
    """The orbit on a whole number of periods of the stream and of the method's own cycle.

    The first round is one more than 2^200 + `later` periods. None if a number that u reads is not to be
    had so.
    """
    names = [str(k) for k in range(len(rounds.start))]
    late = Late.among(rounds.over)
    first = (LATE + later) * len(gradients)
    times = [late(first + j + 1) for j in range(len(gradients))]
    known: dict[str, list[Any]] = {}
    below: set[str] = set()
    for _ in range(len(names) + 1):
        new = solved(rounds, gradients, times, names, known, below, rising=False)
        if not new:
            new = solved(rounds, gradients, times, names, known, below, rising=True)
        if not new:
            break
        known |= new
    states, u = [], []
    order = [int(n) for n in known]
    held = [known[n][0] if n in known else UNKNOWN for n in names]
    for t, g in zip(times, gradients, strict=True):
        states.append(held)
        held, step = rounds.moved(t, g, held)
        held = [h if n in known else UNKNOWN for n, h in zip(names, held, strict=True)]
        u.append(step)
    if any(isinstance(value, Form) for value in u):
        return None
    return Orbit(u, states, order)


def structure(method: Method) -> list[tuple[int, str]] | None:
    """In which order the numbers of a memory are had, and how: SOLVED from a period's map, or KEPT.

    None if the orbit has no closed form, or if the definition looks at the round: then t has to be
    late, and 1 - 1/t is no float. Read off a period whose gradients have no pattern.
    """
    try:
        rounds = Round(method, FLOATS)
        state, u = rounds.moved(UNKNOWN, 1.0, rounds.start)
        if any(v is UNKNOWN for v in [*state, u]) or method.cycle != 1:
            return None
        at = orbit(rounds, [3.0, -1.25, 0.75, -2.5, 1.75])
    except (InvalidInput, TypeError, AttributeError, ZeroDivisionError):
        return None  # a function that forms do not go through, or a branch on one
    if at is None:
        return None
    ends = at.states[0]
    return [
        (n, KEPT if not isinstance(ends[n], Form) and ends[n] == rounds.start[n] else SOLVED)
        for n in at.order
    ]


def solved(
    rounds: Round,
    gradients: list[Any],
    times: list[Any],
    names: list[str],
    known: dict[str, list[Any]],
    below: set[str],
    rising: bool,
) -> dict[str, list[Any]]:
    """Numbers of the memory whose orbit can be had now, with their values before every round.

    With `rising`, those that tend to their orbit from below are given as such, so that a running
    maximum of them is seen to tend to the largest.
    """

    def given(name: str, j: int) -> Any:
        value = known[name][j]
        if not rising or isinstance(value, Form):
            return value
        return Affine(value, {BELOW: 1.0}) if name in below else Affine(value, {"near": 1.0})

    state = [given(n, 0) if n in known else Affine(0.0, {n: 1.0}) for n in names]
    for j, (t, g) in enumerate(zip(times, gradients, strict=True)):
        state = rounds.remembered(t, g, state)
        state = [
            given(n, (j + 1) % len(gradients)) if n in known else v
            for n, v in zip(names, state, strict=True)
        ]
    found = {}
    for name, start, end in zip(names, rounds.start, state, strict=True):
        if name in known:
            continue
        value, climbs = fixed(name, end, start, times, rising)
        if not isinstance(value, Form) or fixed_in_step(value):
            found[name] = value
            if climbs:
                below.add(name)
    return along(rounds, gradients, times, names, known, found)


def fixed_in_step(value: Any) -> bool:
    """Is it a multiple of alpha_t, which hardly moves within a period?"""
    return isinstance(value, Affine) and set(value.slopes) == {STEP}


def fixed(name: str, end: Any, start: Any, times: list[Any], rising: bool) -> tuple[Any, bool]:
    """The attracting fixed point of a period's map, and whether it is approached from below.

    A maximum over all the past keeps what came before the orbit: it is known only where its arguments
    are seen to rise to theirs.
    """
    if not isinstance(end, Form):
        return end, False
    if isinstance(end, Peak) and end.name == name:
        floor = limit(end.floor)
        if surely(end.slope < 1) and not isinstance(end.floor, Form):
            return floor, False
        if surely(end.slope == 1) and rising:
            return (floor if surely(start <= floor) else UNKNOWN), True
        return UNKNOWN, False
    if not isinstance(end, Affine):
        return UNKNOWN, False
    slopes = dict(end.slopes)
    slope = slopes.pop(name, 0.0)
    rest = Affine(end.offset, slopes) if slopes else end.offset
    if set(slopes) - {STEP} or isinstance(slope, Form):
        return UNKNOWN, False
    if surely(abs(slope) < 1):
        value = rest / (1 - slope)
        climbs = not slopes and surely(slope >= 0) and surely(start <= value)
        return value, climbs
    if surely(slope == 1) and not slopes:  # a sum, which has grown by `rest` every period
        grown = rest * (times[0] / len(times))
        if surely(rest == 0):
            return start, False
        return (grown if surely(abs(grown) > 2**20) else UNKNOWN), False  # else its past decides
    return UNKNOWN, False


def along(
    rounds: Round,
    gradients: list[Any],
    times: list[Any],
    names: list[str],
    known: dict[str, list[Any]],
    found: dict[str, Any],
) -> dict[str, list[Any]]:
    """The values before every round of what was found, by playing one period from there."""
    paths: dict[str, list[Any]] = {n: [v] for n, v in found.items()}
    for j, (t, g) in enumerate(zip(times[:-1], gradients[:-1], strict=True)):
        state = [
            known[n][j] if n in known else (paths[n][-1] if n in paths else UNKNOWN) for n in names
        ]
        state = rounds.remembered(t, g, state)
        for n, v in zip(names, state, strict=True):
            if n in paths:
                paths[n].append(v)
    return {
        n: p for n, p in paths.items() if not any(isinstance(v, Form) and not fixed_in_step(v) for v in p)
    }  # fmt: skip
