"""Mirror descent, FTRL, Hedge, ONS, coin betting and moving comparators under their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from adversaries import KINDS, box, coefficients, held, must_hold, played, streams
from hypothesis import given, settings
from hypothesis import strategies as st
from own import MovingQuadratic

from regretlab import InvalidInput, bounds, losses, methods, schedules, sets

CONSTANT, DECAYING = schedules.Constant, schedules.InverseSqrt
RATE = st.floats(-2, 2).map(lambda e: 10.0**e)
LEADERS = [
    (methods.SGD(), bounds.EuclideanOMD()),
    (methods.OMD("euclidean"), bounds.EuclideanOMD()),
    (methods.FTRL(), bounds.FTRL()),
]


@settings(max_examples=12)
@given(stream=streams(), alpha=RATE, simplex=st.booleans())
def test_euclidean(stream, alpha, simplex):
    F = sets.Simplex(total=2.0) if simplex and stream.d > 1 else box(stream)
    for method, bound in LEADERS:
        must_hold(held(method, stream, bound, feasible=F, step=CONSTANT(alpha)))


@settings(max_examples=15)
@given(stream=streams(d=(2, 3)), alpha=RATE, total=st.floats(0.5, 3.0), x=st.floats(0.05, 0.95))
def test_entropic(stream, alpha, total, x):
    """From an x_1 off the centre, on a simplex and on a box."""
    start = np.full(stream.d, (1 - x) / (stream.d - 1))
    start[0] = 1 - start[1:].sum()
    options = {"step": CONSTANT(alpha), "feasible": sets.Simplex(total=total)}
    entropic, bound = methods.OMD("entropy"), bounds.EntropicOMD()
    must_hold(held(entropic, stream, bound, x1=total * start, **options))
    must_hold(held(methods.Hedge(), stream, bounds.Hedge(), x1=total * start, **options))
    options = {"step": CONSTANT(alpha), "feasible": box(stream, total)}
    must_hold(held(entropic, stream, bound, x1=total * (x - 0.5), **options))
    must_hold(held(methods.Hedge(), stream, bounds.Hedge(), x1=total * (x - 0.5), **options))


def test_the_mirror_right_hand_sides_by_hand():
    c = np.random.default_rng(2).standard_normal((30, 3))
    stream, step, start = losses.Periodic(c), CONSTANT(0.2), np.array([0.5, 0.3, 0.2])
    best = c.sum(axis=0).argmin()
    F = sets.Simplex()
    options = {"feasible": F, "step": step, "x1": start}
    checked = held(methods.OMD(), stream, bounds.EntropicOMD(), **options)
    wanted = -math.log(start[best]) / 0.2 + 0.1 * (abs(c).max(axis=1) ** 2).sum()
    assert checked.rhs is not None
    assert checked.rhs[-1] == pytest.approx(wanted, rel=1e-12)
    checked = held(methods.FTRL(), stream, bounds.FTRL(), **options)
    far = ((np.eye(3)[best] - start) ** 2).sum()
    assert checked.rhs is not None
    assert checked.rhs[-1] == pytest.approx(far / 0.4 + 0.1 * (c**2).sum(), rel=1e-12)
    checked = held(methods.Hedge(), stream, bounds.Hedge(), **options)
    r = np.ptp(c, axis=1).max()
    assert checked.rhs is not None
    assert checked.rhs[-1] == pytest.approx(math.log(5) / 0.2 + 0.2 / 8 * 30 * r**2, rel=1e-12)


@settings(max_examples=15)
@given(
    kind=st.sampled_from(KINDS),
    T=st.integers(1, 300),
    N=st.integers(2, 5),
    seed=st.integers(0, 999),
)
def test_hedge_tuned_and_anytime(kind, T, N, seed):
    """Losses in [0, 1]: sqrt(T ln N / 2), and the two that need no horizon."""
    c = coefficients(kind, T, N, seed)
    c = (c - c.min()) / max(c.max() - c.min(), 1e-9)
    stream, F = losses.Periodic(c), sets.Simplex()
    options = {"feasible": F, "x1": np.full(N, 1 / N)}
    rate = math.sqrt(8 * math.log(N) / T)
    checked = held(methods.Hedge(), stream, bounds.Hedge(), step=CONSTANT(rate), **options)
    must_hold(checked)
    assert checked.rhs is not None
    assert checked.rhs[-1] <= math.sqrt(T * math.log(N) / 2) * (1 + 1e-12)
    step = DECAYING(math.sqrt(8 * math.log(N)))
    anytime = held(methods.Hedge(), stream, bounds.HedgeAnytime(), step=step, **options)
    must_hold(anytime)
    wanted = 2 * math.sqrt(T * math.log(N) / 2) + math.sqrt(math.log(N) / 8)
    assert anytime.rhs is not None
    assert anytime.rhs[-1] == pytest.approx(wanted, rel=1e-12)
    decaying = held(methods.Hedge(), stream, bounds.HedgeDecaying(), step=step, **options)
    must_hold(decaying)
    assert decaying.rhs is not None
    assert (decaying.rhs <= anytime.rhs * (1 + 1e-12)).all()


@settings(max_examples=10)
@given(stream=streams(), alpha=RATE)
def test_hedge_decaying_on_a_box(stream, alpha):
    must_hold(held(methods.Hedge(), stream, bounds.HedgeDecaying(), step=DECAYING(alpha)))


def test_what_hedge_anytime_needs():
    stream = losses.Periodic([[1.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    step = DECAYING(math.sqrt(8 * math.log(2)))
    checked = held(methods.Hedge(), stream, bounds.HedgeAnytime(), step=step,
                   feasible=sets.Simplex(), x1=np.array([0.4, 0.6]))  # fmt: skip
    assert [a.name for a in checked.broken_assumptions] == [
        "equal weights at x1",
        "the largest range of losses <= 1",
    ]


NEWTON = {"a": 0.25, "G": 2.0}


@settings(max_examples=15)
@given(
    b=st.lists(st.floats(-1, 1), min_size=1, max_size=8),
    bound=st.sampled_from([bounds.ONS(**NEWTON), bounds.ONSWide(**NEWTON)]),
    corner=st.booleans(),
)
def test_ons(b, bound, corner):
    """(x - b)^2 / 2 on [-1, 1]: |x - b| <= 2, so that it is 1/4-exp-concave and |g| <= 2."""
    gamma = min(1 / (bound.narrow * 2 * 2), 0.25) / 2
    method = methods.ONS(gamma=gamma, eps=1 / (gamma * 2) ** 2)
    stream = MovingQuadratic(a=1.0, b=b)
    checked = held(method, stream, bound, feasible=sets.Interval(-1, 1), rounds=60,
                   x1=1.0 if corner else None, at=[2, 5, 20, 60])  # fmt: skip
    must_hold(checked)
    assert checked.rhs is not None
    assert np.isnan(checked.rhs).sum() == 2
    log = math.log(60) * (4 + 4)
    assert checked.rhs[-1] == pytest.approx((5 if bound.narrow == 4 else 2) * log)


@pytest.mark.parametrize("bound", [bounds.ONS(a=1.0, G=2.0), bounds.ONSWide(a=1.0, G=2.0)], ids=str)
def test_ons_on_portfolios(bound):
    """Its own set is the simplex: -log <r, x> is 1-exp-concave there."""
    market = losses.Market(drift=[0.0, 0.0, 0.01], volatility=[0.1])
    gamma = min(1 / (bound.narrow * 2 * math.sqrt(2)), 1.0) / 2
    method = methods.ONS(gamma=gamma, eps=1 / (gamma * math.sqrt(2)) ** 2)
    options = {"feasible": sets.Simplex(), "rounds": 40, "at": [5, 20, 40]}
    checked = held(method, market, bound, **options)
    must_hold(checked)
    assert checked.assumptions[-2].why == "losses that declare an exp-concavity of 1"
    (broken,) = held(method, market, bound.but(a=1.0, G=1e-3), **options).broken_assumptions[:1]
    assert broken.told.startswith("it needs gamma=0.5; this play has gamma=")
    too_much = held(methods.ONS(0.125, 32.0), market, bounds.ONSWide(a=9.0, G=2**1.5), **options)
    assert [a.name for a in too_much.broken_assumptions] == ["9-exp-concave losses"]
    everywhere = held(method, losses.Quadratic(), bound, feasible=sets.WholeSpace(), rounds=3)
    assert everywhere.broken_assumptions[0].name == "a bounded set"


@pytest.mark.parametrize(
    ("method", "stream", "missing"),
    [
        (methods.ONS(0.5, 1.0), losses.Spike(), ["gamma=0.125", "eps=16"]),
        (methods.ONS(0.125, 16.0), losses.Periodic([0.5]), ["0.25-exp-concave losses"]),
        (methods.ONS(0.125, 16.0), MovingQuadratic(a=9.0), ["0.25-exp-concave losses", "the largest |g_t|_2 <= 2"]),
    ],
)  # fmt: skip
def test_what_ons_needs(method, stream, missing):
    checked = held(method, stream, bounds.ONSWide(**NEWTON), rounds=5, feasible=sets.Interval())
    assert [a.name for a in checked.broken_assumptions] == missing


@settings(max_examples=15)
@given(kind=st.sampled_from(KINDS), T=st.integers(1, 300), d=st.integers(1, 2), seed=st.integers(0, 999),
       eps=RATE, width=st.floats(0.1, 100.0), G=RATE)  # fmt: skip
def test_coin_betting(kind, T, d, seed, eps, width, G):
    c = coefficients(kind, T, d, seed)
    stream = losses.Periodic(G * c / max(abs(c).max(), 1e-9))
    method = methods.CoinBetting(wealth=eps, scale="given", bound=G * (1 + 1e-12))
    must_hold(held(method, stream, bounds.CoinBetting(), feasible=box(stream, width)))


@settings(max_examples=15)
@given(stream=streams(d=(1, 2)), alpha=RATE, seed=st.integers(0, 999), P=st.integers(1, 20))
def test_moving_comparators(stream, alpha, seed, P):
    u = np.random.default_rng(seed).uniform(-1, 1, (P, stream.d))
    must_hold(held(methods.SGD(), stream, bounds.DynamicOGD(u), step=CONSTANT(alpha)))


def test_moving_comparators_tight():
    """One round from end to end: R_1 = D G with alpha = D / G."""
    bound, step = bounds.DynamicOGD(u=[-1.0]), CONSTANT(2 / 3)
    checked = held(methods.SGD(), losses.Periodic([3.0]), bound, step=step, x1=1.0)
    must_hold(checked)
    assert checked.tightness == pytest.approx(1.0, rel=1e-12)
    assert checked.regret[-1] == pytest.approx(6.0)


def test_moving_comparators_by_hand():
    """Random and quadratic losses too; the best sequence of ends follows the signs."""
    b, u = np.array([0.7, -0.4, 0.1, 0.9]), np.array([0.6, -0.5])
    stream = MovingQuadratic(a=1.3, b=b)
    run = played(methods.SGD(), stream, sets.Interval(), rounds=20, step=CONSTANT(0.3))
    x, t = run.data.iterate.values[:, 0], np.arange(20)
    paid = 0.65 * ((x - b[t % 4]) ** 2 - (u[t % 2] - b[t % 4]) ** 2)
    checked = bounds.check(run, bounds.DynamicOGD(u))
    np.testing.assert_allclose(checked.regret, np.cumsum(paid), atol=1e-12)
    G = 1.3 * np.maximum.accumulate(abs(x - b[t % 4]))
    wanted = 4 / 0.6 + 2 * 1.1 * t / 0.3 + 0.15 * (t + 1) * G**2
    assert checked.rhs is not None
    np.testing.assert_allclose(checked.rhs, wanted, rtol=1e-12)
    random = played(methods.SGD(), losses.ReddiStochastic(), sets.Interval(), rounds=200, seed=4,
                    runs=2, step=CONSTANT(0.01))  # fmt: skip
    checked = bounds.check(random, bounds.DynamicOGD(u=[-1.0]))
    best = random.data.comparator.values[..., 0] == -1
    assert best.any()
    np.testing.assert_allclose(checked.regret[best], random.data.regret.values[best], atol=1e-9)


def test_comparators_must_fit():
    run = played(methods.SGD(), losses.Periodic([3.0]), rounds=3, step=CONSTANT(1.0))
    checked = bounds.check(run, bounds.DynamicOGD(u=[1.5]))
    assert [a.name for a in checked.broken_assumptions] == ["comparators in F"]
    with pytest.raises(InvalidInput, match="u has 2 coordinates and the losses d=1"):
        bounds.check(run, bounds.DynamicOGD(u=[[1.0, 0.0]]))


@settings(max_examples=8)
@given(seed=st.integers(0, 999), wide=st.booleans())
def test_ons_in_the_plane(seed, wide):
    """(<a_j, x> - b_j)^2 / 2 on a square: 1 / r^2-exp-concave where |<a_j, x> - b_j| <= r."""
    rng = np.random.default_rng(seed)
    A, b = rng.uniform(-0.5, 0.5, (6, 2)), rng.uniform(-1, 1, 6)
    r = (abs(A).sum(axis=1) + abs(b)).max()
    limit, D = r * np.linalg.norm(A, axis=1).max(), math.sqrt(8.0)
    bound = (bounds.ONSWide if wide else bounds.ONS)(a=1 / r**2, G=limit)
    gamma = min(1 / (bound.narrow * limit * D), 1 / r**2) / 2
    method = methods.ONS(gamma=gamma, eps=1 / (gamma * D) ** 2)
    stream = losses.FiniteSum(A, b, sampling="single", order="cyclic")
    must_hold(held(method, stream, bound, feasible=box(stream), rounds=100, x1=1.0, at=[10, 40]))
