"""check(play, bound): is the regret of this play below the bound, at every recorded round?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import Bound, sparse
from regretlab.errors import InvalidInput
from regretlab.result import Play
from regretlab.spelling import parse

MOST_ROUNDS = 10**6  # of a bound that needs every one of them
ROUNDING = 1e-10  # of the right-hand side: plain sums of a million terms, and not a violation


@dataclass(frozen=True)
class Checked:
    """A bound held to a play. Arrays are over the recorded rounds, with `run` in front if it has runs.

    `rhs` and `slack` = rhs - regret are None if an assumption does not hold; `regret` includes the
    comparator's gap where that is charged. `smallest` is the smallest slack, met first in round `at`.
    """

    plot: ClassVar[Callable[..., Any]]  # `show` stands above this file and attaches its own

    bound: Bound
    play: Play
    assumptions: tuple[Assumption, ...]
    rounds: np.ndarray
    regret: np.ndarray
    rhs: np.ndarray | None = None
    slack: np.ndarray | None = None
    smallest: float = np.nan
    at: int = 0

    @property
    def broken_assumptions(self) -> list[Assumption]:
        """Those that do not hold."""
        return [a for a in self.assumptions if not a.holds]

    @property
    def holds(self) -> bool | None:
        """Is the regret below the bound, but for rounding? None if the bound makes no claim here."""
        if self.rhs is None or self.slack is None:
            return None
        allowed = -ROUNDING * (np.abs(self.rhs) + np.abs(self.regret))
        claimed = ~np.isnan(self.rhs)
        return bool((self.slack >= allowed)[claimed].all())

    @property
    def tightness(self) -> float:
        """The largest regret / rhs; NaN if the bound makes no claim here."""
        if self.rhs is None:
            return np.nan
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(self.rhs > 0, self.regret / self.rhs, np.nan)
        return float(np.nanmax(ratios)) if np.isfinite(ratios).any() else np.nan

    def row(self) -> dict[str, Any]:
        """The outcome as `regretlab play --bound NAME --json` prints it; null where nothing is claimed."""
        last = None if self.rhs is None else np.atleast_1d(self.rhs)[..., -1]
        return {
            "bound": self.bound.spec(),
            "title": self.bound.title,
            "source": self.bound.source,
            "label": self.bound.label,
            "status": self.bound.status,
            "assumptions": [a._asdict() for a in self.assumptions],
            "right_hand_side": None if last is None else float(np.median(last)),
            "smallest_slack": None if self.rhs is None else self.smallest,
            "smallest_slack_round": None if self.rhs is None else self.at,
            "holds": self.holds,
        }

    def __repr__(self) -> str:
        if self.broken_assumptions:
            why = "; ".join(a.told for a in self.broken_assumptions)
            return f"Checked({self.bound.brief()}: no claim: {why})"
        said = "holds" if self.holds else "is broken"
        return f"Checked({self.bound.brief()} {said}: smallest slack {self.smallest:g} at round {self.at})"


def check(play: Play, bound: Bound | type[Bound] | str) -> Checked:
    """Hold a bound to a play, at every round that it has recorded.

    `bound` is one, such as bounds.ONS(a=0.5), a class of them, which stands for its defaults, or what
    the command line takes, such as "ogd" or "ons:a=0.5,G=2".

    A play without the quantities that the bound needs is played again with them (`play.replay`),
    and every round of it if the bound needs that (of losses that are not linear, with a convex solve
    in each: slow beyond some thousand rounds).

    Raises
    ------
    InvalidInput : not a bound, a name that is not known, or too many rounds for one that needs every round.
    """
    bound = as_bound(bound)
    setting, wanted = play.setting(), play.data["round"].values
    listed = bound.asked(setting)
    plain = play.data.regret.values
    if not all(a.holds for a in listed):
        return Checked(bound, play, tuple(listed), wanted, plain)
    full = with_records(play, bound)
    listed = bound.assumptions(full)
    if not all(a.holds for a in listed):
        return Checked(bound, full, tuple(listed), wanted, plain)
    kept = np.searchsorted(full.data["round"].values, wanted)
    with np.errstate(divide="ignore", invalid="ignore"):
        rhs = bound.right_hand_side(full.data, setting)
    regret = bound.regret(full.data, setting)
    rhs = np.broadcast_to(rhs, regret.shape)[..., kept]
    regret = regret[..., kept]
    slack = rhs - regret
    smallest, at = np.nan, 0
    if not np.isnan(slack).all():
        smallest = float(np.nanmin(slack))
        at = int(wanted[np.nonzero(slack == smallest)[-1].min()])
    return Checked(bound, full, tuple(listed), wanted, regret, rhs, slack, smallest, at)


def as_bound(given: Any) -> Bound:
    """A bound from itself, its class or its name on the command line, or InvalidInput."""
    if isinstance(given, str):
        given = parse("bound", given)
    if isinstance(given, type) and issubclass(given, Bound):
        given = given()
    if not isinstance(given, Bound):
        raise InvalidInput(f"{given!r} is not a bound: pass one, such as bounds.OGD().")
    return given


def with_records(play: Play, bound: Bound) -> Play:
    """The play, or the same one played again with what the bound needs."""
    missing = [q for q in bound.needs if q not in play.data]
    thin = bound.every_round and sparse(play.data)
    if not missing and not thin:
        return play
    last = int(play.data["round"][-1])
    if bound.every_round and last > MOST_ROUNDS:
        what = f"rounds={last} are more than {MOST_ROUNDS}"
        raise InvalidInput(f"{what}: {bound.name} needs every one of them; play fewer.")
    changes = {"at": 1} if bound.every_round else {}
    return play.replay(record=bound.needs, progress=False, **changes)
