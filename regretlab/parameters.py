"""Parameters of pieces: declared with a range and a meaning, checked with a one-line error."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput


@dataclass(frozen=True)
class Range:
    """An interval of the reals, read from text such as '[0, 1)' or '(0, inf)'."""

    text: str

    def ends(self) -> tuple[float, float]:
        low, high = self.text[1:-1].split(",")
        return float(low), float(high)

    def complaint(self, value: float) -> str:
        """What the value must be instead ('below 1'), or '' if it lies inside."""
        low, high = self.ends()
        if not (value > low if self.text[0] == "(" else value >= low):
            return f"{'above' if self.text[0] == '(' else 'at least'} {low:g}"
        if not (value < high if self.text[-1] == ")" else value <= high):
            return f"{'below' if self.text[-1] == ')' else 'at most'} {high:g}"
        return ""


def real(within: str = "(-inf, inf)", doc: str = "", symbol: str = "", *, default: float) -> Any:
    """A real parameter: it travels as a value, so changing it compiles nothing anew."""
    return field(
        default=default,
        metadata={"kind": "real", "within": Range(within), "doc": doc, "symbol": symbol},
    )


def whole(within: str = "(-inf, inf)", doc: str = "", symbol: str = "", *, default: int) -> Any:
    """A whole-number parameter that travels as a value."""
    return field(
        default=default,
        metadata={"kind": "whole", "within": Range(within), "doc": doc, "symbol": symbol},
    )


def count(within: str = "[1, inf)", doc: str = "", symbol: str = "", *, default: int) -> Any:
    """A whole number that shapes the definition (a window's length): folded in, as a choice is."""
    return field(
        default=default,
        metadata={"kind": "count", "within": Range(within), "doc": doc, "symbol": symbol},
    )


def choice(among: dict[Any, str], doc: str = "", *, default: Any) -> Any:
    """A word or flag that selects between definitions: folded into the source before compiling."""
    return field(default=default, metadata={"kind": "choice", "among": among, "doc": doc})


def piece(doc: str = "", *, default: Any) -> Any:
    """A piece inside another one: the method that a wrapper wraps. `default` makes it."""
    return field(default_factory=default, metadata={"kind": "piece", "doc": doc})


def array(
    ndim: int = 1, doc: str = "", symbol: str = "", *, default: Any, infinite: bool = False
) -> Any:
    """An array of reals with at most `ndim` axes; fewer are completed by trailing axes of length 1.

    `infinite` allows inf and -inf in it.
    """
    metadata = {"kind": "array", "ndim": ndim, "doc": doc, "symbol": symbol, "infinite": infinite}
    return field(default_factory=lambda: default, metadata=metadata)


def as_real(name: str, value: Any, owner: str) -> float:
    """A finite float, or InvalidInput."""
    try:
        number = float(value) if not isinstance(value, (bool, str, bytes)) else math.nan
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        shown = repr(value) if isinstance(value, str) else value
        raise InvalidInput(f"{name}={shown} is not a finite number: {owner} needs one.")
    return number + 0.0  # so that there is one zero


def as_whole(name: str, value: Any, owner: str) -> int:
    """An int (1e7 will do), or InvalidInput."""
    number = as_real(name, value, owner)
    if number != int(number):
        raise InvalidInput(f"{name}={value} is not a whole number: {owner} needs one.")
    return int(value)


def as_array(
    name: str, value: Any, ndim: int | None, owner: str, infinite: bool = False
) -> np.ndarray:
    """A read-only float64 array of finite numbers, not empty, or InvalidInput."""
    try:
        if np.iscomplexobj(given := np.asarray(value)):
            raise TypeError
        numbers = given.astype(np.float64) + 0.0
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(
            f"{name}={value} is not an array of numbers: {owner} needs one."
        ) from None
    if ndim is not None and numbers.ndim > ndim:
        raise InvalidInput(f"{name} has {numbers.ndim} axes: {owner} takes at most {ndim}.")
    if ndim is not None:
        numbers = numbers.reshape(numbers.shape + (1,) * (ndim - numbers.ndim))
    if numbers.size == 0:
        raise InvalidInput(f"{name} is empty: give at least one number as {owner}.")
    sound = ~np.isnan(numbers) if infinite else np.isfinite(numbers)
    if not sound.all():
        place = tuple(int(i) for i in np.argwhere(~sound)[0])
        where = f"[{', '.join(map(str, place))}]" if numbers.size > 1 else ""
        is_what = "not a number" if np.isnan(numbers[place]) else "infinite"
        kinds = "finite or infinite numbers, not NaN," if infinite else "finite numbers"
        what = f"{name}{where}={numbers[place]} is {is_what}"
        raise InvalidInput(f"{what}: give {kinds} as {owner}.")
    numbers.flags.writeable = False
    return np.ascontiguousarray(numbers)
