"""Whole commands: `regretlab reproduce` first and second, the memory of a play, the import.

    python benchmarks/whole.py [--turns N]

Every measurement is a process of its own. The first run has an empty kernel cache.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

PEAK = """
import resource, sys
from regretlab import losses, methods, play
play(methods.Adam(beta1=0.9, beta2=0.99), losses.ReddiOnline(), rounds=int(float(sys.argv[1])), progress=False)
scale = 1 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
"""


def seconds(command: list[str], environment: dict[str, str], where: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=where, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    table = Table(title=f"whole processes, median of {turns}", title_justify="left")
    for column in ("what", "measured", "asked"):
        table.add_column(column)

    first, second = [], []
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder, "kernels")
            cache.mkdir(mode=0o700)
            environment = os.environ | {"REGRETLAB_CACHE": str(cache)}
            command = [sys.executable, "-m", "regretlab", "reproduce", "--out", "results"]
            first.append(seconds(command, environment, folder))
            second.append(seconds(command, environment, folder))
    table.add_row(
        "regretlab reproduce, first run", f"{statistics.median(first):.1f} s", "at most 40 s"
    )
    table.add_row(
        "regretlab reproduce, second run", f"{statistics.median(second):.1f} s", "at most 20 s"
    )

    peaks = {}
    for rounds in ("1e4", "1e8"):
        said = [
            int(
                subprocess.run(
                    [sys.executable, "-c", PEAK, rounds], check=True, capture_output=True, text=True
                ).stdout
            )
            for _ in range(turns)
        ]
        peaks[rounds] = statistics.median(said) / 2**20
    more = peaks["1e8"] - peaks["1e4"]
    table.add_row(
        "memory at T = 1e8 less that at 1e4",
        f"{more:+.1f} MB of {peaks['1e4']:.0f} MB",
        "within 5 MB",
    )

    here = dict(os.environ)
    imports = {
        code: statistics.median(
            seconds([sys.executable, "-c", code], here, ".") for _ in range(3 * turns)
        )
        for code in ("pass", "import numpy", "import regretlab")
    }
    own = imports["import regretlab"] - imports["pass"]
    numpy = imports["import numpy"] - imports["pass"]
    table.add_row(
        "import regretlab", f"{own:.2f} s, {own / numpy:.1f} times numpy's", "at most 0.6 s"
    )
    Console(width=110).print(table)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest process: {peak / 2**10:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
