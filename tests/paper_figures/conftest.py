"""What every figure is held to."""

from __future__ import annotations

import json

import pytest

import paper_figures


@pytest.fixture
def made(tmp_path):
    """Make a figure in a quick size and return its data and rows, having looked at what all must have."""

    def make(name, **settings):
        from regretlab.files import load_dataset

        figure = paper_figures.known()[name]
        rows = paper_figures.make(name, tmp_path, **settings)
        assert json.loads((tmp_path / f"{name}.json").read_text()) == rows
        saved = load_dataset(tmp_path / f"{name}.nc", f"regretlab {name} 1")
        assert figure.table(saved) == rows
        drawn = figure.draw(saved)
        assert " ".join(drawn.get_supxlabel().split()) == " ".join(figure.caption(saved).split())
        for panel in drawn.axes:
            assert panel.get_ylabel() or panel in drawn.axes[1:]
        assert all(panel.get_xlabel() for panel in drawn.axes if panel.get_label() != "<colorbar>")
        return saved, {row["id"]: row for row in rows}, drawn

    return make
