"""One condition of a theorem, looked at on one play."""

from __future__ import annotations

from typing import NamedTuple


class Assumption(NamedTuple):
    """`name` is what the theorem needs, `why` what this play has, whether it holds or not."""

    name: str
    holds: bool
    why: str

    @property
    def told(self) -> str:
        """It as it is told where it does not hold."""
        return f"it needs {self.name}; this play has {self.why}"
