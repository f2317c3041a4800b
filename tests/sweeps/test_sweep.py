"""Sweeps: every cell is the play, or the limit, of its settings."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
import xarray as xr

import regretlab as rl
from regretlab.cli import main
from regretlab.errors import InvalidInput

M, L, S = rl.methods, rl.losses, rl.sets
GRID = {"beta1": [0.0, 0.5, 0.9], "1-beta2": "1e-3:0.5:5:log"}


def swept(method, losses, grid, **settings):
    return rl.sweep(method, losses, grid, progress=False, **settings)


def held(data, plays, variables=("regret", "average_regret")):
    """Every cell against a play of its own; `plays` makes it from the cell's coordinates."""
    dims = [d for d in data.x.dims if d != "rounds"]
    for index in itertools.product(*(range(data.sizes[d]) for d in dims)):
        cell = data.isel(dict(zip(dims, index, strict=True)))
        play = plays(**{d: cell[d].item() for d in dims})
        times = (
            np.atleast_1d(cell["rounds"].values)
            if "rounds" in cell.coords
            else [data.attrs["rounds"]]
        )
        last = play.data.sel(round=times)
        if "run" in last.dims:
            last = last.isel(run=int(cell["run"]))
        for name in variables:
            assert np.array_equal(
                np.atleast_1d(cell[name].values), last[name].values, equal_nan=True
            )
        final = play.data.final_iterate.values
        x = final[int(cell["run"]), 0] if "run" in cell.coords else final[0]
        assert np.atleast_1d(cell.x.values)[-1] == x


class TestPlays:
    def test_a_linear_stream(self):
        data = swept(M.Adam(), L.ReddiOnline(), GRID, rounds=3000, at=[100, 700]).data

        def play(beta1, beta2):
            return rl.play(
                M.Adam(beta1=beta1, beta2=beta2), L.ReddiOnline(), rounds=3000, at=[100, 700]
            )

        held(data, play)
        worst = 2 * np.array(
            [
                abs(sum(1010 if t % 101 == 1 else -10 for t in range(1, T + 1)))
                for T in data["rounds"].values
            ]
        )
        assert np.array_equal(data.fails, (data.regret > worst / 2) * 1.0)

    def test_runs_seeds_and_a_step(self):
        grid = {"seed": [0, 7], "alpha": [0.1, 1.0]}
        data = swept(M.AMSGrad(), L.ReddiStochastic(), grid, rounds=500, runs=3).data

        def play(seed, alpha, run):
            step = rl.schedules.InverseSqrt(alpha)
            return rl.play(
                M.AMSGrad(), L.ReddiStochastic(), step=step, rounds=500, seed=int(seed), runs=3
            )

        assert data.x.dims == ("seed", "alpha", "run")
        held(data, play)

    def test_ends_of_the_set_and_the_first_iterate(self):
        data = swept(
            M.SGD(), L.ReddiPeriod3(), {"hi": [0.5, 2.0], "x1": [-1.0, 0.25]}, rounds=200
        ).data
        held(
            data,
            lambda hi, x1: rl.play(
                M.SGD(), L.ReddiPeriod3(), set=S.Interval(-1.0, hi), x1=x1, rounds=200
            ),
        )

    def test_losses_that_are_not_linear(self):
        data = swept(
            M.AdaGrad(), L.Quadratic(), {"mu": [0.5, 2.0], "alpha": [0.2, 0.9]}, rounds=150
        ).data
        held(
            data,
            lambda mu, alpha: rl.play(
                M.AdaGrad(), L.Quadratic(mu=mu), step=rl.schedules.InverseSqrt(alpha), rounds=150
            ),
        )

    def test_counts_fold_and_are_axes_all_the_same(self):
        data = swept(
            M.AdaShift(), L.ReddiPeriod3(), {"n": [1, 2, 4], "beta2": [0.5, 0.9]}, rounds=300
        ).data
        held(
            data,
            lambda n, beta2: rl.play(
                M.AdaShift(n=int(n), beta2=beta2), L.ReddiPeriod3(), rounds=300
            ),
        )

    def test_a_parameter_at_which_a_definition_changes(self):
        data = swept(M.Adam(), L.ReddiPeriod3(), {"eps": [0.0, 1e-3, 1.0]}, rounds=300).data
        held(data, lambda eps: rl.play(M.Adam(eps=eps), L.ReddiPeriod3(), rounds=300))

    @pytest.mark.parametrize(
        ("method", "losses", "grid"),
        [
            (M.Adam(), L.ReddiOnline(), GRID),
            (M.AMSGrad(), L.ReddiStochastic(), {"beta2": [0.5, 0.9], "seed": [1, 2, 3]}),
            (M.SGD(), L.Absolute(), {"alpha": [0.1, 0.5], "x1": [0.0, 0.3]}),
        ],
    )
    def test_no_cell_that_can_be_is_not_played_together(self, monkeypatch, method, losses, grid):
        """A cell is played alone too only to see why it is not finite: else nothing here is fast."""

        def never(*arguments):
            raise AssertionError("a cell was played alone")

        monkeypatch.setattr("regretlab.sweeps.blocks.alone", never)
        data = swept(method, losses, grid, rounds=50).data
        assert (data.trouble == 0).all()
        assert np.isfinite(data.regret).all()

    def test_what_cannot_be_played_together_is_played_one_by_one(self):
        rows = L.Periodic(c=[[3.0, 1.0], [-1.0, -2.0]])
        data = swept(M.AdaGrad(), rows, {"alpha": [0.1, 0.4]}, rounds=100).data
        for k, alpha in enumerate((0.1, 0.4)):
            play = rl.play(M.AdaGrad(), rows, step=rl.schedules.InverseSqrt(alpha), rounds=100)
            assert data.regret[k] == play.data.regret[-1]
        data = swept(M.Hedge(), L.ReddiPeriod3(), {"alpha": [0.1, 0.4]}, rounds=100).data
        held(
            data,
            lambda alpha: rl.play(
                M.Hedge(),
                L.ReddiPeriod3(),
                step=M.Hedge().default_step.but(alpha=alpha),
                rounds=100,
            ),
        )

    def test_a_cell_that_is_not_finite_is_marked_and_the_rest_goes_on(self):
        step = rl.schedules.Constant(alpha=10.0)
        data = swept(M.SGD(), L.Spike(), {"C": [5.0, 1e308]}, step=step, rounds=50).data
        assert data.trouble.values.tolist() == [0, 2]
        assert np.isnan(data.x[1])
        assert data.x[0] != 0

    def test_cells_that_the_pieces_refuse_are_marked(self):
        grid = {"lo": [-1.0, 0.0, 1.0], "hi": [0.5, 2.0, 3.0], "x1": [1.0]}
        with pytest.raises(InvalidInput):  # at a corner
            swept(M.SGD(), L.Spike(), grid, rounds=5)


