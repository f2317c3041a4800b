"""Sweeps: a play, or its limit, at every point of a grid of settings."""

from regretlab.sweeps.refine import refine
from regretlab.sweeps.result import Sweep
from regretlab.sweeps.sweep import sweep

__all__ = ["Sweep", "refine", "sweep"]
