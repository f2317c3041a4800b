"""The command line. A contract: its names, its JSON and its exit statuses are relied on by scripts.

Exit status: 0 done, whatever the verdict; 1 a certificate was refused; 2 bad input, in one line;
130 interrupted.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

import regretlab
from regretlab.ending import (
    complain,
    interrupted_late,
    keeping_its_message,
    leave,
    status_of,
    undisturbed,
)
from regretlab.errors import BrokenFile, Interrupted, InvalidInput, NotFinite, nearest
from regretlab.files import writable_folder, write_whole
from regretlab.game import as_count
from regretlab.show.formulas import page
from regretlab.show.style import picture
from regretlab.show.tables import (
    describe,
    describe_piece,
    described,
    list_pieces,
    print_json,
    table,
)
from regretlab.spelling import ROOMS, found, parse, read_number

app = typer.Typer(
    help="Online convex optimization, with convergence theory that you can run.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LISTS = {
    "methods": "method",
    "losses": "losses",
    "sets": "set",
    "steps": "step",
    "bounds": "bound",
    "theorems": "theorem",
}
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


@app.command()
def reproduce(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="figure1 (the default), period3, sqrt_t, theorem1, theorem2, theorem4, zhang2022, or all.",
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
    typer.echo(
        f"Figures, data and rows are in {out}/ ({', '.join(f'{n}.png, .pdf, .nc, .json' for n in chosen)})."
    )


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


def read_rounds(text: str | None) -> Any:
    """--at: None, every K-th, or a list."""
    if text is None:
        return None
    numbers = [read_number("at", v) for v in text.split(";")]
    return numbers[0] if len(numbers) == 1 else numbers


def run() -> None:
    """The entry point of the `regretlab` command."""
    leave(main())


if __name__ == "__main__":
    run()
