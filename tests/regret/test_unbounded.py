"""The best fixed point on sets without an end: by a convex solver, and by medians."""

from __future__ import annotations

import cvxpy as cp
import numpy as np
import pytest

from regretlab import losses, methods, play, sets

RNG = np.random.default_rng(0)
A, Y = RNG.normal(size=(30, 3)), RNG.normal(size=30)


def least(loss, b, feasible):
    x = cp.Variable(3)
    z = A @ x
    value = {
        "absolute": lambda: cp.sum(cp.abs(z - b)),
        "huber": lambda: cp.sum(cp.huber(z - b)) / 2,
        "hinge": lambda: cp.sum(cp.pos(1 - cp.multiply(b, z))),
        "logistic": lambda: cp.sum(cp.logistic(-cp.multiply(b, z))),
    }[loss]()
    held = {"half-space": [cp.sum(x) <= 0.1], "box": [x <= 0.1]}.get(feasible.name, [])
    return cp.Problem(cp.Minimize(value), held).solve(solver="CLARABEL")


@pytest.mark.parametrize("loss", ["absolute", "huber", "hinge", "logistic"])
@pytest.mark.parametrize(
    "feasible",
    [
        sets.WholeSpace(),
        sets.HalfSpace(a=[1.0, 1.0, 1.0], b=0.1),
        sets.Box([-np.inf] * 3, [0.1] * 3),
    ],
    ids=lambda f: f.name,
)
def test_in_three_dimensions(loss, feasible):
    """Kinks leave a little, and no certificate is claimed; never a point that is worse than x_1."""
    b = np.sign(Y) if loss in ("hinge", "logistic") else Y
    run = play(methods.SGD(), losses.FiniteSum(A, b, loss=loss), feasible, 60, engine="plain")
    told, truth = float(run.data.comparator_loss[-1]), 2 * least(loss, b, feasible)
    assert truth - 1e-6 <= told <= truth * (1 + (1e-6 if loss in ("huber", "logistic") else 2e-3))
    assert np.isinf(run.data.comparator_gap[-1])
    assert "no certificate" in run.data.attrs["comparator"]


@pytest.mark.parametrize("feasible", [sets.WholeSpace(), sets.Box(-np.inf, 0.4)])
def test_in_one_dimension_there_is_a_certificate(feasible):
    """F_t falls on one side and rises on the other: the median, or the wall before it."""
    b = np.array([3.0, 0.0, 1.0, 0.2, 7.0])
    stream = losses.FiniteSum(np.ones((5, 1)), b, loss="absolute")
    run = play(methods.SGD(), stream, feasible, 25, engine="plain")
    best = min(np.median(b), 0.4 if isinstance(feasible, sets.Box) else np.inf)
    assert float(run.data.comparator_loss[-1]) == pytest.approx(5 * abs(b - best).sum(), rel=1e-12)
    assert float(run.data.comparator_gap[-1]) < 1e-9
