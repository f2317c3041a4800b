"""The text of the loop over rounds, and in every round of the walks over the axes of a grid.

The walk over the last axis has a length that is known and no branch, so that a compiler does several
settings in one instruction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from regretlab.readings.lanes.plan import Axes, Plan, Slot
from regretlab.readings.one_round import Round
from regretlab.readings.tracing import Node

SMALL, LARGE = 1e-140, 1e140  # between these no step of a division under- or overflows


class Lanes(NamedTuple):
    """The loop's text, and where its numbers are."""

    text: str  # of `def rounds(floats, ints, shared, whole, tables, first, last)`
    floats: dict[str, Slot]  # parameters, the state of the play, room to work in
    ints: dict[str, Slot]
    uniform: list[str]  # parameters that all settings share
    whole: list[str]  # and whole numbers
    tables: list[str]  # and arrays
    sizes: tuple[list[int], list[int]]  # of the arrays of floats and ints
    states: list[str]  # the names in `floats` that change


def laid_out(
    round_: Round, axes: Mapping[str, Axes], shape: tuple[int, ...], wanted: tuple[str, ...]
) -> Lanes:
    """The loop over a grid of this shape; `axes` says on which axes a leaf lies, if on any.

    `wanted` are the states to be had after the last round; what they do not depend on is left out.
    """
    return Writer(round_, axes, shape, wanted).lanes()


