"""What can be set on the explorer page, in which range, and with which step."""

from __future__ import annotations

from typing import Any, NamedTuple


class Number(NamedTuple):
    """A number that can be set: its label, its range, where it starts, and what it is."""

    label: str
    low: float
    high: float
    start: float
    says: str
    whole: bool = False


# The names are those of the command line; a link holds the same names.
NUMBERS = {
    "C": Number("C, the big gradient", 1e-3, 1e6, 1010.0, "once in a period"),
    "small": Number("small gradient", 0.0, 1e6, 10.0, "in the other rounds, with a minus sign"),
    "period": Number("period P", 2, 2000, 101, "rounds from one big gradient to the next", True),
    "p": Number("probability p of C", 0.0, 1.0, 0.01, "of the big gradient"),
    "seed": Number("seed", 0, 2**32 - 1, 0, "of the draws", True),
    "beta1": Number("β₁", 0.0, 0.999, 0.9, "first-moment decay"),
    "beta2": Number("β₂", 0.0, 0.9999999, 0.99, "second-moment decay"),
    "eps": Number("ε", 0.0, 1e6, 0.0, "constant at the root"),
    "alpha": Number("α, the step size", 1e-4, 10.0, 0.5, "as in α/√t"),
    "x1": Number("x₁, the start", -1.0, 1.0, 0.0, "in [-1, 1]"),
    "T": Number("rounds T", 10, 1e7, 1e5, "up to 10⁷", True),
}
WORDS = {
    "a": "adam",
    "b": "amsgrad",
    "losses": "spike",
    "step": "inverse-sqrt",
}
STREAMS = (
    ("spike", "C x once in P rounds, else −small x"),
    ("periodic", "a list of coefficients, repeated"),
    ("spike-iid", "C x with probability p, else −small x"),
)
STEPS = (
    ("inverse-sqrt", "α/√t"),
    ("constant", "α, constant"),
    ("inverse", "α/t"),
    ("own", "method's own"),
)
COEFFICIENTS = (3.0, -1.0, -1.0)
LONGEST = 2000  # coefficients in a list


def as_json() -> dict[str, Any]:
    """All of this for the page."""
    return {
        "numbers": {name: number._asdict() for name, number in NUMBERS.items()},
        "start": WORDS
        | {name: number.start for name, number in NUMBERS.items()}
        | {"c": list(COEFFICIENTS)},
        "streams": [name for name, _ in STREAMS],
        "steps": [name for name, _ in STEPS],
        "longest": LONGEST,
    }
