"""The best fixed point in hindsight for losses that are not linear: a convex solve with a gap.

F_t(z) = f_1(z) + ... + f_t(z) and its gradient are summed by replaying the sequence at z. The gap
is Frank & Wolfe's: for convex losses, F_t(z) - min F_t <= max over F of <grad F_t(z), z - x>.
"""

# The branches on a shape come in pairs, which the type checker cannot know.
# pyright: reportPossiblyUnboundVariable=false

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from regretlab.algorithm1 import EXACT, Ledger, Log
from regretlab.arithmetic import accumulate
from regretlab.engines import compiled
from regretlab.engines.plain import plain
from regretlab.errors import CannotCompile
from regretlab.losses.sequence import Losses
from regretlab.philox import Stream, uniform
from regretlab.regret.ledger import Accounts, accounts
from regretlab.sets.feasible import FeasibleSet


def charge(losses, source, z, ledger, first, last):
    """Add f_t(z) and its gradient at the fixed point z to the ledger, for t = first .. last."""
    d = len(z)
    paid, lost = ledger.loss[0, 0], ledger.loss[1, 0]
    for t in range(first, last + 1):
        if losses.shape == "vector":
            u = uniform(source, t, 0) if losses.random else 0.0
            gradient = losses.gradient(t=t, x=z, u=u)
            paid, lost = accumulate(paid, lost, losses.value(t=t, x=z, u=u), EXACT)
        for i in range(d):
            if losses.shape == "vector":
                g = gradient[i]
            else:
                u = uniform(source, t, i) if losses.random else 0.0
                g = losses.gradient(t=t, x=z[i], u=u, i=i)
                paid, lost = accumulate(paid, lost, losses.value(t=t, x=z[i], u=u, i=i), EXACT)
            ledger.gradients[0, i], ledger.gradients[1, i] = accumulate(
                ledger.gradients[0, i], ledger.gradients[1, i], g, EXACT
            )
    ledger.loss[0, 0], ledger.loss[1, 0] = paid, lost


def charger(losses: Losses) -> Callable:
    """`charge`, compiled if the losses can be."""
    try:
        kernel = compiled.kernel(charge, {"losses": losses}, (Stream, Ledger))
        compiled.first_call(
            kernel, losses, Stream(0, 0, 0), np.zeros(losses.d), blank(losses.d), 1, 0
        )
        return kernel
    except CannotCompile:
        return plain(charge)


def blank(d: int) -> Ledger:
    return Ledger(np.zeros((2, 1)), np.zeros((2, d)), np.zeros((2, d)))


def convex_accounts(log: Log, losses: Losses, feasible: FeasibleSet, source: Stream) -> Accounts:
    """The books of convex losses: at every logged round a solve, started from the one before.

    L-BFGS-B over the box of F (scipy), which is F itself for intervals and boxes.
    """
    from scipy.optimize import Bounds, minimize

    charge_at, box = charger(losses), Bounds(*feasible.bounds(), keep_feasible=True)  # type: ignore[arg-type]
    points, best, gaps = [], [], []
    z = log.iterate[0].copy()
    for t in map(int, log.round):

        def total(z: np.ndarray, t: int = t) -> Ledger:
            ledger = blank(len(z))
            charge_at(losses, source, np.ascontiguousarray(z), ledger, 1, t)
            return ledger

        def objective(z: np.ndarray, t: int = t) -> tuple[float, np.ndarray]:
            ledger = total(z, t)
            return ledger.loss.sum() / t, ledger.gradients.sum(axis=0) / t

        solved = minimize(
            objective,
            z,
            jac=True,
            bounds=box,
            method="L-BFGS-B",
            options={"ftol": 1e-15, "gtol": 1e-12},
        )
        z = np.clip(solved.x, box.lb, box.ub)
        ledger = total(z)
        gradient = ledger.gradients.sum(axis=0)
        points.append(z)
        best.append([float(v) for v in ledger.loss[:, 0]])
        gaps.append(max(0.0, float(gradient @ z + feasible.support(-gradient))))
    return accounts(log, losses, feasible, np.array(points), best, np.array(gaps))
