"""Orbits had by running: against walks in whole numbers, against plays, and where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import regretlab as rl
from regretlab import losses, methods, schedules, sets
from regretlab.engines.plain import plain
from regretlab.errors import InvalidInput
from regretlab.limits.numbers import FLOATS
from regretlab.limits.numerical import repetition, running, walk
from regretlab.limits.round import Round
from regretlab.readings.fusion import fused
from regretlab.readings.rebuild import Module


def walk_in_whole_numbers(c, per_unit: int) -> tuple[int, float]:
    """Yogi's walk, exactly: after how many rounds it returns, and the sum of g / sqrt(v) until then.

    c in units of 1 / per_unit, h = 1/1000; v = (n + 1/2) h / per_unit^2, so that no comparison is a tie.
    """
    squares = [round(x * per_unit) ** 2 for x in c]
    n, t, seen, paid = 0, 0, {}, []
    while (n, t % len(c)) not in seen:
        seen[n, t % len(c)] = t
        square = squares[t % len(c)]
        n += -square if n >= 1000 * square else square
        paid.append(c[t % len(c)] * per_unit / math.sqrt((n + 0.5) * 1e-3))
        t += 1
    first = seen[n, t % len(c)]
    return t - first, math.fsum(paid[first:])


@pytest.mark.parametrize(
    ("c", "per_unit"),
    [((3.1, -1.0, -1.0), 10), ((0.5, 4.5, 8.5, -7.5), 2), ((10.1, -1.3, 2.2, -0.7), 10)],
)
def test_yogis_walk(c, per_unit):
    """The last of them takes 81,608 rounds: more than a search among 20,000 would find."""
    start = 0.5e-3 / per_unit**2
    told = rl.limit(methods.Yogi(beta1=0.0, eps=0.0, initial=start), losses.Periodic(np.array(c)))
    length, drift = walk_in_whole_numbers(c, per_unit)
    assert len(told.update) == length
    assert told.drift == pytest.approx(drift, rel=1e-9)


def test_spikes_of_101_make_a_walk_of_two_million_rounds():
    """Up by 10,201 h, down by 100 h a period: 2 * 10,201 periods of 101 rounds."""
    told = rl.limit(methods.Yogi(), losses.Spike(101, 1, 101))
    assert (told.kind, len(told.update)) == ("numerical orbit", 2 * 10_201 * 101)
    assert told.verdict == "vanishes"


def test_a_walk_that_does_not_return_is_one_line():
    with pytest.raises(InvalidInput, match="2500000 rounds") as caught:
        rl.limit(methods.Yogi(), losses.Periodic([2.000026, -1.0, -1.0]))
    assert "\n" not in str(caught.value)


class Swinging(rl.Method):
    """SGD whose rate names the round, and so has no map of a period."""

    def phi(self, t, g):
        return g * (2.0 if t < 100 else 1.0)

    def psi(self):
        return 1.0


@pytest.mark.parametrize(
    "method", [methods.Yogi(), methods.AdamX(), methods.RAdam(), methods.NovoGrad(), Swinging()]
)
def test_the_walk_is_that_of_a_play(method):
    """On the whole line with alpha = 1 the iterate moves by -u_t."""
    c = np.array([2.5, -0.5, -1.0, 0.25])
    step, memory, common = running(method, c)
    u = np.empty(300)
    step(method, c, 1, memory, common, u)
    run = rl.play(
        method, losses.Periodic(c), sets.WholeSpace(), 300, schedules.Constant(1.0), 0.0, at=1,
        engine="plain", progress=False,
    )  # fmt: skip
    x = np.append(run.data.iterate.values[:, 0], run.x[0])
    np.testing.assert_allclose(-np.diff(x), u, atol=1e-11)
    slow = np.empty(300)
    plain(walk)(method, c, 1, [method.at_start(np.zeros(1))], [method.shared(1)], slow)
    np.testing.assert_array_equal(slow, u)


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=6),
    st.integers(1, 3),
    st.lists(st.integers(0, 2), max_size=20),
)
def test_the_least_repetition(pattern, P, before):
    """By trying every length; the first orbit has to be the last one too."""
    u = np.array([*before, *pattern * 4 * P], dtype=float) + 1.0
    whole = u[len(u) % P :]
    lengths = [n for n in range(P, len(whole) // 2 + 1, P) if (u[-n:] == u[-2 * n : -n]).all()]
    least = min(lengths, default=0)
    if least:  # and the earliest orbit that is there is the same
        first = len(whole) % least
        least *= int((whole[first : first + least] == u[-least:]).all())
    assert repetition(u, P) == least


def test_what_repeats_but_for_one_entry_does_not():
    u = np.tile(np.arange(500.0) + 1, 2)
    assert repetition(u, 5) == 500
    u[1] += 1e-6  # far from the end, where periods are compared first
    assert repetition(u, 5) == 0


def test_what_creeps_is_not_there_yet():
    """A change of 5e-11 a period leaves 5e-9 to go at a rate of 0.99."""
    u = np.repeat(1.0 + 5e-9 * 0.99 ** np.arange(-400, 0), 3)
    assert abs(u[-3:] - u[-6:-3]).max() < 1e-10
    assert repetition(u, 3) == 0
    assert repetition(np.ones(1200), 3) == 3


def test_adamx_is_what_a_long_play_makes_of_it():
    c = np.array([2.5, 0.5, -3.5, -2.5, -7.5, -6.5, -7.5, -5.5, 5.5, 3.5, 7.5])
    told = rl.limit(methods.AdamX(), losses.Periodic(c))
    T = 11 * 20_000
    run = rl.play(
        methods.AdamX(), losses.Periodic(c), sets.WholeSpace(), T + 11, schedules.Constant(1.0), 0.0,
        at=list(range(T + 1, T + 12)), record=["m", "V"], progress=False,
    )  # fmt: skip
    last = run.data.sel(round=range(T + 1, T + 12))
    u = last.m.values[:, 0] / np.sqrt(last.V.values[:, 0])
    assert told.drift == pytest.approx(u.sum(), abs=told.drift_error)


def test_what_is_not_finite_repeats_nothing():
    u = np.tile([1.0, 2.0], 50)
    for bad in (math.inf, math.nan):
        u[60] = bad
        assert repetition(u, 2) == 0


PLACES = [
    methods.Adam(0.5, 0.7, eps=0.5, eps_place="inside"),
    methods.Adam(0.5, 0.7, eps=0.5),
    methods.RMSProp(0.7, eps=0.1, eps_place="inside"),
    methods.RMSProp(0.7, eps=0.1),
]


@pytest.mark.parametrize("method", PLACES, ids=str)
def test_a_round_over_floats_is_a_round_of_a_play(method):
    """Its reading over other numbers has the eps where the method has it."""
    c = [3.0, -1.0, -1.5, 0.5]
    rounds = Round(method, FLOATS)
    state, moved = rounds.start, []
    for t in range(1, 41):
        state, u = rounds.moved(t, c[(t - 1) % 4], state)
        moved.append(u)
    run = rl.play(
        method, losses.Periodic(np.array(c)), sets.WholeSpace(), 40, schedules.Constant(1.0), 0.0, at=1,
        engine="plain", progress=False,
    )  # fmt: skip
    x = np.append(run.data.iterate.values[:, 0], run.x[0])
    np.testing.assert_allclose(-np.diff(x), np.array(moved, dtype=float), atol=1e-12)


def part(method, g):
    return method.phi(g=g, t=1, s=0.0)


def loop(method, g):
    return part(method, g) + 1.0


def test_a_loop_hands_a_piece_to_a_part_of_itself():
    """The part is rebuilt with the piece's own functions, as the loop is."""
    module = Module({})
    module.function(loop, {"method": Swinging()}, finish=lambda tree: fused(tree, ()))
    text = module.text()
    assert "part(method, g) + 1.0" in text
    assert "return method_phi(method, 1, g)" in text
