"""Figures. Matplotlib is loaded when the first one is drawn."""

from regretlab.show.plays import plot
from regretlab.show.style import PALETTE, figure, save_figure, styled

__all__ = ["PALETTE", "figure", "plot", "save_figure", "styled"]
