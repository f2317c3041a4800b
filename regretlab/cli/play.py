"""regretlab play: one game."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import regretlab
from regretlab.cli.app import Json, app
from regretlab.ending import complain, interrupted_late, keeping_its_message, undisturbed
from regretlab.errors import BrokenFile, Interrupted, NotFinite
from regretlab.files import writable_folder
from regretlab.show.style import picture
from regretlab.show.tables import describe, print_json
from regretlab.spelling import parse, read_number


@app.command()
def play(
    method: Annotated[
        str, typer.Argument(help="Such as adam:beta1=0.9,beta2=0.99; see 'regretlab list methods'.")
    ],
    losses: Annotated[
        str,
        typer.Argument(
            help="Such as reddi-online or 'periodic:c=3;-1;-1'; see 'regretlab list losses'."
        ),
    ],
    set_: Annotated[
        str | None,
        typer.Option(
            "--set",
            help="The losses' own: mostly interval:lo=-1,hi=1, or the box.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(help="alpha_t.", show_default="the method's, mostly inverse-sqrt:alpha=0.5"),
    ] = None,
    rounds: Annotated[str, typer.Option(help="T, such as 1e7.")] = "1e6",
    x1: Annotated[
        str | None,
        typer.Option(
            help="First iterate: a number, or d of them with ';' between; the projection of 0.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[str, typer.Option(help="Key of the random draws.")] = "0",
    runs: Annotated[
        str | None,
        typer.Option(help="Number of runs, which differ in their draws.", show_default=False),
    ] = None,
    engine: Annotated[str, typer.Option(help="compiled or plain.")] = "compiled",
    at: Annotated[
        str | None,
        typer.Option(
            help="Rounds to record: K for every K-th, or a list such as '10;100;1000'.",
            show_default="log-spaced",
        ),
    ] = None,
    record: Annotated[
        str | None,
        typer.Option(
            help="What else to keep, such as m,V,rate,gamma: phi_t, psi_t, alpha_t / sqrt(V_t), Gamma_t.",
            show_default=False,
        ),
    ] = None,
    bound: Annotated[
        str | None,
        typer.Option(
            help="Hold the regret to this bound; see 'regretlab list bounds'.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Save everything as this .nc file.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            help="Draw x_t and R_t/t (or R_t under the bound) into this .png, .pdf or .svg.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play a method against a loss sequence and print its regret.

    Example: [bold]regretlab play adam:beta1=0.9,beta2=0.99 reddi-online --rounds 1e7 --json[/bold]
    """
    settings: dict[str, Any] = {
        "method": parse("method", method),
        "losses": parse("losses", losses),
        "set": parse("set", set_) if set_ is not None else None,
        "step": parse("step", step) if step is not None else None,
        "rounds": read_number("rounds", rounds),
        "x1": [read_number("x1", v) for v in x1.split(";")] if x1 is not None else None,
        "seed": read_number("seed", seed),
        "runs": read_number("runs", runs) if runs is not None else None,
        "engine": engine,
        "at": read_rounds(at),
        "record": record if record is not None else (),
    }
    claim: Any = parse("bound", bound) if bound is not None else None
    for path in (out, plot):
        if path is not None:
            writable_folder(path.parent, path if path is out else picture(path))
    ended, status = "", 0
    with keeping_its_message():
        try:
            played = regretlab.play(**settings)
        except (NotFinite, Interrupted) as stopped:
            if stopped.play is None:
                raise
            played, ended = stopped.play, str(stopped)
            status = 2 if isinstance(stopped, NotFinite) else 130
    told = [ended] if ended else []
    with keeping_its_message(), undisturbed(ended):
        saved, checked = False, None
        try:
            if out is not None:
                played.save(out)
                saved = True
                told += [f"what was played until then is in {out}"] if ended else []
            elif ended:
                told.append("nothing was saved: give --out")
            if claim is not None:
                checked = played.against(claim)
            if plot is not None:
                (played if checked is None else checked).plot(plot)
        except BrokenFile as error:  # what was played is still printed
            told.append(str(error).rstrip("."))
            status = status or 2
        except KeyboardInterrupt:
            raise interrupted_late(out if saved else None) from None
        if told:
            complain("; ".join(told) + ".")
        try:
            row = played.row() | ({} if checked is None else {"bound": checked.row()})
            if as_json:
                print_json(row)
            else:
                describe(row)
        except KeyboardInterrupt:
            raise interrupted_late(out if saved else None) from None
    raise typer.Exit(status)


def read_rounds(text: str | None) -> Any:
    """--at: None, every K-th, or a list."""
    if text is None:
        return None
    numbers = [read_number("at", v) for v in text.split(";")]
    return numbers[0] if len(numbers) == 1 else numbers
