"""regretlab theorems: published claims, held to what can be run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from regretlab.cli.app import Json, app
from regretlab.ending import keeping_its_message
from regretlab.show.tables import print_json
from regretlab.spelling import ROOMS, found, parse


@app.command()
def theorems(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Such as reddi-theorem-1; all of them if none is named.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold published claims to what can be run: their verdicts, and every check behind them.

    Example: [bold]regretlab theorems reddi-theorem-1[/bold]
    """
    from regretlab.show.claims import describe_claim, list_claims, rows_of

    chosen: list[Any] = [parse("theorem", one) for one in ids or found(ROOMS["theorem"])]
    with keeping_its_message():
        rows = list(rows_of(chosen))
    if as_json:
        return print_json(rows)
    if ids is None:
        return list_claims(rows)
    for row in rows:
        describe_claim(row)
