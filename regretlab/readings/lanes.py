"""A traced round as the text of a loop over many settings at once.

Settings form a grid; a number of the round lies on those axes of the grid on which it depends, and
is computed once for each point of these: on a linear stream, over a grid of beta1 and beta2, Adam's
m lies on the first, its v on the second, its step on both. The loop over the last axis has a length
that is known and no branch, so that a compiler does several settings in one instruction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from regretlab.errors import CannotCompile
from regretlab.readings.one_round import Round
from regretlab.readings.tracing import Node, below

Axes = tuple[int, ...]
ALIVE = "alive"


class Slot(NamedTuple):
    """Where a number that lies on some axes is kept: `count` of them from `offset` on in one of the
    arrays, `array` being its index. There is one for each set of axes, since a compiler that walks
    over some cannot know how what lies on fewer would overlap."""

    array: int
    offset: int
    axes: Axes
    count: int


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
    return _Writer(round_, axes, shape, wanted).lanes()


class _Writer:
    def __init__(self, round_: Round, axes: Mapping[str, Axes], shape: Axes, wanted) -> None:
        self.axes, self.shape = axes, shape
        graph = round_.graph
        alive = graph.leaf(ALIVE)
        after = round_.after | {ALIVE: graph.select(round_.sound, alive, 0.0)}
        self.after = living(after, (*wanted, ALIVE))
        nodes = list(below(self.after.values()))
        self.number = {node: k for k, node in enumerate(nodes)}
        self.leaves = {node.args[0]: node for node in nodes if node.op == "leaf"}
        self.states = {name: self.leaves.get(name) for name in self.after}
        self.lies = self.dependencies(nodes, round_.first)
        # what becomes of a state, where it is kept as long as it is needed
        self.next_of = {
            node: name
            for name, node in self.after.items()
            if node.op not in ("leaf", "constant") and self.lies[node] == self.lies[name]
        }
        self.floats: dict[str, Slot] = {}
        self.ints: dict[str, Slot] = {}
        self.arrays: dict[str, dict[Axes, int]] = {"F": {}, "I": {}}  # their sizes
        self.place_given()

    def dependencies(self, nodes: list[Node], first: Mapping[str, Node]) -> dict:
        """The axes on which every node lies, those of the states by their names: a least fixed point."""
        known: dict = {}

        def of(node: Node) -> frozenset:
            if node.op == "leaf":
                name = node.args[0]
                return known.get(name, frozenset()) | frozenset(self.axes.get(name, ()))
            parts = (known.get(a, frozenset()) for a in node.args if isinstance(a, Node))
            return frozenset().union(*parts)

        for name in self.after:
            begin = first.get(name)
            made = (n for n in below([begin]) if n.op == "leaf") if begin is not None else ()
            known[name] = frozenset(self.axes.get(name, ())).union(
                *(self.axes.get(n.args[0], ()) for n in made)
            )
        while True:
            for node in nodes:
                known[node] = of(node)
            grown = {name: known[name] | known[node] for name, node in self.after.items()}
            if all(grown[name] == known[name] for name in grown):
                return {k: tuple(sorted(v)) for k, v in known.items()}
            known |= grown

    def slot(self, name: str, axes: Axes, kind: str = "float") -> Slot:
        count = math.prod(self.shape[a] for a in axes)
        sizes = self.arrays["F" if kind == "float" else "I"]
        offset = sizes.setdefault(axes, 0)
        sizes[axes] += -(-count // 8) * 8  # whole cache lines
        made = Slot(list(sizes).index(axes), offset, axes, count)
        (self.floats if kind == "float" else self.ints)[name] = made
        return made

    def place_given(self) -> None:
        for name in self.after:
            self.slot(name, self.lies[name])
        given = {n: leaf for n, leaf in self.leaves.items() if n not in self.after and n != "t"}
        for name, leaf in given.items():
            if leaf.kind != "array" and self.axes.get(name):
                self.slot(name, self.axes[name], leaf.kind)
        shared = {n: leaf for n, leaf in given.items() if not self.axes.get(n)}
        self.uniform = [n for n, leaf in shared.items() if leaf.kind == "float"]
        self.whole = [n for n, leaf in shared.items() if leaf.kind in ("int", "bool")]
        self.tables = [n for n, leaf in given.items() if leaf.kind == "array"]

    def lanes(self) -> Lanes:
        self.touched = self.walks()
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
        lines += ["    for t in range(first, last + 1):", *(f"        {line}" for line in body)]
        lines += [f"    {self.cell(n)} = {ident(n)}" for n in local]
        sizes = list(self.arrays["F"].values()), list(self.arrays["I"].values())
        return Lanes(
            "\n".join(lines), self.floats, self.ints, self.uniform, self.whole, self.tables,
            sizes, list(self.after),
        )  # fmt: skip

    def walks(self) -> dict[Axes, dict[Node, None]]:
        """What each walk touches, by the axes it walks over; and in `stored`, what others fetch."""
        self.stored: dict[Node, str] = {}  # node -> the slot that larger walks fetch it from
        self.end_of_round: list[str] = []
        touched: dict[Axes, dict[Node, None]] = {}
        pending = [(self.lies[name], node) for name, node in self.after.items()]
        while pending:
            axes, root = pending.pop()
            for node in self.reached(axes, root):
                touched.setdefault(axes, {})[node] = None
                if self.fetched(axes, node) and self.lies[node] and node not in self.stored:
                    self.stored[node] = self.kept_in(node)
                    pending.append((self.lies[node], node))
        touched.setdefault((), {}).update(dict.fromkeys(self.of_all()))
        return touched

    def kept_in(self, node: Node) -> str:
        """The slot for what others fetch: a state's own, if it is what becomes of the state."""
        if node in self.next_of:
            return self.next_of[node]
        if node.kind != "float":
            raise CannotCompile("a whole number that lies on an axis is too dear.")
        name = f"node {self.number[node]}"
        self.slot(name, self.lies[node])
        return name

    def fetched(self, axes: Axes, node: Node) -> bool:
        """Is a node, in a walk over these axes, fetched from a smaller walk and not made here?"""
        return self.lies[node] != axes and (node.dear or node in self.next_of)

    def reached(self, axes: Axes, root: Node) -> list[Node]:
        """The nodes that a walk touches for a root, arguments first; it looks through no fetched one."""
        out: dict[Node, None] = {}

        def walk(node: Node) -> None:
            if node in out:
                return
            stop = node is not root and (self.fetched(axes, node) or self.of_round(axes, node))
            if not stop:
                for a in node.args:
                    if isinstance(a, Node):
                        walk(a)
            out[node] = None

        walk(root)
        return list(out)

    def of_round(self, axes: Axes, node: Node) -> bool:
        """Is it a number of the whole round, made before all walks?"""
        return bool(axes) and not self.lies[node] and node.op not in ("leaf", "constant")

    def walk(self, axes: Axes) -> list[str]:
        """One walk over some axes: what it makes, then what it stores."""
        lines = []
        for node in sorted(self.touched[axes], key=self.number.__getitem__):
            if node.op in ("leaf", "constant") or (axes and not self.lies[node]):
                continue
            value = self.fetch(axes, node) or self.expression(axes, node)
            lines.append(f"n{self.number[node]} = {value}")
        lines += self.stores(axes)
        for axis in reversed(axes):
            lines = [f"for i{axis} in range({self.shape[axis]}):", *(f"    {s}" for s in lines)]
        return lines

    def of_all(self) -> list[Node]:
        """The nodes on no axis that some walk uses."""
        return [n for n in self.number if not self.lies[n] and n.op not in ("leaf", "constant")]

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

    def read_later(self, name: str, axes: Axes) -> bool:
        """Does a larger walk of the same round still read what a state was?"""
        leaf = self.states[name]
        return any(leaf in nodes for walk, nodes in self.touched.items() if walk != axes)

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

    def expression(self, axes: Axes, node: Node) -> str:
        a = [self.value(axes, p) for p in node.args if isinstance(p, Node)]
        if node.op == "select":
            return f"{a[1]} if {a[0]} else {a[2]}"
        if node.op in ("neg", "not"):
            return f"-{a[0]}" if node.op == "neg" else f"not {a[0]}"
        if node.op == "entry":
            return f"{a[0]}[{', '.join(a[1:])}]"
        if node.op in ("uniform", "normal"):
            return f"{node.op}(Stream({', '.join(a[:3])}), {', '.join(a[3:])})"
        if node.op[0].isalpha():
            return f"{node.op}({', '.join(a)})"
        return f"{a[0]} {node.op} {a[1]}"


def living(after: Mapping[str, Node], wanted: tuple[str, ...]) -> dict[str, Node]:
    """The states that are wanted, and those on which they depend."""
    kept = {name: after[name] for name in after if name in wanted}
    while True:
        used = {n.args[0] for n in below(kept.values()) if n.op == "leaf"}
        more = {name: node for name, node in after.items() if name in used and name not in kept}
        if not more:
            return {name: node for name, node in after.items() if name in kept}
        kept |= more


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
