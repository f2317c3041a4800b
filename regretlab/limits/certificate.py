"""The document that a certificate is: exact inputs, balls as pairs of decimals, and its digest."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.limits import checker
from regretlab.methods.method import Method

DIGITS = 30  # of a ball's ends
# Parameters that act through others, or only where no certificate is known.
UNUSED = ("convention", "lam", "momentum")


def exact(number: Any) -> Fraction:
    """The rational that the shortest decimal of a float spells: 9/10 for 0.9."""
    return Fraction(repr(float(number)))


def fraction_of(point: Any) -> Fraction:
    """A ball without radius, as the dyadic rational that it is."""
    whole, power = (int(part) for part in point.man_exp())
    return Fraction(whole) * Fraction(2) ** power


def rounded(value: Fraction, up: bool, digits: int = DIGITS) -> str:
    """A decimal above (or below) the value, by one to two units of its last digit."""
    size = abs(value.numerator) // value.denominator
    shift = digits - len(str(size)) if size else digits + leading_zeros(value)
    scaled = value * Fraction(10) ** shift
    whole = scaled.numerator // scaled.denominator
    whole = whole + 2 if up else whole - 1
    figures = tuple(int(d) for d in str(abs(whole)))
    return str(Decimal((int(whole < 0), figures, -shift)))


def leading_zeros(value: Fraction) -> int:
    if value == 0:
        return 0
    return max(0, len(str(value.denominator)) - len(str(abs(value.numerator))) - 1)


def ball(value: Any) -> list[str]:
    """A ball's ends, rounded outward."""
    low, high = fraction_of(value.lower()), fraction_of(value.upper())
    return [rounded(low, up=False), rounded(high, up=True)]


def bound(value: Any, up: bool) -> str:
    """A decimal above (or below) a ball; "0" above one that is 0."""
    if value == 0:
        return "0"
    return rounded(fraction_of(value.upper() if up else value.lower()), up, digits=15)


def described(method: Method) -> dict[str, str]:
    """The method with every parameter that decides its limit, as text; InvalidInput if none is known."""
    if method.name not in checker.METHODS:
        known = ", ".join(checker.METHODS)
        raise InvalidInput(f"{method.name} has no certificates: they are for {known}.")
    shape, spec = checker.METHODS[method.name], method.spec()
    plain, numbers = method.unaltered().spec(), method.numbers()
    for name, value in spec.items():
        allowed = shape.get(name, {str(plain[name])})
        free = name in UNUSED or not isinstance(allowed, set)
        if not free and str(value) not in allowed:
            what = f"{name}={value} of {method.name} has no certificates"
            raise InvalidInput(f"{what}: give {name}={' or '.join(sorted(allowed))}.")
    text = {n: str(exact(spec[n]) if n in numbers else spec[n]) for n in shape}
    return {"name": method.name} | text


def inputs(method: Method, c: list[Fraction], ends: tuple[Fraction, Fraction], step: Any) -> Any:
    """What the claim is about; the coefficients as runs of equal ones."""
    runs = [[str(value), str(len(list(same)))] for value, same in groupby(c)]
    return {
        "method": described(method),
        "losses": runs,
        "set": {"lo": str(ends[0]), "hi": str(ends[1])},
        "step": {"name": step.name, "alpha": str(exact(step.alpha))},
    }


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its digest."""
    return document | {"digest": checker.digest(document)}
