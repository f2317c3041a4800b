"""A sweep's store: what it refuses, in one line, before anything is touched."""

from __future__ import annotations

import errno
import os
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from stores import LAYOUT, SPEC, block, finish, tree

from regretlab.errors import BrokenFile, InvalidInput
from regretlab.sweeps.store.layout import Layout, Variable, needed_bytes
from regretlab.sweeps.store.store import Store


def test_blocks_that_do_not_fit_are_refused(tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        before = tree(tmp_path)
        good = block(0)
        for bad, said in (
            ({"drift": good["drift"]}, "regret is missing in the block"),
            (good | {"more": 1.0}, "more is no variable"),
            (good | {"drift": good["drift"][:1]}, r"drift has shape \(1, 1\) in block 0"),
            (good | {"drift": good["drift"] + 1j}, "drift holds complex128 in block 0"),
            (good | {"verdict": good["drift"]}, "verdict holds float64 in block 0"),
        ):
            with pytest.raises(InvalidInput, match=said):
                store.write(0, bad)
        for k in (-1, 6):
            with pytest.raises(InvalidInput, match="there is no such block"):
                store.write(k, good)
        assert tree(tmp_path) == before
        store.write(0, good)
        store.write(0, good)
        with pytest.raises(InvalidInput, match=r"block 0 of .* is finished"):
            store.write(0, good | {"drift": good["drift"] + 1})


D, V = {"a": np.arange(3.0)}, {"v": Variable(("a",))}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((D, {}, {"a": 1}), "no variables"),
        ((D, {"a": Variable(("a",))}, {"a": 1}), "a is a dimension and a variable"),
        ((D, {"../v": Variable(("a",))}, {"a": 1}), "cannot name an array"),
        ((D, {"marks": Variable(("a",))}, {"a": 1}), "cannot name an array"),
        ((D, V, {"a": 0}), "no length of a block"),
        ((D, V, {"b": 1}), "no length of a block"),
        (({"a": np.zeros((2, 2))}, V, {"a": 1}), r"shape \(2, 2\)"),
        (({"a": []}, V, {"a": 1}), r"shape \(0,\)"),
        (({"a": [1, "x", None]}, V, {"a": 1}), "of several kinds"),
        ((D, {"v": Variable(("b",))}, {"a": 1}), "v has the dimension b"),
        ((D | {"r": [1]}, {"v": Variable(("r", "a"))}, {"a": 1}), "begin with the grid's, a"),
        ((D, {"v": Variable(("a",), "complex128")}, {"a": 1}), "cannot be stored"),
        ((D, {"v": Variable(("a",), "no such")}, {"a": 1}), "none of numpy's"),
        ((D, V, {"a": 1}, {"spec": 1}), "the attribute spec is the store's own"),
        ((D, V, {"a": 1}, {"x": np.nan}), "attrs is no strict JSON"),
    ],
)
def test_layouts_that_make_no_store(parts, said):
    with pytest.raises(InvalidInput, match=said) as refused:
        Layout(*parts)
    assert "\n" not in str(refused.value)


def test_a_specification_is_strict_json(tmp_path):
    with pytest.raises(InvalidInput, match="spec is no strict JSON document"):
        Store.open(tmp_path / "s.zarr", LAYOUT, {"x": np.inf})
    assert tree(tmp_path) == {}
    Store.open(tmp_path / "s.zarr", LAYOUT, {"x": (np.float64(0.1), np.int64(3))}).close()
    Store.open(tmp_path / "s.zarr", LAYOUT, {"x": [0.1, 3]}, resume=True).close()


# The disk


def test_room_is_asked_for_before_anything_is_made(tmp_path, monkeypatch):
    finish(tmp_path / "s.zarr")
    small = SimpleNamespace(f_bavail=10, f_frsize=4096, f_files=0, f_favail=0)
    monkeypatch.setattr(os, "statvfs", lambda _: small)
    needed = needed_bytes(LAYOUT)
    with pytest.raises(BrokenFile) as refused:
        Store.open(tmp_path / "new" / "t.zarr", LAYOUT, SPEC)
    assert f"needs up to {needed} bytes and 40960 bytes are free" in str(refused.value)
    assert not (tmp_path / "new").exists()
    finish(tmp_path / "s.zarr")  # which needs nothing more
    small.f_bavail, small.f_files, small.f_favail = 10**9, 100, 5
    with pytest.raises(BrokenFile, match=r"needs 24 files and the disk has room for 5"):
        Store.open(tmp_path / "t.zarr", LAYOUT, SPEC)


def test_no_permission_is_one_line(tmp_path, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "mkdir", refuse)
        with pytest.raises(BrokenFile, match=r"cannot be written \(Permission denied\)"):
            Store.open(tmp_path / "s.zarr", LAYOUT, SPEC)
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        store.write(0, block(0))
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refuse)
            with pytest.raises(BrokenFile) as refused:
                store.write(1, block(1))
    assert "\n" not in str(refused.value)
    assert "finished blocks are kept" in str(refused.value)
    assert finish(tmp_path / "s.zarr") == [1, 2, 3, 4, 5]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_protected_folder(tmp_path):
    finish(tmp_path / "s.zarr")
    (tmp_path / "s.zarr" / "drift").chmod(0o500)
    with pytest.raises(BrokenFile, match="permission denied for its folder drift"):
        Store.open(tmp_path / "s.zarr", LAYOUT, SPEC, resume=True)


def test_a_closed_store_takes_no_more(tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        writer = pickle.loads(pickle.dumps(store.writer()))
        writer.write(0, block(0))
    before = tree(tmp_path)
    for late in (store, writer):
        with pytest.raises(InvalidInput, match="is closed, or has another owner"):
            late.write(1, block(1))
    store.close()
    assert tree(tmp_path) == before
