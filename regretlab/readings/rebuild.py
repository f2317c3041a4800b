"""Rebuild definitions as the text of one self-contained module, over other names.

From a loop such as `algorithm1.rounds` and the pieces that it plays with, `Module` writes every
function and constant that can be reached, folds the choices (`self.correction == "none"`,
`losses.linear`) and drops the branches not taken. The text is all that a compiler would freeze, so
its hash tells whether a compiled kernel is still the right one.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from regretlab.errors import CannotCompile
from regretlab.pieces import Piece

BUILTINS = {"abs", "bool", "divmod", "float", "int", "len", "max", "min", "pow", "range", "round"}
MODULES = {"math": "math", "numpy": "np"}


class Module:
    """A module in the making: functions and named tuples by name, each with its text."""

    def __init__(self, supplied: Mapping[Callable, str]) -> None:
        """`supplied` gives a reading's own text for some functions, to be used in place of theirs."""
        self.supplied = supplied
        self.texts: dict[str, str] = {}
        self.origins: dict[str, tuple] = {}

    def text(self) -> str:
        """The definitions, one after the other."""
        return "\n\n".join(self.texts.values()) + "\n"

    def function(
        self,
        function: Callable,
        scope: Mapping[str, Piece] | None = None,
        role: str = "",
        finish: Callable[[ast.FunctionDef], ast.FunctionDef] | None = None,
    ) -> str:
        """Write a function (and all that it reaches) and return its name in the module.

        `scope` says which of its arguments are pieces; `role` distinguishes the functions of
        different pieces that have one name. `finish` rewrites the tree once more at the end.
        """
        name, known = self._claim(
            f"{role}_{function.__name__}" if role else function.__name__, function, role
        )
        if not known:
            if function in self.supplied:
                self.texts[name] = f"@register\n{self.supplied[function]}"
            else:
                tree = _Rewriter(self, function, scope or {}).rewritten(name)
                tree = finish(tree) if finish else tree
                self.texts[name] = f"@register\n{ast.unparse(ast.fix_missing_locations(tree))}"
        return name

    def named_tuple(self, cls: Any, role: str = "") -> str:
        """Write a NamedTuple class and return its name in the module."""
        name, known = self._claim(f"{role}_{cls.__name__}" if role else cls.__name__, cls, role)
        if not known:
            fields = "\n".join(f"    {f}: object{_default(cls, f)}" for f in cls._fields)
            self.texts[name] = f"class {name}(NamedTuple):\n{fields}"
        return name

    def _claim(self, wanted: str, origin: Any, role: str) -> tuple[str, bool]:
        name, n = wanted, 1
        while name in self.origins and self.origins[name] != (origin, role):
            n += 1
            name = f"{wanted}_{n}"
        known = name in self.origins
        self.origins[name] = (origin, role)
        if not known:
            self.texts[name] = ""  # its place, before what it reaches
        return name, known


def _default(cls: Any, field: str) -> str:
    value = cls._field_defaults.get(field)
    return "" if value is None else f" = {float(value)!r}"


