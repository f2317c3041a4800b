"""Sets whose linear minima are those of a program, and miss by what it says."""

# A subclass has the box.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import numpy as np

from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.planes import without_minimum


class Solved(FeasibleSet):
    """A set that has `program` do its work; it brings the smallest box around it as `_box`."""

    abstract = True
    shape = "vector"

    @property
    def inner_point(self) -> np.ndarray:
        """Its point nearest to 0."""
        return self.program.inner_point

    def argmin(self, c: np.ndarray) -> np.ndarray:
        x, _ = self.program.least(c)
        if x is None:
            raise without_minimum(self, c)
        return x

    @property
    def by_solver(self) -> bool:
        return True

    def shortfall(self, c: np.ndarray) -> float:
        return self.program.least(c)[1]

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        return self._box

    def diameter(self) -> float:
        low, high = self.bounds()
        return float(np.max(high - low))
