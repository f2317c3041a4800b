"""The toy problem of ADOPT's authors, with exact mean updates."""

from __future__ import annotations

from regretlab.limits import limit
from regretlab.losses.spike_iid import SpikeIID
from regretlab.methods.adam import Adam
from regretlab.methods.adopt import ADOPT
from regretlab.parameters import real
from regretlab.theorems.check import Check, above
from regretlab.theorems.claim import Claim

SIGNS = {  # (k, beta1, beta2): the sign of Adam's E[u], found by simulation before this file
    (10, 0.9, 0.9): -1, (10, 0.0, 0.9): -1, (10, 0.9, 0.1): -1, (10, 0.9, 0.99): 1, (10, 0.9, 0.999): 1,
    (50, 0.9, 0.99): -1, (50, 0.9, 0.999): -1,
}  # fmt: skip


class ADOPTToy(Claim):
    """f(x) = x, its gradient k^2 with probability 1/k, else -k: Adam's E[u] by quadrature."""

    name = "adopt-toy"
    title = "On the toy problem of ADOPT Adam fails or not by k and beta2; ADOPT never fails"
    source = "Taniguchi, Harada, Minegishi, et al. (2024), ADOPT, section on a toy problem"
    label = "MD"
    statement = (
        "On f(x) = x on [-1, 1] with gradients k^2 with probability 1/k, else -k (from memory), Adam goes to the wrong "
        "end where beta2 is small against k and ADOPT to the right one for any beta2. E[u] < 0 for k = 10 with (beta1, "
        "beta2) = (0.9, 0.9), (0, 0.9) and (0.9, 0.1), > 0 with (0.9, 0.99) and (0.9, 0.999); for k = 50 < 0 with "
        "(0.9, 0.99) and (0.9, 0.999) (derived here)."
    )
    remark = "E[u] is in the stationary state and exact but for the error of the quadrature, which is charged."

    factor: float = real("(0, inf)", "of the chance 1/k of the large gradient", default=1.0)

    def checks(self) -> list[Check]:
        listed = []
        for (k, b1, b2), sign in SIGNS.items():
            told = limit(Adam(beta1=b1, beta2=b2), self.stream(k))
            name = (
                f"{'-' if sign < 0 else ''}E[u] of Adam less its error, k = {k}, ({b1:g}, {b2:g})"
            )
            listed.append(
                above(name, 0.0, sign * told.drift - told.drift_error, known="quadrature")
            )
        for k, b2 in ((10, 0.1), (10, 0.999), (50, 0.9), (50, 0.99)):
            told = limit(ADOPT(beta1=0.9, beta2=b2), self.stream(k))
            name = f"E[u] of ADOPT less its error, k = {k}, (0.9, {b2:g})"
            listed.append(above(name, 0.0, told.drift - told.drift_error, known="quadrature"))
        return listed

    def stream(self, k: int) -> SpikeIID:
        return SpikeIID(C=float(k * k), small=float(k), p=self.factor / k)
