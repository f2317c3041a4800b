"""The mean update on i.i.d. losses: by enumeration, by long plays, and where it changes sign."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regretlab as rl
from regretlab import losses, methods, schedules, sets
from regretlab.errors import InvalidInput
from regretlab.limits.laws import Law, mean_update


def enumerated(law, beta1, beta2, eps, inside, ahead, depth=12):
    """E[u] over all pasts of `depth` rounds; what is older counts as the mean of g and of g^2."""
    mean, square = law.mean, float(law.values**2 @ law.chances)
    total = 0.0
    for past in itertools.product(range(len(law.values)), repeat=depth):
        g = law.values[list(past)]
        k = np.arange(depth)
        m = (1 - beta1) * (beta1**k * g).sum() + beta1**depth * mean
        v = (1 - beta2) * (beta2**k * g**2).sum() + beta2**depth * square
        root = np.sqrt(v + eps) if inside else np.sqrt(v) + eps
        total += law.chances[list(past)].prod() * ((mean if ahead else m) / root)
    return total


@settings(deadline=None, max_examples=25)
@given(
    st.floats(0, 0.4), st.floats(0, 0.3), st.sampled_from([0.0, 0.1, 1.0]), st.booleans(),
    st.floats(0.05, 0.95), st.floats(1.5, 20), st.booleans(),
)  # fmt: skip
def test_by_enumeration(beta1, beta2, eps, inside, p, C, ahead):
    law = Law(np.array([C, -1.0]), np.array([p, 1 - p]))
    if ahead:
        eps = 0.0
    value, error = mean_update(law, beta1, beta2, eps, inside, ahead)
    assert value == pytest.approx(
        enumerated(law, beta1, beta2, eps, inside, ahead), abs=error + 3e-5 + C * 0.4**12
    )


@pytest.mark.parametrize(
    ("method", "stream"),
    [
        (methods.Adam(0.9, 0.99), losses.ReddiStochastic()),
        (methods.Adam(0.5, 0.9, eps=1.0), losses.SpikeIID(C=5, small=1, p=0.2)),
        (methods.Adam(0.5, 0.9, eps=1.0, eps_place="inside"), losses.SpikeIID(C=5, small=1, p=0.2)),
        (methods.RMSProp(0.9, beta1=0.5), losses.SpikeIID(C=5, small=1, p=0.2)),
        (methods.ADOPT(0.9, 0.99), losses.SpikeIID(C=30, small=1, p=0.04)),
        (methods.SGD(), losses.SpikeIID(C=5, small=1, p=0.2)),
    ],
    ids=lambda piece: piece.name,
)
def test_by_long_plays(method, stream):
    """What x moves by, over 16 runs: within five standard errors."""
    told = rl.limit(method, stream)
    run = rl.play(
        method, stream, sets.WholeSpace(), 300_000, schedules.Constant(1.0), 0.0, runs=16,
        at=[100_000, 300_000], progress=False,
    )  # fmt: skip
    x = run.data.iterate.sel(round=[100_000, 300_000]).values[..., 0]
    means = (x[:, 0] - x[:, 1]) / 200_000
    assert abs(means.mean() - told.drift) < 5 * means.std(ddof=1) / 4 + told.drift_error
    assert told.kind in ("closed form", "quadrature")
    assert told.verdict == ("fails" if told.drift * told.slope_sum < 0 else "vanishes")


def test_the_papers_example():
    """Adam(.9, .99) and (.9, .999) go wrong on 1010 w.p. .01; the sign turns near beta2 = .9996."""
    drifts = {
        b: rl.limit(methods.Adam(0.9, b), losses.ReddiStochastic()).drift for b in (0.99, 0.999)
    }
    assert drifts[0.99] == pytest.approx(-0.0591, abs=1e-4)
    assert drifts[0.999] == pytest.approx(-0.0030, abs=1e-4)
    assert rl.limit(methods.Adam(0.9, 0.9997), losses.ReddiStochastic()).drift > 0
    told = rl.limit(methods.Adam(0.9, 0.99), losses.ReddiStochastic())
    assert told.average_regret == pytest.approx(0.2 * 2)
    assert told.x_limit == 1.0
    assert rl.limit(methods.AMSGrad(), losses.ReddiStochastic()).verdict == "vanishes"


def test_others_are_simulated_and_say_so():
    told = rl.limit(methods.Lion(), losses.SpikeIID(C=101, small=1, p=0.0101))
    assert (told.kind, told.verdict) == ("simulated", "fails")
    assert 0 < told.drift_error < abs(told.drift)


@pytest.mark.parametrize(
    ("method", "step", "words"),
    [
        (methods.AdamW(weight_decay=0.1), None, "iterate"),
        (methods.Adam(), schedules.Constant(0.1), "tend to 0"),
        (methods.CoinBetting(), None, "gradients alone"),
    ],
)
def test_what_is_refused(method, step, words):
    with pytest.raises(InvalidInput, match=words):
        rl.limit(method, losses.ReddiStochastic(), step=step)
