"""Pieces by name: found by the presence of their file, read from `name:key=value,key=value`.

Nothing is ever evaluated as code.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from regretlab.errors import InvalidInput, nearest
from regretlab.pieces import Piece, array_from, is_spec

ROOMS = {
    "method": "regretlab.methods",
    "losses": "regretlab.losses",
    "set": "regretlab.sets",
    "step": "regretlab.schedules",
    "bound": "regretlab.bounds",
    "theorem": "regretlab.theorems",
}

CALLED = {
    "method": "method",
    "losses": "loss sequence",
    "set": "set",
    "step": "step schedule",
    "bound": "regret bound",
    "theorem": "claim",
}


@cache
def found(room: str) -> dict[str, type[Piece]]:
    """Every piece defined in a module, or in the modules of a package, by its name."""
    package = importlib.import_module(room)
    files = pkgutil.iter_modules(getattr(package, "__path__", []))
    inside = [package, *(importlib.import_module(f"{room}.{file.name}") for file in files)]
    pieces = {}
    for module in inside:
        for value in vars(module).values():
            here = inspect.isclass(value) and value.__module__ == module.__name__
            if here and issubclass(value, Piece) and not value.abstract:
                pieces[value.name] = value
    return dict(sorted(pieces.items()))


def by_class_name(room: str, wanted: str) -> type[Piece]:
    """The piece of a room by the name of its class: what `methods.Adam` looks up."""
    classes = {piece.__name__: piece for piece in found(room).values()}
    if wanted not in classes:
        raise AttributeError(f"{room} has no {wanted}: it has {', '.join(sorted(classes))}.")
    return classes[wanted]


def named(kind: str, name: str) -> type[Piece]:
    """The class of the piece called `name` on the command line."""
    known = found(ROOMS[kind])
    if name not in known:
        raise InvalidInput(f"{name} is not a known {CALLED[kind]}: {nearest(name, known)}")
    return known[name]


def parse(kind: str, text: str) -> Piece:
    """A piece from `name` or `name:key=value,key=value`; a wrapper's inner one follows a slash."""
    text, slash, rest = text.partition("/")
    name, colon, settings = text.strip().partition(":")
    piece = named(kind, name)
    inside = [n for n, f in piece.parameters().items() if piece.kind_of(f) == "piece"]
    if slash and not inside:
        raise InvalidInput(f"{name} wraps no other {CALLED[kind]}: drop /{rest}")
    if colon and not settings:
        raise InvalidInput(f"{text} ends in a colon: write {name}, or {name}:key=value.")
    parts = rest.split("&") if len(inside) > 1 else [rest]
    if slash and len(parts) != len(inside):
        example = f"{name}/ONE&OTHER"
        raise InvalidInput(
            f"{name} has {len(inside)} parts and {rest} is {len(parts)}: write {example}."
        )
    values = {k: parse(kind, part) for k, part in zip(inside, parts, strict=True)} if slash else {}
    for setting in settings.split(",") if settings else []:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if not key.strip() or not equals or not value.strip():
            raise InvalidInput(
                f"{setting} in {text} is not key=value: write {name}:key=value,key=value."
            )
        if key in values:
            raise InvalidInput(f"{key} stands twice in {text}: give it once.")
        values[key] = read_value(piece, key, value.strip())
    return piece(**values)


def from_spec(kind: str, spec: dict[str, Any]) -> Piece:
    """A piece from what its `spec()` gave."""
    piece = named(kind, spec["name"])
    values = {
        key: from_spec(kind, value) if is_spec(value) else array_from(value)
        for key, value in spec.items()
    }
    return piece(**{key: value for key, value in values.items() if key != "name"})


def read_value(piece: type[Piece], key: str, value: str) -> Any:
    """A number, a word, true/false, a list with : or ; between its numbers, or a matrix."""
    kind = piece.kind_of(piece.declared(key))
    if kind == "choice":
        return {"true": True, "false": False}.get(value, value)
    if kind == "piece":
        raise InvalidInput(
            f"{key}={value} is another piece: write it behind a slash, as in {piece.name}/adam."
        )
    if kind == "array":
        if ":" in value and ";" in value and piece.declared(key).metadata.get("ndim") == 2:
            return read_matrix(key, value)
        return [read_number(key, v) for v in value.replace(";", ":").split(":")]
    return read_number(key, value)


def read_matrix(key: str, value: str) -> list[list[float]]:
    """Rows with ; behind or between them, of numbers with : between them: 1:2;3:4, or 1:2; of one."""
    rows = [
        [read_number(key, v) for v in row.split(":")] for row in value.removesuffix(";").split(";")
    ]
    for k, row in enumerate(rows):
        if len(row) != len(rows[0]):
            lengths = f"row {k + 1} has {len(row)} numbers and row 1 has {len(rows[0])}"
            raise InvalidInput(f"{key}={value} is no matrix: {lengths}; give every row as many.")
    return rows


def read_number(key: str, value: str) -> float:
    """A number such as 3, -0.5 or 1e7; a whole one comes back as an int."""
    try:
        number = float(value)
    except ValueError:
        raise InvalidInput(f"{key}={value} is not a number: write it as 3, -0.5 or 1e7.") from None
    try:
        return int(value)
    except ValueError:
        return number
