"""Workers in other processes write for the one that owns the store, and for no other."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from injecting import inject
from stores import LAYOUT, SPEC, block
from test_lock import opens, wait_for, whole_again
from warm import child, ended, run_warm

from regretlab.errors import InvalidInput
from regretlab.sweeps.store.layout import Layout, Variable
from regretlab.sweeps.store.store import Store


def orphan_writes(folder: str) -> None:
    """A worker whose sweep was killed and resumed by another process writes no more."""
    path = Path(folder) / "s.zarr"
    note = Path(folder) / "writer"
    said = Path(folder) / "said"

    def worker() -> None:
        writer = pickle.loads(note.read_bytes())
        (Path(folder) / "forked").touch()
        wait_for(Path(folder) / "go")
        try:
            writer.write(4, block(4))
            said.write_text("written")
        except InvalidInput as error:
            said.write_text(str(error))

    def sweep() -> None:
        store = Store.open(path, LAYOUT, SPEC)
        note.write_bytes(pickle.dumps(store.writer()))
        child(worker)
        signal.pause()

    number = child(sweep)
    wait_for(Path(folder) / "forked")
    os.kill(number, signal.SIGKILL)
    ended(number)
    with Store.open(path, LAYOUT, SPEC, resume=True) as store:
        (Path(folder) / "go").touch()
        wait_for(said)
        time.sleep(0.05)
        assert "is closed, or has another owner by now" in said.read_text()
        assert len(store.pending()) == 6
    whole_again(path, [0, 1, 2, 3, 4, 5])


def paused_in_a_block(folder: str) -> None:
    """A worker paused while it writes, its sweep dead: nobody else owns the store meanwhile."""
    path = Path(folder) / "s.zarr"
    note = Path(folder) / "worker"

    def at_call(count, name, real, args):
        if name == "replace" or name == "rename":
            note.with_suffix(".there").touch()
            os.kill(os.getpid(), signal.SIGSTOP)
        return real(*args)

    def worker() -> None:
        writer = pickle.loads(note.read_bytes())
        inject(at_call)
        writer.write(4, block(4))

    def sweep() -> None:
        store = Store.open(path, LAYOUT, SPEC)
        note.write_bytes(pickle.dumps(store.writer()))
        number = child(worker)
        wait_for(note.with_suffix(".there"))
        note.write_text(str(number))
        note.with_suffix(".number").touch()
        signal.pause()

    number = child(sweep)
    wait_for(note.with_suffix(".number"))
    os.kill(number, signal.SIGKILL)
    ended(number)
    try:
        assert "a worker of an earlier run is still writing a block" in opens(path)
    finally:
        os.kill(int(note.read_text()), signal.SIGKILL)
    whole_again(path, [0, 1, 2, 3, 4, 5])


def several_workers(folder: str) -> None:
    """Forked workers of one owner write side by side."""
    path = Path(folder) / "s.zarr"
    with Store.open(path, LAYOUT, SPEC) as store:
        parts = [range(i, 6, 3) for i in range(3)]

        def work(part: range) -> None:
            for k in part:
                store.writer().write(k, block(k))

        numbers = [child(lambda part=part: work(part)) for part in parts]
        assert [ended(number) for number in numbers] == [0, 0, 0]
        assert store.pending() == []
    whole_again(path, [])


SCENES = (orphan_writes, paused_in_a_block, several_workers)


@pytest.mark.parametrize("scene", SCENES, ids=lambda f: f.__name__)
def test_workers(scene, tmp_path):
    run_warm(scene, tmp_path)


def test_a_worker_in_an_interpreter_of_its_own(tmp_path):
    """As Dask and MPI have them: a writer that came as bytes."""
    code = (
        "import pickle, sys, stores; w = pickle.load(sys.stdin.buffer); w.write(2, stores.block(2))"
    )
    here = Path(__file__).parent
    ways = os.pathsep.join([str(here), str(here.parents[1])])
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        sent = pickle.dumps(store.writer())
        subprocess.run(
            [sys.executable, "-c", code],
            input=sent,
            env=os.environ | {"PYTHONPATH": ways},
            check=True,
        )
        assert store.pending() == [0, 1, 3, 4, 5]
        assert (store.read(2)["drift"] == block(2)["drift"]).all()


def test_a_writer_is_small(tmp_path):
    """It is sent with every task, so the coordinates stay at home."""
    layout = Layout({"a": np.linspace(0, 1, 50_000)}, {"v": Variable(("a",))}, {"a": 10_000})
    with Store.open(tmp_path / "s.zarr", layout, {}) as store:
        assert len(pickle.dumps(store.writer())) < 2000
        pickle.loads(pickle.dumps(store.writer())).write(3, {"v": np.arange(10_000.0)})
        assert (store.read(3)["v"] == np.arange(10_000.0)).all()
