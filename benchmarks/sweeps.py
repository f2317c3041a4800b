"""A grid of Adam plays on the 1010/-10 stream: regretlab's batched engine against C and optax, and itself.

    python benchmarks/sweeps.py [--quick]

All take turns in one run and the medians are compared, because machines are noisy: read the ratios.
C is gcc -O3 -march=native -fno-math-errno of batched.c, blocked in the same way, with the same exact
sums. optax runs under jit, vmap and lax.scan in float64 on all cores. What is not installed is
skipped with a line.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import regretlab as rl
from regretlab.engines.batched import Batch
from regretlab.game import available_cores
from regretlab.settings import fitting

ADAM, STREAM = rl.methods.Adam(beta1=0.9, beta2=0.99), rl.losses.ReddiOnline()
REST = {"x_0": 0.0, "source.key_low": 0, "source.key_high": 0, "source.run": 0}
SIDE = 64  # 4096 settings

Timed = Callable[[int], float]


def grid(side: int) -> dict[str, Any]:
    return {"beta1": np.linspace(0, 0.99, side), "beta2": np.linspace(0.5, 0.9999, side)}


def engine(shared: bool) -> Timed:
    """Seconds a setting-round of blocks that are 4096 settings together, on one core."""
    setting = fitting(ADAM, STREAM, None, None)
    axes = grid(SIDE)
    if shared:
        batch = Batch(setting, {"method.beta1": (0,), "method.beta2": (1,)}, (SIDE, 16))
        blocks = [
            REST | {"method.beta1": axes["beta1"], "method.beta2": part}
            for part in np.split(axes["beta2"], SIDE // 16)
        ]
    else:
        batch = Batch(setting, {"method.beta1": (0,), "method.beta2": (0,)}, (SIDE,))
        blocks = [
            REST | {"method.beta1": np.full(SIDE, beta1), "method.beta2": axes["beta2"]}
            for beta1 in axes["beta1"]
        ]
    begun = [batch.begin(b) for b in blocks]

    def run(rounds: int) -> float:
        began = time.perf_counter()
        for block in begun:
            batch.play(block, 1, rounds)
        return (time.perf_counter() - began) / rounds / SIDE**2

    return run


def sweep(jobs: int, store: bool = False, side: int = SIDE, **more: Any) -> Timed:
    """Seconds a setting-round of a whole sweep."""

    def run(rounds: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "s.zarr" if store else None
            began = time.perf_counter()
            rl.sweep(
                ADAM, STREAM, grid(side), rounds=rounds, jobs=jobs, out=out, progress=store, **more
            )
            return (time.perf_counter() - began) / rounds / side**2

    return run


def c_loop(folder: Path) -> Timed | str:
    compiler = shutil.which("gcc")
    if compiler is None:
        return "gcc is not installed"
    program, source = folder / "batched", Path(__file__).with_name("batched.c")
    flags = ["-O3", "-march=native", "-fno-math-errno", "-ffp-contract=off"]
    subprocess.run([compiler, *flags, str(source), "-o", str(program), "-lm"], check=True)

    def run(rounds: int) -> float:
        said = subprocess.run(
            [str(program), str(SIDE**2), str(rounds)], check=True, capture_output=True, text=True
        ).stdout.split()
        return float(said[0]) * 1e-9

    return run


def optax_vmap() -> Timed | str:
    try:
        import jax
        import optax
    except ImportError as missing:
        return f"{missing.name} is not installed"
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    def one(beta1, beta2, rounds):
        optimizer = optax.adam(lambda count: 0.5 / jnp.sqrt(count + 1.0), beta1, beta2, eps=0.0)

        def one_round(carry, t):
            x, state, paid = carry
            g = jnp.where(t % 101 == 1, 1010.0, -10.0)
            step, state = optimizer.update(g, state, x)
            return (jnp.clip(x + step, -1.0, 1.0), state, paid + g * x), None

        x = jnp.zeros(())
        end, _ = jax.lax.scan(one_round, (x, optimizer.init(x), 0.0), jnp.arange(1, rounds + 1))
        return end[0], end[2]

    made: dict[int, Any] = {}
    axes = grid(SIDE)
    b1, b2 = (
        jnp.array(m.ravel()) for m in np.meshgrid(axes["beta1"], axes["beta2"], indexing="ij")
    )

    def run(rounds: int) -> float:
        if rounds not in made:
            made[rounds] = jax.jit(jax.vmap(lambda p, q: one(p, q, rounds)))
            jax.block_until_ready(made[rounds](b1, b2))
        began = time.perf_counter()
        jax.block_until_ready(made[rounds](b1, b2))
        return (time.perf_counter() - began) / rounds / SIDE**2

    return run


def dask_sweep() -> tuple[Timed, Any] | str:
    try:
        from distributed import LocalCluster
    except ImportError:
        return "distributed is not installed"
    from regretlab.sweeps.dask import executor

    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    return sweep(1, side=4 * SIDE, executor=executor(cluster.scheduler_address)), cluster


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--quick", action="store_true", help="a few seconds")
    quick = arguments.parse_args().quick
    turns, T = (3, 2_000) if quick else (5, 20_000)
    long = 10 * T  # of whole sweeps, which begin and end with work that does not grow with T
    cores = available_cores()
    with tempfile.TemporaryDirectory() as folder:
        made: dict[str, Any] = {
            "blocks, shared": engine(True), "blocks, not shared": engine(False),
            "C, not shared": c_loop(Path(folder)), "optax, jit + vmap + scan": optax_vmap(),
            "sweep, 1 thread": sweep(1, side=4 * SIDE), "sweep, 2 threads": sweep(2, side=4 * SIDE),
            "sweep, 2 threads, store": sweep(2, store=True, side=4 * SIDE),
        }  # fmt: skip
        on_dask = dask_sweep()
        made["sweep, Dask, 2 workers"] = on_dask if isinstance(on_dask, str) else on_dask[0]
        rounds = {name: long if name.startswith("sweep") else T for name in made}
        rounds["optax, jit + vmap + scan"] = max(T // 20, 200)
        times: dict[str, list[float]] = {name: [] for name in made}
        for turn in range(turns + 1):
            for name, run in made.items():
                if not isinstance(run, str):
                    seconds = run(rounds[name])
                    times[name] += [seconds] if turn else []  # the first turn compiles
        if not isinstance(on_dask, str):
            on_dask[1].close()
    medians = {name: statistics.median(each) for name, each in times.items() if each}
    table = Table(
        title=f"ns a setting-round, medians of {turns} turns, {cores} cores, T = {T:,}; sweeps {long:,}"
    )
    for column in ("what", "ns"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, run in made.items():
        table.add_row(name, run if isinstance(run, str) else f"{medians[name] * 1e9:.3f}")
    Console().print(table)
    ratios(medians)


def ratios(medians: dict[str, float]) -> None:
    """What the medians say, beside what was asked."""
    table = Table(title="ratios")
    for column in ("ratio", "measured", "asked"):
        table.add_column(column)
    for label, over, under, asked in (
        ("blocks, not shared / C", "blocks, not shared", "C, not shared", "at most 1.5"),
        ("1 thread / 2 threads", "sweep, 1 thread", "sweep, 2 threads", "at least 1.8"),
        ("optax / sweep, 2 threads", "optax, jit + vmap + scan", "sweep, 2 threads", "at least 50"),
        ("not shared / shared", "blocks, not shared", "blocks, shared", "at least 2.5"),
        (
            "with store and progress / without",
            "sweep, 2 threads, store",
            "sweep, 2 threads",
            "at most 1.05",
        ),
        (
            "Dask, 2 workers / 2 threads",
            "sweep, Dask, 2 workers",
            "sweep, 2 threads",
            "at most 1.15",
        ),
    ):
        if over in medians and under in medians:
            table.add_row(label, f"{medians[over] / medians[under]:.3f}", asked)
    million = medians["sweep, 2 threads"] * 256**2 * 10**6
    table.add_row(
        "256 x 256 at T = 10^6, 2 threads, from the rate", f"{million:.1f} s", "at most 25 s"
    )
    Console().print(table)


if __name__ == "__main__":
    main()
