"""Credits, the streams made of them, and what the new claims compute, against plain loops and fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.adam import Adam
from regretlab.methods.adopt import ADOPT
from regretlab.methods.sgd import SGD
from regretlab.theorems.bock_weiss import TwoCycles, radius
from regretlab.theorems.close_credits import margin, streams
from regretlab.theorems.credits import adam_drifts, credits, unequal
from regretlab.theorems.learners.cyclic import Cosine
from regretlab.theorems.learners.parabolas import Parabolas
from regretlab.theorems.learners.uneven import Uneven
from regretlab.theorems.savarese import Savarese
from regretlab.theorems.shi import threshold

sizes = st.lists(st.floats(0.1, 3.0), min_size=2, max_size=6).map(np.array)


def by_a_loop(c: np.ndarray, beta1: float, beta2: float) -> float:
    """Adam's updates of one late period, added up."""
    m = v = total = 0.0
    P = len(c)
    for t in range(120 * P):
        g = c[t % P]
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        total += m / math.sqrt(v) if t >= 119 * P else 0.0
    return total


@settings(max_examples=30, deadline=None)
@given(moduli=sizes, beta1=st.floats(0, 0.9), beta2=st.floats(0, 0.9), seed=st.integers(0, 99))
def test_the_drift_is_linear_in_the_signs(moduli, beta1, beta2, seed):
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], len(moduli))
    R = credits(Adam(beta1, beta2), moduli)
    assert (R > 0).all()
    drift = by_a_loop(signs * moduli, beta1, beta2)
    assert signs * moduli @ R == pytest.approx(drift, abs=1e-9)
    assert adam_drifts((signs * moduli)[None], beta1, beta2)[0] == pytest.approx(drift, abs=1e-9)


def test_credits_of_adopt_are_those_of_the_round_before():
    """R_i = 1 / sqrt(v_{i-1}), whatever beta1."""
    moduli = np.array([2.0, 0.5, 1.0])
    v, after = 0.0, []
    for t in range(600):
        v = 0.7 * v + 0.3 * moduli[t % 3] ** 2
        after = [*after[-2:], v]
    R = credits(ADOPT(beta1=0.9, beta2=0.7, eps=0.0), moduli)
    assert pytest.approx(1 / np.sqrt(np.roll(after, 1)), rel=1e-9) == R


@given(moduli=sizes, seed=st.integers(0, 99))
def test_unequal_credits_make_a_stream_of_the_wrong_sign(moduli, seed):
    R = np.random.default_rng(seed).uniform(0.5, 2.0, len(moduli))
    c = unequal(moduli, R)
    assert len(c) % len(moduli) == 0
    assert abs(c) == pytest.approx(np.tile(moduli, len(c) // len(moduli)))
    if (
        np.linalg.norm(moduli / np.linalg.norm(moduli) - moduli * R / np.linalg.norm(moduli * R))
        > 1e-3
    ):
        assert c.sum() > 0 > (c * np.tile(R, len(c) // len(moduli))).sum()


def test_equal_credits_make_none():
    assert (unequal(np.array([1.0, 2.0]), np.array([3.0, 3.0])) > 0).all()


def test_the_margin_is_that_of_the_ratio_of_credits():
    rho = 0.9 ** (-(8 - 1) / 2)
    assert margin(8, 0.9) == pytest.approx((rho - 1) / (rho + 1))


def test_streams_lean_both_little_and_much():
    c = streams(np.random.default_rng(0), 2000, 5)
    lean = abs(c.sum(1)) / abs(c).sum(1)
    assert lean.min() < 0.001
    assert lean.max() > 0.9
    assert (c.sum(1) > 0).all()


@pytest.mark.parametrize(("odd", "even"), [(0.95, 0.5), (0.5, 0.95), (0.7, 0.7)])
def test_uneven_momentum_by_a_loop(odd, even):
    m, late = 0.0, []
    for t in range(1, 2001):
        b = odd if t % 2 == 1 else even
        m = b * m + (1 - b) * (1.2 if t % 2 == 1 else -1.0)
        late = [*late[-1:], m]
    told = limit(Uneven(beta1=odd, even=even), Periodic(np.array([1.2, -1.0])))
    assert told.drift == pytest.approx(sum(late), abs=1e-9)


def test_the_cosine_starts_again_every_20_rounds():
    step = Cosine()
    assert step.rate(1) == step.rate(21) == 1.0
    assert step.rate(11) == pytest.approx(0.5)
    assert 0 < step.rate(20) < 0.01
    run = play(
        SGD(),
        Periodic(np.array([1.0])),
        rounds=1,
        step=step,
        x1=0.5,
        engine="plain",
        progress=False,
    )
    assert run.x[0] == pytest.approx(-0.5)


def test_the_condition_on_adabounds_bounds_in_fractions():
    gamma, final = Fraction(1, 1000), Fraction(1, 10)
    claim = Savarese()
    for t in (1, 2, 3, 100, 10**6):
        s = Fraction(t - 1)
        lower = final * (1 - 1 / (gamma * t + 1))
        before = s / (final * (1 + 1 / (gamma * s))) if s else Fraction(0)
        exact = t / lower - before
        assert exact <= (1 + 2 / gamma) / final
        assert claim.difference(np.array([float(t)]))[0] == pytest.approx(float(exact))


@pytest.mark.parametrize(
    ("r", "beta1", "beta2"), [(1.5, 0.2, 0.5), (1.2, 0.9, 0.999), (3.0, 0.0, 0.9)]
)
def test_two_rounds_of_the_cycle_by_finite_differences(r, beta1, beta2):
    claim = TwoCycles(c=1.0, eps=1.0)
    x, alpha = claim.cycle(r, beta1), claim.alpha(r, beta1)
    assert x == pytest.approx(math.sqrt(r * r - 1))

    def two(state):
        y, m, v = state
        for _ in range(2):
            m, v = beta1 * m + (1 - beta1) * y, beta2 * v + (1 - beta2) * y * y
            y = y - alpha * m / math.sqrt(v + 1)
        return np.array([y, m, v])

    at = np.array([x, -(1 - beta1) / (1 + beta1) * x, x * x])
    assert two(at) == pytest.approx(at)
    h = 1e-6
    jacobian = np.array([(two(at + h * e) - two(at - h * e)) / (2 * h) for e in np.eye(3)]).T
    assert radius(r, beta1, beta2) == pytest.approx(
        abs(np.linalg.eigvals(jacobian)).max(), rel=1e-4
    )


def test_the_parabolas_have_a_convex_mean():
    stream = Parabolas()
    u = (np.arange(11_000) + 0.5) / 11_000
    slopes = [stream.slope(one) for one in u]
    assert np.mean(slopes) == pytest.approx(1 / 11, abs=1e-6)
    assert stream.gradient(2.0, 0.5) == -2.0
    assert stream.value(2.0, 0.01) == 22.0


@pytest.mark.parametrize(("C", "spikes"), [(10, 1), (10, 2)])
def test_the_edge_with_one_and_two_spikes_by_a_loop(C, spikes):
    c, edge = np.array([float(C)] * spikes + [-1.0] * (C - spikes)), threshold(C, spikes)
    assert by_a_loop(c, 0.0, edge - 1e-3) < 0 < by_a_loop(c, 0.0, edge + 1e-3)
