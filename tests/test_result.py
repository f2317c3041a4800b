"""What a play leaves: labelled numbers, every setting, a file that gives both back to the bit."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np
import own
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import regretlab as rl
from regretlab.spelling import ROOMS, found

BOOKS = "cumulative_loss comparator_loss comparator_gap regret average_regret pseudo_regret".split()
VARIABLES = {"iterate", "comparator", "final_iterate", *BOOKS}
THREE = ((3, -1, 2), (-1, 0.1, -2), (-1.5, 1, 1e-3))
PLAYS = {
    "one": {"losses": rl.losses.ReddiOnline()},
    "runs": {"losses": rl.losses.ReddiStochastic(), "runs": 3, "seed": 2**64 - 1},
    "one run": {"losses": rl.losses.ReddiStochastic(), "runs": 1, "seed": 2**53 + 1},
    "three": {"losses": rl.losses.Periodic(c=THREE), "x1": [0.1, -1 / 3, 1.0]},
    "three, runs": {"losses": rl.losses.Periodic(c=THREE), "runs": 2},
    "adaptive": {"losses": rl.losses.Chase(), "x1": 0.1 + 0.2, "engine": "plain"},
    "a box": {"losses": rl.losses.Spike(), "set": rl.sets.Box(-2, 0.1), "at": [7, 13]},
    "every": {"losses": rl.losses.Spike(), "step": rl.schedules.Constant(1 / 3), "at": 1},
    "one round": {"losses": rl.losses.Spike(), "rounds": 1},
}
CONVEX = {"convex": {"losses": own.MovingQuadratic()}}


def played(name: str) -> rl.Play:
    method = rl.methods.AMSGrad(beta1=0.1, correction="after")
    return rl.play(method, **{"rounds": 150} | (PLAYS | CONVEX)[name])


def bits(data: xr.Dataset) -> dict:
    """All that a Dataset holds, NaN and zeros by their bits."""
    numbers = {
        str(name): (v.dims, v.dtype.str, v.shape, np.ascontiguousarray(v.values).tobytes(), v.attrs)
        for name, v in data.variables.items()
    }
    return numbers | {"": {k: np.asarray(v).tolist() for k, v in data.attrs.items()}}


# Files


@pytest.mark.parametrize("name", [*PLAYS, *CONVEX])
def test_a_file_gives_back_every_bit(tmp_path, name):
    play = played(name)
    path = play.save(tmp_path / "p.nc")
    assert path == tmp_path / "p.nc"
    loaded = rl.load(path)
    ones = {k: np.atleast_1d(v) for k, v in play.data.attrs.items()}
    back = {k: np.atleast_1d(v) for k, v in loaded.data.attrs.items()}
    assert list(ones) == list(back)
    assert all(ones[k].tolist() == back[k].tolist() for k in ones)
    assert bits(loaded.data.drop_attrs(deep=False)) == bits(play.data.drop_attrs(deep=False))
    assert loaded.data.sizes == play.data.sizes
    assert loaded.row() == play.row()
    assert np.array_equal(loaded.x, play.x)
    again = loaded.save(tmp_path / "again.nc")
    assert bits(rl.load(again).data) == bits(loaded.data)


@pytest.mark.parametrize("name", PLAYS)
def test_a_loaded_play_is_played_again_to_the_bit(tmp_path, name):
    play = played(name)
    for again in (play.replay(), rl.load(play.save(tmp_path / "p.nc")).replay()):
        settings = {k: v for k, v in again.data.attrs.items() if k != "seconds"}
        wanted = {k: v for k, v in play.data.attrs.items() if k != "seconds"}
        assert {k: np.asarray(v).tolist() for k, v in settings.items()} == {
            k: np.asarray(v).tolist() for k, v in wanted.items()
        }
        one, other = (bits(p.data.drop_attrs(deep=False)) for p in (play, again))
        assert one == other


def test_replay_with_changes(tmp_path):
    loaded = rl.load(played("runs").save(tmp_path / "p.nc"))
    assert loaded.replay(seed=0).data.attrs["seed"] == "0"
    assert "run" not in loaded.replay(runs=None).data.dims
    longer = loaded.replay(rounds=1000)
    assert longer.data["round"][-1] == 1000
    assert longer.data.sel(round=[100]).equals(loaded.data.sel(round=[100])) is False  # x_{T+1}
    assert np.array_equal(longer.data.regret.sel(round=100), loaded.data.regret.sel(round=100))
    assert loaded.replay(method=rl.methods.SGD()).row()["method"] == rl.methods.SGD().spec()
    assert loaded.replay(at=[5]).data["round"].values.tolist() == [1, 5, 150]
    assert loaded.replay(engine="plain").data.equals(loaded.data)
    assert loaded.replay(rounds=20).data["round"][-1] == 20


METHODS = [m() for m in found(ROOMS["method"]).values()]
finite = st.floats(-1e6, 1e6)


@settings(max_examples=40)
@given(
    method=st.sampled_from(METHODS),
    losses=st.sampled_from([p() for p in found(ROOMS["losses"]).values()])
    | st.lists(st.tuples(finite, finite), min_size=1, max_size=3).map(rl.losses.Periodic),
    ends=st.tuples(finite, st.floats(0, 1e6)),
    step=st.sampled_from([p() for p in found(ROOMS["step"]).values()]),
    where=st.floats(0, 1),
    rounds=st.integers(1, 30),
    seed=st.integers(0, 2**64 - 1),
    runs=st.none() | st.integers(1, 3),
    at=st.none() | st.integers(1, 40),
)
def test_any_play(tmp_path, method, losses, ends, step, where, rounds, seed, runs, at):
    lo, hi = ends[0], ends[0] + ends[1]
    x1 = min(max(lo + where * (hi - lo), lo), hi)
    if method.geometry == "entropy" and not lo < x1 < hi:
        return  # refused: its slope is infinite at the ends
    box = rl.sets.Box(lo, hi)
    try:
        play = rl.play(method, losses, box, rounds, step, x1, seed, runs, "plain", at)
    except rl.NotFinite as stopped:
        if stopped.play is None:
            return
        play = stopped.play
    loaded = rl.load(play.save(tmp_path / "p.nc"))
    assert bits(loaded.data.drop_attrs(deep=False)) == bits(play.data.drop_attrs(deep=False))
    if play.data.attrs["rounds_played"] == rounds:
        again = loaded.replay().data.drop_attrs(deep=False)
        assert bits(again) == bits(play.data.drop_attrs(deep=False))


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "p.nc"
    for name in ("three, runs", "one"):
        played(name).save(path)
    assert rl.load(path).data.sizes == played("one").data.sizes
    assert [p.name for p in tmp_path.iterdir()] == ["p.nc"]
    path.write_text("something else of mine, longer than nothing")
    played("one").save(path)
    assert rl.load(path).data.attrs["rounds"] == 150


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch, error):
    path = played("one").save(tmp_path / "p.nc")
    old = path.read_bytes()
    play = played("three")

    def fails(*arguments, **options):
        raise error

    with monkeypatch.context() as patched:  # whichever way it is written
        patched.setattr(Path, "replace", fails)
        patched.setattr(os, "replace", fails)
        patched.setattr(Path, "write_bytes", fails)
        with pytest.raises((rl.BrokenFile, KeyboardInterrupt)) as caught:
            play.save(path)
    assert isinstance(error, KeyboardInterrupt) or str(path) in str(caught.value)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["p.nc"]


@pytest.mark.parametrize("place", ["missing/p.nc", "file/p.nc", "folder"])
def test_where_nothing_can_be_saved(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(rl.BrokenFile, match=str(tmp_path / place)) as caught:
        played("one").save(tmp_path / place)
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]


@pytest.mark.parametrize("place", ["", "/", "."])
def test_no_file_name(place, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(rl.RegretlabError):
        played("one").save(place)


def test_paths_as_text_and_relative(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    played("one").save("p.nc")
    assert rl.load("p.nc").row()["rounds"] == 150
    assert rl.load(Path("p.nc")).row()["rounds"] == 150


def test_plays_are_saved_side_by_side(tmp_path):
    """Threads of one process write into one folder."""
    plays = [played("one").replay(rounds=10 + n, engine="plain") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            list(pool.map(lambda n: plays[n].save(tmp_path / f"{n}.nc"), range(8)))
    for n in range(8):
        assert rl.load(tmp_path / f"{n}.nc").row()["rounds"] == 10 + n
    assert len(list(tmp_path.iterdir())) == 8


def test_a_file_is_open_to_others_after_loading(tmp_path):
    path = played("one").save(tmp_path / "p.nc")
    loaded = rl.load(path)
    path.unlink()
    assert np.isfinite(loaded.data.regret.values).all()


# A play of one's own pieces


def test_what_is_missing_is_named(tmp_path):
    loaded = rl.load(played("convex").save(tmp_path / "p.nc"))
    assert loaded.row()["losses"]["name"] == "moving-quadratic"
    for use in (loaded.setting, loaded.replay):
        with pytest.raises(rl.InvalidInput, match="MovingQuadratic"):
            use()
    assert "moving-quadratic" in str(loaded.data.attrs["losses"])


def test_what_is_missing_can_be_given(tmp_path):
    play = played("convex")
    loaded = rl.load(play.save(tmp_path / "p.nc"))
    assert loaded.replay(losses=own.MovingQuadratic()).data.equals(play.data)


def test_a_loaded_play_can_be_shown_without_its_pieces(tmp_path):
    """Its numbers and its settings are all there."""
    loaded = rl.load(played("convex").save(tmp_path / "p.nc"))
    assert "moving-quadratic" in repr(loaded)
    loaded.plot(tmp_path / "p.png")
    assert (tmp_path / "p.png").exists()


class Adam(rl.Method):
    """Not the Adam of this house, though it has its name and its parameters."""

    beta1: float = rl.real("[0, 1)", default=0.9)
    beta2: float = rl.real("[0, 1)", default=0.999)

    def phi(self, g):
        return g

    def psi(self, g):
        return 1.0


def test_a_namesake_is_not_taken_for_ones_own(tmp_path):
    """The same numbers, or a refusal; never another method's numbers."""
    play = rl.play(Adam(), rl.losses.Spike(), rounds=50, engine="plain")
    assert play.replay().data.equals(play.data)
    loaded = rl.load(play.save(tmp_path / "p.nc"))
    try:
        again = loaded.replay()
    except rl.RegretlabError:
        return
    assert again.data.equals(play.data)


