"""What the page puts together plays as the plain engine does."""

from __future__ import annotations

import json

import pytest
from browser import answers, bits, needs_javascript

import regretlab as rl
from regretlab.show.explorer.kernels import pieces, refused, switched_on, tables
from regretlab.spelling import parse

ROUNDS = 300


@pytest.fixture(scope="module")
def everything():
    return tables()


def test_all_but_methods_of_whole_arrays_are_there(everything):
    names = {key.partition(":")[0].partition("/")[0] for key in everything["methods"]}
    left_out = refused(pieces("method"))
    assert set(left_out) == {"adagrad-full", "ons"}
    assert names == {m.name for m in pieces("method")} - set(left_out)
    assert {
        "spike",
        "periodic",
        "reddi-period3",
        "reddi-online",
        "reddi-stochastic",
        "spike-iid",
    } <= {key.partition(":")[0] for key in everything["losses"]}
    assert len(json.dumps(everything)) < 5e6


@needs_javascript
@pytest.mark.parametrize("losses", ["reddi-online", "reddi-stochastic"])
def test_what_is_put_together_has_the_bits_of_the_plain_engine(everything, losses):
    """With parameters at 0, too, where the definition in Python has a term less."""
    adversary = parse("losses", losses)
    keys = list(everything["methods"])
    script = f"(() => {{ {everything['compose']}; const tables = {json.dumps(everything)};"
    script += " return (...names) => composed(tables, ...names); })()"
    steps = {key: everything["methods"][key]["step"] for key in keys}
    code = f"""
        return Object.entries({json.dumps(steps)}).map(([method, step]) => {{
          const it = made(method, {json.dumps(losses)}, step.name);
          it.numbers.step = step.numbers;
          const how = {{ at: [{ROUNDS}], x1: 0.25, source: it.stream(3) }};
          const play = it.play(it.numbers, how);
          play.advance({ROUNDS});
          return [play.x, play.books()[0]?.regret ?? NaN, it.exact];
        }});
    """
    got = answers([{"script": script, "code": code}])[0]
    for key, (x, regret, exact) in zip(keys, got, strict=True):
        method = parse("method", key)
        play = rl.play(
            method,
            adversary,
            rounds=ROUNDS,
            step=method.default_step,
            x1=0.25,
            seed=3,
            at=[ROUNDS],
            engine="plain",
        )
        want = play.data.final_iterate.item(), play.data.regret.values[-1]
        if exact:
            assert [bits(x), bits(regret)] == [*map(bits, want)], key
        else:
            assert (float(x), float(regret)) == pytest.approx(want, rel=1e-12, abs=1e-9), key


def test_a_term_that_is_switched_off_is_printed(everything):
    adam = everything["methods"]["adam"]
    assert adam["numbers"]["eps"] == 0.0
    assert "method_eps" in adam["given"]
    assert switched_on(parse("method", "adam")).eps > 0
    assert adam["parameters"]["beta1"]["within"] == "[0, 1)"
