"""Pictures of plays: what the axes say, every setting below, the same bytes twice."""

from __future__ import annotations

import warnings

import numpy as np
import own
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure

import regretlab as rl

ADAM = rl.methods.Adam(beta1=0.9, beta2=0.99)
THREE = ((3, -1, 2), (-1, 0.1, -2), (-1.5, 1, 0.25))
PLAYS = {
    "one": {"losses": rl.losses.ReddiOnline()},
    "runs": {"losses": rl.losses.ReddiStochastic(), "runs": 4, "seed": 7},
    "three": {"losses": rl.losses.Periodic(c=THREE), "x1": [0.1, -1 / 3, 1.0]},
    "three, runs": {"losses": rl.losses.Periodic(c=THREE), "runs": 2},
    "seven": {"losses": rl.losses.Periodic(c=np.arange(14.0).reshape(2, 7) - 6)},
    "adaptive": {"losses": rl.losses.Chase(), "x1": 0.5},
    "one round": {"losses": rl.losses.Spike(), "rounds": 1},
    "one round, runs": {"losses": rl.losses.SpikeIID(), "rounds": 1, "runs": 2},
    "two rounds": {"losses": rl.losses.Spike(), "rounds": 2},
}


def played(name: str) -> rl.Play:
    settings = {"rounds": 400, "engine": "plain"} | PLAYS[name]
    return rl.play(settings.pop("method", ADAM), **settings)


def drawn(name: str) -> Figure:
    figure = played(name).plot()
    assert isinstance(figure, Figure)
    return figure


def words(figure: Figure) -> str:
    """The caption, as one line."""
    return " ".join(figure.get_supxlabel().replace("-\n", "-").split())


@pytest.mark.parametrize("name", PLAYS)
def test_axes_and_labels(name, tmp_path):
    figure = drawn(name)
    left, right = figure.axes
    assert left.get_xlabel() == right.get_xlabel() == "round $t$"
    assert left.get_ylabel() == "iterate $x_t$"
    assert right.get_ylabel() == "average regret $R_t/t$"
    assert left.get_xscale() == right.get_xscale() == "log"
    figure.savefig(tmp_path / "p.png")  # warnings are errors: nothing collapses, nothing is missing


def test_the_lines_are_the_numbers():
    play, figure = played("one"), drawn("one")
    left, right = figure.axes
    (iterate,), (regret,) = left.lines, right.lines
    t = play.data["round"].values
    assert np.array_equal(iterate.get_xydata(), np.stack([t, play.data.iterate[:, 0]], axis=1))
    assert np.array_equal(regret.get_xydata(), np.stack([t, play.data.average_regret], axis=1))
    assert left.get_legend() is right.get_legend() is None


def test_runs_are_a_median_in_a_band():
    play, figure = played("runs"), drawn("runs")
    left, right = figure.axes
    for axes, values in ((left, play.data.iterate[..., 0]), (right, play.data.average_regret)):
        assert np.array_equal(axes.lines[0].get_ydata(), np.median(values, axis=0))
        (corners,) = (p.vertices for p in axes.collections[0].get_paths())
        assert corners[:, 1].min() == float(values.min())
        assert corners[:, 1].max() == float(values.max())
    labels = [text.get_text() for text in right.get_legend().get_texts()]
    assert labels == ["$R_t/t$", "pseudo-regret$/t$"]
    pseudo = (play.data.pseudo_regret / play.data["round"]).median("run")
    assert np.array_equal(right.lines[1].get_ydata(), pseudo)
    assert "4 runs" in words(figure)
    assert "median" in words(figure)


def test_every_coordinate_has_its_line_and_its_name():
    left, _ = drawn("three").axes
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == [f"$x_{{t,{i}}}$" for i in (1, 2, 3)]
    looks = {(str(line.get_color()), str(line.get_linestyle())) for line in left.lines}
    assert len(looks) == 3
    assert len({line.get_color() for line in left.lines}) == 3


def test_coordinates_that_are_not_drawn_are_counted():
    left, _ = drawn("seven").axes
    assert len(left.lines) == 6
    assert "1 more not drawn" in left.get_legend().get_title().get_text()


def test_negative_regret_is_not_cut_off():
    """A learner may be better than the best fixed point; a log axis would hide it."""
    losses = rl.losses.Periodic(c=[1.0] * 4 + [-1.0] * 4)
    play = rl.play(rl.methods.SGD(), losses, rounds=60, step=rl.schedules.Constant(2), at=1)
    assert (play.data.average_regret < 0).any()
    _, right = play.plot().axes
    low, high = right.get_ylim()
    assert right.get_yscale() != "log"
    assert low < float(play.data.average_regret.min())
    assert high > float(play.data.average_regret.max())


def test_zero_regret():
    play = rl.play(ADAM, rl.losses.Spike(), rl.sets.Interval(0.5, 0.5), rounds=20, engine="plain")
    assert (play.data.regret == 0).all()
    play.plot()


