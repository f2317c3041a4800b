"""One round of Algorithm 1 as a graph: from what it finds (x_t, memory, sums) to what it leaves.

It is the text of `algorithm1.rounds` itself that is traced, rebuilt for given pieces and for one
coordinate, without its log.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from regretlab.philox import Stream
from regretlab.pieces import Piece
from regretlab.readings.over import parameters_of, standing_in
from regretlab.readings.rebuild import Module
from regretlab.readings.scalars import single
from regretlab.readings.tracing import Graph, Mathematics, Node, Places, Table, executed
from regretlab.receiving import Receiving

BEFORE = ("loss", "gradients", "iterates")


class Round(NamedTuple):
    """A traced round; leaves are named as in `before` and as `role.parameter`."""

    graph: Graph
    after: dict[str, Node]  # what is left of each number that a round finds
    first: dict[str, Node]  # what it is before round 1; of the memory and what coordinates share
    sound: Node  # is all finite?


def traced(
    loop: Callable,
    pieces: Mapping[str, Piece],
    module: Module,
    held: tuple[str, ...],
) -> Round:
    """One round of the loop with these pieces, which play in one dimension; CannotCompile if not."""
    entry = module.function(loop, pieces, finish=partial(first_round, held=held))
    graph = Graph()
    world = executed(module.text(), graph)
    x, memory, common = (Places(graph, name) for name in ("x", "memory", "common"))
    sums = {name: Places(graph, f"ledger_{name}") for name in BEFORE}
    room, flags = Places(graph, "room"), []
    world["keep_sound"] = flags.append
    given = [parameters(piece, role, graph) for role, piece in pieces.items()]
    source = Stream._make(graph.leaf(f"source.{name}", "int") for name in Stream._fields)
    t = graph.leaf("t", "int")
    scratch = SimpleNamespace(**dict.fromkeys(("g", "at", "y", "w", "cache"), room))
    ledger = SimpleNamespace(**sums)
    world[entry](*given, source, x, memory, common, scratch, ledger, None, 0, t, t)
    after = x.written | memory.written | common.written
    for place in sums.values():
        after |= place.written
    after = {name: graph.constant(value) for name, value in after.items()}
    (sound,) = flags
    return Round(
        graph, after, started(pieces["method"], graph, world, after), graph.constant(sound)
    )


def first_round(tree: ast.FunctionDef, held: tuple[str, ...]) -> ast.FunctionDef:
    """The loop for d = 1, as its first round: no log, and no stop where something is not finite."""
    tree = single(tree, held)
    body: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.For):
            body.append(ast.parse("t = first").body[0])
            body += [s for s in map(quiet, statement.body) if s is not None]
        elif not isinstance(statement, ast.Return):
            body.append(statement)
    tree.body = body
    return tree


def quiet(statement: ast.stmt) -> ast.stmt | None:
    """A statement of a round without what it logs; the stop becomes a note of what it looks at."""
    match statement:
        case ast.If(test=ast.Name(id="logged")):
            return None
        case ast.Assign(targets=[ast.Name(id="logged")]):
            return None
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=fine), orelse=[]):
            call = ast.Call(ast.Name("keep_sound", ast.Load()), [copy.deepcopy(fine)], [])
            return ast.Expr(call)
    return statement


def parameters(piece: Piece, role: str, graph: Graph) -> SimpleNamespace:
    """A piece's parameters as leaves `role.name`, those of the piece inside as `role.inner.name`."""
    values: dict[str, Any] = {}
    for name, value in piece.numbers().items():
        full = f"{role}.{name}"
        if isinstance(value, np.ndarray):
            values[name] = Table(graph, full, value.shape)
        else:
            values[name] = graph.leaf(full, "int" if isinstance(value, int) else "float")
    if isinstance(inside := getattr(piece, "inner", None), Receiving):
        values["inner"] = parameters(inside._piece, f"{role}.inner", graph)
    return SimpleNamespace(**values)


def started(method: Any, graph: Graph, world: Any, after: dict[str, Node]) -> dict[str, Node]:
    """The memory before round 1, and what the coordinates share, in terms of parameters and x_1."""
    first = Places(graph, "memory"), Places(graph, "common")
    own = standing_in(method, nested(method, "method", graph), Mathematics(graph))
    x1 = graph.leaf("x_0")
    if any(name.startswith("memory") for name in after):
        world["keep"](first[0], 0, own.start(x=x1, x1=x1, d=1, i=0))
    world["keep_common"](first[1], own.share(d=1))
    return {n: graph.constant(v) for n, v in (first[0].written | first[1].written).items()}


def nested(piece: Piece, role: str, graph: Graph) -> dict[str, Any]:
    """The leaves of a method's parameters as `standing_in` takes them."""
    given = vars(parameters(piece, role, graph))
    inside = getattr(piece, "inner", None)
    if isinstance(inside, Receiving):
        given["inner"] = nested(inside._piece, f"{role}.inner", graph)
    parameters_of(piece, given)
    return given
