"""Adam's orbit on spikes, against its recursion run for a long time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regretlab.theorems.spikes import bisect, drift, powers, updates


@settings(max_examples=40, deadline=None)
@given(
    C=st.floats(0.5, 50),
    P=st.integers(2, 9),
    beta1=st.floats(0, 0.95),
    beta2=st.floats(0, 0.95),
    eps=st.sampled_from([0.0, 1e-3, 2.0]),
)
def test_the_orbit_is_what_the_recursion_comes_to(C, P, beta1, beta2, eps):
    m = v = 0.0
    late = []
    for t in range(1, 150 * P + 1):
        g = C if t % P == 1 else -1.0
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        late = [*late[-P + 1 :], m / math.sqrt(v + eps)]
    assert updates(C, P, beta1, beta2, eps) == pytest.approx(late, rel=1e-9, abs=1e-9)
    assert drift(C, P, beta1, beta2, eps) == pytest.approx(sum(late), abs=1e-8)


@given(beta=st.floats(0, 0.9999), P=st.integers(1, 50))
def test_the_weights_of_the_spike_add_up_to_one(beta, P):
    a = powers(beta, P)
    assert a.sum() == pytest.approx(1)
    assert (np.diff(a) <= 0).all()


def test_bisection():
    assert bisect(lambda x: x * x < 2, 0, 2) == pytest.approx(math.sqrt(2), abs=1e-15)
