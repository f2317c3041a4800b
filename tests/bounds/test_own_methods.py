"""A class derived from a theorem's method is that method only if all it has of its own are schedules."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from adversaries import must_hold

from regretlab import bounds, losses, methods, play, real


class Alternating(methods.AMSGrad):
    """beta1_t is beta1 in odd rounds and 0 in even ones."""

    def next_power(self, s):
        return 1.0 if s.power < 0.5 else 0.0


class Measured(methods.AMSGrad):
    def measure(self, g):
        return g * g

    def bend(self, g, z):
        return g / (1 + z)


class Gathered(methods.AMSGrad):
    """A hook that the base has not."""

    class Terms(NamedTuple):
        g: float = 0.0

    def terms(self, g):
        return self.Terms(g)

    def gather(self, z, c):
        return c


class Averaged(methods.AMSGrad):
    def gathered(self, t, before, v):
        return v


class Begun(methods.AMSGrad):
    """Its maximum starts at 3."""

    class Memory(NamedTuple):
        m: float = 0.0
        v: float = 0.0
        v_hat: float = 3.0
        c1: float = 0.0
        c2: float = 0.0
        power: float = 1.0


class Looking:
    def look(self, x):
        return x / 2


class Mixed(Looking, methods.AMSGrad):
    """A rule from a class beside it."""


class Renamed(methods.AMSGrad):
    """A parameter, a default and a schedule of its own, and what that schedule calls."""

    source = "here"
    rate: float = real("(0, 1)", default=0.5)
    beta1: float = real("[0, 1)", default=0.3)

    def falling(self, t):
        return self.rate / t

    def beta1_t(self, t, s):
        return self.beta1 * self.falling(t)


class Powered(methods.AMSGrad):
    """`power` is 1 but for the geometric decay."""

    def beta1_t(self, t, s):
        return self.beta1 * s.power


class Remembering(methods.AMSGrad):
    def beta1_t(self, t, s):
        return self.beta1 * abs(s.m) / (1 + abs(s.m))


class Unpacking(methods.AMSGrad):
    def beta1_t(self, t, s):
        return self.beta1 * abs(s[0]) / (1 + abs(s[0]))


def held(method, bound, rounds=60):
    run = play(method, losses.Periodic((2.0, -1.0)), rounds=rounds, engine="plain")
    return run.against(bound)


@pytest.mark.parametrize("bound", ["Theorem4NoMiddle", "Corollary1", "TranPhong"])
@pytest.mark.parametrize(
    ("cls", "hook"),
    [(Alternating, "next_power"), (Measured, "bend"), (Gathered, "Terms"), (Averaged, "gathered"),
     (Begun, "Memory"), (Mixed, "look")],
)  # fmt: skip
def test_a_rule_of_its_own(cls, hook, bound):
    method = cls(beta1=0.5, beta2=0.9, beta1_decay="geometric", lam=0.5)
    checked = held(method, getattr(bounds, bound)())
    assert checked.holds is None
    assert checked.broken_assumptions[0].name == "method amsgrad"
    assert f"a {hook} of its own" in checked.broken_assumptions[0].why


@pytest.mark.parametrize("method", [Renamed(beta2=0.9), Powered(0.5, 0.9)], ids=str)
def test_schedules_of_its_own(method):
    must_hold(held(method, bounds.Theorem4Improved()))
    must_hold(held(method, bounds.Theorem4NoMiddle()))


@pytest.mark.parametrize("cls", [Remembering, Unpacking])
def test_a_decay_that_reads_the_memory_is_not_known_beforehand(cls):
    checked = held(cls(0.5, 0.9), bounds.Theorem4Improved())
    (broken,) = checked.broken_assumptions
    assert broken.name == "0 <= beta1_t <= beta1"
    assert broken.why == ("a beta1_t that is not known beforehand in 60 rounds (t and s.power are)")


def test_a_decay_asked_for_in_the_family_s_own_power():
    """A constant decay carries a power of 1: beta1_t = beta1 / 2 that never falls."""
    from regretlab.bounds.decay import beta1s

    assert (beta1s(Powered(0.5, 0.9), 50) == 0.5).all()