class Writer(Plan):
    """Writes down a plan."""

    def lanes(self) -> Lanes:
        # the quotients that are made by an inverse just now
        self.known: set[Node] = set()
        self.walks()
        body: list[str] = []
        for axes in sorted(self.touched, key=lambda a: (len(a), a)):
            body += self.walk(axes)
        body += self.end_of_round
        local = [n for n in self.after if not self.lies[n]]
        given = {
            "shared": self.uniform, "whole": self.whole, "tables": self.tables,
            "floats": [array("F", a) for a in self.arrays["F"]],
            "ints": [array("I", a) for a in self.arrays["I"]],
        }  # fmt: skip
        lines = ["def rounds(floats, ints, shared, whole, tables, first, last):"]
        lines += [
            f"    {ident(n)} = {what}[{k}]"
            for what, names in given.items()
            for k, n in enumerate(names)
        ]
        lines += [f"    {ident(n)} = {self.cell(n)}" for n in local]
        lines += ["    wide()"]
        if self.operands:
            body = ["safe = True", *body]
        lines += ["    for t in range(first, last + 1):", *(f"        {line}" for line in body)]
        lines += [f"    {self.cell(n)} = {ident(n)}" for n in local]
        sizes = list(self.arrays["F"].values()), list(self.arrays["I"].values())
        return Lanes(
            "\n".join(lines), self.floats, self.ints, self.uniform, self.whole, self.tables,
            sizes, list(self.after),
        )  # fmt: skip

    def walk(self, axes: Axes) -> list[str]:
        """One walk over some axes: what it makes, then what it stores."""
        quick = [n for n in self.touched[axes] if n in self.quotients and self.lies[n] == axes]
        made, stores = self.made(axes), self.stores(axes)
        usual = self.nested(axes, made + stores)
        if not quick:
            return usual
        self.known = set(quick)
        fast = self.nested(axes, self.made(axes) + stores)
        self.known = set()
        return ["if safe:", *(f"    {s}" for s in fast), "else:", *(f"    {s}" for s in usual)]

    def nested(self, axes: Axes, lines: list[str]) -> list[str]:
        for axis in reversed(axes):
            lines = [f"for i{axis} in range({self.shape[axis]}):", *(f"    {s}" for s in lines)]
        return lines

    def made(self, axes: Axes) -> list[str]:
        """The statements of a walk at one of its points."""
        lines = []
        for node in sorted(self.touched[axes], key=self.number.__getitem__):
            if node.op in ("leaf", "constant") or (axes and not self.lies[node]):
                continue
            name = f"n{self.number[node]}"
            if node in self.known:
                lines += self.divided(name, *self.quotients[node])
                continue
            value = self.fetch(axes, node) or self.expression(axes, node)
            lines.append(f"{name} = {value}")
            if node in self.operands and self.lies[node] == axes:
                lines.append(f"safe = safe & (abs({name}) > {SMALL}) & (abs({name}) < {LARGE})")
            if node in self.divisors and self.lies[node] == axes:
                lines.append(f"{self.inverse(node)} = 1.0 / {name}")
        return lines

    def stores(self, axes: Axes) -> list[str]:
        lines: list[str] = []
        mine = {name: node for name, node in self.after.items() if self.lies[name] == axes}
        values = {name: self.value(axes, node) for name, node in mine.items()}
        for k, (name, node) in enumerate(mine.items()):
            if node.op == "leaf" and node is not self.states[name]:  # one that may change first
                early = self.end_of_round if not axes else lines
                early.append(f"old{k} = {values[name]}")
                values[name] = f"old{k}"
        for name, value in values.items():
            if not axes:
                self.end_of_round.append(f"{ident(name)} = {value}")
            elif self.read_later(name, axes):
                new = self.slot(f"next {name}", axes)
                lines.append(f"{self.cell(f'next {name}')} = {value}")
                kept = array("F", axes)
                copied = f"{kept}[{self.floats[name].offset} + k] = {kept}[{new.offset} + k]"
                self.end_of_round += [f"for k in range({new.count}):", f"    {copied}"]
            else:
                lines.append(f"{self.cell(name)} = {value}")
        for node, name in self.stored.items():
            if self.lies[node] == axes and node not in self.next_of:
                lines.append(f"{self.cell(name)} = {self.value(axes, node)}")
        return lines

    def inverse(self, node: Node) -> str:
        """Where the inverse of a divisor is kept."""
        name = f"inverse {self.number[node]}"
        if not self.lies[node]:
            return f"inverse{self.number[node]}"
        if name not in self.floats:
            self.slot(name, self.lies[node])
        return self.cell(name)

    def divided(self, name: str, a: Node, b: Node) -> list[str]:
        """a / b by the inverse r of b, with the bits of the division.

        q = a r is off by less than 3 ulp, and q + (a - q b) r by less than 1; then a - q b has no rounding, and
        q + (a - q b) r, rounded once, is the correctly rounded quotient (Markstein, 1990, theorem 1; r is
        the correctly rounded inverse). Nothing under- or overflows on the way, by SMALL and LARGE.
        """
        p, q = f"n{self.number[a]}", f"n{self.number[b]}"
        better = f"{name} = fused(fused(-{name}, {q}, {p}), inv, {name})"
        return [f"inv = {self.inverse(b)}", f"{name} = {p} * inv", better, better]

    def cell(self, name: str, kind: str = "float") -> str:
        """Where a number is, in the walk that is under way."""
        slot = (self.floats if kind == "float" else self.ints)[name]
        index, stride = [], 1
        for axis in reversed(slot.axes):
            index.append(f"i{axis} * {stride}" if stride > 1 else f"i{axis}")
            stride *= self.shape[axis]
        kept = array("F" if kind == "float" else "I", slot.axes)
        return f"{kept}[{' + '.join([str(slot.offset), *reversed(index)])}]"

    def fetch(self, axes: Axes, node: Node) -> str | None:
        """The place that a node is fetched from in this walk, if it is."""
        if node not in self.stored or self.lies[node] == axes:
            return None
        name = self.stored[node]
        return self.cell(f"next {name}" if f"next {name}" in self.floats else name)

    def value(self, axes: Axes, node: Node) -> str:
        """A node's value where it is used."""
        if node.op == "constant":
            return literal(node.args[0])
        if node.op != "leaf":
            return f"n{self.number[node]}"
        name = node.args[0]
        if name in self.floats and self.floats[name].axes:
            return self.cell(name)
        if name in self.ints:
            return self.cell(name, "int")
        return "t" if name == "t" else ident(name)

    def is_never(self, condition: Node) -> bool:
        """Is it that the divisor of a safe quotient is 0?"""
        zero = condition.op == "==" and condition.args[1].op == "constant"
        divisors = {self.quotients[n][1] for n in self.known}
        return zero and condition.args[1].args[0] == 0.0 and condition.args[0] in divisors

    def expression(self, axes: Axes, node: Node) -> str:
        a = [self.value(axes, p) for p in node.args if isinstance(p, Node)]
        if node.op == "select" and self.is_never(node.args[0]):
            return a[2]
        if node.op == "select":
            return f"{a[1]} if {a[0]} else {a[2]}"
        if node.op in ("neg", "not"):
            return f"-{a[0]}" if node.op == "neg" else f"not {a[0]}"
        if node.op == "entry":
            return f"{a[0]}[{', '.join(a[1:])}]"
        if node.op == "drawn":
            return a[0]
        if node.op[0].isalpha():
            return f"{node.op}({', '.join(a)})"
        return f"{a[0]} {node.op} {a[1]}"


def array(kind: str, axes: Axes) -> str:
    """The name of the array that has what lies on some axes."""
    return "_".join([kind, *map(str, axes)])


def ident(name: str) -> str:
    """A leaf's name as a variable."""
    return name.replace(".", "_")


def literal(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "math.nan" if math.isnan(value) else ("math.inf" if value > 0 else "(-math.inf)")
    return f"({value!r})" if str(value).startswith("-") else repr(value)
