"""regretlab cache: compiled kernels."""

from __future__ import annotations

from typing import Annotated

import typer

from regretlab.cli.app import app


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove every compiled kernel.")] = False,
) -> None:
    """Say where compiled kernels are kept, and how many.

    Example: [bold]regretlab cache --clear[/bold]
    """
    from regretlab.engines import store

    if clear:
        typer.echo(f"{store.clear()} kernels removed from {store.folder()}.")
    else:
        typer.echo(f"{len(store.kernels())} kernels in {store.folder()}.")
