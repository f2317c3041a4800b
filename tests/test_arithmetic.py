"""The primitives against exact rational arithmetic, and both versions against each other bit by bit."""

from __future__ import annotations

import itertools
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regretlab.arithmetic import (
    accumulate,
    fma,
    is_finite,
    maximum,
    minimum,
    quotient,
    sign,
    sqrt,
    two_product,
    two_sum,
    where,
)
from regretlab.engines import compiled

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 3.0, -0.1, 2.5, 1e-300, -1e-300, 5e-324, 1e300, -1e300, sys.float_info.max,
    math.inf, -math.inf, math.nan,
]  # fmt: skip

any_finite = st.floats(allow_nan=False, allow_infinity=False)
below_overflow = st.floats(-1e300, 1e300)
moderate = st.builds(
    math.ldexp, st.floats(-1, 1).filter(lambda v: abs(v) > 1e-6), st.integers(-300, 300)
)


def tabulate(a, b, c, out):
    """Every primitive, row by row; compiled below."""
    for k in range(len(a)):
        out[k, 0] = sqrt(a[k])
        out[k, 1] = quotient(a[k], b[k])
        out[k, 2] = where(a[k] < b[k], a[k], c[k])
        out[k, 3] = sign(a[k])
        out[k, 4] = maximum(a[k], b[k])
        out[k, 5] = minimum(a[k], b[k])
        out[k, 6] = 1.0 if is_finite(a[k]) else 0.0
        out[k, 7] = fma(a[k], b[k], c[k])
        out[k, 8], out[k, 9] = two_sum(a[k], b[k])
        out[k, 10], out[k, 11] = two_product(a[k], b[k])
        out[k, 12], out[k, 13] = accumulate(a[k], b[k], c[k], a[k])


COLUMNS = [
    "sqrt", "quotient", "where", "sign", "maximum", "minimum", "is_finite", "fma", "two_sum",
    "two_sum's rest", "two_product", "two_product's rest", "accumulate", "accumulate's rest",
]  # fmt: skip


@pytest.fixture(scope="module")
def kernel():
    return compiled.kernel(tabulate, {})


def bits(values: np.ndarray) -> np.ndarray:
    """The 64 bits of every number; all NaNs are one."""
    return np.where(np.isnan(values), np.nan, values).view(np.uint64)


def assert_same_bits(kernel, rows: list[tuple[float, float, float]], columns=range(14)) -> None:
    a, b, c = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    plain, fast = np.zeros((len(rows), 14)), np.ones((len(rows), 14))
    with np.errstate(all="ignore"):
        tabulate([float(v) for v in a], [float(v) for v in b], [float(v) for v in c], plain)
    compiled.first_call(kernel, a, b, c, fast)
    for column in columns:
        for k in np.flatnonzero(bits(plain[:, column]) != bits(fast[:, column])):
            pytest.fail(
                f"{COLUMNS[column]} of {rows[k]}: plain {plain[k, column]!r}, compiled {fast[k, column]!r}"
            )


def test_compiled_and_plain_give_the_same_bits_on_special_values(kernel):
    """All but fma at the edge of overflow, which has a test of its own."""
    rows = list(itertools.product(SPECIAL, repeat=3))
    assert_same_bits(kernel, rows, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13])


def test_compiled_and_plain_give_the_same_bits_on_random_values(kernel):
    random = np.random.default_rng(20180430)
    rows = np.ldexp(random.uniform(-1, 1, (20_000, 3)), random.integers(-150, 150, (20_000, 3)))
    near = rows.copy()  # b near a, and c near -a b: where cancellation happens
    near[:, 1] = near[:, 0] * (1 + random.integers(-4, 5, len(near)) * 2.0**-52)
    near[:, 2] = -near[:, 0] * near[:, 1]
    assert_same_bits(kernel, [tuple(r) for r in rows.tolist() + near.tolist()])


def test_fma_gives_the_same_bits_where_the_product_overflows(kernel):
    """a b is beyond the largest double; a b + c need not be."""
    rows = [
        (2.0**512, 2.0**512, -(2.0**1023)), (1e200, 1e200, 0.0), (-1e200, 1e200, 1.0),
        (sys.float_info.max, 2.0, -sys.float_info.max), (1.0, 1.0, math.inf),
    ]  # fmt: skip
    assert_same_bits(kernel, rows, [7])


@given(st.floats(0, allow_infinity=False))
def test_sqrt_is_correctly_rounded(a):
    root = sqrt(a)
    below, above = math.nextafter(root, -math.inf), math.nextafter(root, math.inf)
    low = (Fraction(below) + Fraction(root)) / 2
    high = (Fraction(root) + Fraction(above)) / 2
    assert max(low, 0) ** 2 <= Fraction(a) <= high**2


