"""Every set's projection in weighted metrics, support function, diameters and membership."""

from __future__ import annotations

import json
import math

import cvxpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import EUCLIDEAN, IN_PYTHON, KINDS, SOLVED, UNBOUNDED, definite, made

from regretlab import InvalidInput, losses, methods, play, sets
from regretlab.spelling import ROOMS, found, from_spec, parse

LINEAR = 1e-9  # of the sizes at hand, in the optimality condition
LOOSE = {"intersection": 1e-8}  # as exact as the solver is, in place of 1e-9
seeds = st.integers(0, 2**32)


def drawn(name, seed, largest=50, orders=6.0):
    random = np.random.default_rng(seed)
    largest, orders = (min(largest, 8), min(orders, 1.0)) if name in SOLVED else (largest, orders)
    d = int(random.integers(2, largest + 1))
    kind = made(name, random, d)
    d, orders = kind.feasible.dimension or d, 0.0 if name in EUCLIDEAN else orders
    y = random.standard_normal(d) * 10.0 ** random.integers(-2, 4)
    w = 10.0 ** random.uniform(-orders, orders, d)
    return kind, y, w, random


def test_every_set_is_here():
    assert set(KINDS) | {"interval"} >= set(found(ROOMS["set"]))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=30)
@given(seed=seeds)
def test_the_variational_inequality(name, seed):
    """p = Proj(y) iff p in F and <w (y - p), z - p> <= 0 for all z of F: at the worst z of all, if F
    is bounded (the support function finds it), else at projections of random points."""
    kind, y, w, random = drawn(name, seed)
    feasible = kind.feasible
    p = feasible.nearest(y, w)
    scale = max(1.0, float(np.abs(p).max()))
    assert feasible.contains(p, LOOSE.get(name, 1e-9) * scale)
    pull = w * (y - p)
    others = [feasible.nearest(random.standard_normal(len(y)) * 10.0 ** random.integers(-2, 3))
              for _ in range(5)]  # fmt: skip
    if name not in UNBOUNDED:
        others.append(feasible.argmin(-pull))
    for z in others:
        size = math.fsum(w * (np.abs(y) + np.abs(p)) * (np.abs(z) + np.abs(p)))
        assert pull @ (z - p) <= LOOSE.get(name, LINEAR) * size


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25)
@given(seed=seeds)
def test_idempotent_and_still_inside(name, seed):
    kind, y, w, _ = drawn(name, seed)
    p = kind.feasible.nearest(y, w)
    scale = max(1.0, float(np.abs(p).max()))
    assert np.abs(kind.feasible.nearest(p, w) - p).max() <= LOOSE.get(name, 1e-9) * scale


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25)
@given(seed=seeds)
def test_it_does_not_expand_in_its_own_metric(name, seed):
    kind, y, w, random = drawn(name, seed)
    z = y + random.standard_normal(len(y)) * 10.0 ** random.integers(-3, 3)
    p, q = kind.feasible.nearest(y, w), kind.feasible.nearest(z, w)
    apart, before = math.fsum(w * (p - q) ** 2), math.fsum(w * (y - z) ** 2)
    rounding = math.fsum(w * (LOOSE.get(name, 1e-9) * (np.abs(p) + np.abs(q) + np.abs(y))) ** 2)
    assert math.sqrt(apart) <= math.sqrt(before) * (1 + 1e-9) + math.sqrt(rounding)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_against_a_convex_solver(name, seed):
    kind, y, w, random = drawn(name, seed, largest=8, orders=1.0)
    y = y / max(1.0, np.abs(y).max() / 30)
    z = cvxpy.Variable(len(y))
    distance = cvxpy.sum(cvxpy.multiply(w, cvxpy.square(z - y)))
    cvxpy.Problem(cvxpy.Minimize(distance), kind.constraints(z)).solve(solver=cvxpy.CLARABEL)
    p = kind.feasible.nearest(y, w)
    assert float(w @ (p - y) ** 2) <= distance.value * (1 + 1e-6) + 1e-6
    assert np.abs(z.value - p).max() < 1e-3 * max(1.0, np.abs(p).max())
    if name in UNBOUNDED:
        return
    c = random.standard_normal(len(y))
    least = cvxpy.Problem(cvxpy.Minimize(c @ z), kind.constraints(z)).solve(solver=cvxpy.CLARABEL)
    best = kind.feasible.argmin(c)
    assert kind.feasible.contains(best)
    assert c @ best == pytest.approx(least, rel=1e-5, abs=1e-6)
    assert kind.feasible.support(-c) == pytest.approx(-least, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", [n for n in KINDS if n not in EUCLIDEAN])
@pytest.mark.parametrize("seed", range(3))
def test_in_a_matrix_metric_against_a_convex_solver(name, seed):
    kind, y, _, random = drawn(name, seed + 10, largest=6)
    y = y / max(1.0, np.abs(y).max() / 30)
    A = definite(random, len(y))
    L = np.linalg.cholesky(A)
    z = cvxpy.Variable(len(y))
    distance = cvxpy.sum_squares(L.T @ (z - y))
    cvxpy.Problem(cvxpy.Minimize(distance), kind.constraints(z)).solve(solver=cvxpy.CLARABEL)
    p = kind.feasible.nearest_in(y, A)
    assert kind.feasible.contains(p, 1e-8)
    assert float((p - y) @ A @ (p - y)) <= distance.value * (1 + 1e-6) + 1e-6
    assert np.abs(z.value - p).max() < 1e-3 * max(1.0, np.abs(p).max())


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=20)
@given(seed=seeds)
def test_diameters_bounds_and_samples(name, seed):
    kind, _, _, random = drawn(name, seed, largest=9)
    feasible = kind.feasible
    if name in UNBOUNDED:
        assert not feasible.bounded or name == "affine-subspace"
        return
    low, high = feasible.bounds()
    points = [feasible.sample(random) for _ in range(6)]
    points += [feasible.argmin(s * e) for e in np.eye(len(low)) for s in (1, -1)]
    for x in points:
        assert feasible.contains(x, 1e-8 * max(1.0, np.abs(x).max()))
        assert (low - LOOSE.get(name, 1e-9) <= x).all()
        assert (x <= high + LOOSE.get(name, 1e-9)).all()
    tight = np.max(high - low)
    assert feasible.diameter() == pytest.approx(tight, rel=1e-9)
    for e, a, b in zip(np.eye(len(low)), low, high, strict=True):  # the box is the smallest
        assert e @ feasible.argmin(e) == pytest.approx(a, rel=1e-9, abs=LOOSE.get(name, 1e-9))
        assert e @ feasible.argmin(-e) == pytest.approx(b, rel=1e-9, abs=LOOSE.get(name, 1e-9))
    far = max(np.linalg.norm(x - y) for x in points for y in points)
    assert far <= feasible.diameter2() * (1 + 1e-9)
    tries, steps = (3, 5) if name in SOLVED else (10, 30)
    for _ in range(tries):  # and D_2 is met, going from one end to the other
        c = points[int(random.integers(len(points)))] - points[0] + 1e-3 * random.standard_normal(len(low))  # fmt: skip
        for _ in range(steps):
            across = feasible.argmin(-c) - feasible.argmin(c)
            c = across
        far = max(far, float(np.linalg.norm(across)))
    assert far <= feasible.diameter2() * (1 + 1e-9)
    if name not in SOLVED:  # for which it is an upper bound only
        assert far >= feasible.diameter2() * 0.7


