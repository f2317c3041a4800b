"""Theorem 5 with alpha_t in condition (1)."""

from __future__ import annotations

from regretlab.bounds.theorem5 import Theorem5Corrected, Theorem5Improved, Theorem5NoMiddle
from regretlab.methods.adamnc import AdamNC
from regretlab.theorems.check import Check
from regretlab.theorems.held import BoundClaim


class FifthTheoremCorrected(BoundClaim):
    """It follows from the bound with half the middle term and zeta / (1 - beta1), proved here."""

    name = "reddi-theorem-5-corrected"
    title = "AdamNC's regret bound with alpha_t in condition (1)"
    source = "Reddi, Kale & Kumar (2018), theorem 5, corrected"
    label = "LD"
    statement = (
        "As reddi-theorem-5, with (1) sqrt(v_t,i) / alpha_t >= |g_1:t,i| / zeta for all t; and two "
        "stronger bounds: D^2 / (2 alpha) sum sqrt(T v_T) + D^2 / (2 (1 - beta1)) sum sum beta1_t sqrt(v_t) "
        "/ alpha_t + zeta / (1 - beta1) sum |g|, and for non-increasing beta1_t D^2 / (2 alpha (1 - beta1)) "
        "sum sqrt(T v_T) + (1 + beta1) zeta / (1 - beta1)^2 sum |g|."
    )
    bound = Theorem5Corrected

    def learner(self, beta1, beta2, decay, lam):
        return AdamNC(beta1=beta1, beta1_decay=decay, lam=lam)

    def checks(self) -> list[Check]:
        both = [Theorem5Improved(), Theorem5NoMiddle()]
        name, run = next(self.chosen())
        stronger = [self.on(bound, run, f"{name}, {bound.name}") for bound in both]
        return [*super().checks(), *stronger]
