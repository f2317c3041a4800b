"""One check of a claim: what is claimed, what was found, and how that is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

KNOWN = {
    "proved": "an exact argument, in whole numbers or fractions",
    "closed form": "a formula evaluated in float64",
    "quadrature": "an integral in float64, its estimated error charged against the claim",
    "certified": "enclosed in balls, and read again by `regretlab check`",
    "played": "a play of so many rounds: evidence, not proof",
    "searched": "many cases tried, none of them against it: evidence, not proof",
}
TESTS = {
    "statement": "what the claim says",
    "detail": "a constant or a line of its text, which it can lose and still be true",
    "correction": "what stands in place of a detail or statement that fails",
    "aside": "a fact beside it; it decides nothing",
}
Told = str | float | int | bool | None


@dataclass(frozen=True)
class Check:
    """A check. `known` is a key of KNOWN, `tests` one of TESTS; `holds` is None where nothing decides."""

    name: str
    claimed: Told
    measured: Told
    holds: bool | None
    known: str = "closed form"
    tests: str = "statement"

    def __post_init__(self) -> None:
        if self.known not in KNOWN or self.tests not in TESTS:
            raise ValueError(f"{self.name}: {self.known} or {self.tests} is not a word for a check")
        for name in ("claimed", "measured", "holds"):  # NumPy's scalars are no JSON
            value = getattr(self, name)
            value = value.item() if hasattr(value, "item") else value
            finite = not isinstance(value, float) or math.isfinite(value)
            object.__setattr__(self, name, value if finite else None)

    def row(self) -> dict[str, Any]:
        return asdict(self)


def equal(name: str, claimed: float, measured: float, *, off: float = 1e-9, **about: str) -> Check:
    """Is it the number that is claimed, but for `off`?"""
    return Check(name, float(claimed), float(measured), abs(measured - claimed) <= off, **about)


def at_most(name: str, claimed: float, measured: float, **about: str) -> Check:
    """Is it at most the number that is claimed, but for rounding?"""
    allowed = 1e-10 * (abs(claimed) + abs(measured))
    return Check(name, f"<= {claimed:.6g}", float(measured), measured <= claimed + allowed, **about)


def below(name: str, limit: float, measured: float, **about: str) -> Check:
    """Is it strictly below?"""
    return Check(name, f"< {limit:.6g}", float(measured), bool(measured < limit), **about)


def above(name: str, limit: float, measured: float, **about: str) -> Check:
    """Is it strictly above?"""
    return Check(name, f"> {limit:.6g}", float(measured), bool(measured > limit), **about)


def verdict_of(checks: Sequence[Check], label: str) -> str:
    """What the checks of a claim come to.

    Only what a claim says decides: a fact beside it never does.

    - A `statement` fails: "refuted as printed" if its text was read (label P), else "refuted as we know
      it", since then it is our memory that is contradicted. A correction changes nothing in that: it
      is a claim of its own.
    - Every `statement` holds and a `detail` fails: "corrected" if there are corrections and they all
      hold, else refuted as above.
    - Every `statement` and every `detail` holds: "confirmed". It says that nothing tried here speaks
      against the claim; `known` of each check says whether that is a proof.
    - No `statement`, or one that nothing decides: "open".
    """
    refuted = "refuted as printed" if "P" in label else "refuted as we know it"
    held = [c.holds for c in checks if c.tests == "statement"]
    details = [c.holds for c in checks if c.tests == "detail"]
    repairs = [c.holds for c in checks if c.tests == "correction"]
    if False in held:
        return refuted
    if not held or None in held:
        return "open"
    if False in details:
        return "corrected" if repairs and all(repairs) else refuted
    return "confirmed"
