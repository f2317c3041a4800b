"""Animations: a still background, and a few artists that move over it from frame to frame.

What stands still is drawn once; of every frame only the moving artists are drawn, over a copy of it. That
is what keeps ninety frames in a second or two. Matplotlib's own writers make the file of them.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regretlab.errors import BrokenFile, InvalidInput
from regretlab.files import write_whole
from regretlab.show.style import save_figure, styled

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

DPI = 110
PER_SECOND = 12.5  # a GIF counts in hundredths of a second: 8 of them a frame
HOLD = 20  # frames for which the last one stands
# One thread and no version inside, so that the same frames give the same bytes.
FFMPEG = ("-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-preset", "slow")


class Animation(NamedTuple):
    """A figure, the artists in its axes that move, and `show(k)`, which sets them to frame k.

    `show` changes artists (set_data and the like) and draws nothing; k = 0, ..., frames - 1, and the frames
    may be asked for in any order. An artist that is not listed in `moving` stands still.
    """

    figure: Figure
    moving: Sequence[Artist]
    show: Callable[[int], None]
    frames: int


class Drawn:
    """A frame already drawn, in the place of the figure that Matplotlib's writers ask for a picture."""

    def __init__(self, size: tuple[float, float]) -> None:
        self.size, self.dpi = size, DPI
        self.pixels = np.empty(0, np.uint8)

    def get_size_inches(self) -> tuple[float, float]:
        return self.size

    def set_size_inches(self, *size: Any, **options: Any) -> None:
        """The size is even already (`even`), which is all that a writer would change."""

    def savefig(self, file: Any, **options: Any) -> None:
        file.write(self.pixels.tobytes())


def animation_kinds() -> tuple[str, ...]:
    """gif; and mp4 where ffmpeg is, with the encoder libx264."""
    return ("gif", "mp4") if can_film() else ("gif",)


def can_film() -> bool:
    """Is there an ffmpeg with libx264? Some are built without it."""
    from matplotlib.animation import FFMpegWriter

    program = shutil.which(FFMpegWriter.bin_path())
    return program is not None and "libx264" in encoders(program)


@cache
def encoders(program: str) -> str:
    """What this ffmpeg can write, as it says."""
    try:
        asked = subprocess.run(
            [program, "-hide_banner", "-encoders"], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return asked.stdout


@styled
def frames(animation: Animation) -> Iterator[np.ndarray]:
    """Every frame as pixels, shape (height, width, 4), uint8: the background once, what moves each time."""
    drawn, canvas = even(animation.figure), canvas_of(animation.figure)
    before = [artist.get_animated() for artist in animation.moving]
    order = sorted(animation.moving, key=lambda artist: artist.get_zorder())
    try:
        for artist in animation.moving:
            artist.set_animated(True)
        animation.show(0)
        canvas.draw()
        background = canvas.copy_from_bbox(drawn.bbox)
        for k in range(animation.frames):
            canvas.restore_region(background)
            animation.show(k)
            for artist in order:
                drawn.draw_artist(artist)
            yield np.array(canvas.buffer_rgba())
    finally:
        for artist, was in zip(animation.moving, before, strict=True):
            artist.set_animated(was)


def canvas_of(drawn: Figure) -> Any:
    """The canvas, which draws without a window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    return drawn.canvas if isinstance(drawn.canvas, FigureCanvasAgg) else FigureCanvasAgg(drawn)


def even(drawn: Figure) -> Figure:
    """The figure in an even number of pixels, as films have them, and laid out once for all frames."""
    drawn.set_dpi(DPI)
    if drawn.get_layout_engine() is not None:
        pixels = [2 * round(side * DPI / 2) for side in drawn.get_size_inches()]
        drawn.set_size_inches(*(side / DPI for side in pixels))
        canvas_of(drawn)
        drawn.draw_without_rendering()
        drawn.set_layout_engine("none")
    return drawn


def save_animation(animation: Animation, path: str | Path, progress: bool | None = None) -> Path:
    """Write an animation as .gif (Pillow) or .mp4 (ffmpeg); the same one gives the same bytes.

    The last frame stands for a while. `progress` shows a bar on standard error: True or False; None shows it
    if that is a terminal and it takes a second.

    Raises
    ------
    InvalidInput : another kind of file, no frames, or what writes it is not installed.
    BrokenFile : the file cannot be written.
    """
    from tqdm import tqdm

    path = Path(path)
    if animation.frames < 1:
        raise InvalidInput(f"frames={animation.frames} is too few: an animation needs at least 1.")
    writer = writer_of(path)
    hidden = None if progress is None else not progress
    look: dict[str, Any] = {"desc": path.name, "unit": " frames", "leave": False, "delay": 1}
    size = tuple(even(animation.figure).get_size_inches())
    film: Any = Drawn((float(size[0]), float(size[1])))
    with tempfile.TemporaryDirectory(prefix="regretlab-") as folder:
        part = Path(folder) / f"film{path.suffix}"
        pictures = tqdm(frames(animation), total=animation.frames, disable=hidden, **look)
        try:
            with writer.saving(film, str(part), DPI):
                for pixels in pictures:
                    film.pixels = pixels
                    writer.grab_frame()
                for _ in range(HOLD):
                    writer.grab_frame()
        except (subprocess.CalledProcessError, BrokenPipeError) as failed:
            if isinstance(failed.__context__, KeyboardInterrupt):  # which ends ffmpeg too
                raise failed.__context__ from None
            raise BrokenFile(f"{path} cannot be written (ffmpeg failed): choose .gif.") from None
        return write_whole(path, part.read_bytes())


def writer_of(path: Path) -> Any:
    """Matplotlib's writer for this kind of file, or InvalidInput."""
    if path.suffix not in (".gif", ".mp4"):
        raise InvalidInput(f"{path} is not a kind of animation: let it end in .gif or .mp4.")
    if importlib.util.find_spec("PIL") is None:
        raise InvalidInput(f"{path} needs Pillow, which is not installed: pip install pillow.")
    from matplotlib.animation import FFMpegWriter

    from regretlab.show.gif import OnePalette

    if path.suffix == ".gif":
        return OnePalette(fps=PER_SECOND)  # type: ignore[arg-type]  # it takes int(1000 / fps)
    if not can_film():
        what = f"{path} needs an ffmpeg with libx264, which is not installed"
        raise InvalidInput(f"{what}: install one, or choose .gif.")
    return FFMpegWriter(fps=PER_SECOND, codec="h264", bitrate=-1, extra_args=list(FFMPEG))  # type: ignore[arg-type]


def still(animation: Animation, k: int = -1) -> Figure:
    """The figure as frame k has it, the last one unless another is asked for."""
    animation.show(k % animation.frames)
    return animation.figure


def save_frame(animation: Animation, path: str | Path, k: int = 0) -> Path:
    """Write frame k as a picture, the first one unless another is asked for."""
    even(animation.figure)  # laid out as the film is, whichever is written first
    return save_figure(still(animation, k), path)
