"""Sets that an interior-point solver projects to: far points, uneven metrics, certified ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regretlab import InvalidInput, losses, methods, play, sets

QUARTER = sets.Intersection(sets.L2Ball(0.3), sets.Box(lo=0)).fit(3)


@pytest.mark.parametrize("far", [1.0, 1e2, 1e4, 1e5, 1e8, 1e12])
def test_far_points_empty_nothing(far):
    found = QUARTER.nearest(np.array([1.0, 2.0, -3.0]) * far)
    np.testing.assert_allclose(found, [0.3 / 5**0.5, 0.6 / 5**0.5, 0], rtol=0, atol=1e-12)


def test_an_answer_that_is_not_sure_is_sought_in_other_units():
    high = [7.631252310498467e-4, 3.0321290783808907e-4, 8.7038608336137099e-4,
            3.9029331993116777e-4, 2.0976067925005586e-4]  # fmt: skip
    feasible = sets.Intersection(sets.L2Ball(1.5e-3), sets.Box(-1e-3, high)).fit(5)
    y = np.array([0.0024621, -0.00545446, 0.00686378, 0.00038284, 0.01519814])
    w = np.array([3.68061897e-2, 1.54017249e-2, 1.69538811e-4, 7.32770194e3, 3.39591398e-2])
    z = feasible.nearest(y, w)
    pull = w * (y - z) / np.abs(w * (y - z)).max()
    assert pull @ (feasible.argmin(-pull) - z) <= 1e-12


def test_an_empty_one_is_refused_when_made():
    with pytest.raises(InvalidInput, match="is empty: its constraints, weighted by"):
        sets.Intersection(sets.L2Ball(0.3), sets.Box(lo=0.2, hi=1)).fit(3)


def test_the_second_order_cone_in_an_uneven_metric():
    M = np.array([
        [0.19549282282921251, 0.14303125740368805, 0.02755265938323926],
        [0.14303125740368805, 0.10728957327761492, 0.021610356094906656],
        [0.02755265938323926, 0.021610356094906656, 0.0056951286763889455],
    ])  # fmt: skip
    y = np.array([-0.09, -0.13, 0.14])
    for size in (1.0, 1e-9, 1e9):
        z = sets.SecondOrderCone().fit(3).nearest_in(y, size * M)
        assert (z - y) @ M @ (z - y) <= 6.115e-7
        assert np.hypot(z[0], z[1]) <= z[2] * (1 + 1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_optimality_conditions_in_the_second_order_cone(seed):
    """M (z - y) is in the dual cone, which is the cone, and orthogonal to z."""
    random = np.random.default_rng(seed)
    d = int(random.integers(2, 6))
    L = random.normal(size=(d, d)) * 10.0 ** random.uniform(-1, 1, (d, 1))
    M = L @ L.T
    M = (M + M.T) / 2
    if not np.linalg.cond(M) < 1e8:
        return
    y, cone = random.normal(size=d) * 10.0 ** random.integers(-4, 5), sets.SecondOrderCone().fit(d)
    z = cone.nearest_in(y, M)
    pull = M @ (z - y)
    size = np.abs(M).max() * (np.abs(y).max() + np.abs(z).max())
    assert cone.contains(z, 1e-9 * np.abs(y).max())
    assert np.linalg.norm(pull[:-1]) - pull[-1] <= 1e-7 * size
    assert abs(pull @ z) <= 1e-7 * size * np.abs(y).max()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_ball_in_the_positive_orthant(seed):
    """Its nearest point has a closed form, that of the cone first and then that of the ball."""
    random = np.random.default_rng(seed)
    d, r = int(random.integers(2, 7)), 10.0 ** random.integers(-3, 4)
    feasible = sets.Intersection(sets.L2Ball(r), sets.Box(0.0, np.inf)).fit(d)
    y = random.normal(size=d) * r * 10.0 ** random.integers(-2, 6)
    inside = np.maximum(y, 0)
    right = inside * min(1.0, r / max(np.linalg.norm(inside), 1e-300))
    np.testing.assert_allclose(feasible.nearest(y), right, rtol=0, atol=1e-9 * r)
    c = random.normal(size=d)
    least = -r * np.linalg.norm(np.minimum(c, 0)) if (c < 0).any() else 0.0
    got, gap = c @ feasible.argmin(c), feasible.shortfall(c)
    assert abs(got - least) <= gap + 1e-14 * r
    assert gap <= 1e-8 * r * np.abs(c).sum()
    assert r <= feasible.diameter() <= r * (1 + 1e-8)
    low, high = feasible.bounds()
    assert (low <= 0).all()
    assert (high >= r).all()


def test_of_two_polyhedra_by_active_sets():
    both = sets.Intersection(sets.Simplex(), sets.Box(hi=0.6)).fit(3)
    capped = sets.CappedSimplex(1.0, 0.6).fit(3)
    y, w = np.array([0.9, 0.5, -3.0]), np.array([1e-9, 1.0, 3.0])
    np.testing.assert_allclose(both.nearest(y, w), capped.nearest(y, w), rtol=0, atol=1e-13)
    assert both.support(np.array([1.0, 2.0, 3.0])) == pytest.approx(2.6, rel=1e-15)
    assert both.diameter() == 0.6


def test_regret_is_charged_what_a_solver_may_have_missed():
    stream = losses.Periodic([[-1.0, -2.0, 1.0]])
    for feasible, said in (
        (QUARTER, "by a solver, see comparator_gap"),
        (sets.L2Ball(0.3), "exact"),
    ):
        run = play(methods.SGD(), stream, feasible, rounds=20, engine="plain")
        assert run.data.attrs["comparator"] == f"linear minimiser, {said}"
        gap = float(run.data.comparator_gap[-1])
        assert (0.0 < gap < 1e-7) if feasible is QUARTER else gap == 0.0
    least = float(
        play(methods.SGD(), stream, QUARTER, rounds=20, engine="plain").data.comparator_loss[-1]
    )
    assert least == pytest.approx(-20 * 0.3 * 5**0.5, rel=1e-12)
