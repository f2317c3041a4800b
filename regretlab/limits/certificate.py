"""The document that a certificate is: exact inputs, balls as pairs of decimals, and its digest."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.limits import checker
from regretlab.methods.method import Method

DIGITS = 30  # of a ball's ends
# Parameters that act through others, or only where no certificate is known.
UNUSED = ("convention", "lam", "momentum")
FREE = {"adashift": ("beta1",)}  # which weighs the one gradient of a window of length 1


def exact(number: Any) -> Fraction:
    """The rational that the shortest decimal of a float spells: 9/10 for 0.9."""
    return Fraction(repr(float(number)))


def decimal(value: Fraction) -> str:
    """The decimal that a rational is, as all are that floats spell and their sums and products."""
    scale = next(n for n in range(5000) if 10**n % value.denominator == 0)
    return f"{Decimal((int(value < 0), digits_of(value * 10**scale), -scale)):f}"


def digits_of(whole: Fraction) -> tuple[int, ...]:
    return tuple(int(d) for d in str(abs(whole.numerator)))


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
    return f"{Decimal((int(whole < 0), digits_of(Fraction(whole)), -shift)):f}"


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
        unused = name in UNUSED + FREE.get(method.name, ())
        free = unused or not isinstance(allowed, set)
        if not free and str(value) not in allowed:
            what = f"{name}={value} of {method.name} has no certificates"
            raise InvalidInput(f"{what}: give {name}={' or '.join(sorted(allowed))}.")
    written = {n for n in shape if n in numbers and not isinstance(shape[n], set)}
    text = {n: decimal(exact(spec[n])) if n in written else str(spec[n]) for n in shape}
    return {"name": method.name} | text


def inputs(method: Method, c: list[Fraction], ends: tuple[Fraction, Fraction], step: Any) -> Any:
    """What the claim is about."""
    return {
        "method": described(method),
        "losses": [decimal(x) for x in c],
        "step": step.name,
        "alpha": decimal(exact(step.alpha)),
        "lo": decimal(ends[0]),
        "hi": decimal(ends[1]),
    }


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its digest."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(rest, sort_keys=True)
    return rest | {"digest": hashlib.sha256(text.encode()).hexdigest()}
