"""Axes: what a key names, which values it takes, and what is refused before anything is computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import regretlab as rl
from regretlab.errors import InvalidInput
from regretlab.settings import fitting
from regretlab.sweeps.axes import axes_of, read_values
from regretlab.sweeps.grid import Grid

M, L = rl.methods, rl.losses


def setting(method=None, losses=None, step=None):
    return fitting(method or M.Adam(), losses or L.ReddiOnline(), None, step)


def one(key, values, **pieces):
    (axis,) = axes_of(setting(**pieces), {key: values})
    return axis


class TestValues:
    @given(st.integers(2, 50), st.floats(-5, 5), st.floats(0.1, 5))
    def test_a_range_has_both_ends(self, n, low, width):
        values = read_values("k", f"{low!r}:{low + width!r}:{n}")
        assert len(values) == n
        assert values[0] == low
        assert values[-1] == low + width
        assert np.allclose(np.diff(values), width / (n - 1))

    def test_log_has_equal_ratios(self):
        values = read_values("k", "1e-4:1:5:log")
        assert np.allclose(values, [1e-4, 1e-3, 1e-2, 1e-1, 1])

    def test_a_list(self):
        assert read_values("k", "0.9;0.99").tolist() == [0.9, 0.99]

    def test_one_minus_is_ascending_in_the_parameter(self):
        axis = one("1-beta2", "1e-3:0.5:4:log")
        assert axis.name == "beta2"
        assert (np.diff(axis.values) > 0).all()
        assert np.allclose(np.sort(1 - axis.values), np.geomspace(1e-3, 0.5, 4))

    @pytest.mark.parametrize(
        "text", ["0:1", "0:1:0", "0:1:4:cubic", "0:1:2.5", "a:b:3", "0:1:3:log", "", "nan", "1;1"]
    )
    def test_nonsense_is_refused(self, text):
        with pytest.raises(InvalidInput):
            one("beta2", text)


class TestKeys:
    def test_every_kind_of_number(self):
        for key, role in (
            ("beta1", "method"),
            ("C", "losses"),
            ("lo", "feasible"),
            ("alpha", "step"),
        ):
            assert one(key, [0.5]).targets[0].role == role
        assert one("x1", [0.0]).targets[0].role == "play"

    def test_a_wrappers_inside(self):
        axis = one("beta2", [0.5, 0.6], method=M.Lookahead(method=M.Adam()))
        assert axis.targets[0].path == ("method",)
        assert axis.targets[0].leaf == "method.inner.beta2"

    def test_several_numbers_on_one_axis(self):
        axis = one("C,period", [3, 5, 7], losses=L.Spike(C=3.0, small=1.0, period=3))
        grid = Grid(setting(losses=L.Spike()), (axis,), None, 0, None, (10,))
        losses = grid.at_point((1,)).losses
        assert (losses.C, losses.period) == (5.0, 5)

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("beta3", "did you mean 'beta2'"),
            ("method", "is not a number that can be an axis"),
            ("correction", "is not a number that can be an axis"),
            ("adamm.beta1", "is not a number"),
            ("", "is not a number"),
        ],
    )
    def test_what_no_piece_has_is_refused(self, key, said):
        with pytest.raises(InvalidInput, match=said):
            one(key, [0.5])

    def test_what_two_pieces_have_needs_an_owner(self):
        method = M.Lookahead(method=M.Clip(method=M.Adam()))
        doubled = fitting(method, L.Spike(), None, rl.schedules.Power())
        with pytest.raises(InvalidInput, match="two pieces"):
            axes_of(fitting(M.SGD(), L.SpikeIID(), None, rl.schedules.Power()), {"p": [0.5]})
        assert axes_of(doubled, {"step.p": [0.5]})[0].targets[0].role == "step"

    def test_the_same_number_twice_is_refused(self):
        with pytest.raises(InvalidInput, match="two axes"):
            axes_of(setting(), {"beta1": [0.1], "adam.beta1": [0.2]})


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("beta2", [0.5, 1.0], "axis beta2: beta2=1.0 is outside"),
        ("1-beta2", [0.0, 0.5], "axis 1-beta2"),
        ("period", [3, 3.5], "not a whole number"),
        ("alpha", [-1.0], "axis alpha"),
        ("rounds", [0], "rounds=0"),
        ("seed", [-1], "seed=-1"),
        ("x1", [0.0, 2.0], "x1=2.0 is outside"),
        ("lo", [0.0, 2.0], "is empty"),
    ],
)
def test_values_outside_a_range_are_refused_before_the_first_round(key, values, said):
    with pytest.raises(InvalidInput, match=said):
        rl.sweep(M.Adam(), L.ReddiStochastic() if key == "seed" else L.Spike(), {key: values}, rounds=10, progress=False)  # fmt: skip # noqa: E501


@given(st.lists(st.integers(1, 90), min_size=1, max_size=4))
def test_blocks_cover_every_point_once(lengths):
    axes = tuple(
        one("beta2", np.linspace(0, 0.9, n))._replace(name=f"a{k}") for k, n in enumerate(lengths)
    )
    grid = Grid(setting(), axes, None, 0, None, (10,))
    counts = np.zeros(grid.shape, dtype=int)
    for block in grid.blocks():
        counts[block] += 1
        assert all(s.stop - s.start <= c for s, c in zip(block, grid.chunk, strict=True))
    assert (counts == 1).all()
    assert np.prod(grid.chunk) <= 64 * 1024
