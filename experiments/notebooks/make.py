"""Execute the notebooks and keep what they say.

    python -m experiments.notebooks.make [NAME ...] [--check]

NN_name.py (jupytext, py:percent) is the source; NN_name.ipynb, with its outputs, is made from it. A
notebook is written only if its content differs from the one that is there: its cells, what they print, and how
many pictures they draw. Pixels are not compared, since fonts differ between machines. With --check
nothing is written, and the differences are listed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
SOURCES = sorted(HERE.glob("[0-9]*.py"))
SECONDS = 300  # a cell, on a machine that compiles everything for the first time
KEPT = ("text/plain", "text/latex", "image/png")  # of what a cell shows; the rest says it again


class Cell(NamedTuple):
    """What is compared of a cell."""

    source: str
    texts: list[str]
    pictures: int


def unexecuted(source: Path) -> Any:
    """The notebook of a source, with names of cells that are the same each time."""
    notebook = cast("Any", jupytext.read(source, fmt="py:percent"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    for k, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{k:02d}", nbformat.from_dict({})
    return notebook


def executed(source: Path) -> Any:
    """The same, executed from its first cell to its last; a cell that raises is an error."""
    notebook = unexecuted(source)
    at = {"metadata": {"path": str(HERE)}}
    quiet = ["--IPKernelApp.log_level=ERROR"]  # it warns of talking over this machine's loopback
    NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources=at, extra_arguments=quiet
    ).execute()
    notebook.metadata.language_info = nbformat.from_dict({"name": "python"})
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})  # the times of execution
        if cell.cell_type == "code":
            cell.outputs = tidy(cell.outputs)
    return notebook


def tidy(outputs: list[Any]) -> list[Any]:
    """Outputs without what depends on the machine, and what was printed in one piece."""
    kept: list[Any] = []
    for out in outputs:
        if out.output_type == "stream":
            if kept and kept[-1].output_type == "stream" and kept[-1].name == out.name:
                kept[-1].text += out.text  # a kernel sends it in pieces, as its clock has it
                continue
        else:
            out.metadata = nbformat.from_dict({})
            out.data = nbformat.from_dict({k: v for k, v in out.data.items() if k in KEPT})
        kept.append(out)
    return kept


def content(notebook: Any) -> list[Cell]:
    """What is compared of a notebook."""
    cells = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        texts = [o.text if o.output_type == "stream" else o.data["text/plain"] for o in outputs]
        pictures = sum("image/png" in o.get("data", {}) for o in outputs)
        cells.append(Cell(cell.source, [scrubbed(text) for text in texts], pictures))
    return cells


def scrubbed(text: str) -> str:
    """A text without memory addresses, which differ from run to run."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x...", text)


def differences(old: list[Cell], new: list[Cell]) -> list[str]:
    """In words, cell by cell; none if the two say the same."""
    found = [] if len(old) == len(new) else [f"{len(old)} cells, now {len(new)}"]
    for k, (before, now) in enumerate(zip(old, new, strict=False)):
        found += [
            f"cell {k}, {what}: {a!r} is now {b!r}"
            for what, a, b in zip(Cell._fields, before, now, strict=True)
            if a != b
        ]
    return found


def committed(source: Path) -> Any:
    """The notebook beside a source, or None."""
    path = source.with_suffix(".ipynb")
    return nbformat.read(path, as_version=4) if path.exists() else None


def made(source: Path, write: bool) -> list[str]:
    """Execute a source; what differs from the notebook that is there, which is written if asked."""
    new, old = executed(source), committed(source)
    found = ["there is no notebook yet"] if old is None else differences(content(old), content(new))
    if write and found:
        nbformat.write(new, source.with_suffix(".ipynb"))
    return found


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [source.stem for source in SOURCES]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument(
        "--check", action="store_true", help="write nothing; status 1 if one differs"
    )
    asked = parser.parse_args(words)
    chosen = [s for s in SOURCES if not asked.names or any(map(s.stem.startswith, asked.names))]
    status = 0
    for source in chosen:
        found = made(source, write=not asked.check)
        status = max(status, int(asked.check and bool(found)))
        print(f"{source.stem}: {'as it was' if not found else '; '.join(found)[:2000]}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
