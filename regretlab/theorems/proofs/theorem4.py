"""The proof of theorem 4 improved, for any schedule beta1_t <= beta1, and of the printed one from it."""

from __future__ import annotations

from regretlab.bounds.theorem4 import Theorem4
from regretlab.theorems.proofs.line import Line, Proof, Trace
from regretlab.theorems.proofs.noise import norms, tail

A = "D^2 a_t / 2"
B = "D^2 / (2 (1 - beta1)) sum beta1_s a_s"


def mixed(tr: Trace, t: int, u) -> float:
    """sum of beta1_s (g_s - m_{s-1}) (x_s - u)."""
    return float((tr.b[:t, None] * (tr.g[:t] - tr.before[:t]) * (tr.x[:t] - u)).sum())


def split(tr, t, u):
    return float((tr.m[:t] * (tr.x[:t] - u)).sum()) + mixed(tr, t, u)


def potential(tr, t, u):
    return float((tr.a[:t] * tr.falls(t, u)).sum() / 2 + tr.over(tr.m[:t] ** 2).sum() / 2)


def projected(tr, t, u):
    return potential(tr, t, u) + mixed(tr, t, u)


def squares(tr: Trace, t: int) -> float:
    """sum of (1 - beta1) beta1_s (g_s - m_{s-1})^2 / (2 a_s)."""
    differences = tr.b[:t, None] * (tr.g[:t] - tr.before[:t]) ** 2
    return float((1 - tr.beta1) * tr.over(differences).sum() / 2)


def young(tr, t, u):
    far = (tr.b[:t, None] * tr.a[:t] * (tr.x[:t] - u) ** 2).sum() / (2 * (1 - tr.beta1))
    return potential(tr, t, u) + float(far) + squares(tr, t)


def head(tr: Trace, t: int) -> float:
    """D^2 a_t / 2 + D^2 / (2 (1 - beta1)) times the sum of beta1_s a_s."""
    middle = (tr.b[:t, None] * tr.a[:t]).sum() / (2 * (1 - tr.beta1))
    return float(tr.D**2 * (tr.a[t - 1].sum() / 2 + middle))


def telescoped(tr, t, u):
    return head(tr, t) + float(tr.over(tr.m[:t] ** 2).sum() / 2) + squares(tr, t)


def identity(tr, t, u):
    b = tr.b[:t, None]
    return head(tr, t) + float(tr.over(b * tr.before[:t] ** 2 + (1 - b) * tr.g[:t] ** 2).sum() / 2)


def printed(tr, t, u):
    """The right-hand side of theorem 4, final version."""
    b, first = tr.beta1, tr.D**2 * float(tr.a[t - 1].sum()) / (1 - tr.beta1)
    middle = tr.D**2 * float((tr.b[:t, None] * tr.a[:t]).sum()) / (1 - b) ** 2
    return first + middle + 2 * norms(tr, t) / (1 - b) ** 2


PROOF = Proof(
    Theorem4(),
    (
        Line("regret", "R_t = sum f_s(x_s) - f_s(x*)", "", lambda tr, t, u: tr.regret[t]),
        Line("linear", "sum <g_s, x_s - x*>", "the losses are convex", Trace.linear),
        Line("split", "sum <m_s, x_s - x*> + sum beta1_s <g_s - m_{s-1}, x_s - x*>",
             "g_s = m_s + beta1_s (g_s - m_{s-1})", split, equal=True),
        Line("projection", "sum a_s/2 [(x_s - x*)^2 - (x_{s+1} - x*)^2] + m_s^2 / (2 a_s) + "
             "sum beta1_s <g_s - m_{s-1}, x_s - x*>",
             "the projection brings no point farther from x* in the norm of a_s = sqrt(vhat_s) / alpha_s",
             projected),
        Line("young", "sum a_s/2 [(x_s - x*)^2 - (x_{s+1} - x*)^2] + m_s^2 / (2 a_s) + beta1_s a_s "
             "(x_s - x*)^2 / (2 (1 - beta1)) + (1 - beta1) beta1_s (g_s - m_{s-1})^2 / (2 a_s)",
             "Young's inequality", young),
        Line("telescope", f"{A} + {B} + sum m_s^2 / (2 a_s) + (1 - beta1) beta1_s (g_s - m_{{s-1}})^2 / (2 a_s)",
             "a_s does not fall, and |x_s - x*| <= D", telescoped),
        Line("identity", f"{A} + {B} + sum [beta1_s m_{{s-1}}^2 + (1 - beta1_s) g_s^2] / (2 a_s)",
             "m_s^2 + (1 - beta1_s) beta1_s (g_s - m_{s-1})^2 = beta1_s m_{s-1}^2 + (1 - beta1_s) g_s^2",
             identity),
        *tail(head, f"{A} + {B}", lambda tr: 1.0, ""),
        Line("printed", "D^2 a_t / (1 - beta1) + D^2 / (1 - beta1)^2 sum beta1_s a_s + alpha "
             "sqrt(1 + ln t) / ((1 - beta1)^2 (1 - gamma) sqrt(1 - beta2)) sum_i |g_1:t,i|",
             "theorem 4 as printed is weaker", printed),
    ),
)  # fmt: skip
