"""The `regretlab` command itself: its options, and what its commands share."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

import regretlab
from regretlab.ending import complain, leave, status_of

app = typer.Typer(
    help="Online convex optimization, with convergence theory that you can run.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    warnings.showwarning = lambda message, *rest, **more: complain(f"warning: {message}")
    return status_of(lambda: app(args=arguments, prog_name="regretlab", standalone_mode=False))


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"regretlab {regretlab.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Online convex optimization, with convergence theory that you can run."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run() -> None:
    """The entry point of the `regretlab` command."""
    leave(main())
