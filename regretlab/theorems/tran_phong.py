"""Theorem 4.1 of Tran & Phong: AMSGrad with a geometric beta1_t."""

from __future__ import annotations

from regretlab.bounds.tran_phong import TranPhong
from regretlab.theorems.held import BoundClaim


class TranPhongTheorem(BoundClaim):
    """Theorem 4 mended; by theorem-4-improved it holds with any t_0 >= 0."""

    name = "tran-phong-theorem-4-1"
    title = "AMSGrad's regret bound with a geometric beta1_t"
    source = "Tran & Phong (2019), theorem 4.1"
    label = "L"
    statement = (
        "With beta1_t = beta1 lambda^(t-1): R_T <= d D^2 G / (2 alpha (1 - beta1)) (sum_{t <= t_0} sqrt(t) + "
        "sqrt(T)) + d D^2 G / (2 alpha (1 - beta1) (1 - lambda)^2) + the third term of theorem 4."
    )
    bound = TranPhong
    decays = ("geometric",)
