"""The studies in small: what they write, what they print, and the network's own gradient."""

from __future__ import annotations

import importlib.util
import struct

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import approx_fprime

import regretlab as rl
from experiments import bounds, digits, portfolio, study, tracking, training
from experiments.network import Network
from regretlab.data import read, signed
from regretlab.spelling import ROOMS, found

QUICK = {"bounds": bounds, "portfolio": portfolio, "tracking": tracking}


def outcome(script, name, folder, capsys, *more):
    """What a study's main has written, and what it printed."""
    script.main(["--quick", "--out", str(folder), *more])
    assert {p.name for p in folder.iterdir()} == {f"{name}{end}" for end in (".nc", ".png", ".pdf")}
    with xr.open_dataset(folder / f"{name}.nc", engine="h5netcdf") as data:
        return data.load(), capsys.readouterr().out


@pytest.mark.parametrize("name", QUICK)
def test_what_is_printed_is_what_is_written(name, tmp_path, capsys):
    data, said = outcome(QUICK[name], name, tmp_path, capsys)
    assert said == study.table(QUICK[name].rows(data)) + "\n"
    assert data.attrs["caption"].isascii()
    CHECKS[name](data, said)


def column(said: str, name: str) -> list[str]:
    """A column of a printed table, by the place of its heading."""
    head, *lines = said.splitlines()
    start = head.index(name)
    return [line[start:].split("  ")[0].strip() for line in lines]


def check_bounds(data, said):
    """Every bound is there; slack and tightness anew from the arrays; false ones are broken."""
    assert sorted(data.bound.values) == sorted(found(ROOMS["bound"]))
    slack = data.right_hand_side - data.regret
    ratio = (data.regret / data.right_hand_side.where(data.right_hand_side > 0)).max("round")
    assert column(said, "smallest slack") == [f"{v:.4g}" for v in slack.min("round").values]
    assert column(said, "tightness") == [f"{v:.4g}" for v in ratio.values]
    broken = set(data.bound.values[data.holds.values == 0])
    false = set(data.bound.values[data.status.values == "false as printed"])
    assert broken == false | {"kingma-ba"} == set(bounds.COUNTEREXAMPLES)


def check_portfolio(data, said):
    """Regret is what the rival earned more; wealth anew from the prices; the rival by a grid."""
    np.testing.assert_allclose(data.regret, data.rival_log_wealth - data.log_wealth, atol=1e-12)
    last = data.isel(round=-1)
    assert column(said, "log wealth") == [f"{v:.4g}" for v in last.log_wealth.median("run").values]
    market = rl.losses.Market(portfolio.DRIFT, portfolio.VOLATILITY)
    T, source = int(data.attrs["T"]), stream_of(0)
    prices = np.array([[market.price(t, i, source) for i in range(3)] for t in range(1, T + 1)])
    equal = np.log(prices.mean(axis=1)).sum()
    assert float(last.log_wealth.sel(learner=portfolio.EQUAL, run=0)) == pytest.approx(equal)
    grid = np.linspace(0, 1, 51)
    mixes = np.array([[a, b, 1 - a - b] for a in grid for b in grid if a + b <= 1 + 1e-12])
    best = np.log(prices @ mixes.T).sum(axis=0).max()
    mine = float(last.rival_log_wealth.isel(learner=0, run=0))
    assert best <= mine + 1e-9
    assert mine <= best + 1e-3


def stream_of(run):
    from regretlab.philox import stream

    return stream(0, run)


