"""Whether losses curve as a bound has it: declared where that is known, else tried; never in vain."""

from __future__ import annotations

import numpy as np
import pytest
from own import Ball, Coupled, MovingQuadratic

from regretlab import Losses, bounds, losses, methods, play, schedules, sets
from regretlab.bounds.curvature import strongly_convex
from regretlab.spelling import ROOMS, found


class Two(Losses):
    """(x_0 + x_1)^2 + x_0 - x_1, which is flat along (1, -1)."""

    shape = "vector"
    d = 2

    def value(self, x):
        return (x[0] + x[1]) ** 2 + x[0] - x[1]

    def gradient(self, x):
        out = np.empty(2)
        out[0], out[1] = 2 * (x[0] + x[1]) + 1, 2 * (x[0] + x[1]) - 1
        return out


class Flat(Losses):
    """x_1^2 + 0.1 x_2^2 + ...: one coordinate curves less than the diagonal."""

    d = 3

    def value(self, x, i):
        return (1.0 if i == 0 else 0.1) * x * x / 2

    def gradient(self, x, i):
        return (1.0 if i == 0 else 0.1) * x


class Written(Losses):
    """A linear loss with a value of its own."""

    def value(self, x):
        return 2.0 * x

    def gradient(self, x):
        return 2.0 + 0.0 * x


class Falling(Losses):
    """-x^2 from the 500th round on, x^2 before."""

    def value(self, t, x):
        return (1.0 if t < 500 else -1.0) * x * x

    def gradient(self, t, x):
        return (2.0 if t < 500 else -2.0) * x


def strongly(stream, F, mu, **options):
    step, method = schedules.Inverse(1 / mu), methods.SGD()
    settings = {"rounds": 30, "x1": 0.0, "engine": "plain"} | options
    return play(method, stream, F, step=step, **settings).against(bounds.StronglyConvexOGD())


@pytest.mark.parametrize("name", found(ROOMS["bound"]))
def test_losses_not_marked_convex_are_refused_before_anything_else(name):
    run = play(methods.SignSGD(), losses.Saddle(), sets.Box(-1.0, 1.0), rounds=5, engine="plain")
    checked = run.against(found(ROOMS["bound"])[name]())
    assert checked.holds is None
    assert [a.name for a in checked.broken_assumptions] == ["convex losses"]


def test_a_moving_comparator_in_a_saddle():
    run = play(methods.SGD(), losses.Saddle(), sets.Box([-2.0, -1.0], [2.0, 1.0]), rounds=300,
               x1=[0.5, 0.0], step=schedules.Constant(0.01), engine="plain")  # fmt: skip
    assert run.against(bounds.DynamicOGD(u=[[0.0, 1.0]])).holds is None


@pytest.mark.parametrize(
    ("stream", "F", "true"),
    [
        (losses.Quadratic(c=[[2.0], [-1.0]]), sets.WholeSpace(), 1.0),
        (losses.Quadratic(c=[[2.0], [-1.0]]), sets.Box(-5.0, np.inf), 1.0),
        (MovingQuadratic(a=1.0), sets.WholeSpace(), 1.0),
        (MovingQuadratic(a=1.0), sets.Box(-5.0, np.inf), 1.0),
        (MovingQuadratic(a=1.0), sets.Box(-np.inf, -4.0), 1.0),
        (Flat(), sets.Box(-2.0, 2.0), 0.1),
        (Coupled(p=2.0, q=0.5, r=2.0), Ball(), 1.5),
    ],
    ids=str,
)
def test_no_more_curvature_than_there_is(stream, F, true):
    """The least eigenvalue of the Hessian, and 5% more."""
    x1 = F.fit(stream.d).nearest(np.zeros(stream.d))
    checked = strongly(stream, F, 1.05 * true, x1=x1)
    assert checked.holds is None
    play = checked.play
    assert not strongly_convex(play.data, play.setting(), 1.05 * true).holds
    assert strongly_convex(play.data, play.setting(), true).holds


def test_what_is_declared_is_what_is_said():
    checked = strongly(losses.Quadratic(), sets.WholeSpace(), 100.0)
    (broken,) = checked.broken_assumptions
    assert broken == ("100-strongly convex losses", False, "losses that declare mu=1")
    (_, _, tried) = strongly(MovingQuadratic(a=1.0), sets.Interval(), 1.0).assumptions[-1]
    assert "points in" in tried
    assert tried.endswith("(no proof)")


@pytest.mark.parametrize("width", [10.0, 1e200])
def test_a_linear_loss_has_no_curvature(width):
    assert strongly(Written(), sets.Box(-width, width), 100.0).holds is None


def test_flat_along_the_other_diagonal():
    F = sets.Box([-10.0, -10.0], [10.0, 10.0])
    assert strongly(Two(), F, 3.9, x1=[0.0, 0.0]).holds is None


def test_later_rounds_are_tried_too():
    run = play(methods.SGD(), Falling(), sets.Interval(), rounds=1000, engine="plain")
    (broken,) = run.against(bounds.OGD()).broken_assumptions
    assert broken.name == "convex losses"
    assert "in round" in broken.why
