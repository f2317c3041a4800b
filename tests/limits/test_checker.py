"""The checker: whatever is changed in a certificate, nothing that is not so gets through."""

from __future__ import annotations

import ast
import copy
import hashlib
import json
import re
import subprocess
import sys
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("flint")

import regretlab as rl
from regretlab.cli import main
from regretlab.limits import checker
from regretlab.limits.certificates import certify

M, L = rl.methods, rl.losses
getcontext().prec = 60
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


def sealed(document):
    """The same with the digest of what it says."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(rest, sort_keys=True)
    return rest | {"digest": hashlib.sha256(text.encode()).hexdigest()}


def changed(document, path, value, *, fresh=True):
    """A copy with one value changed, and with a digest made anew."""
    document = copy.deepcopy(document)
    at(document, path[:-1])[path[-1]] = value
    return sealed(document) if fresh else document


VALUES = [path for path in leaves(MADE["band"]) if path != ("digest",)]


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
            checker.check(changed(document, path, new, fresh=False))

    @pytest.mark.parametrize(("document", "path"), cases())
    def test_another_type_is_refused(self, document, path):
        old = at(document, path)
        for new in (None, True, 1.5, [], {}, "", "word", -1, 10**30, "1/0", "1E999999", "9" * 5000):
            harmless = path[-1] in ("hit_block", "band") and new == 10**30  # a weaker claim
            if (type(new) is type(old) and new == old) or harmless:
                continue
            with pytest.raises(checker.Rejected):
                checker.check(changed(document, path, new, fresh=path != ("digest",)))

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
                    new = sealed(new)
                with pytest.raises(checker.Rejected):
                    checker.check(new)


def text(value):
    """A decimal, as the checker reads numbers."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def shifted(pair, by):
    return [text(Fraction(v) + Fraction(by)) for v in pair]


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
        yield name, document, ("inputs", "lo"), "-1.1"
        yield name, document, ("inputs", "method", "beta2"), "0.11"
        yield name, document, ("inputs", "method", "beta2"), "1"
        yield name, document, ("inputs", "losses", 0), "7"
        losses = document["inputs"]["losses"]
        yield name, document, ("inputs", "losses"), losses[:1] * 4 + losses
        yield name, document, ("inputs", "losses"), losses[:-1]
        yield name, document, ("bits",), 32
        if document["all_t"] is None:
            yield name, document, ("from_block",), 1
            yield name, document, ("all_t",), MADE["adam"]["all_t"]
            continue
        yield name, document, ("all_t",), None
        yield name, document, ("from_block",), document["from_block"] - 1
        yield name, document, ("inputs", "step"), "inverse"
        yield name, document, ("inputs", "alpha"), "0.3"  # the climb takes longer
        claimed = document["all_t"]
        yield name, document, ("all_t", "climb_from"), document["from_block"] - 1
        yield name, document, ("all_t", "climb_from"), claimed["hit_block"] - 1  # too late to climb
        yield name, document, ("all_t", "hit_block"), claimed["hit_block"] - 2
        yield name, document, ("all_t", "per_block"), text(Fraction(claimed["per_block"]) + wide)
        yield name, document, ("all_t", "lost"), text(Fraction(claimed["lost"]) - wide)
        less = Fraction(claimed["sqrt_coefficient"]) * Fraction(999, 1000) - wide
        yield name, document, ("all_t", "sqrt_coefficient"), text(less)
        yield name, document, ("all_t", "good_from"), claimed["good_from"] - 1
        if claimed["band"] != "0":
            narrower = Fraction(claimed["band"]) * Fraction(999, 1000)
            yield name, document, ("all_t", "band"), text(narrower)


@pytest.mark.parametrize(
    ("document", "path", "new"),
    [pytest.param(d, p, v, id=f"{n}-{'.'.join(map(str, p))}-{i}") for i, (n, d, p, v) in enumerate(false_claims())],
)  # fmt: skip
def test_a_false_claim_with_a_fresh_digest_is_refused(document, path, new):
    with pytest.raises(checker.Rejected):
        checker.check(changed(document, path, new))


