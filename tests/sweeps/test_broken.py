"""What a hostile reading of sweeps found."""

from __future__ import annotations

import copy
import os
import pickle
import signal

import numpy as np
import pytest

import regretlab as rl
from regretlab.cli import main
from regretlab.errors import Interrupted, InvalidInput

M, L, S, C = rl.methods, rl.losses, rl.sets, rl.schedules


def swept(method, losses, grid, **settings):
    return rl.sweep(method, losses, grid, progress=False, **settings).data


def test_the_radius_of_a_ball_that_is_a_box():
    data = swept(M.Adam(), L.ReddiOnline(), {"radius": [0.5, 2.0]}, set=S.LinfBall(d=1), rounds=200)
    for k, radius in enumerate((0.5, 2.0)):
        play = rl.play(M.Adam(), L.ReddiOnline(), S.LinfBall(radius, d=1), rounds=200)
        assert data.regret[k] == play.data.regret[-1]


@pytest.mark.parametrize("losses", [L.FiniteSum(), L.Absolute()])
@pytest.mark.parametrize("at", [None, [1, 5, 33]])
def test_regret_by_a_convex_solve_has_the_bits_of_a_play(losses, at):
    feasible = S.Interval(-1, 2)
    data = swept(M.Adam(), losses, {"alpha": [0.1, 0.5]}, set=feasible, rounds=40, at=at)
    for k, alpha in enumerate((0.1, 0.5)):
        step = C.InverseSqrt(alpha)
        times = [*(at or []), 40]
        play = rl.play(M.Adam(), losses, feasible, step=step, rounds=40, at=times)
        there = play.data.regret.sel(round=times).values
        assert np.atleast_1d(data.regret[k].values).tolist() == there.tolist()


def test_dimensions_are_no_axis():
    with pytest.raises(InvalidInput):
        swept(M.Adam(), L.RandomLinear(), {"losses.d": [1, 2]}, rounds=20)
    with pytest.raises(InvalidInput):
        swept(M.Adam(), L.ReddiPeriod3(), {"set.d": [1, 5]}, set=S.LinfBall(d=1), rounds=20)


class Interrupting:
    """A progress bar at whose first step somebody presses Ctrl-C."""

    def update(self, n):
        os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_is_one_line_and_the_store_goes_on(tmp_path):
    grid, out = {"beta1": "0:0.99:96", "beta2": "0.5:0.9999:96"}, tmp_path / "s.zarr"
    settings = {"rounds": 2_000_000, "jobs": 1, "out": out}
    for _ in range(3):
        with pytest.raises(Interrupted, match="resume"):
            rl.sweep(
                M.Adam(),
                L.ReddiOnline(),
                grid,
                resume=out.exists(),
                progress=Interrupting(),
                **settings,
            )


def test_a_sum_that_overflows_has_no_verdict_and_a_reason():
    step = C.Constant(1.0)
    data = swept(M.SignSGD(), L.Spike(small=1.7e308), {"C": [1.0, 1e300]}, step=step, rounds=20)
    assert np.isnan(data.regret).all()
    assert np.isnan(data.fails).all()
    assert (data.trouble != 0).all()


def test_a_sweep_can_be_copied_and_pickled():
    found = rl.sweep(M.Adam(), L.ReddiPeriod3(), {"beta2": [0.5]}, rounds=5, progress=False)
    assert copy.copy(found).data is found.data
    assert pickle.loads(pickle.dumps(found)).data.identical(found.data)


class TestPictures:
    def test_one_value_on_every_axis(self):
        grid = {"beta2": [0.5], "beta1": [0.1]}
        settings = {"rounds": 300, "both": True, "progress": False}
        found = rl.sweep(M.Adam(), L.ReddiOnline(), grid, **settings)
        assert int(found.differs.sum()) == 1
        found.plot()

    @pytest.mark.parametrize("value", [float("nan"), "a", None, [0.5, 0.6]])
    def test_a_cut_that_is_no_number_is_refused(self, value):
        grid = {"beta2": [0.5, 0.6], "beta1": [0.1, 0.2]}
        found = rl.sweep(M.Adam(), L.ReddiPeriod3(), grid, rounds=5, progress=False)
        with pytest.raises(InvalidInput):
            found.plot(beta2=value)


