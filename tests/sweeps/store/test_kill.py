"""A sweep that is killed at any moment, or has its disk full, ends as if it had not been.

REGRETLAB_KILLS=200 makes it that many random moments instead of 20.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from injecting import TAKES_ROOM, inject
from stores import LAYOUT, MANY, SMALL, SPEC, block, finish, tree
from warm import child, ended, run_warm

from regretlab.errors import BrokenFile
from regretlab.sweeps.store.layout import Layout
from regretlab.sweeps.store.store import Store

KILLS = int(os.environ.get("REGRETLAB_KILLS", "20"))


def finished(path: Path) -> set[int]:
    """The blocks whose mark has the digests of their chunks, found without the store's code."""
    out = set()
    for file in path.glob("marks/[0-9]*.json"):
        mark, place = json.loads(file.read_bytes()), f"c.{file.stem}"
        chunks = {name: path / name / place for name in mark["sha256"]}
        if all(
            chunk.exists()
            and hashlib.sha256(chunk.read_bytes()).hexdigest() == mark["sha256"][name]
            for name, chunk in chunks.items()
        ):
            out.add(mark["block"])
    return out


def plainly(_count, _name, real, args):
    return real(*args)


def check_resumed(
    path: Path,
    whole: dict,
    layout: Layout,
    *,
    sync: bool = True,
    threads: int = 1,
    damaged: bool = False,
) -> None:
    """Resumed by another process, it computes what lacks a mark, and no trace of it all is left."""
    done = finished(path)
    if not damaged:  # a kill leaves no mark without its chunks
        assert len(done) == len(list(path.glob("marks/[0-9]*.json")))

    def resume() -> None:
        inject(plainly, sync=sync)
        computed = finish(path, layout, threads)
        assert computed == sorted(set(range(layout.blocks)) - done), (computed, done)

    assert ended(child(resume)) == 0
    assert tree(path) == whole


def reference(folder: Path, layout: Layout = LAYOUT) -> dict:
    assert ended(child(lambda: finish(folder / "whole.zarr", layout))) == 0
    return tree(folder / "whole.zarr")


def random_kills(folder: str, kills: str) -> None:
    """SIGKILL at random moments until so many have hit; some sweeps are resumed and killed again."""
    path, draw, wanted = Path(folder) / "s.zarr", random.Random(7), int(kills)
    whole = reference(Path(folder), MANY)
    begun = time.perf_counter()
    assert ended(child(lambda: finish(path, MANY))) == 0
    takes = time.perf_counter() - begun
    hit = inside = 0
    for _ in range(3 * wanted):
        shutil.rmtree(path, ignore_errors=True)
        for _ in range(draw.choice((1, 1, 2))):
            before = finished(path)
            threads = draw.choice((1, 4))
            number = child(lambda threads=threads: finish(path, MANY, threads))
            wait_a_while(number, path, draw, takes)
            os.kill(number, signal.SIGKILL)
            hit += ended(number) == -signal.SIGKILL
            assert before <= finished(path)
        inside += 0 < len(finished(path)) < MANY.blocks
        check_resumed(path, whole, MANY, threads=draw.choice((1, 4)))
        if hit >= wanted:
            break
    print(f"{hit} kills hit sweeps of {takes:.3f} s, {inside} were left with some blocks finished")
    assert hit >= wanted
    assert inside >= wanted // 20


def wait_a_while(number: int, path: Path, draw: random.Random, takes: float) -> None:
    """For some time; or, as on a busy machine that may be over before the first block, for some blocks."""
    blocks = draw.randrange(1, MANY.blocks)
    if draw.random() < 0.5:
        return time.sleep(draw.uniform(0.0, takes))
    while len(list(path.glob("marks/[0-9]*.json"))) < blocks:
        if os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return None
        time.sleep(0.0005)
    return time.sleep(draw.uniform(0.0, takes / MANY.blocks))


def damage(whole: Path, path: Path) -> None:
    """A store as a killed run may leave it, and a bad disk after that."""
    shutil.copytree(whole, path)
    os.truncate(path / "drift" / "c.0", 5)
    os.truncate(path / "beta2" / "c.0", 5)
    (path / "marks" / "1.json").unlink()
    (path / "drift" / "zarr.json").unlink()
    (path / ".regretlab-tmp").mkdir()
    for name in ("lock", "workers", "tmp/part"):
        (path / f".regretlab-{name}").write_bytes(b"old")


