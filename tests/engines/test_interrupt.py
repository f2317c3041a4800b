"""Ctrl-C: at once, in one line, and what was played until then is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import paper_figures
import regretlab as rl
from regretlab.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="interrupts the way POSIX does")

# Run the command line, and say (in a file) when the first round is about to be played. Ctrl-C is
# switched on again: a worker of pytest-xdist has it switched off, and its children inherit that.
DRIVER = """
import signal, sys
from pathlib import Path
import tqdm

signal.signal(signal.SIGINT, signal.default_int_handler)
flag = Path(sys.argv.pop(1))

class Bar(tqdm.tqdm):
    def update(self, n=1):
        flag.touch()
        return super().update(n)

tqdm.tqdm = Bar
"""
COMMAND = DRIVER + "from regretlab.cli import main\nsys.exit(main(sys.argv[1:]))\n"
QUICK = 8.0  # seconds; about 1 on an idle machine, half of it imports


class Stopped:
    """A process that was interrupted while it played."""

    def __init__(self, tmp_path: Path, code: str, *arguments: str, presses: int = 1) -> None:
        flag = tmp_path / "playing"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(flag), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        began = time.monotonic()
        while not flag.exists() and process.poll() is None and time.monotonic() - began < 60:
            time.sleep(0.02)
        time.sleep(0.3)
        pressed = time.monotonic()
        for press in range(presses):
            if press:
                time.sleep(0.25)
            process.send_signal(signal.SIGINT)
        try:
            self.out, self.err = process.communicate(timeout=30)
        finally:
            process.kill()
        self.took, self.status = time.monotonic() - pressed, process.returncode


def interrupted(tmp_path: Path, *arguments: str, quick: float = QUICK) -> Stopped:
    """A command that was interrupted, as the contract has it."""
    stopped = Stopped(tmp_path, COMMAND, *arguments)
    assert "Traceback" not in stopped.err
    assert (stopped.status, stopped.err.count("\n")) == (130, 1)
    assert stopped.err.startswith("regretlab: ")
    assert "interrupted after round" in stopped.err
    assert stopped.took < quick
    return stopped


def fresh(saved: xr.Dataset, **settings) -> xr.Dataset:
    """The same play, meant from the start to be as long as the interrupted one."""
    rounds = int(saved.attrs["rounds_played"])
    recorded = saved["round"].values
    assert recorded[-1] == rounds
    return rl.play(rounds=rounds, at=recorded, **settings).data


ADAM = ["play", "adam:beta1=0.9,beta2=0.99", "reddi-online", "--rounds", "1e10"]
ADAM_SETTING = {
    "method": rl.methods.Adam(beta1=0.9, beta2=0.99),
    "losses": rl.losses.ReddiOnline(),
}


def test_the_file_holds_what_was_played(tmp_path):
    out = tmp_path / "f.nc"
    stopped = interrupted(tmp_path, *ADAM, "--out", str(out))
    assert str(out) in stopped.err
    saved = rl.load(out).data
    assert 10**5 < saved.attrs["rounds_played"] < 10**10
    assert saved.attrs["rounds"] == 10**10
    assert f"round {saved.attrs['rounds_played']} of 10000000000" in stopped.err
    assert saved.equals(fresh(saved, **ADAM_SETTING))
    row = rl.load(out).row()
    assert row["rounds"] == saved.attrs["rounds_played"]
    assert f"{row['regret']:.10g}" in stopped.out
    assert [p.name for p in tmp_path.glob("*.nc*")] == ["f.nc"]
    assert not list(tmp_path.glob(".*"))


def test_a_loaded_part_is_replayed(tmp_path):
    out = tmp_path / "f.nc"
    arguments = ["play", "sgd", "chase", "--rounds", "1e9", "--engine", "plain", "--out", str(out)]
    interrupted(tmp_path, *arguments)
    part = rl.load(out)
    assert part.replay().data.equals(part.data)


def test_four_runs(tmp_path):
    """More than there are cores, so that some have not begun."""
    out = tmp_path / "f.nc"
    arguments = ["play", "adam", "reddi-stochastic", "--rounds", "1e10", "--runs", "4", "--json"]
    stopped = interrupted(tmp_path, *arguments, "--out", str(out))
    assert str(out) in stopped.err
    saved = rl.load(out).data
    row = json.loads(stopped.out)
    assert len(row["runs"]) == saved.sizes["run"] == 4
    whole = fresh(saved, method=rl.methods.Adam(), losses=rl.losses.ReddiStochastic(), runs=4)
    for run in range(4):
        one, other = saved.isel(run=run), whole.isel(run=run)
        played = np.isfinite(one.regret.values)
        for name in ("iterate", "cumulative_loss", "comparator", "regret", "pseudo_regret"):
            assert np.array_equal(one[name].values[played], other[name].values[played])
            assert np.isnan(one[name].values[~played]).all()
        if not played.any():
            assert one.final_iterate.values.tolist() == [0.0]  # x_1: not begun
            continue
        last = int(one["round"].values[played][-1])
        alone = rl.play(
            rl.methods.Adam(), rl.losses.ReddiStochastic(), rounds=last, runs=run + 1, at=[last]
        )
        assert alone.data.isel(run=run).final_iterate.values == one.final_iterate.values


def test_nothing_is_saved_without_out(tmp_path):
    stopped = interrupted(tmp_path, *ADAM)
    assert "nothing was saved" in stopped.err
    assert "--out" in stopped.err
    assert "average_regret" in stopped.out


def test_standard_output_is_one_document(tmp_path):
    stopped = interrupted(tmp_path, *ADAM, "--json")
    row = json.loads(stopped.out)
    assert f"round {row['rounds']} of" in stopped.err
    assert row["regret"] == rl.play(**ADAM_SETTING, rounds=row["rounds"], at=[1]).row()["regret"]


def test_the_plain_engine(tmp_path):
    out = tmp_path / "f.nc"
    stopped = interrupted(tmp_path, *ADAM, "--engine", "plain", "--json", "--out", str(out))
    saved = rl.load(out).data
    assert saved.attrs["engine"] == json.loads(stopped.out)["engine"] == "plain"
    assert saved.equals(fresh(saved, **ADAM_SETTING, engine="compiled"))


def test_a_picture_of_what_was_played(tmp_path):
    interrupted(tmp_path, *ADAM, "--plot", str(tmp_path / "p.png"), quick=3 * QUICK)
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_impatience_loses_nothing(tmp_path):
    """Ctrl-C again, a quarter of a second later, while the part is put together."""
    out = tmp_path / "f.nc"
    stopped = Stopped(tmp_path, COMMAND, *ADAM, "--out", str(out), presses=2)
    assert "Traceback" not in stopped.err
    assert stopped.status == 130
    assert stopped.err.count("\n") == 1
    assert rl.load(out).data["round"][-1] > 1000


def test_reproduce_saves_what_was_played(tmp_path):
    out = tmp_path / "results"
    arguments = ["reproduce", "--rounds", "1e10", "--seeds", "2", "--out", str(out)]
    stopped = interrupted(tmp_path, *arguments)
    assert str(out / "figure1.nc") in stopped.err
    assert stopped.out == ""
    assert [p.name for p in out.iterdir()] == ["figure1.nc"]
    with xr.open_dataset(out / "figure1.nc", engine="h5netcdf") as opened:
        saved = opened.load()
    attrs = json.loads(saved.attrs["online_adam"])
    rounds = attrs["rounds_played"]
    assert attrs["rounds"] == 10**10 > rounds == saved["round"].values[-1]
    whole = rl.play(**ADAM_SETTING, rounds=rounds, at=saved["round"].values).data
    part = saved.sel(learner="adam").online_regret.values
    assert np.array_equal(part, whole.regret.values)


PYTHON = """
import regretlab as rl

