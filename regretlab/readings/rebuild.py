"""Rebuild definitions as the text of one self-contained module, over other names.

From a loop such as `algorithm1.rounds` and the pieces that it plays with, `Module` writes every
function and constant that can be reached, folds the choices (`self.correction == "none"`,
`losses.linear`) and drops the branches not taken. The text is all that a compiler would freeze, so
its hash tells whether a compiled kernel is still the right one.
"""

from __future__ import annotations

import ast
import copy
import inspect
import math
from collections.abc import Callable, Collection, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from regretlab.errors import CannotCompile
from regretlab.pieces import Piece
from regretlab.readings.source import bound_in, parsed
from regretlab.receiving import Receiving

BUILTINS = {"abs", "bool", "divmod", "float", "int", "len", "max", "min", "pow", "range", "round"}
MODULES = {"math": "math", "numpy": "np"}
TAKEN = BUILTINS | {"math", "np", "NamedTuple"}


class Module:
    """A module in the making: functions and named tuples by name, each with its text."""

    def __init__(self, supplied: Mapping[Callable, str], taken: Collection[str] = ()) -> None:
        """`supplied` gives a reading's own text for some functions, to be used in place of theirs.

        `taken` are the names that its module has already.
        """
        self.supplied, self.taken = supplied, TAKEN | set(taken)
        self.tuples: dict[Any, str] = {}
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
                tree = _Rewriter(self, function, scope or {}, role).rewritten(name)
                tree = finish(tree) if finish else tree
                register = "register" if is_ours(function) else "register_checked"
                self.texts[name] = f"@{register}\n{ast.unparse(ast.fix_missing_locations(tree))}"
        return name

    def named_tuple(self, cls: Any, role: str = "") -> str:
        """Write a NamedTuple class, once, and return its name in the module."""
        if cls not in self.tuples:
            wanted = f"{role}_{cls.__name__}" if role else cls.__name__
            name = self.tuples[cls] = self._claim(wanted, cls, role)[0]
            fields = "\n".join(f"    {f}: object{_default(cls, f)}" for f in cls._fields)
            self.texts[name] = f"class {name}(NamedTuple):\n{fields}"
        return self.tuples[cls]

    def _claim(self, wanted: str, origin: Any, role: str) -> tuple[str, bool]:
        name, n = wanted, 1
        while name in self.taken or self.origins.get(name, (origin, role)) != (origin, role):
            n += 1
            name = f"{wanted}_{n}"
        known = name in self.origins
        self.origins[name] = (origin, role)
        if not known:
            self.texts[name] = ""  # its place, before what it reaches
        return name, known


def _default(cls: Any, field: str) -> str:
    value = cls._field_defaults.get(field)
    if field not in cls._field_defaults:
        return ""
    return f" = float('{float(value)!r}')" if isinstance(value, (int, float)) else " = None"


