"""The power goes: what was not synced may be lost, in part or whole, in any combination.

The calls of a sweep are recorded once. For every moment between two of them, disks are made as they
may be found after it: of a file what was synced, or some of what was written since; of a folder the
names that were synced, and any choice of the later ones. From each of them the sweep is resumed.
"""

from __future__ import annotations

import os
import random
import shutil
import stat
from pathlib import Path

import pytest
from injecting import inject
from stores import SMALL, SPEC, block, finish, tree
from warm import run_warm

from regretlab.sweeps.store.store import Store


class Disk:
    """Files and folders as they are, and as they are known to be after a power cut."""

    def __init__(self, top: str) -> None:
        self.top, self.now, self.sure = top, {}, {}  # folder -> {name: inode}
        self.written: dict[int, bytes] = {}
        self.synced: dict[int, bytes] = {}
        self.later: dict[str, list[tuple[str, int | None]]] = {top: []}
        self.now[top], self.sure[top] = {}, {}
        self.open: dict[int, tuple[str, int | None]] = {}
        self.inodes = 0

    def enter(self, path: str, inode: int | None) -> None:
        """A name is given, or taken away with None."""
        folder, name = os.path.split(path)
        if inode is None:
            self.now[folder].pop(name, None)
        else:
            self.now[folder][name] = inode
        self.later[folder].append((name, inode))

    def inode(self, path: str) -> int | None:
        folder, name = os.path.split(path)
        return self.now.get(folder, {}).get(name)

    def call(self, name: str, args: tuple, result: object) -> None:
        path = os.fspath(args[0]) if not isinstance(args[0], int) else ""
        if name == "open":
            inode = self.inode(path)
            if inode is None and path not in self.now:
                self.inodes += 1
                inode = self.inodes
                self.written[inode] = b""
                self.enter(path, inode)
            self.open[int(str(result))] = path, inode
        elif name == "mkdir":
            self.inodes += 1
            self.enter(path, -self.inodes)
            self.now[path], self.sure[path], self.later[path] = {}, {}, []
        elif name in ("rename", "replace"):
            inode = self.inode(path)
            self.enter(os.fspath(args[1]), inode)
            self.enter(path, None)
        elif name in ("unlink", "rmdir"):
            self.enter(path, None)
        elif name == "write":
            inode = self.open[args[0]][1]
            self.written[inode] += bytes(args[1])[: int(str(result))]
        elif name == "fsync":
            path, inode = self.open[args[0]]
            if path in self.now:
                self.sure[path], self.later[path] = dict(self.now[path]), []
            else:
                self.synced[inode] = self.written[inode]

    def after_a_cut(self, draw: random.Random, to: Path, folder: str | None = None) -> None:
        """Make a disk as it may be found."""
        folder = folder or self.top
        names = dict(self.sure[folder])
        kept = {0: lambda: True, 1: lambda: draw.random() < 0.5, 2: lambda: False}[
            draw.randrange(3)
        ]
        names |= {name: inode for name, inode in self.later[folder] if kept()}
        for name, inode in names.items():
            inside = f"{folder}/{name}"
            if inode is None:
                continue
            if inode < 0:
                (to / name).mkdir()
                if inside in self.sure:
                    self.after_a_cut(draw, to / name, inside)
                continue
            sure, content = self.synced.get(inode, b""), self.written[inode]
            (to / name).write_bytes(content[: draw.randint(len(sure), len(content))])


def is_folder(fd: int) -> bool:
    return stat.S_ISDIR(os.fstat(fd).st_mode)


def cuts(folder: str, ways: str, skip: str = "") -> None:
    top = Path(folder)
    whole, path = top / "whole" / "s.zarr", top / "cut" / "two" / "folders" / "s.zarr"
    finish(whole, SMALL)
    recorded: list[tuple[str, tuple, object]] = []
    listening = True

    def at_call(_count, name, real, args):
        skipped = name == "fsync" and skip == ("folders" if is_folder(args[0]) else "files")
        result = real(*args)
        if listening and not skipped:
            args = tuple(bytes(a) if isinstance(a, memoryview) else a for a in args)
            recorded.append((name, args, result))
        return result

    (top / "cut").mkdir()
    inject(at_call, folders=True)
    with Store.open(path, SMALL, SPEC) as store:
        for k in store.pending():
            store.write(k, block(k, SMALL))
            recorded.append(("done", (k,), None))
    listening = False
    draw, done, tried = random.Random(3), set(), 0
    disk = Disk(str(top / "cut"))
    for name, args, result in [*recorded, ("end", (0,), None)]:
        for _ in range(int(ways)):
            shutil.rmtree(top / "cut")
            (top / "cut").mkdir()
            disk.after_a_cut(draw, top / "cut")
            if name == "end":  # whole even if nobody resumes it
                found = tree(path).items()
                assert {k: v for k, v in found if not k.startswith(".")} == tree(whole)
            computed = finish(path, SMALL)
            assert not done & set(computed), f"{done} were finished, {computed} computed again"
            assert tree(path) == tree(whole)
            tried += 1
        if name == "done":
            done.add(args[0])
        else:
            disk.call(name, args, result)
    assert done == {0, 1}
    print(f"{tried} disks after {len(recorded)} calls")


def test_the_power_goes_between_any_two_calls(tmp_path):
    print(run_warm(cuts, tmp_path, 4))


@pytest.mark.parametrize("skip", ["files", "folders"])
def test_it_fails_without_syncing(tmp_path, skip):
    with pytest.raises(AssertionError, match=r"were finished|no store of a sweep|tree"):
        run_warm(cuts, tmp_path, 6, skip)