class Mine(rl.Losses):
    def gradient(self, t):
        return 1.0 if t % 2 else -1.0

try:
    rl.play(rl.methods.SGD(), Mine(), rounds=10**10, engine="ENGINE", runs=RUNS)
except KeyboardInterrupt as stopped:
    assert isinstance(stopped, rl.Interrupted)
    assert not isinstance(stopped, Exception)
    part = stopped.play
    print(part.row()["rounds"], part.data.attrs["rounds_played"], stopped)
"""


@pytest.mark.parametrize(("engine", "runs"), [("compiled", "None"), ("plain", "2")])
def test_in_python(tmp_path, engine, runs):
    script = tmp_path / "own.py"  # a class whose source can be read
    script.write_text(DRIVER + PYTHON.replace("ENGINE", engine).replace("RUNS", runs))
    code = f"import runpy, sys; runpy.run_path({str(script)!r}, run_name='__main__')"
    stopped = Stopped(tmp_path, code)
    assert (stopped.status, stopped.err) == (0, "")
    last, played, *message = stopped.out.split()
    assert last == played
    assert " ".join(message) == f"interrupted after round {played} of 10000000000"
    assert stopped.took < QUICK


def test_a_notebook_can_go_on(tmp_path):
    """After an interruption the next play is as good as new."""
    code = DRIVER + (
        "import regretlab as rl\n"
        "try:\n"
        "    rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=10**10)\n"
        "except rl.Interrupted as stopped:\n"
        "    part = stopped.play\n"
        "print(part.replay().data.equals(part.data))\n"
    )
    stopped = Stopped(tmp_path, code)
    assert (stopped.status, stopped.out, stopped.err) == (0, "True\n", "")


OWN_HANDLER = """
import signal
import regretlab as rl
from regretlab import game

