"""Algorithm 1 as a loop of JavaScript, for one coordinate: `rounds` itself, read through its tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from regretlab import algorithm1
from regretlab.readings.javascript.expressions import refuse
from regretlab.readings.javascript.functions import Functions
from regretlab.readings.javascript.values import (
    ATOM,
    Code,
    Group,
    Numbers,
    Value,
    entries,
    joined,
    leaves,
    literal,
    rebuilt,
    shaped,
    zeros,
)
from regretlab.readings.rebuild import Module

# arrays are flat; these have more than one column
STRIDES = {"log.loss": (2, 1), "log.gradients": (2, 1, 1), "log.iterates": (2, 1, 1), "log.norms": (3, 1)}  # fmt: skip
SCRATCH = {"room.g[0]", "room.y[0]", "room.w[0]"}
HELD = ("ledger", "log", "room")


class Carried(NamedTuple):
    """What is carried from round to round, in the shape of Python's tuples."""

    memory: Any
    common: Any
    terms: Any


class Loop(Functions):
    """The printer of the loop: its locals are variables of JavaScript, its calls are written out.

    The adversary and the step size stay functions, `gradient` and `alpha_t`, so that other ones can
    be put in their place.
    """

    def __init__(
        self, module: Module, entry: str, carried: Carried, arrays: set[str], draws: bool
    ) -> None:
        native = {
            algorithm1.recall: lambda *_: shaped(carried.memory, entries("memory")),
            algorithm1.recall_common: lambda *_: shaped(carried.common, entries("common")),
            algorithm1.nothing: lambda *_: shaped(carried.terms, zeros()),
            algorithm1.plus: self.plus,
        }
        super().__init__(module.text(), module.origins, native, arrays)
        for function, name in ((algorithm1.keep, "memory"), (algorithm1.keep_common, "common")):
            for known, origin in module.origins.items():
                if origin[0] is function:
                    self.native[known] = lambda *values, name=name: self.keep(name, values[-1])
        self.outside = {n: origin[1] for n, origin in module.origins.items()}
        self.locals: dict[str, Value] = {
            name: Numbers(name, name)
            for name in ("method", "losses", "feasible", "step", "x", "memory", "common", *HELD)
        }
        self.locals |= {name: Code(name) for name in ("source", "first", "last")}
        self.locals["n"] = Code("n", fixed=False)
        self.entry_name, self.draws, self.depth = entry, draws, 0

    def printed(self) -> list[str]:
        """The lines of the loop's body, the numbers and arrays that it reaches held at its top."""
        self.block(self.trees[self.entry_name].body)
        top = [f"const {name} = {path};" for name, path in self.reached.items()]
        return top + self.lines

    # What a loop does that a function does not -------------------------------------------------

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.Assign(targets=[target], value=value) if SCRATCH & {
                    ast.unparse(target),
                    ast.unparse(value),
                }:
                    pass  # nothing in it outlives a round
                case ast.Assign(targets=[target], value=value):
                    self.assign([*pairs(target, self.value(value, self.locals))])
                case ast.AugAssign(target=target, op=op, value=value):
                    now = self.value(as_load(target), self.locals)
                    new = self.binary(type(op).__name__, now, self.value(value, self.locals))
                    self.assign([(target, new)])
                case ast.If(test=test, body=then, orelse=other):
                    condition = self.condition(test, self.locals)
                    if condition.constant is not None:
                        self.block(then if condition.constant else other)
                    elif other:
                        raise refuse("an else in the loop")
                    elif isinstance(then[-1], ast.Return):
                        # what is stored before it is stored after the loop: one way out is quicker
                        self.inside(f"if ({condition.text}) {{", then[-1:])
                    else:
                        self.inside(f"if ({condition.text}) {{", then)
                case ast.For(target=ast.Name(id="t"), body=inside):
                    self.locals["t"] = Code("t")
                    self.write("let reached = last;")
                    self.write("let trouble = 0;")
                    self.inside("for (let t = first; t <= last; t++) {", inside, loop=True)
                case ast.For(target=ast.Name(id=name), iter=over, body=inside):
                    items = self.value(over, self.locals)
                    for item in items.items if isinstance(items, Group) else ():
                        self.locals[name] = item
                        self.block(inside)
                case ast.Return(value=ast.Tuple(elts=[reached, trouble])):
                    out = [self.code(part, self.locals).text for part in (reached, trouble)]
                    if self.depth:
                        self.write(f"reached = {out[0]};")
                        self.write(f"trouble = {out[1]};")
                        self.write("break;")
                    else:
                        self.write("return [reached, trouble];")
                case ast.Expr(value=ast.Call() as call):
                    self.call_of(call, self.locals)
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise refuse(f"the line {ast.unparse(statement).splitlines()[0]!r}")

    def inside(self, head: str, body: list[ast.stmt], loop: bool = False) -> None:
        self.write(head)
        self.indent, self.depth = self.indent + "  ", self.depth + (not loop)
        self.block(body)
        self.indent, self.depth = self.indent[2:], self.depth - (not loop)
        self.write("}")

    def assign(self, given: list[tuple[ast.expr, Value]]) -> None:
        """Assign to variables and entries of arrays all at once, as Python does."""
        if len(given) > 1:
            given = [(target, self.settled(value, "v")) for target, value in given]
        for target, value in given:
            if isinstance(target, ast.Subscript):
                place = self.value(as_load(target), self.locals)
                assert isinstance(place, Code)
                assert isinstance(value, Code)
                self.write(f"{place.text} = {value.text};")
            elif isinstance(target, ast.Name):
                self.assign_name(target.id, value)

    def assign_name(self, name: str, value: Value) -> None:
        if name not in self.locals:
            if self.depth:
                raise refuse(f"{name}, first assigned in a branch")
            for slot, code in leaves(value, name):
                self.write(f"let {slot} = {code.text};")
            slots = iter([slot for slot, _ in leaves(value, name)])
            self.locals[name] = rebuilt(value, lambda _: Code(next(slots), fixed=False))
            return
        held = list(leaves(value, name))
        if [slot for slot, _ in held] != [c.text for _, c in leaves(self.locals[name], name)]:
            raise refuse(f"{name}, which changes its shape")
        if len(held) > 1:
            held = list(leaves(self.settled(value, name), name))
        for slot, code in held:
            self.write(f"{slot} = {code.text};")

    def settled(self, value: Value, hint: str) -> Value:
        """The value, with nothing in it that a later assignment could change."""

        def settle(code: Code) -> Code:
            if code.constant is not None or (code.atomic and code.fixed):
                return code
            name = self.fresh(hint)
            self.write(f"const {name} = {code.text};")
            return Code(name)

        return rebuilt(value, settle)

    def call_of(self, node: ast.Call, local: Any) -> Value:
        if isinstance(node.func, ast.Name) and local is self.locals:
            name = node.func.id
            if name == "len" and ast.unparse(node.args[0]) == "x":
                return literal(1)
            role = self.outside.get(name)
            if role in ("losses", "step"):
                u = "u" if self.draws else "0"
                wanted = (
                    f"gradient(losses, t, x_0, {u})" if role == "losses" else "alpha_t(step, t)"
                )
                return Code(wanted, fixed=False)
        return super().call_of(node, local)

    def attribute(self, value: Value, name: str) -> Value:
        if isinstance(value, Numbers) and value.path in HELD:
            text, path = f"{value.text}_{name}", f"{value.path}.{name}"
            self.reached[text] = path
            return Numbers(text, path)
        return super().attribute(value, name)

    def entry(self, node: ast.expr, value: Value, index: ast.expr, local: Any) -> Value:
        held = isinstance(value, Numbers) and value.path.split(".")[0] in (
            *HELD,
            "x",
            "memory",
            "common",
        )
        if not held or not isinstance(value, Numbers):
            return super().entry(node, value, index, local)
        places = [
            self.code(p, local) for p in (index.elts if isinstance(index, ast.Tuple) else [index])
        ]
        strides = STRIDES.get(value.path, (1,) * len(places))
        out: Code | None = None
        for place, stride in zip(places, strides, strict=True):
            if place.constant == 0:
                continue
            term = joined("Mult", literal(stride), place) if stride > 1 else place
            out = term if out is None else joined("Add", out, term)
        return Code(f"{value.text}[{out.text if out else 0}]", ATOM, fixed=False)

    def plus(self, q: Value, terms: Value) -> Value:
        sums = [
            joined("Add", a, b)
            for (_, a), (_, b) in zip(leaves(q, ""), leaves(terms, ""), strict=True)
        ]
        left = iter(sums)
        return rebuilt(q, lambda _: next(left))

    def keep(self, name: str, value: Value) -> Value:
        for k, (_, code) in enumerate(leaves(value, "")):
            self.write(f"{name}[{k}] = {code.text};")
        return literal(0)


def pairs(target: ast.expr, value: Value) -> Iterator[tuple[ast.expr, Value]]:
    """The single assignments that one of tuples is."""
    if isinstance(target, ast.Tuple) and isinstance(value, Group):
        for part, item in zip(target.elts, value.items, strict=True):
            yield from pairs(part, item)
    else:
        yield target, value


def as_load(target: ast.expr) -> ast.expr:
    """What is assigned to, as it is read."""
    return ast.parse(ast.unparse(target), mode="eval").body
