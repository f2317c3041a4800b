"""A piece as a loop sees it: its functions are offered everything and receive what they name."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import cache
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput


@cache
def named(function: Callable) -> tuple[str, ...]:
    """What a plain function names."""
    return tuple(inspect.signature(function).parameters)


class Receiving:
    """A piece whose functions may be offered every argument and receive those that they name."""

    def __init__(self, piece: Any) -> None:
        self._piece = piece

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._piece, name)
        if inspect.ismethod(value) and value.__self__ is self._piece:
            value = receiving(self._piece, value)
        setattr(self, name, value)
        return value


def receiving(piece: Any, function: Callable) -> Callable:
    """`function`, called with more keywords than it names.

    Where Python raises (1.0 / 0.0, math.exp(1e3)) it is called once more on numbers and with a
    `math` that go on with infinities and NaN, as IEEE 754 and compiled code do.
    """
    plain = getattr(function, "__func__", None)
    names = named(function) if plain is None else named(plain)[1:]

    def call(**offered: Any) -> Any:
        if missing := [name for name in names if name not in offered]:
            what = f"{type(piece).__name__}.{function.__name__} names {missing[0]}"
            raise InvalidInput(f"{what}: it may name {', '.join(offered)}.")
        arguments = [offered[name] for name in names]
        try:
            return function(*arguments)
        except (ArithmeticError, ValueError) as error:
            if isinstance(error, ValueError) and not math_domain(error):
                raise
        try:
            return in_ieee(function)(*map(ieee, arguments))
        except ArithmeticError:
            return not_a_number(piece, function.__name__, offered)

    return call


def ieee(argument: Any) -> Any:
    """A number, or a memory of numbers, that divides by zero without raising."""
    if isinstance(argument, float):
        return np.float64(argument)
    if isinstance(argument, tuple):
        return like(argument, map(ieee, argument))
    return argument


def like(values: tuple, others: Any) -> tuple:
    """A tuple, named or not, of the same class with other values."""
    return type(values)(*others) if hasattr(values, "_fields") else tuple(others)


def in_ieee(function: Any) -> Callable:
    """A bound function with `math` as IEEE 754 has it."""
    plain = function.__func__
    outside = plain.__globals__ | (
        {"math": IEEEMath()} if plain.__globals__.get("math") is math else {}
    )
    same = FunctionType(
        plain.__code__, outside, plain.__name__, plain.__defaults__, plain.__closure__
    )
    return MethodType(same, function.__self__)


class IEEEMath:
    """The module `math`, with inf where it overflows and NaN where it is not defined."""

    def __getattr__(self, name: str) -> Any:
        function = getattr(math, name)
        if not callable(function):
            return function

        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except OverflowError:
                return math.inf
            except ValueError:
                return math.nan

        return call


def not_a_number(piece: Any, function: str, offered: dict[str, Any]) -> Any:
    """NaN in the shape of what a function gives."""
    if function in ("remember", "gather"):
        return blanked(offered["s" if function == "remember" else "c"])
    if function == "terms":
        return blanked(piece.Terms())
    if function == "settle":
        return math.nan, blanked(offered["s"])
    if function == "gradient" and piece.shape == "vector":
        return np.full(piece.d, math.nan)
    if function in ("project", "project_in", "primal") and np.ndim(offered["y"]):
        return np.full(len(offered["y"]), math.nan)
    return math.nan


def blanked(memory: Any) -> Any:
    """A memory of NaN."""
    if isinstance(memory, tuple):
        return like(memory, map(blanked, memory))
    return np.full_like(memory, math.nan) if isinstance(memory, np.ndarray) else math.nan


def math_domain(error: ValueError) -> bool:
    """Is it what `math` says of log(-1) or sqrt(-1)?"""
    return str(error).startswith(("math domain error", "expected a "))
