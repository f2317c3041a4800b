"""What a limit must not say: each of these was once answered wrongly, or with a traceback."""

from __future__ import annotations

import math
import pickle
from typing import NamedTuple

import numpy as np
import pytest

import regretlab as rl
from regretlab import limit, limits, losses, methods, schedules
from regretlab.arithmetic import where
from regretlab.errors import InvalidInput

THIRDS = losses.Periodic([3.0, -1.0, -1.0])


class Near(rl.Method):
    """It learns the other way round where |x| < 1/4: a dependence on x that two probes do not meet."""

    class Memory(NamedTuple):
        g: float = 0.0

    def remember(self, g, x, s):
        return self.Memory(where(x * x < 0.0625, -g, g))

    def phi(self, s):
        return s.g

    def psi(self):
        return 1.0


REFUSED = [
    (Near(), THIRDS, None, "iterate"),
    (methods.Lookahead(methods.SGD(), k=2), THIRDS, schedules.Constant(0.1), "limit cycle"),
    (methods.ADOPT(eps=0.0), losses.Periodic([0, 2.0, -1]), None, "divides by 0"),
    (methods.AdaShift(n=1, eps=0.0), losses.Periodic([0, 2.0, -1]), None, "divides by 0"),
    (methods.AdaMod(0.0, 0.9, 0.9, eps=0.0), losses.Periodic([0.0, 5.0, -1.0]), None, "divides"),
    (methods.AdaGradNorm(), losses.SpikeIID(10, 1, 0.2), schedules.Inverse(0.1), "lowers"),
    (methods.AdaGrad(form="sum"), losses.SpikeIID(10, 1, 0.2), None, "lowers"),
]


@pytest.mark.parametrize(("method", "stream", "step", "words"), REFUSED)
def test_refused_in_one_line(method, stream, step, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        limit(method, stream, step=step)
    assert "\n" not in str(caught.value)


def test_an_unseen_gradient_decides_nothing():
    """E[u] = E[g] = 9, all of it from a gradient that no simulation meets."""
    told = limit(methods.Momentum(form="average"), losses.SpikeIID(C=1e9, small=1, p=1e-8))
    assert (told.kind, told.verdict) == ("simulated", "undecided")
    assert math.isinf(told.drift_error)


def test_a_tiny_scale_is_no_falling_step():
    small = losses.Periodic([3e-30, -1e-30, -1e-30])
    told = limit(methods.SGD(), small)
    assert (told.verdict, told.drift) == ("vanishes", pytest.approx(1e-30))
    cycle = limit(methods.SGD(), small, step=schedules.Constant(1e28))
    assert cycle.average_regret == pytest.approx(1e-30 / 60)
    assert limit(methods.AdaGradNorm(), THIRDS).drift == pytest.approx(1 / math.sqrt(11 / 3))


def test_scales_of_laws():
    told = limit(methods.Adam(), losses.SpikeIID(C=1e150, small=1e148, p=0.01))
    plain = limit(methods.Adam(), losses.SpikeIID(C=100, small=1, p=0.01))
    assert told.drift == pytest.approx(plain.drift, rel=1e-9)
    assert limit(methods.ADOPT(), losses.SpikeIID(C=1, small=1, p=0.5)).verdict == "undecided"


def test_nothing_to_learn_is_nothing_to_pay():
    for stream in (losses.Periodic([0.0, 0.0]), losses.Periodic([[3, 0], [-1, 0], [-1, 0]])):
        told = limit(methods.Adam(), stream)
        assert (told.verdict, told.average_regret) == ("vanishes", 0.0)


def test_where_python_divides_by_zero_and_engines_do_not():
    """RAdam with beta2 = 3/5: rho_inf = 4, never adaptive."""
    told = limit(methods.RAdam(0.0, 0.6), THIRDS)
    assert told.drift == pytest.approx(1.0, rel=1e-9)


def test_maps_and_boundaries_that_make_no_sense():
    cell = limits.drift_map(
        methods.Adam(), losses.Periodic([3, 0, -1, -1.0]), beta1=[0.2], beta2=[0]
    )
    assert np.isnan(cell.drift).all()
    spike = losses.Spike(10, 1, 10)
    for asked in ({}, {"beta1": []}):
        with pytest.raises(InvalidInput):
            limits.drift_map(methods.Adam(), spike, **asked)
    for asked in ((0.9, 0.1), (0.1, 0.9, 1)):
        with pytest.raises(InvalidInput, match=r"low|points"):
            limits.failing_set(methods.Adam(0.9), spike, "beta2", *asked)


def test_lookahead_goes_where_the_method_inside_goes():
    inner = methods.Adam(0.9, 0.99)
    assert limits.smallest_period(methods.Lookahead(inner)) == limits.smallest_period(inner)
    law = losses.SpikeIID(C=10, small=1, p=0.1)
    assert limit(methods.Lookahead(inner), law).drift == limit(inner, law).drift


def test_a_piece_travels_without_its_kernels():
    method, step = methods.Clip(methods.Adam()), schedules.InverseSqrt(0.3)
    told = limit(method, THIRDS, step=step)
    there = [pickle.loads(pickle.dumps(piece)) for piece in (method, step)]
    assert not [name for piece in there for name in vars(piece) if name.startswith("_")]
    assert limit(there[0], THIRDS, step=there[1]).drift == told.drift