class TestLimits:
    def test_every_cell_is_the_limit_of_its_settings(self):
        data = swept(M.Adam(), L.ReddiOnline(), GRID, limit=True).data
        for i, j in np.ndindex(3, 5):
            cell = data.isel(beta1=i, beta2=j)
            end = rl.limit(
                M.Adam(beta1=float(cell.beta1), beta2=float(cell.beta2)), L.ReddiOnline()
            )
            assert (cell.drift, cell.slope_sum) == (end.drift, end.slope_sum)
            assert cell.limit_average_regret == end.average_regret
            assert cell.sqrt_coefficient == end.sqrt_coefficient
            assert cell.fails_in_the_limit == (end.verdict == "fails")
        assert "x" not in data

    def test_both_marks_where_the_verdicts_differ(self):
        data = swept(
            M.Adam(), L.ReddiOnline(), {"beta2": [0.5, 0.99, 0.9999]}, rounds=20_000, both=True
        ).data
        assert np.array_equal(data.differs, data.fails != data.fails_in_the_limit)
        assert data.differs.values[-1] == 1
        assert data.fails_in_the_limit.values.tolist() == [1, 1, 0]

    def test_a_method_to_which_the_rule_does_not_apply_is_refused(self):
        with pytest.raises(InvalidInput, match="adamw"):
            swept(M.AdamW(), L.ReddiOnline(), {"beta1": [0.5]}, limit=True)


