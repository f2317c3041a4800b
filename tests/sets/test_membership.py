"""What is a point of a set, which sets have no metric projection, and what has no minimum."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds import KINDS, made

from regretlab import InvalidInput, losses, methods, play, sets
from regretlab.spelling import parse

HELD = sets.Spectrahedron(d=4)


@pytest.mark.parametrize("name", KINDS)
def test_only_finite_points_of_the_dimension_are_in(name):
    feasible = made(name, np.random.default_rng(3), 3).feasible
    d = feasible.dimension or 3
    for odd in (np.nan, np.inf, -np.inf):
        for i in range(d):
            x = np.zeros(d)
            x[i] = odd
            assert feasible.contains(x) is False
    for x in (np.zeros(d + 1), np.zeros((d, 1)), ["a"] * d):
        with pytest.raises(InvalidInput, match=r"^x.*: give .*numbers\.$"):
            feasible.contains(x)
    assert feasible.contains(feasible.nearest(np.zeros(d)), 1e-8)


def test_a_set_of_any_dimension_takes_any_point():
    assert sets.L2Ball().contains([0.6, 0.8])
    assert not sets.HalfSpace(a=[1.0]).contains([1.0, 1.0])


@pytest.mark.parametrize(
    "feasible",
    [
        sets.Translated(HELD, 0.1),
        sets.Scaled(HELD, 2.0),
        sets.Product(HELD, sets.L2Ball(d=1)),
        sets.Product(sets.L2Ball(d=1), sets.Scaled(HELD, 3.0)),
    ],
    ids=lambda f: f.brief(),
)
def test_a_set_around_one_without_metric_projections_has_none(feasible):
    d = feasible.dimension
    stream = losses.Periodic(np.ones((2, d)))
    with pytest.raises(InvalidInput, match="play a method whose psi_t is constant"):
        play(methods.Adam(), stream, feasible, rounds=3)
    with pytest.raises(InvalidInput, match="no projection in the metric of a matrix"):
        play(methods.ONS(), stream, feasible, rounds=3)
    with pytest.raises(InvalidInput, match="no projection in a metric of unequal weights"):
        feasible.fit(d).nearest(np.ones(d), 1.0 + np.arange(d))
    play(methods.SGD(), stream, feasible, rounds=3, engine="plain")


@pytest.mark.parametrize(
    ("feasible", "c"),
    [
        (sets.HalfSpace([1.0, 1.0], 1.0), [-1.0, -1.0 - 1e-13]),
        (sets.Hyperplane([1.0, 1.0], 1.0), [-1.0, -1.0 - 1e-13]),
        (sets.AffineSubspace([[1.0, 1.0]], [1.0]), [-1.0, -1.0 - 5e-11]),
        (sets.SecondOrderCone(), [1.0, 1.0 - 1e-13]),
        (sets.Polytope([[1.0, 1.0]], [1.0]), [-1.0, -1.0 - 1e-13]),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_an_infinite_regret_is_not_finite(feasible, c):
    stream = losses.Periodic([c])
    run = play(methods.SGD(), stream, feasible, rounds=10, engine="plain")
    assert np.isnan(run.data.regret.values[-1])


@given(st.integers(0, 2**32))
def test_rounding_is_not_taken_for_a_direction(seed):
    random = np.random.default_rng(seed)
    d, k = int(random.integers(1, 7)), float(random.normal() * 10.0 ** random.integers(-9, 9))
    a = random.normal(size=d) * 10.0 ** random.integers(-6, 6, d)
    half, plane = sets.HalfSpace(a, 2.0).fit(d), sets.Hyperplane(a, 2.0).fit(d)
    assert a @ half.argmin(-abs(k) * a) == pytest.approx(2.0)
    assert a @ plane.argmin(k * a) == pytest.approx(2.0)
    A = random.normal(size=(int(random.integers(1, d + 1)), d))
    subspace = sets.AffineSubspace(A, 1.0).fit(d)
    np.testing.assert_allclose(A @ subspace.argmin(A.T @ random.normal(size=len(A))), 1.0)


@given(st.integers(1, 30), st.floats(1e-3, 1e3))
def test_shares_that_are_all_full(d, cap):
    for total in (d * cap, sum([cap] * d), float(np.cumsum(np.full(d, cap))[-1])):
        full = sets.CappedSimplex(total, cap).fit(d)
        for x in (full.nearest(np.arange(d)), full.argmin(np.arange(d))):
            np.testing.assert_allclose(x, cap, rtol=1e-13)
            assert full.contains(x, 1e-12 * total)
        assert 0 <= full.diameter() <= 1e-13 * total
    with pytest.raises(InvalidInput, match="never make total"):
        sets.CappedSimplex(d * cap * (1 + 1e-9), cap).fit(d)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("box:lo=nan,hi=1", "lo=nan is not a number: give finite or infinite numbers, not NaN, as Box's"),
        ("box:lo=0;nan", "lo[1]=nan is not a number: give finite or infinite numbers, not NaN, as Box's"),
        ("half-space:a=1;inf", "a[1]=inf is infinite: give finite numbers as HalfSpace's normal vector."),
    ],
)  # fmt: skip
def test_which_number_is_wrong(text, said):
    with pytest.raises(InvalidInput) as refused:
        parse("set", text)
    assert str(refused.value).startswith(said)


def test_an_array_of_nothing():
    with pytest.raises(InvalidInput, match=r"^lo is empty: give at least one number as Box's"):
        sets.Box(lo=[])


@pytest.mark.parametrize("text", ["polytope:A=1,b=1", "translated/polytope:A=1,b=1"])
def test_why_a_play_is_slow(text):
    feasible = parse("set", text)
    stream = losses.Periodic([[1.0]])
    with pytest.warns(RuntimeWarning) as said:
        play(methods.SGD(), stream, feasible, rounds=3)
    words = "running in plain Python, much slower: a polytope is projected by a solver"
    assert [str(w.message) for w in said] == [words]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        play(methods.SGD(), stream, feasible, rounds=3, engine="plain")
