"""How the learner moves: one file an optimizer. `methods.Adam` finds the class by its name."""

from typing import Any

from regretlab.spelling import ROOMS, by_class_name, found


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return by_class_name(ROOMS["method"], name)


def __dir__() -> list[str]:
    return sorted(piece.__name__ for piece in found(ROOMS["method"]).values())
