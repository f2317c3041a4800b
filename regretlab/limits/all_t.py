"""The claim for all T of a certificate: where the wall starts to hold, and what regret follows.

Only for what fails under alpha / sqrt(t) by a memory of Adam's kind. The mathematics, with its names
(band, climb, H, B), stands in docs/certificates.md; here the numbers of the claim are found.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any, NamedTuple

from flint import arb, fmpq

from regretlab.limits.certificate import bound, decimal
from regretlab.limits.checker import ROUNDS

FARTHEST = 2**50  # blocks


class Setting(NamedTuple):
    """A drift to hi under S > 0; balls, but for c, the diameter and alpha, which are rational."""

    c: list[Fraction]
    u: list[Any]
    m: list[Any]
    v: list[Any]
    beta1: Any
    beta2: Any
    eps: Any
    eps_inside: bool
    corrected: bool
    diameter: Fraction
    alpha: Fraction

    def root(self, v: Any) -> Any:
        return (v + self.eps).sqrt() if self.eps_inside else v.sqrt() + self.eps

    def mirrored(self) -> Setting:
        negative = {name: [-x for x in getattr(self, name)] for name in ("c", "u", "m")}
        return self._replace(**negative)


def exactly(q: Fraction) -> Any:
    return arb(fmpq(q.numerator, q.denominator))


def transient(s: Setting, k: int) -> Any:
    """E: how far u_t can be from u* in block k or later."""
    tau, worst = k * len(s.c), arb(0)
    left1, left2 = s.beta1**tau, s.beta2**tau
    for u, m, v in zip(s.u, s.m, s.v, strict=True):
        if s.corrected:
            off = left1 * abs(m - s.m[-1]) / (1 - left1)
            swing = left2 * abs(v - s.v[-1]) / (1 - left2)
            low, high = v - swing, v + swing
        else:
            off, low, high = left1 * abs(s.m[-1]), v - left2 * s.v[-1], v
        if u == 0 and off == 0:
            continue
        at = 1 / s.root(v)
        up, down = 1 / s.root(low) - at, at - 1 / s.root(high)
        worst = worst.max(off / s.root(low) + abs(m) * up.max(down))
    return worst


def increments(s: Setting, k: int) -> list[Any]:
    """max(u*_j, rho u*_j) + E of block k."""
    rho, error = share(k), transient(s, k)
    return [u.max(rho * u) + error for u in s.u]


def share(k: int) -> Any:
    """rho: the last step of block k over the last before it, if 1 / sqrt t alone decides them."""
    return (arb(k) / (k + 1)).sqrt()


def suffixes(values: list[Any]) -> list[Any]:
    return list(accumulate(reversed(values)))[::-1]


def band(s: Setting, k: int) -> str | None:
    """The M, as a decimal, with which the band lasts from block k on; "0" if it can be; else None."""
    rho, sums = share(k), suffixes(increments(s, k))
    if not sums[0] < 0:
        return None
    if all(n <= 0 for n in sums):
        return "0"
    top = arb(0)
    for n in sums:
        top = top.max(n / rho)
    if not top.is_finite():
        return None
    width = bound(top, up=True)
    return width if sums[0] <= -(1 - rho) * exactly(Fraction(width)) else None


def least(holds: Any) -> int | None:
    """The least k >= 1 for which it holds, if it holds for all later ones."""
    high = 1
    while not holds(high):
        high *= 2
        if high > FARTHEST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def first_block(s: Setting) -> int | None:
    """The least k0 from which the wall holds: with band 0 where all suffix sums of u* are negative."""
    strict = all(n < 0 for n in suffixes(s.u))
    return least(lambda k: band(s, k) == "0" if strict else band(s, k) is not None)


def climb(s: Setting, k0: int) -> dict[str, Any]:
    """Where to start to climb from, so that the wall is reached soonest."""
    best: dict[str, Any] = {}
    for doublings in range(64):
        k = k0 * 2**doublings
        if k > FARTHEST or (best and k > best["hit_block"]):
            break
        eta = bound(-suffixes(increments(s, k))[0], up=False)
        if Fraction(eta) <= 0:
            continue
        rise = exactly(s.diameter) * arb(len(s.c)).sqrt() / (2 * exactly(s.alpha * Fraction(eta)))
        hit = int(((arb(k).sqrt() + rise) ** 2).upper().ceil().unique_fmpz()) + 1
        if not best or hit < best["hit_block"]:
            best = {"from_block": k, "eta": eta, "hit_block": hit}
    return best


def sqrt_coefficient(s: Setting, k0: int, M: str) -> str:
    """2 alpha B / sqrt P: what the rounds away from the wall can save, by sqrt(k)."""
    height, saved = exactly(Fraction(M)), arb(0)
    for c, up in zip(s.c, increments(s, k0), strict=True):
        saved += exactly(max(c, Fraction(0))) * height
        height = (height + up).max(arb(0))
    return bound(2 * exactly(s.alpha) * saved / arb(len(s.c)).sqrt(), up=True)


def good_from(s: Setting, k0: int) -> int:
    """The least k such that x stays at the wall in the blocks k .. k0 - 1 too, by the memory in each."""
    P = len(s.c)
    if k0 * P > ROUNDS:
        return k0
    for k in range(k0 - 1, -1, -1):
        steps = []
        for t, m, v in zip(range(k * P + 1, k * P + P + 1), s.m, s.v, strict=True):
            left1, left2 = s.beta1**t, s.beta2**t
            m, v = m - left1 * s.m[-1], v - left2 * s.v[-1]
            mean, square = (m / (1 - left1), v / (1 - left2)) if s.corrected else (m, v)
            steps.append(m if m == 0 else mean / s.root(square) / arb(t).sqrt())
        if not all(total <= 0 for total in suffixes(steps)):
            return k + 1
    return 0


def all_t(s: Setting) -> tuple[int, dict[str, Any]] | None:
    """k0 and the claim for all T; None if none was found."""
    k0 = first_block(s)
    if k0 is None or not (rising := climb(s, k0)):
        return None
    M = band(s, k0) or ""
    claim = {
        "band": M,
        "good_from": good_from(s, k0) if M == "0" else k0,
        "climb_from": rising["from_block"],
        "hit_block": rising["hit_block"],
        "per_block": decimal(sum(s.c) * s.diameter),
        "lost": decimal(-sum(c for c in s.c if c < 0) * s.diameter),
        "sqrt_coefficient": sqrt_coefficient(s, k0, M),
    }
    return k0, claim