def check_tracking(data, said):
    """Static regret anew from the target, and the dynamic one's difference to it; path length too."""
    T = int(data.attrs["T"])
    stream = rl.losses.Drift(period=T // tracking.SHOWN, amplitude=tracking.AMPLITUDE)
    c = tracking.target(stream, T)[:, 0]
    assert float(data.path_length.isel(step=0, run=0, round=-1)) == pytest.approx(
        abs(np.diff(c)).sum()
    )
    least = 0.5 * ((c - c.mean()) ** 2).sum()  # the best fixed point is the mean, inside [-1, 1]
    last = data.isel(round=-1)
    np.testing.assert_allclose(last.dynamic_regret - last.static_regret, least, rtol=1e-9)
    dynamic = last.dynamic_regret.median("run").values
    assert column(said, "dynamic R_T")[: len(dynamic)] == [f"{v:.4g}" for v in dynamic]


CHECKS = {"bounds": check_bounds, "portfolio": check_portfolio, "tracking": check_tracking}


def tiny(n=12, p=5, K=3, size=5):
    rng = np.random.default_rng(3)
    A = rng.random((n, p)) * (rng.random((n, p)) < 0.7)
    return Network(A, rng.integers(0, K, n), K=K, H=4, size=size)


def test_the_gradient_of_the_network():
    """Against central differences, in every round of two epochs (the last batch is smaller)."""
    net, source = tiny(), stream_of(0)
    x = net.first_weights(1) + 0.1
    cache = -np.ones(net.cached + 1, dtype=np.int64)
    h = 1e-6
    for t in range(1, 7):
        g = net.gradient(t, x, source, cache)
        steps = h * np.eye(net.d)
        wanted = [(net.value(t, x + e, source, cache) - net.value(t, x - e, source, cache)) / (2 * h)
                  for e in steps]  # fmt: skip
        np.testing.assert_allclose(g, wanted, atol=1e-8)
    assert abs(g).max() > 1e-3


def test_the_losses_of_an_epoch_are_the_training_loss():
    """By products of matrices: the network, and the mini-batches of the regressions."""
    net, source = tiny(n=12, size=4), stream_of(0)
    x = net.first_weights(1) + 0.1
    cache = -np.ones(net.cached + 1, dtype=np.int64)
    paid = np.mean([net.value(t, x, source, cache) for t in (4, 5, 6)])  # the second epoch
    A = np.hstack([net.A, np.ones((12, 1))])
    told = training.mean_loss("network", A, net.b, x, net.H)
    assert paid == pytest.approx(told, rel=1e-13)
    rng = np.random.default_rng(0)
    net = Network(A[:, :-1], np.where(net.b == 1, 8.0, net.b), K=10)
    for model in ("logistic", "softmax"):
        d = A.shape[1] * (1 if model == "logistic" else 10)
        one = (rl.losses.FiniteSum(A, np.where(net.b == training.DIGIT, 1.0, -1.0), loss="logistic", sampling="batch")
               if model == "logistic" else rl.losses.SoftmaxRegression(A, net.b, K=10, sampling="batch"))  # fmt: skip
        z = rng.normal(size=d)
        told = training.mean_loss(model, A, net.b, z)
        assert told == pytest.approx(one.value(1, z, source, cache), rel=1e-13)


def test_the_network_plays_alike_in_both_engines():
    net = tiny()
    options = {"rounds": 9, "x1": net.first_weights(), "step": rl.schedules.InverseSqrt(0.1)}
    runs = [
        rl.play(rl.methods.Adam(), net, rl.sets.WholeSpace(), engine=e, **options)
        for e in ("plain", "compiled")
    ]
    np.testing.assert_array_equal(runs[0].x, runs[1].x)
    assert np.isnan(runs[0].data.regret.values).all()
    assert runs[1].data.attrs["comparator"] == "no regret claim: the losses are not convex"


sklearn = pytest.mark.skipif(
    importlib.util.find_spec("sklearn") is None, reason="needs scikit-learn"
)


@sklearn
def test_digits(tmp_path, capsys):
    """Logistic alone: the table, and the regret once more from a play that keeps its own books."""
    small = "--models logistic --engine plain --rows 256".split()
    data, said = outcome(digits, "digits", tmp_path, capsys, *small)
    assert said == study.table(digits.rows(data)) + "\n"
    one = data.sel(model="logistic")
    assert column(said, "R_T ") == [f"{v:.4g}" for v in one.regret.isel(round=-1).values]
    assert float(one.gap) < 1e-6
    assert (one.training_loss >= float(one.minimum - one.gap)).all()
    np.testing.assert_allclose(one.grid.min("alpha"), one.training_loss.isel(round=-1))
    A, b = read("digits", rows=256)
    A = np.hstack([A / 16.0, np.ones((256, 1))])
    stream = rl.losses.FiniteSum(
        A, signed(b == digits.DIGIT), loss="logistic", sampling="mini-batch", size=128
    )
    chosen = one.sel(learner="SGD")
    T = int(data["round"][-1])
    step = rl.schedules.InverseSqrt(float(chosen.chosen))
    books = rl.play(rl.methods.SGD(), stream, rl.sets.Box(-2, 2), T, step, at=[T], engine="plain")
    mine, its = float(chosen.regret[-1]), float(books.data.regret[-1])
    assert mine == pytest.approx(its, abs=T * float(one.gap) + 1e-9)


def test_digits_by_path(tmp_path):
    """MNIST's own format, IDX, with the labels beside it or named."""
    rng = np.random.default_rng(1)
    pixels, labels = rng.integers(0, 256, (130, 3, 2)), rng.integers(0, 10, 130)
    images, named = tmp_path / "x-images-idx3-ubyte", tmp_path / "classes"
    images.write_bytes(struct.pack(">4i", 0x803, 130, 3, 2) + pixels.astype(np.uint8).tobytes())
    named.write_bytes(struct.pack(">2i", 0x801, 130) + labels.astype(np.uint8).tobytes())
    A, b = training.samples(images, named, None)
    assert A.shape == (128, 7)  # one whole batch, and a column of ones
    np.testing.assert_array_equal(A[:, :6], pixels[:128].reshape(128, 6) / pixels.max())
    np.testing.assert_array_equal(b, labels[:128])
    with pytest.raises(rl.InvalidInput, match="100 samples fill no batch of 128: give more"):
        training.samples(images, named, 100)


def test_cifar_by_path(tmp_path):
    rng = np.random.default_rng(2)
    rows = rng.integers(0, 10, (130, 3073), dtype=np.uint8)
    path = tmp_path / "data_batch_1.bin"
    path.write_bytes(rows.tobytes())
    A, b = training.samples(path, None, None)
    np.testing.assert_array_equal(A, np.hstack([rows[:128, 1:] / 9.0, np.ones((128, 1))]))
    np.testing.assert_array_equal(b, rows[:128, 0])


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(SystemExit) as stopped:
        digits.main(["--data", str(tmp_path / "none"), "--out", str(tmp_path)])
    assert str(stopped.value).count("\n") == 0
    assert "none" in str(stopped.value)


def test_slopes_of_training_lead_to_the_minimum():
    """The certificate of the softmax, by a plain grid of directions: nothing near is lower."""
    rng = np.random.default_rng(5)
    A = np.hstack([rng.random((40, 2)), np.ones((40, 1))])
    b = rng.integers(0, 10, 40).astype(float)
    x, least, gap = training.certified("softmax", A, b, 1.0)
    assert gap < 1e-6
    assert least == pytest.approx(training.mean_loss("softmax", A, b, x), rel=1e-12)
    g = approx_fprime(x, lambda z: training.mean_loss("softmax", A, b, z), 1e-7)
    assert g @ x + abs(g).sum() == pytest.approx(
        0.0, abs=1e-4
    )  # <g, x> - min over the box of <g, y>
