"""What the command line prints: tables for people, strict JSON for scripts."""

from __future__ import annotations

import inspect
import json
import math
import os
import sys
import textwrap
from functools import partial
from typing import Any

import typer

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import STATUSES, Bound, known_by
from regretlab.methods.method import Method
from regretlab.pieces import Piece, spelled_spec
from regretlab.readings.formulas.naming import from_latex, in_ascii
from regretlab.show import formulas
from regretlab.show.formulas import brief, fresh
from regretlab.theorems.claim import Claim

MATRIX = (
    "A matrix is written row by row: ':' between the numbers of a row, ';' between rows, as in '1:0;0:1',\n"
    "and ';' behind a single row, as in '1:1;'. '1;2' is a column."
)


def described(piece: Piece) -> dict[str, Any]:
    """A piece as `list --json` gives it."""
    about = inspect.cleandoc(piece.__doc__ or "")
    entry = {
        "name": piece.name,
        "summary": about.partition("\n")[0],
        "about": about,
        "parameters": [parameter(piece, key) for key in shown_parameters(piece)],
        "source": piece.source,
    }
    if isinstance(piece, Bound):
        told = ("title", "label", "status", "statement", "remark", "needs")
        return entry | {name: getattr(piece, name) for name in told} | {"needs": list(piece.needs)}
    if isinstance(piece, Claim):
        told = ("title", "label", "statement", "erratum", "remark")
        written = {name: getattr(piece, name) for name in told}
        return entry | written | {"figure": piece.figure or None}
    if not isinstance(piece, Method):
        return entry
    return entry | {
        "formula": formulas.text(piece),
        "latex": formulas.latex(piece),
        "departs": piece.departs,
        "conventions": piece.conventions,
        "step": str(piece.default_step),
    }


def figure_line(figure: str | None) -> str:
    """The figure that shows a claim, and what makes it."""
    return f"Figure: {figure} (regretlab reproduce {figure})" if figure else "Figure: none"


def shown_parameters(piece: Piece) -> list[str]:
    """Its parameters; the convention only where there is more than the paper's."""
    hidden = {"convention"} if isinstance(piece, Method) and not piece.conventions else set()
    return [key for key in piece.parameters() if key not in hidden]


def parameter(piece: Piece, key: str) -> dict[str, Any]:
    """One parameter: what it is if nothing is said, what it may be, and what it means."""
    f = piece.parameters()[key]
    within, among = f.metadata.get("within"), f.metadata.get("among")
    return {
        "name": key,
        "symbol": f.metadata.get("symbol") or None,
        "default": fresh(piece).spec()[key],
        "range": within.text if within else None,
        "options": among,
        "meaning": f.metadata.get("doc", ""),
    }


def defaults(entry: dict[str, Any]) -> str:
    """The parameters with their defaults, one a line."""
    return "\n".join(f"{p['name']}={word(p['default'])}" for p in entry["parameters"])


def word(value: Any) -> str:
    if isinstance(value, dict):
        return spelled_spec(value)
    if isinstance(value, list):
        rows = [":".join(map(word, v)) if isinstance(v, list) else word(v) for v in value]
        return ";".join(rows) + (";" if len(rows) == 1 and ":" in rows[0] else "")
    return f"{value:g}" if isinstance(value, float) else str(value)


def describe_piece(piece: Piece) -> None:
    """One piece in full."""
    entry, inside = described(piece), getattr(piece, "method", None)
    lines = [spelled_spec(brief(piece)), "", entry["about"], ""]
    if isinstance(piece, Method):
        lines += ["Formulas:", *(f"    {line}" for line in entry["formula"]), ""]
        lines += ["In LaTeX:", *(f"    {line}" for line in entry["latex"]), ""]
        step = formulas.text(piece.default_step)[0]
        lines += [f"Step size: {step} ({entry['step']}), unless another one is given."]
        if piece.departs:
            lines += [f"Departs from Algorithm 1: {piece.departs}."]
    if isinstance(piece, Bound):
        known = known_by(piece.label)
        lines += [f"{piece.title}: R_T is at most, in LaTeX,", f"    {piece.statement}", ""]
        lines += [f"Status: {piece.status} ({STATUSES[piece.status]}).", f"Known: {known}."]
        lines += [piece.remark] if piece.remark else []
    if isinstance(piece, Claim):
        known = known_by(piece.label)
        lines += [f"{piece.title}:", f"    {piece.statement}", f"Known: {known}."]
        lines += [told for told in (piece.erratum, piece.remark) if told]
        lines += [figure_line(piece.figure)]
    typer.echo(sayable("\n".join([*lines, f"Source: {entry['source']}", ""])))
    if any(f.metadata.get("ndim") == 2 for f in piece.parameters().values()):
        typer.echo(f"{MATRIX}\n")
    tables = {"parameters": piece}
    if isinstance(inside, Method):
        tables[f"parameters of {inside.name}"] = inside
    for title, owner in tables.items():
        if rows := [row for key in shown_parameters(owner) for row in parameter_rows(owner, key)]:
            table(title, ["name", "symbol", "default", "range", "meaning"], rows)


