"""Proofs line by line: the ends are the regret and the bound, the chain holds, and can be broken."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regretlab as rl
from regretlab import bounds, losses, methods, schedules, sets
from regretlab.errors import InvalidInput
from regretlab.theorems import PROOFS, proof_lines
from regretlab.theorems.proofs import chain
from regretlab.theorems.proofs.noise import average

ENDS = {
    "theorem4": [("cauchy-schwarz", bounds.Theorem4Improved()), ("printed", bounds.Theorem4())],
    "theorem4-no-middle": [("cauchy-schwarz", bounds.Theorem4NoMiddle())],
    "ogd": [("sum", bounds.OGD())],
}


def played(theorem: str, rounds: int = 60, **more):
    """A play in two dimensions, from one corner."""
    falling = methods.AMSGrad(0.5, 0.8, beta1_decay="harmonic")
    stream = losses.Periodic(np.array([[3.0, -1.0], [-1.0, 2.5], [-1.0, 0.0], [0.5, -0.5]]))
    asked = {"method": methods.SGD() if theorem == "ogd" else falling, "losses": stream}
    asked |= {"set": sets.Box([-1, -2], [1, 0.5]), "rounds": rounds, "x1": [1.0, -2.0]} | more
    return rl.play(**asked, engine="plain", at=[1, 2, 7, rounds], progress=False)


@pytest.mark.parametrize("theorem", PROOFS)
def test_a_proof_leads_from_the_regret_to_the_bound(theorem):
    run = played(theorem)
    lines = proof_lines(run, theorem)
    assert lines.attrs["holds"] == 1
    assert lines.value.values[0] == pytest.approx(run.data.regret.values)
    for name, bound in ENDS[theorem]:
        rhs = run.against(bound).rhs
        assert rhs is not None
        assert lines.value.sel(line=name).values == pytest.approx(rhs, rel=1e-12)
    slack = lines.slack.values[1:]
    assert slack.sum(axis=0) == pytest.approx(lines.value.values[-1] - lines.value.values[0])
    assert (slack > 1e-6).any(axis=1).sum() >= len(slack) - 3  # hardly a line gives nothing away


def test_losses_that_are_not_linear_lose_at_the_tangent():
    centre = losses.Drift(path="sinusoidal", period=10)
    run = played("theorem4", losses=centre, set=sets.Interval(-1, 1), x1=-1.0)
    lines = proof_lines(run)
    assert lines.attrs["holds"] == 1
    assert float(lines.slack.sel(line="linear", round=60)) > 0.1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    c=st.lists(st.tuples(*[st.integers(-5, 5)] * 2), min_size=1, max_size=6),
    beta2=st.sampled_from([0.2, 0.9, 0.999]),
    share=st.floats(0, 0.95),
    alpha=st.floats(0.01, 10),
    decay=st.sampled_from(["constant", "geometric", "harmonic"]),
    theorem=st.sampled_from(["theorem4", "theorem4-no-middle"]),
)  # fmt: skip
def test_every_line_is_at_most_the_next(c, beta2, share, alpha, decay, theorem):
    learner = methods.AMSGrad(share * math.sqrt(beta2), beta2, beta1_decay=decay, lam=0.7)
    stream, step = losses.Periodic(np.array(c, dtype=float)), schedules.InverseSqrt(alpha)
    run = played(theorem, 40, method=learner, losses=stream, step=step)
    assert proof_lines(run, theorem).attrs["holds"] == 1


def test_a_line_by_two_plain_loops():
    trace = chain.traced(played("theorem4"), PROOFS["theorem4"])
    total = 0.0
    for s in range(60):
        for i in range(2):
            inside = sum(0.5 ** (s - j) * trace.g[j, i] ** 2 for j in range(s + 1))
            total += inside / (2 * trace.a[s, i]) if trace.a[s, i] else 0.0
    assert average(trace, 60) == pytest.approx(total)


def test_a_false_line_is_seen(monkeypatch):
    """With a diameter that is too small the telescope does not reach."""
    true = chain.traced
    small = lambda *a: dataclasses.replace(true(*a), D=0.05, D2=0.05)  # noqa: E731
    monkeypatch.setattr(chain, "traced", small)
    for theorem in PROOFS:
        lines = proof_lines(played(theorem), theorem)
        assert lines.attrs["holds"] == 0
        assert float(lines.slack.sel(line="telescope").min()) < 0


def test_what_cannot_be_followed_is_refused():
    with pytest.raises(InvalidInput, match=r"theorem5 is not a proof .* did you mean 'theorem4'\?"):
        proof_lines(played("theorem4"), "theorem5")
    with pytest.raises(InvalidInput, match="2 runs: a proof goes along one"):
        proof_lines(played("theorem4", runs=2))
    with pytest.raises(InvalidInput, match="theorem4 makes no claim here: it needs method amsgrad"):
        proof_lines(played("ogd"))
    learner, stream = methods.AMSGrad(0.5, 0.9), losses.Periodic()
    long = rl.play(learner, stream, rounds=100_001, engine="plain", at=[100_001])
    with pytest.raises(InvalidInput, match="rounds=100001 are more than 100000"):
        proof_lines(long)


def test_it_is_shown(capsys, tmp_path):
    lines = proof_lines(played("theorem4-no-middle"), "theorem4-no-middle")
    rl.show.describe_proof(lines)
    said = capsys.readouterr().out
    assert all(str(name) in said for name in lines.line.values)
    path = tmp_path / "proof.png"
    drawn = rl.show.plot_proof(lines, path)
    assert path.stat().st_size > 10_000
    left, right = drawn.axes
    assert len(left.lines) == (lines.relation.values == "<=").sum()
    bars: Any = right.patches
    assert sum(bar.get_width() for bar in bars) == pytest.approx(1)
