"""Online gradient descent."""

from __future__ import annotations

from regretlab.bounds.ogd import OGD
from regretlab.methods.sgd import SGD
from regretlab.theorems.held import BoundClaim


class Zinkevich(BoundClaim):
    """With alpha = D_2 / G it is 1.5 G D_2 sqrt(T).

    `regretlab.theorems.proof_lines(run, "ogd")` evaluates its proof line by line on a play.
    """

    name = "zinkevich-theorem-1"
    title = "Online gradient descent's regret bound"
    source = "Zinkevich (2003), theorem 1; the form is ours"
    label = "MD"
    statement = (
        "With alpha_t = alpha / sqrt(t), R_T <= D_2^2 sqrt(T) / (2 alpha) + alpha G^2 sqrt(T)."
    )
    bound = OGD
    decays = ("constant",)

    def learner(self, beta1, beta2, decay, lam):
        return SGD()
