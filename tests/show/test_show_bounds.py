"""Pictures of regret under a bound: the lines are the numbers, and the caption says everything."""

from __future__ import annotations

import numpy as np
import pytest

import regretlab as rl
from regretlab import bounds

PLAYS = {
    "one": {},
    "runs": {"losses": rl.losses.ReddiStochastic(), "runs": 3},
    "one round": {"rounds": 1},
    "negative": {"losses": rl.losses.Periodic([-1.0, 1.0]), "x1": 0.9},
}


def checked(name: str, bound=None) -> bounds.Checked:
    asked = {"losses": rl.losses.ReddiOnline(), "rounds": 300, "engine": "plain"} | PLAYS[name]
    return bounds.check(rl.play(rl.methods.SGD(), **asked), bound or bounds.OGD())


def words(figure) -> str:
    return " ".join(figure.get_supxlabel().split())


@pytest.mark.parametrize("name", PLAYS)
def test_the_lines_are_the_numbers(name, tmp_path):
    held = checked(name)
    figure = rl.show.plot_bound(held, tmp_path / "bound.png")  # warnings are errors
    left, right = figure.axes
    middle = np.median if held.regret.ndim > 1 else lambda values, axis: values
    assert held.rhs is not None
    for line, values in zip(left.lines, (held.regret, held.rhs), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), middle(values, axis=0))
    assert left.get_xscale() == "log"
    lowest = middle(held.regret, axis=0).min()
    assert left.get_yscale() == right.get_yscale() == ("log" if lowest > 0 else "symlog")
    np.testing.assert_array_equal(
        right.lines[0].get_ydata(), middle(held.regret / held.rhs, axis=0)
    )
    said = words(figure)
    for part in (
        "Bound ogd, Zinkevich (2003)",
        "It holds",
        "T = ",
        "inverse-sqrt:alpha=0.5",
        "sgd",
    ):
        assert part in said


def test_no_claim_no_curve():
    figure = rl.show.plot_bound(checked("one", bounds.Theorem4()))
    (only,) = figure.axes
    assert [line.get_label() for line in only.lines] == ["$R_t$"]
    assert "this play has the method sgd" in only.get_title(loc="left")
    assert "No bound is drawn: it needs method amsgrad; this play has the method sgd" in words(
        figure
    )


def test_a_long_caption_breaks_between_settings(tmp_path):
    """amsgrad with all of its settings is longer than a line."""
    run = rl.play(rl.methods.AMSGrad(), rl.losses.ReddiOnline(), rounds=20, engine="plain")
    spelled = run.spelled("method")
    for figure in (run.plot(), run.against("theorem5").plot(tmp_path / "nc.png")):
        told = figure.get_supxlabel()
        assert spelled in told.replace("\n", "")
        ends = [line[-1] for line in told.split("\n")[:-1] if line in spelled]
        assert set(ends) <= set(",:;/&")
        whole = told.replace("\n", " ").replace(",", " ").split()
        assert "convention=paper" in whole


def test_the_same_bytes_twice(tmp_path):
    one, other = tmp_path / "a.svg", tmp_path / "b.svg"
    for path in (one, other):
        rl.show.plot_bound(checked("one"), path)
    assert one.read_bytes() == other.read_bytes()
