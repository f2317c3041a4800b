"""Which comparator a play has, and its books."""

from __future__ import annotations

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.engines.engine import Setting
from regretlab.philox import Stream
from regretlab.regret.certificates import strong_convexity
from regretlab.regret.consistency import warn_if_inconsistent
from regretlab.regret.hindsight import convex_accounts
from regretlab.regret.ledger import Accounts, accounts, linear_accounts


def books(setting: Setting, log: Log, source: Stream) -> Accounts:
    """The books of one run, by the comparator that its losses and its set allow."""
    _, losses, feasible, _ = setting
    if missing(setting):
        n = len(log.round)
        unknown = np.full((n, losses.d), np.nan)
        return accounts(log, losses, feasible, unknown, [[np.nan]] * n, np.full(n, np.nan))
    if losses.linear or not len(log.round):
        return linear_accounts(log, losses, feasible)
    warn_if_inconsistent(losses, feasible, source, int(log.round[-1]))
    return convex_accounts(log, losses, feasible, source)


def comparator(setting: Setting) -> str:
    """How the best fixed point in hindsight is found, in words; or why it is not."""
    _, losses, feasible, _ = setting
    if why := missing(setting):
        return why
    if losses.linear:
        exact = "by a solver, see comparator_gap" if feasible.by_solver else "exact"
        unbounded = "none (NaN) where the sum of the losses is not bounded below on the set"
        return f"linear minimiser, {exact}" + ("" if feasible.bounded else f"; {unbounded}")
    if feasible.bounded:
        return "convex solve, see comparator_gap"
    if strong_convexity(losses, feasible) > 0 or declares_quadratic_sum(setting):
        return "convex solve, see comparator_gap (by strong convexity)"
    return "convex solve, no certificate: the set is not bounded, nor the losses strongly convex"


def declares_quadratic_sum(setting: Setting) -> bool:
    """Do the losses know the minimum of their sums in closed form?"""
    return setting.losses.quadratic_sum(1, Stream(0, 0, 0)) is not None


def missing(setting: Setting) -> str:
    """Why there is no comparator, or ''."""
    if not getattr(setting.losses, "convex", True):
        return "no regret claim: the losses are not convex"
    if setting.losses.adaptive and not setting.losses.linear:
        return "none: adaptive losses that are not linear are unknown at other points than x_t"
    return ""