class _Rewriter(ast.NodeTransformer):
    """Rewrites one function's tree over the names of the module."""

    def __init__(self, module: Module, function: Callable, scope: Mapping[str, Piece]) -> None:
        self.module, self.function, self.scope = module, function, scope
        self.tree = parsed(function)
        self.locals = {n.arg for n in ast.walk(self.tree) if isinstance(n, ast.arg)}
        self.locals |= {
            n.id
            for n in ast.walk(self.tree)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        self.outside = dict(function.__globals__) | dict(inspect.getclosurevars(function).nonlocals)

    def rewritten(self, name: str) -> ast.FunctionDef:
        tree = self.visit(self.tree)
        tree.name = name
        return tree

    def refuse(self, what: str, remedy: str) -> CannotCompile:
        return CannotCompile(f"{self.function.__qualname__} {what}: {remedy}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node is not self.tree:
            raise self.refuse(f"defines {node.name} inside", "move it to the top of its file.")
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        callee = node.func
        if not (
            isinstance(callee, ast.Attribute)
            and isinstance(callee.value, ast.Name)
            and callee.value.id in self.scope
        ):
            return self.generic_visit(node)
        owner, piece = callee.value.id, self.scope[callee.value.id]
        target = getattr(type(piece), callee.attr, None)
        if inspect.isclass(target) and hasattr(target, "_fields"):
            node.func = ast.Name(self.module.named_tuple(target, piece.kind), ast.Load())
            node.args = [as_float(self.visit(a)) for a in node.args]
            node.keywords = [
                ast.keyword(k.arg, as_float(self.visit(k.value))) for k in node.keywords
            ]
            return node
        if not isinstance(target, FunctionType):
            raise self.refuse(
                f"calls {owner}.{callee.attr}", "only plain functions of the class can be called."
            )
        itself = next(iter(inspect.signature(target).parameters))
        name = self.module.function(target, {itself: piece}, piece.kind)
        if owner == "self":
            arguments, keywords = node.args, node.keywords
        else:
            arguments, keywords = (
                selected(piece, target, {k.arg: k.value for k in node.keywords}),
                [],
            )
        arguments = [ast.Name(owner, ast.Load()), *(self.visit(a) for a in arguments)]
        return ast.Call(ast.Name(name, ast.Load()), arguments, [self.visit(k) for k in keywords])

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self.scope:
            piece = self.scope[node.value.id]
            if node.attr in piece.numbers():
                return node
            return self.constant(f"{node.value.id}.{node.attr}", getattr(piece, node.attr, None))
        if isinstance(node.value, ast.Name) and node.value.id not in self.locals:
            value = self.outside.get(node.value.id)
            if isinstance(value, ModuleType):
                if value.__name__ not in MODULES:
                    remedy = "import the name itself with 'from ... import ...'."
                    raise self.refuse(
                        f"reaches {node.value.id}.{node.attr} through a module", remedy
                    )
                node.value = ast.Name(MODULES[value.__name__], ast.Load())
                return node
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.locals:
            return node
        if node.id not in self.outside:
            if node.id in BUILTINS:
                return node
            raise self.refuse(f"uses {node.id}", "this name cannot be compiled.")
        value = self.outside[node.id]
        if isinstance(value, FunctionType):
            return ast.Name(self.module.function(value), ast.Load())
        if inspect.isclass(value) and hasattr(value, "_fields"):
            return ast.Name(self.module.named_tuple(value), ast.Load())
        return self.constant(node.id, value)

    def constant(self, name: str, value: Any) -> ast.expr:
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float) and math.isnan(value):
            return ast.Attribute(ast.Name("math", ast.Load()), "nan", ast.Load())
        if isinstance(value, (bool, int, float, str)):
            return ast.Constant(value)
        if isinstance(value, tuple):
            return ast.Tuple([self.constant(name, v) for v in value], ast.Load())
        what = f"reads {name}, which is a {type(value).__name__}"
        raise self.refuse(what, "make it a parameter of the class (arrays travel as parameters).")

    def visit_If(self, node: ast.If) -> Any:
        test = self.visit(node.test)
        if not is_constant(test):
            node.test = test
            node.body = self.visit_all(node.body)
            node.orelse = self.visit_all(node.orelse)
            return node
        return self.visit_all(node.body if evaluated(test) else node.orelse) or ast.Pass()

    def visit_all(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in statements:
            new = self.visit(statement)
            out.extend(new if isinstance(new, list) else [new])
        return out

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        test = self.visit(node.test)
        if is_constant(test):
            return self.visit(node.body if evaluated(test) else node.orelse)
        return ast.IfExp(test, self.visit(node.body), self.visit(node.orelse))


def as_float(value: ast.expr) -> ast.expr:
    """A memory holds doubles, even where it is set to 0 or to a count."""
    return ast.Call(ast.Name("float", ast.Load()), [value], [])


def selected(piece: Piece, function: Callable, offered: Mapping[str | None, Any]) -> list:
    """The offered arguments that a function names, in its order; CannotCompile for any other name."""
    names = list(inspect.signature(function).parameters)[1:]
    for name in names:
        if name not in offered:
            known = ", ".join(str(k) for k in offered)
            raise CannotCompile(
                f"{type(piece).__name__}.{function.__name__} names {name}: it may name {known}."
            )
    return [offered[name] for name in names]


def parsed(function: Callable) -> ast.FunctionDef:
    """The tree of a function as it was written, without docstring, annotations and decorators."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        remedy = "write it in a file or a notebook cell."
        raise CannotCompile(
            f"the source of {function.__qualname__} cannot be read: {remedy}"
        ) from None
    if (
        not isinstance(tree, ast.FunctionDef)
        or tree.name != function.__name__
        or tree.decorator_list
    ):
        remedy = (
            "write it as a plain 'def', without decorators, and do not edit its file while it runs."
        )
        raise CannotCompile(f"{function.__qualname__} cannot be read as it runs: {remedy}")
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:] or [ast.Pass()]
    tree.returns = None
    for argument in ast.walk(tree):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return tree


CONSTANT_NODES = (
    ast.Constant,
    ast.Compare,
    ast.BoolOp,
    ast.UnaryOp,
    ast.Tuple,
    ast.cmpop,
    ast.boolop,
    ast.unaryop,
    ast.Load,
)


def is_constant(test: ast.expr) -> bool:
    """Is a condition made of constants only?"""
    return all(isinstance(node, CONSTANT_NODES) for node in ast.walk(test))


def evaluated(test: ast.expr) -> Any:
    """The value of a condition that is made of constants only."""
    expression = ast.fix_missing_locations(ast.Expression(test))
    return eval(compile(expression, "<condition>", "eval"), {"__builtins__": {}})
