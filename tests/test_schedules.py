"""Step sizes against their closed forms."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regretlab import InvalidInput, Schedule, schedules
from regretlab.spelling import found

alphas, rounds = st.floats(1e-9, 1e9), st.integers(1, 2**53)


def test_there_are_no_others():
    assert set(found("regretlab.schedules")) == {"constant", "inverse", "inverse-sqrt", "power"}


@given(alphas, rounds)
def test_inverse_sqrt(alpha, t):
    """alpha_t^2 t = alpha^2, within the rounding of a root and a quotient."""
    step = Fraction(schedules.InverseSqrt(alpha=alpha).alpha_t(t))
    assert abs(step**2 * t / Fraction(alpha) ** 2 - 1) < Fraction(6, 2**53)


@given(alphas, rounds)
def test_inverse(alpha, t):
    step = Fraction(schedules.Inverse(alpha=alpha).alpha_t(t))
    assert abs(step * t / Fraction(alpha) - 1) < Fraction(2, 2**53)


@given(alphas, st.floats(0, 3), st.integers(1, 10**9))
def test_power(alpha, p, t):
    assert schedules.Power(alpha, p).alpha_t(t) == pytest.approx(alpha * t**-p, rel=1e-13)


@given(alphas)
def test_constant(alpha):
    assert schedules.Constant(alpha=alpha).alpha_t() == alpha


def test_the_first_round_is_round_one():
    for step in (schedules.InverseSqrt(alpha=0.3), schedules.Inverse(alpha=0.3)):
        assert step.alpha_t(1) == 0.3


@pytest.mark.parametrize("schedule", [*found("regretlab.schedules").values()])
def test_a_step_must_be_positive(schedule):
    for alpha in (0, -1):
        with pytest.raises(InvalidInput, match=r"outside \(0, inf\)"):
            schedule(alpha=alpha)
    assert issubclass(schedule, Schedule)
    assert schedule.source
