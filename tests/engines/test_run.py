"""Runs that end early: whatever stops them, and wherever, the rounds until then are as if asked for."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from regretlab import Losses, Method, NotFinite, methods, play, real, sets, whole
from regretlab.arithmetic import where
from regretlab.engines import run
from regretlab.engines.engine import Setting, compiled_engine, plain_engine
from regretlab.philox import stream
from regretlab.schedules import InverseSqrt

BOOKS = ["iterate", "cumulative_loss", "comparator", "comparator_loss", "regret", "average_regret"]


class Breaks(Losses):
    """f_t(x) = x (t odd) or -0.9 x, and +inf x in round `at`."""

    at: int = whole("[1, 9e15]", default=1)

    def gradient(self, t):
        return where(t == self.at, np.inf, where(t % 2 == 1, 1.0, -0.9))


class BreaksInValue(Losses):
    """f_t(x) = (x - 0.3)^2 / 2 in two dimensions, and NaN in round `at` in the last coordinate."""

    d = 2
    at: int = whole("[1, 9e15]", default=1)

    def gradient(self, x):
        return x - 0.3

    def value(self, t, x, i):
        return where((t == self.at) and (i == 1), np.nan, 0.5 * (x - 0.3) * (x - 0.3))


class Stumbles(Method):
    """SGD whose V_t is negative in round `at`, so that its root is NaN."""

    at: int = whole("[1, 9e15]", default=1)

    def phi(self, g):
        return g

    def psi(self, t):
        return where(t == self.at, -1.0, 1.0)


class BreaksAtRandom(Losses):
    """f_t(x) = +-x, and +inf x with probability p."""

    p: float = real("[0, 1]", default=0.01)

    def gradient(self, u):
        return where(u < self.p, np.inf, where(u < 0.5, 1.0, -1.0))


def assert_same(stopped, asked) -> None:
    """The same books at every recorded round, and the same x_{T+1}."""
    assert stopped["round"].values.tolist() == asked["round"].values.tolist()
    for name in BOOKS:
        one, other = stopped[name].values, asked[name].values
        assert np.array_equal(one, other, equal_nan=True), name
    assert (stopped.final_iterate.values == asked.final_iterate.values).all()


PLACES = {
    "plain": [2, 3, 101, 999, 1000, 1001, 1002, 1003, 1500],
    "compiled": [2, 3, 101, 99_999, 100_000, 100_001, 100_002, 150_000],
}
EVERYWHERE = [(engine, t) for engine, places in PLACES.items() for t in places]


@pytest.mark.parametrize(("engine", "t"), EVERYWHERE)
def test_infinite_losses_leave_the_rounds_before_them(engine, t):
    with pytest.raises(
        NotFinite, match=f"gradient of breaks is not finite in round {t}:"
    ) as caught:
        play(methods.SGD(), Breaks(at=t), rounds=160_000, engine=engine)
    rounds = [*range(1, 101), *caught.value.play.data["round"].values[100:]]
    asked = play(
        methods.SGD(),
        Breaks(at=10**9),
        rounds=t - 1,
        at=[r for r in rounds if r < t],
        engine=engine,
    )
    assert int(caught.value.play.data["round"][-1]) == t - 1
    assert_same(caught.value.play.data, asked.data)


@pytest.mark.parametrize(("engine", "t"), [("plain", 1001), ("plain", 7), ("compiled", 100_001)])
def test_steps_that_are_not_finite_leave_the_rounds_before_them(engine, t):
    steady = Breaks(at=10**9)
    with pytest.raises(NotFinite, match=f"step of stumbles is not finite in round {t}:") as caught:
        play(Stumbles(at=t), steady, rounds=160_000, engine=engine, at=[1, 5])
    asked = play(Stumbles(at=10**9), steady, rounds=t - 1, engine=engine, at=[1, 5])
    assert_same(caught.value.play.data, asked.data)


@pytest.mark.parametrize("engine", ["plain", "compiled"])
def test_a_round_that_breaks_in_its_last_coordinate_leaves_no_trace(engine):
    with pytest.raises(NotFinite, match="not finite in round 41") as caught:
        play(methods.SGD(), BreaksInValue(at=41), rounds=60, engine=engine, at=[1, 5], x1=[1, -1])
    asked = play(
        methods.SGD(), BreaksInValue(at=10**9), rounds=40, engine=engine, at=[1, 5], x1=[1, -1]
    )
    assert_same(caught.value.play.data, asked.data)


class DividesByZero(Losses):
    """f_t(x) = (x_1 + x_2) / (41 - t), of shape 'vector': Python raises in round 41."""

    shape = "vector"
    d = 2

    def gradient(self, t):
        out = np.empty(2)
        out[0] = out[1] = 1 / (41 - t)
        return out


class DividesByZeroAlone(Losses):
    """f_t(x) = x / (41 - t): Python raises in round 41."""

    def gradient(self, t):
        return 1 / (41 - t)


@pytest.mark.parametrize("engine", ["plain", "compiled"])
@pytest.mark.parametrize("adversary", [DividesByZero(), DividesByZeroAlone()])
def test_a_division_by_zero_is_a_loss_that_is_not_finite(engine, adversary):
    with pytest.raises(NotFinite, match=r"gradient of .* is not finite in round 41:") as caught:
        play(methods.SGD(), adversary, rounds=60, engine=engine)
    assert int(caught.value.play.data["round"][-1]) == 40


@pytest.mark.parametrize("engine", ["plain", "compiled"])
def test_the_first_round_may_break(engine):
    with pytest.raises(NotFinite, match="in round 1:") as caught:
        play(methods.SGD(), Breaks(at=1), rounds=60, engine=engine)
    assert caught.value.play is None


def test_runs_that_break_in_different_rounds_keep_what_each_has_played():
    adversary = BreaksAtRandom(p=0.01)
    with pytest.raises(NotFinite, match="run 0: ") as caught:
        play(methods.SGD(), adversary, rounds=3000, runs=4, seed=2)
    data = caught.value.play.data
    last = [int(np.isfinite(data.regret.values[k]).nonzero()[0][-1]) for k in range(4)]
    ends = data["round"].values[last]
    assert len(set(ends)) == 4
    for k, end in enumerate(ends):
        source, setting = (
            stream(2, k),
            Setting(methods.SGD(), adversary, sets.Interval(), InverseSqrt()),
        )
        alone = run.run(
            plain_engine(), setting, source, np.zeros(1), int(end), np.array([1, int(end)]),
            threading.Event(), lambda _: None,
        )  # fmt: skip
        assert alone.played == end
        assert data.cumulative_loss.values[k, last[k]] == alone.log.loss[-1].sum()
        assert data.iterate.values[k, last[k]] == alone.log.iterate[-1]
        assert data.final_iterate.values[k] == alone.final


@pytest.mark.parametrize("chunks", [1, 2, 3])
@pytest.mark.parametrize("engine", ["plain", "compiled"])
@pytest.mark.parametrize("at", [[1, 3], list(range(1, 3001, 7))])
def test_a_run_that_is_stopped_ends_with_a_whole_round_that_is_recorded(engine, chunks, at):
    """As Ctrl-C does: the event is set while a chunk is played, and seen at its end."""
    setting = Setting(methods.SGD(), Breaks(at=10**9), sets.Interval(), InverseSqrt())
    chosen = plain_engine() if engine == "plain" else compiled_engine(setting)
    stop, told = threading.Event(), []

    def tick(played: int) -> None:
        told.append(played)
        if len(told) == chunks:
            stop.set()

    x1, log = np.zeros(1), np.array([*at, 10**7])
    stopped = run.run(chosen, setting, stream(0), x1, 10**7, log, stop, tick)
    assert len(told) == chunks
    assert sum(told) <= stopped.played <= sum(told) + 1
    asked = run.run(
        chosen, setting, stream(0), x1, stopped.played,
        np.array([*(t for t in at if t < stopped.played), stopped.played]), threading.Event(),
        lambda _: None,
    )  # fmt: skip
    assert stopped.trouble == asked.trouble == ""
    assert (stopped.final == asked.final).all()
    for one, other in zip(stopped.log, asked.log, strict=True):
        assert (one == other).all()


def test_a_run_that_is_stopped_before_it_begins_has_played_nothing():
    setting = Setting(methods.SGD(), Breaks(at=10**9), sets.Interval(), InverseSqrt())
    stop = threading.Event()
    stop.set()
    nothing = run.run(
        plain_engine(), setting, stream(0), np.array([0.3]), 100, np.array([1, 100]), stop,
        lambda _: None,
    )  # fmt: skip
    assert nothing.played == 0
    assert len(nothing.log.round) == 0
    assert nothing.final == [0.3]