def test_an_interrupted_play_with_gaps(tmp_path):
    play = played("runs")
    for name in ("average_regret", "pseudo_regret", "iterate"):
        play.data[name][1, 50:] = np.nan
        play.data[name][2, :] = np.nan  # not begun
    figure = play.plot(tmp_path / "p.png")
    assert np.isfinite(figure.axes[1].lines[0].get_ydata()).all()


# The caption


@pytest.mark.parametrize("name", PLAYS)
def test_every_setting_is_in_the_caption(name):
    play, figure = played(name), drawn(name)
    pieces, said = play.setting(), words(figure)
    for needle in (str(pieces.method), str(pieces.feasible), str(pieces.step), pieces.losses.name):
        assert needle in said
    assert f"T = {play.data.attrs['rounds']:,}" in said
    assert "plain engine" in said
    assert f"regretlab {rl.__version__}" in said
    assert "x1 = " in said
    if pieces.losses.random:
        assert f"seed {play.data.attrs['seed']}" in said


def test_x1_in_the_caption_is_x1():
    x1 = 0.1234567890123
    play = rl.play(ADAM, rl.losses.Spike(), rounds=5, x1=x1, engine="plain")
    assert f"x1 = {x1}" in words(play.plot())
    assert "x1 = 0.1, -0.333333" in words(drawn("three")).replace("0.3333333333333333", "0.333333")


def test_the_caption_does_not_take_one_sequence_for_another():
    """c of shape (2, 3) is not c of shape (6, 1)."""
    wide = rl.losses.Periodic(c=[[1.0, 2, 3], [4, 5, 6]])
    flat = rl.losses.Periodic(c=[1.0, 2, 3, 4, 5, 6])
    one, other = (words(rl.play(ADAM, l, rounds=5, engine="plain").plot()) for l in (wide, flat))
    assert one.partition(" on ")[0] != other.partition(" on ")[0]


def test_a_long_caption_leaves_room_for_the_picture(tmp_path):
    losses = rl.losses.Periodic(c=np.sin(np.arange(400.0)))
    figure = rl.play(ADAM, losses, rounds=100, engine="plain").plot(tmp_path / "p.png")
    for axes in figure.axes:
        assert axes.get_position().height > 0.3


def test_names_with_signs_of_mathtext(tmp_path):
    class Odd(rl.Losses):
        name = "odd_$name^"

        def gradient(self, t):
            return 1.0

    rl.play(ADAM, Odd(), rounds=5, engine="plain").plot(tmp_path / "p.png")
    assert (tmp_path / "p.png").stat().st_size > 1000


def test_ones_own_pieces_are_drawn(tmp_path):
    play = rl.play(rl.methods.SGD(), own.MovingQuadratic(), rounds=30)
    assert "moving-quadratic" in words(play.plot(tmp_path / "p.svg"))


# Files


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_the_same_bytes_twice(tmp_path, kind):
    play, written = played("runs"), []
    for n in range(2):
        play.plot(tmp_path / f"{n}.{kind}")
        written.append((tmp_path / f"{n}.{kind}").read_bytes())
    assert written[0] == written[1]
    assert len(written[0]) > 3000


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_one_figure_saved_twice(tmp_path, kind):
    figure = played("runs").plot()
    for n in range(2):
        rl.show.save_figure(figure, tmp_path / f"{n}.{kind}")
    assert (tmp_path / f"0.{kind}").read_bytes() == (tmp_path / f"1.{kind}").read_bytes()


@pytest.mark.parametrize("name", ["p.xyz", "missing/p.png", "folder.png", "p"])
def test_where_no_picture_can_be_written(tmp_path, name):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(rl.RegretlabError) as caught:
        played("one").plot(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.png"]


def test_ones_own_settings_of_matplotlib_are_left_alone(tmp_path):
    import matplotlib

    with rc_context({"font.size": 17, "axes.grid": False, "savefig.format": "svg"}):
        before = dict(matplotlib.rcParams)
        played("one").plot(tmp_path / "p.png")
        assert dict(matplotlib.rcParams) == before
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_colours_are_told_apart_without_colour():
    styles = [str(look["linestyle"]) for look in rl.show.PALETTE]
    assert len(set(styles)) == len(styles) == len({look["color"] for look in rl.show.PALETTE})


def pictured(name: str) -> Figure:
    """Without the caption, which names versions."""
    figure = drawn(name)
    figure.supxlabel("")
    return figure


LOOSE = {"style": "default", "tolerance": 18, "savefig_kwargs": {"dpi": 50}, "remove_text": True}


@pytest.mark.mpl_image_compare(filename="runs.png", **LOOSE)
def test_picture_of_runs():
    return pictured("runs")


@pytest.mark.mpl_image_compare(filename="three.png", **LOOSE)
def test_picture_of_three_coordinates():
    return pictured("three")
