"""What can go wrong, each said in one line: the value, the rule it breaks, the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class RegretlabError(Exception):
    """Base of every error that regretlab raises on purpose; its text is one line."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(part.strip() for part in str(message).splitlines()))


class InvalidInput(RegretlabError, ValueError):
    """An argument breaks a rule; nothing has been computed yet."""


class CannotCompile(RegretlabError):
    """A piece cannot be frozen into a compiled kernel; the plain loop can still run it."""


class BrokenFile(RegretlabError, OSError):
    """A file cannot be read or written, or is not what it should be."""


class NotFinite(RegretlabError, ArithmeticError):
    """A gradient or a step became NaN or infinite.

    `play` holds the rounds before it (None if the very first round failed).
    """

    def __init__(self, message: str, play: Any = None) -> None:
        super().__init__(message)
        self.play = play


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; `play` holds the rounds until then (None if there were none)."""

    def __init__(self, message: str, play: Any = None) -> None:
        super().__init__(message)
        self.play = play


def nearest(word: str, known: Iterable[str]) -> str:
    """'did you mean ...?' for the known word nearest to `word`, else the list of all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else "known are " + ", ".join(known) + "."
