"""The draws against published vectors and big-integer arithmetic, and a play's stream against both."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hand import draw, philox4x32
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from regretlab import Losses, game, losses, methods, play, sets
from regretlab.arithmetic import where
from regretlab.engines import compiled, run
from regretlab.engines.engine import Setting, compiled_engine
from regretlab.errors import InvalidInput
from regretlab.philox import Stream, philox, stream, uniform
from regretlab.schedules import InverseSqrt

# Random123, kat_vectors: philox4x32 10 (counter, key, result)
VECTORS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip

word = st.integers(0, 2**32 - 1)


def words(text: str) -> list[int]:
    return [int(w, 16) for w in text.split()]


def draws(source, first, out):
    """The draws of rounds first, first + 1, ... and purposes 0, 1, ...; compiled below."""
    for k in range(out.shape[0]):
        for purpose in range(out.shape[1]):
            out[k, purpose] = uniform(source, first + k, purpose)


def scrambled(counters, out):
    """philox itself, row by row; compiled below."""
    for k in range(len(counters)):
        c = counters[k]
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = philox(c[0], c[1], c[2], c[3], c[4], c[5])


@pytest.fixture(scope="module")
def fast_draws():
    kernel = compiled.kernel(draws, {}, (Stream,))

    def drawn(source: Stream, rounds: int, purposes: int = 1, first: int = 1) -> np.ndarray:
        out = np.full((rounds, purposes), np.nan)
        compiled.first_call(kernel, source, first, out)
        return out

    return drawn


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_published_vectors(counter, key, result):
    assert list(philox(*words(counter), *words(key))) == words(result)
    assert philox4x32(words(counter), words(key)) == words(result)  # the oracle too


def test_published_vectors_compiled():
    kernel = compiled.kernel(scrambled, {})
    rows = np.array([words(counter) + words(key) for counter, key, _ in VECTORS], dtype=np.int64)
    out = np.zeros((3, 4), dtype=np.int64)
    compiled.first_call(kernel, rows, out)
    assert out.tolist() == [words(result) for _, _, result in VECTORS]


@given(*[word] * 6)
def test_against_big_integers(c0, c1, c2, c3, k0, k1):
    assert list(philox(c0, c1, c2, c3, k0, k1)) == philox4x32([c0, c1, c2, c3], [k0, k1])


@given(st.integers(0, 2**64 - 1), word, st.integers(1, 2**53), word)
def test_uniform_against_big_integers(seed, run_, t, purpose):
    u = uniform(stream(seed, run_), t, purpose)
    assert u == draw(seed, run_, t, purpose)
    assert 0 <= u < 1
    assert u * 2**53 == int(u * 2**53)


# (seed, run, round, purpose): checked in, for if they changed no saved play could be played again
GOLDEN = {
    (0, 0, 1, 0): "0x1.f1c99948b9640p-1",
    (0, 0, 2, 0): "0x1.3ea8ca5471cc0p-6",
    (0, 0, 1, 1): "0x1.d2a6b7c6a2188p-1",
    (0, 1, 1, 0): "0x1.94f9ed3db38efp-1",
    (1, 0, 1, 0): "0x1.58102837bf8b9p-1",
    (2**32, 0, 1, 0): "0x1.99e60ed4c60dep-1",
    (2**64 - 1, 2**32 - 1, 2**53, 2**32 - 1): "0x1.63293b7e753fbp-1",
    (20180430, 19, 2**32 + 1, 3): "0x1.8846712d9e4a0p-1",
}


@pytest.mark.parametrize(("place", "golden"), GOLDEN.items())
def test_golden_draws(place, golden):
    seed, run_, t, purpose = place
    assert uniform(stream(seed, run_), t, purpose).hex() == golden


@pytest.mark.parametrize("source", [stream(0), stream(2**64 - 1, 2**32 - 1), stream(2**32, 7)])
@pytest.mark.parametrize("first", [1, 2**32 - 3, 2**53 - 8])
def test_compiled_draws_equal_plain_ones(fast_draws, source, first):
    """Across the end of the low word of the round, too."""
    plain = np.array([[uniform(source, first + k, i) for i in range(3)] for k in range(8)])
    assert (fast_draws(source, 8, 3, first) == plain).all()


def test_seeds_and_runs_map_to_different_keys():
    seeds = [*range(500), *(2**32 + k for k in range(250)), *(k * 2**32 for k in range(1, 251))]
    keys = {stream(seed, run_) for seed in seeds for run_ in range(1000)}
    assert len(keys) == len(set(seeds)) * 1000 == 10**6 - 1000  # 2^32 stands twice


def test_different_streams_begin_differently():
    seeds = [0, 1, 2, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**33, 2**63, 2**64 - 1]
    first = [uniform(stream(s, k), 1, 0) for s in seeds for k in (0, 1, 2, 2**31, 2**32 - 1)]
    assert len(set(first)) == len(first)


def test_seeds_and_runs_out_of_range():
    for seed in (-1, 2**64):
        with pytest.raises(InvalidInput, match="2\\^64"):
            stream(seed)
    for run_ in (-1, 2**32):
        with pytest.raises(InvalidInput, match="2\\^32"):
            stream(0, run_)


def test_draws_are_uniform(fast_draws):
    n = 10**6
    u = fast_draws(stream(7), n)[:, 0]
    assert 0 <= u.min() <= u.max() < 1
    assert abs(u.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / n)
    assert abs(u.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / n)
    counts = np.bincount((u * 256).astype(int), minlength=256)
    assert 1e-4 < stats.chisquare(counts).pvalue < 1 - 1e-4
    low = np.bincount((u * 2**53).astype(np.int64) & 255, minlength=256)  # the last bits
    assert 1e-4 < stats.chisquare(low).pvalue < 1 - 1e-4
    assert len(np.unique(u)) > n - 5
    assert stats.kstest(u, "uniform").pvalue > 1e-4


def test_rounds_coordinates_runs_and_seeds_are_uncorrelated(fast_draws):
    n = 10**5
    two = fast_draws(stream(7), n, 2)
    columns = [
        two[:, 0], two[:, 1], np.roll(two[:, 0], 1), fast_draws(stream(7, 1), n)[:, 0],
        fast_draws(stream(8), n)[:, 0], fast_draws(stream(7 + 2**32), n)[:, 0],
    ]  # fmt: skip
    correlation = np.corrcoef(columns) - np.eye(len(columns))
    assert abs(correlation).max() < 5 / np.sqrt(n)


# The stream of a play

IID = losses.SpikeIID(C=3.3, small=0.7, p=0.21)


def coefficients(seed: int, run_: int, T: int) -> np.ndarray:
    u = np.array([draw(seed, run_, t, 0) for t in range(1, T + 1)])
    return np.where(u < 0.21, 3.3, -0.7)


@pytest.mark.parametrize("engine", ["compiled", "plain"])
@pytest.mark.parametrize("seed", [0, 5, 2**40 + 3])
def test_a_play_meets_the_draws_of_its_seed(engine, seed):
    """x_{t+1} = clip(x_t - 0.5 g_t / sqrt(t)), with g_t from big-integer draws."""
    T = 400
    found = play(methods.SGD(), IID, rounds=T, seed=seed, engine=engine, at=1).data.iterate.values
    x, g = 0.0, coefficients(seed, 0, T)
    for t in range(1, T + 1):
        assert found[t - 1, 0] == x
        x = min(max(x - 0.5 / np.sqrt(t) * g[t - 1], -1.0), 1.0)


class Noise(Losses):
    """Three coordinates, each 3.3 x with probability 0.21, else -0.7 x."""

    d = 3

    def gradient(self, u):
        return where(u < 0.21, 3.3, -0.7)


@pytest.mark.parametrize("engine", ["compiled", "plain"])
def test_coordinates_have_draws_of_their_own(engine):
    T = 50
    found = play(methods.SGD(), Noise(), rounds=T, seed=9, at=1, engine=engine)
    x = np.zeros(3)
    for t in range(1, T + 1):
        assert (found.data.iterate.values[t - 1] == x).all()
        u = np.array([draw(9, 0, t, i) for i in range(3)])
        x = np.clip(x - 0.5 / np.sqrt(t) * np.where(u < 0.21, 3.3, -0.7), -1, 1)


BOOKS = ["iterate", "cumulative_loss", "comparator_loss", "regret", "pseudo_regret"]


def assert_same(one, other) -> None:
    for name in BOOKS:
        assert one[name].values.tobytes() == other[name].values.tobytes(), name
    assert one.final_iterate.values.tobytes() == other.final_iterate.values.tobytes()


def alone(seed: int, k: int, T: int, at: list[int], tick=lambda _: None) -> run.Records:
    """Run k of a seed by itself, without `play`."""
    setting = Setting(methods.SGD(), IID, sets.Interval(), InverseSqrt())
    source, rounds = stream(seed, k), np.array(at)
    engine, never = compiled_engine(setting), threading.Event()
    return run.run(engine, setting, source, np.zeros(1), T, rounds, never, tick)


@pytest.mark.parametrize("seconds", [1e-9, 1e-3, 100.0])
def test_the_stream_does_not_depend_on_the_chunks(monkeypatch, seconds):
    """The first chunk has 100,000 rounds; the next ones as many as fit into CHUNK_SECONDS."""
    T = 114_500
    asked = {"rounds": T, "seed": 3, "at": [1, 7, 99_999, 100_000, 100_001, 112_501, 114_499]}
    expected = play(methods.SGD(), IID, **asked).data
    monkeypatch.setattr(run, "CHUNK_SECONDS", seconds)
    assert_same(play(methods.SGD(), IID, **asked).data, expected)
    chunks = []
    alone(3, 0, T, asked["at"], chunks.append)
    assert sum(chunks) == T
    assert len(chunks) > 100 if seconds == 1e-9 else len(chunks) >= 2


def test_the_stream_does_not_depend_on_the_engine_or_its_chunks(monkeypatch):
    asked = {"rounds": 1400, "seed": 3, "at": [2, 999, 1000, 1001, 1200]}
    expected = play(methods.SGD(), IID, **asked).data
    for seconds in (100.0, 1e-9):
        monkeypatch.setattr(run, "CHUNK_SECONDS", seconds)
        assert_same(play(methods.SGD(), IID, engine="plain", **asked).data, expected)


def test_the_stream_does_not_depend_on_what_is_recorded():
    dense = play(methods.SGD(), IID, rounds=500, seed=3, at=1).data
    for at in ([], 7, [3, 200, 450], None):
        sparse = play(methods.SGD(), IID, rounds=500, seed=3, at=at).data
        assert_same(sparse, dense.sel(round=sparse["round"]))


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_a_run_is_the_same_alone_and_among_others_on_any_number_of_threads(monkeypatch, cores):
    monkeypatch.setattr(game, "available_cores", lambda: cores)
    T, among = 120_000, [1, 5, 1000, 100_001, 120_000]
    several = play(methods.SGD(), IID, rounds=T, seed=3, runs=4, at=among).data
    for k in range(4):
        one, single = several.isel(run=k), alone(3, k, T, among)
        assert (one.iterate.values == single.log.iterate).all()
        assert (one.final_iterate.values == single.final).all()
        assert (one.cumulative_loss.values == single.log.loss.sum(axis=1)).all()
    assert_same(several.isel(run=0), play(methods.SGD(), IID, rounds=T, seed=3, at=among).data)
    assert len(set(several.cumulative_loss.values[:, -1])) == 4
