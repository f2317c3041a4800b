"""What the command line prints: tables for people, strict JSON for scripts."""

from __future__ import annotations

import inspect
import json
import math
import os
import sys
from typing import Any

import typer

from regretlab.pieces import spelled_spec


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


def defaults(entry: dict[str, Any]) -> str:
    """The parameters with their defaults, one a line."""
    return "\n".join(f"{p['name']}={word(p['default'])}" for p in entry["parameters"])


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
        [k, spelled_spec(v) if isinstance(v, dict) else shown(v)]
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
    return (
        f"{value:.10g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """A table as wide as the terminal, or as it needs to be where there is none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title, title_justify="left", title_style="bold", show_header=any(columns))
    for column in columns:
        drawn.add_column(column, overflow="fold", no_wrap=column in ("name", "defaults"))
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    terminal = "COLUMNS" in os.environ or (sys.stdout is not None and sys.stdout.isatty())
    Console(width=None if terminal else 120).print(drawn)


def print_json(document: Any) -> None:
    """One strict JSON document: null for NaN and infinities."""
    typer.echo(json.dumps(strict(document), indent=1, allow_nan=False))


def strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): strict(v) for k, v in value.items()}
    if isinstance(value, list):
        return [strict(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
