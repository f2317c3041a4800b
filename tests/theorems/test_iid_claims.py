"""What gradients are paid on i.i.d. losses, by plain simulations of what the definitions say."""

from __future__ import annotations

import numpy as np
import pytest

from regretlab.game import play
from regretlab.methods.sgd import SGD
from regretlab.schedules import Constant
from regretlab.sets.whole_space import WholeSpace
from regretlab.theorems.iid_credits import adopts_mean, mean_credits, mean_signs, signed
from regretlab.theorems.iid_summability import Summability
from regretlab.theorems.learners.sparse import Sparse

MODULI, CHANCES = np.array([0.5, 1.0, 3.0]), np.array([0.3, 0.5, 0.2])


def paid_for_good(a: float, beta1: float, beta2: float, lanes: int = 40_000) -> tuple[float, float]:
    """E[R_0 | |g_0| = a]: all that a gradient of this size is ever paid, by rolling v forward."""
    rng = np.random.default_rng(3)
    v = np.full(lanes, float(MODULI**2 @ CHANCES))
    for _ in range(60):
        v = beta2 * v + (1 - beta2) * rng.choice(MODULI, lanes, p=CHANCES) ** 2
    R = np.zeros(lanes)
    for k in range(60):
        size = a if k == 0 else rng.choice(MODULI, lanes, p=CHANCES)
        v = beta2 * v + (1 - beta2) * size**2
        R += (1 - beta1) * beta1**k / np.sqrt(v)
    return float(R.mean()), float(R.std() / np.sqrt(lanes))


@pytest.mark.parametrize(("beta1", "beta2"), [(0.0, 0.5), (0.6, 0.8)])
def test_credits_by_size(beta1, beta2):
    rho = mean_credits(MODULI, CHANCES, beta1, beta2)
    for value, a in zip(rho, MODULI, strict=True):
        mean, error = paid_for_good(a, beta1, beta2)
        assert abs(value - mean) < 5 * error
    assert (np.diff(rho) < 0).all()


def test_signs_made_from_credits():
    rho = np.array([3.0, 2.0, 1.0])
    x = mean_signs(MODULI, CHANCES, rho)
    law = signed(MODULI, CHANCES, x)
    assert law.chances.min() >= 0
    assert law.chances.sum() == pytest.approx(1.0)
    assert law.mean > 0 > float(CHANCES * MODULI * rho @ x)
    assert not mean_signs(MODULI, CHANCES, np.ones(3)).any()


def test_adopt_would_be_seen_to_be_unfair():
    """The same number of standard errors, for a divisor that has seen the gradient, is large."""
    law = signed(MODULI, CHANCES, np.array([-1.0, -0.5, 1.0]))
    off, deviation = adopts_mean(law, 0.5, 0.8, 1)
    assert abs(off) < 5 * deviation
    wrong = float(
        CHANCES * MODULI * np.array([-1.0, -0.5, 1.0]) @ mean_credits(MODULI, CHANCES, 0.5, 0.8)
    )
    ahead = float((CHANCES * mean_credits(MODULI, CHANCES, 0.0, 0.8)).sum())
    assert abs(wrong / ahead - law.mean) > 20 * deviation


def test_the_cut_mean_by_a_long_walk():
    rng = np.random.default_rng(8)
    lanes, total, rounds = 20_000, 0.0, 1500
    v = np.ones(lanes)
    sums = np.zeros(lanes)
    for t in range(rounds + 500):
        g = rng.choice([2.0, -1.0, 0.0], lanes, p=[0.0075, 0.0125, 0.98])
        if t >= 500:
            sums += np.clip(g / np.sqrt(v), -10.0, 10.0)
        v = np.maximum(0.9 * v + 0.1 * g * g, 1e-300)
    total, error = sums.mean() / rounds, sums.std() / rounds / np.sqrt(lanes)
    assert abs(Summability().means(np.array([10.0]))[0] - total) < 5 * error + 1e-4


def test_the_stream_is_what_it_says():
    stream, T = Sparse(), 200_000
    g = np.array([float(stream.gradient(2, u)) for u in (np.arange(T) + 0.5) / T])
    for value, p in ((2.0, 0.0075), (-1.0, 0.0125), (0.0, 0.98)):
        assert (g == value).mean() == pytest.approx(p)
    assert stream.gradient(1, 0.5) == 2.0
    assert stream.expected_gradient()[0] == pytest.approx(g.mean())
    run = play(SGD(), stream, WholeSpace(), 2000, Constant(1.0), 0.0, at=1, progress=False)
    moves = -np.diff(np.append(run.data.iterate.values[:, 0], run.x[0]))
    assert set(moves) == {2.0, -1.0, 0.0}
