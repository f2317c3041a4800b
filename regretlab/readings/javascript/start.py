"""What is worked out once, as JavaScript: a method's `start` and `share`, run on expressions.

They are plain Python, so that they are not read through their trees but simply run, on
parameters that write down what is done with them.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.pieces import Piece
from regretlab.readings.javascript.expressions import CONSTANTS, NEAR, ROUNDED_ONCE, refuse
from regretlab.readings.javascript.values import SIGN, Code, called, joined, literal
from regretlab.readings.layout import leaves
from regretlab.readings.over import standing_in
from regretlab.receiving import Receiving


class Traced:
    """A number that is not known yet."""

    def __init__(self, code: Code, near: set[str]) -> None:
        self.code, self.near = code, near

    def _with(self, operator: str, other: Any, swapped: bool = False) -> Traced:
        pair = (self.code, coded(other))
        return Traced(joined(operator, *(pair[::-1] if swapped else pair)), self.near)

    def __add__(self, other: Any) -> Traced:
        return self._with("Add", other)

    def __radd__(self, other: Any) -> Traced:
        return self._with("Add", other, swapped=True)

    def __sub__(self, other: Any) -> Traced:
        return self._with("Sub", other)

    def __rsub__(self, other: Any) -> Traced:
        return self._with("Sub", other, swapped=True)

    def __mul__(self, other: Any) -> Traced:
        return self._with("Mult", other)

    def __rmul__(self, other: Any) -> Traced:
        return self._with("Mult", other, swapped=True)

    def __truediv__(self, other: Any) -> Traced:
        return self._with("Div", other)

    def __rtruediv__(self, other: Any) -> Traced:
        return self._with("Div", other, swapped=True)

    def __neg__(self) -> Traced:
        return Traced(Code(f"-{self.code.within(SIGN + 1)}", SIGN), self.near)

    def __pow__(self, other: Any) -> Traced:
        self.near.add("pow")
        return Traced(called("Math.pow", self.code, coded(other)), self.near)

    def __abs__(self) -> Traced:
        return Traced(called("Math.abs", self.code), self.near)

    def __float__(self) -> float:
        raise refuse("a start that asks for the value of a parameter")

    def __bool__(self) -> bool:
        raise refuse("a start that branches on a parameter")

    def _compared(self, other: Any) -> bool:
        return bool(self)

    __lt__ = __le__ = __gt__ = __ge__ = _compared


def coded(value: Any) -> Code:
    return value.code if isinstance(value, Traced) else literal(value)


def tracing_math(near: set[str]) -> Any:
    """`math` on expressions."""

    def function(name: str, written: str) -> Any:
        def call(*arguments: Any) -> Traced:
            near.update({name} & set(NEAR))
            return Traced(called(written, *map(coded, arguments)), near)

        return call

    known = {name: function(name, written) for name, written in (ROUNDED_ONCE | NEAR).items()}
    return SimpleNamespace(**known, **{n: Traced(c, near) for n, c in CONSTANTS.items()})


def expected(losses: Losses, near: set[str]) -> str:
    """The expression of E[gradient], which names `losses`; NaN where it is not known."""
    if not losses.random:
        return "NaN"
    piece: Any = losses
    numbers = standing_in(piece, traced(losses, "losses", near), tracing_math(near))
    mean = numbers.expected_gradient()
    return "NaN" if mean is None else coded(mean.item()).text


def traced(method: Piece, path: str, near: set[str]) -> dict[str, Any]:
    """The numbers of a piece, and of the one inside, as expressions."""
    out: dict[str, Any] = {
        name: Traced(Code(f"{path}.{name}"), near)
        for name, value in method.numbers().items()
        if isinstance(value, (int, float))
    }
    if isinstance(inside := getattr(method, "inner", None), Receiving):
        out["inner"] = traced(inside._piece, f"{path}.inner", near)
    return out


def started(method: Method, near: set[str]) -> tuple[list[str], list[str]]:
    """The expressions of the memory and of what coordinates share before round 1.

    They name `method`, `x1` and `begin`, which is x1 in the method's own geometry; what is not
    rounded once is added to `near`.
    """
    numbers = standing_in(method, traced(method, "method", near), tracing_math(near))
    begin, x1 = Traced(Code("begin"), near), Traced(Code("x1"), near)
    try:
        memory = numbers.start(x=begin, x1=x1, d=1, i=0)
        common = numbers.share(d=1)
    except TypeError as error:
        raise refuse(f"the start of {method.name} ({error})") from error
    return texts(memory), texts(common)


def texts(memory: Any) -> list[str]:
    return [coded(value).text for _, value in leaves(memory)]
