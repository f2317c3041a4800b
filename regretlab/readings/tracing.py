"""A loop's round as a graph: which number is made of which, found by running it on names.

The text that `Module` writes is executed once with arguments that are nodes instead of numbers;
every operation on a node makes a node. Equal operations on equal arguments are one node. What the
graph holds is what a round computes, operation by operation in the same order, so that code printed
from it has the same bits.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from regretlab.errors import CannotCompile

BINARY = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%",
          "and": "&", "or": "|", "xor": "^", "rshift": ">>", "lshift": "<<", "pow": "**"}  # fmt: skip
COMPARED = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
CALLED = {"abs", "math.isfinite", "math.copysign", "fused"}  # no dearer than an addition
DEAR = {"/", "%", "//", "**"}


class Node:
    """One number: an operation, its arguments, and whether it is "float", "int" or "bool"."""

    __slots__ = ("args", "graph", "kind", "op")
    __hash__ = object.__hash__

    def __init__(self, graph: Graph, op: str, args: tuple, kind: str) -> None:
        self.graph, self.op, self.args, self.kind = graph, op, args, kind

    def __bool__(self) -> bool:
        raise CannotCompile("a branch looks at a number: use where(condition, a, b).")

    def __neg__(self) -> Node:
        return self.graph.node("neg", (self,), self.kind)

    def __abs__(self) -> Node:
        return self.graph.node("abs", (self,), self.kind)

    @property
    def dear(self) -> bool:
        """Does it cost more than what it would take to fetch it?"""
        return self.op in DEAR or (("." in self.op or self.op.isidentifier()) and not (
            self.op in CALLED or self.op in ("leaf", "constant", "select", "neg", "float", "int", "not")
        ))  # fmt: skip


def _binary(op: str, swapped: bool) -> Callable:
    def method(self: Node, other: Any) -> Any:
        return self.graph.binary(op, *((other, self) if swapped else (self, other)))

    return method


for _name, _op in BINARY.items():
    setattr(Node, f"__{_name}__", _binary(_op, False))
    setattr(Node, f"__r{_name}__", _binary(_op, True))
for _name, _op in COMPARED.items():
    setattr(Node, f"__{_name}__", _binary(_op, False))


class Graph:
    """The nodes that were made, in order."""

    def __init__(self) -> None:
        self.nodes: dict[tuple, Node] = {}

    def node(self, op: str, args: tuple, kind: str) -> Node:
        """The node of an operation, made once."""
        key = (op, *((type(a), str(a)) if not isinstance(a, Node) else id(a) for a in args))
        return self.nodes.setdefault(key, Node(self, op, args, kind))

    def leaf(self, name: str, kind: str = "float") -> Node:
        """A number, or an array (of floats), that is given."""
        return self.node("leaf", (name,), kind)

    def constant(self, value: Any) -> Node:
        if isinstance(value, Node):
            return value
        for kind in (bool, int, float):
            if isinstance(value, kind):
                return self.node("constant", (kind(value),), kind.__name__)
        raise CannotCompile(f"{value!r} is no number: give one.")

    def call(self, name: str, *args: Any, kind: str = "float") -> Node:
        return self.node(name, tuple(map(self.constant, args)), kind)

    def binary(self, op: str, a: Any, b: Any) -> Any:
        p, q = self.constant(a), self.constant(b)
        whole = p.kind != "float" and q.kind != "float"
        if op in COMPARED.values() or (op in "&|^" and p.kind == q.kind == "bool"):
            kind = "bool"
        else:
            kind = "int" if whole and op != "/" else "float"
        return self.node(op, (p, q), kind)

    def select(self, condition: Any, a: Any, b: Any) -> Any:
        """a if the condition holds, else b; of tuples entry by entry."""
        if not isinstance(condition, Node):
            return a if condition else b
        if isinstance(a, tuple):
            entries = (self.select(condition, p, q) for p, q in zip(a, b, strict=True))
            return type(a)(*entries) if hasattr(a, "_fields") else tuple(entries)
        p, q = self.constant(a), self.constant(b)
        kind = p.kind if p.kind == q.kind else "float"
        return p if p is q else self.node("select", (condition, p, q), kind)

    def negated(self, a: Any) -> Any:
        return self.node("not", (a,), "bool") if isinstance(a, Node) else not a

    def world(self) -> dict[str, Any]:
        """The names that a module's text needs in order to run on nodes."""
        return {
            "register": lambda function: function,
            "register_checked": lambda function: function,
            "math": Mathematics(self),
            "NamedTuple": NamedTuple,
            "float": lambda a: self.converted("float", a),
            "int": lambda a: self.converted("int", a),
            "fused": lambda *args: self.call("fused", *args),
            "_select": self.select,
            "_not": self.negated,
        }

    def converted(self, kind: str, a: Any) -> Any:
        if not isinstance(a, Node):
            return float(a) if kind == "float" else int(a)
        return a if a.kind == kind else self.node(kind, (a,), kind)