# The Dataset


@pytest.mark.parametrize("name", [*PLAYS, *CONVEX])
def test_names_and_dimensions(name):
    data = played(name).data
    given = (PLAYS | CONVEX)[name]
    front = ("run",) if "runs" in given else ()
    assert set(data.data_vars) == VARIABLES
    assert data.iterate.dims == data.comparator.dims == (*front, "round", "coordinate")
    assert data.final_iterate.dims == (*front, "coordinate")
    assert all(data[book].dims == (*front, "round") for book in BOOKS)
    assert data.sizes.get("run") == given.get("runs")
    assert data.sizes["coordinate"] == given["losses"].d
    assert data["round"].dtype == np.int64
    assert all(data[v].dtype == np.float64 for v in VARIABLES)


def test_every_variable_says_what_it_is():
    data = played("one").data
    assert [v for v in sorted(VARIABLES) if not data[v].attrs.get("long_name")] == []


@pytest.mark.parametrize("name", [*PLAYS, *CONVEX])
def test_the_numbers_agree_with_one_another(name):
    data = played(name).data
    t = data["round"]
    known = np.isfinite(data.regret)
    assert known.all() or name == "adaptive"
    difference = data.cumulative_loss - data.comparator_loss
    assert np.allclose(data.regret.where(known, 0), difference.where(known, 0), rtol=1e-12)
    assert ((data.average_regret == data.regret / t) | ~known).all()
    assert ((data.comparator_gap >= 0) | ~known).all()


