"""Claims that are regret bounds: held to plays that meet their assumptions, chosen and random."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from regretlab.bounds.bound import Bound
from regretlab.bounds.checking import check
from regretlab.game import play
from regretlab.losses.periodic import Periodic
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.methods.amsgrad import AMSGrad
from regretlab.methods.method import Method
from regretlab.parameters import real
from regretlab.result import Play
from regretlab.schedules import InverseSqrt
from regretlab.sets.box import Box
from regretlab.theorems.check import Check
from regretlab.theorems.claim import Claim

ROUNDS, TRIED = 150, 12
DECAYS = ("constant", "geometric", "harmonic")


class BoundClaim(Claim):
    """Base of claims R_T <= right-hand side, for the `bound` of that name.

    `learner(beta1, beta2, decay, lam)` is the method that it is about, `decays` those it allows.
    """

    abstract = True
    bound: ClassVar[type[Bound]]
    decays: ClassVar[tuple[str, ...]] = DECAYS

    share: float = real("(0, inf)", "share of the right-hand side that is claimed", default=1.0)

    def learner(self, beta1: float, beta2: float, decay: str, lam: float) -> Method:
        return AMSGrad(beta1=beta1, beta2=beta2, beta1_decay=decay, lam=lam)

    def chosen(self) -> Iterator[tuple[str, Play]]:
        """Plays with a name: the stream of theorem 1, from the worst point."""
        stream = ReddiPeriod3(C=3.0)
        for decay in self.decays:
            learner = self.learner(0.5, 0.9, decay, 0.9)
            yield f"period 3, C = 3, {decay} beta1", played(learner, stream, 0.5, 1.0, 1000)

    def searched(self) -> Iterator[Play]:
        """Random plays in two dimensions."""
        rng = np.random.default_rng(4)
        for n in range(TRIED):
            beta2 = rng.choice([0.1, 0.5, 0.9, 0.99])
            beta1 = rng.uniform(0, 0.95 * math.sqrt(beta2))
            learner = self.learner(beta1, beta2, self.decays[n % len(self.decays)], rng.uniform(0.3, 0.99))  # fmt: skip
            stream = Periodic(rng.integers(-4, 5, (int(rng.integers(1, 9)), 2)) + 0.5)
            yield played(learner, stream, 10 ** rng.uniform(-2, 1), rng.uniform(-1, 1, 2), ROUNDS)

    def checks(self) -> list[Check]:
        return [*self.on_plays(self.bound())]

    def on_plays(self, bound: Bound, tests: str = "statement") -> list[Check]:
        """A check for every play with a name, and one for the random ones."""
        listed = [self.on(bound, run, name, tests=tests) for name, run in self.chosen()]
        ratios = [ratio(bound, run) for run in self.searched()]
        worst = float("nan") if np.isnan(ratios).any() else max(ratios)
        name = f"R_t / bound, largest in {len(ratios)} random plays"
        return [*listed, self.told(name, worst, "searched", tests)]

    def on(self, bound: Bound, run: Play, name: str, tests: str = "statement") -> Check:
        """The largest R_t / bound on one play."""
        return self.told(f"R_t / bound, {name}", ratio(bound, run), "played", tests)

    def told(self, name: str, worst: float, known: str, tests: str) -> Check:
        holds = None if math.isnan(worst) else worst <= self.share * (1 + 1e-10)
        return Check(name, f"<= {self.share:g}", worst, holds, known, tests)


def played(method: Method, stream: Any, alpha: float, x1: Any, rounds: int) -> Play:
    """A short play, on [-1, 1] or the box, with what the bounds need."""
    F = Box() if stream.d > 1 else None
    wanted = ["V", "squares", "steepest", "norm", *(["middle"] if method.has_beta1_t else [])]
    return play(
        method, stream, F, rounds=rounds, step=InverseSqrt(alpha=alpha), x1=x1, engine="plain",
        record=wanted, progress=False,
    )  # fmt: skip


def ratio(bound: Bound, run: Play) -> float:
    """The largest R_t / bound at the recorded t; NaN if the bound claims nothing here."""
    return check(run, bound).tightness
