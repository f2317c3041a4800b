"""Every call that changes the disk, counted, with something done at one of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

CALLS = (
    "open write pwrite fsync replace rename mkdir unlink rmdir ftruncate".split()
)  # fmt: skip
TAKES_ROOM = ("open", "write", "pwrite", "fsync", "replace", "rename", "mkdir")
Real = Callable[..., Any]


def inject(
    at_call: Callable[[int, str, Real, tuple], Any], *, sync: bool = False, folders: bool = False
) -> None:
    """From now on at_call(n, name, real, args) stands for the n-th call; in a forked child only.

    `folders`: opening a folder, to sync it, counts as well. `sync=False`: nothing is brought to the
    disk itself, which a killed process does not notice.
    """
    count = 0

    def counted(name: str, real: Real) -> Real:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal count
            if (
                name == "open"
                and not folders
                and not args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
            ):
                return real(*args, **more)
            count += 1
            idle = name == "fsync" and not sync
            return at_call(count, name, lambda *a: None if idle else real(*a, **more), args)

        return call

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))
