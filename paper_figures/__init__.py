"""Figures of papers, made anew: one file each, with data(), table(data), draw(data) and caption(data).

One that moves has animate(data) too, which gives an rl.show.Animation; draw(data) is then a still of it.

A file is found by its presence; `regretlab reproduce NAME` makes what it holds. They use the public
names of regretlab only.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import regretlab as rl

KINDS = ("png", "pdf", "nc", "json")


def known() -> dict[str, ModuleType]:
    """Every figure by its name."""
    names = [entry.name for entry in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in sorted(names)}


def options(figure: ModuleType) -> dict[str, Any]:
    """The settings that a figure's data() takes, with their defaults."""
    return {n: p.default for n, p in inspect.signature(figure.data).parameters.items()}


def files(name: str) -> list[str]:
    """The names of what `make` writes: of a figure that moves the film and its first frame too."""
    written = [f"{name}.{kind}" for kind in KINDS]
    if hasattr(known()[name], "animate"):
        written += [f"{name}-first.png", *(f"{name}.{kind}" for kind in rl.show.animation_kinds())]
    return written


def make(name: str, out: Path, **settings: Any) -> list[dict[str, Any]]:
    """Write NAME.png, .pdf, .nc and .json into `out` and return the rows of the table.

    A figure that moves is written as NAME.gif too, as NAME.mp4 where ffmpeg is, and its first frame as
    NAME-first.png; NAME.png and .pdf are the frame that tells most, as a rule the last.
    If it is interrupted, or a number is not finite, what was played is saved as NAME.nc first.
    """
    figure = known()[name]
    for file in files(name):
        if (out / file).is_dir():
            raise rl.BrokenFile(f"{out / file} is a folder: choose another place with --out.")
    try:
        data = figure.data(**settings)
    except (rl.Interrupted, rl.NotFinite) as stopped:
        if stopped.play is None:
            raise type(stopped)(f"{name}: {stopped}; nothing was saved") from None
        part = getattr(stopped.play, "data", stopped.play)
        path = rl.save(part, out / f"{name}.nc")
        raise type(stopped)(f"{name}: {stopped}; what was played is in {path}", part) from None
    path = rl.save(data, out / f"{name}.nc")
    try:
        rows = figure.table(data)
        (out / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        drawn = figure.draw(data)
        for kind in KINDS[:2]:
            rl.show.save_figure(drawn, out / f"{name}.{kind}")
        if hasattr(figure, "animate"):
            moving = figure.animate(data)
            rl.show.save_frame(moving, out / f"{name}-first.png")
            for kind in rl.show.animation_kinds():
                rl.show.save_animation(moving, out / f"{name}.{kind}")
    except KeyboardInterrupt:
        raise rl.Interrupted(f"{name}: interrupted; what was played is in {path}", data) from None
    return rows