class TestRefined:
    grid = {"beta1": "0:0.99:40", "1-beta2": "1e-5:0.5:50:log"}  # noqa: RUF012

    def test_it_is_the_full_grid(self):
        whole = swept(M.Adam(), L.ReddiOnline(), self.grid, limit=True).data
        few = rl.refine(
            M.Adam(), L.ReddiOnline(), self.grid, limit=True, coarse=8, progress=False
        ).data
        assert np.array_equal(whole.fails_in_the_limit, few.fails_in_the_limit)
        done = few.evaluated.values == 1
        assert 0.02 < done.mean() < 0.3
        assert np.array_equal(whole.drift.values[done], few.drift.values[done])
        assert np.isnan(few.drift.values[~done]).all()

    def test_of_plays_too(self):
        settings = {"rounds": 3000, "both": True}
        whole = swept(M.Adam(), L.ReddiOnline(), self.grid, **settings).data
        few = rl.refine(
            M.Adam(), L.ReddiOnline(), self.grid, coarse=8, progress=False, **settings
        ).data
        for name in ("fails", "fails_in_the_limit", "differs"):
            assert np.array_equal(whole[name], few[name])
        done = few.evaluated.values == 1
        assert np.array_equal(whole.regret.values[done], few.regret.values[done])

    def test_one_axis(self):
        few = rl.refine(
            M.Adam(), L.ReddiOnline(), {"1-beta2": "1e-5:0.5:300:log"}, limit=True, progress=False
        ).data
        whole = swept(M.Adam(), L.ReddiOnline(), {"1-beta2": "1e-5:0.5:300:log"}, limit=True).data
        assert np.array_equal(whole.fails_in_the_limit, few.fails_in_the_limit)

    def test_runs_are_refused(self):
        with pytest.raises(InvalidInput, match="boundary"):
            rl.refine(M.Adam(), L.ReddiStochastic(), {"beta2": "0:0.9:9"}, runs=2)


class TestExecutors:
    @pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
    def test_any_executor_gives_the_same_bits(self, kind, tmp_path):
        import multiprocessing

        grid = {"beta1": "0:0.9:20", "beta2": "0.1:0.99:70"}
        alone = swept(M.Adam(), L.ReddiPeriod3(), grid, rounds=50, jobs=1).data
        options = (
            {"mp_context": multiprocessing.get_context("spawn")}
            if kind is ProcessPoolExecutor
            else {}
        )
        with kind(2, **options) as executor:
            data = swept(M.Adam(), L.ReddiPeriod3(), grid, rounds=50, executor=executor).data
            path = tmp_path / "s.zarr"
            stored = swept(
                M.Adam(), L.ReddiPeriod3(), grid, rounds=50, executor=executor, out=path
            ).data
        xr.testing.assert_equal(alone, data)
        for name in alone:
            assert np.array_equal(alone[name], stored[name], equal_nan=True)


class TestResults:
    def test_selection_and_saving(self, tmp_path):
        sweep = swept(M.Adam(), L.ReddiOnline(), GRID, rounds=100)
        assert sweep.sel(beta2=0.99, method="nearest").x.dims == ("beta1",)
        assert float(sweep.regret[0, 0]) == float(sweep["regret"][0, 0])
        read = xr.open_dataset(sweep.save(tmp_path / "s.nc"))
        assert np.array_equal(read.regret, sweep.regret)
        assert read.attrs["losses"] == str(L.ReddiOnline())
        read.close()
        again = xr.open_zarr(sweep.save(tmp_path / "s.zarr"), chunks=None, consolidated=False)
        assert np.array_equal(again.regret, sweep.regret)
        with pytest.raises(AttributeError, match="it has"):
            _ = sweep.nothing

    def test_plots(self, tmp_path):
        both = swept(M.Adam(), L.ReddiOnline(), GRID, rounds=1000, at=[100], both=True)
        figure = both.plot(tmp_path / "a.png")
        titles = [panel.get_title() for panel in figure.axes if panel.get_title()]
        assert titles == ["$T=100$", "$T=10^{3}$", r"$T\to\infty$"]
        assert (tmp_path / "a.png").stat().st_size > 10_000
        assert len(both.plot(beta1=0.5).axes[0].lines) == 3
        with pytest.raises(InvalidInput, match="is not in the sweep"):
            both.plot(variable="nothing")
        three = swept(M.Adam(), L.ReddiOnline(), GRID | {"alpha": [0.1, 0.5]}, rounds=10)
        with pytest.raises(InvalidInput, match="axes cannot be drawn"):
            three.plot()
        assert three.plot(alpha=0.1, variable="x").axes

    def test_a_store_is_resumed_and_a_changed_sweep_is_refused(self, tmp_path):
        path = tmp_path / "s.zarr"
        first = swept(M.Adam(), L.ReddiOnline(), GRID, rounds=100, out=path).data
        again = swept(M.Adam(), L.ReddiOnline(), GRID, rounds=100, out=path, resume=True).data
        xr.testing.assert_equal(first, again)
        with pytest.raises(InvalidInput, match="resume"):
            swept(M.Adam(), L.ReddiOnline(), GRID, rounds=100, out=path)
        for changed in ({"rounds": 101}, {"x1": 0.5}, {"both": True}):
            with pytest.raises(InvalidInput, match="here and"):
                swept(
                    M.Adam(),
                    L.ReddiOnline(),
                    GRID,
                    out=path,
                    resume=True,
                    **({"rounds": 100} | changed),
                )


