"""One Adam play on the 1010/-10 stream: regretlab's engine against C, optax and PyTorch.

    python benchmarks/engines.py [--quick]

All take turns in one run and the medians are compared, because machines are noisy: read the ratios.
C is gcc -O3 -march=native of adam.c, without the exact ledger and the log that regretlab keeps.
optax runs under jit and lax.scan in float64, PyTorch as the usual loop of optimizer.step(); each is
skipped with a line when it, or gcc, is not there.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from regretlab import losses, methods, play, schedules

ALPHA, BETA1, BETA2 = 0.5, 0.9, 0.99
C, OPTAX, TORCH = "C, gcc -O3", "optax, jit + scan", "PyTorch loop"
ASKED = {C: "regretlab at most 1.25 times C", OPTAX: "at least 4", TORCH: "at least 1000"}


def regretlab_play(rounds: int) -> tuple[float, float]:
    """Seconds a round of a whole play (chunks, ledger and log; not import and compilation), and x."""
    played = play(
        methods.Adam(beta1=BETA1, beta2=BETA2),
        losses.ReddiOnline(),
        rounds=rounds,
        step=schedules.InverseSqrt(ALPHA),
        progress=False,
    )
    return played.data.attrs["seconds"] / rounds, float(played.x[0])


def c_loop(folder: Path) -> Callable[[int], tuple[float, float]] | str:
    compiler = shutil.which("gcc")
    if compiler is None:
        return "gcc is not installed"
    program, source = folder / "adam", Path(__file__).with_name("adam.c")
    subprocess.run(
        [compiler, "-O3", "-march=native", str(source), "-o", str(program), "-lm"], check=True
    )

    def run(rounds: int) -> tuple[float, float]:
        numbers = map(str, (rounds, 101, 1010, 10, BETA1, BETA2, ALPHA))
        said = subprocess.run(
            [str(program), *numbers], check=True, capture_output=True, text=True
        ).stdout.split()
        return float(said[0]) * 1e-9, float(said[1])

    return run


def optax_scan() -> Callable[[int], tuple[float, float]] | str:
    try:
        import jax
        import optax
    except ImportError as missing:
        return f"{missing.name} is not installed"
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    # scale_by_adam without its bias correction is not on offer; the correction costs next to nothing
    optimizer = optax.adam(lambda count: ALPHA / jnp.sqrt(count + 1.0), BETA1, BETA2, eps=0.0)

    def one_round(carry, t):
        x, state, paid = carry
        g = jnp.where(t % 101 == 1, 1010.0, -10.0)
        step, state = optimizer.update(g, state, x)
        return (jnp.clip(x + step, -1.0, 1.0), state, paid + g * x), None

    def whole(ts):
        x = jnp.float64(0.0)
        return jax.lax.scan(one_round, (x, optimizer.init(x), x), ts)[0]

    compiled = jax.jit(whole)

    def run(rounds: int) -> tuple[float, float]:
        ts = jnp.arange(1, rounds + 1)
        jax.block_until_ready(ts)
        compiled.lower(ts).compile()
        jax.block_until_ready(compiled(ts))
        began = time.perf_counter()
        x, _, _ = jax.block_until_ready(compiled(ts))
        return (time.perf_counter() - began) / rounds, float(x)

    return run


def torch_loop() -> Callable[[int], tuple[float, float]] | str:
    try:
        import torch
    except ImportError:
        return "torch is not installed"
    torch.set_num_threads(1)

    def run(rounds: int) -> tuple[float, float]:
        rounds = min(
            rounds, 5_000
        )  # a loop in Python: its time a round does not depend on how many
        x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([x], lr=ALPHA, betas=(BETA1, BETA2), eps=0.0)
        paid = 0.0
        began = time.perf_counter()
        for t in range(1, rounds + 1):
            optimizer.param_groups[0]["lr"] = ALPHA / t**0.5
            optimizer.zero_grad()
            loss = (1010.0 if t % 101 == 1 else -10.0) * x.sum()
            loss.backward()
            paid += loss.item()
            optimizer.step()
            with torch.no_grad():
                x.clamp_(-1.0, 1.0)
        return (time.perf_counter() - began) / rounds, float(x.detach()[0])

    return run


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="3 x 10^6 rounds and 5 turns in place of 10^7 and 11"
    )
    quick = parser.parse_args().quick
    rounds, turns = (3 * 10**6, 5) if quick else (10**7, 11)
    with tempfile.TemporaryDirectory() as folder:
        peers = {C: c_loop(Path(folder)), OPTAX: optax_scan(), TORCH: torch_loop()}
        runners = {"regretlab": regretlab_play} | {
            n: p for n, p in peers.items() if not isinstance(p, str)
        }
        for run in runners.values():
            run(1_000)
        found = {name: [] for name in runners}
        for _ in range(turns):
            for name, run in runners.items():
                found[name].append(run(rounds))
    table = Table(
        title=f"Adam on the 1010/-10 stream, T = {rounds:,}, median of {turns} turns",
        title_justify="left",
    )
    for column in (
        "who",
        "ns a round",
        "fastest",
        "its time / regretlab's",
        "asked",
        "x at the end",
    ):
        table.add_column(column, justify="right" if column in ("ns a round", "fastest") else "left")
    own = statistics.median(s for s, _ in found["regretlab"])
    for name, results in found.items():
        seconds = [s for s, _ in results]
        middle = statistics.median(seconds)
        asked = ASKED.get(name, "")
        ratio = f"{middle / own:,.2f}" + (
            f" (regretlab: {own / middle:.2f} times C)" if name == C else ""
        )
        table.add_row(
            name,
            f"{middle * 1e9:,.2f}",
            f"{min(seconds) * 1e9:,.2f}",
            ratio,
            asked,
            f"{results[-1][1]:+.4f}",
        )
    Console(width=130).print(table)
    for name, peer in peers.items():
        if isinstance(peer, str):
            print(f"skipped {name}: {peer}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
