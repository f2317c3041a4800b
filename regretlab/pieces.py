"""What methods, loss sequences, sets and step schedules have in common.

A piece is a frozen dataclass: named parameters, each with a range, and a few functions of plain
arithmetic. It has a name on the command line (`adam:beta1=0.9,beta2=0.99`), and it is found by the
mere presence of its file.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import inspect
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self, dataclass_transform

import numpy as np

from regretlab.errors import InvalidInput, nearest
from regretlab.parameters import (
    Range,
    array,
    as_array,
    as_real,
    as_whole,
    choice,
    count,
    piece,
    real,
    whole,
)

LARGE = 10_000  # entries of an array, beyond which JSON holds its bytes
KIND_OF_TYPE = {"float": "real", "int": "whole", "str": "choice", "bool": "choice"}


@dataclass_transform(
    frozen_default=True, field_specifiers=(real, whole, count, choice, array, piece)
)
class Piece:
    """Base of methods, loss sequences, sets and schedules; subclasses are frozen dataclasses."""

    kind: ClassVar[str] = "piece"
    name: ClassVar[str] = ""
    source: ClassVar[str] = ""
    abstract: ClassVar[bool] = False  # a base that other pieces share, not one that plays

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.abstract = Piece in cls.__bases__ or ("abstract" in cls.__dict__ and cls.abstract)
        if "name" not in cls.__dict__:
            cls.name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()
        written = cls.__doc__  # a dataclass without a docstring is given its signature as one
        dataclass(frozen=True, eq=False, repr=False)(cls)
        cls.__doc__ = written

    def __new__(cls, *values: Any, **settings: Any) -> Self:
        for name in settings:
            cls.declared(name)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for f in dataclasses.fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, f.name, self._checked(f, getattr(self, f.name)))

    @classmethod
    def parameters(cls) -> dict[str, dataclasses.Field]:
        """The declared parameters by name."""
        return {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]

    @classmethod
    def declared(cls, name: str) -> dataclasses.Field:
        """The declaration of a parameter, or InvalidInput with the nearest."""
        known = cls.parameters()
        if name not in known:
            hint = nearest(name, known) if known else "it has no parameters."
            raise InvalidInput(f"{name} is not a parameter of {cls.name}: {hint}")
        return known[name]

    @classmethod
    def kind_of(cls, f: dataclasses.Field) -> str:
        """'real', 'whole', 'count', 'choice', 'array' or 'piece', as declared or by the annotation."""
        written = f.type if isinstance(f.type, str) else getattr(f.type, "__name__", "")
        return f.metadata.get("kind") or KIND_OF_TYPE.get(written, "array")

    @classmethod
    def _checked(cls, f: dataclasses.Field, value: Any) -> Any:
        kind, owner = cls.kind_of(f), f"{cls.__name__}'s {f.metadata.get('doc') or f.name}"
        if kind == "choice":
            among = f.metadata.get("among")
            if among is not None and not any(type(value) is type(k) and value == k for k in among):
                raise InvalidInput(
                    f"{f.name}={value} is not an option of {cls.name}: {nearest(str(value), map(str, among))}"
                )
            return value
        if kind == "piece":
            return value
        if kind == "array":
            infinite = f.metadata.get("infinite", False)
            return as_array(f.name, value, f.metadata.get("ndim"), owner, infinite)
        number = (
            as_whole(f.name, value, owner)
            if kind in ("whole", "count")
            else as_real(f.name, value, owner)
        )
        if complaint := f.metadata.get("within", Range("(-inf, inf)")).complaint(number):
            raise InvalidInput(
                f"{f.name}={value} is outside {f.metadata['within'].text}: {owner} must be {complaint}."
            )
        return number

    def numbers(self) -> dict[str, Any]:
        """The parameters that travel as values into a kernel: all but choices, counts and pieces."""
        return {
            n: getattr(self, n)
            for n, f in self.parameters().items()
            if self.kind_of(f) not in ("choice", "count", "piece")
        }

    def spec(self) -> dict[str, Any]:
        """{'name': ..., every parameter}: plain numbers, words and lists, as JSON has them."""
        values = {n: getattr(self, n) for n in self.parameters()}
        return {"name": self.name} | {
            n: plain_list(v)
            if isinstance(v, np.ndarray)
            else (v.spec() if isinstance(v, Piece) else v)
            for n, v in values.items()
        }

    def __str__(self) -> str:
        return spelled_spec(self.spec())

    def brief(self) -> str:
        """The piece as the command line takes it, without what is as it would be anyway."""
        plain = self.unaltered().spec()
        spec = {k: v for k, v in self.spec().items() if k == "name" or v != plain[k]}
        inside = {
            k: getattr(self, k).brief() for k in plain if isinstance(getattr(self, k, 0), Piece)
        }
        text = spelled_spec({k: v for k, v in spec.items() if k not in inside})
        return text + ("/" + "&".join(inside.values()) if inside else "")

    def unaltered(self) -> Self:
        """The piece with every parameter at its default."""
        return type(self)()

    def __repr__(self) -> str:
        settings = ", ".join(f"{n}={v!r}" for n, v in self.spec().items() if n != "name")
        return f"{type(self).__name__}({settings})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.spec() == other.spec()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(str(self))

    def __getstate__(self) -> dict[str, Any]:
        """Without what was worked out from the parameters and is had again: kernels for one."""
        cls = type(self)
        return {
            name: value
            for name, value in vars(self).items()
            if not name.startswith("_")
            and not isinstance(inspect.getattr_static(cls, name, None), cached_property)
        }

    def but(self, **changes: Any) -> Self:
        """The same piece with some parameters changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]


