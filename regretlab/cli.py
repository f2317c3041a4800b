"""The command line. A contract: its names, its JSON and its exit statuses are relied on by scripts.

Exit status: 0 done, whatever the verdict; 2 bad input, in one line; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import math
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

import regretlab
from regretlab.errors import (
    BrokenFile,
    Interrupted,
    InvalidInput,
    NotFinite,
    RegretlabError,
    nearest,
)
from regretlab.spelling import ROOMS, found, named, parse, read_number

app = typer.Typer(
    help="Online convex optimization, with convergence theory that you can run.",
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LISTS = {"methods": "method", "losses": "losses", "sets": "set", "steps": "step"}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status; errors are one line on standard error."""
    warnings.showwarning = lambda message, *rest, **more: complain(f"warning: {message}")
    try:
        return app(args=arguments, prog_name="regretlab", standalone_mode=False) or 0
    except typer.TyperException as error:
        said = " ".join(error.format_message().split()).rstrip(".")
        complain(f"{said}: see 'regretlab --help', or --help after a command.")
    except RegretlabError as error:
        complain(str(error))
    except (typer.Abort, KeyboardInterrupt) as stopped:
        complain(str(stopped) or "interrupted; nothing was saved.")
        return 130
    except BrokenPipeError:  # the reader of a pipe has gone: nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 2


def complain(message: str) -> None:
    """One line on standard error."""
    print(f"regretlab: {message}", file=sys.stderr)


