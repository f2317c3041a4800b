"""Animations: frames drawn over a still background are the frames, and the same each time."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from PIL import Image

import regretlab as rl
from regretlab.show import animation as room
from regretlab.show.gif import colours

FRAMES = 6


def film(frames: int = FRAMES) -> rl.show.Animation:
    """Two paths that grow, the second over the first, and the number of the frame."""
    drawn, axes = rl.show.figure(1, 1, (2.0, 1.51))
    panel = axes[0, 0]
    panel.set(xlim=(0, 5), ylim=(0, 5), xlabel="x", ylabel="y")
    up = np.column_stack([np.arange(6.0), np.arange(6.0)])
    trails = [
        rl.show.Trail(panel, path, ahead=k, **rl.show.PALETTE[k])
        for k, path in enumerate((up, up[:, ::-1] * [1, 0.5]))
    ]
    told = panel.text(1, 4, "")

    def show(k: int) -> None:
        for trail in trails:
            trail.reach(k + 1)
        told.set_text(f"{k}")

    return rl.show.Animation(drawn, [*rl.show.artists(trails), told], show, frames)


def test_a_frame_over_the_background_is_the_whole_figure_drawn():
    moving = film()
    for k, pixels in enumerate(room.frames(moving)):
        whole = film()
        room.even(whole.figure)
        whole.show(k)
        canvas = room.canvas_of(whole.figure)
        canvas.draw()
        wanted = np.asarray(canvas.buffer_rgba())
        assert pixels.shape == wanted.shape
        differs = np.abs(pixels.astype(int) - wanted).max(axis=2) > 0
        assert differs.mean() < 2e-3  # where a moving artist meets the frame of the panel
    assert k == FRAMES - 1


def test_the_artists_are_drawn_as_before_when_it_is_over():
    moving = film()
    assert len(list(room.frames(moving))) == FRAMES
    assert not any(artist.get_animated() for artist in moving.moving)


def test_a_gif_has_the_frames_and_holds_the_last(tmp_path):
    path = rl.show.save_animation(film(), tmp_path / "a.gif")
    with Image.open(path) as image:
        assert image.n_frames == FRAMES
        assert image.size == (220, 166)  # even, as films need it
        assert image.info["loop"] == 0
        lasts = []
        for k in range(FRAMES):
            image.seek(k)
            lasts.append(image.info["duration"])
            assert image.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    assert lasts == [80] * (FRAMES - 1) + [80 * (1 + room.HOLD)]


def test_the_gif_shows_the_frames(tmp_path):
    path = rl.show.save_animation(film(), tmp_path / "a.gif")
    with Image.open(path) as image:
        for k, pixels in enumerate(room.frames(film())):
            image.seek(k)
            got = np.asarray(image.convert("RGB"), dtype=int)
            assert np.abs(got - pixels[:, :, :3]).mean() < 0.5
            assert np.abs(got - pixels[:, :, :3]).max() < 40  # 255 colours are not all


def test_the_same_bytes_twice(tmp_path):
    one, other = (rl.show.save_animation(film(), tmp_path / f"{n}.gif").read_bytes() for n in "ab")
    assert one == other
    again = film()
    rl.show.save_frame(again, tmp_path / "c.png")
    pair = [rl.show.save_animation(again, tmp_path / "c.gif").read_bytes() for _ in range(2)]
    assert pair == [one, one]


@pytest.mark.skipif(not room.can_film(), reason="there is no ffmpeg with libx264")
def test_an_mp4_where_ffmpeg_is(tmp_path):
    assert rl.show.animation_kinds() == ("gif", "mp4")
    one, other = (rl.show.save_animation(film(), tmp_path / f"{n}.mp4").read_bytes() for n in "ab")
    assert one == other
    assert one[4:8] == b"ftyp"


def test_a_frame_as_a_picture(tmp_path):
    first, last = (
        rl.show.save_frame(film(), tmp_path / f"{k}.png", k).read_bytes() for k in (0, -1)
    )
    assert first.startswith(b"\x89PNG")
    assert first != last
    assert rl.show.save_frame(film(), tmp_path / "x.png").read_bytes() == first


def test_frames_in_any_order():
    moving = film()
    there = list(room.frames(moving))
    moving.show(4)
    moving.show(1)
    assert [(a == b).all() for a, b in zip(there, room.frames(moving), strict=True)] == [True] * 6


@pytest.mark.parametrize(("points", "shown"), [(-3, 1), (0, 1), (2, 2), (6, 6), (99, 6)])
def test_a_trail_in_the_plane_and_in_space(points, shown):
    from mpl_toolkits.mplot3d import Axes3D

    for d, options in ((2, {}), (3, {"subplot_kw": {"projection": "3d"}})):
        panel = rl.show.figure(1, 1, (2, 2), **options)[1][0, 0]
        assert isinstance(panel, Axes3D) == (d == 3)
        path = np.arange(6.0 * d).reshape(6, d)
        trail = rl.show.Trail(panel, path, "a", color="#000000")
        trail.reach(points)
        for artist, wanted in ((trail.line, path[:shown]), (trail.dot, path[shown - 1 : shown])):
            got = artist.get_data_3d() if d == 3 else artist.get_data()
            assert np.array_equal(np.column_stack(got), wanted)


def test_progress_goes_to_standard_error(tmp_path, capsys, monkeypatch):
    import tqdm

    monkeypatch.setattr(tqdm.tqdm, "monitor_interval", 0)
    monkeypatch.setattr(tqdm, "tqdm", lambda *a, **k: tqdm.std.tqdm(*a, **(k | {"delay": 0})))
    rl.show.save_animation(film(), tmp_path / "a.gif", progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "a.gif" in said.err
    rl.show.save_animation(film(), tmp_path / "a.gif", progress=False)
    assert capsys.readouterr() == ("", "")


def ffmpeg_at(folder, monkeypatch, text):
    """An ffmpeg of our own, and no other."""
    (folder / "ffmpeg").write_text(text)
    (folder / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


class TestRefused:
    def test_another_kind_of_file(self, tmp_path):
        with pytest.raises(rl.InvalidInput, match=r"a\.webm is not a kind of animation.*\.gif"):
            rl.show.save_animation(film(), tmp_path / "a.webm")

    def test_no_frames(self, tmp_path):
        with pytest.raises(rl.InvalidInput, match=r"frames=0 is too few.*at least 1"):
            rl.show.save_animation(film(0), tmp_path / "a.gif")

    def test_a_folder_that_is_not_there_or_none(self, tmp_path):
        (tmp_path / "file").write_text("")
        for place in ("nowhere", "file"):
            with pytest.raises(rl.BrokenFile, match=r"cannot be written.*choose another place"):
                rl.show.save_animation(film(), tmp_path / place / "a.gif")
        assert [p.name for p in tmp_path.iterdir()] == ["file"]

    def test_without_pillow(self, tmp_path, monkeypatch):
        there = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name: None if name == "PIL" else there(name)
        )
        with pytest.raises(rl.InvalidInput, match=r"needs Pillow.*pip install pillow"):
            rl.show.save_animation(film(), tmp_path / "a.gif")

    @pytest.mark.parametrize("program", ["", "#!/bin/sh\necho V..... libopenh264\n", "no program"])
    def test_without_ffmpeg_or_its_encoder(self, tmp_path, monkeypatch, program):
        if program:
            ffmpeg_at(tmp_path, monkeypatch, program)
        else:
            monkeypatch.setenv("PATH", str(tmp_path))
        assert rl.show.animation_kinds() == ("gif",)
        with pytest.raises(rl.InvalidInput, match=r"needs an ffmpeg with libx264.*choose \.gif"):
            rl.show.save_animation(film(), tmp_path / "a.mp4")

    def test_an_ffmpeg_that_fails(self, tmp_path, monkeypatch):
        ffmpeg_at(tmp_path, monkeypatch, "#!/bin/sh\necho V..... libx264\nexit 1\n")
        assert rl.show.animation_kinds() == ("gif", "mp4")
        with pytest.raises(rl.BrokenFile, match=r"a\.mp4 cannot be written.*choose \.gif"):
            rl.show.save_animation(film(), tmp_path / "a.mp4")
        assert [p.name for p in tmp_path.iterdir()] == ["ffmpeg"]

    def test_interrupted_while_ffmpeg_writes(self, tmp_path, monkeypatch):
        """Ctrl-C ends ffmpeg as well, which then says that it failed."""
        ffmpeg_at(tmp_path, monkeypatch, "#!/bin/sh\necho V..... libx264\nexit 255\n")

        def pressed(k):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rl.show.save_animation(film()._replace(show=pressed), tmp_path / "a.mp4")

    def test_a_frame_that_cannot_be_drawn(self, tmp_path):
        def broken(k):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rl.show.save_animation(film()._replace(show=broken), tmp_path / "a.gif")
        assert list(tmp_path.iterdir()) == []


def test_nearly_white_is_white():
    picture = Image.new("RGB", (4, 4), (252, 252, 252))
    assert (
        picture.quantize(palette=colours([picture])).convert("RGB").getpixel((0, 0)) == (255,) * 3
    )
