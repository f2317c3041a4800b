"""Each guard of the checker, against a document in which all else is as it should be."""

from __future__ import annotations

import ast

import pytest

pytest.importorskip("flint")

import regretlab as rl
from regretlab.limits import checker
from regretlab.limits.certificate import sealed
from regretlab.limits.certificates import certify

M, L = rl.methods, rl.losses


def periodic(*c):
    return L.Periodic(c=[float(x) for x in c])


ADAM = certify(M.Adam(beta1=0.5, beta2=0.1), periodic(2.1, -1, -1))
RMSPROP = certify(M.RMSProp(beta2=0.1), periodic(3, -1, -1))


def with_inputs(document, **inputs):
    """The same claim of other inputs, its intervals so wide that they hold whatever is found."""
    method = document["inputs"]["method"] | inputs.pop("method", {})
    inputs = document["inputs"] | inputs | {"method": method}
    wide = ["-1000000", "1000000"]
    less = {"updates": [wide] * len(inputs["losses"]), "all_t": None, "from_block": None}
    return sealed(document | less | {"inputs": inputs, "drift": wide})


def why_refused(document):
    """Why, once the claim is what follows; None if it is accepted."""
    for _ in range(2):
        try:
            checker.check(sealed(document))
        except checker.Rejected as refused:
            told = str(refused)
            if not told.startswith("what follows is "):
                return told
            document = document | {"claim": ast.literal_eval(told.removeprefix("what follows is "))}
        else:
            return None
    return "never the same"


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({}, None),
        ({"losses": ["2.1", "-1", "-1", "0"]}, None),
        ({"method": {"beta1": "1"}}, "outside its range"),
        ({"method": {"beta1": "1.5"}}, "outside its range"),
        ({"method": {"beta1": "-0.5"}}, "outside its range"),
        ({"method": {"beta2": "1.5"}}, "outside its range"),
        ({"method": {"beta2": "-0.5"}}, "outside its range"),
        ({"method": {"eps": "-0.1"}}, "outside its range"),
        ({"alpha": "0"}, "outside its range"),
        ({"alpha": "-1"}, "outside its range"),
        ({"lo": "1"}, "outside its range"),
        ({"lo": "2"}, "outside its range"),
        ({"method": {"beta1": "0", "beta2": "0"}, "losses": ["3", "-1"]}, "sign of the drift"),
        ({"method": {"beta2": "0"}, "losses": ["3", "0", "-1"]}, "not known to be finite"),
    ],
)
def test_the_inputs(inputs, why):
    told = why_refused(with_inputs(ADAM, **inputs))
    assert told is None if why is None else why in (told or "accepted")


@pytest.mark.parametrize("by", [-1, 1])
def test_the_number_of_updates(by):
    document = with_inputs(ADAM)
    document["updates"] = document["updates"][: 3 + by] + [document["drift"]] * max(by, 0)
    assert "not as stated" in (why_refused(document) or "accepted")


@pytest.mark.parametrize(
    ("method", "verdict"),
    [
        (M.Adam(beta1=0.5, beta2=0.1, eps_place="hat", correction="both"), "fails"),
        (M.Nadam(beta1=0.5, beta2=0.1), "fails"),
        (M.RMSProp(beta2=0.999), "vanishes"),
    ],
    ids=str,
)
def test_a_claim_for_all_t_where_none_is_known(method, verdict):
    document = certify(method, periodic(2.1, -1, -1))
    assert document["claim"]["verdict"] == verdict
    document |= {"all_t": ADAM["all_t"], "from_block": ADAM["from_block"]}
    assert "no claim for all T" in (why_refused(document) or "accepted")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, None),
        ({"climb_from": 0}, "a block is out of range"),
        ({"hit_block": 7}, "a block is out of range"),
        ({"hit_block": 10**60 + 1}, "a block is out of range"),
        ({"good_from": 2}, "good_from is out of range"),
        ({"good_from": -1}, "good_from is out of range"),
        ({"band": "0.001"}, "good_from is out of range"),  # it would be of the wall itself
        ({"band": "0.001", "good_from": 1, "sqrt_coefficient": "1"}, None),
        ({"band": "1", "good_from": 1}, "no band lasts"),
        ({"band": "-0.1", "good_from": 1}, "no band lasts"),
    ],
)
def test_the_claim_for_all_t(changes, why):
    assert RMSPROP["from_block"] == 1
    told = why_refused(RMSPROP | {"all_t": RMSPROP["all_t"] | changes})
    assert told is None if why is None else why in (told or "accepted")


EARLIER = [
    (method, c)
    for method in (
        M.RMSProp(beta2=0.9), M.RMSProp(beta2=0.9, correction="both", eps=0.05),
        M.RMSProp(beta2=0.7, correction="both"), M.Adam(beta1=0.9, beta2=0.1),
        M.Adam(beta1=0.9, beta2=0.1, correction="both"), M.Adam(beta1=0.7, beta2=0.9),
        M.Adam(beta1=0.5, beta2=0.9, correction="both"),
    )
    for c in ((30, *[-1] * 29), (20, *[-1] * 19), (41, *[-1] * 39), (-15, *[1] * 14), (13, *[-1] * 12))
]  # fmt: skip


def test_no_block_is_earlier_than_the_transient_allows():
    """The prover finds the least block by a formula of its own; the one before is refused."""
    tried = 0
    for method, c in EARLIER:
        document = certify(method, periodic(*c))
        k0 = document["from_block"]
        if k0 is not None and k0 > 1:
            assert why_refused(document) is None
            earlier = {"from_block": k0 - 1, "all_t": document["all_t"] | {"good_from": k0 - 1}}
            assert why_refused(document | earlier) is not None, (method, c)
            tried += 1
    assert tried >= 15


def test_the_climb_is_not_before_the_band():
    document = certify(M.RMSProp(beta2=0.1), periodic(-1, -1, 3))
    assert document["from_block"] == 2
    document["all_t"] |= {"climb_from": 1}
    assert "a block is out of range" in (why_refused(document) or "accepted")
