"""What the studies share: their arguments, their tables, and how a figure and its data are written."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

import xarray as xr

import regretlab as rl


def arguments(doc: str | None, **more: dict[str, Any]) -> argparse.ArgumentParser:
    """The parser of a study: --out and --quick; its help is the script's docstring."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results"), help="folder for what it writes"
    )
    parser.add_argument(
        "--quick", action="store_true", help="the same in small: seconds, once kernels are compiled"
    )
    for name, options in more.items():
        parser.add_argument(f"--{name}", **options)
    return parser


def settings_of(play: rl.Play) -> str:
    """Every setting of a play, as JSON; without its time, so that a study gives the same bytes."""
    attrs = {k: v.tolist() if hasattr(v, "tolist") else v for k, v in play.data.attrs.items()}
    attrs.pop("seconds", None)
    return json.dumps(attrs)


def stacked(
    parts: Sequence[xr.Dataset], name: str, join: Literal["exact", "outer"] = "exact"
) -> xr.Dataset:
    """Parts along a new dimension, of which each has its label as a coordinate."""
    return cast("xr.Dataset", xr.concat(parts, name, join=join, combine_attrs="drop"))


def written(name: str, out: Path, data: xr.Dataset, drawn: Any, told: str) -> list[Path]:
    """NAME.nc, NAME.png and NAME.pdf in the folder `out`; `told` is the caption below the figure."""
    width = int(drawn.get_figwidth() * 19.5)
    drawn.supxlabel(
        textwrap.fill(told, width, break_on_hyphens=False), fontsize=6.5, x=0.01, ha="left"
    )
    out.mkdir(parents=True, exist_ok=True)
    data.attrs["caption"] = told
    paths = [rl.save(data, out / f"{name}.nc")]
    return paths + [rl.show.save_figure(drawn, out / f"{name}{end}") for end in (".png", ".pdf")]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Rows as aligned columns; numbers with four significant digits."""
    cells = [list(rows[0]), *([spelled(v) for v in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def spelled(value: Any) -> str:
    """A cell of a table."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def report(rows: Sequence[dict[str, Any]], paths: Sequence[Path], began: float) -> None:
    """Print the table, what was written, and the time it took."""
    print(table(rows))
    names = ", ".join(map(str, paths))
    print(f"{names} ({time.perf_counter() - began:.0f} s)", file=sys.stderr)
