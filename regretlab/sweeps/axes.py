"""Axes of a sweep: which numbers of which pieces take which values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from regretlab.engines.engine import Setting
from regretlab.errors import InvalidInput, nearest
from regretlab.parameters import as_array, as_whole
from regretlab.pieces import Piece
from regretlab.settings import as_count
from regretlab.spelling import read_number

ROLES = {"method": "method", "losses": "losses", "set": "feasible", "step": "step"}
OF_PLAY = ("x1", "seed", "rounds")
NUMERIC = ("real", "whole", "count")
MOST = 10**7  # values on one axis


class Target(NamedTuple):
    """A number that an axis changes: a parameter of a piece, or of the play."""

    role: str  # a field of Setting, or "play"
    path: tuple[str, ...]  # the pieces inside, outermost first
    name: str
    kind: str

    @property
    def leaf(self) -> str:
        """Its name in a traced round."""
        return ".".join([self.role, *("inner" for _ in self.path), self.name])


class Axis(NamedTuple):
    """One dimension of the grid; `targets` take its values together."""

    name: str
    values: np.ndarray
    targets: tuple[Target, ...]

    def value(self, k: int) -> Any:
        """The k-th value, a whole number where all targets want one."""
        whole = all(t.kind in ("whole", "count") for t in self.targets)
        return int(self.values[k]) if whole else float(self.values[k])


def axes_of(setting: Setting, grid: Mapping[str, Any]) -> tuple[Axis, ...]:
    """The axes that a mapping from keys to values asks for, or InvalidInput."""
    if not isinstance(grid, Mapping) or not grid:
        raise InvalidInput("a sweep needs an axis: give one, such as beta2=0.9:0.999:64.")
    axes = [axis_of(setting, str(key), values) for key, values in grid.items()]
    bare = [axis.name for axis in axes]
    named = [a._replace(name=dotted(a)) if bare.count(a.name) > 1 else a for a in axes]
    seen: dict[Target, str] = {}
    for axis in named:
        for target in axis.targets:
            if target in seen:
                raise InvalidInput(f"{target.name} is on two axes: give it once.")
            seen[target] = axis.name
    return tuple(named)


def dotted(axis: Axis) -> str:
    target = axis.targets[0]
    return f"{next((n for n, r in ROLES.items() if r == target.role), target.role)}_{target.name}"


def axis_of(setting: Setting, key: str, values: Any) -> Axis:
    """One axis: `beta2`, `1-beta2`, `step.alpha`, or several numbers with commas between."""
    names, mirrored = key.strip(), False
    if names.startswith("1-"):
        names, mirrored = names[2:], True
    targets = tuple(target_of(setting, name.strip()) for name in names.split(","))
    numbers = read_values(key, values) if isinstance(values, str) else values
    array = np.array(as_array(key, numbers, 1, "an axis"))
    if mirrored:
        array = 1.0 - array
        array = array[::-1] if len(array) > 1 and array[0] > array[-1] else array
    if len(np.unique(array)) < len(array):
        at = array[np.flatnonzero(np.diff(np.sort(array)) == 0)[0]]
        raise InvalidInput(f"{key} has a value twice (near {at:g}): give each once.")
    axis = Axis(targets[0].name, array, targets)
    for target in targets:
        check(setting, axis, target, key)
    return axis


def read_values(key: str, text: str) -> np.ndarray:
    """LO:HI:N, LO:HI:N:log, or a list with ';' between its numbers."""
    parts = text.strip().split(":")
    if len(parts) == 1:
        return np.array([read_number(key, v) for v in text.split(";") if v.strip()], dtype=float)
    if len(parts) not in (3, 4) or (len(parts) == 4 and parts[3] not in ("log", "lin")):
        rule = "write LO:HI:N, LO:HI:N:log, or a list such as 0.9;0.99"
        raise InvalidInput(f"{key}={text} is not a range: {rule}.")
    low, high = (read_number(key, v) for v in parts[:2])
    if not (math.isfinite(low) and math.isfinite(high)):
        raise InvalidInput(f"{key}={text} is not a range: inf and nan are no ends; give numbers.")
    n = as_count(f"{key}'s values", read_number(key, parts[2]), MOST + 1)
    if parts[3:] == ["log"]:
        if not (low > 0 and high > 0):
            raise InvalidInput(f"{key}={text} is not a range: with log both ends are above 0.")
        out = np.geomspace(low, high, n)
    else:
        out = np.linspace(low, high, n)
    return out[:1] if n == 1 else out


def target_of(setting: Setting, key: str) -> Target:
    """The number that a key names, or InvalidInput with the nearest one."""
    owner, dot, name = key.rpartition(".")
    if key in OF_PLAY:
        return Target("play", (), key, "real" if key == "x1" else "whole")
    every = list(targets(setting))
    fits = [(t, names) for t, names in every if t.name == name and (not dot or owner in names)]
    if len(fits) == 1 and name == "d":
        raise InvalidInput(
            "d cannot be an axis: the iterates of its points would not be of one shape."
        )
    if len(fits) == 1:
        return fits[0][0]
    if fits:
        ways = " or ".join(f"{names[0]}.{t.name}" for t, names in fits)
        raise InvalidInput(f"{key} is a number of two pieces: write {ways}.")
    known = [*dict.fromkeys(t.name for t, _ in every), *OF_PLAY]
    raise InvalidInput(f"{key} is not a number that can be an axis: {nearest(name, known)}")


def targets(setting: Setting) -> Iterator[tuple[Target, tuple[str, ...]]]:
    """Every number of the pieces, with the names of its owner."""

    def of(
        piece: Piece, role: str, path: tuple[str, ...], calls: tuple[str, ...]
    ) -> Iterator[tuple[Target, tuple[str, ...]]]:
        for name, field in piece.parameters().items():
            kind = piece.kind_of(field)
            if kind in NUMERIC:
                yield Target(role, path, name, kind), calls
            elif kind == "piece":
                inside = getattr(piece, name)
                yield from of(inside, role, (*path, name), (inside.name,))

    for word, role in ROLES.items():
        piece = getattr(setting, role)
        yield from of(piece, role, (), (word, piece.name))


def changed(piece: Piece, path: Iterable[str], values: Mapping[str, Any]) -> Piece:
    """A piece with numbers changed, in itself or, along a path, in a piece inside."""
    path = tuple(path)
    if not path:
        return piece.but(**values)
    return piece.but(**{path[0]: changed(getattr(piece, path[0]), path[1:], values)})


def unchecked(piece: Piece, path: tuple[str, ...], name: str, value: Any) -> Piece:
    """As `changed`, of a value that is known to be in range: a tenth of the time."""
    other, values = object.__new__(type(piece)), vars(piece)
    vars(other).update({n: values[n] for n in declared(type(piece))})
    if path:
        value, name = unchecked(getattr(piece, path[0]), path[1:], name, value), path[0]
    object.__setattr__(other, name, value)
    return other


@cache
def declared(cls: type) -> tuple[str, ...]:
    """The names of a piece's parameters; what is worked out from them is left behind."""
    return tuple(f.name for f in dataclasses.fields(cls))


def check(setting: Setting, axis: Axis, target: Target, key: str) -> None:
    """InvalidInput if a value is outside a parameter's range, before anything is computed.

    A range is an interval, so that the ends of the values decide.
    """
    values = axis.values
    try:
        if target.kind in ("whole", "count") and len(odd := values[values != np.rint(values)]):
            as_whole(target.name, float(odd[0]), "this axis")
        for value in (float(values.min()), float(values.max())):
            number = int(value) if target.kind in ("whole", "count") else value
            if target.role != "play":
                changed(getattr(setting, target.role), target.path, {target.name: number})
            elif target.name == "rounds":
                as_count("rounds", number)
            elif target.name == "seed" and not 0 <= value < 2**53:
                raise InvalidInput(
                    f"seed={value:g} is outside [0, 2^53): it must be a whole number."
                )
    except InvalidInput as error:
        raise InvalidInput(f"axis {key}: {error}") from None
