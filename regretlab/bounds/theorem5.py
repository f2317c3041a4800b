"""Theorem 5 of Reddi, Kale & Kumar (2018), on AdamNC: as printed, as corrected, and as improved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.bounds.bound import rounds
from regretlab.bounds.common import alpha_of
from regretlab.bounds.reddi import AdamBound, beta1_of, square_over_alpha

if TYPE_CHECKING:
    import xarray

PAPER = "Reddi, Kale & Kumar (2018), theorem 5"
ROOTS = r"\frac{D_\infty^2}{2 \alpha%s} \sum_i \sqrt{T v_{T,i}}"
MIDDLE = r" + \frac{D_\infty^2}{%s} \sum_t \sum_i \frac{\beta_{1t} \sqrt{v_{t,i}}}{\alpha_t}"
NOISE = r" + \frac{%s \zeta}{%s} \sum_i \|g_{1:T,i}\|_2"
ROUNDING = 1e-12


class Theorem5(AdamBound):
    """As printed: condition (1) has alpha_T, sqrt(v_t) / alpha_T >= |g_{1:t}| / zeta for all t <= T.

    zeta is the least that meets the condition on this play, at each T; every bound of this file is
    the stronger the smaller zeta is. It is contradicted by beta1 = 0, g_t = (-1)^(t+1), v_t = t / T:
    with zeta = alpha = 2 the regret is 560.5 > 500 at T = 10^4, and the ratio grows as ln T does.
    """

    name = "theorem5"
    title = "AdamNC, theorem 5"
    source = f"{PAPER}, condition (1) as in the first version"
    label = "PL"
    status = "false as printed"
    remark = "Condition (1) needs alpha_t in place of alpha_T: see theorem5-corrected."
    statement = (
        ROOTS % r" (1 - \beta_1)" + MIDDLE % r"(1 - \beta_1)^2" + NOISE % ("2", r"(1 - \beta_1)^3")
    )
    methods = ("adamnc",)
    every_round = True
    at_end: ClassVar[bool] = True  # alpha_T in condition (1), not alpha_t

    def met(self, data, setting):
        listed = super().met(data, setting)
        pace = np.sqrt(data.V.values) * np.sqrt(rounds(data))[:, None]
        rising = bool((np.diff(pace, axis=-2) >= -ROUNDING * pace[..., 1:, :]).all())
        listed.append(
            Assumption(
                "(2) sqrt(v_t) / alpha_t non-decreasing",
                rising,
                "one that never falls" if rising else "one that falls",
            )
        )
        zeta = float(np.max(self.zeta(data, setting)))
        name = f"(1) sqrt(v_t) / alpha_{'T' if self.at_end else 't'} >= |g_1:t| / zeta"
        return [*listed, Assumption(name, bool(np.isfinite(zeta)), f"zeta = {zeta:.6g}")]

    def zeta(self, data: xarray.Dataset, setting) -> np.ndarray:
        """The least zeta for each T, shape (rounds,) or (run, rounds)."""
        norms, roots = np.sqrt(data.squares.values), np.sqrt(data.V.values)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(norms == 0, 0.0, norms / roots).max(axis=-1)
        alphas = alpha_of(setting) / np.sqrt(rounds(data))
        if self.at_end:
            return alphas * np.maximum.accumulate(ratio, axis=-1)
        return np.maximum.accumulate(alphas * ratio, axis=-1)

    def right_hand_side(self, data, setting):
        b1 = beta1_of(setting)
        first = square_over_alpha(setting) / (2 * (1 - b1)) * self.roots(data)
        middle = setting.feasible.diameter() ** 2 / (1 - b1) ** 2 * self.middle(data)
        return first + middle + 2 * self.zeta(data, setting) / (1 - b1) ** 3 * self.norms(data)


class Theorem5Corrected(Theorem5):
    """With alpha_t in condition (1); it follows from theorem5-improved."""

    name = "theorem5-corrected"
    title = "AdamNC, theorem 5 with alpha_t in condition (1)"
    source = f"{PAPER}, with alpha_t in condition (1)"
    label = "LD"
    status = "true"
    remark = ""
    at_end = False


class Theorem5Improved(Theorem5Corrected):
    """Improved; any schedule beta1_t <= beta1."""

    name = "theorem5-improved"
    title = "AdamNC, theorem 5 improved"
    source = f"derived here, after {PAPER}"
    label = "D"
    statement = ROOTS % "" + MIDDLE % r"2 (1 - \beta_1)" + NOISE % ("", r"1 - \beta_1")

    def right_hand_side(self, data, setting):
        b1 = beta1_of(setting)
        first = square_over_alpha(setting) / 2 * self.roots(data)
        middle = setting.feasible.diameter() ** 2 / (2 * (1 - b1)) * self.middle(data)
        return first + middle + self.zeta(data, setting) / (1 - b1) * self.norms(data)


class Theorem5NoMiddle(Theorem5Corrected):
    """Without a middle term, for beta1_t that never rises."""

    name = "theorem5-no-middle"
    title = "AdamNC, without a middle term"
    source = f"derived here, after {PAPER}"
    label = "D"
    statement = ROOTS % r" (1 - \beta_1)" + NOISE % (r"(1 + \beta_1)", r"(1 - \beta_1)^2")
    monotone = True
    needs = ("V", "squares")

    def right_hand_side(self, data, setting):
        b1 = beta1_of(setting)
        first = square_over_alpha(setting) / (2 * (1 - b1)) * self.roots(data)
        zeta = self.zeta(data, setting)
        return first + (1 + b1) / (1 - b1) ** 2 * zeta * self.norms(data)
