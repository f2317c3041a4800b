"""regretlab sweep: a grid of plays, or of limits."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

import regretlab
from regretlab.cli.app import Json, app
from regretlab.ending import keeping_its_message
from regretlab.errors import InvalidInput
from regretlab.files import writable_folder
from regretlab.show.style import picture
from regretlab.show.sweeps import describe_sweep, refuse_undrawable
from regretlab.show.tables import print_json
from regretlab.spelling import parse, read_number


@app.command()
def sweep(
    method: Annotated[str, typer.Argument(help="Such as adam; see 'regretlab list methods'.")],
    losses: Annotated[str, typer.Argument(help="Such as reddi-online or 'periodic:c=3;-1;-1'.")],
    grid: Annotated[
        list[str],
        typer.Option(
            help="An axis, KEY=LO:HI:N[:log] or 'KEY=V;V;V'; 1-KEY=... for 1 - KEY. Once an axis.",
            show_default=False,
        ),
    ],
    set_: Annotated[
        str | None,
        typer.Option("--set", help="The feasible set.", show_default="the losses' own"),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(help="alpha_t.", show_default="the method's, mostly inverse-sqrt:alpha=0.5"),
    ] = None,
    rounds: Annotated[str, typer.Option(help="T, such as 1e6.")] = "1e5",
    at: Annotated[
        str | None,
        typer.Option(help="Rounds before T to keep too: '1e3;1e4'.", show_default=False),
    ] = None,
    x1: Annotated[
        str | None, typer.Option(help="First iterate.", show_default="the projection of 0")
    ] = None,
    seed: Annotated[str, typer.Option(help="Key of the random draws.")] = "0",
    runs: Annotated[
        str | None, typer.Option(help="Runs at every point.", show_default=False)
    ] = None,
    limit: Annotated[bool, typer.Option("--limit", help="T = infinity in place of plays.")] = False,
    both: Annotated[
        bool, typer.Option("--both", help="Plays, and T = infinity beside them.")
    ] = False,
    refine: Annotated[
        bool, typer.Option("--refine", help="Only the points along the verdict's boundary.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Zarr store, written block by block.", show_default=False),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the store.")] = False,
    jobs: Annotated[str | None, typer.Option(help="Threads.", show_default="the cores")] = None,
    dask: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler to run on.", show_default=False),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the map into this .png, .pdf or .svg.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play a method, or take its limit, at every point of a grid of settings.

    Example: [bold]regretlab sweep adam reddi-online --grid beta1=0:0.99:64 --grid beta2=0.5:0.9999:64
    --rounds 1e5 --both --out s.zarr[/bold]
    """
    settings: dict[str, Any] = {
        "method": parse("method", method),
        "losses": parse("losses", losses),
        "grid": axes(grid),
        "set": parse("set", set_) if set_ is not None else None,
        "step": parse("step", step) if step is not None else None,
        "rounds": read_number("rounds", rounds),
        "at": [read_number("at", v) for v in at.split(";")] if at is not None else None,
        "x1": [read_number("x1", v) for v in x1.split(";")] if x1 is not None else None,
        "seed": read_number("seed", seed),
        "runs": read_number("runs", runs) if runs is not None else None,
        "limit": limit,
        "both": both,
    }
    if limit and both:
        raise InvalidInput(
            "--limit and --both: give --both for plays and limits, or --limit alone."
        )
    if plot is not None:
        writable_folder(plot.parent, picture(plot))
        names = [key.rpartition(".")[2].removeprefix("1-") for key in settings["grid"]]
        refuse_undrawable([name for name in names if name not in ("rounds", "seed")])
    if refine and (jobs is not None or dask is not None):
        raise InvalidInput("--refine runs in the threads of this process: leave --jobs and --dask.")
    began = time.perf_counter()
    with keeping_its_message():
        if refine:
            if resume:
                raise InvalidInput("--refine is saved at its end, and not resumed: leave --resume.")
            if out is not None and out.exists():
                raise InvalidInput(f"{out} is there already: choose another place.")
            done = regretlab.refine(**settings)
            if out is not None:
                done.path = done.save(out)
        else:
            kept = {"out": out, "resume": resume}
            if jobs is not None:
                kept["jobs"] = read_number("jobs", jobs)
            done = regretlab.sweep(**settings, **kept, executor=cluster(dask))
        if plot is not None:
            done.plot(plot)
    row = done.row() | {"seconds": time.perf_counter() - began}
    if as_json:
        return print_json(row)
    describe_sweep(row)


def axes(given: list[str]) -> dict[str, str]:
    """KEY=VALUES, each once."""
    out: dict[str, str] = {}
    for text in given:
        key, equals, values = text.partition("=")
        key = key.strip()
        if not key or not equals or not values.strip():
            raise InvalidInput(
                f"--grid {text} is no axis: write KEY=LO:HI:N, as in beta2=0.9:0.99:64."
            )
        if key in out:
            raise InvalidInput(f"--grid {key} stands twice: give each axis once.")
        out[key] = values.strip()
    return out


def cluster(address: str | None) -> Any:
    """The executor of a Dask cluster, or None for threads."""
    if address is None:
        return None
    from regretlab.sweeps.dask import executor

    return executor(address)
