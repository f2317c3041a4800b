"""What the adversary plays: one file a sequence. `losses.ReddiOnline` finds the class by its name."""

from typing import Any

from regretlab.spelling import ROOMS, by_class_name, found


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return by_class_name(ROOMS["losses"], name)


def __dir__() -> list[str]:
    return sorted(piece.__name__ for piece in found(ROOMS["losses"]).values())
