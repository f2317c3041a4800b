"""From pieces to the text of a loop in JavaScript, and of the functions that it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from regretlab import algorithm1, arithmetic, philox
from regretlab.errors import CannotCompile, InvalidInput
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import choice
from regretlab.pieces import Piece
from regretlab.readings.javascript.functions import Functions
from regretlab.readings.javascript.loop import Carried, Loop
from regretlab.readings.javascript.start import expected, started
from regretlab.readings.javascript.values import Code, Numbers, literal
from regretlab.readings.rebuild import Module
from regretlab.readings.scalars import single
from regretlab.readings.source import parsed
from regretlab.receiving import Receiving
from regretlab.schedules import Schedule
from regretlab.sets import geometry
from regretlab.sets.interval import Interval


class Watching(Piece):
    """Whether m_t, sqrt(V_t) and alpha_t are recorded: folded into the loop."""

    kind = "record"
    abstract = True
    on: bool = choice({False: "no", True: "yes"}, "recording", default=False)


class Printed(NamedTuple):
    """A text, and the functions in it whose last bit depends on a mathematical library."""

    text: str
    near: frozenset[str]


def whole(piece: Piece) -> str:
    """The one line that says why a piece is not printed; '' if nothing speaks against it yet."""
    name = piece.name
    if isinstance(piece, Method) and (piece.shape == "vector" or piece.geometry == "matrix"):
        return (
            f"{name} sees whole arrays, and only one coordinate is printed: choose another method."
        )
    if isinstance(piece, Losses):
        if piece.shape == "vector" or piece.d != 1:
            return f"{name} has not one coordinate alone, and only one is printed: choose other losses."
        if not piece.linear:
            return f"{name} is not linear, so that its best fixed point takes a solver: choose linear losses."
        told = {*piece.named("gradient")} - {"t", "seen", "u", "i"}
        if told:
            return f"{name} names {min(told)}, which a printed adversary is not told: choose other losses."
    if piece.kind == "set" and not isinstance(piece, Interval):
        return f"{name} is not an interval, and only those are printed: choose interval:lo=-1,hi=1."
    return ""


def checked(*pieces: Piece) -> None:
    """InvalidInput for a piece that cannot be printed."""
    for piece in pieces:
        if why := whole(piece):
            raise InvalidInput(why)


def loop(method: Method, losses: Losses, feasible: Piece, watch: bool = False) -> Printed:
    """The function `advance` (or `watch`) of a method.

    Of the losses it knows only whether they are drawn at random; it calls gradient(losses, t, seen,
    u) and alpha_t(step, t).
    """
    checked(method, losses, feasible)
    record = Watching(on=watch)
    pieces = {
        "method": method,
        "losses": losses,
        "feasible": feasible,
        "step": Still(),
        "record": record,
    }
    try:
        module = Module(STUBS)
        entry = module.function(algorithm1.rounds, pieces, finish=alone)
        terms = Receiving(method).Terms()
        carried = Carried(method.at_start(np.zeros(1)), method.shared(1), terms)
        printer = Loop(module, entry, carried, arrays_of(method, "method"), losses.random)
        lines = printer.printed()
    except CannotCompile as error:
        raise InvalidInput(f"{method.name} cannot be printed: {error}") from error
    head = f"function {'watch' if watch else 'advance'}(numbers, source, state, log, n, first, last) {{"
    top = [
        "const { method, losses, feasible, step } = numbers;",
        "const { x, memory, common, ledger, room } = state;",
    ]
    text = "\n  ".join([head, *top, *lines]) + "\n}"
    return Printed(text, frozenset(printer.near))


def alone(tree: ast.FunctionDef) -> ast.FunctionDef:
    """The loop for one coordinate, as the compiled engine has it."""
    held = ("x", "ledger.gradients", "ledger.iterates", "ledger.pace", "room.g", "room.y", "room.w")
    return single(tree, held)


class Still(Schedule):
    """A schedule that stands for any."""

    abstract = True

    def alpha_t(self, t):
        return t


# What the printer writes by itself, so that its Python is not looked into.
STUBS: dict[Callable, str] = {
    f: f"def {f.__name__}(*values):\n    pass"
    for f in (
        algorithm1.recall, algorithm1.keep, algorithm1.recall_common, algorithm1.keep_common,
        algorithm1.nothing, algorithm1.plus, arithmetic.sqrt, arithmetic.is_finite,
        arithmetic.two_product, philox.uniform, philox.normal,
    )
}  # fmt: skip


def adversary(losses: Losses) -> Printed:
    """`gradient(losses, t, seen, u)`, and `expected(losses)`, its mean where it is drawn at random."""
    checked(losses)
    given = {"t": Code("t"), "seen": Code("seen"), "u": Code("u"), "i": literal(0)}
    asked = [given[name] for name in losses.named("gradient")]
    gradient = one(losses, "gradient(losses, t, seen, u)", type(losses).gradient, asked)
    near = set(gradient.near)
    mean = f"function expected(losses) {{\n  return {expected(losses, near)};\n}}"
    return Printed(f"{gradient.text}\n{mean}", frozenset(near))


def schedule(step: Schedule) -> Printed:
    """`alpha_t(step, t)`."""
    written = type(step).alpha_t
    return one(step, "alpha_t(step, t)", written, [Code("t")] * len(parsed_names(written)))


def one(piece: Piece, head: str, written, arguments: list[Code]) -> Printed:
    """One function of a piece, as it stands."""
    role = head.partition("(")[2].partition(",")[0]
    supplied = STUBS | {geometry.dual_of: without_errors(geometry.dual_of)}
    try:
        module = Module(supplied)
        name = module.function(written, {"self": piece}, role)
        printer = Functions(module.text(), module.origins, {}, arrays_of(piece, role))
        printer.indent = "  "
        result = printer.call(name, [Numbers(role, role), *arguments], {})
    except CannotCompile as error:
        raise InvalidInput(f"{piece.name} cannot be printed: {error}") from error
    if not isinstance(result, Code):
        raise InvalidInput(f"{piece.name} cannot be printed: it does not give one number.")
    top = [f"  const {name} = {path};" for name, path in printer.reached.items()]
    body = "\n".join([*top, *printer.lines, f"  return {result.text};"])
    return Printed(f"function {head} {{\n{body}\n}}", frozenset(printer.near))


def parsed_names(written) -> list[str]:
    return [a.arg for a in parsed(written).args.args][1:]


def without_errors(written) -> str:
    """A function's text, NaN where it would raise."""

    class Quiet(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST:
            if isinstance(node.body[-1], ast.Raise):
                node.body = [ast.Return(ast.parse("math.nan", mode="eval").body)]
            return node

    return ast.unparse(ast.fix_missing_locations(Quiet().visit(parsed(written))))


def begin(method: Method, feasible: Interval) -> Printed:
    """`start(numbers, x1)`: what is carried before round 1."""
    near: set[str] = set()
    inside = "const { method } = numbers, begin = x1;"
    before = ""
    if method.geometry == "entropy":
        dual = one(feasible, "dual(feasible, x)", Interval.dual, [Code("x")])
        before, near = dual.text + "\n", near | dual.near
        inside = "const { method, feasible } = numbers, begin = dual(feasible, x1);"
    try:
        memory, common = started(method, near)
    except CannotCompile as error:
        raise InvalidInput(f"{method.name} cannot be printed: {error}") from error
    give = f"return {{ memory: [{', '.join(memory)}], common: [{', '.join(common)}] }};"
    text = f"{before}function start(numbers, x1) {{\n  {inside}\n  {give}\n}}"
    return Printed(text, frozenset(near))


def arrays_of(piece: Piece, path: str) -> set[str]:
    """The paths of the numbers of a piece that are arrays."""
    out = {f"{path}.{n}" for n, v in piece.numbers().items() if isinstance(v, np.ndarray)}
    if isinstance(inside := getattr(piece, "inner", None), Receiving):
        out |= arrays_of(inside._piece, f"{path}.inner")
    return out


def numbers_of(piece: Piece) -> dict:
    """The numbers of a piece as JSON has them: what a printed text is given as values."""
    out: dict = {
        n: v.ravel().tolist() if isinstance(v, np.ndarray) else v
        for n, v in piece.numbers().items()
    }
    if isinstance(inside := getattr(piece, "inner", None), Receiving):
        out["inner"] = numbers_of(inside._piece)
    return out
