"""How far a point can be from the minimum of a convex function over F.

For convex F_t, F_t(z) - min F_t <= <g, z> + h(-g) with g = grad F_t(z) and h the support function of
F (Frank & Wolfe 1956). If F_t is m-strongly convex it is also at most
max over x in F of <g, z - x> - m/2 |z - x|^2, and the x there is the projection of z - g / m; on the
whole space that is |g|^2 / (2 m).
"""

from __future__ import annotations

import math

import numpy as np

from regretlab.losses.sequence import Losses
from regretlab.sets.feasible import FeasibleSet


def gap(feasible: FeasibleSet, z: np.ndarray, g: np.ndarray, modulus: float = 0.0) -> float:
    """An upper bound on F_t(z) - min over F of F_t; inf where there is none.

    z, g of shape (d,), z in F; `modulus` >= 0 is one of strong convexity of F_t in the 2-norm.
    """
    if not np.isfinite(g).all():
        return math.inf
    bound = math.inf
    if feasible.bounded:
        bound = float(g @ z + feasible.support(-g)) + feasible.shortfall(g)
    if modulus > 0:
        x = feasible.nearest(z - g / modulus)
        way = z - x
        bound = min(bound, float(g @ way - 0.5 * modulus * (way @ way)))
    return max(0.0, bound) if not math.isnan(bound) else math.inf


def strong_convexity(losses: Losses, feasible: FeasibleSet) -> float:
    """mu such that every f_t is mu-strongly convex on F, as the losses say; 0 if they do not."""
    constants = getattr(losses, "constants", None)
    mu = getattr(constants(feasible), "mu", None) if constants else None
    return float(mu) if mu is not None and np.isfinite(mu) and mu > 0 else 0.0