class TestNumbersAtTheEdges:
    """Either it is refused in one line, or what is said is true."""

    @pytest.mark.parametrize("name", MADE)
    @pytest.mark.parametrize(
        "size", ["9" * 800, "-" + "9" * 800, "0." + "0" * 799 + "1", "-0", "000.0"]
    )
    def test_huge_and_tiny_ones(self, name, size):
        refused, verdict = [], MADE[name]["claim"]["verdict"]
        for path in leaves(MADE[name]):
            if path != ("digest",) and isinstance(at(MADE[name], path), str):
                document = changed(MADE[name], path, size)
                try:
                    assert f": {verdict}, R_T / T -> " in checker.check(document)[0]
                except checker.Rejected as why:
                    refused.append((path, str(why)))
        assert not any("\n" in why for _, why in refused)
        paths = [path for path, _ in refused]
        assert {("claim", "verdict"), ("inputs", "method", "beta2"), ("inputs", "step")} <= {*paths}

    @pytest.mark.parametrize("method", [
        M.SGD(), M.Momentum(), M.RMSProp(eps=0), M.Adam(), M.AMSGrad(), M.AdaMax(), M.Nadam(),
        M.ADOPT(), M.AdaShift(n=1), M.Adam(beta1=0, beta2=0), M.RMSProp(beta2=0), M.AdaMax(eps=0),
    ], ids=str)  # fmt: skip
    def test_losses_that_are_zero_cost_nothing(self, method):
        document = certify(method, L.Periodic(c=[0.0, 0.0]))
        claim = {"verdict": "vanishes", "average_regret": "0", "x_limit": None}
        assert (document["status"], document["claim"]) == ("proved", claim)
        assert checker.check(document)

    @pytest.mark.parametrize("eps", [0.0, 0.25])
    @pytest.mark.parametrize("beta1", [0.0, 0.5])
    @pytest.mark.parametrize("zeros", [1, 2, 3])
    def test_losses_that_begin_with_zero(self, zeros, beta1, eps):
        """What the memory then is stands beside 0 / 0; no block is called good that is not decided."""
        losses = L.Periodic(c=[0.0] * zeros + [2.1, -1.0, -1.0])
        document = certify(M.Adam(beta1=beta1, beta2=0.1, eps=eps), losses)
        assert document["status"] == "proved"
        assert checker.check(document)

    @pytest.mark.parametrize("alpha", [1e-15, 1e-40, 5e-324])
    def test_the_limit_is_proved_however_small_the_steps(self, alpha):
        step = rl.schedules.InverseSqrt(alpha=alpha)
        document = certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3(), step=step)
        claim = {"verdict": "fails", "average_regret": "2/3", "x_limit": "1"}
        assert document["claim"] == claim
        assert (document["all_t"] is None) == (alpha < 1e-20)  # else in more than 10^60 blocks
        assert checker.check(document)

    @pytest.mark.parametrize(("lo", "hi"), [(-7, -6.5), (3, 1e300), (-1e-320, 0), (-1e300, 1e-320)])
    def test_intervals_anywhere(self, lo, hi):
        document = certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3(), rl.sets.Interval(lo, hi))
        width = Fraction(repr(float(hi))) - Fraction(repr(float(lo)))
        assert document["claim"]["x_limit"] == str(Fraction(repr(float(hi))))
        assert Fraction(document["claim"]["average_regret"]) == width / 3
        assert checker.check(document)

    @pytest.mark.parametrize("stated", ["1.50000049", "71.0000449", "3.14159249"])
    def test_a_bound_is_not_printed_smaller_than_it_is(self, stated):
        """Six digits and their radius are printed: rounded to the nearest they would claim too much."""
        document = changed(MADE["band"], ("all_t", "sqrt_coefficient"), stated)
        said = next(line for line in checker.check(document) if line.startswith("R_kP >="))
        middle, radius = re.search(r"\[(\S+) \+/- (\S+)\] sqrt k", said).groups()
        assert Fraction(middle) < Fraction(stated) <= Fraction(middle) + Fraction(radius)


def test_the_example_of_the_documentation():
    """docs/certificates.md checks it by hand; these are its numbers."""
    page = (Path(__file__).parents[2] / "docs" / "certificates.md").read_text(encoding="utf-8")
    document = json.loads(page.split("```json")[1].split("```")[0])
    assert document == certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3())
    assert checker.check(document)[:3] == [
        "rmsprop: Delta = [-0.680949602 +/- 6.35e-12], x_t -> 1: fails, R_T / T -> 2/3",
        "|x_(kP+1) - 1| <= 0 / sqrt(kP) for k >= 79; once so at a k >= 0, it lasts",
        "R_kP >= 2 (k - 79) - 4 x 79 - 0 sqrt k for every k",
    ]


def test_a_true_claim_with_changed_inputs_is_accepted():
    less = changed(MADE["vanishes"], ("inputs", "alpha"), "2.5")
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
        deep = json.dumps(MADE["adam"])
        for depth in (10, 900, 980, 995):
            for field in ('"0.5"', '"fails"', '"rmsprop"', "128"):
                nested = deep.replace(field, "[" * depth + "]" * depth)
                assert nested == deep or check(nested.encode())[0] == 1

    def test_periods_that_are_absurd_are_refused_at_once(self):
        for losses in (["1"] * 10_001, ["1"] * 10_000, [], [["1", "2"]], ["1", []]):
            with pytest.raises(checker.Rejected):
                checker.check(changed(MADE["adam"], ("inputs", "losses"), losses))

    @pytest.mark.parametrize("path", VALUES, ids=lambda p: ".".join(map(str, p)))
    def test_what_json_has_and_numbers_have_not(self, check, path):
        mark = "here it stands"
        file = json.dumps(changed(MADE["band"], path, mark))
        for word in ("NaN", "Infinity", "-Infinity", "1e400", "-0.0", "true", '"NaN"', '"1e3"'):
            status, said = check(file.replace(f'"{mark}"', word).encode())
            assert (status, said.out) == (1, "")

    @pytest.mark.parametrize("path", VALUES, ids=lambda p: ".".join(map(str, p)))
    def test_a_field_that_stands_twice_is_refused(self, check, path):
        """Whichever of the two a reader takes: the values are even the same here."""
        if isinstance(path[-1], str):
            value = json.dumps(at(MADE["band"], path))
            mark = "here it stands"
            file = json.dumps(changed(MADE["band"], path, mark, fresh=False))
            assert check(file.replace(f'"{mark}"', value).encode())[0] == 0
            twice = file.replace(f'"{mark}"', f'{value}, "{path[-1]}": {value}')
            assert check(twice.encode())[0] == 1

    def test_a_file_that_is_not_there(self, tmp_path, capsys):
        assert main(["check", str(tmp_path / "none.json")]) == 2
        assert main(["check", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 2


class TestItStandsAlone:
    def test_it_is_short(self):
        lines = Path(checker.__file__).read_text(encoding="utf-8").splitlines()
        assert len(lines) < 200
        assert max(map(len, lines)) <= 120

    def test_it_imports_nothing_of_regretlab(self):
        tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        allowed = "sys hashlib json re itertools pathlib typing flint"
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
