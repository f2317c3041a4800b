"""regretlab list: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

from regretlab.cli.app import Json, app
from regretlab.errors import InvalidInput
from regretlab.show.formulas import page
from regretlab.show.tables import describe_piece, described, list_pieces, print_json
from regretlab.spelling import ROOMS, found, parse

LISTS = {
    "methods": "method",
    "losses": "losses",
    "sets": "set",
    "steps": "step",
    "bounds": "bound",
    "theorems": "theorem",
}


@app.command("list")
def list_(
    what: Annotated[
        str | None,
        typer.Argument(
            help="methods, losses, sets, steps, bounds or theorems.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(
            help="One of them, such as adam or amsgrad:correction=after.", show_default=False
        ),
    ] = None,
    as_json: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print every method as docs/methods.md has it.")
    ] = False,
) -> None:
    """List what there is, with formulas, parameters, defaults and sources.

    Example: [bold]regretlab list methods amsgrad:correction=after[/bold]
    """
    if what is not None and what not in LISTS:
        remedy = f"list one of {', '.join(LISTS)}, or 'regretlab list methods NAME'."
        raise InvalidInput(f"{what} cannot be listed: {remedy}")
    if markdown:
        if what != "methods" or name is not None or as_json:
            raise InvalidInput(
                "--markdown is for all methods: write 'regretlab list methods --markdown'."
            )
        return typer.echo(page(), nl=False)
    kinds = [what] if what else list(LISTS)
    if name is not None:
        piece = parse(LISTS[kinds[0]], name)
        return print_json([described(piece)]) if as_json else describe_piece(piece)
    pieces = {kind: [cls() for cls in found(ROOMS[LISTS[kind]]).values()] for kind in kinds}
    if as_json:
        entries = {kind: [described(piece) for piece in listed] for kind, listed in pieces.items()}
        return print_json(entries[what] if what else entries)
    for kind, listed in pieces.items():
        list_pieces(kind, listed)
