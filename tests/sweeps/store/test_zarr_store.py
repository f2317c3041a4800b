"""A sweep's store: what it holds, what it refuses, what it notices."""

from __future__ import annotations

import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xarray
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import LAYOUT, SPEC, block, finish, tree

from regretlab.sweeps.store.layout import Layout, Variable, needed_bytes
from regretlab.sweeps.store.store import Store


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store that was never interrupted."""
    path = tmp_path_factory.mktemp("whole") / "s.zarr"
    assert finish(path) == list(range(6))
    return path


def by_hand() -> xarray.Dataset:
    """The dataset put together with NumPy alone."""
    shape = {"drift": (5, 2), "regret": (5, 2, 3), "verdict": (5, 2)}
    whole = {n: np.empty(s, object if n == "verdict" else float) for n, s in shape.items()}
    for k in range(6):
        i, j = divmod(k, 2)
        for name, values in block(k).items():
            whole[name][2 * i : 2 * i + 2, j : j + 1] = values
    dims = {n: ("beta2", "method", "round")[: len(s)] for n, s in shape.items()}
    return xarray.Dataset({n: (dims[n], v) for n, v in whole.items()}, coords=dict(LAYOUT.dims))


def same(a: xarray.Dataset, b: xarray.Dataset) -> None:
    assert set(a.variables) == set(b.variables)
    for name in b.variables:
        assert a[name].dims == b[name].dims
        np.testing.assert_array_equal(a[name].values.astype(b[name].dtype), b[name].values)


# A plain Zarr group


def test_xarray_reads_it_without_our_code(whole):
    opened = xarray.open_zarr(whole)
    same(opened, by_hand())
    assert list(opened.data_vars) == list(LAYOUT.variables)
    assert opened.drift.dtype == np.float64
    assert opened.attrs["title"] == "a sweep"
    assert json.loads(opened.attrs["spec"]) == SPEC
    assert opened.drift.attrs == {"long_name": "drift"}
    assert opened.beta2.attrs == {"long_name": "decay of the second moment"}
    same(xarray.open_zarr(whole, consolidated=False), by_hand())
    opened.to_netcdf()  # its attributes fit


def test_chunks_and_metadata_are_those_that_zarr_writes(whole, tmp_path):
    """Against the library: the same arrays, written whole by its own codecs."""
    data, theirs = by_hand(), tmp_path / "theirs.zarr"
    group = zarr.create_group(theirs)
    coded = [zarr.codecs.ZstdCodec(level=3), zarr.codecs.Crc32cCodec()]
    for name in data.variables:
        text = name in ("verdict", "method")
        lengths = tuple({"beta2": 2, "method": 1, "round": 3}[d] for d in data[name].dims)
        made = group.create_array(
            name,
            shape=data[name].shape,
            chunks=data[name].shape if name in data.coords else lengths,
            dtype=str if text else data[name].dtype,
            fill_value="" if text else np.nan if name in data.data_vars or name == "beta2" else 0,
            compressors=coded,
            dimension_names=data[name].dims,
            chunk_key_encoding={"name": "default", "separator": "."},
            attributes=data[name].attrs,
        )
        made[...] = data[name].values
        for chunk in (theirs / str(name)).glob("c.*"):
            assert chunk.read_bytes() == (whole / str(name) / chunk.name).read_bytes(), chunk
        ours = json.loads((whole / str(name) / "zarr.json").read_bytes())
        assert ours | {"attributes": {}} == json.loads(
            (theirs / str(name) / "zarr.json").read_bytes()
        )
    assert len(list(whole.glob("*/c.*"))) == len(list(theirs.glob("*/c.*")))


@settings(max_examples=20)
@given(
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    chunk=st.lists(st.integers(1, 6), min_size=3, max_size=3),
    extra=st.integers(0, 3),
    dtype=st.sampled_from(["f8", ">f8", "f4", "i8", "i4", "u2", "i1", "?"]),
    seed=st.integers(0, 99),
)
def test_every_bit_comes_back(tmp_path_factory, lengths, chunk, extra, dtype, seed):
    grid = [f"d{i}" for i in range(len(lengths))]
    sizes = dict(zip(grid, lengths, strict=True)) | ({"round": extra} if extra else {})
    layout = Layout(
        {d: np.arange(n) for d, n in sizes.items()},
        {"v": Variable(tuple(sizes), dtype)},
        dict(zip(grid, chunk, strict=False)),
    )
    raw = np.random.default_rng(seed).bytes(np.prod([*sizes.values()], dtype=int) * 8)
    native = np.dtype(dtype).newbyteorder("=")
    values = np.frombuffer(raw, native)[: np.prod([*sizes.values()], dtype=int)]
    values = (np.frombuffer(raw, "u1")[: values.size] > 99) if dtype == "?" else values
    values = values.reshape(tuple(sizes.values()))  # NaNs with any payload among them
    path = tmp_path_factory.mktemp("bits") / "s.zarr"
    seen = np.zeros(values.shape, int)
    with Store.open(path, layout, {}) as store:
        for k in store.pending():
            cut = tuple(store.slices(k).values())
            seen[cut] += 1
            store.write(k, {"v": values[cut]})
            assert store.read(k)["v"].tobytes() == values[cut].tobytes()
        read = store.dataset().v.values
    assert (seen == 1).all()
    assert read.astype(native).tobytes() == values.tobytes()
    disk = sum(-(-f.stat().st_size // 4096) * 4096 for f in path.rglob("*") if f.is_file())
    assert disk <= needed_bytes(layout)


def test_unfinished_cells_are_nan(tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        store.write(2, block(2))
        data = store.dataset()
        assert store.pending() == [0, 1, 3, 4, 5]
        done = np.zeros((5, 2), bool)
        done[2:4, 0] = True
        np.testing.assert_array_equal(np.isnan(data.drift.values), ~done)
        np.testing.assert_array_equal(data.verdict.values == "", ~done)


def test_order_threads_and_time_leave_no_trace(whole, tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store, ThreadPoolExecutor(4) as pool:
        order = store.pending()
        random.Random(1).shuffle(order)
        list(pool.map(lambda k: store.write(k, block(k)), order))
    assert tree(tmp_path / "s.zarr") == tree(whole)
    words = b"".join(v for v in tree(whole).values() if v).lower()
    for trace in (str(whole), os.uname().nodename, str(os.getpid())):
        assert f'"{trace}"'.lower().encode() not in words