def kill_at_every_call(folder: str, how: str) -> None:
    """SIGKILL before the n-th call that changes the disk, or in the middle of the n-th write.

    The sweep killed is a new one, or `damaged`: one that is resumed after all sorts of damage.
    """
    path, n = Path(folder) / "s.zarr", 0
    whole = reference(Path(folder), SMALL)
    status = -signal.SIGKILL
    while status == -signal.SIGKILL:
        n += 1
        shutil.rmtree(path, ignore_errors=True)
        if how == "damaged":
            damage(Path(folder) / "whole.zarr", path)

        def at_call(count, name, real, args, n=n):
            if count == n:
                if how == "torn" and name in ("write", "pwrite"):
                    real(args[0], args[1][: len(args[1]) // 2], *args[2:])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args)

        def work(at_call=at_call):
            inject(at_call)
            finish(path, SMALL)

        status = ended(child(work))
        check_resumed(path, whole, SMALL, sync=False, damaged=how == "damaged")
    assert status == 0
    print(f"killed at each of {n - 1} calls")
    assert n > 40


def full_at_every_call(folder: str) -> None:
    """From the n-th call on the disk is full: one line is said, and what is finished is kept."""
    path, n, status = Path(folder) / "s.zarr", 0, 2
    whole = reference(Path(folder), SMALL)
    while status == 2:
        n += 1
        shutil.rmtree(path, ignore_errors=True)

        def at_call(count, name, real, args, n=n):
            if (
                count >= n
                and name in TAKES_ROOM
                and not (name == "open" and Path(args[0]).exists())
            ):
                if name == "write" and count == n and len(args[1]) > 1:
                    return real(args[0], args[1][: len(args[1]) // 2])  # the last bytes that fit
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args)

        def work(at_call=at_call):
            inject(at_call)
            try:
                finish(path, SMALL)
            except BrokenFile as error:
                said = "cannot be written (No space left on device)" in str(error)
                os._exit(2 if said and "\n" not in str(error) else 3)

        status = ended(child(work))
        check_resumed(path, whole, SMALL, sync=False)
    assert status == 0
    print(f"full at each of {n - 1} calls")
    assert n > 70


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    print(run_warm(random_kills, tmp_path, KILLS))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["new", "torn", "damaged"])
def test_killed_at_every_call_that_changes_the_disk(tmp_path, how):
    print(run_warm(kill_at_every_call, tmp_path, how))


@pytest.mark.slow
def test_a_full_disk_at_every_call_that_takes_room(tmp_path):
    print(run_warm(full_at_every_call, tmp_path))


def test_the_kills_can_fail(tmp_path):
    """A store that marks a block first does not pass."""
    with pytest.raises(AssertionError, match=r"assert len\(done\) == len"):
        run_warm(mark_first, tmp_path)


def mark_first(folder: str) -> None:
    from regretlab.sweeps.store import blocks

    later: list = []
    put = blocks.put

    def swapped(root, key, content):
        later.append((root, key, content))
        if key.startswith("marks/"):
            for call in [later[-1], *later[:-1]]:
                put(*call)
            later.clear()

    blocks.put = swapped
    kill_at_every_call(folder, "new")


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no memory file system to compare")
def test_another_file_system_gives_the_same_store(tmp_path):
    """The order in which a folder lists its files differs between file systems."""
    finish(tmp_path / "s.zarr")
    other = Path("/dev/shm") / f"regretlab-{os.getpid()}.zarr"
    try:
        finish(other)
        assert tree(other) == tree(tmp_path / "s.zarr")
    finally:
        shutil.rmtree(other, ignore_errors=True)


def test_an_exception_in_a_sweep_keeps_what_is_finished(tmp_path):
    def interrupted() -> None:
        with Store.open(tmp_path / "s.zarr", LAYOUT, SPEC) as store:
            store.write(0, block(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list(tmp_path.glob("s.zarr/.*"))
    assert finish(tmp_path / "s.zarr") == [1, 2, 3, 4, 5]
