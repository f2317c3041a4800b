"""A sweep's store resumed: what it refuses, what it notices, what it puts right."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import zarr
from stores import LAYOUT, SPEC, block, finish, tree

from regretlab.errors import BrokenFile, InvalidInput
from regretlab.sweeps.store import store as store_module
from regretlab.sweeps.store.layout import Layout, Variable
from regretlab.sweeps.store.store import Store


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store that was never interrupted."""
    path = tmp_path_factory.mktemp("whole") / "s.zarr"
    assert finish(path) == list(range(6))
    return path


@pytest.fixture
def copy(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "s.zarr"))


# Resuming


def test_nothing_is_computed_twice(whole, tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        for k in (0, 3, 4):
            store.write(k, block(k))
    assert finish(tmp_path / "s.zarr") == [1, 2, 5]
    assert tree(tmp_path / "s.zarr") == tree(whole)
    assert finish(tmp_path / "s.zarr") == []
    assert tree(tmp_path / "s.zarr") == tree(whole)


def changed(**parts) -> Layout:
    of = {n: getattr(LAYOUT, n) for n in ("dims", "variables", "chunk", "attrs", "labels")}
    return Layout(**(of | parts))


OTHERS = {
    "beta2.stop=0.99 here and 0.999 in s.zarr": (
        LAYOUT,
        SPEC | {"beta2": {"start": 0.9, "stop": 0.99, "n": 5}},
    ),
    "rounds=3.0 here and 3 in s.zarr": (LAYOUT, SPEC | {"rounds": 3.0}),
    "seed=1 here, and s.zarr has no seed": (LAYOUT, SPEC | {"seed": 1}),
    "no rounds here, and rounds=3 in s.zarr": (LAYOUT, {k: SPEC[k] for k in ("method", "beta2")}),
    "method[1]=sgd here and amsgrad in s.zarr": (
        changed(dims=LAYOUT.dims | {"method": np.array(["adam", "sgd"])}),
        SPEC,
    ),
    "beta2[0]=0.8999999999999999 here and 0.9 in s.zarr": (
        changed(dims=LAYOUT.dims | {"beta2": np.r_[0.8999999999999999, LAYOUT.dims["beta2"][1:]]}),
        SPEC,
    ),
    "dims.round.length=2 here and 3 in s.zarr": (
        changed(dims=LAYOUT.dims | {"round": np.array([1, 10])}),
        SPEC,
    ),
    "chunk.beta2=3 here and 2 in s.zarr": (changed(chunk={"beta2": 3, "method": 1}), SPEC),
    "variables.drift.dtype=float32 here and float64 in s.zarr": (
        changed(variables=LAYOUT.variables | {"drift": Variable(("beta2", "method"), "f4")}),
        SPEC,
    ),
    "attrs.title=another here and a sweep in s.zarr": (changed(attrs={"title": "another"}), SPEC),
}


@pytest.mark.parametrize("said", OTHERS)
def test_another_sweep_is_refused_by_name(whole, copy, said):
    layout, spec = OTHERS[said]
    with pytest.raises(InvalidInput) as refused:
        Store.open(copy, layout, spec, resume=True)
    if "variables" in said:  # its attributes went too, but the dtype is named after them
        assert "variables.drift." in str(refused.value)
    else:
        assert str(refused.value).startswith(f"{said}: ")
    assert tree(copy) == tree(whole)


def test_a_path_that_is_taken_is_left_alone(whole, copy, tmp_path):
    with pytest.raises(InvalidInput, match=r"is there already: resume it \(--resume\)"):
        Store.open(copy, LAYOUT, SPEC)
    assert tree(copy) == tree(whole)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    zarr.create_group(tmp_path / "other.zarr", attributes={"format": "another"})
    for name in ("file", "folder", "other.zarr"):
        before = tree(tmp_path)
        for resume in (False, True):
            with pytest.raises(InvalidInput, match="is there"):
                Store.open(tmp_path / name, LAYOUT, SPEC, resume=resume)
        assert tree(tmp_path) == before


def test_a_sweep_that_had_only_begun_leaves_nothing(whole, tmp_path, monkeypatch):
    """Killed before it had its metadata, it may be resumed as another."""
    real, path = store_module.put, tmp_path / "s.zarr"

    def until_the_last(root, key, content):
        if key == "zarr.json":
            raise KeyboardInterrupt
        real(root, key, content)

    other = Layout({"a": np.arange(3)}, {"v": Variable(("a",))}, {"a": 1})
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "put", until_the_last)
        with pytest.raises(KeyboardInterrupt):
            Store.open(path, other, {})
    assert (path / "a" / "c.0").exists()
    assert (path / "v" / "zarr.json").exists()
    assert finish(path) == list(range(6))
    assert tree(path) == tree(whole)


