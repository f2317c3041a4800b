"""Kernels on disk: read by the next process, shared, survived when damaged, never from a stranger."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import regretlab as rl
from regretlab.cli import main
from regretlab.engines import compiled, store

SCRIPT = """
import json, sys, warnings
import regretlab as rl
from regretlab.engines import compiled

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    plays = [rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=500) for _ in range(2)]
entries = [k.entry.stats for k in compiled._kernels.values()]
print(json.dumps({
    "regret": [float(p.data.regret[-1]).hex() for p in plays],
    "hits": sum(sum(s.cache_hits.values()) for s in entries),
    "misses": sum(sum(s.cache_misses.values()) for s in entries),
    "said": [str(w.message) for w in said],
}))
"""


def right() -> float:
    """What the script's play has to give: by the plain loop, which needs no cache."""
    played = rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=500, engine="plain")
    return float(played.data.regret[-1])


@pytest.fixture(scope="module")
def regret() -> float:
    return right()


def begun(folder: Path, **environment: str) -> subprocess.Popen:
    """A process that plays, with its cache in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"REGRETLAB_CACHE": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen, regret: float) -> dict:
    """What it said, the numbers being right."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    said = json.loads(out)
    assert said["regret"] == [regret.hex()] * 2
    return said


def play_here(folder: Path, monkeypatch) -> tuple[float, list[str]]:
    """Play in this process as if it were new: the regret, and the warnings."""
    monkeypatch.setenv("REGRETLAB_CACHE", str(folder))
    monkeypatch.setattr(compiled, "_kernels", {})
    store._complain.cache_clear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(2):
            played = rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=500)
    assert played.data.attrs["engine"] == "compiled"
    return float(played.data.regret[-1]), [str(w.message) for w in said]


@pytest.fixture(scope="module")
def warm(tmp_path_factory, regret) -> Path:
    """A cache that another process has filled."""
    folder = tmp_path_factory.mktemp("warm") / "kernels"
    said = ended(begun(folder), regret)
    assert (said["hits"], said["misses"], said["said"]) == (0, 1, [])
    return folder


@pytest.fixture
def copy(warm, tmp_path) -> Path:
    return Path(shutil.copytree(warm, tmp_path / "kernels"))


