"""What `limit` returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet

FAILS, VANISHES, UNDECIDED = "fails", "vanishes", "undecided"


class Coordinate(NamedTuple):
    """The limit in one coordinate; the fields are those of `Limit`."""

    c: np.ndarray
    u: np.ndarray
    drift: float
    error: float
    S: float
    verdict: str
    average_regret: float
    waits: np.ndarray
    x_limit: float = math.nan
    rounds: float = math.inf
    sqrt_coefficient: float | None = None
    x: np.ndarray | None = None


@dataclass(frozen=True)
class Limit:
    """What happens as T tends to infinity. Arrays over coordinates have shape (d,), over a period (P, d).

    drift : Delta = u*_1 + ... + u*_P, where x_{t+1} = clip(x_t - alpha_t u_t) and u_t -> u*_j.
    drift_error : how far rounding may have moved it.
    slope_sum : S = c_1 + ... + c_P.
    verdict : "fails" (the average regret does not vanish), "vanishes", or "undecided" (|drift| is not
        above drift_error).
    kind : "closed form", or "numerical orbit" where the recursion was run until it repeated; on i.i.d.
        losses also "quadrature" and "simulated", which is no proof.
    average_regret : A = lim R_T / T. sqrt_coefficient : B in R_T = A T + B sqrt(T) + O(1) for
        alpha_t = alpha / sqrt(t), T a multiple of P; else None.
    x_limit : lim x_t; with a constant step, x before the first round of the limit cycle.
    rounds : about how many rounds x_t needs to cross the set, so before how many no play shows it.
    update, waits, coefficients : u*_j, the W_j of x_t = wall -+ alpha_t W_j, and c_j. cycle : x over a
        period, with a constant step.
    """

    method: Method
    losses: Losses
    set: FeasibleSet
    step: Schedule
    kind: str
    coordinates: tuple[Coordinate, ...]
    remark: str = ""

    def _all(self, name: str) -> Any:
        return np.array([getattr(one, name) for one in self.coordinates])

    def _scalar(self, name: str) -> Any:
        values = self._all(name)
        return float(values[0]) if len(values) == 1 else values

    @property
    def drift(self) -> Any:
        return self._scalar("drift")

    @property
    def drift_error(self) -> Any:
        return self._scalar("error")

    @property
    def slope_sum(self) -> Any:
        return self._scalar("S")

    @property
    def x_limit(self) -> Any:
        return self._scalar("x_limit")

    @property
    def verdict(self) -> str:
        told = [one.verdict for one in self.coordinates]
        return next((v for v in (FAILS, UNDECIDED) if v in told), VANISHES)

    @property
    def average_regret(self) -> float:
        """A, summed over coordinates; NaN if undecided."""
        return float(self._all("average_regret").sum())

    @property
    def sqrt_coefficient(self) -> float | None:
        values = [one.sqrt_coefficient for one in self.coordinates]
        return None if None in values else float(sum(v for v in values if v is not None))

    @property
    def rounds(self) -> float:
        return max(one.rounds for one in self.coordinates)

    @property
    def update(self) -> np.ndarray:
        return np.stack([one.u for one in self.coordinates], axis=1)

    @property
    def waits(self) -> np.ndarray:
        return np.stack([one.waits for one in self.coordinates], axis=1)

    @property
    def coefficients(self) -> np.ndarray:
        return np.stack([one.c for one in self.coordinates], axis=1)

    @property
    def cycle(self) -> np.ndarray | None:
        ways = [one.x for one in self.coordinates]
        return (
            None
            if any(x is None for x in ways)
            else np.stack([x for x in ways if x is not None], 1)
        )

    def row(self) -> dict[str, Any]:
        """The limit as `regretlab limit --json` prints it: strict JSON, null for what is not known."""

        def plain(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                return [plain(v) for v in value]
            return None if value is None or not math.isfinite(value) else float(value)

        return {
            **{k: getattr(self, k).spec() for k in ("method", "losses", "set", "step")},
            "drift": plain(self.drift),
            "drift_error": plain(self.drift_error),
            "slope_sum": plain(self.slope_sum),
            "verdict": self.verdict,
            "kind": self.kind,
            "average_regret": plain(self.average_regret),
            "sqrt_coefficient": plain(self.sqrt_coefficient),
            "x_limit": plain(self.x_limit),
            "rounds": plain(self.rounds),
            "remark": self.remark,
            "certificate": None,
        }

    def __repr__(self) -> str:
        B = self.sqrt_coefficient
        tail = "" if B is None else f" {'+' if B >= 0 else '-'} {abs(B):.5g} sqrt(T)"
        return (
            f"<Limit of {self.method.brief()} on {self.losses.brief()}: {self.verdict}, "
            f"R_T = {self.average_regret:.8g} T{tail}, drift {self.drift}, {self.kind}>"
        )
