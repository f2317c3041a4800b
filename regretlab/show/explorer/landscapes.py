"""Landscapes for the page: losses of the plane, their value and gradient printed as JavaScript."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from typing import Any

from regretlab.losses.beale import Beale
from regretlab.losses.ravine import Ravine
from regretlab.losses.rosenbrock import Rosenbrock
from regretlab.losses.saddle import Saddle
from regretlab.losses.sequence import Losses
from regretlab.readings.javascript.expressions import refuse
from regretlab.readings.javascript.functions import Functions
from regretlab.readings.javascript.kernel import STUBS
from regretlab.readings.javascript.values import Code, Group, Numbers, Value, literal
from regretlab.readings.rebuild import Module

# What is seen of each: [lo, hi] of x and of y, where the race begins, a fair step, where it ends.
VIEWS: dict[type[Losses], dict[str, Any]] = {
    Beale: {"x": [-1.5, 4.5], "y": [-2.0, 2.0], "start": [1.0, 1.5], "alpha": 0.003, "least": [3.0, 0.5]},
    Saddle: {"x": [-2.0, 2.0], "y": [-2.0, 2.0], "start": [-1.5, 0.001], "alpha": 0.005, "least": None},
    Ravine: {"x": [-3.0, 3.0], "y": [-1.5, 1.5], "start": [-2.5, 1.0], "alpha": 0.02, "least": [0.0, 0.0]},
    Rosenbrock: {"x": [-2.0, 2.0], "y": [-1.0, 3.0], "start": [-1.5, 2.0], "alpha": 0.001, "least": [1.0, 1.0]},
}  # fmt: skip


def landscapes() -> dict[str, Any]:
    """Each by name: its formula and the numbers in it, its view, and the texts of value(x, y) and gradient(x, y)."""
    out = {}
    for kind, view in VIEWS.items():
        piece = kind()
        formula = (kind.__doc__ or "").partition("\n")[0].partition(". ")[0]
        texts = {"value": printed(piece, "value"), "gradient": printed(piece, "gradient")}
        out[piece.name] = (
            {"formula": formula, "source": piece.source, "numbers": piece.numbers()} | view | texts
        )
    return out


def printed(piece: Losses, name: str) -> str:
    """A method of the losses as a JavaScript function of x and y."""
    module = Module(STUBS)
    written = getattr(type(piece), name)
    entry = module.function(written, {"self": piece}, "losses")
    printer = Plane(module.text(), module.origins, {}, set())
    printer.indent = "  "
    point = Group((Code("x"), Code("y")))
    result = printer.call(entry, [Numbers("losses", "losses"), Code("t"), point], {})
    numbers = [
        f"  const {text} = {json.dumps(piece.numbers()[text.removeprefix('losses_')])};"
        for text in printer.reached
    ]
    ends = (
        [part.text for part in result.items if isinstance(part, Code)]
        if isinstance(result, Group)
        else []
    )
    told = f"[{', '.join(ends)}]" if ends else result.text if isinstance(result, Code) else ""
    body = "\n".join([*numbers, *printer.lines, f"  return {told};"])
    return f"function {name}(x, y) {{\n{body}\n}}"


class Plane(Functions):
    """Functions that make an array of two numbers and fill it in."""

    def __init__(
        self,
        text: str,
        origins: Mapping[str, tuple],
        native: Mapping[Callable, Callable],
        arrays: Any,
    ):
        super().__init__(text, origins, native, arrays)
        self.trees = {name: Spelled().visit(tree) for name, tree in self.trees.items()}

    def call_of(self, node: ast.Call, local: Mapping[str, Value]) -> Value:
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("zeros", "empty"):
            return Group((literal(0.0), literal(0.0)))
        return super().call_of(node, local)

    def bind(self, target: ast.expr, value: Value, local: dict[str, Value]) -> None:
        if not isinstance(target, ast.Subscript):
            return super().bind(target, value, local)
        assert isinstance(target.value, ast.Name)
        array, place = local[target.value.id], self.code(target.slice, local).constant
        if not isinstance(array, Group):
            raise refuse(ast.unparse(target))
        items = list(array.items)
        items[place] = self.held(value, "g")
        local[target.value.id] = Group(tuple(items))
        return None


class Spelled(ast.NodeTransformer):
    """a[k] += b as a[k] = a[k] + b."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if not isinstance(node.target, ast.Subscript):
            return node
        read = ast.Subscript(node.target.value, node.target.slice, ast.Load())
        new = ast.Assign([node.target], ast.BinOp(read, node.op, node.value))
        return ast.fix_missing_locations(ast.copy_location(new, node))
