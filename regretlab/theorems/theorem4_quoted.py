"""Theorem 4 as Tran & Phong quote it."""

from __future__ import annotations

from regretlab.bounds.theorem4 import Theorem4Quoted
from regretlab.theorems.held import BoundClaim


class Quoted(BoundClaim):
    """The first version with 1 / alpha; it follows from theorem-4-improved, which is proved."""

    name = "reddi-theorem-4-quoted"
    title = "AMSGrad's regret bound, as quoted"
    source = "Reddi, Kale & Kumar (2018), theorem 4, as quoted in Tran & Phong (2019)"
    label = "L"
    statement = (
        "As reddi-theorem-4-first, with D^2 sqrt(T) / (alpha (1 - beta1)) in its first term."
    )
    bound = Theorem4Quoted