@pytest.mark.parametrize("name", UNBOUNDED)
def test_no_minimum_is_said(name):
    random = np.random.default_rng(3)
    feasible = made(name, random, 4).feasible
    if name == "affine-subspace":
        feasible = sets.AffineSubspace(random.standard_normal((2, 4)), [1.0, 2.0]).fit(4)
    with pytest.raises(
        InvalidInput, match=r"has no minimum on .*, which is not bounded: intersect"
    ):
        feasible.argmin(np.array([1.0, -2.0, 3.0, -4.0]))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("method", [methods.AdaGrad(), methods.SGD()], ids=lambda m: m.name)
def test_both_engines_give_the_same_bits(name, method):
    random = np.random.default_rng(7)
    stream = losses.Periodic(random.standard_normal((40, 3)))
    feasible = KINDS[name](random, 3).feasible
    if name in EUCLIDEAN:
        stream = losses.Periodic(random.standard_normal((40, feasible.d)))
        if method.name != "sgd":
            with pytest.raises(InvalidInput, match="play a method whose psi_t is constant"):
                play(method, stream, feasible, rounds=5)
            return
    if name in UNBOUNDED:
        stream = losses.FiniteSum(random.standard_normal((20, 3)), random.standard_normal(20))
    if name in IN_PYTHON:
        with pytest.warns(RuntimeWarning, match="running in plain Python"):
            play(method, stream, feasible, rounds=5)
        return
    quick = play(method, stream, feasible, rounds=200, at=1)
    slow = play(method, stream, feasible, rounds=200, at=1, engine="plain")
    assert quick.data.attrs["engine"] == "compiled"
    same = quick.data.iterate.values == slow.data.iterate.values
    if name == "lp-ball":  # whose powers are the C library's in one and LLVM's in the other
        same = np.isclose(quick.data.iterate.values, slow.data.iterate.values, rtol=1e-9)
    assert same.all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sets.CappedSimplex(1.0, 0.2).fit(4), "4 shares of at most cap=0.2 never make total=1"),
        (lambda: sets.HalfSpace([0.0, 0.0], 1.0).fit(2), "a=0 is no normal vector"),
        (lambda: sets.HalfSpace([1.0, 2.0], 1.0).fit(3), "a of half-space has 2 coordinates"),
        (lambda: sets.AffineSubspace([[1, 1], [2, 2]], [1, 3]), "A x = b has no solution"),
        (lambda: sets.AffineSubspace([[1, 1]], [1]).fit(3), "A of affine-subspace has 2 columns"),
        (lambda: sets.Ellipsoid([[1, 2], [2, 1]]), "P has the eigenvalue -1"),
        (lambda: sets.Ellipsoid([[1, 2], [0, 1]]), "P is not symmetric"),
        (lambda: sets.Ellipsoid([[1, 2, 3], [2, 1, 4]]), "P has shape (2, 3)"),
        (lambda: sets.L2Ball(0.0), "radius=0.0 is outside (0, inf)"),
        (lambda: sets.LpBall(0.5), "p=0.5 is outside [1, 1000]"),
        (lambda: sets.L2Ball(d=3).fit(2), "leave its d out, or give 2"),
        (lambda: sets.Polytope([[1.0], [-1.0]], [0.0, -1.0]), "weighted by [1. 1.], sum to 0 <= -1"),
        (lambda: sets.Intersection(sets.L2Ball(1.0), sets.Box(2.0, 3.0)).fit(2), "is empty: its constraints"),
        (lambda: sets.Spectrahedron().fit(5), "d=5 is no square"),
        (lambda: sets.Spectrahedron(d=4).nearest(np.ones(4), [1.0, 2.0, 1.0, 1.0]), "unequal weights"),
        (lambda: sets.Scaled(factor=0.0), "factor=0 makes a point"),
        (lambda: sets.Translated(sets.L2Ball(), [1.0, 2.0]).fit(3), "by has 2 coordinates"),
        (lambda: sets.Product(sets.L2Ball(), sets.L1Ball()).fit(3), "give one of them its d"),
        (lambda: sets.Product(sets.L2Ball(d=2), sets.L1Ball(d=2)).fit(3), "its parts must make 3"),
        (lambda: sets.SecondOrderCone().fit(1), "d=1 is no dimension of second-order-cone"),
    ],
)  # fmt: skip
def test_bad_input(make, words):
    with pytest.raises(InvalidInput) as refused:
        make()
    assert words in str(refused.value)