def plain_list(values: np.ndarray) -> Any:
    """An array as strict JSON has it: infinite numbers as words, a large one as the text of its bytes."""
    if values.size > LARGE:
        text = base64.b64encode(values.astype("<f8").tobytes()).decode()
        return {"float64": text, "shape": list(values.shape)}
    if np.isfinite(values).all():
        return values.tolist()
    return np.vectorize(lambda v: float(v) if np.isfinite(v) else str(v), otypes=[object])(
        values
    ).tolist()


def spelled_spec(spec: dict[str, Any]) -> str:
    """A piece's `spec()` as the command line takes it."""
    inner = "&".join(spelled_spec(v) for v in spec.values() if is_spec(v))
    settings = ",".join(
        f"{name}={spelled(v)}" for name, v in spec.items() if name != "name" and not is_spec(v)
    )
    text = f"{spec['name']}:{settings}" if settings else spec["name"]
    return f"{text}/{inner}" if inner else text


def is_spec(value: Any) -> bool:
    """Is it the `spec()` of a piece, and not a large array?"""
    return isinstance(value, dict) and "name" in value


def array_from(value: Any) -> Any:
    """A large array back from what `plain_list` made of it; anything else as it is."""
    if not isinstance(value, dict) or "float64" not in value:
        return value
    return np.frombuffer(base64.b64decode(value["float64"]), "<f8").reshape(value["shape"])


def spelled(value: Any) -> str:
    """A parameter's value as the command line takes it; a large array by its shape and its hash."""
    if isinstance(value, dict):
        digest = hashlib.sha256(value["float64"].encode()).hexdigest()[:12]
        return f"<{'x'.join(map(str, value['shape']))} numbers {digest}>"
    if isinstance(value, list) and all(isinstance(v, list) and len(v) == 1 for v in value):
        return ";".join(spelled(v[0]) for v in value)
    if isinstance(value, list) and not any(isinstance(v, list) for v in value):
        return ";".join(spelled(v) for v in value)
    if isinstance(value, list) and not any(isinstance(v, list) for row in value for v in row):
        rows = [":".join(map(spelled, row)) for row in value]
        return ";".join(rows) + (";" if len(rows) == 1 else "")  # a list without its semicolon
    if isinstance(value, bool):
        return str(value).lower()
    return (
        f"{value:.17g}"
        if isinstance(value, float) and float(f"{value:g}") != value
        else (f"{value:g}" if isinstance(value, float) else str(value))
    )
