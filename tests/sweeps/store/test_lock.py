"""One process at a time writes a store: the dead are known as dead, the paused are not robbed."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from stores import LAYOUT, SPEC, block, finish, tree
from warm import child, ended, run_warm

from regretlab.errors import InvalidInput
from regretlab.sweeps.store import lock
from regretlab.sweeps.store.store import Store


def opens(path: Path) -> str:
    """What another process is told that resumes the store and lets go of it again."""
    answer = path.with_suffix(".answer")

    def work() -> None:
        lock.PATIENCE = 0.2
        try:
            Store.open(path, LAYOUT, SPEC, resume=True).close()
            answer.write_text("mine")
        except InvalidInput as error:
            answer.write_text(str(error))

    assert ended(child(work)) == 0
    return answer.read_text()


def owner(path: Path, then=signal.pause, flag: str = "ready") -> int:
    """A child that owns the store, with one block written; returns when it says that it does."""
    ready = path.with_suffix(f".{flag}")
    ready.unlink(missing_ok=True)

    def work() -> None:
        store = Store.open(path, LAYOUT, SPEC, resume=True)
        if 0 in store.pending():
            store.write(0, block(0))
        ready.touch()
        then()

    number = child(work)
    wait_for(ready)
    return number


def wait_for(file: Path) -> None:
    until = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < until, f"{file.name} never came"
        time.sleep(0.002)


def whole_again(path: Path, computed: list[int]) -> None:
    """The rest is computed, and the store is as an uninterrupted one."""
    assert finish(path) == computed
    finish(path.with_suffix(".whole"))
    assert tree(path) == tree(path.with_suffix(".whole"))


def alive_paused_dead(folder: str) -> None:
    path = Path(folder) / "s.zarr"
    number = owner(path)
    before = tree(path)
    assert "is locked, since another process writes to it" in opens(path)
    os.kill(number, signal.SIGSTOP)
    assert os.WIFSTOPPED(os.waitpid(number, os.WUNTRACED)[1])
    assert "or is paused while it does" in opens(path)
    assert tree(path) == before
    os.kill(number, signal.SIGKILL)
    assert ended(number) == -signal.SIGKILL
    assert (path / lock.OWNER).exists()
    assert opens(path) == "mine"
    whole_again(path, [1, 2, 3, 4, 5])


def killed_while_its_child_lives(folder: str) -> None:
    """What a child inherits of the lock does not keep it; nor does the child give it up."""
    path = Path(folder) / "s.zarr"
    note = Path(folder) / "child"

    def fork() -> None:
        note.write_text(str(child(signal.pause)))
        (Path(folder) / "forked").touch()
        signal.pause()

    number = owner(path, fork)
    wait_for(Path(folder) / "forked")
    os.kill(number, signal.SIGKILL)
    ended(number)
    try:
        assert opens(path) == "mine"
    finally:
        os.kill(int(note.read_text()), signal.SIGKILL)
    whole_again(path, [1, 2, 3, 4, 5])


def child_closes(folder: str) -> None:
    path = Path(folder) / "s.zarr"
    with Store.open(path, LAYOUT, SPEC) as store:
        assert ended(child(store.close)) == 0  # nor does its end
        assert "is locked" in opens(path)
        assert ended(child(lambda: store.write(3, block(3)))) == 0
    whole_again(path, [0, 1, 2, 4, 5])


def races(folder: str) -> None:
    """Four processes at once: one has the store, the others are refused, whoever comes first."""
    for turn in range(8):
        path = Path(folder) / f"{turn}.zarr"
        go = time.monotonic() + 0.05

        def work(path=path, go=go, resume=turn % 2 == 0) -> None:
            while time.monotonic() < go:
                pass
            try:
                with Store.open(path, LAYOUT, SPEC, resume=resume) as store:
                    mine = path.with_suffix(".mine")
                    mine.touch(exist_ok=False)  # two owners at once would be an error here
                    for k in store.pending():
                        store.write(k, block(k))
                    mine.unlink()
            except InvalidInput as error:
                os._exit(3 if "is locked" in str(error) or "is there already" in str(error) else 1)

        statuses = [ended(number) for number in [child(work) for _ in range(4)]]
        assert set(statuses) <= {0, 3}, statuses
        assert 0 in statuses
        assert tree(path) == tree(Path(folder) / "0.zarr")
    shutil.rmtree(Path(folder) / "7.zarr")
    whole_again(Path(folder) / "7.zarr", [0, 1, 2, 3, 4, 5])


SCENES = (alive_paused_dead, killed_while_its_child_lives, child_closes, races)


@pytest.mark.parametrize("scene", SCENES, ids=lambda f: f.__name__)
def test_the_lock(scene, tmp_path):
    run_warm(scene, tmp_path)


def test_the_second_in_one_process_is_refused(tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
        with pytest.raises(InvalidInput, match="is locked, since another process") as refused:
            Store.open(tmp_path / "s.zarr", LAYOUT, SPEC, resume=True)
        assert "\n" not in str(refused.value)
        store.write(0, block(0))
    assert finish(tmp_path / "s.zarr") == [1, 2, 3, 4, 5]


def test_a_lock_on_a_file_that_is_gone_is_none(tmp_path, monkeypatch):
    """The owner ends, and removes its file, just after we have opened it."""
    path, real = tmp_path / "s.zarr", lock.opened
    first = Store.open(path, LAYOUT, SPEC)

    def late(*given):
        fd = real(*given)
        monkeypatch.setattr(lock, "opened", real)
        first.close()
        return fd

    monkeypatch.setattr(lock, "opened", late)
    with Store.open(path, LAYOUT, SPEC, resume=True) as store:
        with pytest.raises(InvalidInput, match="is locked"):
            Store.open(path, LAYOUT, SPEC, resume=True)
        store.write(0, block(0))


def test_an_open_lock_is_not_inherited_by_another_program(tmp_path):
    with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC):
        assert lock.held
        assert not any(os.get_inheritable(fd) for fd in lock.held)
    assert not lock.held
