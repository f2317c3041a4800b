"""Pieces are read from text as they are written; nothing in the text is ever run."""

from __future__ import annotations

import builtins
import contextlib
import math
import os

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import regretlab as rl
from regretlab.parameters import Range
from regretlab.spelling import ROOMS, by_class_name, found, from_spec, named, parse, read_number

PIECES = [(kind, piece) for kind, room in ROOMS.items() for piece in found(room).values()]


def numbers(within: Range) -> st.SearchStrategy[float]:
    """Finite floats of a range, odd ones included."""
    low, high = within.ends()
    return st.floats(
        None if low == -math.inf else low,
        None if high == math.inf else high,
        allow_nan=False,
        allow_infinity=False,
        exclude_min=within.text[0] == "(" and low != -math.inf,
        exclude_max=within.text[-1] == ")" and high != math.inf,
    ).map(lambda v: v + 0.0)  # -0.0 has a test of its own


def values(piece: type, key: str) -> st.SearchStrategy:
    f = piece.parameters()[key]
    kind = piece.kind_of(f)
    if kind == "choice":
        return st.sampled_from(list(f.metadata["among"]))
    everything = Range("(-inf, inf)")
    within = f.metadata.get("within", everything)
    if kind in ("whole", "count"):
        low, high = within.ends()
        return st.integers(int(low), int(min(high, 20 if kind == "count" else 9e15)))
    if kind == "piece" and piece.kind == "set":
        return st.sampled_from(
            [rl.sets.L2Ball(2.0, d=2), rl.sets.Box([0, 1], np.inf), rl.sets.Simplex()]
        )
    if kind == "piece":
        return st.sampled_from([rl.methods.Adam(beta1=0.5), rl.methods.SGD()])
    if key == "betas":
        return st.lists(numbers(Range("[0, 1)")), min_size=1, max_size=6)
    if kind == "array":
        return st.lists(numbers(everything), min_size=1, max_size=6)
    return numbers(within)


