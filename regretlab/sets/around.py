"""What a set made of another one by moving or stretching it hands on."""

# A subclass declares the set.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from functools import cached_property
from typing import Any

from regretlab.receiving import Receiving
from regretlab.sets.feasible import FeasibleSet


class Around(FeasibleSet):
    """A set that is an image of its `set`, one parameter among others; its projection calls that one's."""

    abstract = True
    shape = "vector"

    @cached_property
    def inner(self) -> Any:
        """The set inside, as it receives what it names."""
        return Receiving(self.set)

    @property
    def euclidean_only(self) -> bool:
        return self.set.euclidean_only

    @property
    def in_python(self) -> str:
        return self.set.in_python

    @property
    def by_solver(self) -> bool:
        return self.set.by_solver
