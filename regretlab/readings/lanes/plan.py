"""What of a round lies on which axes of a grid, in which walk it is made, and where it is kept."""

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


class Plan:
    """The walks of a round over the axes of a grid: one for each set of axes on which something lies.

    A walk makes what lies on its axes; of what lies on fewer it fetches what is dear from the smaller
    walk that made it, and makes anew what costs no more than to fetch it.
    """

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
        # quotients of two numbers that both lie on fewer axes
        self.quotients = {n: n.args for n in nodes if n.op == "/" and self.is_shared(n)}
        self.operands = {a for pair in self.quotients.values() for a in pair}
        self.divisors = {b for _, b in self.quotients.values()}
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

    def is_shared(self, node: Node) -> bool:
        """Do both arguments lie on fewer axes than the node?"""
        made = [a for a in node.args if a.op not in ("leaf", "constant") and a.kind == "float"]
        return len(made) == 2 and all(len(self.lies[a]) < len(self.lies[node]) for a in made)

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

    def walks(self) -> None:
        """Find what each walk touches, by the axes it walks over; and in `stored`, what others fetch."""
        self.stored: dict[Node, str] = {}  # node -> the slot that larger walks fetch it from
        self.end_of_round: list[str] = []
        self.touched: dict[Axes, dict[Node, None]] = {}
        touched = self.touched
        pending = [(self.lies[name], node) for name, node in self.after.items()]
        while pending:
            axes, root = pending.pop()
            for node in self.reached(axes, root):
                touched.setdefault(axes, {})[node] = None
                if self.fetched(axes, node) and self.lies[node] and node not in self.stored:
                    self.stored[node] = self.kept_in(node)
                    pending.append((self.lies[node], node))
        touched.setdefault((), {}).update(dict.fromkeys(self.of_all()))

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
        kept = node.dear or node in self.next_of or node in self.operands
        return self.lies[node] != axes and kept

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

    def of_all(self) -> list[Node]:
        """The nodes on no axis that some walk uses."""
        return [n for n in self.number if not self.lies[n] and n.op not in ("leaf", "constant")]

    def read_later(self, name: str, axes: Axes) -> bool:
        """Does a larger walk of the same round still read what a state was?"""
        leaf = self.states[name]
        return any(leaf in nodes for walk, nodes in self.touched.items() if walk != axes)


def living(after: Mapping[str, Node], wanted: tuple[str, ...]) -> dict[str, Node]:
    """The states that are wanted, and those on which they depend."""
    kept = {name: after[name] for name in after if name in wanted}
    while True:
        used = {n.args[0] for n in below(kept.values()) if n.op == "leaf"}
        more = {name: node for name, node in after.items() if name in used and name not in kept}
        if not more:
            return {name: node for name, node in after.items() if name in kept}
        kept |= more