@pytest.mark.parametrize("name", [*PLAYS, *CONVEX])
def test_the_attributes_hold_every_setting(name):
    play, given = played(name), (PLAYS | CONVEX)[name]
    attrs = play.data.attrs
    wanted = "format method losses set step rounds rounds_played first_round x1 seed comparator"
    assert set(f"{wanted} engine seconds versions".split()) <= set(attrs)
    pieces = play.setting()
    for key, piece in zip(("method", "losses", "set", "step"), pieces, strict=True):
        assert json.loads(attrs[key]) == piece.spec()
    assert json.loads(attrs["method"])["correction"] == "after"
    assert json.loads(attrs["losses"]) == given["losses"].spec()
    assert attrs["rounds"] == attrs["rounds_played"] == given.get("rounds", 150)
    assert attrs["first_round"] == 1
    x1 = np.broadcast_to(given.get("x1", 0.0), given["losses"].d)
    assert np.atleast_1d(attrs["x1"]).tolist() == x1.tolist()
    assert int(attrs["seed"]) == given.get("seed", 0)
    assert attrs["engine"] == given.get("engine", "compiled")
    assert attrs["seconds"] > 0
    versions = json.loads(attrs["versions"])
    assert {"python", "regretlab", "numpy", "numba", "scipy", "xarray"} <= set(versions)
    assert all(versions[n] == version(n) for n in versions if n != "python")


