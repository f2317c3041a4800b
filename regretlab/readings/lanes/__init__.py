"""A traced round as the text of a loop over many settings at once.

Settings form a grid; a number of the round lies on those axes of the grid on which it depends, and
is computed once for each point of these: on a linear stream, over a grid of beta1 and beta2, Adam's
m lies on the first, its v on the second, its step on both. `plan` finds out what lies where, `text`
writes the loop.
"""

from regretlab.readings.lanes.plan import ALIVE, Axes, Slot
from regretlab.readings.lanes.text import Lanes, laid_out

__all__ = ["ALIVE", "Axes", "Lanes", "Slot", "laid_out"]
