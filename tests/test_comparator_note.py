"""A regret without a certificate says so, on the command line, in JSON and in tables."""

from __future__ import annotations

import json

import pytest

from regretlab.cli import main

CASES = {
    "an infinite gap": (
        ["sgd", "softmax", "--set", "whole-space"],
        "convex solve, no certificate: the set is not bounded, nor the losses strongly convex",
    ),
    "no minimum": (
        ["sgd", "random-linear", "--set", "whole-space"],
        "linear minimiser, exact; none (NaN) where the sum of the losses is not bounded below on",
    ),
    "runs": (
        ["sgd", "random-linear", "--set", "whole-space", "--runs", "2"],
        "linear minimiser, exact; none (NaN) where the sum of the losses is not bounded below on",
    ),
    "not convex": (["sgd", "saddle"], "no regret claim: the losses are not convex"),
    "a certificate": (["sgd", "absolute"], None),
    "an exact one": (["sgd", "random-linear", "--runs", "2"], None),
}


@pytest.mark.parametrize("name", CASES)
def test_why_there_is_no_certificate(name, capsys):
    arguments, wanted = CASES[name]
    asked = ["play", *arguments, "--rounds", "50", "--engine", "plain"]
    assert main([*asked, "--json"]) == 0
    note = json.loads(capsys.readouterr().out)["comparator_note"]
    assert (note is None) == (wanted is None)
    assert main(asked) == 0
    table = capsys.readouterr().out
    assert "nan" not in table.replace("(NaN)", "")
    rows = [line for line in table.splitlines() if line.startswith("│ comparator ")]
    if wanted is not None:
        assert wanted in note
        assert wanted[:40] in rows[-1]


def test_a_bound_that_makes_no_claim_says_what_it_needs_and_what_there_is(capsys):
    asked = ["play", "coin-betting", "spike", "--bound", "coin-betting", "--rounds", "20"]
    assert main([*asked, "--engine", "plain"]) == 0
    table = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "no claim it needs scale=given; this play has scale=largest" in table
    assert "status true: proved here, or proved and tried here" in table
    assert "known from memory: the paper's text was not read (label M)" in table
