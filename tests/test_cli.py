"""The command line as its contract has it: one strict JSON document, the numbers, the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

import paper_figures
import regretlab as rl
from regretlab.cli import app, main
from regretlab.spelling import ROOMS, found

PLAY_KEYS = (
    "method losses set step rounds x1 seed x cumulative_loss comparator comparator_loss "
    "comparator_gap regret average_regret pseudo_regret comparator_note engine seconds versions"
).split()
NUMBERS = (
    "cumulative_loss comparator_loss comparator_gap regret average_regret pseudo_regret".split()
)
ROW_KEYS = "id setting method rounds average_regret x claim measured holds".split()
ADAM = "adam:beta1=0.9,beta2=0.99"
AMSGRAD = "amsgrad:beta1=0.9,beta2=0.99"
KINDS = {
    "methods": "method",
    "losses": "losses",
    "sets": "set",
    "steps": "step",
    "bounds": "bound",
    "theorems": "theorem",
}
MODULE = [sys.executable, "-m", "regretlab"]


def strict(text: str):
    """Exactly one JSON document, without NaN and infinities."""

    def refuse(word: str):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def cli(capsys):
    """Run a command in this process: its document, or its text."""

    def run(*arguments: str, parsed: bool = True):
        capsys.readouterr()
        status = main(list(arguments))
        said = capsys.readouterr()
        assert (status, said.err) == (0, "")
        return strict(said.out) if parsed else said.out

    return run


def separately(*arguments: str, shell: str = "", **options) -> subprocess.CompletedProcess:
    """Run a command in a process of its own; `shell` is a redirection of its output."""
    command = [*MODULE, *arguments]
    if shell:
        command = ["sh", "-c", f'exec "$@" {shell}', "sh", *command]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, **options
    )


class TestPlay:
    def test_the_keys_are_the_contracts(self, cli):
        row = cli("play", ADAM, "reddi-online", "--rounds", "1000", "--json")
        assert sorted(row) == sorted(PLAY_KEYS)
        assert row["method"] == rl.methods.Adam(beta1=0.9, beta2=0.99).spec()
        assert row["method"].items() >= {"name": "adam", "beta1": 0.9, "beta2": 0.99}.items()
        assert row["losses"] == {"name": "reddi-online", "C": 1010, "small": 10, "period": 101}
        assert row["set"] == {"name": "interval", "lo": -1, "hi": 1}
        assert row["step"] == {"name": "inverse-sqrt", "alpha": 0.5}
        assert (row["rounds"], row["x1"], row["seed"], row["engine"]) == (1000, [0], 0, "compiled")
        assert row["versions"]["regretlab"] == version("regretlab")
        assert row["versions"]["numba"] == version("numba")
        assert 0 < row["seconds"] < 1
        assert len(row["x"]) == len(row["comparator"]) == 1
        assert row["pseudo_regret"] is None  # the stream is not random
        assert row["average_regret"] == row["regret"] / 1000

    def test_the_row_is_the_plays(self, cli):
        row = cli("play", ADAM, "reddi-stochastic", "--rounds", "1e3", "--seed", "5", "--json")
        method = rl.methods.Adam(beta1=0.9, beta2=0.99)
        played = rl.play(method, rl.losses.ReddiStochastic(), rounds=1000, seed=5)
        assert row | {"seconds": 0} == played.row() | {"seconds": 0}
        assert row["pseudo_regret"] == float(played.data.pseudo_regret[-1])

    def test_adam_goes_to_the_worst_point(self, cli):
        row = cli("play", ADAM, "reddi-online", "--rounds", "1e7", "--json")
        assert row["rounds"] == 10**7
        assert row["average_regret"] == pytest.approx(0.2075, abs=0.0005)
        assert row["x"][0] > 0.99

    def test_amsgrad_goes_to_the_best_point(self, cli):
        row = cli("play", AMSGRAD, "reddi-online", "--rounds", "1e7", "--json")
        assert row["average_regret"] == pytest.approx(0.0106, abs=0.0005)
        assert row["x"][0] < -0.99

    @pytest.mark.parametrize(
        ("preset", "same"),
        [
            ("reddi-period3", "spike:C=3,small=1,period=3"),
            ("reddi-period3", "periodic:c=3:-1:-1"),
            ("reddi-period3", "periodic:c=3;-1;-1"),
            ("reddi-period3:C=5", "periodic:c=5;-1;-1"),
            ("reddi-online", "spike:C=1010,small=10,period=101"),
            ("reddi-online", "spike"),
            ("reddi-stochastic", "spike-iid:C=1010,small=10,p=0.01"),
            ("reddi-stochastic", "spike-iid"),
        ],
    )
    def test_presets_are_their_numbers(self, cli, preset, same):
        one, two = (
            cli("play", "adam", name, "--rounds", "2000", "--json") for name in (preset, same)
        )
        assert [one[k] for k in ("x", *NUMBERS)] == [two[k] for k in ("x", *NUMBERS)]

    def test_every_option_arrives(self, cli):
        arguments = ["--set", "interval:lo=-2,hi=0.5", "--step", "constant:alpha=0.01"]
        arguments += ["--x1", "-0.25", "--seed", "18446744073709551615", "--rounds", "50"]
        row = cli("play", "adam", "reddi-stochastic", *arguments, "--engine", "plain", "--json")
        assert row["set"] == {"name": "interval", "lo": -2, "hi": 0.5}
        assert row["step"] == {"name": "constant", "alpha": 0.01}
        assert (row["x1"], row["seed"], row["engine"]) == ([-0.25], 2**64 - 1, "plain")
        assert row["comparator"][0] in (-2, 0.5)

    @pytest.mark.parametrize("step", ["inverse:alpha=2", "constant:alpha=0.1", "inverse-sqrt"])
    def test_steps(self, cli, step):
        row = cli("play", "sgd", "periodic", "--step", step, "--rounds", "1", "--json")
        alpha = row["step"]["alpha"]
        assert row["x"] == [max(-1, -3 * alpha)]  # x_2 = x_1 - alpha_1 g_1, and alpha_1 = alpha

    def test_a_box_on_the_line_is_the_interval(self, cli):
        box = cli("play", "adam", "spike", "--set", "box:lo=-1,hi=1", "--rounds", "999", "--json")
        line = cli("play", "adam", "spike", "--rounds", "999", "--json")
        assert box["set"] == {"name": "box", "lo": [-1], "hi": [1]}
        assert [box[k] for k in ("x", *NUMBERS)] == [line[k] for k in ("x", *NUMBERS)]

    def test_seeds_differ_and_repeat(self, cli):
        command = ["play", ADAM, "reddi-stochastic", "--rounds", "3000", "--json", "--seed"]
        first, other, again = (cli(*command, seed)["regret"] for seed in ("0", "1", "0"))
        assert first == again != other

    @pytest.mark.parametrize("runs", [1, 2, 5])
    def test_medians_are_of_the_listed_runs(self, cli, runs):
        command = ["play", ADAM, "reddi-stochastic", "--rounds", "3000", "--json"]
        row, alone = cli(*command, "--runs", str(runs)), cli(*command)
        assert sorted(row) == sorted([*PLAY_KEYS, "runs"])
        assert [r["run"] for r in row["runs"]] == list(range(runs))
        assert len({r["regret"] for r in row["runs"]}) == runs
        for key in NUMBERS:
            assert row[key] == np.median([r[key] for r in row["runs"]])
        for key in ("x", "comparator"):
            assert row[key] == np.median([r[key] for r in row["runs"]], axis=0).tolist()
        assert {k: row["runs"][0][k] for k in NUMBERS} == {k: alone[k] for k in NUMBERS}

    @pytest.mark.parametrize(
        ("at", "rounds"),
        [("250", [1, 250, 500, 750, 1000]), ("10;500", [1, 10, 500, 1000])],
    )
    def test_at_says_which_rounds_are_recorded(self, cli, tmp_path, at, rounds):
        out = tmp_path / "p.nc"
        cli("play", "adam", "spike", "--rounds", "1e3", "--at", at, "--out", str(out), "--json")
        assert rl.load(out).data["round"].values.tolist() == rounds

    def test_out_can_be_loaded(self, cli, tmp_path):
        out = tmp_path / "new" / "folder" / "p.nc"
        row = cli("play", ADAM, "reddi-online", "--rounds", "1e4", "--out", str(out), "--json")
        assert rl.load(out).row() == row

    @pytest.mark.parametrize(
        ("name", "start"), [("p.png", b"\x89PNG"), ("p.pdf", b"%PDF"), ("p.svg", b"<?xml")]
    )
    def test_plot_writes_a_picture(self, cli, tmp_path, name, start):
        path = tmp_path / name
        cli("play", ADAM, "reddi-online", "--rounds", "1e3", "--plot", str(path), "--json")
        assert path.read_bytes().startswith(start)
        assert [p.name for p in tmp_path.iterdir()] == [name]

    def test_a_table_for_people(self, cli):
        said = cli("play", ADAM, "reddi-online", "--rounds", "1000", parsed=False)
        assert "adam against reddi-online" in said
        assert "average_regret" in said


class TestList:
    @pytest.mark.parametrize("what", KINDS)
    def test_everything_is_listed_with_its_source(self, cli, what):
        entries = cli("list", what, "--json")
        room = sys.modules[ROOMS[KINDS[what]]]
        names = set(dir(room)) - set(getattr(room, "__all__", ()))
        names = names if what != "steps" else ["Constant", "Inverse", "InverseSqrt", "Power"]
        assert {e["name"] for e in entries} == {getattr(room, n).name for n in names}
        for entry in entries:
            also = {
                "methods": ["conventions", "departs", "formula", "latex", "step"],
                "bounds": ["label", "needs", "remark", "statement", "status", "title"],
                "theorems": ["erratum", "figure", "label", "remark", "statement", "title"],
            }.get(what, [])
            assert sorted(entry) == sorted(
                ["about", "name", "parameters", "source", "summary", *also]
            )
            assert all(entry[k].strip() for k in ("name", "summary", "about", "source"))
            assert entry["name"] == entry["name"].lower()
            for parameter in entry["parameters"]:
                assert parameter["name"].isidentifier()
                assert parameter["default"] is not None
                assert parameter["meaning"].strip()

    def test_one_file_is_one_entry_or_more(self, cli):
        everything = cli("list", "--json")
        assert list(everything) == list(KINDS)
        files = {
            p.stem.replace("_", "-") for p in Path(rl.methods.__file__).parent.glob("[a-z]*.py")
        }
        without = {"method", "wrapper", "family"}  # what methods share
        assert {e["name"] for e in everything["methods"]} == files - without

    @pytest.mark.parametrize(
        ("what", "name"),
        [(w, n) for w in KINDS for n in ("adam", "spike", "box", "constant", "ogd")],
    )
    def test_one_by_name(self, cli, capsys, what, name):
        here = {
            "adam": "methods",
            "spike": "losses",
            "box": "sets",
            "constant": "steps",
            "ogd": "bounds",
        }
        here = here[name]
        if here != what:
            assert main(["list", what, name]) == 2
            assert capsys.readouterr().err.count("\n") == 1
            return
        (entry,) = cli("list", what, name, "--json")
        assert entry["name"] == name
        said = cli("list", what, name, parsed=False)
        assert entry["source"][:40] in said
        for p in entry["parameters"]:  # a long meaning is wrapped
            assert all(word in said for word in (p["name"], *p["meaning"].split()))

    def test_tables(self, cli):
        said = cli("list", parsed=False)
        assert all(name in said for name in [*KINDS, "amsgrad", "spike-iid", "box", "constant"])

    def test_options_of_a_choice(self, cli):
        (entry,) = cli("list", "methods", "amsgrad", "--json")
        (correction,) = [p for p in entry["parameters"] if p["name"] == "correction"]
        assert sorted(correction["options"]) == ["after", "before", "none"]

    def test_a_method_has_its_formulas(self, cli):
        (entry,) = cli("list", "methods", "adam", "--json")
        assert entry["formula"][0] == "mₜ = β₁ mₜ₋₁ + (1 - β₁) gₜ"
        assert entry["latex"][3] == r"\psi_{t} = v_{t}"
        assert entry["step"] == "inverse-sqrt:alpha=0.5"
        said = cli("list", "methods", "adam", parsed=False)
        assert all(line in said for line in [*entry["formula"], *entry["latex"], "αₜ = 0.5/√t"])

    def test_options_in_the_name_are_folded(self, cli, monkeypatch):
        monkeypatch.setenv("COLUMNS", "300")
        (plain,) = cli("list", "methods", "amsgrad", "--json")
        (after,) = cli("list", "methods", "amsgrad:correction=after", "--json")
        assert after["name"] == "amsgrad"
        assert "ψₜ = v̂ₜ" in plain["formula"]
        assert "ψₜ = v̂ₜ/c₂ₜ" in after["formula"]
        said = cli("list", "methods", "amsgrad:correction=after", parsed=False)
        assert said.startswith("amsgrad:correction=after\n")
        assert "after (default none)" in said

    def test_a_wrapper_shows_what_is_inside(self, cli):
        (entry,) = cli("list", "methods", "lookahead:k=6/nag", "--json")
        assert "yₜ = xₜ - β₁ vₜ₋₁" in entry["formula"]
        said = cli("list", "methods", "lookahead:k=6/nag", parsed=False)
        assert said.startswith("lookahead:k=6/nag\n")
        assert "parameters of nag" in said

    def test_conventions_say_what_they_set(self, cli, monkeypatch):
        monkeypatch.setenv("COLUMNS", "300")
        for entry in cli("list", "methods", "--json"):
            for library, settings in entry["conventions"].items():
                said = cli("list", "methods", f"{entry['name']}:convention={library}", parsed=False)
                assert all(name in said for name in settings)
                assert f"{library} (default paper)" in " ".join(said.split())

    @pytest.mark.parametrize("columns", ["80", "120"])
    def test_the_table_of_methods_fits(self, columns):
        ran = separately("list", "methods", env=os.environ | {"COLUMNS": columns})
        assert max(map(cell_len, ran.stdout.splitlines())) <= int(columns)
        for name in found(ROOMS["method"]):
            assert f"│ {name} " in ran.stdout

    def test_markdown_is_for_all_methods(self, cli, capsys):
        said = cli("list", "methods", "--markdown", parsed=False)
        assert all(f"\n## {name}\n" in said for name in found(ROOMS["method"]))
        for asked in (["losses"], ["methods", "adam"], ["methods", "--json"], []):
            assert main(["list", *asked, "--markdown"]) == 2
            assert capsys.readouterr().err.count("\n") == 1

    def test_formulas_on_an_ascii_terminal(self):
        ran = separately("list", "methods", "adam", env=os.environ | {"PYTHONIOENCODING": "ascii"})
        assert "m_t = beta_1 m_{t-1} + (1 - beta_1) g_t" in ran.stdout
        assert "x_{t+1} = Proj(x_t - alpha_t phi_t/sqrt(psi_t))" in ran.stdout


MOVING = {"beale", "iterates", "nag", "ravine", "saddle"}


class TestReproduce:
    def check(self, folder: Path, name: str, rows: list) -> None:
        written = {f"{name}.{kind}" for kind in ("json", "nc", "pdf", "png")}
        if name in MOVING:
            written |= set(paper_figures.files(name))
            assert written >= {f"{name}.gif", f"{name}-first.png"}
        assert {p.name for p in folder.glob(f"{name}*")} == written
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert strict((folder / f"{name}.json").read_text()) == rows
        for row in rows:
            assert sorted(row) == sorted(ROW_KEYS)
            assert row["holds"] in (True, False)

    def test_figure1(self, cli, tmp_path):
        out = tmp_path / "a" / "b"
        arguments = ["--rounds", "3000", "--seeds", "3", "--out", str(out), "--json"]
        rows = cli("reproduce", *arguments)
        self.check(out, "figure1", rows)
        methods = ("adam", "amsgrad")
        wanted = [f"figure1-{s}-{m}" for s in ("online", "stochastic") for m in methods]
        assert [r["id"] for r in rows] == wanted
        assert {r["rounds"] for r in rows} == {3000}

    def test_all_five_methods(self, cli, tmp_path):
        names = "sgd,adagrad,rmsprop,adam,amsgrad"
        arguments = ["--methods", names, "--rounds", "3000", "--seeds", "2", "--json"]
        rows = cli("reproduce", "figure1", *arguments, "--out", str(tmp_path))
        self.check(tmp_path, "figure1", rows)
        assert {(r["setting"], r["method"]) for r in rows} == {
            (s, m) for s in ("online", "stochastic") for m in names.split(",")
        }

    def test_theorem1(self, cli, tmp_path):
        rows = cli("reproduce", "theorem1", "--rounds", "3000", "--out", str(tmp_path), "--json")
        self.check(tmp_path, "theorem1", rows)
        assert [r["id"] for r in rows] == [
            f"theorem1-{n}" for n in ("pattern", "positive", "regret")
        ]
        assert [r["holds"] for r in rows] == [True, True, True]

    def test_all(self, cli, tmp_path, monkeypatch):
        quick = ("figure1", "iterates", "period3", "theorem1")  # the others have tests of their own
        some = {name: made for name, made in paper_figures.known().items() if name in quick}
        monkeypatch.setattr(paper_figures, "known", lambda: some)
        arguments = ["--rounds", "3000", "--seeds", "1", "--out", str(tmp_path), "--json"]
        rows = cli("reproduce", "all", *arguments)
        names = set(paper_figures.known())
        assert {r["id"].split("-")[0] for r in rows} == names >= {"figure1", "theorem1"}
        wanted = {file for name in names for file in paper_figures.files(name)}
        assert {path.name for path in tmp_path.iterdir()} == wanted
        for name in names:
            self.check(tmp_path, name, [r for r in rows if r["id"].startswith(f"{name}-")])

    def test_the_title_says_T_where_something_was_played(self, cli, tmp_path):
        arguments = ["--rounds", "3000", "--out", str(tmp_path)]
        said = [
            cli("reproduce", name, *arguments, parsed=False) for name in ("theorem2", "period3")
        ]
        assert said[0].startswith("theorem2 ")
        assert said[1].startswith("period3: T = 3,000 ")

    def test_help_names_every_figure(self, cli):
        said = cli("reproduce", "--help", parsed=False)
        assert all(name in said for name in [*paper_figures.known(), "all"])

    def test_a_table_says_what_holds_and_where_it_is(self, cli, tmp_path):
        arguments = ["--rounds", "3000", "--seeds", "1", "--out", str(tmp_path)]
        said = cli("reproduce", *arguments, parsed=False)
        assert "NO" in said  # AMSGrad needs more than 3000 rounds
        assert str(tmp_path) in said.replace("\n", "")

    @pytest.mark.parametrize("rounds", ["1", "2"])
    def test_the_shortest_plays(self, cli, tmp_path, rounds):
        known = paper_figures.known()
        played = [n for n, figure in known.items() if "rounds" in paper_figures.options(figure)]
        arguments = ["--rounds", rounds, "--seeds", "1", "--out", str(tmp_path), "--json"]
        rows = cli("reproduce", *played, *arguments)
        assert {r["id"].split("-")[0] for r in rows if r["rounds"] == int(rounds)} == set(played)
        assert {r["rounds"] for r in rows} <= {int(rounds), None}  # None: T = infinity

    @pytest.mark.slow
    def test_the_paper_at_full_length(self, cli, tmp_path):
        rows = cli("reproduce", "--seeds", "2", "--out", str(tmp_path), "--json")
        assert [(r["id"], r["holds"]) for r in rows] == [(r["id"], True) for r in rows]
        adam = rows[0]
        assert adam["rounds"] == 10**7
        assert adam["average_regret"] == pytest.approx(0.2075, abs=0.0005)


class TestProcess:
    def test_help_of_every_command_shows_an_example(self, cli):
        names = [command.name or command.callback.__name__ for command in app.registered_commands]
        assert {"play", "reproduce", "list", "cache"} <= set(names)
        for name in names:
            said = cli(name, "--help", parsed=False)
            assert "Example:" in said
            assert f"regretlab {name}" in said.partition("Example:")[2]
        for asked in ([], ["--help"], ["-h"]):
            said = cli(*asked, parsed=False)
            assert all(name in said for name in names)

    def test_version(self, cli):
        said = cli("--version", parsed=False)
        assert said == f"regretlab {version('regretlab')}\n"

    def test_as_a_module_prints_nothing_but_the_document(self):
        ran = separately("play", "adam", "spike", "--rounds", "100", "--json")
        assert (ran.returncode, ran.stderr) == (0, "")
        assert strict(ran.stdout)["rounds"] == 100

    @pytest.mark.parametrize(
        "command",
        ["list", "list --json", "play sgd spike --rounds 10", "play sgd spike --rounds 10 --json"],
    )
    def test_a_reader_who_leaves(self, command):
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "w") as gone:
            ran = subprocess.run(
                [*MODULE, *command.split()],
                stdout=gone,
                stderr=subprocess.PIPE,
                timeout=120,
                check=False,
            )
        assert (ran.returncode, ran.stderr) == (0, b"")

    def test_a_reader_who_leaves_does_not_cost_the_file(self, tmp_path):
        read, write = os.pipe()
        os.close(read)
        out = tmp_path / "p.nc"
        with os.fdopen(write, "w") as gone:
            command = [*MODULE, "play", "sgd", "spike", "--rounds", "10", "--out", str(out)]
            subprocess.run(
                command, stdout=gone, stderr=subprocess.DEVNULL, timeout=120, check=False
            )
        assert rl.load(out).data.sizes["round"] == 10

    @pytest.mark.parametrize("command", ["list", "play sgd spike --rounds 10 --json"])
    def test_no_standard_output_at_all(self, command):
        ran = separately(*command.split(), shell=">&-")
        assert "Traceback" not in ran.stderr
        assert ran.stderr.count("\n") <= 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    @pytest.mark.parametrize("command", ["list", "play sgd spike --rounds 10 --json"])
    def test_standard_output_on_a_full_disk(self, command):
        ran = separately(*command.split(), shell=">/dev/full")
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
        assert ran.stderr.startswith("regretlab: ")

    def test_complaints_never_go_to_standard_output(self):
        ran = separately("play", "adam", "nosuch", "--json", shell="2>&-")
        assert (ran.returncode, ran.stdout) == (2, "")

    @pytest.mark.parametrize("command", ["list", "list methods adam", "play sgd spike --rounds 10"])
    def test_an_ascii_terminal(self, command):
        ran = separately(*command.split(), env=os.environ | {"PYTHONIOENCODING": "ascii"})
        assert (ran.returncode, ran.stderr) == (0, "")
