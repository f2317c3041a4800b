"""Where the learner may stand: one file a set. `sets.Interval` finds the class by its name."""

from typing import Any

from regretlab.spelling import ROOMS, by_class_name, found


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    return by_class_name(ROOMS["set"], name)


def __dir__() -> list[str]:
    return sorted(piece.__name__ for piece in found(ROOMS["set"]).values())
