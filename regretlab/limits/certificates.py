"""Certificates: whether a method fails on a periodic linear stream, proved in ball arithmetic."""

from __future__ import annotations

from typing import Any

from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet


def certify(
    method: Method,
    losses: Losses,
    set: FeasibleSet | None = None,
    step: Schedule | None = None,
    most_bits: int = 4096,
) -> dict[str, Any]:
    """The certificate of what R_T / T tends to, as the document that `regretlab check` reads.

    Every parameter is read as the rational that its shortest decimal spells, 9/10 for 0.9. The orbit of
    the method's memory is enclosed in balls of 128 bits, then 256 and on up to `most_bits`, until the
    sign of the drift Delta = u*_1 + ... + u*_P is decided. The claim: with S = c_1 + ... + c_P,
    R_T / T -> |S| (hi - lo) / P if Delta S < 0 ("fails"), else 0 ("vanishes"). Where Adam and RMSProp
    fail under alpha / sqrt(t), a claim for all T stands beside it. A drift whose sign is not decided at
    `most_bits` gives status "not proved" and the ball that is left, never a guess; so does whatever
    `regretlab.limits.checker` would refuse. All of it is about exact real numbers, not about float64.

    `set` is an interval ([-1, 1] by default), `step` InverseSqrt (by default) or Inverse. InvalidInput
    for other sets and steps, methods that the checker does not know, losses that are not periodic and
    linear in one dimension, and periods above 10,000.

    Source: the theorem and its proof are written out in docs/certificates.md.
    """
    from regretlab.limits.prover import proved  # with python-flint, which takes time to import

    return proved(method, losses, set, step, most_bits)
