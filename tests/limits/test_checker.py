"""The checker: whatever is changed in a certificate, nothing that is not so gets through."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("flint")

import regretlab as rl
from regretlab.cli import main
from regretlab.limits import checker
from regretlab.limits.certificates import certify

M, L = rl.methods, rl.losses
MADE = {
    "adam": certify(M.Adam(beta1=0.5, beta2=0.1), L.Spike(C=2.1, small=1.0, period=3)),
    "band": certify(M.RMSProp(beta2=0.1), L.Periodic(c=[-1.0, -1.0, 3.0])),
    "costs": certify(M.RMSProp(beta2=0.1), L.Periodic(c=[-1.0, -8.0, 1.0, 1.0, 2.0])),
    "vanishes": certify(M.AMSGrad(beta1=0.5, beta2=0.1), L.ReddiPeriod3()),
}


def leaves(value, path=()):
    """The paths to all that is no list and no object."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key)


def at(document, path):
    for key in path:
        document = document[key]
    return document


def changed(document, path, value, *, sealed=True):
    """A copy with one value changed, and with a digest made anew."""
    document = copy.deepcopy(document)
    at(document, path[:-1])[path[-1]] = value
    return document | {"digest": checker.digest(document)} if sealed else document


def cases():
    return [pytest.param(d, p, id=f"{n}-{'.'.join(map(str, p))}") for n, d in MADE.items() for p in leaves(d)]  # fmt: skip # noqa: E501


@pytest.mark.parametrize("name", MADE)
def test_what_is_sound_is_accepted(name):
    assert MADE[name]["status"] == "proved"
    read = json.loads(json.dumps(MADE[name]))
    assert checker.check(read)[-1] == f"All this is {checker.ABOUT}."


class TestOneChange:
    @pytest.mark.parametrize(("document", "path"), cases())
    def test_the_digest_catches_it(self, document, path):
        old = at(document, path)
        new = old + 1 if isinstance(old, int) else f"{old}1"
        with pytest.raises(checker.Rejected):
            checker.check(changed(document, path, new, sealed=False))

    @pytest.mark.parametrize(("document", "path"), cases())
    def test_another_type_is_refused(self, document, path):
        old = at(document, path)
        for new in (None, True, 1.5, [], {}, "", "word", -1, 10**30, "1/0", "1E999999", "9" * 5000):
            true = new is None and path[-1] == "good_from"  # a claim less
            harmless = path[-1] in ("hit_block", "band") and new == 10**30  # a weaker claim
            if (type(new) is type(old) and new == old) or true or harmless:
                continue
            with pytest.raises(checker.Rejected):
                checker.check(changed(document, path, new, sealed=path != ("digest",)))

    @pytest.mark.parametrize("name", MADE)
    def test_fields_too_many_and_too_few(self, name):
        document = MADE[name]
        objects = {path[:n] for path in leaves(document) for n in range(len(path))}
        for path in objects:
            there = at(document, path)
            if isinstance(there, list):
                replaced = [there[1:], [*there, there[0]], [there]]
            else:
                replaced = [there | {"more": "1"}]
                replaced += [{k: v for k, v in there.items() if k != key} for key in there]
            for new in replaced:
                if path:
                    new = changed(document, path, new)
                elif "digest" in new:
                    new |= {"digest": checker.digest(new)}
                with pytest.raises(checker.Rejected):
                    checker.check(new)


def shifted(pair, by):
    return [str(Fraction(v) + Fraction(by)) for v in pair]


def false_claims():
    """Each with the one claim in it that the inputs do not bear out."""
    for name, document in MADE.items():
        claim, wide = document["claim"], Fraction(1, 10**20)
        other = {"fails": "vanishes", "vanishes": "fails"}[claim["verdict"]]
        yield name, document, ("claim", "verdict"), other
        average = str(Fraction(claim["average_regret"]) + wide)
        yield name, document, ("claim", "average_regret"), average
        yield name, document, ("claim", "x_limit"), str(-int(claim["x_limit"]))
        yield name, document, ("claim", "x_limit"), None
        for by in (wide, -wide):
            yield name, document, ("drift",), shifted(document["drift"], by)
            for j, pair in enumerate(document["updates"]):
                yield name, document, ("updates", j), shifted(pair, by)
        yield name, document, ("inputs", "set", "lo"), "-11/10"
        yield name, document, ("inputs", "method", "beta2"), "1/9"
        yield name, document, ("inputs", "method", "beta2"), "1"
        yield name, document, ("inputs", "losses", 0, 0), "7"
        yield name, document, ("inputs", "losses", 0, 1), "5"
        yield name, document, ("bits",), 32
        if document["all_t"] is None:
            yield name, document, ("from_block",), 1
            yield name, document, ("all_t",), MADE["adam"]["all_t"]
            continue
        yield name, document, ("all_t",), None
        yield name, document, ("from_block",), document["from_block"] - 1
        yield name, document, ("inputs", "step", "name"), "inverse"
        yield name, document, ("inputs", "step", "alpha"), "1/3"  # the climb takes longer
        claimed = document["all_t"]
        for j, pair in enumerate(claimed["suffix_sums"]):
            yield name, document, ("all_t", "suffix_sums", j), shifted(pair, wide)
        path = ("all_t", "climb")
        climb, regret = claimed["climb"], claimed["regret"]
        yield name, document, (*path, "eta"), str(Fraction(climb["eta"]) * Fraction(1001, 1000))
        yield name, document, (*path, "from_block"), climb["from_block"] - 1
        yield name, document, (*path, "hit_block"), climb["hit_block"] - 2
        path = ("all_t", "regret")
        yield name, document, (*path, "per_block"), str(Fraction(regret["per_block"]) + wide)
        yield name, document, (*path, "lost"), str(Fraction(regret["lost"]) - wide)
        less = Fraction(regret["sqrt_coefficient"]) * Fraction(999, 1000) - wide
        yield name, document, (*path, "sqrt_coefficient"), str(less)
        if (first := claimed["good_from"]) is not None:
            yield name, document, ("all_t", "good_from"), first - 1
        if claimed["band"] != "0":
            narrower = Fraction(claimed["band"]) * Fraction(999, 1000)
            yield name, document, ("all_t", "band"), str(narrower)


