"""A method's definition read over other numbers: arrays for a grid of settings, balls, fractions.

The functions of the method are rebuilt over the primitives of another arithmetic, so that the one
definition runs on whatever numbers they work with. Over NumPy arrays (`arrays`) every entry has the
bits that a play with its parameters has, as long as only + - * / sqrt min max are used.
"""

from __future__ import annotations

import ast
import copy
import inspect
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType, MethodType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from regretlab import arithmetic
from regretlab.errors import InvalidInput
from regretlab.methods.method import Method
from regretlab.pieces import Piece
from regretlab.readings.rebuild import Module
from regretlab.receiving import Receiving, like, receiving

HOOKS = (
    "look", "measure", "bend", "terms", "gather", "remember", "phi", "psi", "root", "move", "settle"
)  # fmt: skip
USED_IF = {"look": "looks", "measure": "measures", "bend": "bends", "terms": "gathers",
           "gather": "gathers", "settle": "settles"}  # fmt: skip
PRIMITIVES = ("sqrt", "quotient", "where", "sign", "maximum", "minimum", "is_finite", "fma")


class Arithmetic(NamedTuple):
    """What a kind of numbers lacks: its own version of some primitives, of `float` and of `math`."""

    primitives: Mapping[str, Callable]
    number: Callable[[Any], Any]  # what a constant is among these numbers; decimals come as text
    math: Any


