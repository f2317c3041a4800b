"""Gradient descent and AdaGrad under their bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from adversaries import box, held, must_hold, streams
from hypothesis import given, settings
from hypothesis import strategies as st
from own import MovingQuadratic

from regretlab import InvalidInput, bounds, losses, methods, play, schedules, sets

STEP = st.floats(-2, 2).map(lambda e: 10.0**e)
WIDTH = st.floats(0.1, 10.0)
CASES = {
    "ogd": (methods.SGD(), bounds.OGD(), schedules.InverseSqrt),
    "omd": (methods.OMD("euclidean"), bounds.OGD(), schedules.InverseSqrt),
    "norm": (methods.AdaGradNorm(), bounds.AdaptiveOGD(), schedules.Constant),
    "mean": (methods.AdaGrad(), bounds.AdaGrad(), schedules.InverseSqrt),
    "sum": (methods.AdaGrad(form="sum"), bounds.AdaGrad(), schedules.Constant),
    "full": (methods.AdaGradFull(), bounds.AdaGradFull(), schedules.Constant),
}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=10)
@given(stream=streams(), alpha=STEP, width=WIDTH, corner=st.booleans())
def test_they_hold(case, stream, alpha, width, corner):
    method, bound, step = CASES[case]
    F = box(stream, width)
    x1 = F.hi if corner else None
    must_hold(held(method, stream, bound, feasible=F, step=step(alpha), x1=x1))


def test_the_tuned_right_hand_sides():
    """alpha = D / G and D / sqrt(2) give the textbook's constants, by a plain NumPy sum."""
    c = np.random.default_rng(5).standard_normal((50, 2))
    stream, D2 = losses.Periodic(c), math.sqrt(8.0)
    G = np.linalg.norm(c, axis=1).max()
    t = np.arange(1, 51)
    seen = np.maximum.accumulate(np.linalg.norm(c, axis=1))
    ogd = held(methods.SGD(), stream, bounds.OGD(), step=schedules.InverseSqrt(D2 / G))
    np.testing.assert_allclose(ogd.rhs, D2 * (G / 2 + seen**2 / G) * np.sqrt(t), rtol=1e-12)
    assert ogd.rhs[-1] == pytest.approx(1.5 * G * D2 * math.sqrt(50), rel=1e-12)
    tuned = schedules.Constant(D2 / math.sqrt(2))
    norm = held(methods.AdaGradNorm(), stream, bounds.AdaptiveOGD(), step=tuned)
    squares = np.cumsum(c**2, axis=0)
    np.testing.assert_allclose(norm.rhs, math.sqrt(2) * D2 * np.sqrt(squares.sum(axis=1)))
    full = held(methods.AdaGradFull(), stream, bounds.AdaGradFull(), step=tuned)
    traces = [np.linalg.svd(c[:n], compute_uv=False).sum() for n in t]
    np.testing.assert_allclose(full.rhs, math.sqrt(2) * D2 * np.array(traces), rtol=1e-9)
    step = schedules.Constant(math.sqrt(2))
    diagonal = held(methods.AdaGrad(form="sum"), stream, bounds.AdaGrad(), step=step)
    np.testing.assert_allclose(diagonal.rhs, 2 * math.sqrt(2) * np.sqrt(squares).sum(axis=1))


def test_strongly_convex_and_tight():
    """One quadratic from an end: x_2 is its minimum, and R_1 = mu D^2 / 2 = G^2 / (2 mu)."""
    stream = MovingQuadratic(a=2.0, b=[1.0, 0.5, -0.4])
    bound, step = bounds.StronglyConvexOGD(), schedules.Inverse(0.5)
    checked = bounds.check(
        play(methods.SGD(), stream, rounds=40, step=step, x1=-1.0, engine="plain"), bound
    )
    must_hold(checked)
    assert checked.tightness == pytest.approx(1.0, rel=1e-12)
    assert checked.at == 1


