"""What every loss sequence gives: a value and a gradient, and what is known of it beforehand."""

from __future__ import annotations

import math
from typing import Any, ClassVar, NamedTuple

import numpy as np

from regretlab.pieces import Piece
from regretlab.receiving import named


class Constants(NamedTuple):
    """What holds in every round on a feasible set F, up to rounding; None where nothing is known."""

    G_inf: float | None = None  # |partial derivative of f_t| <= G_inf on F, in every coordinate
    G_2: float | None = None  # |gradient of f_t|_2 <= G_2 on F
    mu: float | None = None  # f_t - mu/2 |x|_2^2 is convex on F, mu > 0
    exp_concavity: float | None = None  # exp(-alpha f_t) is concave on F, alpha > 0


def constants_of(G_inf: float, G_2: float, mu: float = 0.0, alpha: float = 0.0) -> Constants:
    """Constants, None for what says nothing: a G that is infinite, a mu or alpha of 0.

    A strongly convex f_t with bounded gradients is exp-concave: its Hessian is at least mu I, which
    is at least (mu / G_2^2) g g^T.
    """
    if 0.0 < G_2 < math.inf:
        alpha = max(alpha if alpha > 0.0 else 0.0, mu / (G_2 * G_2))
    bounds = (float(G) if math.isfinite(G) else None for G in (G_inf, G_2))
    curved = (float(c) if 0.0 < c < math.inf else None for c in (mu, alpha))
    return Constants(*bounds, *curved)


def box_of(feasible: Any, d: int) -> tuple[np.ndarray, np.ndarray]:
    """The smallest box around a set in d dimensions: lower and upper ends, each of shape (d,)."""
    try:
        low, high = feasible.fit(d).bounds()
    except NotImplementedError:  # a set that has no such box, a cone for one
        return np.full(d, -math.inf), np.full(d, math.inf)
    return np.broadcast_to(low, d), np.broadcast_to(high, d)


def farthest(feasible: Any, c: np.ndarray) -> float:
    """A bound on |x - c|_2 over a set, c of shape (d,): by its box, or its diameter from the point
    of it that is nearest to c, whichever is less."""
    feasible = feasible.fit(len(c))
    low, high = box_of(feasible, len(c))
    by_box = float(np.linalg.norm(np.maximum(abs(low - c), abs(high - c))))
    if feasible.is_box or not math.isfinite(by_box):
        return by_box
    return min(by_box, float(np.linalg.norm(feasible.nearest(c) - c)) + feasible.diameter2())


class Losses(Piece):
    """A sequence f_1, f_2, ... of losses on R^d, revealed by an adversary; convex, unless `convex` is False.

    A subclass defines, for one coordinate and as plain arithmetic,

        gradient(self, t, x)     a subgradient of f_t at x
        value(self, t, x)        f_t(x); not needed if f_t is linear

    and f_t is the sum of the value over the coordinates. With `shape = "vector"` both see the whole
    x of shape (d,), and the gradient has that shape too. Each function receives what it names, out of

        t      the round, from 1
        x      the point at which it is evaluated
        seen   x_t, which an adaptive adversary sees before it reveals f_t
        u      a draw from [0, 1), new for every (seed, run, round, coordinate); with
               shape = "vector", one number for every (seed, run, round)
        source the stream of draws itself, for `philox.uniform` and `philox.shuffle`
        cache  with shape = "vector": `cached` + 1 whole numbers, -1 at first, to keep what is dear
               and follows from source and t alone
        i      the coordinate, from 0

    A gradient that does not name x makes the sequence linear: f_t(x) = <gradient, x>.
    """

    kind: ClassVar[str] = "losses"
    shape: ClassVar[str] = "coordinate"
    d = 1  # not annotated: a parameter d of a subclass stands where that one declares it
    cached: ClassVar[int] = 0
    convex: ClassVar[bool] = True  # is every f_t? If not, no claim is made about the regret
    natural = ""  # the set that is played on if none is given; "" is [-1, 1], or that in each of d

    def gradient(self, t, x):
        raise NotImplementedError

    @classmethod
    def named(cls, function: str) -> tuple[str, ...]:
        """What one of the sequence's functions names, self left out."""
        written = getattr(cls, function, None)
        return named(written)[1:] if written else ()

    @property
    def linear(self) -> bool:
        """Is every f_t linear, once it has been revealed?"""
        return "x" not in self.named("gradient")

    @property
    def adaptive(self) -> bool:
        """Does the adversary look at x_t before it reveals f_t?"""
        return "seen" in self.named("gradient") + self.named("value")

    @property
    def random(self) -> bool:
        """Is the sequence drawn at random?"""
        return bool({"u", "source"} & {*self.named("gradient"), *self.named("value")})

    def gradient_bound(self) -> float:
        """G with |(gradient of f_t)_i| <= G for every round and coordinate; inf if not known."""
        return math.inf

    def constants(self, feasible: Any) -> Constants:
        """Bounds on the gradients over a feasible set, and how much f_t curves there, every round.

        `feasible` is a set that fits d dimensions; a set that is not bounded leaves most unknown.
        """
        G = self.gradient_bound()
        return constants_of(G, G * math.sqrt(self.d))

    def partial_sum(self, t: int) -> np.ndarray | None:
        """The exact sum of the gradients of f_1 .. f_t, shape (d,), where it is known beforehand."""
        return None

    def one_period(self) -> np.ndarray | None:
        """The gradients of rounds 1 .. P, shape (P, d), of linear losses that repeat every P rounds."""
        return None

    def gradient_law(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The values of a gradient, shape (n,), and their probabilities, of linear losses in one
        dimension that are drawn anew from one law in every round."""
        return None

    def quadratic_sum(self, t: int, source) -> tuple[float, np.ndarray] | None:
        """(M, c) with f_1 + ... + f_t = M / 2 |x - c|^2 + a constant, M > 0 and c of shape (d,), where
        that is so and known beforehand: the best fixed point is then the projection of c."""
        return None

    def expected_gradient(self) -> np.ndarray | None:
        """E[gradient of f_t], shape (d,), of linear losses with the same law in every round."""
        return None
