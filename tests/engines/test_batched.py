"""Many settings at once: the bits of single plays, wherever a setting stands."""

from __future__ import annotations

import numpy as np
import pytest

import regretlab as rl
from regretlab.engines.batched import ALIVE, BOOKS, Batch
from regretlab.errors import CannotCompile
from regretlab.settings import fitting
from regretlab.spelling import ROOMS, found, parse

M, L = rl.methods, rl.losses
S_TEN = rl.schedules.Constant(alpha=10.0)
ALONE = {"adagrad-full", "hedge", "omd", "ons"}
NOTHING = {"x_0": 0.0, "source.key_low": 0, "source.key_high": 0, "source.run": 0}
T = 300


def single(setting, **settings):
    """x_{T+1} and the paid sum, of the last run, by Algorithm 1 as it stands in Python."""
    method, losses, feasible, step = setting
    play = rl.play(method, losses, set=feasible, step=step, rounds=T, engine="plain", **settings)
    last = play.data.isel(round=-1)
    return play.x.ravel()[-1], last.cumulative_loss.values.ravel()[-1]


def books(batch, block):
    return {name: batch.state(block, name) for name in BOOKS}


@pytest.mark.parametrize("name", found(ROOMS["method"]))
def test_every_method_over_alpha_and_the_losses_has_the_bits_of_single_plays(name):
    setting = fitting(parse("method", name), L.SpikeIID(C=30.0, small=1.0, p=0.05), None, None)
    alphas, sizes = np.array([0.1, 0.7]), np.array([10.0, 40.0])
    axes = {"step.alpha": (0,), "losses.C": (1,), "source.run": (0,), "x_0": (1,)}
    if name in ALONE:
        with pytest.raises(CannotCompile):
            Batch(setting, axes, (2, 8))
        return
    batch = Batch(setting, axes, (2, 8))
    starts = np.array([-0.5, 1.0])
    given = {"step.alpha": alphas, "losses.C": np.resize(sizes, 8), "source.run": np.arange(2)}
    block = batch.begin(NOTHING | given | {"x_0": np.resize(starts, 8), "source.key_low": 7})
    batch.play(block, 1, 100)
    batch.play(block, 101, T)
    x, paid = batch.state(block, "x_0"), batch.state(block, "ledger_loss_0_0")
    for i, alpha in enumerate(alphas):
        for j, C in enumerate(sizes):
            there = setting._replace(
                step=setting.step.but(alpha=float(alpha)), losses=setting.losses.but(C=float(C))
            )
            end, loss = single(there, x1=float(starts[j]), seed=7, runs=i + 1)
            assert x[i, j] == end
            assert paid[i, j] + batch.state(block, "ledger_loss_1_0")[i, j] == loss
    assert batch.state(block, ALIVE).all()


AXES = {"method.beta1": (0,), "method.beta2": (1,), "step.alpha": (2,)}
VALUES = {
    "method.beta1": np.array([0.0, 0.5, 0.9]),
    "method.beta2": np.array([0.1, 0.9]),
    "step.alpha": np.geomspace(0.01, 3.0, 8),
}


class TestSharing:
    @pytest.mark.parametrize(
        "name", ["adam", "amsgrad", "adam:correction=both,eps=1e-8", "adopt", "yogi"]
    )
    @pytest.mark.parametrize(
        "losses", ["reddi-period3", "periodic:c=2;-3;0;1", "chase", "absolute"]
    )
    def test_it_changes_no_bit(self, name, losses):
        setting = fitting(parse("method", name), parse("losses", losses), None, None)
        shared = Batch(setting, AXES, (3, 2, 8))
        mesh = np.meshgrid(*VALUES.values(), indexing="ij")
        flat = Batch(setting, dict.fromkeys(AXES, (0,)), (48,))
        blocks = [
            shared.begin(NOTHING | VALUES),
            flat.begin(NOTHING | {n: m.ravel() for n, m in zip(AXES, mesh, strict=True)}),
        ]
        for batch, block in zip((shared, flat), blocks, strict=True):
            batch.play(block, 1, T)
        for name_ in BOOKS:
            together, apart = shared.state(blocks[0], name_), flat.state(blocks[1], name_)
            assert np.array_equal(together.ravel(), apart, equal_nan=True)

    def test_a_memory_lies_on_the_axes_it_depends_on(self):
        setting = fitting(M.Adam(), L.ReddiPeriod3(), None, None)
        slots = Batch(setting, AXES, (3, 2, 8)).lanes.floats
        assert slots["memory_0_0"].axes == (0,)  # m
        assert slots["memory_1_0"].axes == (1,)  # v
        assert slots["x_0"].axes == (0, 1, 2)
        assert slots["ledger_gradients_0_0"].axes == ()

    def test_on_losses_that_are_not_linear_nothing_is_shared(self):
        setting = fitting(M.Adam(), L.Quadratic(), None, None)
        slots = Batch(setting, AXES, (3, 2, 8)).lanes.floats
        assert {slots[n].axes for n in ("memory_0_0", "memory_1_0", "x_0")} == {(0, 1, 2)}


@pytest.mark.parametrize("width", [8, 16, 40, 64])
def test_a_setting_has_the_same_bits_wherever_it_stands(width):
    setting = fitting(M.AMSGrad(beta1=0.5), L.ReddiOnline(), None, None)
    batch = Batch(setting, {"method.beta2": (0,)}, (width,))
    decays = np.linspace(0.3, 0.999, width)
    for shift in (0, 3):
        block = batch.begin(NOTHING | {"method.beta2": np.roll(decays, shift)})
        batch.play(block, 1, T)
        x = np.roll(batch.state(block, "x_0"), -shift)
        for k in (0, width // 2, width - 1):
            method = setting.method.but(beta2=float(decays[k]))
            assert x[k] == single(setting._replace(method=method))[0]


def test_what_is_not_finite_is_seen_and_the_others_go_on():
    setting = fitting(M.SGD(), L.Spike(), None, S_TEN)
    batch = Batch(setting, {"losses.C": (0,)}, (8,))
    block = batch.begin(NOTHING | {"losses.C": np.array([1e308, 5.0, *[1e308] * 6])})
    batch.play(block, 1, T)
    assert batch.state(block, ALIVE).tolist() == [0.0, 1.0, *[0.0] * 6]
    good = setting._replace(losses=L.Spike(C=5.0))
    assert batch.state(block, "x_0")[1] == single(good)[0]


def test_whole_numbers_can_lie_on_an_axis():
    setting = fitting(M.SGD(), L.Spike(C=5.0, small=1.0, period=4), None, None)
    batch = Batch(setting, {"losses.period": (0,)}, (8,))
    periods = np.arange(2, 10)
    block = batch.begin(NOTHING | {"losses.period": periods})
    batch.play(block, 1, T)
    for k, period in enumerate(periods):
        there = setting._replace(losses=setting.losses.but(period=int(period)))
        assert batch.state(block, "x_0")[k] == single(there)[0]