def _quotient(a: Any, b: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.where(b == 0.0, np.where(a == 0.0, 0.0, a * np.copysign(np.inf, b)), a / b)


def _where(condition: Any, a: Any, b: Any) -> Any:
    """Of memories, entry by entry."""
    if not isinstance(a, tuple):
        return np.where(condition, a, b)
    return like(a, (_where(condition, p, q) for p, q in zip(a, b, strict=True)))


arrays = Arithmetic(
    {
        "sqrt": np.sqrt,
        "quotient": _quotient,
        "where": _where,
        "sign": lambda a: np.where(a > 0.0, 1.0, np.where(a < 0.0, -1.0, 0.0)),
        "maximum": lambda a, b: np.where(b > a, b, a),
        "minimum": lambda a, b: np.where(b < a, b, a),
        "is_finite": np.isfinite,
    },
    lambda value: value if isinstance(value, np.ndarray) else np.float64(value),
    SimpleNamespace(
        exp=np.exp, log=np.log, pow=np.power, cos=np.cos, atan2=np.arctan2, sqrt=np.sqrt,
        inf=math.inf, nan=math.nan, pi=math.pi,
    ),
)  # fmt: skip


class Reading:
    """A method over another arithmetic; its hooks take what they name, as keywords.

    `parameters` replaces parameters by numbers of that arithmetic: `Reading(Adam(), arrays,
    beta2=np.array([0.9, 0.99]))`. For a wrapper, `inner` is a dictionary of the inner method's.
    """

    def __init__(self, method: Method, over: Arithmetic, **parameters: Any) -> None:
        method = represented(method, parameters)
        self._standing_in = standing_in(method, parameters, over.math)
        texts = {
            getattr(
                arithmetic, name
            ): f"def {name}(*values):\n    return primitives[{name!r}](*values)"
            for name in over.primitives
        }
        module, self.method = Module(texts), method
        names = {}
        for hook in HOOKS:
            written = getattr(type(method), hook, None)
            asked = USED_IF.get(hook)
            if written is not None and (getattr(method, asked) if asked else method.defines(hook)):
                names[hook] = module.function(written, {"self": method}, "method")
        names["move"] = module.function(type(method).move, {"self": method}, "method")
        world: dict[str, Any] = {
            "register": lambda f: f,
            "register_checked": lambda f: f,
            "primitives": over.primitives,
            "math": over.math,
            "np": np,
            "NamedTuple": NamedTuple,
            "float": over.number,
        }
        tree = ast.fix_missing_locations(_Constants().visit(ast.parse(module.text())))
        exec(compile(tree, f"<{method.name} over other numbers>", "exec"), world)
        self._parameters = parameters_of(method, parameters)
        self._functions = {hook: world[name] for hook, name in names.items()}
        self._world, self._over = world, over

    def at(self, **parameters: Any) -> Reading:
        """The same definition with other numbers for the parameters that were replaced, unchecked."""
        other = copy.copy(self)
        other._parameters = parameters_of(self.method, parameters)
        other._standing_in = standing_in(self.method, parameters, self._over.math)
        return other

    def start(self, x1: Any = 0.0) -> Any:
        """The memory before round 1, over these numbers."""
        x = self._over.number(x1)
        return self._as(self._standing_in.start(x=x, x1=x, d=1, i=0))

    def _as(self, memory: Any) -> Any:
        if not isinstance(memory, tuple):
            return self._over.number(memory)
        values = [self._as(v) for v in memory]
        return type(memory)(*values) if hasattr(memory, "_fields") else tuple(values)

    def __getattr__(self, hook: str) -> Callable:
        if hook.startswith("_") or hook not in self._functions:
            raise AttributeError(hook)
        function, names = self._functions[hook], self.method.names(hook)
        return lambda **offered: function(self._parameters, *(offered[n] for n in names))

    def update(self, t: int, a: Any, g: Any, x: Any, s: Any) -> tuple[Any, Any]:
        """The memory after round t, and y_{t+1} before the projection."""
        whole = self.method.gathers or self.method.measures or self.method.shape == "vector"
        if whole or self.method.random:
            raise InvalidInput(
                f"{self.method.name} needs all coordinates at once: play it instead."
            )
        offered = {"t": t, "a": a, "g": g, "x": x, "c": self.method.shared(1), "i": 0}
        if self.method.bends:
            offered["g"] = self.bend(**offered, z=0.0, n=0.0)
        s = self.remember(**offered, s=s) if "remember" in self._functions else s
        m, w = self._over.number(0.0), self._over.number(1.0)
        if self.method.has_phi:
            m = self.phi(**offered, s=s)
            if self.method.has_root:
                w = self.root(**offered, s=s)
            else:
                w = self._over.primitives.get("sqrt", arithmetic.sqrt)(self.psi(**offered, s=s))
        return s, self.move(**offered, s=s, m=m, w=w)


class _Constants(ast.NodeTransformer):
    """Decimals in a definition, as constants of the other arithmetic, read from their digits."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if type(node.value) is not float:
            return node
        return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(repr(node.value))], [])


def represented(method: Method, given: Mapping[str, Any]) -> Method:
    """The method with the first of the given settings, by which options that depend on them fold.

    InvalidInput if another one of them folds otherwise, as eps = 0 does beside eps = 0.1.
    """
    numbers = {n: np.atleast_1d(np.array(v, dtype=object)).ravel() for n, v in given.items() if n != "inner"}  # fmt: skip # noqa: E501
    parameters_of(method, given)
    for name, values in numbers.items():
        others = [method.but(**{name: float(v)}) for v in values]
        for value, other in zip(values, others, strict=True):
            if folded(other) != folded(others[0]):
                what = f"{name}={float(values[0]):g} and {name}={float(value):g}"
                raise InvalidInput(
                    f"{what} give {method.name} two definitions: read them one after the other."
                )
        method = others[0]
    if isinstance(inside := getattr(method, "inner", None), Receiving):
        method = method.but(method=represented(inside._piece, given.get("inner", {})))
    return method


def folded(method: Piece) -> dict[str, Any]:
    """What a piece says of itself, beside its parameters: flags and words that follow from them."""
    values = {name: getattr(method, name) for name in properties(type(method))}
    return {name: v for name, v in values.items() if isinstance(v, (bool, str))}


@cache
def properties(cls: type) -> tuple[str, ...]:
    """The names of a class's properties."""
    names = {n for base in cls.__mro__ for n, v in vars(base).items() if isinstance(v, property)}
    return tuple(sorted(names))


class StandIn(Receiving):
    """A method whose parameters are other numbers, with their `math`."""

    def __init__(self, method: Method, math_of_numbers: Any) -> None:
        super().__init__(method)
        self._math = math_of_numbers

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._piece, name)
        if not inspect.ismethod(value):
            return value
        plain = value.__func__
        world = plain.__globals__ | {"math": self._math}
        same = FunctionType(plain.__code__, world, name, plain.__defaults__, plain.__closure__)
        return receiving(self._piece, MethodType(same, self._piece))


def standing_in(method: Method, given: Mapping[str, Any], math_of_numbers: Any) -> StandIn:
    """A copy whose parameters are the given numbers, unchecked, for `start`, which is plain Python."""
    other = copy.copy(method)
    for name, value in given.items():
        if name != "inner":
            object.__setattr__(other, name, value)
    if isinstance(inside := getattr(method, "inner", None), Receiving):
        inner = standing_in(inside._piece, given.get("inner", {}), math_of_numbers)
        other.__dict__["inner"] = inner
    return StandIn(other, math_of_numbers)


def parameters_of(piece: Piece, given: Mapping[str, Any]) -> SimpleNamespace:
    """The parameters of a method as its rebuilt functions read them."""
    if unknown := set(given) - {*piece.numbers(), "inner"}:
        raise InvalidInput(f"{min(unknown)} is not a number of {piece.name}: give one that is.")
    values = {**piece.numbers(), **given}
    inside = getattr(piece, "inner", None)
    if isinstance(inside, Receiving):
        values["inner"] = parameters_of(inside._piece, given.get("inner", {}))
    return SimpleNamespace(**values)
