"""regretlab: online convex optimization, with convergence theory that you can run."""

import regretlab.attached  # noqa: F401 - what it attaches is used
from regretlab import bounds, limits, losses, methods, schedules, sets, show, theorems
from regretlab.bounds.bound import Bound
from regretlab.bounds.checking import Checked
from regretlab.errors import BrokenFile, Interrupted, InvalidInput, NotFinite, RegretlabError
from regretlab.files import save
from regretlab.game import play
from regretlab.limits import Limit, certify, limit
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import array, choice, real, whole
from regretlab.result import Play, load
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.show.explorer import explorer
from regretlab.sweeps import Sweep, refine, sweep

__version__ = "0.1.0"
__all__ = [
    "Bound",
    "BrokenFile",
    "Checked",
    "FeasibleSet",
    "Interrupted",
    "InvalidInput",
    "Limit",
    "Losses",
    "Method",
    "NotFinite",
    "Play",
    "RegretlabError",
    "Schedule",
    "Sweep",
    "array",
    "bounds",
    "certify",
    "choice",
    "explorer",
    "limit",
    "limits",
    "load",
    "losses",
    "methods",
    "play",
    "real",
    "refine",
    "save",
    "schedules",
    "sets",
    "show",
    "sweep",
    "theorems",
    "whole",
]
