"""The limit on i.i.d. linear losses: the sign of the mean update in the stationary state.

For a stationary ergodic stream with bounded u and E[u] != 0 the rule is that of a period with Delta = E[u]
and S = E[g]: R_T / T -> |E[g]| (hi - lo) almost surely if the signs differ, else 0.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from regretlab import methods
from regretlab.errors import InvalidInput
from regretlab.game import play
from regretlab.limits.laws import Law, mean_update
from regretlab.limits.numerical import sees
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.schedules import Constant
from regretlab.sets.whole_space import WholeSpace

RUNS, ROUNDS = 16, 400_000  # of what has to be simulated
SIGMAS = 4.0
SEEN = 100  # how often a run should meet every gradient
EXACT, QUADRATURE, SIMULATED = "closed form", "quadrature", "simulated"


class Mean(NamedTuple):
    """E[u], how far it may be off, and how it was had."""

    value: float
    error: float
    kind: str


def mean_of(method: Method, losses: Losses, law: Law) -> Mean:
    """E[u] of a method on gradients of a law."""
    lowers = type(method) is methods.AdaGradNorm or method.spec().get("form") == "sum"
    if lowers and isinstance(method, methods.AdaGrad | methods.AdaGradNorm):
        raise InvalidInput(
            f"{method.name} lowers its own steps like 1/sqrt(t): take adagrad:form=mean, which does not."
        )
    found = in_closed_form(method, law) or by_quadrature(method, law)
    return found or simulated(method, losses, law)


def in_closed_form(method: Any, law: Law) -> Mean | None:
    """Where V tends to a constant: g, or m, divided by it."""
    mean, rounding = law.mean, 8 * 2.0**-53 * float(abs(law.values) @ law.chances)
    drawn = law.values[law.chances > 0]
    if type(method) is methods.SGD:
        return Mean(mean, rounding, EXACT)
    plain = type(method) in (methods.AMSGrad, methods.AdaGrad, methods.AdamNC)
    if not plain or getattr(method, "eps", 0.0) > 0.0:
        return None
    if type(method) is methods.AMSGrad:
        if method.over != "max":
            return None
        top = float(
            abs(drawn).max()
        )  # somewhere in an endless play v comes as near to it as you like
    elif method.spec().get("form", "mean") == "mean" and method.spec().get("schedule", "mean") == "mean":  # fmt: skip
        top = math.sqrt(float(law.values**2 @ law.chances))
    else:
        return None
    return Mean(mean / top, rounding / top, EXACT)


def by_quadrature(method: Any, law: Law) -> Mean | None:
    """Adam, RMSProp and ADOPT, whose v is an exponential average."""
    if (law.values[law.chances > 0] == 0.0).any():
        return None  # v can be as near to 0 as one likes
    spec = method.spec()
    inside = spec.get("eps_place") == "inside"
    if type(method) is methods.Adam and spec["l2"] == 0.0:
        beta1 = method.beta1 if method.beta1_decay == "constant" else 0.0
        hat = method.eps_place == "hat"  # the same in the limit, where 1 - beta^t = 1
        u = mean_update(law, beta1, method.beta2, method.eps, inside and not hat)
        return Mean(*u, QUADRATURE)
    if type(method) is methods.RMSProp and not method.centred and method.momentum == "outside":
        value, error = mean_update(law, 0.0, method.beta2, method.eps, inside)
        return Mean(value / (1 - method.beta1), error / (1 - method.beta1), QUADRATURE)
    small = float(abs(law.values).min())
    if type(method) is methods.ADOPT and method.clip == "none" and method.eps <= small:
        # eps never counts, since v >= min g^2
        return Mean(*mean_update(law, 0.0, method.beta2, ahead=True), QUADRATURE)
    return None


def simulated(method: Method, losses: Losses, law: Law) -> Mean:
    """By playing: the mean over runs of what x moves by in the later half, and four standard errors.

    Where a gradient is so rare that some runs do not see it the error is infinite.
    """
    if method.shape == "vector" or method.settles or method.geometry == "entropy":
        raise InvalidInput(
            f"{method.name} is none whose update depends on gradients alone: play it instead."
        )
    seen = sees(method, np.array([1.0, -1.0, 0.5, -2.0])) if not method.random else ""
    if seen:
        what = "the iterate" if seen == "x" else "the size of the step"
        raise InvalidInput(f"{method.name}'s update depends on {what}: play it instead.")
    run = play(
        method, losses, WholeSpace(), 2 * ROUNDS, Constant(1.0), 0.0, runs=RUNS,
        at=[ROUNDS // 2, ROUNDS, 2 * ROUNDS], progress=False,
    )  # fmt: skip
    x = run.data.iterate.sel(round=[ROUNDS // 2, ROUNDS, 2 * ROUNDS]).values[..., 0]
    before, means = (x[:, 0] - x[:, 1]) / (ROUNDS // 2), (x[:, 1] - x[:, 2]) / ROUNDS
    error, earlier = (
        SIGMAS * float(some.std(ddof=1)) / math.sqrt(RUNS) for some in (means, before)
    )
    if abs(before.mean() - means.mean()) > 2 * (error + earlier) + 1e-9 * abs(means).max():
        what = f"{method.name}'s mean update still changes after {ROUNDS} rounds"
        raise InvalidInput(f"{what}: there is no stationary state to simulate; play it instead.")
    rare = float(law.chances[law.chances > 0].min()) * ROUNDS < SEEN
    return Mean(float(means.mean()), math.inf if rare else error, SIMULATED)
