"""The worst interval beside all intervals; the averaged iterate beside the mean loss."""

from __future__ import annotations

import cvxpy
import numpy as np
import own
import pytest
from rooms import Above, Ball, Drawn, Wavy, naive

from regretlab import losses, methods, play, sets
from regretlab.errors import InvalidInput
from regretlab.regret import intervals
from regretlab.regret.averages import averaged_suboptimality
from regretlab.regret.intervals import interval_regret

T = 33


@pytest.mark.parametrize("room", [sets.Box(lo=-0.3, hi=0.5), sets.Simplex(), Ball(radius=0.4)])
def test_linear_losses_beside_every_interval(room):
    run = play(methods.SGD(), Drawn(), room, rounds=T, seed=1, at=[T], engine="plain")
    feasible = run.setting().feasible
    xs, f = naive(run)
    g = np.array([[f(t, e) for e in np.eye(2)] for t in range(1, T + 1)])
    paid = (g * xs).sum(axis=1)
    found = interval_regret(run)
    assert found.length.values.tolist() == [1, 2, 4, 8, 16, 32]
    for L in map(int, found.length):
        each = [
            paid[s : s + L].sum() + feasible.support(-g[s : s + L].sum(axis=0))
            for s in range(T - L + 1)
        ]
        assert float(found.regret.sel(length=L)) == pytest.approx(max(each), abs=1e-13)
        assert int(found.start.sel(length=L)) == 1 + int(np.argmax(each))


def test_the_whole_play_is_an_interval():
    run = play(methods.Adam(), losses.ReddiOnline(), rounds=5000)
    found = interval_regret(run, 5000)
    assert float(found.regret[0]) == pytest.approx(float(run.data.regret[-1]), rel=1e-13)


@pytest.mark.parametrize("held", [10**6, 300])
def test_points_beside_every_interval(held, monkeypatch):
    monkeypatch.setattr(intervals, "MOST_HELD", held)
    points = np.linspace(-1, 1, 9)
    run = play(methods.SGD(), own.MovingQuadratic(), rounds=T, at=[T], engine="plain")
    xs, f = naive(run)
    excess = np.array([[f(t, xs[t - 1]) - f(t, u) for u in points] for t in range(1, T + 1)])
    found = interval_regret(run, lengths=[1, 5, T], points=points)
    for L in (1, 5, T):
        each = [excess[s : s + L].sum(axis=0).max() for s in range(T - L + 1)]
        assert float(found.regret.sel(length=L)) == pytest.approx(max(each), abs=1e-13)
        assert each[int(found.start.sel(length=L)) - 1] == pytest.approx(max(each), abs=1e-13)


def test_every_run_has_its_own_worst_interval():
    run = play(methods.SGD(), Drawn(), rounds=T, runs=2, engine="plain", at=[T])
    found = interval_regret(run, 4)
    assert found.regret.dims == ("run", "length")
    for k in range(2):
        xs, f = naive(run, k)
        g = np.array([[f(t, e) for e in np.eye(2)] for t in range(1, T + 1)])
        paid = (g * xs).sum(axis=1)
        each = [
            paid[s : s + 4].sum() + np.abs(g[s : s + 4].sum(axis=0)).sum() for s in range(T - 3)
        ]
        assert float(found.regret[k, 0]) == pytest.approx(max(each), abs=1e-13)


def test_what_no_interval_is_like(monkeypatch):
    run = play(methods.SGD(), Drawn(), rounds=9, engine="plain")
    for asked, said in (
        ({"lengths": 0}, "outside"),
        ({"lengths": [3, 10]}, "length=10 is outside"),
        ({"lengths": "x"}, "not a finite number"),
        ({"points": [[0.0, 3.0]]}, "outside"),
        ({"points": [0.0]}, "shape"),
    ):
        with pytest.raises(InvalidInput, match=said):
            interval_regret(run, **asked)
    with pytest.raises(InvalidInput, match="only linear"):
        interval_regret(play(methods.SGD(), own.MovingQuadratic(), rounds=9, engine="plain"))
    with pytest.raises(InvalidInput, match="not bounded"):
        interval_regret(play(methods.SGD(), Drawn(), Above(), rounds=9, engine="plain"))
    with pytest.raises(InvalidInput, match="adaptive"):
        interval_regret(play(methods.SGD(), losses.Chase(), rounds=9, engine="plain"))
    monkeypatch.setattr(intervals, "MOST_SUPPORTS", 5)
    with pytest.raises(InvalidInput, match="fewer lengths"):
        interval_regret(play(methods.SGD(), Drawn(), sets.Simplex(), rounds=9, engine="plain"))
    monkeypatch.setattr(intervals, "MOST_HELD", 5)
    with pytest.raises(InvalidInput, match="fewer rounds"):
        interval_regret(run)


