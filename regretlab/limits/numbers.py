"""The numbers that a limit is computed in: floats, arrays of settings, balls; each with forms beside."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from regretlab import arithmetic
from regretlab.errors import InvalidInput
from regretlab.limits.forms import Affine, Form, extreme, lifted, ratio, zero
from regretlab.readings.over import PRIMITIVES, Arithmetic, arrays

FLOATS = Arithmetic({}, float, math)


def _quotient(a: Any, b: Any) -> Any:
    """a / b with 0 / 0 = 0; nearly always there is no 0 to look for."""
    return a / b if np.all(b) else arrays.primitives["quotient"](a, b)


ARRAYS = arrays._replace(primitives={**arrays.primitives, "quotient": _quotient})


class Undecided(Exception):
    """A comparison of balls that overlap."""


@cache
def balls() -> Arithmetic:
    """python-flint's real balls, at the precision that is set when they are used."""
    try:
        from flint import arb
    except ImportError as error:
        raise InvalidInput(
            "balls need python-flint, which is not installed: pip install python-flint."
        ) from error

    def sure(condition: bool, other: bool) -> bool:
        if not condition and not other:
            raise Undecided
        return condition

    def quotient(a: Any, b: Any) -> Any:
        a, b = arb(a), arb(b)
        if b == 0:
            if a == 0:
                return arb(0)
            raise Undecided
        return a / b

    def sign(a: Any) -> Any:
        a = arb(a)
        return arb(1) if a > 0 else (arb(-1) if a < 0 else (arb(0) if a == 0 else undecided()))

    def undecided() -> Any:
        raise Undecided

    def root(a: Any) -> Any:
        a = arb(a)
        if not a >= 0:
            raise Undecided
        return a.sqrt()

    functions = {
        "exp": lambda a: arb(a).exp(),
        "log": lambda a: arb(a).log(),
        "pow": lambda a, b: arb(a) ** arb(b),
        "sqrt": root,
        "cos": lambda a: arb(a).cos(),
        "atan2": lambda a, b: arb.atan2(arb(a), arb(b)),
    }
    pi = arb.pi
    return Arithmetic(
        {
            "sqrt": root,
            "quotient": quotient,
            "where": lambda condition, a, b: a if condition else b,
            "sign": sign,
            "maximum": lambda a, b: arb(a).max(arb(b)),
            "minimum": lambda a, b: arb(a).min(arb(b)),
            "is_finite": lambda a: arb(a).is_finite(),
            "fma": lambda a, b, c: arb(a) * arb(b) + arb(c),
        },
        lambda value: value if isinstance(value, arb) else arb(value),
        SimpleNamespace(**functions, inf=arb("inf"), nan=arb("nan"), pi=pi),
    )


def with_forms(over: Arithmetic) -> Arithmetic:
    """The same numbers, with forms among them."""
    plain = {name: over.primitives.get(name, getattr(arithmetic, name)) for name in PRIMITIVES}
    primitives: dict[str, Callable] = {name: lifted(f) for name, f in plain.items()}

    def quotient(a: Any, b: Any) -> Any:
        if not (isinstance(a, Form) or isinstance(b, Form)):
            return plain["quotient"](a, b)
        if isinstance(b, Form):
            return 0.0 if zero(a) else ratio(a, b)
        return a / b if isinstance(a, Affine) and not zero(b) else lifted(min)(a)

    def where(condition: Any, a: Any, b: Any) -> Any:
        if isinstance(condition, Form):
            return unknown_like(a, condition)
        return plain["where"](condition, a, b)

    def unknown_like(a: Any, unknown: Any) -> Any:
        if isinstance(a, tuple):
            values = [unknown_like(v, unknown) for v in a]
            return type(a)(*values) if hasattr(a, "_fields") else tuple(values)
        return unknown

    primitives |= {
        "quotient": quotient,
        "where": where,
        "maximum": extreme(plain["maximum"], largest=True),
        "minimum": extreme(plain["minimum"], largest=False),
    }
    known = {n: getattr(over.math, n) for n in dir(over.math) if not n.startswith("_")}
    world = {n: lifted(v) if callable(v) else v for n, v in known.items()}

    def number(value: Any) -> Any:
        return value if isinstance(value, Form) else over.number(value)

    return Arithmetic(primitives, number, SimpleNamespace(**world))


__all__ = ["ARRAYS", "FLOATS", "Undecided", "balls", "with_forms"]
