"""Values as a printer sees them: JavaScript expressions, and tuples of such."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

CHOICE, EITHER, BOTH, EQUAL, ORDER, SUM, PRODUCT, SIGN, ATOM = range(9)


@dataclass(frozen=True)
class Code:
    """An expression: its text, how tightly it binds, and what is known of it.

    `constant` is its value where that is known; `fixed` says that no later assignment changes it.
    """

    text: str
    level: int = ATOM
    fixed: bool = True
    constant: Any = None

    @property
    def atomic(self) -> bool:
        """May it be written twice at no cost?"""
        return self.level == ATOM and re.fullmatch(r"[\w$.]+", self.text) is not None

    def within(self, level: int) -> str:
        """The text as an operand of an operator that binds as tightly as `level`."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True)
class Group:
    """A tuple, named if it has fields."""

    items: tuple[Value, ...]
    fields: tuple[str, ...] = ()

    def named(self, field: str) -> Value:
        return self.items[self.fields.index(field)]


@dataclass(frozen=True)
class Numbers:
    """The numbers of a piece, or an array: reached by attribute or index, never a value itself."""

    text: str  # its name here
    path: str  # where it is


Value = Code | Group | Numbers


def literal(value: Any) -> Code:
    """A Python constant; numbers have the same bits, being written with all their digits."""
    if isinstance(value, bool):
        return Code("true" if value else "false", constant=value)
    if isinstance(value, (int, float)):
        text = repr(value).replace("inf", "Infinity").replace("nan", "NaN")
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            text = str(int(value)) if str(value) != "-0.0" else "-0"
        return Code(text, SIGN if text.startswith("-") else ATOM, constant=value)
    return Code(repr(value), constant=value)


class Operator(NamedTuple):
    sign: str
    level: int


OPERATORS = {
    "Add": Operator("+", SUM), "Sub": Operator("-", SUM), "Mult": Operator("*", PRODUCT),
    "Div": Operator("/", PRODUCT), "BitAnd": Operator("&&", BOTH), "BitOr": Operator("||", EITHER),
    "And": Operator("&&", BOTH), "Or": Operator("||", EITHER),
    "Eq": Operator("===", EQUAL), "NotEq": Operator("!==", EQUAL), "Lt": Operator("<", ORDER),
    "LtE": Operator("<=", ORDER), "Gt": Operator(">", ORDER), "GtE": Operator(">=", ORDER),
}  # fmt: skip


def joined(operator: str, a: Code, b: Code) -> Code:
    """a operator b, grouped as the tree has it: JavaScript's operators are left-associative too."""
    sign, level = OPERATORS[operator]
    text = f"{a.within(level)} {sign} {b.within(level + 1)}"
    return Code(text, level, a.fixed and b.fixed)


def chosen(test: Code, a: Value, b: Value) -> Value:
    """a if the test holds, else b, number by number; both have one shape."""
    if a == b:
        return a
    if isinstance(a, Group) and isinstance(b, Group) and len(a.items) == len(b.items):
        pairs = zip(a.items, b.items, strict=True)
        return Group(tuple(chosen(test, p, q) for p, q in pairs), a.fields)
    if not (isinstance(a, Code) and isinstance(b, Code)):
        raise TypeError("a choice between values of two shapes")
    text = f"{test.within(EITHER)} ? {a.within(EITHER)} : {b.within(EITHER)}"
    return Code(text, CHOICE, test.fixed and a.fixed and b.fixed)


def called(name: str, *arguments: Code) -> Code:
    """A call of a function of one number or more."""
    text = f"{name}({', '.join(a.text for a in arguments)})"
    return Code(text, fixed=all(a.fixed for a in arguments))


def leaves(value: Value, path: str) -> Iterator[tuple[str, Code]]:
    """The expressions in a value, each with a name made of its path."""
    if isinstance(value, Group):
        names = value.fields or tuple(map(str, range(len(value.items))))
        for name, item in zip(names, value.items, strict=True):
            yield from leaves(item, f"{path}_{name}")
    elif isinstance(value, Code):
        yield path, value


def rebuilt(value: Value, make: Callable[[Code], Value]) -> Value:
    """The value with every expression in it replaced."""
    if isinstance(value, Group):
        return Group(tuple(rebuilt(item, make) for item in value.items), value.fields)
    return make(value) if isinstance(value, Code) else value


def shaped(template: Any, entries: Iterator[Code]) -> Value:
    """A value in the shape of a Python tuple of numbers."""
    if not isinstance(template, tuple):
        return next(entries)
    items = tuple(shaped(value, entries) for value in template)
    return Group(items, tuple(getattr(template, "_fields", ())))


def entries(name: str) -> Iterator[Code]:
    """The entries of an array, one after the other."""
    k = 0
    while True:
        yield Code(f"{name}[{k}]", fixed=False)
        k += 1


def zeros() -> Iterator[Code]:
    """Nothing but 0."""
    while True:
        yield literal(0.0)
