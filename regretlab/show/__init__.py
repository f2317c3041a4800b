"""Figures and formulas. Matplotlib is loaded when the first figure is drawn."""

from regretlab.show.animation import Animation, animation_kinds, save_animation, save_frame, still
from regretlab.show.bounds import plot_bound
from regretlab.show.formulas import repr_latex
from regretlab.show.plays import plot
from regretlab.show.proofs import describe_proof, plot_proof
from regretlab.show.style import PALETTE, figure, save_figure, styled
from regretlab.show.sweeps import plot_sweep
from regretlab.show.trails import Trail, artists

__all__ = [
    "PALETTE",
    "Animation",
    "Trail",
    "animation_kinds",
    "artists",
    "describe_proof",
    "figure",
    "plot",
    "plot_bound",
    "plot_proof",
    "plot_sweep",
    "repr_latex",
    "save_animation",
    "save_figure",
    "save_frame",
    "still",
    "styled",
]
