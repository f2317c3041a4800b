"""What every regret bound gives: its statement, its assumptions, its right-hand side on a play."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.common import known_regret
from regretlab.bounds.curvature import convex, not_marked_convex
from regretlab.engines.engine import Setting
from regretlab.pieces import Piece

if TYPE_CHECKING:
    import xarray

    from regretlab.result import Play

LABELS = {
    "P": "the paper's text was read",
    "L": "the paper's appendix, read second-hand in a formalisation and notes",
    "M": "from memory: the paper's text was not read",
    "D": "derived here",
}
STATUSES = {
    "true": "proved here, or proved and tried here",
    "false as printed": "a play contradicts it, in the version that was read",
    "as printed": "neither proved nor refuted here as its paper has it",
}


def known_by(label: str) -> str:
    """How a statement is known, in words; of more than one letter each is of a part of it."""
    part = "in part: " if len(label) > 1 else ""
    return "; ".join(f"{part}{LABELS[letter]} (label {letter})" for letter in label)


class Bound(Piece):
    """A claim R_t <= right_hand_side, for plays that meet its assumptions.

    A subclass states `title`, `source`, `label` (how the statement is known: keys of LABELS),
    `status` (a key of STATUSES), `statement` (LaTeX of the right-hand side) and `needs`, the
    quantities that a play must record for it, and defines

        demands(self, setting) -> list of Assumption   what the four pieces must be
        met(self, data, setting) -> list of Assumption   what the play itself must have met
        right_hand_side(self, data, setting) -> array, shape (rounds,) or (run, rounds)

    where `data` is a play's Dataset with what it needs recorded, in every round if `every_round`.
    A right-hand side holds at each recorded t with that t as its horizon; NaN says that nothing is
    claimed there. With `at_comparator` it is for the comparator found, not for the best one, so that
    the gap between the two is not charged.
    """

    kind: ClassVar[str] = "bound"
    title: ClassVar[str] = ""
    label: ClassVar[str] = ""
    status: ClassVar[str] = "as printed"
    statement: ClassVar[str] = ""
    remark: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()
    every_round: ClassVar[bool] = False
    at_comparator: ClassVar[bool] = False
    of_fixed_point: ClassVar[bool] = True  # or of comparators that `regret` knows by itself

    def demands(self, setting: Setting) -> list[Assumption]:
        raise NotImplementedError

    def met(self, data: xarray.Dataset, setting: Setting) -> list[Assumption]:
        return []

    def right_hand_side(self, data: xarray.Dataset, setting: Setting) -> np.ndarray:
        raise NotImplementedError

    def asked(self, setting: Setting) -> list[Assumption]:
        """What is asked of the pieces; of losses that are not marked convex, nothing but that."""
        return not_marked_convex(setting) or self.demands(setting)

    def regret(self, data: xarray.Dataset, setting: Setting) -> np.ndarray:
        """The most that the regret can be: R_t, and the comparator's gap where it is charged."""
        gap = 0.0 if self.at_comparator else data.comparator_gap.values
        return data.regret.values + gap

    def assumptions(self, play: Play) -> list[Assumption]:
        """Every assumption on this play; those on what it met only if it has recorded that."""
        setting, data = play.setting(), play.data
        listed = self.asked(setting)
        ready = all(q in data for q in self.needs) and not (self.every_round and sparse(data))
        if ready and all(a.holds for a in listed):
            listed += [known_regret(data)] if self.of_fixed_point else []
            listed += [convex(data, setting), *self.met(data, setting)]
        return listed


def sparse(data: xarray.Dataset) -> bool:
    """Is there a round up to the last that was not recorded?"""
    return data.sizes["round"] != int(data["round"][-1])


def rounds(data: xarray.Dataset) -> np.ndarray:
    """The recorded rounds t as floats, shape (rounds,)."""
    return data["round"].values.astype(np.float64)