class Mathematics:
    """`math` on nodes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __getattr__(self, name: str) -> Any:
        function = getattr(math, name)
        if not callable(function):
            return function

        def call(*args: Any) -> Any:
            if not any(isinstance(a, Node) for a in args):
                return function(*args)
            kind = "bool" if name.startswith("is") else "float"
            return self.graph.call(f"math.{name}", *args, kind=kind)

        return call


class Places:
    """An array whose entries are leaves; what is written to it is kept in `written`."""

    def __init__(self, graph: Graph, name: str, length: int = 1) -> None:
        self.graph, self.name, self.length = graph, name, length
        self.written: dict[str, Any] = {}

    def __len__(self) -> int:
        return self.length

    def at(self, place: Any) -> str:
        indices = place if isinstance(place, tuple) else (place,)
        return "_".join([self.name, *map(str, indices)])

    def __getitem__(self, place: Any) -> Any:
        name = self.at(place)
        return self.written.get(name, self.graph.leaf(name))

    def __setitem__(self, place: Any, value: Any) -> None:
        self.written[self.at(place)] = value


class Table:
    """A parameter that is an array: any entry of it."""

    def __init__(self, graph: Graph, name: str, shape: tuple[int, ...]) -> None:
        self.leaf, self.shape = graph.leaf(name, "array"), shape

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, place: Any) -> Any:
        graph, places = self.leaf.graph, place if isinstance(place, tuple) else (place,)
        return graph.node("entry", (self.leaf, *map(graph.constant, places)), "float")


class Branchless(ast.NodeTransformer):
    """Choices between values as calls, so that they work on nodes too."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("_select", ast.Load()), [node.test, node.body, node.orelse], [])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body = straight(node.body)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            return ast.Call(ast.Name("_not", ast.Load()), [node.operand], [])
        return node


def straight(body: list[ast.stmt]) -> list[ast.stmt]:
    """`if test: return a` and what follows, up to `return b`, as one choice between a and b."""
    for k, statement in enumerate(body):
        match statement:
            case ast.If(test=test, body=[ast.Return(value=ast.expr() as early)], orelse=[]):
                rest = straight(body[k + 1 :])
                last = next((n for n, s in enumerate(rest) if isinstance(s, ast.Return)), None)
                end = rest[last] if last is not None else None
                if not isinstance(end, ast.Return) or end.value is None:
                    return body
                pair = ast.Tuple(
                    [ast.Name(f"{n}_{k}_", ast.Store()) for n in ("test", "early")], ast.Store()
                )
                noted = ast.Assign([pair], ast.Tuple([test, early], ast.Load()))
                names = [ast.Name(f"{n}_{k}_", ast.Load()) for n in ("test", "early")]
                choice = ast.Call(ast.Name("_select", ast.Load()), [*names, end.value], [])
                return [*body[:k], noted, *rest[:last], ast.Return(choice)]
    return body


def executed(text: str, graph: Graph) -> dict:
    """A module's text, executed over nodes: its functions by name."""
    tree = Branchless().visit(ast.parse(text))
    world = graph.world()
    exec(compile(ast.fix_missing_locations(tree), "<a round>", "exec"), world)
    for name in ("uniform", "normal"):
        if name in world:
            world[name] = drawn(graph, world[name])
    return world


def drawn(graph: Graph, draw: Callable) -> Callable:
    """A draw is many cheap operations, and dear."""
    return lambda *arguments: graph.node("drawn", (draw(*arguments),), "float")


def below(roots: Iterable[Node]) -> Iterator[Node]:
    """The nodes that some nodes are made of, arguments first."""
    seen: set[int] = set()
    stack = [(node, False) for node in roots]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(a, False) for a in node.args if isinstance(a, Node)]