HANDLER
assemble = game.dataset

def pressing(*arguments):
    signal.raise_signal(signal.SIGINT)
    return assemble(*arguments)

WHEN
try:
    rl.play(rl.methods.SGD(), rl.losses.Spike(), rounds=ROUNDS, engine="plain", progress=bar)
except rl.Interrupted as stopped:
    print("interrupted", stopped.play.row()["rounds"] > 0)
print(signal.getsignal(signal.SIGINT) is before)
"""
HANDLERS = {  # that of Python itself, and one such as asyncio puts in its place
    "python": "signal.signal(signal.SIGINT, signal.default_int_handler)",
    "own": "signal.signal(signal.SIGINT, lambda *a: signal.default_int_handler(*a))",
}
MOMENTS = {
    "while rounds are played": """
class Bar:
    pressed = False
    def update(self, n):
        import os
        if not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)
bar = Bar()
""",
    "while the books are made": "bar, game.dataset = None, pressing\n",
}


@pytest.mark.parametrize(
    ("handler", "moment"),
    [*(("python", moment) for moment in MOMENTS), ("own", next(iter(MOMENTS)))],
)
def test_ctrl_c_is_never_swallowed(handler, moment):
    """Whoever handles the signal: the play comes back, as Interrupted, with what it has."""
    rounds = "10**7" if "rounds" in moment else "100"
    code = OWN_HANDLER.replace(
        "HANDLER", HANDLERS[handler] + "\nbefore = signal.getsignal(signal.SIGINT)"
    )
    code = code.replace("WHEN", MOMENTS[moment]).replace("ROUNDS", rounds)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "interrupted True\nTrue\n"), ran.stderr[-300:]


COMPILING = """
import signal, sys
from numba.core.codegen import CPUCodeLibrary

signal.signal(signal.SIGINT, signal.default_int_handler)
hook = CPUCodeLibrary._object_compiled_hook

def pressing(*arguments):  # LLVM has made code and calls back, where an exception would be lost
    CPUCodeLibrary._object_compiled_hook = hook
    signal.raise_signal(signal.SIGINT)
    return hook(*arguments)

