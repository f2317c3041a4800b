"""What corollaries 1 and 2 have in common: a middle term without the factor d / alpha."""

from __future__ import annotations

from typing import ClassVar

from regretlab.bounds.bound import Bound
from regretlab.bounds.checking import check
from regretlab.game import play
from regretlab.losses.reddi import ReddiPeriod3
from regretlab.schedules import InverseSqrt
from regretlab.sets.interval import Interval
from regretlab.theorems.check import Check, equal
from regretlab.theorems.held import BoundClaim

SCALE = 10.0


class Corollary(BoundClaim):
    """Base: the statement is the inequality, a detail its units, `scaled` the bound that has them."""

    abstract = True
    decays = ("geometric",)
    scaled: ClassVar[type[Bound]]

    def checks(self) -> list[Check]:
        name = "bound on F, x_1 and alpha all 10 times as large, over 10 times the bound"
        return [
            *super().checks(),
            equal(name, 1.0, self.growth(self.bound()), off=1e-9, tests="detail"),
            equal(f"{name}, with d / alpha", 1.0, self.growth(self.scaled()), off=1e-9,
                  tests="correction"),
        ]  # fmt: skip

    def growth(self, bound: Bound) -> float:
        """What the bound does when every length is ten times as long, over what a regret does."""
        learner, ends = self.learner(0.5, 0.9, "geometric", 0.9), []
        for scale in (1.0, SCALE):
            run = play(
                learner, ReddiPeriod3(C=3.0), Interval(-scale, scale), rounds=100,
                step=InverseSqrt(alpha=0.5 * scale), x1=scale, engine="plain", progress=False,
            )  # fmt: skip
            rhs = check(run, bound).rhs
            assert rhs is not None
            ends.append(float(rhs[-1]))
        return ends[1] / ends[0] / SCALE
