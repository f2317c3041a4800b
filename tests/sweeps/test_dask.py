"""Sweeps on a Dask cluster: two worker processes, one killed, and a scheduler that is lost."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

import regretlab as rl
from regretlab.cli import main
from regretlab.errors import InvalidInput, RegretlabError

distributed = pytest.importorskip("distributed", reason="no Dask here: pip install distributed")
pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of Dask's own closing
    pytest.mark.xdist_group("dask"),
]
from regretlab.sweeps.dask import executor  # noqa: E402

M, L = rl.methods, rl.losses
GRID = {"beta1": "0:0.9:40", "beta2": "0.1:0.99:150"}


def sweep(**settings):
    return rl.sweep(M.Adam(), L.ReddiPeriod3(), GRID, progress=False, **settings).data


@pytest.fixture(scope="module")
def alone():
    return sweep(rounds=20_000)


@pytest.fixture
def cluster():
    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
    }
    with distributed.LocalCluster(**options, silence_logs=50) as made:
        yield made


def same(a, b):
    return all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)


def trees(path):
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_two_workers_write_the_same_bytes(cluster, alone, tmp_path):
    on_cluster = executor(cluster.scheduler_address)
    found = sweep(rounds=20_000, executor=on_cluster, out=tmp_path / "a.zarr")
    assert same(alone, found)
    sweep(rounds=20_000, out=tmp_path / "b.zarr")
    assert trees(tmp_path / "a.zarr") == trees(tmp_path / "b.zarr")
    assert same(
        alone, sweep(rounds=20_000, executor=executor(cluster.scheduler_address))
    )  # no store


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, alone, tmp_path):
    path = tmp_path / "s.zarr"
    pids = [w.pid for w in cluster.workers.values()]

    def kill():
        while not list(path.glob("marks/*.json")):
            time.sleep(0.01)
        os.kill(pids[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    found = sweep(rounds=20_000, executor=executor(cluster.scheduler_address), out=path)
    killer.join()
    assert same(alone, found)


def test_a_scheduler_lost_is_said_and_the_store_resumes(alone, tmp_path):
    path = tmp_path / "s.zarr"
    made = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    on_cluster = executor(made.scheduler_address)

    def close():
        while not list(path.glob("marks/*.json")):
            time.sleep(0.01)
        made.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(RegretlabError, match="resume"):
        sweep(rounds=1_000_000, executor=on_cluster, out=path)
    closer.join()
    done = len(list(path.glob("marks/*.json")))
    assert done >= 1
    whole = sweep(rounds=1_000_000, out=path, resume=True)
    assert not np.isnan(whole.x).any()


class TestUnreachable:
    def test_in_python(self, monkeypatch):
        monkeypatch.setattr("regretlab.sweeps.dask.PATIENCE", 0.5)
        with pytest.raises(InvalidInput, match="no Dask scheduler answers"):
            executor("tcp://127.0.0.1:9")

    def test_on_the_command_line(self, capsys, monkeypatch):
        monkeypatch.setattr("regretlab.sweeps.dask.PATIENCE", 0.5)
        status = main(
            ["sweep", "adam", "reddi-online", "--grid", "beta2=0.1;0.2", "--dask", "127.0.0.1:9"]
        )
        said = capsys.readouterr().err.strip().splitlines()
        assert status == 2
        assert len(said) == 1
        assert "start one" in said[0]
