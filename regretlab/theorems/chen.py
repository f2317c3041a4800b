"""The divergence example of Chen et al., played."""

from __future__ import annotations

import numpy as np

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.schedules import Constant
from regretlab.sets.whole_space import WholeSpace
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.learners.parabolas import Parabolas

ROUNDS, RUNS = 200_000, 6


class Chen(Claim):
    """Gradients 11 x or -x, mean x / 11: Adam with a small beta2 goes away from 0."""

    name = "chen-divergence"
    title = "Adam diverges on random parabolas of a convex mean unless beta2 is large"
    source = "Chen, Liu, Sun & Hong (2019), On the convergence of a class of Adam-type algorithms, section 3"
    label = "M"
    statement = (
        "On f_t(x) = 11 x^2 / 2 with probability 1/11, else -x^2 / 2, whose mean is convex with its minimum at 0, Adam "
        "with beta1 = 0, a constant step and a small beta2 diverges; with beta2 near 1 it does not."
    )
    remark = (
        "Six seeds, alpha = 0.01, x_1 = 1, T = 200,000: mean |x_T| about 1455 for beta2 = 0.1, 255 for 0.9, below 2 "
        "for 0.99. While x hardly moves in the memory of v, u is that of the gradients 11 and -1."
    )

    beta2: float = real("[0, 1)", "second-moment decay that diverges", r"\beta_2", default=0.1)

    def checks(self) -> list[Check]:
        far = [self.ends(b2) for b2 in (self.beta2, 0.9)]
        near = self.ends(0.99)
        what = f"|x_T|, T = {ROUNDS:,}, {RUNS} seeds"
        signs = {
            b2: limit(Adam(beta1=0.0, beta2=b2), SpikeIID(C=11.0, small=1.0, p=1 / 11))
            for b2 in (0.1, 0.9, 0.99)
        }
        fixed = [
            above(f"{'' if b2 == 0.99 else '-'}E[u] less its error with gradients 11 and -1, beta2 = {b2:g}", 0.0,
                  (1 if b2 == 0.99 else -1) * told.drift - told.drift_error, known="quadrature", tests="aside")
            for b2, told in signs.items()
        ]  # fmt: skip
        return [
            *fixed,
            above(f"least {what}, beta2 = {self.beta2:g}", 100.0, far[0].min(), known="played"),
            above(f"least {what}, beta2 = 0.9", 100.0, far[1].min(), known="played"),
            below(f"largest {what}, beta2 = 0.99", 2.0, near.max(), known="played"),
            equal(f"mean {what}, beta2 = 0.1", 1455.0, far[0].mean(), off=45.0, known="played", tests="aside"),
            equal(f"mean {what}, beta2 = 0.9", 255.0, far[1].mean(), off=45.0, known="played", tests="aside"),
        ]  # fmt: skip

    def ends(self, beta2: float) -> np.ndarray:
        run = play(
            Adam(beta1=0.0, beta2=beta2), Parabolas(), WholeSpace(), rounds=ROUNDS, step=Constant(0.01), x1=1.0,
            runs=RUNS, seed=18, progress=False,
        )  # fmt: skip
        return abs(run.data.final_iterate.values).ravel()
