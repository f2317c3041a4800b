"""What a proof is made of: lines, each at most the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regretlab.bounds.bound import Bound


@dataclass(frozen=True)
class Line:
    """A line of a proof: its name, its text, why the one before is at most it, its value at (t, x*).

    With `equal` the line before is this one, written in another way.
    """

    name: str
    text: str
    why: str
    value: Callable[[Trace, int, np.ndarray], float]
    equal: bool = False


@dataclass(frozen=True)
class Proof:
    """The lines that lead from the regret to the right-hand side of a bound."""

    bound: Bound
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Trace:
    """What a proof looks at. Arrays are over the rounds 1 .. T, shape (T, d), if nothing else is said.

    x : x_1 .. x_{T+1}, shape (T + 1, d). g : the gradients. m, before : m_t and m_{t-1}.
    a : sqrt(V_t) / alpha_t. rates : alpha_t, shape (T,). b : beta1_t, shape (T,). regret : R_t, for
    the recorded t. D, D2 : the diameters of F in the sup norm and the Euclidean one.
    """

    x: np.ndarray
    g: np.ndarray
    m: np.ndarray
    before: np.ndarray
    a: np.ndarray
    rates: np.ndarray
    b: np.ndarray
    regret: dict[int, float]
    alpha: float
    beta1: float
    beta2: float
    D: float
    D2: float

    def over(self, squares: np.ndarray) -> np.ndarray:
        """squares / a, with 0/0 = 0: where a is 0 every gradient so far was."""
        t = len(squares)
        return np.divide(squares, self.a[:t], out=np.zeros_like(squares), where=self.a[:t] > 0)

    def linear(self, t: int, u: np.ndarray) -> float:
        """The sum of <g_s, x_s - u> over s <= t."""
        return float((self.g[:t] * (self.x[:t] - u)).sum())

    def falls(self, t: int, u: np.ndarray) -> np.ndarray:
        """(x_s - u)^2 - (x_{s+1} - u)^2, s <= t."""
        square = (self.x[: t + 1] - u) ** 2
        return square[:-1] - square[1:]

    def faded(self, terms: np.ndarray, factor: float) -> np.ndarray:
        """The sums of factor^(s-j) terms_j over j <= s."""
        out, last = np.empty_like(terms), np.zeros(terms.shape[1])
        for s, now in enumerate(terms):
            last = factor * last + now
            out[s] = last
        return out
