"""The command line. A contract: its names, its JSON and its exit statuses are relied on by scripts.

Exit status: 0 done, whatever the verdict; 1 a certificate was refused; 2 bad input, in one line;
130 interrupted. One file a command; the order of the help is that of the imports below.
"""

from regretlab.cli import (
    cache,
    explore,
    limit,
    listing,
    play,
    reproduce,
    sweep,
    theorems,
)
from regretlab.cli.app import app, main, run

__all__ = [
    "app",
    "cache",
    "explore",
    "limit",
    "listing",
    "main",
    "play",
    "reproduce",
    "run",
    "sweep",
    "theorems",
]
