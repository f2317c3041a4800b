"""The later studies in small, held to hand loops, single plays, limits and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr
from scipy.signal import lfilter

import regretlab as rl
from experiments import chance, decays, orders, small_multiples, study, zhang
from regretlab.philox import stream, uniform
from regretlab.spelling import ROOMS
from regretlab.spelling import found as pieces


def outcome(script, name, folder, capsys):
    """What a study's main has written; what it printed is the table of that."""
    script.main(["--quick", "--out", str(folder)])
    assert {p.name for p in folder.iterdir()} == {f"{name}{end}" for end in (".nc", ".png", ".pdf")}
    with xr.open_dataset(folder / f"{name}.nc", engine="h5netcdf") as data:
        found = data.load()
    assert capsys.readouterr().out == study.table(script.rows(found)) + "\n"
    assert found.attrs["caption"].isascii()
    assert found.attrs["caption"] == script.caption(found)
    return found


def by_hand(g, beta1_of, beta2, alpha, top=False, x=0.0):
    """x_1 .. x_{T+1} of Adam or (`top`) AMSGrad on slopes g, alpha / sqrt(t), in plain Python."""
    m = v = best = 0.0
    out = [x]
    for t, slope in enumerate(g, 1):
        beta1 = beta1_of(t)
        m = beta1 * m + (1 - beta1) * slope
        v = beta2 * v + (1 - beta2) * slope**2
        best = max(best, v) if top else v
        x = min(max(x - alpha / t**0.5 * m / best**0.5, -1.0), 1.0)
        out.append(x)
    return np.array(out)


def regret_of(g, x):
    """R_1 .. R_T against the best fixed point of [-1, 1] in hindsight."""
    g = np.asarray(g, dtype=float)
    return np.cumsum(g * x[: len(g)]) + abs(np.cumsum(g))


def spikes(C, period, T, small=1.0):
    return [C if t % period == 1 else -small for t in range(1, T + 1)]


@pytest.fixture(scope="module")
def decayed():
    return decays.data(1500, 400, 5, "plain")


class TestDecays:
    def test_what_is_written(self, tmp_path, capsys):
        found = outcome(decays, "decays", tmp_path, capsys)
        assert found.limit.sel(learner="AMSGrad").values == pytest.approx(0.0)

    def test_every_play_by_a_hand_loop(self, decayed):
        found = decayed
        T, b = int(found.attrs["T"]), decays.BETA1
        g = spikes(decays.N, decays.N, T)
        ways = {
            "constant": lambda t: b,
            "geometric .99": lambda t: b * 0.99 ** (t - 1),
            "geometric .9999": lambda t: b * 0.9999 ** (t - 1),
            "harmonic": lambda t: b / t,
        }
        t = found["round"].values
        for learner in found.learner.values:
            for decay in found.decay.values:
                x = by_hand(g, ways[str(decay)], decays.BETA2, decays.ALPHA, learner == "AMSGrad")
                one = found.sel(learner=learner, decay=decay)
                np.testing.assert_allclose(one.iterate, x[t - 1], atol=1e-10)
                R = regret_of(g, x)
                np.testing.assert_allclose(one.average_regret, R[t - 1] / t, atol=1e-10)

    def test_the_alternating_one(self, decayed):
        found = decayed
        g = spikes(2.0, 2, int(found.attrs["T"]))
        t = found["round"].values
        for way, beta1 in (("constant", lambda t: 0.5), ("alternating", lambda t: 0.5 * (t % 2))):
            x = by_hand(g, beta1, decays.BETA2, decays.ALPHA, True)
            wanted = regret_of(g, x)[t - 1] / t
            np.testing.assert_allclose(found.two.sel(way=way), wanted, atol=1e-10)
        assert x[-1] == 1.0

    def test_the_sweep_is_single_plays_and_their_limits(self, decayed):
        found = decayed
        T = int(found.attrs["swept_T"])
        for learner, kind in decays.LEARNERS.items():
            for schedule, options in decays.SWEPT.items():
                for beta2 in found.beta2.values:
                    method = kind(beta1=decays.BETA1, beta2=float(beta2), **options)
                    one = found.sel(learner=learner, schedule=schedule, beta2=beta2)
                    run = rl.play(method, decays.STREAM, rounds=T, step=decays.STEP)
                    assert float(one.swept_regret) == float(run.data.regret[-1])
                    end = rl.limit(method, decays.STREAM)
                    assert float(one.swept_limit_average_regret) == end.average_regret

    def test_a_decay_fails_where_momentum_saves(self, decayed):
        """The orbit of RMSProp, and of Adam, by a long loop over one period's gradients."""
        found = decayed
        for beta1, ends in ((0.0, found.without), (decays.BETA1, found.with_momentum)):
            inside = float(ends[1]) - 1e-3
            beyond = float(ends[1]) + 1e-3
            assert drift(beta1, inside) < 0 < drift(beta1, beyond)