def test_a_claim_of_too_much_curvature_is_no_claim():
    stream = MovingQuadratic(a=2.0)
    played = play(methods.SGD(), stream, rounds=40, step=schedules.Inverse(0.4), engine="plain")
    checked = bounds.check(played, bounds.StronglyConvexOGD())
    assert checked.rhs is None
    assert checked.holds is None
    assert [a.name for a in checked.broken_assumptions] == ["2.5-strongly convex losses"]


@pytest.mark.parametrize(
    ("method", "bound", "step", "missing"),
    [
        (methods.Adam(), bounds.OGD(), None, "method sgd or omd"),
        (methods.SGD(l2=0.1), bounds.OGD(), None, "l2=0.0"),
        (methods.OMD(), bounds.OGD(), None, "mirror=euclidean"),
        (methods.SGD(), bounds.OGD(), schedules.Constant(), "alpha_t = alpha / sqrt(t)"),
        (methods.AdaGrad(form="sum"), bounds.AdaGrad(), schedules.InverseSqrt(), "alpha_t = alpha"),
        (methods.AdaGrad(eps=0.1), bounds.AdaGrad(), None, "eps=0.0"),
        (
            methods.SGD(),
            bounds.StronglyConvexOGD(),
            schedules.Inverse(),
            "1-strongly convex losses",
        ),
    ],
)
def test_what_does_not_hold_is_named(method, bound, step, missing):
    stream = losses.ReddiPeriod3()
    checked = bounds.check(play(method, stream, rounds=10, step=step, engine="plain"), bound)
    assert checked.rhs is None
    assert [a.name for a in checked.broken_assumptions] == [missing]
    assert missing in repr(checked)


def test_runs_are_checked_together():
    """And only what was recorded is compared, though every round is played for the matrix."""
    stream = losses.ReddiStochastic()
    played = play(methods.SGD(), stream, rounds=200, runs=3, at=[7, 100], engine="plain")
    checked = bounds.check(played, bounds.OGD())
    assert checked.rhs is not None
    assert checked.rhs.shape == checked.regret.shape == (3, 4)
    must_hold(checked)
    played = play(methods.AdaGradFull(), stream, rounds=50, runs=2, at=[7], engine="plain")
    checked = bounds.check(played, bounds.AdaGradFull())
    assert checked.rhs is not None
    assert checked.rhs.shape == (2, 3)
    must_hold(checked)
    np.testing.assert_array_equal(checked.regret, played.data.regret.values)


def test_a_bound_can_be_broken():
    """A bound that is too small by half of what strong convexity makes tight."""

    class TooGood(bounds.StronglyConvexOGD):
        """Half of it."""

        def right_hand_side(self, data, setting):
            return super().right_hand_side(data, setting) / 2

    stream = MovingQuadratic(a=2.0, b=[1.0])
    played = play(
        methods.SGD(), stream, rounds=5, step=schedules.Inverse(0.5), x1=-1.0, engine="plain"
    )
    checked = bounds.check(played, TooGood())
    assert checked.holds is False
    assert checked.smallest == pytest.approx(-2.0)
    assert "is broken" in repr(checked)


def test_not_a_bound():
    played = play(methods.SGD(), losses.Spike(), sets.Interval(-1, 1), rounds=3, engine="plain")
    with pytest.raises(InvalidInput, match=r"is not a bound: pass one, such as bounds\.OGD\(\)"):
        bounds.check(played, schedules.Constant())  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"is not a bound: pass one, such as bounds\.OGD\(\)"):
        bounds.check(played, methods.SGD)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"ogg is not a known regret bound: .*ogd"):
        bounds.check(played, "ogg")


def test_a_bound_by_its_name_or_its_class():
    played = play(methods.SGD(), losses.Spike(), sets.Interval(-1, 1), rounds=3, engine="plain")
    wanted = played.against(bounds.OGD()).row()
    assert played.against("ogd").row() == played.against(bounds.OGD).row() == wanted
    assert played.against("ons:a=0.5,G=2").bound == bounds.ONS(a=0.5, G=2.0)
