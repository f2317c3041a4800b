"""Claims, one file each: statement, source, instance, what is checked, erratum."""

from typing import Any

from regretlab.spelling import ROOMS, by_class_name, found
from regretlab.theorems.check import Check
from regretlab.theorems.claim import Claim
from regretlab.theorems.proofs import PROOFS, proof_lines

__all__ = ["PROOFS", "Check", "Claim", "proof_lines"]


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return by_class_name(ROOMS["theorem"], name)


def __dir__() -> list[str]:
    return sorted([*__all__, *(piece.__name__ for piece in found(ROOMS["theorem"]).values())])
