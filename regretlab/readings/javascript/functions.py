"""Functions of plain arithmetic as JavaScript, each call written out where it stands.

A definition is run over expressions in place of numbers: its tuples are taken apart, so that what is
left are local constants and the operations on them, in the order of the definition.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping

from regretlab import arithmetic, philox
from regretlab.readings.javascript.expressions import Expressions, refuse
from regretlab.readings.javascript.values import Code, Group, Value, called, chosen, joined


class Functions(Expressions):
    """The functions of a rebuilt module, and the lines written while they are run."""

    def __init__(
        self,
        text: str,
        origins: Mapping[str, tuple],
        native: Mapping[Callable, Callable],
        arrays: Collection[str],
    ):
        """`native` writes some functions by itself; `arrays` are the paths of numbers that are arrays."""
        super().__init__(arrays)
        tree = ast.parse(text)
        self.trees = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
        self.tuples = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        written = {n: origin[0] for n, origin in origins.items() if callable(origin[0])}
        own = {
            arithmetic.sqrt: lambda a: called("Math.sqrt", a),
            arithmetic.is_finite: lambda a: called("Number.isFinite", a),
            arithmetic.two_product: self.two_product,
            philox.uniform: lambda source, t, purpose: called("uniform", source, t, purpose),
            philox.normal: self.normal,
        }
        self.native = {
            n: (own | dict(native))[f] for n, f in written.items() if f in own or f in native
        }

    def knows(self, name: str) -> bool:
        return name in self.trees or name in self.tuples or name in self.native

    def two_product(self, a: Code, b: Code) -> Value:
        p = self.held(joined("Mult", a, b), "p")
        assert isinstance(p, Code)
        return Group((p, called("product_rest", a, b, p)))

    def normal(self, source: Code, t: Code, i: Code) -> Code:
        self.near.add("normal")
        return called("normal", source, t, i)

    def call(self, name: str, arguments: list[Value], keywords: Mapping[str, Value]) -> Value:
        """What a function of the module gives."""
        if name in self.native:
            held = [self.held(a, "v") for a in arguments]
            return self.native[name](*held)
        if name in self.tuples:
            return self.tuple_of(name, arguments, keywords)
        tree = self.trees[name]
        names = [a.arg for a in tree.args.args]
        local = dict(zip(names[len(names) - len(tree.args.defaults) :], (
            self.value(d, {}) for d in tree.args.defaults
        ), strict=True))  # fmt: skip
        given = dict(zip(names, arguments, strict=False)) | dict(keywords)
        local |= {n: self.held(v, n) for n, v in given.items()}
        result = self.run(tree.body, local)
        if result is None:
            raise refuse(f"{name} returns nothing")
        return result

    def tuple_of(self, name: str, arguments: list[Value], keywords: Mapping[str, Value]) -> Value:
        fields = [s for s in self.tuples[name].body if isinstance(s, ast.AnnAssign)]
        names = [s.target.id for s in fields if isinstance(s.target, ast.Name)]
        local = {n: self.value(s.value, {}) for n, s in zip(names, fields, strict=True) if s.value}
        local |= dict(zip(names, arguments, strict=False)) | dict(keywords)
        return Group(tuple(local[n] for n in names), tuple(names))

    def run(self, body: list[ast.stmt], local: dict[str, Value]) -> Value | None:
        """What a body returns; None if it ends without."""
        for k, statement in enumerate(body):
            match statement:
                case ast.Return(value=value):
                    return self.value(value, local)
                case ast.Assign(targets=[target], value=value):
                    self.bind(target, self.value(value, local), local)
                case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                    new = self.binary(type(op).__name__, local[name], self.value(value, local))
                    local[name] = self.held(new, name)
                case ast.If(test=test, body=then, orelse=other):
                    rest = body[k + 1 :]
                    condition = self.condition(test, local)
                    if condition.constant is not None:
                        return self.run([*(then if condition.constant else other), *rest], local)
                    condition = self.held(condition, "test")
                    a, b = (self.run([*branch, *rest], dict(local)) for branch in (then, other))
                    if a is None or b is None:
                        raise refuse("a branch that returns nothing")
                    return chosen(condition, a, b)  # type: ignore[arg-type]
                case ast.For(target=ast.Name(id=name), iter=over, body=inside, orelse=[]):
                    items = self.value(over, local)
                    if not isinstance(items, Group):
                        raise refuse("a loop over what is not a tuple")
                    for item in items.items:
                        local[name] = item
                        self.run(inside, local)
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    pass
                case _:
                    raise refuse(f"the line {ast.unparse(statement).splitlines()[0]!r}")
        return None

    def bind(self, target: ast.expr, value: Value, local: dict[str, Value]) -> None:
        match target:
            case ast.Name(id=name):
                local[name] = self.held(value, name)
            case ast.Tuple(elts=parts) if isinstance(value, Group):
                for part, item in zip(parts, value.items, strict=True):
                    self.bind(part, item, local)
            case _:
                raise refuse(f"an assignment to {ast.unparse(target)}")