@pytest.mark.parametrize(
    ("document", "path", "new"),
    [pytest.param(d, p, v, id=f"{n}-{'.'.join(map(str, p))}-{i}") for i, (n, d, p, v) in enumerate(false_claims())],
)  # fmt: skip
def test_a_false_claim_with_a_fresh_digest_is_refused(document, path, new):
    with pytest.raises(checker.Rejected):
        checker.check(changed(document, path, new))


def test_a_true_claim_with_changed_inputs_is_accepted():
    less = changed(MADE["vanishes"], ("inputs", "step", "alpha"), "7/3")
    assert checker.check(less)


class TestFiles:
    @pytest.fixture
    def check(self, tmp_path, capsys):
        def run(content: bytes):
            path = tmp_path / "certificate.json"
            path.write_bytes(content)
            status = main(["check", str(path)])
            said = capsys.readouterr()
            assert said.err.count("\n") == (status != 0)
            return status, said

        return run

    def test_what_is_proved_is_printed(self, check):
        status, said = check(json.dumps(MADE["adam"], indent=1).encode())
        assert (status, said.err) == (0, "")
        assert "fails, R_T / T -> 1/15" in said.out

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "not JSON"),
            (b"\xff\xfe\x00", "not JSON"),
            (b"[" * 200_000, "not JSON"),
            (b"9" * 10_000, "not JSON"),
            (b" " * (checker.LARGEST + 1), "larger than"),
            (b"[]", "no regretlab certificate"),
            (b"null", "no regretlab certificate"),
            (b"NaN", "no regretlab certificate"),
            (b"{}", "no regretlab certificate"),
            (b'{"format": "regretlab certificate", "version": 2}', "version is not 1"),
            (b'{"format": "regretlab certificate", "version": 1}', "claims nothing"),
            (b'{"format": "regretlab certificate", "version": 1, "status": "proved"}', "fields"),
        ],
    )
    def test_what_is_none_is_refused(self, check, content, why):
        status, said = check(content)
        assert (status, said.out) == (1, "")
        assert why in said.err

    def test_what_is_cut_short_is_refused(self, check):
        text = json.dumps(MADE["adam"]).encode()
        for length in range(0, len(text), 97):
            assert check(text[:length])[0] == 1

    def test_what_is_nested_deeply_is_refused(self, check):
        deep = json.dumps(MADE["adam"]).replace('"1/2"', "[" * 900 + "]" * 900).encode()
        assert check(deep)[0] == 1

    def test_periods_that_are_absurd_are_refused_at_once(self):
        for runs in ([["1", "1000000000"]], [["1", "10000"]] * 2, [], [["1", "1/2"]], [["1"]]):
            with pytest.raises(checker.Rejected):
                checker.check(changed(MADE["adam"], ("inputs", "losses"), runs))

    def test_a_file_that_is_not_there(self, tmp_path, capsys):
        assert main(["check", str(tmp_path / "none.json")]) == 2
        assert main(["check", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 2


class TestItStandsAlone:
    def test_it_imports_nothing_of_regretlab(self):
        tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        allowed = "sys hashlib json fractions functools itertools pathlib typing flint"
        assert names <= set(allowed.split())

    def test_it_runs_by_itself(self, tmp_path):
        (tmp_path / "sound.json").write_text(json.dumps(MADE["adam"]))
        (tmp_path / "not.json").write_text(json.dumps(MADE["adam"] | {"bits": 129}))
        for name, status in (("sound", 0), ("not", 1)):
            command = [sys.executable, checker.__file__, f"{name}.json"]
            ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
            assert ran.returncode == status
            assert ("R_T / T -> 1/15" in ran.stdout) == (status == 0)
            assert ("refused: it is damaged" in ran.stderr) == (status == 1)
