"""Matplotlib's Pillow writer, with one palette for all frames.

Left alone, Pillow chooses 256 colours for each frame anew: that takes most of the time, and what stands
still changes its colour a little in every frame, so that the whole picture is stored again each time.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.animation import PillowWriter
from PIL import Image

NEARLY = 248  # Pillow looks colours up in steps of 4


class OnePalette(PillowWriter):
    """Frames in the colours of the first, the middle and the last one taken together, undithered."""

    def setup(self, fig: Any, outfile: Any, dpi: float | None = None) -> None:
        super().setup(fig, outfile, dpi)
        self.pictures: list[Image.Image] = []

    def grab_frame(self, **options: Any) -> None:
        pixels = io.BytesIO()
        self.fig.savefig(pixels, format="rgba", dpi=self.dpi)
        taken = Image.frombytes("RGBA", self.frame_size, pixels.getvalue())
        self.pictures.append(taken.convert("RGB"))

    def finish(self) -> None:
        if not self.pictures:  # the first frame could not be drawn: let that be said
            return
        palette = colours(self.pictures)
        flat = [
            picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in self.pictures
        ]
        pause: dict[str, Any] = {"duration": int(1000 / self.fps), "loop": 0, "optimize": True}
        flat[0].save(self.outfile, save_all=True, append_images=flat[1:], **pause)


def colours(pictures: list[Image.Image]) -> Image.Image:
    """An image whose palette serves all of them: 255 colours, the nearly white ones made white, as paper is."""
    width, height = pictures[0].size
    sample = Image.new("RGB", (width, 3 * height))
    for k, picture in enumerate((pictures[0], pictures[len(pictures) // 2], pictures[-1])):
        sample.paste(picture, (0, k * height))
    serving = sample.quantize(255, method=Image.Quantize.MEDIANCUT)
    found = np.array(serving.getpalette()).reshape(-1, 3)
    found[found.min(axis=1) >= NEARLY] = 255
    serving.putpalette(found.ravel().tolist())
    return serving