def drift(beta1, beta2, n=decays.N, turns=400):
    """The sum of m / sqrt(v) over the last of many periods of n, -1, .., -1."""
    m = v = total = 0.0
    for k in range(turns * n):
        slope = n if k % n == 0 else -1.0
        m = beta1 * m + (1 - beta1) * slope
        v = beta2 * v + (1 - beta2) * slope**2
        total += m / v**0.5 if k >= (turns - 1) * n else 0.0
    return total


SOME = np.array([0.0, 0.9, 0.99])


@pytest.fixture(scope="module")
def drawn():
    return chance.data(SOME, {100: 6, 300: 3}, 300, 3, {200: 5}, edges=(), engine="plain")


def slopes(order, T, run):
    """The gradients of an order, from the draws, one by one."""
    source = stream(0, run)
    if order == "independent":
        return [1010.0 if uniform(source, t, 0) < 0.01 else -10.0 for t in range(1, T + 1)]
    places = [int(uniform(source, k, 0) * 100) if order == "reshuffled" else 0 for k in range(T)]
    return [1010.0 if t % 100 == places[t // 100] else -10.0 for t in range(T)]


class TestChance:
    def test_what_is_written(self, tmp_path, capsys):
        found = outcome(chance, "chance", tmp_path, capsys)
        # a drift near 0 is a sum of a hundred terms near 0: the exact sign, a thousandth to both sides
        (edge,) = 1 - found.threshold.values
        assert spiked(1 - 1.001 * edge) < 0 < spiked(1 - 0.999 * edge)

    def test_shares_by_a_hand_loop(self, drawn):
        for learner in drawn.learner.values:
            for T, runs in ((100, 6), (300, 3)):
                for beta2 in SOME:
                    x = [
                        by_hand(slopes("independent", T, k), lambda t: 0.9, beta2, 0.5,
                                learner == "AMSGrad")[-1] for k in range(runs)
                    ]  # fmt: skip
                    share = drawn.wrong.sel(learner=learner, rounds=T).sel(
                        beta2=beta2, method="nearest"
                    )
                    assert float(share) == pytest.approx(np.mean(np.array(x) > 0))

    def test_orders_by_a_hand_loop(self, drawn):
        for order in drawn.order.values:
            for beta2 in SOME:
                x = [
                    by_hand(slopes(order, 200, k), lambda t: 0.9, beta2, 0.5)[-1] for k in range(5)
                ]
                share = drawn.by_order.sel(order=order).sel(beta2=beta2, method="nearest")
                assert float(share) == pytest.approx(np.mean(np.array(x) > 0))

    def test_both_regrets_by_hand(self, drawn):
        t = drawn["round"].values
        for k in range(3):
            g = np.array(slopes("independent", 300, k))
            x = by_hand(g, lambda t: 0.9, 0.99, 0.5)
            one = drawn.sel(book="Adam .99").isel(run=k)
            np.testing.assert_allclose(one.regret, regret_of(g, x)[t - 1], rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(
                one.pseudo_regret, 0.2 * (np.cumsum(x[:-1]) + np.arange(1, 301))[t - 1], atol=1e-9
            )
            np.testing.assert_array_equal(one.comparator > 0, (np.cumsum(g) < 0)[t - 1])

    def test_the_chance_of_hindsight_in_whole_numbers(self):
        for T in (1, 50, 101, 102, 103, 204, 400):
            count = sum(
                math.comb(T, n) * 99 ** (T - n) for n in range(T + 1) if 1020 * n - 10 * T < 0
            )
            assert chance.positive(np.array([T]))[0] == pytest.approx(count / 100**T, rel=1e-12)

    def test_the_reshuffled_order_is_that_of_a_finite_sum(self):
        """Every epoch has each loss once; the place of the large one is uniform, as after a shuffle."""
        places = [slopes("reshuffled", 100, k).index(1010.0) for k in range(2000)]
        counts = np.bincount(np.array(places) // 10, minlength=10)
        assert ((counts - 200) ** 2 / 200).sum() < 27.9  # chi-square, 9 degrees, 1 in 1000
        run = rl.play(rl.methods.SGD(), orders.Reshuffled(), rounds=1000, engine="plain", at=100)
        sums = run.data.comparator_loss.sel(round=range(100, 1001, 100))
        np.testing.assert_allclose(sums, -20.0 * np.arange(1, 11))

    def test_the_threshold_of_draws_by_simulation(self):
        """The mean of m / sqrt(v), by linear filters, changes its sign at a threshold that is cheap."""
        law = rl.losses.SpikeIID(C=11.0, small=1.0, p=0.1)
        edge = 1 - chance.threshold(rl.methods.Adam(0.5), law, 1e-3, 0.9)
        g = np.where(np.random.default_rng(1).random(4_000_000) < 0.1, 11.0, -1.0)
        signs = []
        for y in (0.5 * edge, 2 * edge):
            m = lfilter([0.5], [1, -0.5], g)
            u = (m / np.sqrt(lfilter([y], [1, y - 1], g * g)))[100_000:]
            blocks = u[: len(u) // 1000 * 1000].reshape(1000, -1).mean(axis=1)
            error = blocks.std() / math.sqrt(1000)
            assert abs(blocks.mean()) > 4 * error
            signs.append(np.sign(blocks.mean()))
        assert signs == [1.0, -1.0]

    def test_an_interval_by_wilson(self):
        """Its ends are the p for which the share is 1.96 standard errors away."""
        low, high = chance.wilson(np.array([0.3]), 50)
        for p in (low[0], high[0]):
            assert abs(0.3 - p) == pytest.approx(1.96 * math.sqrt(p * (1 - p) / 50))


class TestZhang:
    def test_what_is_written(self, tmp_path, capsys):
        found = outcome(zhang, "zhang", tmp_path, capsys)
        assert list(found.n.values) == [10, 20, 50]
        assert list(found["rounds"].values) == [100, 1000]
        for n in (10, 50):
            for k, beta1 in ((0, 0.0), (2, 0.495), (4, 0.99)):
                for j, beta2 in enumerate(found.beta2.values):
                    assert found.beta1.values[k] == pytest.approx(beta1)
                    g = spikes(n, n, 1000)
                    R = regret_of(g, by_hand(g, lambda t, b=beta1: b, beta2, zhang.ALPHA))
                    wanted = [R[99] / 100, R[999] / 1000]
                    one = found.sel(n=n)
                    np.testing.assert_allclose(
                        one.average_regret[k, j], wanted, rtol=1e-9, atol=1e-11
                    )
                    if k == 0:
                        np.testing.assert_allclose(one.rmsprop[j], wanted, rtol=1e-9, atol=1e-11)

    def test_what_is_exact(self):
        found = zhang.data((50,), np.array([0.0, 0.9]), np.array([0.0, 0.99]), 6)
        for n in found.n.values:
            high = float(found.high.sel(n=n))
            assert spiked(high - 1e-6, 0.0, n, n, 1.0) < 0 < spiked(high + 1e-6, 0.0, n, n, 1.0)
            for beta1 in found.fine_beta1.values:
                for beta2 in found.fine_beta2.values:
                    wanted = spiked(beta2, beta1, n, n, 1.0)
                    one = found.drift.sel(n=n, fine_beta1=beta1, fine_beta2=beta2)
                    assert float(one) == pytest.approx(wanted, rel=1e-9, abs=1e-10)

    def test_what_the_table_counts(self):
        """On a map made by hand: two of four undecided, one of four unlike the limit."""
        R = np.array([[0.0, 0.1], [0.05, 0.2]])  # 2/n = 0.2
        drift = np.array([[1.0, -1.0], [-1.0, -1.0]])
        axes = {"beta1": [0.0, 0.5], "beta2": [0.0, 0.9]}
        made = xr.Dataset(
            {"average_regret": (("n", "beta1", "beta2", "rounds"), 1.01 * R[None, :, :, None]),
             "drift": (("n", "fine_beta1", "fine_beta2"), drift[None])},
            coords=axes | {f"fine_{k}": v for k, v in axes.items()} | {"n": [10], "rounds": [9]},
        )  # fmt: skip
        assert float(zhang.near(made).item()) == 0.5
        assert float(zhang.wrong(made).item()) == 0.25


SAMPLE = ("adam", "adan", "adamw", "adagrad-norm", "ftrl", "lookahead", "rmsprop", "sgd", "signsgd")


class TestSmallMultiples:
    def test_every_method_is_there(self):
        missing = set(pieces(ROOMS["method"])) - set(small_multiples.known())
        assert missing == set(small_multiples.SIMPLEX)

    def test_what_is_written(self, tmp_path, capsys, monkeypatch):
        some = {n: m for n, m in small_multiples.known().items() if n in SAMPLE}
        monkeypatch.setattr(small_multiples, "known", lambda: some)
        found = outcome(small_multiples, "small_multiples", tmp_path, capsys)
        assert list(found.name.values) == list(SAMPLE_SORTED)
        P = small_multiples.P
        for C in found.C.values:
            S = C - (P - 1)
            for beta2 in found.beta2.values:
                for name, beta1 in (("adam", 0.9), ("rmsprop", 0.0), ("lookahead", 0.9)):
                    wrong = spiked(beta2, beta1, P, C, 1.0) * S < 0
                    at = found.sel(name=name, C=C, beta2=beta2)
                    assert bool(at.fails) == wrong
                    assert float(at.average_regret) == pytest.approx(
                        2 * abs(S) / P if wrong else 0.0
                    )
            for name, wrong in (("sgd", False), ("adagrad-norm", False), ("signsgd", S > 0)):
                at = found.sel(name=name, C=C)
                assert bool(at.fails[0]) == wrong
                assert np.isnan(at.fails[1:]).all()
        told = found.has_limit.to_series()
        assert set(told[told == 0].index) == {"adamw", "ftrl"}

    def test_what_is_simulated_is_a_play(self):
        method, beta2, C = rl.methods.AdamW(), 0.5, np.array([4.0, 25.0])
        made = small_multiples.one(method, C, np.array([0.0, beta2]), 300)
        for c in C:
            run = rl.play(method.but(beta2=beta2), rl.losses.Spike(C=c, small=1.0, period=11), rounds=300,
                          step=method.default_step, x1=small_multiples.X1, engine="plain")  # fmt: skip
            R = float(run.data.regret[-1])
            at = made.sel(C=c, beta2=beta2)
            assert float(at.average_regret) == R / 300
            assert bool(at.fails) == (abs(sum(spikes(c, 11, 300))) < R)
        assert made.simulated.values.all()

    def test_what_plays_the_part_of_beta2(self):
        told = {n: small_multiples.second(m) for n, m in small_multiples.known().items()}
        assert (told["adam"], told["adan"], told["cautious"]) == ("beta2", "beta3", "beta2")
        assert (told["sgd"], told["adagrad"], told["nosadam"]) == (None, None, None)


SAMPLE_SORTED = tuple(sorted(SAMPLE))


def spiked(beta2, beta1=0.9, P=100, C=1010.0, small=10.0):
    """The drift on C, -small, .., -small, from the geometric sums of a period."""
    g = np.full(P, -small)
    g[0] = C
    lags = (np.arange(P)[:, None] - np.arange(P)) % P
    m, v = ((1 - b) / (1 - b**P) * (b**lags @ h) for b, h in ((beta1, g), (beta2, g * g)))
    return (m / np.sqrt(v)).sum()
