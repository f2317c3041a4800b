"""regretlab reproduce: the figures of a paper, made anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regretlab.cli.app import Json, app
from regretlab.ending import keeping_its_message
from regretlab.errors import InvalidInput, nearest
from regretlab.files import writable_folder
from regretlab.settings import as_count
from regretlab.show.tables import print_json, table
from regretlab.spelling import read_number


@app.command()
def reproduce(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="figure1 (the default), period3, sqrt_t, theorem1, theorem2, theorem4, zhang2022; "
            "what moves (.gif): beale, iterates, nag, ravine, saddle; or all.",
            show_default=False,
        ),
    ] = None,
    methods: Annotated[
        str, typer.Option(help="Methods of figure1: adam, amsgrad, sgd, adagrad, rmsprop.")
    ] = "adam,amsgrad",
    out: Annotated[Path, typer.Option(help="Folder for the figures and data.")] = Path("results"),
    rounds: Annotated[
        str | None,
        typer.Option(help="T, such as 1e7; each figure has its own default.", show_default=False),
    ] = None,
    seeds: Annotated[str, typer.Option(help="Runs on a stochastic stream.")] = "20",
    as_json: Json = False,
) -> None:
    """Make a paper's figure anew: .png, .pdf, .nc (the data) and .json, and the table of what holds.

    What moves is a .gif too (and an .mp4 where ffmpeg is), with its first frame as NAME-first.png.

    Example: [bold]regretlab reproduce theorem1 --rounds 3e5 --out results[/bold]
    """
    import paper_figures

    known = paper_figures.known()
    chosen = list(known) if what and "all" in what else list(dict.fromkeys(what or ["figure1"]))
    for name in chosen:
        if name not in known:
            raise InvalidInput(
                f"{name} is not something to reproduce: {nearest(name, [*known, 'all'])}"
            )
    given = {
        "methods": [m.strip() for m in methods.split(",")],
        "seeds": as_count("seeds", read_number("seeds", seeds)),
    }
    if rounds is not None:
        given["rounds"] = as_count("rounds", read_number("rounds", rounds))
    writable_folder(out)
    rows = []
    with keeping_its_message():
        for name in chosen:
            taken = paper_figures.options(known[name])
            rows += paper_figures.make(name, out, **{k: v for k, v in given.items() if k in taken})
    if as_json:
        print_json(rows)
        return
    lengths = {r["rounds"] for r in rows} - {None}  # None is T = infinity: nothing was played
    length = f": T = {lengths.pop():,}" if len(chosen) == len(lengths) == 1 else ""
    table(
        ", ".join(chosen) + length,
        ["setting", "method", "claim", "measured", "holds"],
        [
            [r["setting"], r["method"], r["claim"], r["measured"], "yes" if r["holds"] else "NO"]
            for r in rows
        ],
    )
    for name in chosen:
        typer.echo(known[name].HOLDS)
    written = ", ".join(file for name in chosen for file in paper_figures.files(name))
    typer.echo(f"Figures, data and rows are in {out}/ ({written}).")
