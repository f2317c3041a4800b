"""What the adversary plays: one file a sequence. `losses.ReddiOnline` finds the class by its name."""

from regretlab.spelling import ROOMS, by_class_name, found


def __getattr__(name: str):
    if name.startswith("_"):
        raise AttributeError(name)
    return by_class_name(ROOMS["losses"], name)


def __dir__() -> list[str]:
    return sorted(piece.__name__ for piece in found(ROOMS["losses"]).values())
