"""Adam on the problem of Zhang et al. with both its pieces, on the whole line."""

from __future__ import annotations

import math

import numpy as np

from regretlab.game import play
from regretlab.limits import limit
from regretlab.losses.periodic import Periodic
from regretlab.methods.adam import Adam
from regretlab.parameters import real
from regretlab.schedules import InverseSqrt
from regretlab.sets.whole_space import WholeSpace
from regretlab.theorems.check import Check, above, below, equal
from regretlab.theorems.claim import Claim
from regretlab.theorems.learners.two_pieces import TwoPieces
from regretlab.theorems.spikes import drift

N, ROUNDS, RUNS = 10, 1_000_000, 4
SMALL = 0.1  # alpha with which no step leaps over -2
STARTS = (1.0, -1.5, -2.5, -4.0)  # on either piece, on either side of the minimum
COMING = ((0.0, 0.99), (0.9, 0.05), (0.9, 0.99))


class ZhangLine(Claim):
    """f_0 = n h and f_i = -h, h(x) = x for x >= -1, else ((x + 2)^2 - 3) / 2; the sum is h, least at -2."""

    name = "zhang-whole-line"
    title = "Where the drift is negative Adam leaves the minimum of Zhang et al.'s problem on both sides"
    source = "after Zhang, Chen, Shi, Sun & Luo (2022), Adam can converge without any modification"
    label = "MD"
    statement = (
        "Let f_0(x) = n x for x >= -1, else n (x + 2)^2 / 2 - 3 n / 2, and f_i(x) = -x for x >= -1, else "
        "-(x + 2)^2 / 2 + 3 / 2, i = 1 .. n - 1 (from memory: Zhang et al.'s problem): f_0 + ... + f_(n-1) is convex "
        "and least at -2. "
        "On the whole line, in cyclic order, eps = 0, alpha_t = alpha / sqrt(t), the drift of zhang-boundary decides "
        "for all x: where it is positive x_t -> -2 from both sides; where it is negative x_t goes to +inf or -inf, "
        "away from -2 on the side on which its first steps leave it, with |x_t| / (2 alpha sqrt(t)) -> |drift| / n."
    )
    remark = (
        "f_i = c_i h with h' = 1 for x >= -1, else x + 2. Adam's update does not see the scale of gradients, and turns "
        "with their sign: below -1 it is sgn(x + 2) times that above, as long as x + 2 hardly changes in the memory of "
        "v, so wherever |x + 2| is much larger than alpha_t. So -2 draws x_t in, or repels it. In random orders the "
        "mean update takes the place of the drift, which is another: (0.9, 0.05) goes to -2 in cyclic order, and "
        "away from it reshuffled."
    )
    figure = "zhang2022"

    beta2: float = real("[0, 1)", "decay that repels, beta1 = 0", r"\beta_2", default=0.9)

    def checks(self) -> list[Check]:
        c = np.array([float(N)] + [-1.0] * (N - 1))
        listed = []
        for x in (-1.5, -4.0):
            told = limit(Adam(beta1=0.0, beta2=self.beta2), Periodic((x + 2) * c))
            expected = math.copysign(1.0, x + 2) * drift(N, N, 0.0, self.beta2)
            listed.append(equal(f"drift with the gradients of x = {x:g}", expected, told.drift))
        for b1, b2 in COMING:
            far = max(abs(self.ends(b1, b2, x, 1.0)[1] + 2).max() for x in STARTS)
            name = f"largest |x_T + 2| of {len(STARTS)} starts, ({b1:g}, {b2:g}), cyclic"
            listed.append(below(name, 0.05, far, known="played"))
        for b1, b2 in ((0.0, self.beta2), (0.9, 0.5)):
            for x in STARTS:
                before, after = (float(end[0]) for end in self.ends(b1, b2, x, SMALL))
                rate = -math.copysign(1.0, x + 2) * drift(N, N, b1, b2) / N
                slope = (after - before) / (SMALL * math.sqrt(ROUNDS))
                name = f"({b1:g}, {b2:g}), cyclic, x_1 = {x:g}"
                listed += [
                    equal(f"(x_T - x_(T/4)) / (alpha sqrt(T)), {name}", rate, slope, off=0.01 * abs(rate),
                          known="played"),
                    above(f"(x_T + 2) / (x_1 + 2), {name}", 1.0, (after + 2) / (x + 2), known="played"),
                ]  # fmt: skip
        away = [(self.ends(0.9, 0.05, x, SMALL, "reshuffled")[1] + 2) / (x + 2) for x in STARTS]
        near = [abs(self.ends(0.9, 0.99, x, 1.0, "reshuffled")[1] + 2) for x in STARTS]
        runs = f"{RUNS} seeds"
        return [
            *listed,
            above(f"least (x_T + 2) / (x_1 + 2), (0.9, 0.05), reshuffled, {runs}", 1.0, np.min(away),
                  known="played", tests="aside"),
            below(f"largest |x_T + 2|, (0.9, 0.99), reshuffled, {runs}", 0.05, np.max(near),
                  known="played", tests="aside"),
        ]  # fmt: skip

    def ends(
        self, beta1: float, beta2: float, x1: float, alpha: float, order: str = "cyclic"
    ) -> np.ndarray:
        """x in round T / 4 and in round T, shape (2, runs)."""
        at = [ROUNDS // 4, ROUNDS]
        run = play(
            Adam(beta1=beta1, beta2=beta2), TwoPieces(n=N, order=order), WholeSpace(), rounds=ROUNDS,
            step=InverseSqrt(alpha=alpha), x1=x1, runs=1 if order == "cyclic" else RUNS, at=at,
            progress=False,
        )  # fmt: skip
        return run.data.iterate.sel(round=at).values.reshape(-1, 2).T
