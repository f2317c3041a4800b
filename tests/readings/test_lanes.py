"""Loops over many settings: quotients by an inverse are divisions, to the last bit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regretlab.arithmetic import fma
from regretlab.readings.lanes.text import LARGE, SMALL, Writer
from regretlab.readings.tracing import Graph

safe = st.floats(SMALL, LARGE, exclude_min=True, exclude_max=True)
signs = st.sampled_from([-1.0, 1.0])


def division():
    """The statements that a kernel has for n0 / n1, as a function of them."""
    graph = Graph()
    a, b = graph.leaf("a"), graph.leaf("b")
    writer = object.__new__(Writer)
    writer.number, writer.lies = {a: 0, b: 1}, {b: ()}
    lines = ["inverse1 = 1.0 / n1", *writer.divided("n2", a, b), "return n2"]
    world: dict = {"fused": fma}
    exec("def quotient(n0, n1):\n    " + "\n    ".join(lines), world)
    return world["quotient"]


QUOTIENT = division()


@given(safe, safe, signs, signs)
@example(1.0, 3.0, 1.0, 1.0)
@example(math.nextafter(2.0, 0.0), math.nextafter(1.0, 2.0), 1.0, -1.0)
@example(math.nextafter(1.0, 2.0), math.nextafter(2.0, 0.0), 1.0, 1.0)
@example(math.nextafter(LARGE, 0), math.nextafter(SMALL, 1), 1.0, 1.0)
@example(math.nextafter(SMALL, 1), math.nextafter(LARGE, 0), 1.0, 1.0)
def test_a_quotient_by_the_inverse_has_the_bits_of_the_division(a, b, s, r):
    assert QUOTIENT(s * a, r * b) == (s * a) / (r * b)


@pytest.mark.parametrize("near", ["b just below a power of 2", "a near a multiple of b", "any"])
def test_hard_cases(near):
    draws = np.random.default_rng(5)
    for _ in range(3000):
        b = float(draws.uniform(1, 2))
        a = float(draws.uniform(1, 2))
        if near.startswith("b"):
            b = 2.0 - float(draws.integers(1, 40)) * 2.0**-52
        elif near.startswith("a"):  # quotients near the middle between two doubles
            q = float(draws.uniform(1, 2)) + 2.0**-53
            a = math.nextafter(q * b, float(draws.integers(0, 2)) * 4.0)
        assert QUOTIENT(a, b) == a / b
