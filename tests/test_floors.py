"""Imports run downward only, and a new piece is one file."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import paper_figures
import regretlab

HOUSE = Path(regretlab.__file__).parent
FIGURES = Path(paper_figures.__file__).parent

# From the ground up; a room may import from the floors below it and from its own files.
# Rooms that stand side by side on one floor never import one another, unless FRIENDS says so.
FLOORS = (
    ("errors",),
    ("parameters", "arithmetic", "pieces", "receiving", "philox", "spelling", "files", "matrices"),
    ("algorithm1", "schedules"),
    ("methods", "losses", "sets", "data"),
    ("readings",),
    ("engines",),
    ("regret",),
    ("settings",),
    ("result",),
    ("game",),
    ("bounds",),
    ("limits",),
    ("sweeps", "theorems"),
    ("audit",),
    ("show",),
    ("attached",),
    ("ending",),
    ("cli",),
    ("__main__",),
)
FRIENDS = (
    {"parameters", "arithmetic", "pieces", "receiving", "philox", "spelling", "files", "matrices"},
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(p for p in HOUSE.rglob("*.py") if p != HOUSE / "__init__.py")


def room_of(module: str) -> str:
    """regretlab.methods.adam stands in `methods`."""
    return [*module.split("."), ""][1]


def name_of(path: Path) -> str:
    parts = ("regretlab", *path.relative_to(HOUSE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def imports(path: Path, *, anywhere: bool = True) -> set[str]:
    """The modules that a file imports, those for the type checker left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    left = list(ast.iter_child_nodes(tree))
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            left += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the floors"
            module = str(node.module)
            inside = [f"{module}.{alias.name}" for alias in node.names]
            found |= {m if exists(m) else module for m in inside}
        elif not anywhere and isinstance(node, ast.FunctionDef):
            continue
        left += ast.iter_child_nodes(node)
    return found


def exists(module: str) -> bool:
    """Is it a module of the house?"""
    path = HOUSE.joinpath(*module.split(".")[1:])
    return module.startswith("regretlab.") and (path.is_dir() or path.with_suffix(".py").is_file())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_downward(path):
    here = room_of(name_of(path))
    assert here in LEVEL, f"{here} stands on no floor: give it one in this test"
    for module in imports(path):
        if module.split(".")[0] != "regretlab":
            continue
        there = room_of(module)
        if there in ("", here):
            assert there or LEVEL[here] >= LEVEL["show"], f"{path} imports all of regretlab"
            continue
        friends = any({here, there} <= group for group in FRIENDS)
        assert LEVEL[there] < LEVEL[here] or friends, f"{here} imports {module}, which is above it"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_knows_the_figures(path):
    others = {
        m for m in imports(path) if m.split(".")[0] in ("paper_figures", "benchmarks", "tests")
    }
    assert not others or name_of(path) == "regretlab.cli.reproduce"


def test_no_room_is_entered_in_a_circle():
    graph = {
        name_of(path): {m for m in imports(path, anywhere=False) if m.startswith("regretlab.")}
        for path in MODULES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join([*above, module])
        if module not in done:
            for below in graph.get(module, ()):
                visit(below, (*above, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.py")), ids=lambda p: p.stem)
def test_figures_use_public_names_only(path):
    """As a user would: `import regretlab as rl` and rl.NAME."""
    own = {m for m in imports(path) if m.startswith(("regretlab.", "paper_figures."))}
    assert own == set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = set(regretlab.__all__)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "regretlab":
            assert {alias.name for alias in node.names} <= public
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.value.id not in ("rl", "regretlab") or node.attr in public, node.attr
            assert not node.attr.startswith("_") or node.attr.startswith("__")


def test_the_front_door_has_the_public_names_and_nothing_else():
    tree = ast.parse((HOUSE / "__init__.py").read_text(encoding="utf-8"))
    bound = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert bound <= set(regretlab.__all__)
    for name in regretlab.__all__:
        assert getattr(regretlab, name) is not None
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While)
    assert not [node for node in tree.body if isinstance(node, kinds)]


def test_importing_is_quick():
    """Matplotlib, Numba, SciPy and xarray are loaded when they are first used."""
    code = "import sys, regretlab; print(*[m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["matplotlib", "numba", "scipy", "xarray", "h5netcdf"]
    ran = subprocess.run(
        [sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == ("", "")


# The one-file rule

METHOD = '''
"""A method in a file of its own."""

from typing import NamedTuple

from regretlab.methods.method import Method
from regretlab.parameters import real


class SignDescent(Method):
    """phi_t = sign of g_t, scaled by `scale`; psi_t = 1."""

    source = "Bernstein et al. (2018)"
    scale: float = real("(0, inf)", "scale of the sign", default=1.0)

    class Memory(NamedTuple):
        g: float = 0.0

    def remember(self, g):
        return self.Memory(g)

    def phi(self, s):
        return self.scale if s.g > 0.0 else -self.scale

    def psi(self):
        return 1.0
'''
LOSSES = '''
from regretlab.losses.sequence import Losses


class Uphill(Losses):
    """f_t(x) = x / t."""

    source = "ours"

    def gradient(self, t):
        return 1.0 / t
'''
FIGURE = """
import xarray as xr

import regretlab as rl


def data(rounds=5):
    return rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=rounds).data


def table(data):
    row = {"id": "mine", "setting": "spike", "method": "sgd", "rounds": 5, "average_regret": 0.0}
    return [row | {"x": 0.0, "claim": "none", "measured": "none", "holds": True}]


def draw(data):
    return rl.show.figure(1, 1, (2, 2))[0]


def caption(data):
    return ""
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A copy of the packages with one new file in each of three rooms."""
    folder = tmp_path_factory.mktemp("house")
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HOUSE, folder / "regretlab", ignore=skipped)
    shutil.copytree(FIGURES, folder / "paper_figures", ignore=skipped)
    (folder / "regretlab" / "methods" / "sign_descent.py").write_text(METHOD)
    (folder / "regretlab" / "losses" / "uphill.py").write_text(LOSSES)
    (folder / "paper_figures" / "mine.py").write_text(FIGURE)
    return folder


def at_home(house: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "regretlab", *arguments],
        capture_output=True, text=True, check=False, cwd=house, env=os.environ | {"PYTHONPATH": str(house)},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_a_new_file_is_listed(house):
    everything = json.loads(at_home(house, "list", "--json"))
    (mine,) = [e for e in everything["methods"] if e["name"] == "sign-descent"]
    assert mine["source"] == "Bernstein et al. (2018)"
    assert mine["parameters"][0]["range"] == "(0, inf)"
    assert "uphill" in [e["name"] for e in everything["losses"]]


def test_a_new_file_is_played(house):
    command = ["play", "sign-descent:scale=0.5", "uphill", "--rounds", "3", "--json"]
    row = json.loads(at_home(house, *command, "--step", "constant:alpha=0.25"))
    assert row["x"] == [-0.375]  # three steps of 0.25 x 0.5 down
    assert row["method"] == {"name": "sign-descent", "scale": 0.5, "convention": "paper"}


def test_a_new_figure_is_reproduced(house, tmp_path):
    rows = json.loads(at_home(house, "reproduce", "mine", "--out", str(tmp_path), "--json"))
    assert [r["id"] for r in rows] == ["mine"]
    assert len(list(tmp_path.iterdir())) == 4