CPUCodeLibrary._object_compiled_hook = pressing
from regretlab.cli import main
sys.exit(main("play sgd spike --rounds 1e10".split()))
"""


def test_while_a_kernel_is_compiled(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", COMPILING],
        env=os.environ | {"REGRETLAB_CACHE": str(tmp_path / "kernels")},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (130, "", 1)
    assert "nothing was saved" in ran.stderr


# Ctrl-C at a moment that a test cannot meet with a signal


@pytest.mark.parametrize("action", ["save", "plot", "row"])
def test_after_the_last_round_it_is_still_one_line(capsys, monkeypatch, tmp_path, action):
    def pressed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(rl.Play, action, pressed)
    out, plot = str(tmp_path / "p.nc"), str(tmp_path / "p.png")
    arguments = ["play", "sgd", "spike", "--rounds", "9", "--engine", "plain"]
    status = main([*arguments, "--out", out, "--plot", plot])
    said = capsys.readouterr()
    assert (status, said.err.count("\n")) == (130, 1)
    assert "interrupted" in said.err
    monkeypatch.undo()
    if action != "save":  # it had been saved by then, and that is not denied
        assert rl.load(out).row()["rounds"] == 9
        assert "nothing was saved" not in said.err


def test_while_a_figure_is_drawn(capsys, monkeypatch, tmp_path):
    def pressed(data):
        raise KeyboardInterrupt

    monkeypatch.setattr(paper_figures.known()["theorem1"], "draw", pressed)
    status = main(["reproduce", "theorem1", "--rounds", "30", "--out", str(tmp_path)])
    said = capsys.readouterr()
    assert (status, said.err.count("\n")) == (130, 1)
    assert (tmp_path / "theorem1.nc").exists()
    assert "nothing was saved" not in said.err


@pytest.mark.parametrize("k", [2, 4])
def test_between_two_plays_of_a_figure(capsys, monkeypatch, tmp_path, k):
    """While the next kernel is compiled, say: the plays before it are kept."""
    played = []

    def pressed(*arguments, **settings):
        if len(played) == k - 1:
            raise KeyboardInterrupt
        played.append(play(*arguments, **settings))
        return played[-1]

    play = rl.play
    monkeypatch.setattr(paper_figures.known()["figure1"].rl, "play", pressed)
    arguments = ["reproduce", "--rounds", "300", "--seeds", "2", "--out", str(tmp_path)]
    status = main(arguments)
    said = capsys.readouterr()
    assert (status, said.err.count("\n")) == (130, 1)
    assert str(tmp_path / "figure1.nc") in said.err
    with xr.open_dataset(tmp_path / "figure1.nc", engine="h5netcdf") as saved:
        assert sum(name.startswith(("online_", "stochastic_")) for name in saved.attrs) == k - 1


def test_before_the_first_round_it_is_still_one_line(capsys, monkeypatch):
    def pressed(**settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("regretlab.play", pressed)
    status = main(["play", "sgd", "spike"])
    said = capsys.readouterr()
    assert (status, said.out, said.err.count("\n")) == (130, "", 1)
    assert "nothing was saved" in said.err


def test_interrupted_with_nothing_played(capsys, monkeypatch):
    def pressed(**settings):
        raise rl.Interrupted("interrupted after round 0 of 10")

    monkeypatch.setattr("regretlab.play", pressed)
    status = main(["play", "sgd", "spike"])
    said = capsys.readouterr()
    assert (status, said.out, said.err.count("\n")) == (130, "", 1)
    assert "interrupted" in said.err
    assert "nothing was saved" in said.err


class Pressing:
    """`regretlab.play` with Ctrl-C pressed during its k-th call."""

    def __init__(self, k: int, error: type = rl.Interrupted) -> None:
        self.left, self.play, self.error = k, rl.play, error

    def __call__(self, *arguments, **settings):
        self.left -= 1
        if self.left:
            return self.play(*arguments, **settings)
        settings["rounds"] //= 2
        raise self.error("interrupted after round 150 of 300", self.play(*arguments, **settings))


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize(("error", "status"), [(rl.Interrupted, 130), (rl.NotFinite, 2)])
def test_every_stage_of_figure1_is_kept(capsys, monkeypatch, tmp_path, k, error, status):
    figure = paper_figures.known()["figure1"]
    monkeypatch.setattr(figure.rl, "play", Pressing(k, error))
    arguments = ["reproduce", "--rounds", "300", "--seeds", "2", "--out", str(tmp_path)]
    assert main(arguments) == status
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert str(tmp_path / "figure1.nc") in said.err
    monkeypatch.undo()
    with xr.open_dataset(tmp_path / "figure1.nc", engine="h5netcdf") as opened:
        saved = opened.load()
    stages = [f"{s}_{m}" for s in ("online", "stochastic") for m in ("adam", "amsgrad")]
    assert {a for a in saved.attrs if a in stages} == set(stages[:k])
    for n, stage in enumerate(stages[:k]):
        setting, name = stage.split("_")
        regret = saved[f"{setting}_regret"].sel(learner=name)
        rounds = 300 if n < k - 1 else 150
        ends = np.isfinite(regret.sel(round=slice(rounds))).sum()
        assert ends > 50
        played = rl.play(
            figure.method(name),
            rl.losses.ReddiOnline() if setting == "online" else rl.losses.ReddiStochastic(),
            rounds=rounds,
            runs=None if setting == "online" else 2,
        )
        common = regret.sel(round=played.data["round"])
        assert np.array_equal(common.transpose(..., "round"), played.data.regret)


def test_theorem1_is_kept(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(paper_figures.known()["theorem1"].rl, "play", Pressing(1))
    assert main(["reproduce", "theorem1", "--rounds", "300", "--out", str(tmp_path)]) == 130
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert str(tmp_path / "theorem1.nc") in said.err
    with xr.open_dataset(tmp_path / "theorem1.nc", engine="h5netcdf") as saved:
        assert saved.sizes["round"] == 150


def test_reproduce_with_nothing_played(capsys, monkeypatch, tmp_path):
    def pressed(*arguments, **settings):
        raise rl.Interrupted("interrupted after round 0 of 300")

    monkeypatch.setattr(paper_figures.known()["figure1"].rl, "play", pressed)
    assert main(["reproduce", "--rounds", "300", "--out", str(tmp_path)]) == 130
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "nothing was saved" in said.err
    assert list(tmp_path.iterdir()) == []
