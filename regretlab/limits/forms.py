"""Numbers that are not known yet: affine forms, running maxima, and what is neither.

A definition is fed these in place of a number of its memory; what comes out says how one round, and
so one period, acts on that number. They work over whatever numbers they hold: floats, arrays, balls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

STEP, ITERATE = "a", "x"  # the names under which alpha_t and x_t are not known
BELOW = "below"  # a number <= 0 that tends to 0: what is still missing from a limit


class NoTruth(TypeError):
    """A definition asked whether a form is true: it branches on what is not known."""


class Form:
    """What all of them share: NumPy leaves mixed arithmetic to them."""

    __array_ufunc__ = None

    def _unknown(self, *others: Any) -> Unknown:
        return UNKNOWN

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _unknown
    __truediv__ = __rtruediv__ = __neg__ = __pow__ = __rpow__ = __mod__ = __abs__ = _unknown
    __and__ = __rand__ = __or__ = __ror__ = __invert__ = _unknown
    __lt__ = __le__ = __gt__ = __ge__ = _unknown  # type: ignore[assignment]
    __eq__ = __ne__ = _unknown  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise NoTruth("a form is neither true nor false")


class Unknown(Form):
    """Neither affine nor a running maximum: whatever it touches is unknown too."""


UNKNOWN = Unknown()


class Affine(Form):
    """offset + sum of slopes[name] * name."""

    def __init__(self, offset: Any, slopes: Mapping[str, Any]) -> None:
        self.offset, self.slopes = offset, dict(slopes)

    @classmethod
    def simple(cls, offset: Any, slopes: Mapping[str, Any]) -> Any:
        """The same without what is multiplied by 0; the offset alone if nothing is left."""
        left = {n: s for n, s in slopes.items() if not nought(s)}
        return cls(offset, left) if left else offset

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Affine):
            slopes = dict(self.slopes)
            for name, slope in other.slopes.items():
                slopes[name] = slopes[name] + slope if name in slopes else slope
            return Affine.simple(self.offset + other.offset, slopes)
        return UNKNOWN if isinstance(other, Form) else Affine(self.offset + other, self.slopes)

    __radd__ = __add__

    def __neg__(self) -> Affine:
        return Affine(-self.offset, {n: -s for n, s in self.slopes.items()})

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return (-self) + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Form):
            return UNKNOWN
        slopes = {n: product(s, other) for n, s in self.slopes.items()}
        return Affine.simple(product(self.offset, other), slopes)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Form):
            return ratio(self, other)
        return Affine(self.offset / other, {n: s / other for n, s in self.slopes.items()})

    def __rtruediv__(self, other: Any) -> Any:
        return UNKNOWN if isinstance(other, Form) else Inverse(other, self)

    def only(self, name: str) -> Any:
        """The slope of `name`, if nothing else is in it; else None."""
        return self.slopes[name] if zero(self.offset) and set(self.slopes) == {name} else None


class Inverse(Form):
    """over / below for an affine form below: Adadelta divides by it once more."""

    def __init__(self, over: Any, below: Affine) -> None:
        self.over, self.below = over, below

    def __rtruediv__(self, other: Any) -> Any:
        return UNKNOWN if isinstance(other, Form) else self.below * (other / self.over)


class Peak(Form):
    """max(slope * name, floor) with slope >= 0: what maxima make of a number of the memory."""

    def __init__(self, name: str, slope: Any, floor: Any) -> None:
        self.name, self.slope, self.floor = name, slope, floor

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Form) or not surely(other >= 0):
            return UNKNOWN
        return Peak(self.name, self.slope * other, self.floor * other)

    __rmul__ = __mul__


def product(a: Any, b: Any) -> Any:
    """a * b; where a is a plain 0 or 1, without touching a large b."""
    plain = isinstance(a, float)
    return a if plain and a == 0.0 else b if plain and a == 1.0 else a * b


def nought(value: Any) -> bool:
    """Is it 0, in every entry of an array? An array is mostly seen not to be by its first."""
    if isinstance(value, np.ndarray) and value.size and value.flat[0] != 0.0:
        return False
    return surely(value == 0)


def surely(condition: Any) -> bool:
    """Does it hold, for every entry of an array?"""
    return bool(condition.all()) if hasattr(condition, "all") else condition is True


def ratio(a: Any, b: Any) -> Any:
    """a / b where both are multiples of alpha_t, and so a number."""
    if isinstance(a, Affine) and isinstance(b, Affine):
        over, under = a.only(STEP), b.only(STEP)
        if over is not None and under is not None:
            return over / under
    return UNKNOWN


def extreme(pick: Callable[[Any, Any], Any], largest: bool) -> Callable[[Any, Any], Any]:
    """`maximum` or `minimum`, which `pick` is for numbers, also for forms."""

    def of(a: Any, b: Any) -> Any:
        if not (isinstance(a, Form) or isinstance(b, Form)):
            return pick(a, b)
        if isinstance(a, Affine) and isinstance(b, Affine):
            first, second = a.only(STEP), b.only(STEP)
            if first is not None and second is not None:  # alpha_t is positive
                return Affine(0.0, {STEP: pick(first, second)})
        if not largest:
            return UNKNOWN
        if isinstance(b, Peak) or limit(a) is not None:
            a, b = b, a  # the first is what is not known
        return peak(pick, a, b) if isinstance(a, Affine | Peak) else UNKNOWN

    return of


def peak(pick: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """max(a, b) where a is a multiple of a number of the memory, or such a maximum already."""
    if isinstance(a, Affine):
        if len(a.slopes) != 1 or not zero(a.offset):
            return UNKNOWN
        ((name, slope),) = a.slopes.items()
        if name in (STEP, ITERATE, BELOW) or not surely(slope >= 0) or limit(b) is None:
            return UNKNOWN
        return Peak(name, slope, b)
    floor, other = limit(a.floor), limit(b)
    if other is None:
        return UNKNOWN
    largest = pick(floor, other)
    numbers = not (isinstance(a.floor, Form) or isinstance(b, Form))
    return Peak(a.name, a.slope, largest if numbers else Affine(largest, {BELOW: 1.0}))


def limit(value: Any) -> Any:
    """A number, or what tends to one from below has that number; None for any other form."""
    if not isinstance(value, Form):
        return value
    if isinstance(value, Affine) and all(n == BELOW and surely(s >= 0) for n, s in value.slopes.items()):  # fmt: skip
        return value.offset
    return None


def zero(value: Any) -> bool:
    return not isinstance(value, Form) and surely(value == 0)


def lifted(function: Callable) -> Callable:
    """A primitive that is a number of numbers, and unknown of forms."""

    def of(*values: Any) -> Any:
        return UNKNOWN if any(isinstance(v, Form) for v in values) else function(*values)

    return of
