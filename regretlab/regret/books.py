"""Which comparator a play has, and its books."""

from __future__ import annotations

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.engines.engine import Setting
from regretlab.philox import Stream
from regretlab.regret.consistency import warn_if_inconsistent
from regretlab.regret.hindsight import convex_accounts
from regretlab.regret.ledger import Accounts, accounts, linear_accounts


def books(setting: Setting, log: Log, source: Stream) -> Accounts:
    """The books of one run, by the comparator that its losses and its set allow."""
    _, losses, feasible, _ = setting
    if losses.linear or not len(log.round):
        return linear_accounts(log, losses, feasible)
    if missing(setting):
        n = len(log.round)
        unknown = np.full((n, losses.d), np.nan)
        return accounts(log, losses, feasible, unknown, [[np.nan]] * n, np.full(n, np.nan))
    warn_if_inconsistent(losses, feasible, source, int(log.round[-1]))
    return convex_accounts(log, losses, feasible, source)


def comparator(setting: Setting) -> str:
    """How the best fixed point in hindsight is found, in words; or why it is not."""
    exact = "linear minimiser, exact" if setting.losses.linear else ""
    return exact or missing(setting) or "convex solve, see comparator_gap"


def missing(setting: Setting) -> str:
    """Why there is no comparator for losses that are not linear, or ''."""
    if setting.losses.adaptive:
        return "none: adaptive losses that are not linear are unknown at other points than x_t"
    if not setting.feasible.is_box:
        return "none: for losses that are not linear it is found on intervals and boxes only"
    return ""
