"""The plain engine: Algorithm 1 in Python as it stands, slow and obvious, the oracle of the others."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.pieces import Piece


class Receiving:
    """A piece whose functions may be offered every argument and receive those that they name."""

    def __init__(self, piece: Piece) -> None:
        self._piece = piece

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._piece, name)
        if inspect.ismethod(value) and value.__self__ is self._piece:
            value = receiving(self._piece, value)
        setattr(self, name, value)
        return value


def receiving(piece: Piece, function: Callable) -> Callable:
    """`function`, called with more keywords than it names."""
    names = tuple(inspect.signature(function).parameters)
    nothing = not_a_number(piece, function.__name__)

    def call(**offered: Any) -> Any:
        if missing := [name for name in names if name not in offered]:
            what = f"{type(piece).__name__}.{function.__name__} names {missing[0]}"
            raise InvalidInput(f"{what}: it may name {', '.join(offered)}.")
        try:
            return function(*[offered[name] for name in names])
        except (ArithmeticError, ValueError) as error:  # where compiled arithmetic has NaN or inf
            if isinstance(error, ValueError) and not math_domain(error):
                raise
            return nothing

    return call


def not_a_number(piece: Any, function: str) -> Any:
    """NaN in the shape of what a function gives."""
    if function == "remember":
        return piece.Memory(*[math.nan] * len(piece.Memory._fields))
    if function == "gradient" and piece.shape == "vector":
        return np.full(piece.d, math.nan)
    return math.nan


def math_domain(error: ValueError) -> bool:
    """Is it what `math` says of log(-1) or sqrt(-1)?"""
    return str(error).startswith(("math domain error", "expected a "))


def plain(loop: Callable) -> Callable:
    """A loop that can be called with pieces as they are."""

    def call(*arguments: Any) -> Any:
        return loop(*[Receiving(a) if isinstance(a, Piece) else a for a in arguments])

    return call