@pytest.mark.parametrize("bad", [[1.0, -1.0], [1.0, np.nan], [1.0], [[1.0, 1.0]], [np.inf, 1.0]])
def test_weights_that_are_none(bad):
    with pytest.raises(InvalidInput, match=r"weights"):
        sets.L2Ball().fit(2).nearest([3.0, 4.0], bad)


@pytest.mark.parametrize("name", ["simplex", "l2-ball", "l1-ball", "lp-ball", "capped-simplex"])
def test_a_weight_of_zero_is_one_that_tends_to_zero(name):
    random = np.random.default_rng(5)
    feasible = made(name, random, 4).feasible
    y = 100 * random.standard_normal(4)
    limit = feasible.nearest(y, np.array([1.0, 2.0, 0.5, 0.0]))
    near = feasible.nearest(y, np.array([1.0, 2.0, 0.5, 1e-12]))
    np.testing.assert_allclose(limit, near, rtol=0, atol=1e-4 * np.abs(near).max())


def test_half_infinite_boxes():
    feasible = sets.Box([0.0, -np.inf], [np.inf, 1.0]).fit(2)
    np.testing.assert_array_equal(feasible.nearest([-3.0, 5.0]), [0.0, 1.0])
    np.testing.assert_array_equal(feasible.argmin(np.array([1.0, -2.0])), [0.0, 1.0])
    with pytest.raises(InvalidInput, match="has no minimum on box"):
        feasible.argmin(np.array([-1.0, 0.0]))
    assert not feasible.bounded
    run = play(methods.SGD(), losses.Periodic([[1.0, -1.0]]), feasible, rounds=50)
    assert float(run.data.comparator_loss[-1]) == -50.0
    assert run.replay().x.tolist() == run.x.tolist()


@pytest.mark.parametrize(
    "spelled",
    [
        "translated:by=1;2/l2-ball:radius=2", "scaled:factor=-2/simplex", "box:lo=0;-inf,hi=inf;1",
        "product/simplex:d=1&l2-ball", "intersection/l2-ball:radius=2&box:lo=0",
        "intersection/l2-ball&translated:by=0.5/l1-ball",
    ],
)  # fmt: skip
def test_spelled_and_read_back(spelled):
    piece = parse("set", spelled)
    assert parse("set", str(piece)) == piece
    assert from_spec("set", piece.spec()) == piece
    assert parse("set", piece.brief()) == piece
    json.dumps(piece.spec(), allow_nan=False)
