"""The proof of online gradient descent's bound."""

from __future__ import annotations

import numpy as np

from regretlab.bounds.ogd import OGD
from regretlab.theorems.proofs.line import Line, Proof, Trace


def lengths(tr: Trace, t: int) -> np.ndarray:
    """|g_s|^2, shape (t,)."""
    return (tr.g[:t] ** 2).sum(axis=1)


def noise(tr: Trace, t: int) -> float:
    return float((tr.rates[:t] * lengths(tr, t)).sum() / 2)


def projected(tr, t, u):
    return float((tr.falls(t, u).sum(axis=1) / tr.rates[:t]).sum() / 2) + noise(tr, t)


def telescoped(tr, t, u):
    return tr.D2**2 / (2 * float(tr.rates[t - 1])) + noise(tr, t)


def bounded(tr, t, u):
    largest = float(lengths(tr, t).max())
    return tr.D2**2 / (2 * float(tr.rates[t - 1])) + largest * float(tr.rates[:t].sum()) / 2


def summed(tr, t, u):
    return float(tr.D2**2 / (2 * tr.alpha) + tr.alpha * lengths(tr, t).max()) * float(np.sqrt(t))


PROOF = Proof(
    OGD(),
    (
        Line("regret", "R_t = sum f_s(x_s) - f_s(x*)", "", lambda tr, t, u: tr.regret[t]),
        Line("linear", "sum <g_s, x_s - x*>", "the losses are convex", Trace.linear),
        Line("projection", "sum (|x_s - x*|^2 - |x_{s+1} - x*|^2) / (2 alpha_s) + alpha_s |g_s|^2 / 2",
             "the projection brings no point farther from x*", projected),
        Line("telescope", "D_2^2 / (2 alpha_t) + sum alpha_s |g_s|^2 / 2",
             "1 / alpha_s does not fall, and |x_s - x*| <= D_2", telescoped),
        Line("gradients", "D_2^2 sqrt(t) / (2 alpha) + alpha G^2 / 2 sum s^(-1/2)",
             "|g_s| <= G, the largest met", bounded),
        Line("sum", "D_2^2 sqrt(t) / (2 alpha) + alpha G^2 sqrt(t)", "sum s^(-1/2) <= 2 sqrt(t)", summed),
    ),
)  # fmt: skip
