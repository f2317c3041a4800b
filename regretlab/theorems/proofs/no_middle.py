"""The proof of the bound without a middle term, for beta1_t that never rises."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.theorem4 import Theorem4NoMiddle
from regretlab.theorems.proofs.line import Line, Proof, Trace
from regretlab.theorems.proofs.noise import tail


def weights(tr: Trace, t: int) -> np.ndarray:
    """w_s = 1 / (1 - beta1_s) for s <= t, and w_{t+1} = 1; shape (t + 1, 1)."""
    return np.append(1 / (1 - tr.b[:t]), 1.0)[:, None]


def split(tr, t, u):
    w = weights(tr, t)
    whole = ((1 + w[:-1] - w[1:]) * tr.m[:t] * (tr.x[:t] - u)).sum()
    moved = ((w[1:-1] - 1) * tr.m[: t - 1] * (tr.x[: t - 1] - tr.x[1:t])).sum()
    return float(whole + moved)


def projected(tr, t, u):
    w = weights(tr, t)
    c, noise = 1 + w[:-1] - w[1:], tr.over(tr.m[:t] ** 2)
    near = (c * (tr.a[:t] * tr.falls(t, u) + noise)).sum() / 2
    return float(near + ((w[1:-1] - 1) * noise[:-1]).sum())


def telescoped(tr, t, u):
    w = weights(tr, t)
    noise = ((w[:-1] + w[1:] - 1) * tr.over(tr.m[:t] ** 2)).sum() / 2
    return float(tr.D**2 * tr.a[t - 1].sum() * w[0, 0] / 2 + noise)


def factor(tr: Trace) -> float:
    return (1 + tr.beta1) / (1 - tr.beta1)


def head(tr: Trace, t: int) -> float:
    return float(tr.D**2 * tr.a[t - 1].sum() / (2 * (1 - tr.beta1)))


def weighed(tr, t, u):
    return head(tr, t) + factor(tr) * float(tr.over(tr.m[:t] ** 2).sum() / 2)


HEAD = "D^2 a_t / (2 (1 - beta1))"
TIMES = "(1 + beta1) / (1 - beta1) "
PROOF = Proof(
    Theorem4NoMiddle(),
    (
        Line("regret", "R_t = sum f_s(x_s) - f_s(x*)", "", lambda tr, t, u: tr.regret[t]),
        Line("linear", "sum <g_s, x_s - x*>", "the losses are convex", Trace.linear),
        Line("split", "sum (1 + w_s - w_{s+1}) <m_s, x_s - x*> + sum_{s >= 2} (w_s - 1) <m_{s-1}, "
             "x_{s-1} - x_s>",
             "g_s = w_s m_s - (w_s - 1) m_{s-1}, with w_s = 1 / (1 - beta1_s), w_{t+1} = 1", split,
             equal=True),
        Line("projection", "sum (1 + w_s - w_{s+1}) (a_s [(x_s - x*)^2 - (x_{s+1} - x*)^2] + m_s^2 / a_s) / 2 "
             "+ sum_{s >= 2} (w_s - 1) m_{s-1}^2 / a_{s-1}",
             "the projection brings no two points farther apart in the norm of a_s; w_s does not rise",
             projected),
        Line("telescope", "w_1 D^2 a_t / 2 + sum (w_s + w_{s+1} - 1) m_s^2 / (2 a_s)",
             "a_s does not fall, w_s does not rise, and |x_s - x*| <= D", telescoped),
        Line("weights", f"{HEAD} + {TIMES}sum m_s^2 / (2 a_s)", "w_s <= 1 / (1 - beta1)", weighed),
        *tail(head, HEAD, factor, TIMES),
    ),
)  # fmt: skip