class _Rewriter(ast.NodeTransformer):
    """Rewrites one function's tree over the names of the module."""

    def __init__(
        self, module: Module, function: Callable, scope: Mapping[str, Piece], role: str
    ) -> None:
        """Without a role it is a loop: its calls offer keywords, and each function takes its own."""
        self.role, self.selecting = role, not role
        self.module, self.function, self.scope = module, function, scope
        self.tree = parsed(function)
        self.locals = bound_in(function)
        self.outside = dict(function.__globals__) | dict(inspect.getclosurevars(function).nonlocals)

    def rewritten(self, name: str) -> ast.FunctionDef:
        tree = self.visit(self.tree)
        tree.name = name
        # defaults are what they were when the function was made, whatever their names mean by now
        tree.args.defaults = [
            self.constant("a default", v) for v in self.function.__defaults__ or ()
        ]
        return tree

    def refuse(self, what: str, remedy: str) -> CannotCompile:
        return CannotCompile(f"{self.function.__qualname__} {what}: {remedy}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node is not self.tree:
            raise self.refuse(f"defines {node.name} inside", "move it to the top of its file.")
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node.func:
            case ast.Attribute(value=value, attr=attribute) if owner := self.owner(value):
                return self.piece_call(node, *owner, attribute)
            case ast.Name(id="tuple") if unrolled := self.unrolled(node):
                return unrolled
            case ast.Name(id=name) if name not in self.locals:
                value = self.outside.get(name)
                if is_tuple_class(value):
                    return self.tuple_call(node, value, "")
                if self.selecting and isinstance(value, FunctionType):
                    self.module.function(value, self.handed_on(node, value))
        return self.generic_visit(node)

    def owner(self, node: ast.expr) -> tuple[Piece, str, ast.expr] | None:
        """The piece that an expression names, its role, and the expression for its parameters."""
        match node:
            case ast.Name(id=name) if name in self.scope:
                piece = self.scope[name]
                return piece, self.role or piece.kind, ast.Name(name, ast.Load())
            case ast.Attribute(value=value, attr="inner") if outer := self.owner(value):
                if isinstance(inside := getattr(outer[0], "inner", None), Receiving):
                    numbers = ast.Attribute(outer[2], "inner", ast.Load())
                    return inside._piece, f"{outer[1]}_inner", numbers
        return None

    def piece_call(
        self, node: ast.Call, piece: Piece, role: str, numbers: ast.expr, attribute: str
    ) -> ast.AST:
        """`self.helper(...)`, `self.Memory(...)`, or `losses.gradient(t=t, ...)` in a loop."""
        target = getattr(piece, attribute, None)
        if is_tuple_class(target):
            return self.tuple_call(node, target, role)
        target = getattr(target, "__func__", None)
        if not isinstance(target, FunctionType):
            what = f"calls {ast.unparse(node.func)}"
            raise self.refuse(what, "only plain functions of the class can be called.")
        itself = next(iter(inspect.signature(target).parameters))
        name = self.module.function(target, {itself: piece}, role)
        arguments, keywords = node.args, node.keywords
        if self.selecting or isinstance(numbers, ast.Attribute):  # in a loop, or of the one inside
            offered = {k.arg: k.value for k in node.keywords}
            arguments, keywords = selected(piece, target, offered), []
        arguments = [numbers, *(self.visit(a) for a in arguments)]
        return ast.Call(ast.Name(name, ast.Load()), arguments, [self.visit(k) for k in keywords])

    def handed_on(self, node: ast.Call, function: Callable) -> dict[str, Piece]:
        """The pieces that a loop passes, as they are, to a plain function that is a part of it."""
        names = inspect.signature(function).parameters
        return {
            name: self.scope[given.id]
            for name, given in zip(names, node.args, strict=False)
            if isinstance(given, ast.Name) and given.id in self.scope
        }

    def unrolled(self, node: ast.Call) -> ast.AST | None:
        """`tuple(E(k) for k in range(n))`, n known, as the tuple of its entries."""
        match node.args:
            case [
                ast.GeneratorExp(
                    elt=entry,
                    generators=[
                        ast.comprehension(
                            target=ast.Name(id=k),
                            iter=ast.Call(func=ast.Name(id="range"), args=[*ends]),
                            ifs=[],
                        )
                    ],
                )
            ]:
                ends = [self.visit(end) for end in ends]
                if all(isinstance(end, ast.Constant) for end in ends):
                    entries = (
                        self.visit(Replaced(k, index).visit(copy.deepcopy(entry)))
                        for index in range(*(end.value for end in ends))
                    )
                    return ast.Tuple(list(entries), ast.Load())
        return None

    def tuple_call(self, node: ast.Call, cls: Any, role: str) -> ast.AST:
        """A named tuple of doubles, even where a field is set to 0 or to a count."""

        def double(value: ast.expr, field: str | None) -> ast.expr:
            written = str(cls.__annotations__.get(field, ""))
            whole = any(kind in written for kind in ("tuple", "Any", "ndarray"))
            if isinstance(value, ast.Starred) or whole:
                return self.visit(value)
            return ast.Call(ast.Name("float", ast.Load()), [self.visit(value)], [])

        name = self.module.named_tuple(cls, role)
        keywords = [ast.keyword(k.arg, double(k.value, k.arg)) for k in node.keywords]
        fields = [*cls._fields, *[None] * len(node.args)]
        values = [double(a, f) for a, f in zip(node.args, fields, strict=False)]
        return ast.Call(ast.Name(name, ast.Load()), values, keywords)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if owner := self.owner(node.value):
            piece, _, numbers = owner
            if node.attr in piece.numbers():
                return ast.Attribute(numbers, node.attr, ast.Load())
            return self.constant(ast.unparse(node), getattr(piece, node.attr, None))
        if isinstance(node.value, ast.Name) and node.value.id not in self.locals:
            value = self.outside.get(node.value.id)
            if isinstance(value, ModuleType):
                if value.__name__ == "regretlab.arithmetic":
                    return ast.Name(self.module.function(getattr(value, node.attr)), ast.Load())
                if value is np and node.attr == "random":
                    raise self.refuse(
                        "draws from np.random", "name u, a draw that can be replayed."
                    )
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
        if isinstance(value, BuiltinFunctionType) and value.__module__ == "math":
            return ast.Attribute(ast.Name("math", ast.Load()), value.__name__, ast.Load())
        if isinstance(value, np.ufunc) and getattr(np, value.__name__, None) is value:
            return ast.Attribute(ast.Name("np", ast.Load()), value.__name__, ast.Load())
        return self.constant(node.id, value)

    def constant(self, name: str, value: Any) -> ast.expr:
        if isinstance(value, np.generic):
            value = value.item()
        for kind in (bool, int, float, str):  # also of what inherits from them
            if isinstance(value, kind):
                return literal(kind(value))
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


class Replaced(ast.NodeTransformer):
    """A name replaced by a whole number."""

    def __init__(self, name: str, value: int) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(self.value) if node.id == self.name else node


def is_ours(function: Callable) -> bool:
    """Are its indices known to be in range, so that nothing need be checked while it runs?"""
    return function.__module__.partition(".")[0] == "regretlab"


def is_tuple_class(value: Any) -> bool:
    return inspect.isclass(value) and hasattr(value, "_fields")


def literal(value: bool | int | float | str) -> ast.expr:
    """A constant, with its sign as an operator, so that (-2) ** 2 stays what it is."""
    if isinstance(value, (bool, str)):
        return ast.Constant(value)
    if isinstance(value, float) and math.isnan(value):
        return ast.Attribute(ast.Name("math", ast.Load()), "nan", ast.Load())
    if value < 0 or str(value) == "-0.0":
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


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
