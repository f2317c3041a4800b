"""The notebooks: executed anew, they say what the committed ones say."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest

from experiments.notebooks import make

LARGEST = 400_000  # bytes of a notebook, pictures and all
NAMES = [source.stem for source in make.SOURCES]


def notebook(cells):
    """A notebook of code cells: (source, outputs)."""
    made = [nbformat.v4.new_code_cell(s, outputs=o) for s, o in cells]
    return nbformat.v4.new_notebook(cells=made)


def printed(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


def shown(text, **more):
    return nbformat.v4.new_output("execute_result", data={"text/plain": text, **more})


@pytest.mark.slow
@pytest.mark.parametrize("source", make.SOURCES, ids=NAMES)
def test_a_notebook_says_what_it_said(source):
    assert (
        make.differences(make.content(make.committed(source)), make.content(make.executed(source)))
        == []
    )


@pytest.mark.parametrize("source", make.SOURCES, ids=NAMES)
def test_what_is_committed_is_made_of_its_source(source):
    kept, path = make.committed(source), source.with_suffix(".ipynb")
    nbformat.validate(kept)
    assert [c.source for c in kept.cells] == [c.source for c in make.unexecuted(source).cells]
    assert path.stat().st_size < LARGEST
    counts = [c.execution_count for c in kept.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("source", make.SOURCES, ids=NAMES)
def test_nothing_of_this_machine_is_printed(source):
    for cell in make.content(make.committed(source)):
        for text in cell.texts:
            assert not re.search(r"/\w+/|/root|/tmp|\d seconds|Warning|Traceback", text)
    for cell in make.committed(source).cells:
        assert all(o.get("name") != "stderr" for o in cell.get("outputs", []))


@pytest.mark.parametrize("source", make.SOURCES, ids=NAMES)
def test_a_notebook_uses_public_names_and_gives_exercises_with_solutions(source):
    text = source.read_text(encoding="utf-8")
    tree = ast.parse(text)
    modules = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    modules |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    assert modules <= {"__future__", "typing", "math", "fractions", "numpy", "regretlab"} | {
        "regretlab.arithmetic",
        "regretlab.limits",
    }
    assert not any(n.attr.startswith("_") for n in ast.walk(tree) if isinstance(n, ast.Attribute))
    for heading in ("**After this notebook you can**", "# ## Exercises", "# ## Solutions"):
        assert text.count(heading) == 1
    assert "assert " in text.split("# ## Solutions")[1]


def test_the_course_has_nine_notebooks():
    assert [name[:3] for name in NAMES] == [f"{k:02d}_" for k in range(1, 10)]


def test_differences_are_named():
    a = notebook([("x = 1", [printed("1\n")]), ("x", [shown("1")])])
    assert make.differences(make.content(a), make.content(a)) == []
    b = notebook([("x = 1", [printed("2\n")]), ("x", [shown("1", **{"image/png": "aaaa"})])])
    found = make.differences(make.content(a), make.content(b))
    assert len(found) == 2
    assert found[0].startswith("cell 0, texts")
    assert found[1].startswith("cell 1, pictures: 0 is now 1")
    c = notebook([("x = 1", [printed("1\n")])])
    assert make.differences(make.content(a), make.content(c)) == ["2 cells, now 1"]


def test_what_a_kernel_prints_in_pieces_is_one_text_and_addresses_are_not_compared():
    out = make.tidy(
        [printed("a\n"), printed("b\n"), shown("<X at 0x7f00aa11bb22>"), printed("c\n")]
    )
    assert [o.get("text") for o in out] == ["a\nb\n", None, "c\n"]
    there = notebook([("x", [shown("<X at 0x7f00aa11bb22>")])])
    here = notebook([("x", [shown("<X at 0x55d0ffffff00>")])])
    assert make.differences(make.content(there), make.content(here)) == []


def test_a_cell_that_raises_is_an_error(tmp_path):
    source = tmp_path / "99_wrong.py"
    source.write_text("# %%\nassert 1 == 2\n")
    with pytest.raises(Exception, match="assert 1 == 2"):
        make.executed(source)


def test_only_a_notebook_with_other_content_is_written(tmp_path, monkeypatch, capsys):
    source = tmp_path / "99_small.py"
    source.write_text("# %% [markdown]\n# Text\n\n# %%\nprint(6 * 7)\n")
    monkeypatch.setattr(make, "SOURCES", [source])
    assert make.main(["--check"]) == 1
    assert not source.with_suffix(".ipynb").exists()
    assert make.main([]) == 0
    kept = source.with_suffix(".ipynb").read_bytes()
    assert b"42" in kept
    assert make.main([]) == 0
    assert source.with_suffix(".ipynb").read_bytes() == kept
    assert "99_small: as it was" in capsys.readouterr().out
    source.write_text("# %% [markdown]\n# Text\n\n# %%\nprint(6 * 8)\n")
    assert make.main(["--check"]) == 1
    assert "48" in capsys.readouterr().out
    assert source.with_suffix(".ipynb").read_bytes() == kept
