"""Paths that grow from frame to frame, each with a dot at its head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


class Trail:
    """A path in an Axes, flat or in space: the line of its first points, and a dot on the last of them.

    `path` has shape (points, 2) or (points, 3); `look` is an entry of PALETTE, or any of a line's options.
    `ahead` lifts it over the paths drawn before it.
    """

    def __init__(self, panel: Axes, path: np.ndarray, label: str = "", ahead: int = 0, **look: Any):
        self.path, flat = np.asarray(path, dtype=float), {"zorder": 3 + 2 * ahead}
        start = [self.path[:1, k] for k in range(self.path.shape[1])]
        (self.line,) = panel.plot(*start, label=label, **flat, **look)
        dot = {"color": look["color"], "marker": "o", "markersize": 4.5, "linestyle": "none"}
        edge = {"markeredgecolor": "#FFFFFF", "markeredgewidth": 0.6, "zorder": 4 + 2 * ahead}
        (self.dot,) = panel.plot(*start, **(dot | edge))

    def reach(self, points: int) -> None:
        """Show the first `points` points, or all that there are."""
        points = min(max(points, 1), len(self.path))
        for artist, part in (
            (self.line, self.path[:points]),
            (self.dot, self.path[points - 1 :][:1]),
        ):
            columns = [part[:, k] for k in range(part.shape[1])]
            (artist.set_data_3d if len(columns) == 3 else artist.set_data)(*columns)  # type: ignore[attr-defined]


def artists(trails: Sequence[Trail]) -> list[Artist]:
    """The artists of all of them, as `Animation` wants them."""
    return [artist for trail in trails for artist in (trail.line, trail.dot)]
