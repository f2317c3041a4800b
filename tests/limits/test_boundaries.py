"""Boundaries against known digits, against balls on both sides, and maps against single limits."""

from __future__ import annotations

import numpy as np
import pytest

import regretlab as rl
from regretlab import losses, methods
from regretlab.errors import InvalidInput
from regretlab.limits import asymptotic_margin, drift_map, failing_set, smallest_period
from regretlab.limits.updates import in_balls

KNOWN = [  # theory.md, sections 1 and 3
    (methods.RMSProp(), losses.Spike(2.1, 1, 3), 0.8859),
    (methods.RMSProp(), losses.Spike(3, 1, 3), 0.4723),
    (methods.RMSProp(), losses.Spike(10, 1, 3), 0.0983),
    (methods.Adam(0.0), losses.Spike(10, 1, 10), 0.95544),
    (methods.Adam(0.5), losses.Spike(10, 1, 10), 0.94339),
    (methods.Adam(0.9), losses.Spike(20, 1, 20), 0.96951),
    (methods.Adam(0.9), losses.Spike(50, 1, 50), 0.99745),
]


@pytest.mark.parametrize(("method", "stream", "end"), KNOWN)
def test_known_boundaries_in_beta2(method, stream, end):
    ((low, high),) = failing_set(method, stream, "beta2")
    assert low == 0.0
    last = 10.0 ** -len(str(end).split(".")[1])
    assert high == pytest.approx(end, abs=0.6 * last)


def test_an_interval_inside():
    """n = 10, beta1 = 0.9 fails between two crossings, each to 12 digits: balls on both sides."""
    ((low, high),) = failing_set(methods.Adam(0.9), losses.Spike(10, 1, 10), "beta2")
    assert (low, high) == (pytest.approx(0.0649, abs=5e-5), pytest.approx(0.7747, abs=5e-5))
    c = losses.Spike(10, 1, 10).one_period()[:, 0]
    for end, inward in ((low, 1), (high, -1)):
        inside, outside = (
            in_balls(methods.Adam(0.9, end * (1 + side * 1e-12)), c) for side in (inward, -inward)
        )
        assert inside.drift < -inside.error
        assert outside.drift > outside.error


def test_in_C_and_asymptotically():
    """From S = 0 to the threshold, which is near the asymptotic one."""
    ((low, high),) = failing_set(methods.Adam(0.9, 0.999), losses.Spike(101, 1, 101), "C", 50, 150)
    assert low == pytest.approx(100.0, abs=1e-12)
    assert high / 100 == pytest.approx(1.0208, abs=5e-5)
    assert high - 100 == pytest.approx(asymptotic_margin(high, 101, 0.9, 0.999), rel=0.006)
    ((_, nearer),) = failing_set(methods.Adam(0.0, 0.9999), losses.Spike(101, 1, 101), "C", 90, 110)
    assert nearer - 100 == pytest.approx(asymptotic_margin(nearer, 101, 0.0, 0.9999), rel=0.001)


@pytest.mark.parametrize(
    ("betas", "n"),
    [
        ((0, 0.99), 21), ((0, 0.999), 64), ((0.9, 0.99), 30), ((0.9, 0.999), 74),
        ((0.9, 0.1), 10), ((0.99, 0.5), 29), ((0.9, 0.001), 15),
    ],
)  # fmt: skip
def test_the_least_C_that_fails(betas, n):
    assert smallest_period(methods.Adam(*betas)) == n


def test_nothing_fails_and_everything():
    assert failing_set(methods.SGD(), losses.Spike(3, 1, 3), "C", 1.0, 9.0) == []
    ((low, high),) = failing_set(methods.SignSGD(), losses.Spike(3, 1, 3), "C", 2.5, 9.0)
    assert (low, high) == (2.5, 9.0)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("beta3",), "is not a number of"),
        (("C",), "give low and high"),
        (("beta2", 0.5, 1.5, 5), "outside"),
    ],
)
def test_bad_questions(asked, words):
    with pytest.raises(InvalidInput, match=words):
        failing_set(methods.Adam(), losses.Spike(3, 1, 3), *asked)
    with pytest.raises(InvalidInput, match="most"):
        smallest_period(methods.SGD(), 10)


def test_maps_are_their_settings():
    stream, b1, b2 = losses.Spike(30, 1, 30), [0.0, 0.5, 0.9], [0.1, 0.9, 0.99, 0.999]
    found = drift_map(methods.Adam(), stream, beta1=b1, beta2=b2)
    for x in b1:
        for y in b2:
            told = rl.limit(methods.Adam(x, y), stream)
            one = found.sel(beta1=x, beta2=y)
            assert float(one.drift) == pytest.approx(told.drift, abs=1e-11)
            assert bool(one.fails) == (told.verdict == "fails")
    C = drift_map(methods.AMSGrad(), stream, C=[20.0, 40.0], beta2=[0.9])
    np.testing.assert_allclose(C.slope_sum[:, 0], [-9.0, 11.0])
    assert not C.fails.any()


def test_maps_in_blocks(monkeypatch):
    from regretlab.limits import maps

    axes = {"beta1": np.linspace(0, 0.9, 7), "beta2": np.linspace(0.1, 0.9, 5)}
    whole = drift_map(methods.Adam(), losses.ReddiPeriod3(), **axes)
    monkeypatch.setattr(maps, "BLOCK", 10)
    np.testing.assert_array_equal(
        drift_map(methods.Adam(), losses.ReddiPeriod3(), **axes).drift, whole.drift
    )


@pytest.mark.parametrize(
    ("method", "axes", "words"),
    [
        (methods.Adam(), {"beta3": [0.1]}, "did you mean"),
        (methods.Adam(), {"beta2": [0.1, 1.5]}, "outside"),
        (methods.Adam(), {"period": [3, 4]}, "cannot be an axis"),
        (methods.Yogi(), {"beta2": [0.1, 0.2]}, "no closed form"),
    ],
)
def test_bad_maps(method, axes, words):
    with pytest.raises(InvalidInput, match=words):
        drift_map(method, losses.ReddiPeriod3(), **axes)


def test_a_limit_says_how_long_it_takes():
    """A small drift is slow: rounds falls like 1 / drift^2."""
    slow = rl.limit(methods.Adam(0.0, 0.999), losses.Spike(64, 1, 64))
    quick = rl.limit(methods.Adam(0.0, 0.9), losses.Spike(64, 1, 64))
    ratio = quick.drift / slow.drift
    assert (slow.rounds**0.5 - 1) / (quick.rounds**0.5 - 1) == pytest.approx(abs(ratio))
    run = rl.play(
        methods.Adam(0.0, 0.9), losses.Spike(64, 1, 64), rounds=int(4 * quick.rounds), x1=-1.0
    )
    assert run.x[0] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("power", [0.0, 0.3, 0.5, 0.9, 0.95, 1.0])
def test_the_rounds_to_cross_the_set_are_those_of_the_sum_of_the_steps(power):
    """sum over t of alpha_t |Delta| / P up to about hi - lo, and no jump where p tends to 1."""
    told = rl.limit(
        methods.Adam(0.9, 0.99), losses.ReddiOnline(), step=rl.schedules.Power(30.0, power)
    )
    t = np.arange(1, 10**6)
    way = np.cumsum(30.0 * t**-power) * abs(told.drift) / 101
    crossing = int(t[np.searchsorted(way, 2.0)])
    assert crossing / 3 - 1 <= told.rounds <= 3 * crossing + 1
