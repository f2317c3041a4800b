"""Which solver a set's cone program is for."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from regretlab.sets.cone_programs import ConeProgram
from regretlab.sets.polyhedra import Polyhedron


class Program(Protocol):
    """What both solvers give."""

    inner_point: np.ndarray
    size: float

    def nearest(self, y: np.ndarray, w: np.ndarray) -> np.ndarray: ...

    def nearest_in(self, y: np.ndarray, metric: np.ndarray) -> np.ndarray: ...

    def least(self, c: np.ndarray) -> tuple[np.ndarray | None, float]: ...


def program_of(owner: Any) -> Program:
    """Active sets for a polyhedron, an interior-point method for others; InvalidInput if it is empty."""
    cones, d = owner.conic(), owner.dimension
    if cones.flat and cones.A.shape[1] == d:
        return Polyhedron(cones, owner)
    try:
        low, high = owner.outer_box()
    except NotImplementedError:
        low, high = np.full(d, -np.inf), np.full(d, np.inf)
    return ConeProgram(cones, d, owner, float(np.abs([low, high]).max(initial=0.0)))
