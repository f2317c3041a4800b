"""Run one function in a process without threads that has everything imported, and may fork.

pytest's own process has threads, and a child forked from those may stand still. Forking costs a
few milliseconds where a new interpreter costs a second, so that a test can kill hundreds.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

ONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run_warm(function: Callable[..., None], *given: object) -> str:
    """Call a function of a test module in such a process; what it printed."""
    house = str(Path(__file__).parents[2])
    ways = os.pathsep.join([house, *filter(None, [os.environ.get("PYTHONPATH")])])
    ran = subprocess.run(
        [sys.executable, __file__, function.__module__, function.__name__, *map(str, given)],
        env=os.environ | ONE | {"PYTHONPATH": ways},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def child(work: Callable[[], object]) -> int:
    """Fork; the process number of a child that does the work and ends with 0, or 1 if it fails."""
    sys.stdout.flush()
    number = os.fork()
    if number:
        return number
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(number: int) -> int:
    """Wait for a child; its exit status, or minus the signal that it was killed by."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def threads() -> int:
    """How many threads this process has, those of libraries included, where the system says so."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


if __name__ == "__main__":
    wanted = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    assert threads() == 1
    wanted(*sys.argv[3:])
    assert threads() == 1
