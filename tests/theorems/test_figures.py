"""The figure that a claim names: it is there, it is that of the claim's instance, and it is told."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

import paper_figures
from regretlab.cli import main
from regretlab.spelling import ROOMS, found

CLAIMS: dict[str, Any] = dict(found(ROOMS["theorem"]))
SHOWN = {name: claim.figure for name, claim in CLAIMS.items() if claim.figure}
FOLDER = Path(paper_figures.__file__).parent
WORDS = {  # what the figure's own text has to speak of
    "reddi-theorem-1": "Theorem 1 of Reddi",
    "reddi-theorem-2": "Theorem 2 of Reddi",
    "reddi-theorem-3": "Stochastic: 1010 x with probability 0.01",
    "reddi-theorem-4": "Theorem 4 of Reddi",
    "theorem-4-improved": "its own bound",
    "zero-sum-drift": "for every beta2 below an exact boundary",
    "zhang-boundary": "f_0 = n x",
    "zhang-whole-line": "f_0 = n x",
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_figure_is_there_and_speaks_of_the_claim(name):
    assert (FOLDER / f"{SHOWN[name]}.py").is_file()
    figure = importlib.import_module(f"paper_figures.{SHOWN[name]}")
    assert WORDS[name] in " ".join((figure.__doc__ or "").split())


def test_who_has_one():
    assert set(SHOWN) == set(WORDS)


@pytest.mark.parametrize(("name", "line"), [("momentum", "none"), ("reddi-theorem-2", "theorem2")])
def test_it_is_told_and_listed(name, line, capsys):
    for command in (["theorems", name], ["list", "theorems", name]):
        assert main(command) == 0
        assert f"Figure: {line}" in capsys.readouterr().out
        assert main([*command, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        told = told[0] if isinstance(told, list) else told
        assert told["figure"] == (None if line == "none" else line)