def test_x1_and_the_iterates():
    data = played("three").data
    assert data.iterate.sel(round=1).values.tolist() == [0.1, -1 / 3, 1.0]
    longer = rl.play(
        **PLAYS["three"], method=rl.methods.AMSGrad(0.1, correction="after"), rounds=151
    )
    assert np.array_equal(longer.data.iterate.sel(round=151), data.final_iterate)


# The row

KEYS = (
    "method losses set step rounds x1 seed x cumulative_loss comparator comparator_loss "
    "comparator_gap regret average_regret pseudo_regret comparator_note engine seconds versions"
).split()


@pytest.mark.parametrize("name", [*PLAYS, *CONVEX])
def test_row(name):
    play, given = played(name), (PLAYS | CONVEX)[name]
    row = play.row()
    assert sorted(row) == sorted([*KEYS, "runs"] if "runs" in given else KEYS)
    plain = json.loads(json.dumps(row))
    assert plain == row or name == "adaptive"  # no arrays, no NumPy numbers
    d = given["losses"].d
    assert len(row["x1"]) == len(row["x"]) == len(row["comparator"]) == d
    if "runs" not in given:
        last = play.data.isel(round=-1)
        for book in BOOKS:
            number = float(last[book])
            assert row[book] == (number if np.isfinite(number) else None)
        assert row["x"] == play.x.tolist()
    else:
        assert len(row["runs"]) == given["runs"]
        for r, final in zip(row["runs"], play.x, strict=True):
            assert r["x"] == final.tolist()
            assert set(r) == {"run", "x", "comparator", *BOOKS}


def test_repr_says_what_it_is():
    text = repr(played("one"))
    assert text.startswith("Play(")
    for needle in ("amsgrad:beta1=0.1", "reddi-online", "interval", "T=150", "R_T/T="):
        assert needle in text
    assert "\n" not in text


def test_a_large_data_set_is_kept_as_its_bytes(tmp_path):
    """An array of more than ten thousand numbers: the same bits, without a list of them all."""
    A = np.random.default_rng(0).standard_normal((3000, 5))
    stream = rl.losses.FiniteSum(A, np.ones(1))
    run = rl.play(rl.methods.SGD(), stream, rounds=20)
    again = rl.load(run.save(tmp_path / "run.nc"))
    np.testing.assert_array_equal(again.setting().losses.A, A)
    np.testing.assert_array_equal(again.replay().x, run.x)
    assert "3000x5 numbers" in again.spelled("losses")
    assert len(str(stream)) < 300
    json.dumps(run.row(), allow_nan=False)
