"""regretlab limit and check: the end of a play, and its certificate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import regretlab
from regretlab.cli.app import Json, app
from regretlab.ending import complain
from regretlab.errors import BrokenFile, InvalidInput
from regretlab.files import writable_folder, write_whole
from regretlab.show.tables import describe, print_json
from regretlab.spelling import parse


@app.command()
def limit(
    method: Annotated[str, typer.Argument(help="Such as adam:beta1=0.9,beta2=0.99.")],
    losses: Annotated[
        str, typer.Argument(help="Linear and periodic: reddi-online, 'periodic:c=3;-1;-1'.")
    ],
    set_: Annotated[
        str | None, typer.Option("--set", help="An interval or a box.", show_default="[-1, 1]")
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(help="alpha_t.", show_default="the method's, mostly inverse-sqrt:alpha=0.5"),
    ] = None,
    certify: Annotated[
        bool, typer.Option("--certify", help="Prove it in ball arithmetic; prints the certificate.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the certificate to this .json file.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what a play tends to as T tends to infinity, without playing it; or prove it.

    Example: [bold]regretlab limit adam:beta1=0.9,beta2=0.99 reddi-online --certify --json[/bold]
    """
    if out is not None and not certify:
        raise InvalidInput(f"--out {out} is where a certificate goes: give --certify too.")
    if out is not None:
        writable_folder(out.parent, out)
    pieces = {
        "method": parse("method", method),
        "losses": parse("losses", losses),
        "set": parse("set", set_) if set_ is not None else None,
        "step": parse("step", step) if step is not None else None,
    }
    row = regretlab.limit(**pieces).row()
    if certify:
        row["certificate"] = document = regretlab.certify(**pieces)
        if out is not None:
            write_whole(out, (json.dumps(document, indent=1) + "\n").encode())
    if as_json:
        return print_json(row)
    document = row.pop("certificate")
    describe(row, "T to infinity")
    if document is not None and document["status"] == "proved":
        from regretlab.limits import checker

        typer.echo("\n".join(["Certificate, checked:", *checker.check(document)]))
    elif document is not None:
        typer.echo(f"Not proved: {document['why']}.")


@app.command()
def check(
    certificate: Annotated[Path, typer.Argument(help="A file that 'limit --certify --out' wrote.")],
) -> None:
    """Check a certificate and print what it proves; exit status 1 if it is refused.

    Example: [bold]regretlab check adam.json[/bold]
    """
    from regretlab.limits import checker  # with its library of balls, which takes time to import

    try:
        proved = checker.check(checker.load(certificate))
    except checker.Rejected as refused:
        complain(f"{certificate} is refused: {refused}.")
        raise typer.Exit(1) from None
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
        raise BrokenFile(f"{certificate} {why}: give a certificate's file.") from None
    for line in proved:
        typer.echo(line)
