"""Figure 1: its numbers are those of separate plays, its verdicts those of the numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

import paper_figures
import regretlab as rl
from paper_figures import figure1

METHODS = {
    "adam": rl.methods.Adam(beta1=0.9, beta2=0.99),
    "amsgrad": rl.methods.AMSGrad(beta1=0.9, beta2=0.99),
    "sgd": rl.methods.SGD(),
    "adagrad": rl.methods.AdaGrad(),
    "rmsprop": rl.methods.RMSProp(beta2=0.99),
}
STREAMS = {"online": rl.losses.ReddiOnline(), "stochastic": rl.losses.ReddiStochastic()}
SMALL = {"rounds": 2000, "seeds": 3}


@pytest.fixture(scope="module")
def data():
    return figure1.data(**SMALL)


def test_dimensions(data):
    assert data.sizes["learner"] == 2
    assert data["learner"].values.tolist() == ["adam", "amsgrad"]
    assert data.sizes["run"] == 3
    assert data["round"].values[[0, -1]].tolist() == [1, 2000]
    assert data.online_average_regret.dims == ("learner", "round")
    assert set(data.stochastic_average_regret.dims) == {"learner", "run", "round"}


@pytest.mark.parametrize("setting", STREAMS)
@pytest.mark.parametrize("name", ["adam", "amsgrad"])
def test_the_numbers_are_those_of_a_separate_play(data, setting, name):
    runs = 3 if setting == "stochastic" else None
    alone = rl.play(METHODS[name], STREAMS[setting], rounds=2000, runs=runs).data
    assert np.array_equal(alone["round"], data["round"])
    for key in ("iterate", "regret", "average_regret", "cumulative_loss", "final_iterate"):
        mine = data[f"{setting}_{key}"].sel(learner=name)
        its = alone[key].isel(coordinate=0, missing_dims="ignore")
        assert np.array_equal(mine.transpose(*its.dims), its)


def test_all_five_methods_in_the_order_asked_for():
    names = ("sgd", "adagrad", "rmsprop", "amsgrad", "adam")
    five = figure1.data(rounds=300, seeds=1, methods=names)
    assert tuple(five["learner"].values) == names
    for name in names:
        alone = rl.play(METHODS[name], STREAMS["online"], rounds=300).data
        assert np.array_equal(five.online_regret.sel(learner=name), alone.regret)
        spec = json.loads(json.loads(five.attrs[f"online_{name}"])["method"])
        assert spec == METHODS[name].spec()
    caption = figure1.caption(five)
    assert "adagrad" in caption
    assert "rmsprop:beta2=0.99" in caption
    figure = figure1.draw(five)
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels[:5] == ["SGD", "AdaGrad", "RMSProp", "AMSGrad", "Adam"]


def test_every_setting_is_in_the_attributes(data):
    assert data.attrs["format"] == "regretlab figure1 1"
    for setting, losses in STREAMS.items():
        for name in ("adam", "amsgrad"):
            attrs = json.loads(data.attrs[f"{setting}_{name}"])
            assert json.loads(attrs["method"]) == METHODS[name].spec()
            assert json.loads(attrs["losses"]) == losses.spec()
            assert json.loads(attrs["set"]) == rl.sets.Interval(-1, 1).spec()
            assert json.loads(attrs["step"]) == {"name": "inverse-sqrt", "alpha": 0.5}
            assert attrs["rounds"] == attrs["rounds_played"] == 2000
            assert attrs["x1"] == [0.0]
            assert attrs["seed"] == "0"
            assert attrs["first_round"] == 1
            assert {"engine", "comparator", "versions"} <= set(attrs)
    assert figure1.data(rounds=50, seeds=1).attrs == figure1.data(rounds=50, seeds=1).attrs


@pytest.mark.parametrize("alpha", [0.5, 0.123456])
def test_every_setting_is_in_the_caption(alpha):
    said = figure1.caption(figure1.data(rounds=1234, seeds=2, alpha=alpha))
    for needle in (
        "adam:beta1=0.9,beta2=0.99",
        "amsgrad:beta1=0.9,beta2=0.99",
        "1010x when t mod 101 = 1, else -10x",
        "probability 0.01",
        "F = [-1, 1]",
        f"{alpha}/sqrt(t)",
        "x_1 = 0",
        "T = 1,234",
        "2 seeds",
        "seed 0",
        "no bias correction",
        "eps = 0",
        "compiled engine",
        f"regretlab {rl.__version__}",
        "numba",
        "states no step size",
    ):
        assert needle in said


# The table


def test_the_table_says_no_where_it_does_not_hold(data):
    rows = {r["id"]: r for r in figure1.table(data)}
    late = rows["figure1-online-amsgrad"]
    assert late["x"] > -0.9  # 2000 rounds are not enough for AMSGrad
    assert late["holds"] is False
    for row in rows.values():
        setting, name = row["setting"], row["method"]
        final = data[f"{setting}_final_iterate"].sel(learner=name)
        last = data[f"{setting}_average_regret"].sel(learner=name, round=2000)
        assert row["rounds"] == 2000
        assert row["x"] == float(np.median(final))
        assert row["average_regret"] == float(np.median(last))
        assert isinstance(row["holds"], bool)
        assert f"{row['x']:+.4f}" in row["measured"]
        assert f"{row['average_regret']:.4f}" in row["measured"]
        json.dumps(row, allow_nan=False)


def made_up(data, setting: str, name: str, final, last, decade):
    """The data with another end for one method; numbers, or one for every run."""
    other = data.copy(deep=True)
    here = {"learner": name}
    other[f"{setting}_final_iterate"].loc[here] = final
    average = other[f"{setting}_average_regret"]
    average.loc[here | {"round": 2000}] = last
    nearest = data["round"].sel(round=200, method="nearest")
    average.loc[here | {"round": nearest}] = decade
    (row,) = [r for r in figure1.table(other) if (r["setting"], r["method"]) == (setting, name)]
    return row


@pytest.mark.parametrize(
    ("name", "final", "last", "decade", "holds"),
    [
        ("amsgrad", -1.0, 0.01, 0.05, True),
        ("amsgrad", -1.0, 0.01, 0.009, False),  # not falling
        ("amsgrad", -1.0, 0.33, 0.5, False),  # the iterate came home, the regret did not
        ("amsgrad", 1.0, 0.01, 0.05, False),
        ("amsgrad", -0.89, 0.01, 0.05, False),
        ("amsgrad", np.nan, 0.01, 0.05, False),
        ("amsgrad", -1.0, np.nan, 0.05, False),
        ("adam", 1.0, 0.2, 0.2, True),
        ("adam", 1.0, 0.01, 0.2, False),
        ("adam", -1.0, 0.2, 0.2, False),
        ("adam", np.nan, 0.2, 0.2, False),
    ],
)
def test_what_holds(data, name, final, last, decade, holds):
    assert made_up(data, "online", name, final, last, decade)["holds"] is holds


def test_on_the_stochastic_stream_every_run_has_to_hold(data):
    row = made_up(data, "stochastic", "adam", [1.0, 1.0, -1.0], 0.4, 0.4)
    assert row["holds"] is False
    assert "2 of 3 runs" in row["measured"]
    assert made_up(data, "stochastic", "adam", 1.0, 0.4, 0.4)["holds"] is True


def test_the_wrong_wall_costs_what_is_said():
    """2 E[gradient]: standing at +1 where -1 is best."""
    assert figure1.WRONG_WALL["online"] == pytest.approx(2 * (1010 - 100 * 10) / 101)
    assert figure1.WRONG_WALL["stochastic"] == pytest.approx(2 * (0.01 * 1010 - 0.99 * 10))


# The picture


def test_the_lines_are_the_numbers(data):
    figure = figure1.draw(data)
    a, b, c, d = figure.axes
    for k, name in enumerate(("adam", "amsgrad")):
        one = data.sel(learner=name)
        assert np.array_equal(a.lines[k].get_ydata(), one.online_average_regret)
        assert np.array_equal(b.lines[k].get_ydata(), one.online_iterate)
        median = one.stochastic_average_regret.median("run")
        assert np.array_equal(c.lines[k].get_ydata(), median)
        assert np.array_equal(d.lines[k].get_ydata(), one.stochastic_iterate.median("run"))
    assert a.lines[2].get_ydata()[0] == 20 / 101
    assert figure1.caption(data) == " ".join(figure.get_supxlabel().replace("-\n", "-").split())
    for panel in figure.axes:
        assert panel.get_title()
        assert panel.get_xscale() == "log"
    assert c.get_xlabel() == d.get_xlabel() == "round $t$"
    low, high = c.get_ylim()
    assert low <= float(data.stochastic_average_regret.min())
    assert high >= float(data.stochastic_average_regret.max())


@pytest.mark.parametrize("methods", [(), ("nosuch",), ("adam", "nosuch")])
def test_methods_it_does_not_know(methods):
    with pytest.raises(rl.InvalidInput, match="adam, amsgrad"):
        figure1.data(rounds=5, seeds=1, methods=methods)


@pytest.mark.parametrize(
    ("key", "value"), [("rounds", "abc"), ("rounds", 0), ("seeds", 0), ("alpha", -1)]
)
def test_bad_settings(key, value):
    with pytest.raises(rl.InvalidInput):
        figure1.data(**{"rounds": 5, "seeds": 1, key: value})


# The room


def test_what_is_known():
    known = paper_figures.known()
    assert {"figure1", "theorem1"} <= set(known)
    for name, module in known.items():
        assert module.__doc__.strip()
        assert all(callable(getattr(module, f)) for f in ("data", "table", "draw", "caption"))
        assert all(default is not None for default in paper_figures.options(module).values()), name


def test_files_are_the_same_twice(tmp_path):
    """No date, no time, no chance in them."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        paper_figures.make("figure1", tmp_path / folder, rounds=300, seeds=2)
    for kind in ("png", "pdf", "json"):
        one, other = ((tmp_path / f / f"figure1.{kind}").read_bytes() for f in ("a", "b"))
        assert one == other, kind


def test_the_file_is_the_data(tmp_path):
    from regretlab.files import load_dataset

    rows = paper_figures.make("figure1", tmp_path, **SMALL)
    saved = load_dataset(tmp_path / "figure1.nc", "regretlab figure1 1")
    assert saved.equals(figure1.data(**SMALL))
    assert figure1.table(saved) == rows == json.loads((tmp_path / "figure1.json").read_text())
    assert figure1.caption(saved) == figure1.caption(figure1.data(**SMALL))
