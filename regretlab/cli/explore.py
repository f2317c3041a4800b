"""regretlab explore: the page on which Adam turns round."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

import regretlab
from regretlab.cli.app import app
from regretlab.errors import InvalidInput
from regretlab.files import writable_folder


@app.command()
def explore(
    out: Annotated[Path, typer.Option(help="Write the page to this .html file.")] = Path(
        "explorer.html"
    ),
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Write it and do not open it.")
    ] = False,
) -> None:
    """Write an interactive page, one file that runs in any browser, and open it.

    Example: [bold]regretlab explore --out adam.html --no-browser[/bold]
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise InvalidInput(f"--out {out} is not a page: let it end in .html.")
    writable_folder(out.parent, out)
    typer.echo("Putting the page together, some ten seconds ...", err=True)
    regretlab.explorer().save(out)
    typer.echo(f"{out} ({out.stat().st_size / 1e6:.1f} MB) runs in any browser, without a network.")
    if not no_browser and not webbrowser.open(out.resolve().as_uri()):
        typer.echo("No browser could be started here: open the file yourself.")
