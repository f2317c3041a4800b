"""Theorem 5.1 of Tran & Phong: AdamX."""

from __future__ import annotations

from regretlab.bounds.tran_phong import AdamX as Bound
from regretlab.methods.adamx import AdamX as Learner
from regretlab.theorems.held import BoundClaim


class AdamXTheorem(BoundClaim):
    """The printed 1 - beta1 of the middle term is right for beta1_t that never rises."""

    name = "tran-phong-theorem-5-1"
    title = "AdamX's regret bound"
    source = "Tran & Phong (2019), theorem 5.1"
    label = "LD"
    statement = (
        "AdamX, with vhat_1 = v_1, vhat_t = max((1 - beta1_t)^2 / (1 - beta1_{t-1})^2 vhat_{t-1}, v_t), has "
        "R_T <= d D^2 G sqrt(T) / (2 alpha (1 - beta1)) + d D^2 G / (2 alpha (1 - beta1)) sum_{t >= 2} beta1_t "
        "sqrt(t - 1) + the third term of theorem 4."
    )
    remark = "What was read of its proof yields (1 - beta1)^2 in the middle term."
    bound = Bound

    def learner(self, beta1, beta2, decay, lam):
        return Learner(beta1=beta1, beta2=beta2, beta1_decay=decay, lam=lam)
