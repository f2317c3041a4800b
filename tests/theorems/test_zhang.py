"""The problem with two pieces, against its formulas as they are remembered, and a loop by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from regretlab.game import play
from regretlab.methods.adam import Adam
from regretlab.methods.sgd import SGD
from regretlab.schedules import Constant, InverseSqrt
from regretlab.sets.interval import Interval
from regretlab.sets.whole_space import WholeSpace
from regretlab.theorems.learners.two_pieces import TwoPieces


def f(i: int, n: int, x: float) -> float:
    """f_0 and f_i as in the statement."""
    if i == 0:
        return n * x if x >= -1 else n / 2 * (x + 2) ** 2 - 3 * n / 2
    return -x if x >= -1 else -((x + 2) ** 2) / 2 + 1.5


@pytest.mark.parametrize("x", [-4.0, -2.0, -1.3, -1.0, 0.0, 2.5])
def test_values_and_slopes(x):
    stream, n, h = TwoPieces(n=5), 5, 1e-6
    for t in range(1, 11):
        i = (t - 1) % n
        assert stream.value(t, x, None) == pytest.approx(f(i, n, x))
        slope = (f(i, n, x + h) - f(i, n, x - h)) / (2 * h)
        assert stream.gradient(t, x, None) == pytest.approx(slope, abs=1e-5)


def test_the_sum_is_convex_and_least_at_minus_2():
    x = np.linspace(-5, 3, 801)
    total = np.array([sum(f(i, 7, a) for i in range(7)) for a in x])
    assert x[total.argmin()] == pytest.approx(-2)
    assert np.diff(total, 2).min() > -1e-9


@pytest.mark.parametrize(("order", "spikes"), [("reshuffled", {1}), ("replacement", {0, 1, 2, 3})])
def test_random_orders(order, spikes):
    """From the moves of SGD above -1, where the gradients are 5 and -1."""
    run = play(
        SGD(), TwoPieces(n=5, order=order), Interval(-1, 9), 4000, Constant(1e-4), 4.0, at=1,
        progress=False,
    )  # fmt: skip
    g = -np.diff(np.append(run.data.iterate.values[:, 0], run.x[0])) / 1e-4
    large = (abs(g - 5) < 1e-6).reshape(-1, 5)
    assert np.allclose(g[~large.ravel()], -1)
    assert spikes <= set(large.sum(1))
    assert abs(large.mean(0) - 0.2).max() < 5 * math.sqrt(0.16 / 800)


@pytest.mark.parametrize("x1", [0.5, -1.2, -2.4])
def test_adam_by_hand_on_both_pieces(x1):
    x, m, v = x1, 0.0, 0.0
    for t in range(1, 2001):
        s = 1.0 if x >= -1 else x + 2
        g = s * (4.0 if t % 4 == 1 else -1.0)
        m, v = 0.5 * m + 0.5 * g, 0.9 * v + 0.1 * g * g
        x -= 0.3 / math.sqrt(t) * m / math.sqrt(v)
    run = play(
        Adam(beta1=0.5, beta2=0.9), TwoPieces(n=4), WholeSpace(), 2000, InverseSqrt(0.3), x1,
        progress=False,
    )  # fmt: skip
    assert run.x[0] == pytest.approx(x, abs=1e-9)