def machine_code(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*.nb?")}


def test_the_next_process_reads_from_disk(warm, regret):
    before = machine_code(warm)
    said = ended(begun(warm), regret)
    assert (said["hits"], said["misses"], said["said"]) == (1, 0, [])
    assert machine_code(warm) == before
    assert len(before) == 2


def test_the_folder_is_ones_own(warm):
    assert stat.S_IMODE(warm.stat().st_mode) == 0o700
    assert not list(warm.rglob("*.tmp"))


def test_another_value_compiles_nothing(copy, regret, monkeypatch):
    play_here(copy, monkeypatch)
    before = machine_code(copy)
    for C in (2.0, 3.0):
        rl.play(rl.methods.SGD(), rl.losses.Spike(C=C, period=7), rl.sets.Interval(-3, 3), rounds=9)
    assert machine_code(copy) == before


@pytest.mark.parametrize("attempt", range(2))
def test_processes_that_compile_at_once(tmp_path, regret, attempt):
    folder = tmp_path / "kernels"
    said = [ended(p, regret) for p in [begun(folder), begun(folder)]]
    assert [s["said"] for s in said] == [[], []]
    assert ended(begun(folder), regret)["hits"] == 1
    assert not list(folder.rglob("*.tmp"))


DAMAGE = {
    "empty": lambda whole: b"",
    "half": lambda whole: whole[: len(whole) // 2],
    "all but one byte": lambda whole: whole[:-1],
    "20 bytes": lambda whole: whole[:20],
    "words": lambda whole: b"garbage\n",
    "a broken number": lambda whole: b"I1x\n.",
    "None": lambda whole: b"\x80\x04N.",
    "Latin letters": lambda whole: "# \xe9\n".encode("latin-1"),
    "zeros": lambda whole: bytes(len(whole)),
}


COMPILED_ANEW = ("empty", "half", "words", "a broken number", "zeros")


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [(".py", d) for d in DAMAGE] + [(s, d) for s in (".nbi", ".nbc") for d in COMPILED_ANEW],
)
def test_damaged_files_are_survived(copy, monkeypatch, regret, suffix, damage):
    (path,) = copy.rglob(f"*{suffix}")
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    if suffix == ".py":
        os.utime(path, (0, 0))  # as old as an intact one
    assert play_here(copy, monkeypatch) == (regret, [])


@pytest.mark.parametrize("size", [0, 20, 200])
def test_a_damaged_pyc_is_survived(copy, regret, size):
    """Python's own cache of the generated module lies there too."""
    keeping = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": ""}
    ended(begun(copy, **keeping), regret)
    for path in copy.rglob("*.pyc"):
        path.write_bytes(path.read_bytes()[:size])
    ended(begun(copy, **keeping), regret)


def test_machine_code_without_its_index_and_the_reverse(copy, monkeypatch, regret):
    for suffix in (".nbi", ".nbc"):
        (path,) = copy.rglob(f"*{suffix}")
        path.unlink()
        assert play_here(copy, monkeypatch) == (regret, [])


def test_a_text_that_was_changed_is_not_run(copy, monkeypatch, regret):
    (path,) = copy.glob("*.py")
    text = path.read_text()
    assert "1.0" in text
    path.write_text(text.replace("1.0", "2.0", 1))
    os.utime(path, (0, 0))
    assert play_here(copy, monkeypatch) == (regret, [])
    assert path.read_text() == text


# Folders that cannot be trusted, or used


def refused(folder: Path, monkeypatch, regret: float) -> str:
    """Play with this cache: right numbers, one warning; the warning."""
    found, said = play_here(folder, monkeypatch)
    assert found == regret
    assert len(said) == 1
    assert str(folder) in said[0]
    assert "REGRETLAB_CACHE" in said[0]
    assert "\n" not in said[0]
    return said[0]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_folder_that_others_may_write(copy, monkeypatch, regret, mode):
    copy.chmod(mode)
    (path,) = copy.glob("*.py")
    path.write_text("raise SystemExit('a stranger was run')")
    assert "others may write" in refused(copy, monkeypatch, regret)
    assert path.read_text().startswith("raise")  # left alone


def test_a_folder_of_another_user(copy, monkeypatch, regret):
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(copy, 12345, 12345)
    assert "another user" in refused(copy, monkeypatch, regret)


def test_a_regular_file(tmp_path, monkeypatch, regret):
    path = tmp_path / "kernels"
    path.write_text("mine")
    refused(path, monkeypatch, regret)
    refused(path / "below", monkeypatch, regret)
    assert path.read_text() == "mine"


def test_a_read_only_folder(copy, monkeypatch, regret):
    copy.chmod(0o500)
    real = os.access
    if os.access(copy, os.W_OK):  # root
        monkeypatch.setattr(
            os, "access", lambda path, mode, **more: Path(path) != copy and real(path, mode, **more)
        )
    assert "read-only" in refused(copy, monkeypatch, regret)


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no /sys here")
@pytest.mark.parametrize("folder", ["/sys/kernel", "/sys/kernel/new", "/proc/self"])
def test_a_folder_that_takes_no_files_though_it_says_it_does(monkeypatch, regret, folder):
    refused(Path(folder), monkeypatch, regret)


@pytest.mark.skipif(sys.platform != "linux", reason="limits files the way Linux does")
@pytest.mark.parametrize("size", [1000, 20_000])  # room for nothing; for the text alone
def test_a_full_disk(tmp_path, regret, size):
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
    process = subprocess.run(
        [sys.executable, "-c", limit + SCRIPT],
        env=os.environ | {"REGRETLAB_CACHE": str(tmp_path / "kernels")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-300:]
    assert json.loads(process.stdout)["regret"] == [regret.hex()] * 2
    assert json.loads(process.stdout)["said"]


def test_the_command_line_says_it_in_one_line(copy):
    copy.chmod(0o777)
    ran = subprocess.run(
        [sys.executable, "-m", "regretlab", "play", "sgd", "spike", "--rounds", "9", "--json"],
        env=os.environ | {"REGRETLAB_CACHE": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr.count("\n")) == (0, 1)
    assert json.loads(ran.stdout)["rounds"] == 9


def test_a_symbolic_link_to_ones_own_folder(copy, tmp_path, monkeypatch, regret):
    link = tmp_path / "link"
    link.symlink_to(copy)
    before = machine_code(copy)
    assert play_here(link, monkeypatch) == (regret, [])
    assert machine_code(copy).keys() == before.keys()


# regretlab cache


def command(folder: Path, monkeypatch, capsys, *arguments: str) -> str:
    monkeypatch.setenv("REGRETLAB_CACHE", str(folder))
    status = main(["cache", *arguments])
    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    return said.out.replace("\n", "")


def test_cache_counts_and_clears(copy, monkeypatch, capsys, regret):
    assert command(copy, monkeypatch, capsys).startswith(f"1 kernels in {copy}")
    assert command(copy, monkeypatch, capsys, "--clear").startswith("1 kernels removed")
    assert list(copy.rglob("regretlab_kernel_*")) == []
    assert command(copy, monkeypatch, capsys).startswith("0 kernels")
    assert command(copy, monkeypatch, capsys, "--clear").startswith("0 kernels removed")
    assert play_here(copy, monkeypatch) == (regret, [])
    assert command(copy, monkeypatch, capsys).startswith("1 kernels")


def test_there_is_no_folder_yet(tmp_path, monkeypatch, capsys):
    for arguments in ([], ["--clear"]):
        assert command(tmp_path / "none", monkeypatch, capsys, *arguments).startswith("0 kernels")


def test_clear_leaves_everything_else(copy, monkeypatch, capsys):
    """A user may have named a folder that holds other things."""
    mine = {
        "thesis.tex": "years of work",
        "regretlab_kernel_notes.txt": "mine",
        "my_regretlab_kernel_x.py": "mine",
        "data/run.nc": "mine",
        "data/regretlab_kernel_x.py": "mine",
        "__pycache__/mine.cpython-311.pyc": "mine",
        "__pycache__/mine.f-1.py311.nbi": "mine",
        "notes.tmp": "mine",
        ".hidden": "mine",
    }
    for name, text in mine.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text)
    beside = copy.parent / "beside.txt"
    beside.write_text("mine")
    outside = copy.parent / "outside"
    outside.mkdir()
    (outside / "regretlab_kernel_y.py").write_text("mine")
    (copy / "link").symlink_to(outside)
    assert "1 kernels removed" in command(copy, monkeypatch, capsys, "--clear")
    for name, text in mine.items():
        assert (copy / name).read_text() == text
    assert beside.read_text() == (outside / "regretlab_kernel_y.py").read_text() == "mine"
    left = {str(p.relative_to(copy)) for p in copy.rglob("*") if p.is_file()}
    assert {name for name in left if not name.startswith("link")} == set(mine)


def test_clear_through_a_symbolic_link(copy, tmp_path, monkeypatch, capsys):
    link = tmp_path / "link"
    link.symlink_to(copy)
    assert "1 kernels removed" in command(link, monkeypatch, capsys, "--clear")
    assert list(copy.rglob("*.nb?")) == []


def test_clear_says_what_it_did(copy, monkeypatch, capsys):
    """A folder that others may write is not touched, and not said to be."""
    copy.chmod(0o777)
    monkeypatch.setenv("REGRETLAB_CACHE", str(copy))
    status = main(["cache", "--clear"])
    said = capsys.readouterr()
    removed = not list(copy.glob("regretlab_kernel_*.py"))
    assert removed == ("1 kernels removed" in said.out)
    assert removed or status == 2 or "0 kernels removed" in said.out
