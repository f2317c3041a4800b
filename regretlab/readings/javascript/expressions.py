"""Expressions of plain arithmetic as JavaScript, operation by operation."""

from __future__ import annotations

import ast
import operator
from collections.abc import Collection, Mapping

from regretlab.errors import CannotCompile
from regretlab.readings.javascript.values import (
    ATOM,
    SIGN,
    Code,
    Group,
    Numbers,
    Value,
    called,
    chosen,
    joined,
    literal,
    rebuilt,
)

# IEEE 754 asks for these to be rounded once, and so does ECMAScript; the others are near
ROUNDED_ONCE = {"sqrt": "Math.sqrt", "fabs": "Math.abs", "copysign": "copysign",
                "isfinite": "Number.isFinite", "isnan": "Number.isNaN",
                "floor": "Math.floor", "ceil": "Math.ceil"}  # fmt: skip
NEAR = {name: f"Math.{name}" for name in (
    "exp", "log", "pow", "cos", "sin", "tan", "atan", "atan2", "tanh", "sinh", "cosh", "log1p", "expm1",
    "asin", "acos", "hypot", "cbrt", "log2", "log10",
)}  # fmt: skip
CONSTANTS = {"inf": Code("Infinity"), "nan": Code("NaN"), "pi": Code("Math.PI")}
FOLDED = {"Add": operator.add, "Sub": operator.sub, "Mult": operator.mul}


def refuse(what: str) -> CannotCompile:
    return CannotCompile(f"{what}, which has no JavaScript here.")


