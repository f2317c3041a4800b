"""Polytopes at uneven weights, far points and odd sizes, against exact fractions and closed forms."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regretlab import InvalidInput, losses, methods, play, schedules, sets
from regretlab.sets import active_sets

TRIANGLE = {"A": [[1, 1], [-1, 0], [0, -1]], "b": [1, 0, 0]}


def simplex(d, total=1.0):
    return sets.Polytope(A=-np.eye(d), b=0, E=np.ones((1, d)), f=total)


def eliminated(rows):
    """x with [G | r] x = 0 read as G x = r, in fractions; None if G is singular."""
    rows, n = [list(map(Fraction, row)) for row in rows], len(rows)
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k and rows[i][k] != 0:
                rows[i] = [v - rows[i][k] * a for v, a in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def by_all_faces(A, b, y, M):
    """The nearest of the nearest points of all faces, in fractions."""
    d, best = len(y), None
    for n in range(d + 1):
        for held in itertools.combinations(range(len(b)), n):
            rows = []
            for i in range(d):
                right = sum((Fraction(M[i, j]) * Fraction(y[j]) for j in range(d)), Fraction(0))
                rows.append([*M[i], *(A[k, i] for k in held), right])
            rows += [[*A[k], *[0] * n, b[k]] for k in held]
            if (found := eliminated(rows)) is None:
                continue
            z = found[:d]
            if all(sum(Fraction(a) * v for a, v in zip(r, z, strict=True)) <= Fraction(s)
                   for r, s in zip(A, b, strict=True)):  # fmt: skip
                off = [v - Fraction(u) for v, u in zip(z, y, strict=True)]
                size = sum(Fraction(M[i, j]) * off[i] * off[j] for i in range(d) for j in range(d))
                if best is None or size < best[0]:
                    best = size, z
    assert best is not None
    return np.array([float(v) for v in best[1]])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), full=st.booleans())
def test_the_nearest_point_against_all_faces_in_fractions(seed, full):
    random = np.random.default_rng(seed)
    d = int(random.integers(1, 4))
    A = np.round(random.normal(size=(d + 2, d)), 1)
    A[0] = random.normal(size=d)
    inner = random.normal(size=d) * 10.0 ** random.integers(-3, 4)
    b = A @ inner + random.exponential(size=d + 2) * 10.0 ** random.integers(-9, 3)
    y = random.normal(size=d) * 10.0 ** random.integers(-3, 9)
    P = sets.Polytope(A, b)
    if full:
        L = random.normal(size=(d, d)) * 10.0 ** random.uniform(-3, 3, (d, 1))
        M = L @ L.T
        M = (M + M.T) / 2
        if not np.linalg.eigvalsh(M)[0] > 1e-14 * np.trace(M):
            return
        found = P.nearest_in(y, M)
    else:
        w = 2.0 ** random.integers(-60, 60, d)  # whose inverses are exact
        M, found = np.diag(w), P.nearest(y, w)
    right = by_all_faces(A, b, y, M)
    size = np.abs(A) @ np.abs(right) + np.abs(b)
    conditions = 1e-11 * max(np.abs(right).max(), (size / np.linalg.norm(A, axis=1).clip(1e-3)).max())  # fmt: skip
    assert np.abs(found - right).max() <= conditions


def test_under_uneven_weights():
    one = sets.Polytope(A=[[1.0, 1.0]], b=[1.0]).nearest([3, 4], [1e-10, 1])
    np.testing.assert_allclose(one, [-3.0 + 6e-10, 4.0 - 6e-10], rtol=1e-15)
    y, w = [0.9, -0.1, 0], [3.001e-6, 4.319e-6, 0.135552322]
    right = sets.Simplex().fit(3).nearest(y, w)
    np.testing.assert_allclose(simplex(3).nearest(y, w), right, rtol=1e-9, atol=1e-15)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_simplex_as_a_polytope(seed):
    random = np.random.default_rng(seed)
    d, total = int(random.integers(2, 24)), 10.0 ** random.integers(-9, 9)
    y = random.normal(size=d) * total * 10.0 ** random.integers(-2, 3)
    w = 10.0 ** random.uniform(-5, 5, d)
    P, Q = simplex(d, total), sets.Simplex(total).fit(d)
    np.testing.assert_allclose(P.nearest(y, w), Q.nearest(y, w), rtol=0, atol=1e-9 * total)
    c = random.normal(size=d)
    assert P.support(c) == pytest.approx(Q.support(c), rel=1e-12)
    assert P.shortfall(c) <= 1e-9 * total
    assert P.diameter() == pytest.approx(total, rel=1e-12)


def test_plays_go_on():
    random = np.random.default_rng(2)
    for _ in range(3):
        g = random.normal(size=(5, 3)) * [1e-5, 1, 1e-3]
    method, step = methods.AMSGrad(beta1=0, beta2=0.9), schedules.InverseSqrt(1)
    runs = [
        play(method, losses.Periodic(g), feasible, rounds=300, step=step, engine="plain", at=1)
        for feasible in (simplex(3), sets.Simplex())
    ]
    one, other = (run.data.iterate.values for run in runs)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("far", [1e4, 1e5, 1e8, 1e100])
def test_far_points_empty_nothing(far):
    np.testing.assert_array_equal(sets.Polytope(**TRIANGLE).nearest([far, 2 * far]), [0, 1])
    assert sets.Polytope(A=[[1], [-1]], b=[1, 1]).nearest([far])[0] == 1.0
    corner = sets.Polytope(np.vstack([np.ones(3), -np.eye(3)]), [1, 0, 0, 0])
    np.testing.assert_array_equal(corner.nearest([far, 2 * far, 3 * far]), [0, 0, 1])


def test_sizes_far_below_one():
    P = simplex(2, 1e-9)
    assert P.diameter() == 1e-9
    np.testing.assert_allclose(P.nearest([1.0, 2.0]), [0, 1e-9], atol=1e-24)
    stream, start = losses.Periodic([[-1.0, -1.0001]]), [1e-8, 0]
    run = play(methods.SGD(), stream, simplex(2, 1e-8), rounds=5, at=[5], x1=start, engine="plain")
    iterate_losses = float(run.data.cumulative_loss[-1])
    assert float(run.data.regret[-1]) == pytest.approx(iterate_losses + 5 * 1.0001e-8, rel=1e-9)
    np.testing.assert_allclose(run.data.comparator[-1], [0, 1e-8], atol=1e-23)


@pytest.mark.parametrize(
    ("given", "weighted"),
    [
        ({"A": [[1, 0], [0, 1]], "b": 1, "E": [[0, 0]], "f": [1.0]}, r"\[ 0.  0. -1.\]"),
        ({"A": [[1, 0], [0, 1]], "b": 1, "E": 0, "f": 1}, r"\[ 0.  0. -1.\]"),
        ({"A": [[1, 0], [0, 0]], "b": [1, -1]}, r"\[0. 1.\]"),
        ({"A": [[1, 1]], "b": [1], "E": [[1, 1], [2, 2]], "f": [1, 3]}, r"\[ 0.   1.  -0.5\]"),
        ({"A": [[1, 1]], "b": [1], "E": [[1, 1]], "f": [1.5]}, r"\[ 1. -1.\]"),
    ],
)
def test_empty_ones_are_refused_with_a_certificate(given, weighted):
    with pytest.raises(InvalidInput, match=rf"is empty: .* weighted by {weighted}, sum to 0 <= -"):
        sets.Polytope(**given)


def test_what_is_met_but_for_rounding_is_not_empty():
    line = sets.Polytope([[0.3], [-0.1]], [0.9, -0.3 - 1e-16])
    assert line.nearest([5.0])[0] == pytest.approx(3.0, rel=1e-12)
    doubled = sets.Polytope([[1, 0]], [9], E=[[0.1, 0.2], [0.3, 0.6]], f=[0.1, 0.3])
    np.testing.assert_allclose(doubled.nearest([0.0, 0.0]), [0.2, 0.4], rtol=1e-12)


def test_a_minimum_that_is_none():
    P = sets.Polytope([[1.0, 1.0]], [1.0])
    assert P.argmin(-np.array([0.1 + 0.2, 0.3])).sum() == pytest.approx(1.0)
    with pytest.raises(InvalidInput, match="has no minimum"):
        P.argmin(np.array([-1.0, -1.0 - 1e-13]))
    assert P.diameter() == np.inf
    assert np.isposinf(P.bounds()[1]).all()
    assert np.isneginf(P.bounds()[0]).all()


def test_floating_point_alone_is_near(monkeypatch):
    P, y, w = sets.Polytope(**TRIANGLE), [3.0, 2.5], [1e-3, 10.0]
    exact, c = P.nearest(y, w), np.array([1.0, -1.0 - 1e-6])
    least = P.argmin(c)
    monkeypatch.setattr(active_sets, "WIDEST", 0)
    monkeypatch.setattr("regretlab.sets.polyhedra.WIDEST", 0)
    np.testing.assert_allclose(P.nearest(y, w), exact, atol=1e-12)
    np.testing.assert_allclose(P.argmin(c), least, atol=1e-12)
    assert c @ P.argmin(c) - c @ least <= P.shortfall(c) + 1e-15
    assert P.shortfall(c) < 1e-9