@pytest.mark.parametrize("setting", [{"out": 3}, {"executor": "abc"}, {"progress": {}}])
def test_nonsense_is_refused_in_our_words(setting):
    with pytest.raises(InvalidInput):
        rl.sweep(M.Adam(), L.ReddiPeriod3(), {"beta2": [0.5]}, rounds=5, **setting)


def test_an_infinite_end_of_a_range_is_named():
    with pytest.raises(InvalidInput, match="inf"):
        swept(M.Adam(), L.ReddiPeriod3(), {"beta1": "0:inf:2"}, rounds=5)


class TestCommand:
    axes = ("--grid", "beta1=0.1;0.2", "--grid", "beta2=0.1;0.2", "--rounds", "10")

    def test_what_cannot_be_drawn_is_refused_before_it_is_computed(self, capsys, tmp_path):
        out = tmp_path / "p.zarr"
        more = ["--grid", "alpha=0.1;0.2", "--plot", str(tmp_path / "x.png"), "--out", str(out)]
        assert main(["sweep", "adam", "reddi-online", *self.axes, *more]) == 2
        capsys.readouterr()
        assert not out.exists()

    @pytest.mark.parametrize("more", [["--jobs", "0"], ["--dask", "nowhere:1"]])
    def test_options_that_refine_does_not_know_are_refused(self, capsys, more):
        assert main(["sweep", "adam", "reddi-online", *self.axes, "--refine", *more]) == 2
        capsys.readouterr()

    def test_the_axis_rounds_means_nothing_to_a_limit(self, capsys):
        more = ["--grid", "rounds=10;20", "--limit"]
        assert main(["sweep", "adam", "reddi-online", *self.axes, *more]) == 2
        capsys.readouterr()


class TestWhatPicturesSay:
    settings = {"rounds": 300, "at": [10], "progress": False}  # noqa: RUF012

    def test_a_cut_in_rounds_is_titled_by_it(self):
        found = rl.sweep(M.Adam(), L.ReddiOnline(), {"beta2": [0.5, 0.6]}, **self.settings)
        drawn = found.plot(rounds=10, variable="x")
        assert drawn.axes[0].get_legend().get_texts()[0].get_text() == "$T=10$"

    def test_the_caption_has_the_cut_that_is_drawn(self):
        found = rl.sweep(
            M.SGD(), L.ReddiPeriod3(), {"hi": [0.5, 0.6], "alpha": [0.1, 0.5]}, **self.settings
        )
        said = found.plot(alpha=0.45).get_supxlabel()
        assert "alpha = 0.5" in said.replace("\n", " ") or "..." in said
        assert "0.45" not in said

    def test_an_axis_in_any_order_is_drawn_in_order(self):
        grid = {"beta2": [0.9, 0.1, 0.5], "beta1": [0.1, 0.2]}
        found = rl.sweep(M.Adam(), L.ReddiOnline(), grid, **self.settings)
        mesh = found.plot(rounds=10).axes[0].collections[0]
        drawn = np.asarray(mesh.get_array())
        inorder = (
            found.data.average_regret.sel(rounds=10).sortby("beta2").transpose("beta1", "beta2")
        )
        assert np.array_equal(drawn, inorder)

    def test_a_setting_that_is_an_axis_is_not_said_to_be_fixed(self):
        found = rl.sweep(
            M.Adam(), L.ReddiStochastic(), {"seed": [3, 4], "x1": [0.1, 0.2]}, **self.settings
        )
        said = found.plot().get_supxlabel().replace("\n", " ")
        assert "seed 0" not in said
        assert "projection of 0" not in said


@pytest.mark.parametrize(
    ("losses", "feasible", "name"),
    [(L.Quadratic(), None, "mu"), (L.Spike(), S.WholeSpace(), "C"), (L.Spike(), S.L2Ball(), "C")],
)
def test_a_second_axis_longer_than_the_first(losses, feasible, name):
    grid = {"beta1": [0.1, 0.5, 0.9], name: np.linspace(1, 9, 14)}
    data = swept(M.Momentum(), losses, grid, set=feasible, rounds=10)
    assert data.sizes == {"beta1": 3, name: 14}
    play = rl.play(M.Momentum(beta1=0.5), losses.but(**{name: 9.0}), feasible, rounds=10)
    assert data.x[1, 13] == play.x[0]
    assert np.array_equal(data.regret[1, 13], play.data.regret[-1], equal_nan=True)
