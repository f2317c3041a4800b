"""play: which rounds it records, where it starts, what it costs and what it loads."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import own
import pytest
from hand import draw
from hypothesis import given
from hypothesis import strategies as st

from regretlab import InvalidInput, losses, methods, play, sets
from regretlab.engines.engine import Setting
from regretlab.game import first_iterate, logged_rounds
from regretlab.schedules import InverseSqrt

# Rounds


@given(st.integers(1, 10**9))
def test_by_default_the_first_hundred_and_sixty_a_decade(T):
    at = logged_rounds(T, None)
    assert at.dtype == np.int64
    assert (at[0], at[-1]) == (1, T)
    assert (np.diff(at) > 0).all()
    assert (at[:100] == np.arange(1, 101)[: len(at)]).all()
    if T >= 10**4:
        assert 55 <= ((at > T / 10) & (at <= T)).sum() <= 62
        assert (np.diff(np.log10(at[at > 200])) < 1 / 50).all()


@pytest.mark.parametrize("T", [10**12, 10**15 - 1, 999_999_999_999_999, 10**15 + 7, 2**53 - 1])
def test_no_round_is_recorded_that_is_not_played(T):
    assert logged_rounds(T, None)[-1] == T


@given(st.integers(1, 5000), st.integers(1, 6000))
def test_every_kth_and_the_ends(T, k):
    assert logged_rounds(T, k).tolist() == sorted({1, T, *range(k, T + 1, k)})


@given(st.data(), st.integers(1, 200))
def test_a_list_and_the_ends(data, T):
    chosen = data.draw(st.lists(st.integers(1, T)))
    assert logged_rounds(T, chosen).tolist() == sorted({1, T, *chosen})
    assert logged_rounds(T, np.array(chosen, dtype=int)).tolist() == sorted({1, T, *chosen})


@pytest.mark.parametrize(
    "at", [{3, 5}, range(3, 6, 2), (3.0, 5.0), iter([3, 5]), (t for t in (3, 5))]
)
def test_rounds_may_be_any_iterable(at):
    assert logged_rounds(9, at).tolist() == [1, 3, 5, 9]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (0, "outside"),
        (-3, "outside"),
        ([3, 11], "beyond rounds=10"),
        ([0], "outside"),
        (2.5, "whole"),
    ],
)
def test_rounds_that_are_not_there(at, said):
    with pytest.raises(InvalidInput, match=said):
        logged_rounds(10, at)


def test_round_t_is_before_its_update_and_includes_its_loss():
    data = play(methods.SGD(), losses.Periodic(c=[1.0]), rounds=3, x1=0.5, at=1).data
    assert data["round"].values.tolist() == [1, 2, 3]
    assert data.iterate.values[:2, 0].tolist() == [0.5, 0.0]
    assert data.cumulative_loss.values[:2].tolist() == [0.5, 0.5]
    assert data.regret.values[:2].tolist() == [1.5, 2.5]
    assert data.final_iterate.values == [max(-0.5 / np.sqrt(2) - 0.5 / np.sqrt(3), -1)]


def test_one_round():
    data = play(methods.SGD(), losses.Periodic(c=[1.0]), rounds=1, x1=0.5).data
    assert (data["round"].values.tolist(), data.regret.values.tolist()) == ([1], [1.5])
    assert data.final_iterate.values == [0.0]


# The first iterate


def start(feasible, x1=None, d: int = 1) -> list[float]:
    adversary = losses.Periodic(c=np.ones((1, d)))
    return first_iterate(
        Setting(methods.SGD(), adversary, feasible.fit(d), InverseSqrt()), x1
    ).tolist()


def test_the_first_iterate_is_the_projection_of_zero():
    assert start(sets.Interval()) == [0.0]
    assert start(sets.Interval(lo=0.5, hi=2)) == [0.5]
    assert start(sets.Interval(lo=-2, hi=-0.5)) == [-0.5]
    assert start(sets.Box(lo=[1, -1, -3], hi=[2, 1, -2]), d=3) == [1, 0, -2]


def test_the_first_iterate_is_the_projection_of_zero_on_other_sets_too():
    """A disc of radius 1 around (2, 2): the nearest point to 0 is (2, 2) - (1, 1) / sqrt 2."""
    at = start(own.Ball(centre=[2, 2]), d=2)
    assert at == pytest.approx([2 - np.sqrt(0.5)] * 2, rel=1e-12)


def test_the_first_iterate_that_is_given():
    assert start(sets.Interval(), 0.25) == [0.25]
    assert start(sets.Interval(), [-1]) == [-1.0]
    assert start(sets.Box(), 0.25, d=3) == [0.25] * 3
    assert start(sets.Box(), [0.1, 0.2, 0.3], d=3) == [0.1, 0.2, 0.3]
    with pytest.raises(InvalidInput, match="2 coordinates and the losses have d=3"):
        start(sets.Box(), [0.1, 0.2], d=3)
    with pytest.raises(InvalidInput, match=r"x1=1.5 is outside interval:lo=-1,hi=1 by 0.5"):
        start(sets.Interval(), 1.5)


def test_the_first_iterate_is_not_shared():
    given_ = np.array([0.5])
    play(methods.SGD(), losses.Periodic(c=[1.0]), rounds=5, x1=given_, engine="plain")
    play(methods.SGD(), losses.Periodic(c=[1.0]), rounds=5, x1=given_)
    assert given_ == [0.5]


# Runs


def test_runs_have_their_own_draws():
    """Run k of a play meets the draws of (seed, k), by hand."""
    adversary = losses.SpikeIID(C=3.3, small=0.7, p=0.21)
    data = play(methods.SGD(), adversary, rounds=60, runs=4, seed=6, at=1).data
    assert data.iterate.dims == ("run", "round", "coordinate")
    for k in range(4):
        x = 0.0
        for t in range(1, 61):
            assert data.iterate.values[k, t - 1, 0] == x
            g = 3.3 if draw(6, k, t, 0) < 0.21 else -0.7
            x = min(max(x - 0.5 / np.sqrt(t) * g, -1.0), 1.0)
        assert data.final_iterate.values[k, 0] == x


def test_one_run_of_a_list_is_a_run():
    adversary = losses.SpikeIID(C=3.3, small=0.7, p=0.21)
    one = play(methods.SGD(), adversary, rounds=60, runs=1, seed=6).data
    none = play(methods.SGD(), adversary, rounds=60, seed=6).data
    assert one.sizes["run"] == 1
    assert "run" not in none.dims
    assert (one.iterate.values[0] == none.iterate.values).all()


def test_a_play_is_the_same_twice():
    asked = {"rounds": 500, "seed": 3, "runs": 2}
    adversary = losses.SpikeIID(C=3.3, small=0.7, p=0.21)
    one, other = (play(methods.SGD(), adversary, **asked).data for _ in range(2))
    for name in map(str, one.data_vars):
        assert one[name].values.tobytes() == other[name].values.tobytes()


# What it costs


def outcome(program: str) -> dict:
    """What a program of its own prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_importing_loads_nothing_heavy():
    loaded = outcome(
        "import json, sys, regretlab; regretlab.methods.Adam(); regretlab.losses.Chase();"
        "heavy = ('numba', 'xarray', 'matplotlib', 'pandas', 'h5py', 'llvmlite', 'scipy.optimize');"
        "print(json.dumps({name: name in sys.modules for name in heavy}))"
    )
    assert not any(loaded.values()), loaded


def test_playing_does_not_load_matplotlib():
    loaded = outcome(
        "import json, sys; from regretlab import *; from regretlab.losses.periodic import Periodic\n"
        "play(methods.SGD(), Periodic(c=[1.0, -1.0]), rounds=10)\n"
        "print(json.dumps({'matplotlib': 'matplotlib' in sys.modules}))"
    )
    assert not any(loaded.values()), loaded


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rounds():
    """10^4 and 10^8 rounds within 5 MB, both measured after a play has loaded everything."""
    peak = outcome(
        "import json, resource, sys; from regretlab import *\n"
        "from regretlab.losses.periodic import Periodic\n"
        "def played(T):\n"
        "    play(methods.SGD(), Periodic(c=[1.0, -0.9]), rounds=T)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "played(10**4)\n"
        "print(json.dumps({'few': played(10**4), 'many': played(10**8)}))"
    )
    unit = 1 if sys.platform == "darwin" else 1024
    assert (peak["many"] - peak["few"]) * unit < 5e6