def test_sqrt_does_not_raise():
    assert math.isnan(sqrt(-1.0))
    assert math.isnan(sqrt(-1e-300))
    assert math.isnan(sqrt(math.nan))
    assert sqrt(math.inf) == math.inf
    assert sqrt(0.0) == 0.0
    assert sqrt(4) == 2.0


@given(any_finite, any_finite.filter(bool))
def test_quotient_is_correctly_rounded(a, b):
    try:
        true = float(Fraction(a) / Fraction(b))
    except OverflowError:
        true = math.copysign(math.inf, a) * math.copysign(1, b)
    assert quotient(a, b) == true


def test_quotient_by_zero():
    assert quotient(0.0, 0.0) == 0.0
    assert quotient(-0.0, 0.0) == 0.0
    assert quotient(2.0, 0.0) == math.inf
    assert quotient(-2.0, 0.0) == -math.inf
    assert math.isnan(quotient(math.nan, 0.0))
    assert quotient(math.inf, 0.0) == math.inf


def test_quotient_by_minus_zero_is_as_ieee_has_it():
    assert quotient(1.0, -0.0) == -math.inf
    assert quotient(-1.0, -0.0) == math.inf


def test_sign_and_where():
    assert [sign(a) for a in (-2.5, -0.0, 0.0, 5e-324, math.inf)] == [-1.0, 0.0, 0.0, 1.0, 1.0]
    assert where(2 > 1, 3.0, 4.0) == 3.0
    assert where(2 < 1, 3.0, 4.0) == 4.0


def test_maximum_and_minimum_return_the_first_of_equals():
    assert math.copysign(1, maximum(-0.0, 0.0)) == -1
    assert math.copysign(1, maximum(0.0, -0.0)) == 1
    assert math.copysign(1, minimum(-0.0, 0.0)) == -1
    assert math.copysign(1, minimum(0.0, -0.0)) == 1


def test_a_nan_passes_through_the_clip():
    """min(max(y, lo), hi) keeps a NaN: it does not turn into a wall."""
    assert math.isnan(minimum(maximum(math.nan, -1.0), 1.0))


@given(any_finite, any_finite)
def test_maximum_and_minimum_against_the_builtins(a, b):
    assert maximum(a, b) == max(a, b)
    assert minimum(a, b) == min(a, b)


@given(below_overflow, below_overflow)
def test_two_sum_is_exact(a, b):
    s, e = two_sum(a, b)
    assert s == a + b
    assert Fraction(s) + Fraction(e) == Fraction(a) + Fraction(b)


@given(moderate, moderate)
def test_two_product_is_exact(a, b):
    p, e = two_product(a, b)
    assert p == a * b
    assert Fraction(p) + Fraction(e) == Fraction(a) * Fraction(b)


@given(moderate, moderate, moderate)
def test_fma_is_rounded_once(a, b, c):
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    assert fma(a, b, c) == exact.numerator / exact.denominator
    p = a * b
    assert Fraction(fma(a, b, -p)) == Fraction(a) * Fraction(b) - Fraction(p)


def test_fma_accepts_whole_numbers():
    assert fma(3, 5, 7) == 22.0
    assert fma(2**53, 1, 1) == 2.0**53  # ties to even


def summed(values: list[float], rests: list[float]) -> float:
    total, lost = 0.0, 0.0
    for value, rest in zip(values, rests, strict=True):
        total, lost = accumulate(total, lost, value, rest)
    return math.fsum([total, lost])


@given(st.lists(st.floats(-1e15, 1e15), max_size=60))
def test_accumulate_sums_as_if_in_twice_the_precision(values):
    """Ogita, Rump & Oishi (2005), proposition 4.5: the error is eps |s| + gamma_{n-1}^2 sum |x_i|."""
    exact = sum(map(Fraction, values), Fraction(0))
    found = summed(values, [0.0] * len(values))
    eps = Fraction(1, 2**53)
    size = sum(abs(Fraction(v)) for v in values)
    bound = eps * abs(exact) + (len(values) * eps) ** 2 * size * 2
    assert abs(Fraction(found) - exact) <= bound


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=60))
def test_accumulate_of_products_against_fsum(pairs):
    split = [two_product(a, b) for a, b in pairs]
    values, rests = map(list, zip(*split, strict=True))
    size = math.fsum(map(abs, values))
    true = math.fsum([v for pair in split for v in pair])
    n = len(pairs)
    assert abs(summed(values, rests) - true) <= math.ulp(true) + 4 * (n * 2.0**-53) ** 2 * size


def test_accumulate_where_a_plain_sum_loses_everything():
    values = [1e16, 1.0, -1e16] * 1000 + [0.1]
    assert sum(values) != 1000.1
    assert summed(values, [0.0] * len(values)) == math.fsum(values) == 1000.1
