"""The explorer page: what it holds, what its limits say, and how it is written."""

from __future__ import annotations

import json
import math
import random
import sys

import numpy as np
import pytest
from browser import answers, needs_javascript

import regretlab as rl
from regretlab.cli import main
from regretlab.show.explorer.landscapes import VIEWS
from regretlab.show.explorer.offered import adjusted, offered
from regretlab.show.explorer.page import FOLDER, page
from regretlab.show.explorer.presets import PRESETS
from regretlab.show.explorer.ranges import NUMBERS, as_json
from regretlab.spelling import parse

START = as_json()["start"]
NAMES = (
    "put_together filled orbit_of job_of limit_of total_of coefficients made_valid as_link "
    "from_link python_lines raced mean_update likely_limit"
)


@pytest.fixture(scope="module")
def data():
    pytest.importorskip("bokeh")
    return offered()


def in_page(data, code, inputs):
    """What functions of the page make of inputs, outside of a page."""
    parts = [data["tables"]["compose"]]
    parts += [
        (FOLDER / "page" / f"{n}.js").read_text()
        for n in ("worker", "settings", "limits", "sentences", "code")
    ]
    told = ", ".join(NAMES.split())
    script = f"(() => {{ {chr(10).join(parts)}; const data = {json.dumps(data)}; return {{ data, {told} }}; }})()"
    full = f"const {{ data, {told} }} = made; return {json.dumps(inputs)}.map((given) => {{ {code} }});"
    return answers([{"script": script, "code": full}])[0]


LIMIT = """
    const job = job_of("orbit", "a", given, data), it = put_together(job, "constant");
    const orbit = orbit_of(job, filled(it, job), true);
    const S = total_of(coefficients(given), data);
    if (Number.isNaN(orbit.drift)) return null;
    const l = limit_of(coefficients(given), orbit, given.step, given.alpha, S);
    return l && { drift: l.drift, A: l.A, B: l.B, wall: l.wall, rounds: l.rounds, ends: l.ends };
"""


def settings(**changes):
    return START | changes


def at_random(n):
    draw = random.Random(5)
    names = [
        "adam",
        "amsgrad",
        "rmsprop",
        "adabelief",
        "adamax",
        "momentum",
        "sgd",
        "qhadam",
        "adopt",
        "adabound:alpha=1",
        "radam",
    ]
    for _ in range(n):
        period = draw.choice([2, 3, 7, 20, 101])
        yield settings(
            a=draw.choice(names),
            C=round(math.exp(draw.uniform(0, 6)), 3),
            small=draw.choice([1.0, 2.5]),
            period=period,
            beta1=round(draw.uniform(0, 0.95), 3),
            beta2=round(1 - 10 ** -draw.uniform(0, 5), 9),
            eps=draw.choice([0.0, 0.0, 1e-3]),
            alpha=round(draw.uniform(0.1, 1), 2),
        )


@needs_javascript
def test_limits_are_those_of_the_package(data):
    """Found by repetition in the page, by closed form or another orbit in Python."""
    given = list(at_random(90))
    known = 0
    for s, got in zip(given, in_page(data, LIMIT, given), strict=True):
        stream = rl.losses.Spike(C=s["C"], small=s["small"], period=s["period"])
        step = rl.schedules.InverseSqrt(alpha=s["alpha"])
        told = rl.limit(adjusted(parse("method", s["a"]), s), stream, step=step)
        if got is None or abs(told.drift) < 1e-6:
            continue
        known += 1
        assert got["drift"] == pytest.approx(told.drift, rel=1e-5, abs=1e-8), s
        assert float(got["A"]) == pytest.approx(told.average_regret, rel=1e-9, abs=1e-12), s
        assert float(got["B"]) == pytest.approx(told.sqrt_coefficient, rel=1e-4, abs=1e-6), s
        assert got["wall"] == told.x_limit
        assert got["rounds"] == pytest.approx(told.rounds, rel=1e-4)
    assert known > 50


@needs_javascript
def test_every_method_with_a_limit_has_the_one_of_the_package(data):
    names = [name for name, method in data["tables"]["methods"].items() if method["orbit"]]
    assert len(names) > 20
    given = [settings(a=name, C=101.0, small=1.0, beta2=0.999) for name in names]
    stream, known = rl.losses.Spike(C=101.0, small=1.0, period=101), 0
    for s, got in zip(given, in_page(data, LIMIT, given), strict=True):
        if got is not None:
            told = rl.limit(adjusted(parse("method", s["a"]), s), stream)
            assert got["drift"] == pytest.approx(told.drift, rel=1e-5, abs=1e-8), s["a"]
            known += 1
    assert known > 15