# Damage


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGE = {
    "a bit of a chunk": lambda p: flip(p / "regret" / "c.1.1.0"),
    "half a chunk": lambda p: os.truncate(p / "drift" / "c.1.1", 9),
    "an empty chunk": lambda p: os.truncate(p / "verdict" / "c.1.1", 0),
    "a chunk gone": lambda p: (p / "drift" / "c.1.1").unlink(),
    "a sound chunk of another block": lambda p: shutil.copy(p / "drift/c.0.1", p / "drift/c.1.1"),
    "half a mark": lambda p: os.truncate(p / "marks" / "3.json", 40),
    "an empty mark": lambda p: os.truncate(p / "marks" / "3.json", 0),
    "a mark's bit": lambda p: flip(p / "marks" / "3.json"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_damage_is_named_and_computed_again(whole, copy, how):
    DAMAGE[how](copy)
    with Store.open(copy, LAYOUT, SPEC, resume=True) as store:
        assert store.damaged == [3]
        assert store.pending() == [3]
        assert np.isnan(store.dataset().drift.values[2:4, 1]).all()
        with pytest.raises(InvalidInput, match=r"block 3 of .* is not finished"):
            store.read(3)
        store.write(3, block(3))
    assert tree(copy) == tree(whole)


def test_damaged_metadata_and_leftovers_are_put_right(whole, copy):
    flip(copy / "beta2" / "c.0")
    os.truncate(copy / "drift" / "zarr.json", 5)
    (copy / "round" / "zarr.json").unlink()
    (copy / "marks" / "4.json").unlink()  # its chunks are there, unmarked
    (copy / "drift" / "c.9.9").write_bytes(b"of no block")
    (copy / "marks" / "99.json").write_bytes(b"of no block")
    (copy / ".regretlab-tmp").mkdir()
    (copy / ".regretlab-tmp" / "part").write_bytes(b"of a killed run")
    with Store.open(copy, LAYOUT, SPEC, resume=True) as store:
        assert (store.damaged, store.pending()) == ([], [4])
        assert not list((copy / ".regretlab-tmp").iterdir())  # at once, since it takes room
        assert np.isnan(store.dataset().drift.values[4:, 0]).all()
        store.write(4, block(4))
    assert tree(copy) == tree(whole)


def test_what_may_not_be_read_is_no_damage(whole, copy, monkeypatch):
    """It stays, and resuming says why it does not go on; a bad sector is damage."""
    real = open
    refusal = PermissionError(errno.EACCES, "Permission denied")

    def refusing(file, *args, **more):
        if str(file).endswith("drift/c.1.1") and args[0] == "rb":
            raise refusal
        return real(file, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(io, "open", refusing)
        with pytest.raises(BrokenFile, match=r"cannot be written \(Permission denied\)"):
            Store.open(copy, LAYOUT, SPEC, resume=True)
    assert tree(copy) == tree(whole)
    monkeypatch.setattr(io, "open", refusing)
    refusal = OSError(errno.EIO, "Input/output error")
    with Store.open(copy, LAYOUT, SPEC, resume=True) as store:
        assert store.damaged == [3]


def test_damage_while_open_is_noticed_when_read(copy):
    with Store.open(copy, LAYOUT, SPEC, resume=True) as store:
        flip(copy / "drift" / "c.0.0")
        with pytest.raises(BrokenFile, match=r"block 0 of .* is damaged"):
            store.read(0)