@contextlib.contextmanager
def keeping_its_message() -> Iterator[None]:
    """Let Ctrl-C through with its message, which typer would drop."""
    try:
        yield
    except Interrupted as stopped:
        complain(str(stopped))
        raise typer.Exit(130) from None


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
        typer.Argument(help="figure1 (the default), theorem1, or all.", show_default=False),
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
        "methods": [m.strip() for m in methods.split(",") if m.strip()],
        "seeds": as_count("seeds", seeds),
    }
    if rounds is not None:
        given["rounds"] = as_count("rounds", rounds)
    writable_folder(out)
    rows = []
    with keeping_its_message():
        for name in chosen:
            taken = paper_figures.options(known[name])
            rows += paper_figures.make(name, out, **{k: v for k, v in given.items() if k in taken})
    if as_json:
        print_json(rows)
        return
    table(
        f"{', '.join(chosen)}: T = {rows[0]['rounds']:,}"
        if len(chosen) == 1
        else ", ".join(chosen),
        ["setting", "method", "claim", "measured", "holds"],
        [
            [r["setting"], r["method"], r["claim"], r["measured"], "yes" if r["holds"] else "NO"]
            for r in rows
        ],
    )
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
        typer.Option("--set", help="interval:lo=-1,hi=1, or the box if d > 1.", show_default=False),
    ] = None,
    step: Annotated[str, typer.Option(help="alpha_t.")] = "inverse-sqrt:alpha=0.5",
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
    out: Annotated[
        Path | None, typer.Option(help="Save everything as this .nc file.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw x_t and R_t/t into this .png, .pdf or .svg.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play a method against a loss sequence and print its regret.

    Example: [bold]regretlab play adam:beta1=0.9,beta2=0.99 reddi-online --rounds 1e7 --json[/bold]
    """
    settings: dict[str, Any] = {
        "method": parse("method", method),
        "losses": parse("losses", losses),
        "set": parse("set", set_) if set_ else None,
        "step": parse("step", step),
        "rounds": read_number("rounds", rounds),
        "x1": [read_number("x1", v) for v in x1.split(";")] if x1 else None,
        "seed": read_number("seed", seed),
        "runs": read_number("runs", runs) if runs else None,
        "engine": engine,
        "at": read_rounds(at),
    }
    for path in (out, plot):
        if path is not None:
            writable_folder(path.parent, path)
    ended = ""
    status = 0
    try:
        played = regretlab.play(**settings)
    except (NotFinite, Interrupted) as stopped:
        if stopped.play is None:
            raise (
                InvalidInput(str(stopped)) if isinstance(stopped, NotFinite) else stopped
            ) from None
        played, ended, status = (
            stopped.play,
            str(stopped),
            2 if isinstance(stopped, NotFinite) else 130,
        )
    if out is not None:
        played.save(out)
    if ended:
        complain(
            f"{ended}; "
            + (
                f"what was played until then is in {out}."
                if out
                else "nothing was saved (no --out)."
            )
        )
    if plot is not None:
        played.plot(plot)  # type: ignore[attr-defined]
    row = played.row()
    if as_json:
        print_json(row)
    else:
        describe(row)
    raise typer.Exit(status)


@app.command("list")
def list_(
    what: Annotated[
        str | None, typer.Argument(help="methods, losses, sets or steps.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Argument(help="One of them.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """List what there is, with parameters, defaults and sources.

    Example: [bold]regretlab list methods amsgrad[/bold]
    """
    if what is not None and what not in LISTS:
        raise InvalidInput(f"{what} cannot be listed: {nearest(what, LISTS)}")
    kinds = [what] if what else list(LISTS)
    if name is not None:
        entry = described(named(LISTS[kinds[0]], name))
        return print_json([entry]) if as_json else describe_piece(entry)
    entries = {
        kind: [described(piece) for piece in found(ROOMS[LISTS[kind]]).values()] for kind in kinds
    }
    if as_json:
        return print_json(entries[what] if what else entries)
    for kind, listed in entries.items():
        table(
            kind,
            ["name", "what", "source"],
            [[spelled(e), e["summary"], e["source"]] for e in listed],
        )


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
        kernels = list(store.folder().glob("regretlab_kernel_*.py"))
        typer.echo(f"{len(kernels)} kernels in {store.folder()}.")


def read_rounds(text: str | None) -> Any:
    """--at: None, every K-th, or a list."""
    if text is None:
        return None
    numbers = [read_number("at", v) for v in text.split(";")]
    return numbers[0] if len(numbers) == 1 else numbers


def as_count(name: str, text: str) -> int:
    from regretlab.game import as_count

    return as_count(name, read_number(name, text))


def writable_folder(folder: Path, file: Path | None = None) -> None:
    """Make the folder, or say that it cannot be written, before anything is computed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BrokenFile(
            f"{folder} cannot be made ({error.strerror}): choose another place."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BrokenFile(f"{folder} cannot be written (permission denied): choose another place.")
    if file is not None and (file.is_dir() or (file.exists() and not os.access(file, os.W_OK))):
        raise BrokenFile(f"{file} cannot be written (a folder, or protected): choose another name.")


def described(piece: Any) -> dict[str, Any]:
    """A piece class as `list --json` gives it."""
    parameters = []
    default = piece().spec()
    for key, f in piece.parameters().items():
        within = f.metadata.get("within")
        parameters.append({
            "name": key,
            "default": default[key],
            "range": within.text if within else None,
            "options": f.metadata.get("among"),
            "meaning": f.metadata.get("doc", ""),
        })  # fmt: skip
    about = inspect.cleandoc(piece.__doc__ or "")
    summary = about.partition("\n")[0]
    return {
        "name": piece.name,
        "summary": summary,
        "about": about,
        "parameters": parameters,
        "source": piece.source,
    }


def spelled(entry: dict[str, Any]) -> str:
    settings = ",".join(f"{p['name']}={word(p['default'])}" for p in entry["parameters"])
    return f"{entry['name']}:{settings}" if settings else entry["name"]


def word(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(word(v[0] if isinstance(v, list) else v) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def describe_piece(entry: dict[str, Any]) -> None:
    """One piece in full."""
    typer.echo(f"{entry['name']}\n\n{entry['about']}\n\nSource: {entry['source']}\n")
    rows = [
        [p["name"], word(p["default"]), p["range"] or "", p["meaning"]] for p in entry["parameters"]
    ]
    for p in entry["parameters"]:
        rows += [
            ["", "", f"{p['name']}={option}", meaning]
            for option, meaning in (p["options"] or {}).items()
        ]
    if rows:
        table("parameters", ["name", "default", "range", "meaning"], rows)


def describe(row: dict[str, Any]) -> None:
    """The outcome of a play as a table."""
    skipped = ("runs", "versions")
    rows = [
        [k, json.dumps(v) if isinstance(v, dict) else shown(v)]
        for k, v in row.items()
        if k not in skipped and v is not None
    ]
    title = f"median of {len(row['runs'])} runs" if "runs" in row else "one run"
    table(f"{row['method']['name']} against {row['losses']['name']}, {title}", ["", ""], rows)


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(shown(v) for v in value[:8]) + (
            f", ... ({len(value)} in all)" if len(value) > 8 else ""
        )
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """A table as wide as the terminal, or as it needs to be where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", title_style="bold", show_header=any(columns))
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 120).print(drawn)


def print_json(document: Any) -> None:
    """One strict JSON document: null for NaN and infinities."""
    typer.echo(json.dumps(strict(document), indent=1, allow_nan=False))


def strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): strict(v) for k, v in value.items()}
    if isinstance(value, list):
        return [strict(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def run() -> None:
    """The entry point of the `regretlab` command."""
    sys.exit(main())


if __name__ == "__main__":
    run()