A = np.random.default_rng(8).normal(size=(12, 2))
B = A @ [0.4, -0.7] + 0.3


@pytest.mark.parametrize("sampling", ["single", "mini-batch"])
def test_the_averaged_iterate_of_a_finite_sum(sampling):
    f = losses.FiniteSum(A=A, b=B, order="replacement", sampling=sampling, size=3)
    run = play(methods.SGD(), f, Ball(radius=0.5), rounds=T, at=1, engine="plain")
    z = cvxpy.Variable(2)
    mean = cvxpy.sum_squares(A @ z - B) / (2 * len(B))
    problem = cvxpy.Problem(cvxpy.Minimize(mean), [cvxpy.norm2(z) <= 0.5])
    least = problem.solve(solver=cvxpy.CLARABEL)
    found = averaged_suboptimality(run)
    for t in range(1, T + 1):
        x = run.data.iterate.values[:t].mean(axis=0)
        assert np.allclose(found.average.values[t - 1], x, rtol=1e-14)
        true = ((A @ x - B) ** 2).mean() / 2 - least
        assert float(found.suboptimality[t - 1]) == pytest.approx(true, abs=1e-7)
    assert (found.suboptimality.values >= -found.gap.values - 1e-15).all()
    assert (found.gap.values <= 1e-9).all()
    assert np.array_equal(found.bound.values, run.data.average_regret.values)


def test_the_averaged_iterate_of_linear_losses():
    run = play(methods.Adam(), losses.ReddiStochastic(), rounds=500, runs=3, at=[1, 500])
    found = averaged_suboptimality(run)
    mean = 0.01 * 1010 - 0.99 * 10
    for k in range(3):
        xs, _ = naive(run, k)
        assert float(found.suboptimality[k, -1]) == pytest.approx(mean * (xs.mean() + 1), rel=1e-9)


def test_the_mean_suboptimality_is_below_the_mean_bound():
    """Over 30 runs, by more than four standard errors of the difference."""
    f = losses.FiniteSum(A=A, b=B, order="replacement", sampling="single")
    run = play(methods.SGD(), f, sets.Box(-1, 1), rounds=40, runs=30, at=[40], seed=3)
    found = averaged_suboptimality(run)
    room = (found.bound - found.suboptimality).values[:, -1]
    assert room.mean() > 4 * room.std() / np.sqrt(30) > 0


def test_where_the_average_proves_nothing():
    for adversary, said in (
        (losses.FiniteSum(), "not drawn independently"),
        (losses.FiniteSum(sampling="batch", order="replacement"), "not drawn independently"),
        (losses.ReddiOnline(), "not known"),
        (own.MovingQuadratic(), "not known"),
        (Wavy(), "not convex"),
    ):
        with pytest.raises(InvalidInput, match=said):
            averaged_suboptimality(play(methods.SGD(), adversary, rounds=5, engine="plain"))


def test_the_worst_of_all_intervals():
    """By looking at each of the T (T + 1) / 2 of them; and in one dimension against all of F."""
    run = play(methods.SGD(), losses.Drift(path="sinusoidal", period=20), rounds=60, engine="plain")
    points = np.linspace(-1, 1, 9)
    found = interval_regret(run, points=points)
    against = [run.regret_against(float(u)).regret.sel(round=range(1, 61)).values for u in points]
    gains = [np.diff(path, prepend=0.0) for path in against]
    every = {
        (i, j): max(g[i : j + 1].sum() for g in gains) for i in range(60) for j in range(i, 60)
    }
    (i, j), most = max(every.items(), key=lambda e: e[1])
    assert found.worst.item() == pytest.approx(most)
    assert (found.worst_start.item(), found.worst_end.item()) == (i + 1, j + 1)
    linear = play(methods.SGD(), losses.ReddiPeriod3(), rounds=40, engine="plain")
    whole = interval_regret(linear, lengths=range(1, 41))
    assert whole.worst.item() == pytest.approx(whole.regret.max().item())