class Expressions:
    """Expressions of Python's trees over values, and the lines written while they are read."""

    def __init__(self, arrays: Collection[str]) -> None:
        """`arrays` are the paths of numbers that are arrays."""
        self.lines: list[str] = []
        self.indent, self.near, self._names = "", set[str](), dict[str, int]()
        self.reached: dict[str, str] = {}  # local name -> the number or array that it stands for
        self.arrays = set(arrays)

    def knows(self, name: str) -> bool:
        """Is it a function of the module?"""
        return False

    def call(self, name: str, arguments: list[Value], keywords: Mapping[str, Value]) -> Value:
        """What such a function gives."""
        raise refuse(f"the call of {name}")

    def write(self, line: str) -> None:
        self.lines.append(self.indent + line)

    def fresh(self, hint: str) -> str:
        """A name that is not in use."""
        self._names[hint] = self._names.get(hint, 0) + 1
        return f"{hint}${self._names[hint]}"

    def held(self, value: Value, hint: str) -> Value:
        """The value, each expression in it that is not a name held in a constant."""

        def hold(code: Code) -> Code:
            if code.atomic or code.constant is not None:
                return code
            name = self.fresh(hint)
            self.write(f"const {name} = {code.text};")
            return Code(name)

        return rebuilt(value, hold)

    def code(self, node: ast.expr, local: Mapping[str, Value]) -> Code:
        value = self.value(node, local)
        if not isinstance(value, Code):
            raise refuse(f"{ast.unparse(node)} where a number belongs")
        return value

    condition = code

    def value(self, node: ast.expr | None, local: Mapping[str, Value]) -> Value:
        match node:
            case ast.Constant(value=value):
                return literal(value)
            case ast.Name(id=name) if name in local:
                return local[name]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return Group(tuple(self.value(p, local) for p in parts))
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(
                    type(op).__name__, self.value(left, local), self.value(right, local)
                )
            case ast.BoolOp(op=op, values=values):
                parts = [self.condition(v, local) for v in values]
                out = parts[0]
                for part in parts[1:]:
                    out = joined(type(op).__name__, out, part)
                return out
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self.compared(node, [left, *others], ops, local)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inside = self.condition(operand, local)
                return Code(f"!{inside.within(ATOM)}", SIGN, inside.fixed)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inside = self.code(operand, local)
                if inside.constant is not None:
                    return literal(-inside.constant if inside.constant else -0.0)
                return Code(f"-{inside.within(ATOM)}", SIGN, inside.fixed)
            case ast.IfExp(test=test, body=a, orelse=b):
                condition = self.held(self.condition(test, local), "test")
                return chosen(condition, self.value(a, local), self.value(b, local))  # type: ignore[arg-type]
            case ast.Attribute(value=ast.Name(id="math"), attr=attribute) if attribute in CONSTANTS:
                return CONSTANTS[attribute]
            case ast.Attribute(value=inside, attr=attribute):
                return self.attribute(self.value(inside, local), attribute)
            case ast.Subscript(value=inside, slice=index):
                return self.entry(node, self.value(inside, local), index, local)
            case ast.Call():
                return self.call_of(node, local)
        raise refuse(ast.unparse(node) if node else "nothing")

    def attribute(self, value: Value, name: str) -> Value:
        if isinstance(value, Group):
            return value.named(name)
        if isinstance(value, Numbers):
            text, path = f"{value.text}_{name}", f"{value.path}.{name}"
            if name == "inner":
                return Numbers(text, path)
            self.reached[text] = path
            return Numbers(text, path) if path in self.arrays else Code(text)
        raise refuse(f".{name} of a number")

    def entry(
        self, node: ast.expr, value: Value, index: ast.expr, local: Mapping[str, Value]
    ) -> Value:
        if isinstance(index, ast.Slice) and isinstance(value, Group):
            ends = [
                None if e is None else self.code(e, local).constant
                for e in (index.lower, index.upper)
            ]
            return Group(value.items[slice(*ends)])
        places = [
            self.code(p, local) for p in (index.elts if isinstance(index, ast.Tuple) else [index])
        ]
        if isinstance(value, Group) and len(places) == 1 and isinstance(places[0].constant, int):
            return value.items[places[0].constant]
        if isinstance(value, Numbers):  # an array of one column
            return Code(f"{value.text}[{places[0].text}]", fixed=places[0].fixed)
        raise refuse(ast.unparse(node))

    def compared(
        self, node: ast.Compare, sides: list[ast.expr], ops: list, local: Mapping[str, Value]
    ) -> Code:
        codes = [self.held(self.code(s, local), "v") if 0 < k < len(sides) - 1 else self.code(s, local)
                 for k, s in enumerate(sides)]  # fmt: skip
        out = None
        for op, a, b in zip(ops, codes, codes[1:], strict=False):
            if type(op).__name__ not in ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"):
                raise refuse(ast.unparse(node))
            one = joined(type(op).__name__, a, b)  # type: ignore[arg-type]
            out = one if out is None else joined("And", out, one)
        assert out is not None
        return out

    def binary(self, op: str, a: Value, b: Value) -> Value:
        if op == "Add" and isinstance(a, Group) and isinstance(b, Group):
            return Group(a.items + b.items)
        if not (isinstance(a, Code) and isinstance(b, Code)):
            raise refuse(f"{op} of tuples")
        if op in FOLDED and isinstance(a.constant, int) and isinstance(b.constant, int):
            return literal(FOLDED[op](a.constant, b.constant))
        if op == "Mod":
            return called("mod", a, b)
        if op == "FloorDiv":
            return called("Math.floor", joined("Div", a, b))
        if op == "Pow":
            self.near.add("pow")
            return called("Math.pow", a, b)
        if op not in ("Add", "Sub", "Mult", "Div", "BitAnd", "BitOr"):
            raise refuse(f"the operator {op}")
        return joined(op, a, b)

    def call_of(self, node: ast.Call, local: Mapping[str, Value]) -> Value:
        arguments = [self.value(a, local) for a in node.args]
        keywords = {k.arg: self.value(k.value, local) for k in node.keywords if k.arg}
        match node.func:
            case ast.Attribute(value=ast.Name(id="math"), attr=name):
                codes = [a for a in arguments if isinstance(a, Code)]
                if name in NEAR:
                    self.near.add(name)
                if name in ROUNDED_ONCE or name in NEAR:
                    return called((ROUNDED_ONCE | NEAR)[name], *codes)
            case ast.Name(id=name) if self.knows(name):
                return self.call(name, arguments, keywords)
            case ast.Name(id="float" | "bool"):
                if isinstance(arguments[0], Code) and isinstance(arguments[0].constant, str):
                    return literal(float(arguments[0].constant))
                return arguments[0]
            case ast.Name(id="abs"):
                return called("Math.abs", *arguments)  # type: ignore[arg-type]
            case ast.Name(id="int"):
                return called("Math.trunc", *arguments)  # type: ignore[arg-type]
            case ast.Name(id="max" | "min" as name) if len(arguments) > 1:
                out = arguments[0]
                for other in arguments[1:]:
                    a, b = self.held(out, "v"), self.held(other, "v")
                    out = chosen(joined("Gt" if name == "max" else "Lt", b, a), b, a)  # type: ignore[arg-type]
                return out
            case ast.Name(id="len") if isinstance(arguments[0], Group):
                return literal(len(arguments[0].items))
            case ast.Name(id="len") if isinstance(arguments[0], Numbers):
                return Code(f"{arguments[0].text}.length")
            case ast.Name(id="range") if all(
                isinstance(a, Code) and isinstance(a.constant, int) for a in arguments
            ):
                ends = [a.constant for a in arguments if isinstance(a, Code)]
                return Group(tuple(literal(k) for k in range(*ends)))
        raise refuse(f"the call {ast.unparse(node)}")
