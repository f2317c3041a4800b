"""What printed plays stand on: draws, exact sums, the books, refusals, and what `exact` says."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction

import pytest
from browser import CHROMIUM, NODE, answers, bits, in_chromium, needs_javascript

import regretlab as rl
from regretlab import losses, methods, schedules, sets
from regretlab.arithmetic import two_product
from regretlab.errors import InvalidInput
from regretlab.philox import normal, stream, uniform
from regretlab.readings.javascript import exact, javascript, near, runtime

RUNTIME = f"(function () {{ {runtime()}; return {{ philox, uniform, normal, stream, fsum, mod, product_rest, copysign }}; }})()"  # noqa: E501

# Random123, kat_vectors: philox4x32 10 (counter, key, result)
VECTORS = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def ran(code: str) -> list:
    """What some code gives, with the functions of the runtime in `made`."""
    return answers([{"script": RUNTIME, "code": f"return {code};"}])[0]


def over(name: str, arguments: list) -> list:
    """A function of the runtime at many arguments."""
    return ran(f"{json.dumps(arguments)}.map((a) => made.{name}(...a))")


@needs_javascript
def test_philox_has_the_published_vectors():
    code = "".join(
        f"made.philox(...{json.dumps(c + k)}, out); got.push([...out]);" for c, k, _ in VECTORS
    )
    got = ran(f"(() => {{ const out = new Uint32Array(4), got = []; {code} return got; }})()")
    assert got == [words for _, _, words in VECTORS]


@needs_javascript
def test_draws_have_the_bits_of_those_in_python():
    dice = random.Random(3)
    for _ in range(20):
        seed, run = dice.randrange(2**64), dice.randrange(2**32)
        source = stream(seed, run)
        asked = [
            (dice.choice([k + 1, dice.randrange(2**31, 2**53)]), dice.randrange(3))
            for k in range(50)
        ]
        of = f'(() => {{ const s = made.stream("{seed}", {run}); return {json.dumps(asked)}.map('
        got = ran(of + "([t, i]) => [made.uniform(s, t, i), made.normal(s, t, i)]); })()")
        for (t, i), (u, z) in zip(asked, got, strict=True):
            assert bits(u) == bits(uniform(source, t, i))
            assert z == pytest.approx(normal(source, t, i), rel=1e-12, abs=1e-14)


@needs_javascript
def test_the_rest_of_a_product_is_exact_wherever_it_is_a_number():
    dice, pairs = (
        random.Random(5),
        [(0.0, 3.0), (-0.0, 1e300), (1e308, 1.5), (5e-324, 0.7), (1e-160, 1e-160)],
    )
    for size in (1, 8, 300, 1000):
        for _ in range(500):
            a, b = (math.ldexp(dice.uniform(-1, 1), dice.randint(-size, size)) for _ in range(2))
            pairs.append((a, b))
    sound = [(a, b) for a, b in pairs if math.isfinite(a * b)]
    for (a, b), e in zip(
        sound, over("product_rest", [(a, b, a * b) for a, b in sound]), strict=True
    ):
        want = float(Fraction(a) * Fraction(b) - Fraction(a * b))
        assert float(e) == want == two_product(a, b)[1], (a, b)


@needs_javascript
def test_sums_are_rounded_once():
    dice = random.Random(7)
    sums = [
        [1e16, 1.0, 1e-16],
        [1.0, 2.0**-53, 2.0**-120],
        [1.0, -(2.0**-54), -(2.0**-130)],
        [],
        [-0.0],
    ]
    for _ in range(2000):
        terms = [
            dice.uniform(-1, 1) * 2.0 ** dice.randint(-60, 60) for _ in range(dice.randint(1, 6))
        ]
        sums.append([*terms, -terms[0] * (1 + dice.randint(0, 1) * 2**-52)])
        sums.append(
            [1.0, math.ldexp(dice.choice([-1, 1]), -53), dice.choice([-1, 0, 1]) * 2.0**-110]
        )
    got = over("fsum", [[terms] for terms in sums])
    assert [float(v) for v in got] == [math.fsum(terms) for terms in sums]
    assert over("fsum", [[[1e308, 1e308]]]) == ["NaN"]


@needs_javascript
def test_remainders_have_pythons_sign():
    pairs = [(a, b) for a in (-7, -6, 0, 5, 7.5, -0.25) for b in (3, -3, 2.5)]
    assert [float(v) for v in over("mod", pairs)] == [a % b for a, b in pairs]


@needs_javascript
def test_a_slider_moves_a_parameter_without_printing_anew():
    script = javascript(methods.Adam(), losses.Spike())
    changes = {
        "method": {"beta2": 0.7},
        "losses": {"C": 5.0, "period": 7},
        "step": {"alpha": 0.1},
        "feasible": {"lo": -3.0},
    }
    task = {
        "script": script,
        "rounds": 500,
        "chunk": 100,
        "at": [500],
        "x1": 0.5,
        "seed": 0,
        "run": 0,
    }
    got, plain = answers([task | {"changes": changes}, task])
    method, adversary = methods.Adam(beta2=0.7), losses.Spike(C=5.0, period=7)
    play = rl.play(
        method,
        adversary,
        sets.Interval(-3, 1),
        500,
        schedules.InverseSqrt(0.1),
        0.5,
        engine="plain",
    )
    assert bits(got["x"]) == bits(play.data.final_iterate.item())
    assert bits(got["books"][0]["regret"]) == bits(play.data.regret.values[-1])
    assert got["x"] != plain["x"]


@needs_javascript
@pytest.mark.parametrize(
    "method", [methods.Adam(beta2=0.9, eps=0.1), methods.Lookahead(), methods.AMSGrad()]
)
def test_the_orbit_has_the_m_and_the_V_of_the_plain_engine(method):
    script, at = javascript(method, losses.ReddiPeriod3()), [*range(1, 5), *range(98, 101)]
    got = answers(
        [
            {
                "script": script,
                "rounds": 100,
                "chunk": 30,
                "at": at,
                "x1": 0.0,
                "seed": 0,
                "run": 0,
                "watch": True,
            }
        ]
    )[0]
    data = rl.play(
        method,
        losses.ReddiPeriod3(),
        rounds=100,
        step=method.default_step,
        at=at,
        engine="plain",
        record="m,V",
    ).data
    assert [row["t"] for row in got["watched"]] == at
    for row in got["watched"]:
        now = data.sel(round=row["t"])
        assert (row["m"], row["V"], row["x"]) == (now.m.item(), now.V.item(), now.iterate.item())
        assert row["u"] == pytest.approx(row["m"] / math.sqrt(row["V"]), rel=1e-15)


@needs_javascript
def test_a_step_that_is_not_finite_ends_the_play_before_its_round():
    script = javascript(
        methods.SGD(), losses.Periodic(c=[1.0, 1e308, 1e308]), step=schedules.Constant(10.0)
    )
    task = {
        "script": script,
        "rounds": 50,
        "chunk": 50,
        "at": [1, 2, 3],
        "x1": 0.0,
        "seed": 0,
        "run": 0,
    }
    got = answers([task])[0]
    assert got["trouble"] == {"round": 2, "why": "the step is not finite"}
    assert got["round"] == 1
    assert got["x"] == -1.0
    assert len(got["books"]) == 1


@pytest.mark.skipif(not (NODE and CHROMIUM), reason="compares node and chromium: one is missing")
def test_node_and_chromium_agree():
    task = {
        "script": javascript(methods.Adam(), losses.ReddiStochastic()),
        "rounds": 3000,
        "chunk": 999,
        "at": [3000],
        "x1": 0.0,
        "seed": 5,
        "run": 2,
    }
    assert json.loads(in_chromium([task])) == answers([task])


def test_exact_says_which_methods_keep_their_bits():
    assert exact(methods.Adam())
    assert exact(methods.Lookahead())
    assert exact(methods.RMSProp())
    assert near(methods.DiffGrad()) == {"exp"}
    assert near(methods.AdamNC(schedule="power")) == {"pow"}
    assert exact(methods.AdamNC())
    assert not exact(methods.Clip(method=methods.PAdam()))
    assert '"near": ["pow"]'.replace('"near"', "near") in javascript(
        methods.Adam(), losses.Spike(), step=schedules.Power()
    )


@pytest.mark.parametrize(
    ("method", "adversary", "feasible", "why"),
    [
        (methods.ONS(), losses.Spike(), None, "ons sees whole arrays"),
        (methods.Adam(), losses.Quadratic(), None, "quadratic is not linear"),
        (methods.Adam(), losses.RandomLinear(), None, "random-linear names source"),
        (methods.Adam(), losses.Periodic(c=[[1.0, 2.0]]), None, "periodic has not one coordinate"),
        (methods.Adam(), losses.Spike(), sets.Box(), "box is not an interval"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_one_line(method, adversary, feasible, why):
    with pytest.raises(InvalidInput, match=why) as refused:
        javascript(method, adversary, feasible)
    assert "\n" not in str(refused.value)
