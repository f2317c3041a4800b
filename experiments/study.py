"""What the studies share: their arguments, their tables, and how a figure and its data are written."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import xarray as xr

import regretlab as rl

KEPT = Path(__file__).parent.parent / "docs" / "studies"
NOT_SETTINGS = ("caption", "seconds", "regretlab_version", "regretlab_format")
KEEP: dict[str, dict[str, Any]] = {
    "keep": {"action": "store_true", "help": "also put figure and digests into docs/studies"}
}


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


def of_sweep(swept: rl.Sweep) -> str:
    """Every setting of a sweep but the values of its axes, which are coordinates, as JSON."""
    attrs = {k: v for k, v in swept.data.attrs.items() if k not in NOT_SETTINGS}
    return json.dumps({k: v.tolist() if hasattr(v, "tolist") else v for k, v in attrs.items()})


def digest(data: xr.Dataset) -> dict[str, str]:
    """SHA-256 of the variables (names, dimensions, types and bytes), and of the settings.

    Files are not looked at: netCDF may write the same numbers in more than one way. Coordinates are variables;
    settings are the Dataset's attributes but its caption and versions.
    """
    variables = hashlib.sha256()
    for name in sorted(map(str, data.variables)):
        array = np.ascontiguousarray(data.variables[name].values)
        if array.dtype.kind in "OU":
            array = np.array(json.dumps(array.tolist()).encode())
        array = array.astype(array.dtype.newbyteorder("<"))
        head = [name, data.variables[name].dims, array.dtype.str, array.shape]
        variables.update(json.dumps(head).encode() + array.tobytes())
    attrs = {k: v for k, v in data.attrs.items() if k not in NOT_SETTINGS}
    plain = {k: v.tolist() if hasattr(v, "tolist") else v for k, v in attrs.items()}
    settings = hashlib.sha256(json.dumps(plain, sort_keys=True).encode())
    return {"data": variables.hexdigest(), "settings": settings.hexdigest()}


def keep(name: str, data: xr.Dataset, paths: Sequence[Path], folder: Path = KEPT) -> None:
    """Put the figure into docs/studies, and the digests of its data into digests.json there."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(next(p for p in paths if p.suffix == ".png"), folder / f"{name}.png")
    told = folder / "digests.json"
    known = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
    known[name] = digest(data)
    text = json.dumps(dict(sorted(known.items())), indent=2)
    told.write_text(text + "\n", encoding="utf-8")


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
