"""Oracles written by hand, from the formulas of the papers and never from the package.

The methods are sums over the whole past (no recursion), the draws are big-integer arithmetic, and
losses are added up exactly. Slow and obvious.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

WORD = 2**32


def philox4x32(counter: list[int], key: list[int], rounds: int = 10) -> list[int]:
    """Philox4x32 after Salmon et al. (2011), section 3.3, word by word in Python's integers."""
    c, k = list(counter), list(key)
    for n in range(rounds):
        if n:
            k = [(k[0] + 0x9E3779B9) % WORD, (k[1] + 0xBB67AE85) % WORD]
        high0, low0 = divmod(0xD2511F53 * c[0], WORD)
        high1, low1 = divmod(0xCD9E8D57 * c[2], WORD)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
    return c


def draw(seed: int, run: int, t: int, coordinate: int) -> float:
    """The draw of a round: 53 bits of the block whose counter is (t low, t high, run, coordinate)."""
    words = philox4x32([t % WORD, t // WORD, run, coordinate], [seed % WORD, seed // WORD])
    bits = words[0] * 2**21 + words[1] // 2**11
    return float(Fraction(bits, 2**53))


def decayed(beta: float, past: np.ndarray) -> np.ndarray:
    """(1 - beta) sum_s beta^(t-s) past_s over the rows of `past`."""
    t = len(past)
    return (1 - beta) * sum(beta ** (t - 1 - s) * past[s] for s in range(t))


def ratio(m: np.ndarray, w: np.ndarray) -> np.ndarray:
    """m / w with 0 / 0 = 0."""
    return np.array([0.0 if a == b == 0 else a / b for a, b in zip(m, w, strict=True)])


# A direction maps g_1 .. g_t, the rows of an array, to phi_t / sqrt(psi_t).


def sgd(past: np.ndarray) -> np.ndarray:
    return past[-1]


def adagrad(past: np.ndarray) -> np.ndarray:
    return ratio(past[-1], np.sqrt((past**2).sum(axis=0) / len(past)))


def rmsprop(beta2: float) -> Callable:
    return lambda past: ratio(past[-1], np.sqrt(decayed(beta2, past**2)))


def adam(beta1: float, beta2: float) -> Callable:
    return lambda past: ratio(decayed(beta1, past), np.sqrt(decayed(beta2, past**2)))


def adamnc(beta1: float) -> Callable:
    return lambda past: ratio(decayed(beta1, past), np.sqrt((past**2).mean(axis=0)))


def amsgrad(beta1: float, beta2: float, correction: str = "none") -> Callable:
    vs: dict[int, np.ndarray] = {}  # v_1, v_2, ...: the rounds are asked for in order

    def direction(past: np.ndarray) -> np.ndarray:
        t = len(past)
        m, vs[t] = decayed(beta1, past), decayed(beta2, past**2)
        v = [vs[s] / (1 - beta2**s if correction == "before" else 1) for s in range(1, t + 1)]
        largest = np.max(v, axis=0)
        if correction == "after":
            largest = largest / (1 - beta2**t)
        if correction != "none":
            m = m / (1 - beta1**t)
        return ratio(m, np.sqrt(largest))

    return direction


def iterates(
    direction: Callable,
    gradient: Callable[[int, np.ndarray], np.ndarray],
    alpha: Callable[[int], float],
    project: Callable[[np.ndarray], np.ndarray],
    x1: np.ndarray,
    T: int,
) -> tuple[np.ndarray, np.ndarray]:
    """x_1 .. x_{T+1} and g_1 .. g_T of Algorithm 1."""
    xs, gs = [np.array(x1, dtype=float)], []
    for t in range(1, T + 1):
        gs.append(np.array(gradient(t, xs[-1].copy()), dtype=float))
        xs.append(np.array(project(xs[-1] - alpha(t) * direction(np.array(gs)))))
    return np.array(xs), np.array(gs)


def exact(values: np.ndarray) -> list[Fraction]:
    return [Fraction(float(v)) for v in values]


def linear_books(
    xs: np.ndarray, gs: np.ndarray, low: np.ndarray, high: np.ndarray
) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(cumulative loss, best fixed loss, regret) after every round, exactly, on a box.

    xs holds x_1 .. x_T and gs g_1 .. g_T, taken as the rational numbers that they are.
    """
    low, high = exact(low), exact(high)
    paid, sums, books = Fraction(0), [Fraction(0)] * len(low), []
    for x, g in zip(xs, gs, strict=True):
        x, g = exact(x), exact(g)
        paid += sum(a * b for a, b in zip(x, g, strict=True))
        sums = [s + a for s, a in zip(sums, g, strict=True)]
        best = sum(min(s * a, s * b) for s, a, b in zip(sums, low, high, strict=True))
        books.append((paid, best, paid - best))
    return books


def ulps(found: float, true: Fraction) -> float:
    """How many units in the last place of the true value `found` is off."""
    return float(abs(Fraction(float(found)) - true) / Fraction(math.ulp(float(true))))
