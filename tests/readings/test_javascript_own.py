"""A definition of one's own is printed too, whatever plain arithmetic it is written in; or refused."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from browser import answers, bits, needs_javascript

import regretlab as rl
from regretlab.arithmetic import maximum, minimum, quotient, sign, sqrt, total, where
from regretlab.errors import InvalidInput
from regretlab.losses.spike import Spike
from regretlab.methods.method import Method
from regretlab.parameters import count, real, whole
from regretlab.readings.javascript import exact, javascript

WEIGHTS = (0.5, 0.25, -0.125)


def bent(value, low, high):
    """A helper that branches on numbers, and returns from the middle."""
    if value < low:
        return low - 0.5 * (value - low)
    elif not value <= high:
        return high
    scaled = value
    for k in range(3):
        scaled += WEIGHTS[k] * value
    return scaled if low < value <= high else -scaled


class Strange(Method):
    """Everything that a definition may be written in."""

    every: int = whole("[1, 9]", "a period", default=3)
    n: int = count("[1, 9]", "a window", default=4)
    beta: float = real("[0, 1)", "a decay", default=0.7)

    class Memory(NamedTuple):
        window: tuple = ()
        m: float = 0.0
        pair: tuple = (0.0, 0.0)

    def start(self, x):
        return self.Memory(window=(0.0,) * self.n, m=abs(x) / 3, pair=(x, -x))

    def remember(self, t, g, x, s):
        first, second = s.pair
        first, second = second, first - x
        m = self.beta * s.m - -g * (1 - self.beta)
        m /= 1 + t // self.every
        return self.Memory(window=s.window[1:] + (g,), m=m, pair=(first, second))  # noqa: RUF005

    def phi(self, t, s, x):
        a, b, c = s.window[0], s.window[-1], min(s.m, 3.0, 2 * s.m)
        on = (t % self.every == 0) | (-t % self.every == 2) or a != b
        mean = total(tuple(s.window[k] * 1e-2 for k in range(self.n))) - (a - (b - c)) / (
            a / 2 * 3 + 7
        )
        return where(on, bent(mean, -1, 2.5), sign(mean) - (s.pair[1] - (s.pair[0] - x)))

    def root(self, g, s):
        return sqrt(maximum(abs(quotient(g, s.m)), 1e-3)) + minimum(max(0.5, s.m), 2)


@needs_javascript
@pytest.mark.parametrize("every", [1, 2, 5])
@pytest.mark.parametrize("n", [1, 3])
def test_whatever_a_definition_is_written_in_it_keeps_its_bits(every, n):
    method, at = Strange(every=every, n=n), [1, 2, 3, 7, 50, 400]
    task = {"script": javascript(method, Spike(period=7)), "rounds": 400, "chunk": 7, "at": at}
    got = answers([task | {"x1": 0.3, "seed": 0, "run": 0}])[0]
    data = rl.play(method, Spike(period=7), rounds=400, x1=0.3, at=at, engine="plain").data
    assert exact(method)
    assert [bits(row["x"]) for row in got["books"]] == [bits(v) for v in data.iterate.values[:, 0]]
    assert [bits(row["regret"]) for row in got["books"]] == [bits(v) for v in data.regret.values]
    assert len(set(data.iterate.values[:, 0].tolist())) > 3


class Foreign(Strange):
    """A definition that calls what has no JavaScript."""

    def phi(self, s):
        return np.arcsinh(s.m)


class Starting(Strange):
    """A start that branches on a parameter."""

    def start(self, x):
        return self.Memory(window=(0.0,) * self.n, m=0.0 if self.beta > 0.5 else 1.0)


@pytest.mark.parametrize(("method", "what"), [(Foreign, "arcsinh"), (Starting, "branches")])
def test_a_definition_that_cannot_be_printed_is_refused_in_one_line(method, what):
    with pytest.raises(InvalidInput, match=what) as refused:
        javascript(method(), Spike())
    assert "\n" not in str(refused.value)