@needs_javascript
def test_a_constant_step_ends_on_a_cycle(data):
    given = [
        settings(step="constant", a="momentum", alpha=10.0, C=68.27, small=2.5),
        settings(step="constant", alpha=0.5, a="amsgrad"),
        settings(step="constant", alpha=0.01, C=3.0, small=1.0, period=3, beta2=0.5),
    ]
    for s, got in zip(given, in_page(data, LIMIT, given), strict=True):
        step, stream = (
            rl.schedules.Constant(alpha=s["alpha"]),
            rl.losses.Spike(C=s["C"], small=s["small"], period=s["period"]),
        )
        method = adjusted(parse("method", s["a"]), s)
        assert got["A"] == pytest.approx(
            rl.limit(method, stream, step=step).average_regret, rel=1e-9
        )
        late = rl.play(
            method, stream, step=step, rounds=200 * s["period"], at=1
        ).data.iterate.values[-s["period"] :]
        assert got["ends"] == pytest.approx([late.min(), late.max()], abs=1e-6)


@needs_javascript
def test_sums_are_rounded_once_and_rounding_is_no_drift(data):
    given = [
        settings(C=10.0, small=0.1, period=101),
        settings(a="sgd", C=1.0, small=0.1, period=11),
    ]
    for s, got in zip(
        given, in_page(data, "return total_of(coefficients(given), data);", given), strict=True
    ):
        assert got == math.fsum([s["C"]] + [-s["small"]] * (s["period"] - 1))
    zero = settings(losses="periodic", a="nadamax", c=[2.0, -2.0], beta1=0.5)
    assert in_page(data, LIMIT, [zero, zero | {"a": "adam", "c": [1e6, -1e6]}]) == [None] * 2


@needs_javascript
def test_a_mean_update_is_that_of_the_package_or_none(data):
    """None where the memory does not forget (a maximum, a sum) or outlives the rounds played."""
    code = """
        const job = { ...job_of("orbit", "a", given, data), sample: 64000 }, it = put_together(job, "constant");
        const said = mean_update(job, filled(it, job));
        return [likely_limit(1, said, "inverse-sqrt") && said.drift, said.error];
    """
    drawn = {"losses": "spike-iid", "C": 10.0, "small": 1.0, "p": 0.05}
    stream = rl.losses.SpikeIID(C=10.0, small=1.0, p=0.05)
    for beta2 in (0.5, 0.95):
        s = settings(**drawn, beta2=beta2)
        ((drift, error),) = in_page(data, code, [s])
        told = rl.limit(adjusted(parse("method", "adam"), s), stream)
        assert abs(float(drift) - told.drift) < 5 * float(error)
    given = [
        settings(**drawn, **more)
        for more in ({"a": "amsgrad"}, {"a": "adagrad"}, {"beta2": 0.9999999})
    ]
    assert [drift for drift, _ in in_page(data, code, given)] == [None] * 3


@needs_javascript
def test_no_limit_is_claimed_where_updates_do_not_repeat(data):
    given = [settings(a=name) for name in ("adagrad", "nosadam", "yogi")]
    assert in_page(data, LIMIT, given) == [None] * 3


@needs_javascript
def test_code_gives_the_very_numbers(data):
    """The lines that the page shows are run; what they print is what the page's play has."""
    given = [
        settings(T=2000),
        settings(a="adam:eps_place=inside", b="lookahead/adam", T=500, eps=1.0, x1=0.5, step="own"),
        settings(losses="periodic", c=[2.0, -1.0, -0.5], a="sgd", step="constant", T=300),
        settings(losses="spike-iid", seed=7, T=900, b="adam:convention=pytorch", eps=1e-8),
        settings(a="adamw", b="gradient-noise/adam", seed=7, T=400),
        settings(a="lookahead/adam", b="prodigy", step="constant", T=200),
    ]
    code = """
        const end = ["a", "b"].map((which) => {
          const job = job_of("play", which, given, data), it = put_together(job);
          const play = it.play(filled(it, job), { at: [given.T], x1: given.x1, source: it.stream(given.seed) });
          play.advance(given.T);
          return play.books()[0].regret / given.T;
        });
        return { lines: python_lines(given, data), end };
    """
    for got in in_page(data, code, given):
        lines = [line for line in got["lines"].splitlines() if not line.startswith("play_a.plot")]
        space: dict = {}
        exec("\n".join(lines), space)
        for which, value in zip("ab", got["end"], strict=True):
            want = space[f"play_{which}"].data.average_regret.values[-1].item()
            assert value == pytest.approx(want, rel=1e-12), got["lines"]


@needs_javascript
def test_a_link_brings_settings_back_and_nonsense_is_refused(data):
    given = [*at_random(20), settings(losses="periodic", c=[1.5, -2.0]), settings(b="clip/adam")]
    back = in_page(data, "return from_link(as_link(given, data), data);", given)
    assert back == given
    nonsense = [
        "a=alert(1)", "a=__proto__", "constructor=1", "T=1e99", "beta2=2", "beta1=", "c=1 x 3", "seed=0.5",
        "a=adam&hello=there", "<script>", "T=NaN", "step=power", "T=100&T=200", "C=0x10", "losses=periodic&c=+",
    ]  # fmt: skip
    assert in_page(data, "return from_link(given, data);", nonsense) == [None] * len(nonsense)