class TestCommand:
    def run(self, capsys, *arguments):
        status = main(["sweep", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    def test_json(self, capsys, tmp_path):
        arguments = [
            "adam",
            "reddi-online",
            "--grid",
            "beta1=0:0.9:3",
            "--grid",
            "1-beta2=1e-5:0.5:4:log",
        ]
        more = ["--rounds", "1e3", "--both", "--out", str(tmp_path / "s.zarr"), "--json"]
        status, out, _ = self.run(capsys, *arguments, *more)
        row = json.loads(out)
        assert status == 0
        assert row["cells"] == 12
        assert row["rounds"] == 1000
        assert row["fails_in_the_limit"]["fails"] + row["fails_in_the_limit"]["vanishes"] == 12
        assert row["axes"]["beta2"]["values"] == 4
        status, out, _ = self.run(
            capsys, *arguments, *more, "--resume", "--plot", str(tmp_path / "s.png")
        )
        assert status == 0
        assert (tmp_path / "s.png").exists()

    def test_for_people(self, capsys):
        status, out, _ = self.run(
            capsys, "adam", "reddi-online", "--grid", "beta2=0.5;0.99", "--limit"
        )
        assert status == 0
        assert "2 fail, 0 do not" in out

    def test_refined(self, capsys, tmp_path):
        status, out, _ = self.run(
            capsys, "adam", "reddi-online", "--grid", "1-beta2=1e-5:0.5:64:log", "--limit", "--refine",
            "--out", str(tmp_path / "r.nc"), "--json",
        )  # fmt: skip
        assert status == 0
        assert json.loads(out)["evaluated"] < 64
        assert (tmp_path / "r.nc").exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--grid", "beta3=0:1:4"], "did you mean 'beta2'"),
            (["--grid", "beta2=0:1:4"], "beta2=1.0 is outside"),
            (["--grid", "beta2"], "is no axis"),
            (["--grid", "beta2=0:.5:3", "--grid", "beta2=0:.5:4"], "stands twice"),
            (["--grid", "beta2=0:.5:3", "--limit", "--both"], "alone"),
            (["--grid", "beta2=0:.5:3", "--resume"], "resume"),
            (["--grid", "beta2=0:.5:3", "--runs", "3"], "is not drawn"),
            (["--grid", "beta2=0:.5:3", "--rounds", "0"], "rounds=0"),
            (["--grid", "beta2=0:.5:3", "--at", "1e9"], "beyond"),
            (["--grid", "beta2=0:.5:3", "--jobs", "0"], "jobs=0"),
            (["--grid", "beta1=0:.5:1e5", "--grid", "beta2=0:.5:1e5"], "GiB"),
            (["--grid", "rounds=10;20"], "one play"),
            (["--grid", "beta2=0:.5:3", "--out", "/proc/none/s.zarr"], "s.zarr"),
        ],
    )
    def test_bad_input_is_one_line(self, capsys, arguments, said):
        status, out, err = self.run(capsys, "adam", "reddi-online", *arguments)
        assert status == 2
        assert said in err
        assert len(err.strip().splitlines()) == 1
        assert out == ""