def parameter_rows(piece: Piece, key: str) -> list[list[str]]:
    """A parameter, and its options below it."""
    p, value = parameter(piece, key), getattr(piece, key)
    default = p["default"] if not isinstance(value, Piece) else brief(fresh(piece))[key]
    value = brief(value) if isinstance(value, Piece) else piece.spec()[key]
    shown = word(value) + (f" (default {word(default)})" if value != default else "")
    options = (p["options"] or {}).items()
    return [
        [key, symbol(p["symbol"]), shown, p["range"] or "", p["meaning"]],
        *(["", "", "", f"{key}={option}", meaning] for option, meaning in options),
    ]


def symbol(latex: str | None) -> str:
    """A parameter's symbol as the formulas have it on a terminal."""
    return from_latex(latex).plain(()) if latex else ""


def list_pieces(kind: str, pieces: list[Piece]) -> None:
    """The table of one kind of pieces; of methods it has the formulas."""
    if kind != "methods":
        entries = map(described, pieces)
        rows = [[e["name"], defaults(e), e["summary"], e["source"]] for e in entries]
        return table(kind, ["name", "defaults", "what", "source"], rows)
    room = console().width - max(len(m.name) for m in pieces) - 10  # for the lines of the table
    wide = 3 * room // 5
    rows = [
        [
            m.name,
            *(
                filled(lines, w)
                for lines, w in ((formulas.short(m), wide), ([m.source], room - wide))
            ),
        ]
        for m in pieces
    ]
    return table(kind, ["name", "formula", "source"], rows, lines=True)


def filled(lines: list[str], width: int) -> str:
    """Lines broken at spaces, what goes on indented."""
    wrapped = partial(textwrap.fill, width=width, break_on_hyphens=False)
    indent = "    " if len(lines) > 1 else ""
    return "\n".join(wrapped(line, subsequent_indent=indent) for line in lines)


def describe(row: dict[str, Any], title: str = "one run") -> None:
    """The outcome of a play, or a limit, as a table."""
    skipped = ("runs", "versions", "bound")
    note = row.get("comparator_note")
    if note and not all(map(math.isfinite, row["comparator"])):
        skipped += ("comparator",)  # which is NaN, and the note says why
    rows = [
        [
            "comparator" if k == "comparator_note" else k,
            spelled_spec(v) if isinstance(v, dict) else shown(v),
        ]
        for k, v in row.items()
        if k not in skipped and v is not None and v != ""
    ]
    rows += held_to(row["bound"]) if "bound" in row else []
    title = f"median of {len(row['runs'])} runs" if "runs" in row else title
    table(f"{row['method']['name']} against {row['losses']['name']}, {title}", ["", ""], rows)


def held_to(bound: dict[str, Any]) -> list[list[str]]:
    """A bound and what came of it, as rows."""
    rows = [["bound", spelled_spec(bound["bound"])], ["", f"{bound['title']}; {bound['source']}"]]
    rows += [["status", f"{bound['status']}: {STATUSES[bound['status']]}"]]
    rows += [["known", known_by(bound["label"])]]
    if bound["holds"] is None:
        lacking = [Assumption(**a) for a in bound["assumptions"] if not a["holds"]]
        return [*rows, *[["no claim" if n == 0 else "", a.told] for n, a in enumerate(lacking)]]
    slack = f"{shown(bound['smallest_slack'])} in round {bound['smallest_slack_round']:,}"
    return [
        *rows,
        ["right-hand side", shown(bound["right_hand_side"])],
        ["smallest slack", slack],
        ["the bound holds", "yes" if bound["holds"] else "NO"],
    ]


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(shown(v) for v in value[:8]) + (
            f", ... ({len(value)} in all)" if len(value) > 8 else ""
        )
    return (
        f"{value:.10g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def table(title: str, columns: list[str], rows: list[list[str]], lines: bool = False) -> None:
    """A table, no wider than the terminal."""
    from rich.table import Table
    from rich.text import Text

    look: dict[str, Any] = {"title_justify": "left", "title_style": "bold"}
    drawn = Table(title=title, show_header=any(columns), show_lines=lines, **look)
    for column in columns:
        drawn.add_column(column, overflow="fold", no_wrap=column in ("name", "defaults"))
    for row in rows:
        drawn.add_row(*(Text(sayable(cell)) for cell in row))
    console().print(drawn)


def console() -> Any:
    """As wide as the terminal, or 120 where there is none."""
    from rich.console import Console

    terminal = "COLUMNS" in os.environ or (sys.stdout is not None and sys.stdout.isatty())
    return Console(width=None if terminal else 120)


MATRIX = (
    "A matrix is written row by row: ':' between the numbers of a row, ';' between rows, as in '1:0;0:1',\n"
    "and ';' behind a single row, as in '1:1;'. '1;2' is a column."
)


def print_json(document: Any) -> None:
    """One strict JSON document: null for NaN and infinities."""
    typer.echo(json.dumps(strict(document), indent=1, allow_nan=False))


def strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): strict(v) for k, v in value.items()}
    if isinstance(value, list):
        return [strict(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def sayable(text: str) -> str:
    """The text as the terminal's encoding has it: without Greek letters where there are none."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return in_ascii(text).encode(encoding, "replace").decode(encoding)
    return text