@needs_javascript
def test_what_is_out_of_range_is_clamped_and_said(data):
    given = [{"beta1": 3}, {"T": 12.4}, {"period": 1}, {"c": [1, None]}, {"alpha": None}]
    got = in_page(data, "return made_valid(given, data);", given)
    assert [said and len(said) for _, said in got] == [1] * 5
    assert (got[0][0]["beta1"], got[1][0]["T"], got[2][0]["period"]) == (0.999, 12, 2)
    assert (got[3][0]["c"], got[4][0]["alpha"]) == ([1], NUMBERS["alpha"].start)


@pytest.mark.parametrize("kind", list(VIEWS))
@needs_javascript
def test_a_landscape_is_the_one_of_the_package(data, kind):
    told, piece = data["landscapes"][kind.name], kind()
    assert told["numbers"] == piece.numbers()
    assert "no claim" not in told["formula"].lower()  # the page says it once, of all
    if told["least"]:
        assert piece.value(1, np.array(told["least"])) == 0.0
    draw = random.Random(3)
    points = [[draw.uniform(-2, 2), draw.uniform(-2, 2)] for _ in range(20)]
    code = f"""{told["value"]} {told["gradient"]}
        return {json.dumps(points)}.map(([x, y]) => [value(x, y), ...gradient(x, y)]);"""
    for point, got in zip(points, answers([{"script": "0", "code": code}])[0], strict=True):
        at = np.array(point)
        want = [piece.value(1, at), *piece.gradient(1, at)]
        assert [float(v) for v in got] == pytest.approx(want, rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("kind", list(VIEWS))
@needs_javascript
def test_a_race_is_the_play_of_the_package(data, kind):
    """Every method that may race: by plays of one coordinate in the page, in the plane in Python."""
    told, rounds = data["landscapes"][kind.name], 60
    racers = [key for key, method in data["tables"]["methods"].items() if method["alone"]]
    job = {"losses": "periodic", "step": "constant", "rounds": rounds}
    job |= {name: told[name] for name in ("alpha", "start", "gradient")}
    code = "return raced({ ...given.job, tables: data.tables }, given.method);"
    given = [{"job": job, "method": key} for key in racers]
    step, moved = rl.schedules.Constant(alpha=told["alpha"]), 0
    for key, got in zip(racers, in_page(data, code, given), strict=True):
        run = rl.play(
            parse("method", key), kind(), rl.sets.Box([-1e12] * 2, [1e12] * 2), step=step,
            rounds=rounds, x1=told["start"], at=1, engine="plain",
        )  # fmt: skip
        want = run.data.iterate.values.reshape(rounds, 2)[: len(got)]
        near = np.abs(want) < 1e3  # what flies off goes its own way, by rounding
        assert np.array(got, float)[near] == pytest.approx(want[near], rel=1e-6, abs=1e-9), key
        moved += len(got) == rounds
    assert moved > 0.9 * len(racers)


def test_presets_are_of_what_is_offered(data):
    for name, preset in PRESETS.items():
        s = START | preset.settings
        assert {s["a"], s["b"]} <= set(data["tables"]["methods"]), name
        for key, number in NUMBERS.items():
            assert number.low <= s[key] <= number.high, (name, key)


@pytest.mark.parametrize(
    ("name", "which", "fails"),
    [
        ("online", "a", True), ("online", "b", False), ("theorem1", "a", True), ("theorem6", "a", True),
        ("momentum", "a", False), ("momentum", "b", True), ("re-entrant", "a", True), ("mirror", "a", True),
        ("sgd", "b", False),
    ],
)  # fmt: skip
def test_presets_show_what_they_say_and_are_certified(data, name, which, fails):
    told = data["known"][name][which]
    assert (told["average_regret"] > 0) == fails
    assert len(told["certificate"]["digest"]) == 64
    low, high = map(float, told["certificate"]["drift"])
    assert low <= told["drift"] + 1e-9
    assert told["drift"] - 1e-9 <= high


def test_one_file_below_three_megabytes_that_asks_for_nothing(data):
    text = page()
    assert len(text.encode()) < 3e6
    for asked in ("<script src", "<link", "@import"):
        assert asked not in text, asked


def test_a_notebook_shows_the_same_document(data):
    shown = rl.explorer()
    assert shown.html == page()
    assert shown._repr_html_().startswith('<iframe title="regretlab explorer"')


def test_the_command_writes_it(data, tmp_path, capsys):
    out = tmp_path / "new" / "page.html"
    assert main(["explore", "--out", str(out), "--no-browser"]) == 0
    assert out.read_text("utf-8") == page()
    assert "without a network" in capsys.readouterr().out


@pytest.mark.parametrize("out", ["here.txt", "/proc/nowhere/page.html"])
def test_an_output_that_cannot_be_is_one_line(data, out, capsys):
    assert main(["explore", "--out", out, "--no-browser"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert out in said


def test_a_missing_extra_is_one_line(monkeypatch, capsys, tmp_path):
    for name in [n for n in sys.modules if n == "bokeh" or n.startswith("bokeh.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bokeh", None)
    page.cache_clear()
    assert main(["explore", "--out", str(tmp_path / "page.html"), "--no-browser"]) == 2
    assert "pip install 'regretlab[explorer]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
