"""How beta1 decays: what the theorems on Adam's family ask of beta1_t, looked at in every round."""

from __future__ import annotations

from typing import Any

import numpy as np

from regretlab.bounds.assumption import Assumption
from regretlab.engines.engine import Setting
from regretlab.methods.family import AdamLike
from regretlab.receiving import Receiving

MOST_ASKED = 10**5  # rounds in which a beta1_t of one's own is asked for, in plain Python
ROUNDING = 1e-12


def beta1s(method: Any, last: int) -> np.ndarray:
    """beta1_1 .. beta1_last, shape (last,); NaN from where they are not known beforehand,
    as where one's own beta1_t reads more of the memory than `power`."""
    t = np.arange(1, last + 1, dtype=np.float64)
    if type(method).beta1_t is AdamLike.beta1_t:
        if method.beta1_decay == "geometric":
            return method.beta1 * method.lam ** (t - 1)
        return method.beta1 / t if method.beta1_decay == "harmonic" else np.full(last, method.beta1)
    out, method = np.full(last, np.nan), Receiving(method)
    memory = Known(power=1.0)
    for n in range(min(last, MOST_ASKED)):
        try:
            out[n] = method.beta1_t(t=n + 1, s=memory)
        except Unknown:
            break
        memory = Known(power=method.next_power(s=memory))
    return out


class Unknown(Exception):
    """A beta1_t asks for what is not known before the play."""


class Known:
    """All of the memory that is known beforehand: `power`, as the family carries it along."""

    def __init__(self, power: float) -> None:
        self.power = power

    def __getattr__(self, name: str) -> float:
        raise Unknown(name)

    def __getitem__(self, k: int) -> float:
        raise Unknown(str(k))


def decays(method: Any, last: int, *, monotone: bool = False) -> list[Assumption]:
    """0 <= beta1_t <= beta1 in every round; and with `monotone`, beta1_t non-increasing."""
    b, first = beta1s(method, last), method.beta1
    said = f"beta1_t from {b[0]:.6g} to {b[-1]:.6g}, decay {method.beta1_decay}"
    if unknown := int(np.isnan(b).sum()):
        said = f"a beta1_t that is not known beforehand in {unknown} rounds (t and s.power are)"
    within = bool(((b >= 0) & (b <= first * (1 + ROUNDING))).all())
    listed = [Assumption("0 <= beta1_t <= beta1", within, said)]
    if monotone:
        down = bool((np.diff(b) <= ROUNDING * first).all())
        listed.append(Assumption("beta1_t non-increasing", down, said))
    return listed


def decay_is(setting: Setting, *words: str) -> Assumption:
    """One of the decays of the family itself."""
    method = setting.method
    own = getattr(type(method), "beta1_t", None) is AdamLike.beta1_t
    word = getattr(method, "beta1_decay", "none") if own else "one's own"
    said = f"beta1_decay={word}" if own else "a beta1_t of its own"
    return Assumption(f"a {' or '.join(words)} decay of beta1", word in words, said)