@st.composite
def pieces(draw, piece: type):
    settings = {key: draw(values(piece, key)) for key in piece.parameters()}
    if {"lo", "hi"} <= set(settings):
        lo, hi = settings["lo"], settings["hi"]
        if isinstance(lo, list):
            n = draw(st.sampled_from([(len(lo), len(lo)), (len(lo), 1), (1, len(lo))]))
            both = draw(st.lists(numbers(Range("(-inf, inf)")), min_size=2 * len(lo), max_size=12))
            ordered = sorted(both)
            settings["lo"], settings["hi"] = ordered[: n[0]], ordered[-n[1] :]
        else:
            settings["lo"], settings["hi"] = sorted([lo, hi])
    if {"A", "b"} <= set(settings):
        settings["b"] = [1.0]
    if "volatility" in settings:
        settings["volatility"] = [abs(settings["drift"][0])]
    if "v" in settings:
        settings["d"] = 0
    if "path" in settings:
        period, rounds = settings["period"], max(settings["rounds"], 5)
        settings["period"], settings["rounds"] = min(period - period % 2, rounds // 4 * 2), rounds
    if piece.kind == "set" and {"A", "P"} & set(settings):  # whose arrays must fit one another
        settings = {}
    if settings.get("eps_place") == "hat" or settings.get("factor") == 0.0:
        with contextlib.suppress(rl.InvalidInput):
            return piece(**settings)
        reject()
    return piece(**settings)


@pytest.mark.parametrize(("kind", "piece"), PIECES, ids=lambda v: getattr(v, "name", v))
@given(data=st.data())
def test_what_is_written_is_read(kind, piece, data):
    one = data.draw(pieces(piece))
    for other in (parse(kind, str(one)), from_spec(kind, one.spec())):
        assert other == one
        assert hash(other) == hash(one)
        for key, value in one.numbers().items():
            read = other.numbers()[key]
            assert type(read) is type(value)
            assert np.array_equal(read, value)  # to the last bit
    assert parse(kind, f"  {one}  ") == one
    assert from_spec(kind, parse(kind, one.name).spec()) == piece()


@pytest.mark.parametrize("zeros", [(rl.sets.Interval(hi=z) for z in (0.0, -0.0)),
                                   (rl.losses.Periodic(c=[z, 1]) for z in (0.0, -0.0))])  # fmt: skip
def test_equal_pieces_have_one_hash(zeros):
    one, other = zeros
    assert one != other or hash(one) == hash(other)


def test_losses_in_more_than_one_dimension_are_not_written_as_others():
    wide = rl.losses.Periodic(c=[[1, 2], [3, 4]])
    assert from_spec("losses", wide.spec()) == wide
    assert parse("losses", str(wide)) == wide


@given(
    st.lists(st.floats(-1e300, 1e300).map(lambda v: v + 0.0), min_size=1, max_size=12), st.data()
)
def test_matrices_are_written_row_by_row(entries, data):
    columns = data.draw(st.sampled_from([k for k in range(1, 13) if len(entries) % k == 0]))
    matrix = np.reshape(entries, (-1, columns))
    wide = rl.losses.Periodic(c=matrix)
    read = parse("losses", str(wide))
    assert np.array_equal(read.c, matrix)
    assert read == wide


def test_matrices_on_the_command_line():
    triangle = parse("set", "polytope:A=1:1;-1:0;0:-1,b=1;0;0")
    assert triangle.A.tolist() == [[1, 1], [-1, 0], [0, -1]]
    line = parse("set", "intersection/polytope:A=1:1;,b=1,E=2:-1;,f=0&box")
    assert line.first.A.tolist() == [[1, 1]]
    assert line.first.E.tolist() == [[2, -1]]
    for feasible in (triangle, line, rl.sets.Ellipsoid([[2, 1], [1, 3]])):
        assert parse("set", str(feasible)) == feasible == parse("set", feasible.brief())
    assert parse("losses", "periodic:c=3:-1:-1") == parse("losses", "periodic:c=3;-1;-1")
    with pytest.raises(
        rl.InvalidInput, match="row 2 has 1 numbers and row 1 has 2; give every row"
    ):
        parse("set", "polytope:A=1:1;1")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("1e7", 10**7),
        ("1E7", 10**7),
        ("-0.5", -0.5),
        ("+.5", 0.5),
        ("5.", 5.0),
        (" 3 ", 3),
        ("0.1", 0.1),
        ("1e-320", 1e-320),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("9007199254740993", 2**53 + 1),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_numbers(text, number):
    read = read_number("n", text)
    assert read == number
    if isinstance(number, int):
        assert int(read) == number


@pytest.mark.parametrize(
    "text",
    ["0x10", "", " ", "abc", "1e", "--1", "1+1", "1,5", "1e7.5", "½", "1 000", "0b1", "1/2", "e7"],
)
def test_what_is_no_number(text):
    with pytest.raises(rl.InvalidInput, match="n=") as caught:
        read_number("n", text)
    said = str(caught.value)
    assert said.startswith(f"n={text}") or not text.strip()
    assert "is not a number" in said


def test_underscores_group_digits_or_are_refused():
    with contextlib.suppress(rl.InvalidInput):
        assert read_number("n", "1_000") == 1000


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-inf", "Infinity", "1e400"])
def test_numbers_that_are_not_finite_never_reach_a_piece(text):
    for piece in (f"adam:beta1={text}", f"adam:beta2={text}"):
        with pytest.raises(rl.InvalidInput, match="finite"):
            parse("method", piece)
    with pytest.raises(rl.InvalidInput, match="finite"):
        parse("losses", f"periodic:c=1;{text}")


@pytest.mark.parametrize("between", [":", ";"])
def test_lists(between):
    text = between.join(["3", "-1", "-0.5e0"])
    assert parse("losses", f"periodic:c={text}") == rl.losses.Periodic(c=[3, -1, -0.5])
    assert parse("set", f"box:lo={text},hi=4").spec()["lo"] == [3, -1, -0.5]


def test_blanks_do_not_matter():
    wanted = rl.methods.Adam(beta1=0.5, beta2=0.25)
    assert parse("method", " adam: beta1 = 0.5 , beta2=0.25 ") == wanted


def test_words():
    assert parse("method", "amsgrad:correction=after").spec()["correction"] == "after"
    assert parse("method", "amsgrad").spec()["correction"] == "none"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').abort()",
        "adam:beta1=__import__('os').abort()",
        "adam:beta1=(lambda: 0.5)()",
        "adam:__class__=1",
        "adam:beta1=0.5;import os",
        "os.abort",
        "../methods/adam",
        "regretlab.methods.adam",
        "method",
        "__init__",
        "adam.py",
    ],
)
def test_nothing_is_run(monkeypatch, text):
    def never(*arguments, **options):
        raise AssertionError("text was run")

    refused = False
    with monkeypatch.context() as patched:
        patched.setattr(os, "abort", never)
        for name in ("eval", "exec", "compile", "__import__"):
            patched.setattr(builtins, name, never)
        try:
            parse("method", text)
        except rl.InvalidInput:
            refused = True
    assert refused


def test_rooms_find_classes_by_their_names():
    for kind, piece in PIECES:
        assert by_class_name(ROOMS[kind], piece.__name__) is piece
        assert named(kind, piece.name) is piece
    with pytest.raises(AttributeError, match="Nosuch"):
        _ = rl.methods.Nosuch
    assert {"Adam", "AMSGrad", "SGD"} <= set(dir(rl.methods))
    assert not hasattr(rl.sets, "_nothing")


def test_pieces_are_values():
    adam = rl.methods.Adam(beta1=0.5)
    assert adam == rl.methods.Adam(0.5)
    assert adam != rl.methods.Adam()
    assert adam != rl.methods.AMSGrad(beta1=0.5)
    assert len({adam, rl.methods.Adam(0.5), rl.methods.Adam()}) == 2
    changed = adam.but(beta2=0.5).spec()
    assert changed.items() >= {"name": "adam", "beta1": 0.5, "beta2": 0.5}.items()
    assert changed == adam.spec() | {"beta2": 0.5}
    with pytest.raises(AttributeError):
        adam.beta1 = 0.9
    c = np.array([3.0, -1.0])
    losses = rl.losses.Periodic(c=c)
    c[0] = 99.0
    assert losses == rl.losses.Periodic(c=[3, -1])
    with pytest.raises(ValueError, match="read-only"):
        losses.c[0] = 1.0
