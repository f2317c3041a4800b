"""What a limit, a map of drifts and a certificate cost.

    python benchmarks/limits.py [--quick]

The 1010/-10 stream (P = 101) and Adam. Medians: of 11 turns of 200 calls of `limit` (and of the compiled
period alone), of 5 maps of 1000 x 1000 (beta1, beta2), of 5 certificates; beside each what a play of
10^6 rounds takes. Asked for: a call at most 50 microseconds, a map 1 s on two cores, a certificate 2 s.
--quick: a tenth of it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import regretlab as rl
from regretlab import losses, methods
from regretlab.limits import fast


def median(turns: int, job: Callable[[], Any], calls: int = 1) -> float:
    """Seconds a call, in the median over turns."""
    taken = []
    for _ in range(turns):
        begun = time.perf_counter()
        for _ in range(calls):
            job()
        taken.append((time.perf_counter() - begun) / calls)
    return statistics.median(taken)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer turns, a smaller map")
    quick = parser.parse_args().quick
    turns, n = (3, 300) if quick else (11, 1000)
    learner, stream = methods.Adam(0.9, 0.99), losses.ReddiOnline()
    c = np.ascontiguousarray(stream.one_period()[:, 0])
    axes = {"beta1": np.linspace(0, 0.99, n), "beta2": 1 - np.geomspace(1, 1e-4, n)}
    rl.limit(learner, stream)  # compiled by now
    rl.play(learner, stream, rounds=10, progress=False)
    rl.certify(learner, stream)
    jobs: dict[str, tuple[float, float | None]] = {
        "limit, one call": (median(turns, lambda: rl.limit(learner, stream), 200), 50e-6),
        "  of which the compiled orbit": (median(turns, lambda: fast.update(learner, c), 200), None),
        f"drift_map, {n} x {n}": (
            median(3 if quick else 5, lambda: rl.limits.drift_map(learner, stream, **axes)),
            1.0 if not quick else None,
        ),
        "certify": (median(5, lambda: rl.certify(learner, stream)), 2.0),
        "a play of 10^6 rounds": (
            median(turns, lambda: rl.play(learner, stream, rounds=10**6, progress=False)), None,
        ),
    }  # fmt: skip
    table = Table(title="Adam on the 1010/-10 stream, medians")
    for heading in ("job", "seconds", "asked"):
        table.add_column(heading, justify="right" if heading != "job" else "left")
    for name, (seconds, asked) in jobs.items():
        table.add_row(name, f"{seconds:.3g}", "-" if asked is None else f"{asked:g}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
