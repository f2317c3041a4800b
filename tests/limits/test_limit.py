"""Limits against long plays, against closed forms by hand, and against what is known."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regretlab as rl
from regretlab import losses, methods, schedules, sets
from regretlab.cli import main
from regretlab.errors import InvalidInput
from regretlab.spelling import ROOMS, found

KNOWN = [  # theory.md, section 5, and atlas.md: certified digits of the drift
    (methods.RMSProp(0.1), losses.ReddiPeriod3(C=3), "-0.680949601993672"),
    (methods.Adam(0.9, 0.99), losses.ReddiOnline(), "-1.90085474993102"),
    (methods.Adam(0.9, 0.999), losses.ReddiOnline(), "-0.10502190"),
    (methods.Adam(0.95, 0.5), losses.Spike(20, 1, 20), "-1.40621943"),
    (methods.Adam(0.0, 0.999), losses.Spike(64, 1, 64), "-4.37e-4"),
    (methods.Adam(0.0, 0.999), losses.Spike(63, 1, 63), "3.47e-3"),
    (methods.AdaMod(0.9, 0.999, 0.999), losses.Spike(101, 1, 101), "-0.0427308849"),
    (methods.Lion(0.9, 0.99), losses.Spike(101, 1, 101), "-25.0"),
    (methods.Signum(0.9), losses.Spike(101, 1, 101), "-55.0"),
    (methods.SignSGD(), losses.Spike(7, 1, 5), "-3."),
    (methods.RMSProp(0.99), losses.Spike(101, 1, 101), "-2.27978549"),
    (methods.ADOPT(0.9, 0.9999), losses.Spike(1980, 1, 2000), "1.84488363"),
    (methods.AMSGrad(0.9, 0.99), losses.ReddiOnline(), None),
]


@pytest.mark.parametrize(("method", "stream", "drift"), KNOWN, ids=lambda v: getattr(v, "name", ""))
def test_known_drifts(method, stream, drift):
    told = rl.limit(method, stream)
    assert told.kind == "closed form"
    if drift is not None:
        last = Decimal(drift).as_tuple().exponent  # half a unit of the last digit, or more
        assert told.drift == pytest.approx(float(drift), abs=max(1.1 * 10.0**last, 1e-13))
    assert told.verdict == ("fails" if told.drift * told.slope_sum < 0 else "vanishes")


def by_hand(c: np.ndarray, beta1: float, beta2: float, eps: float) -> np.ndarray:
    """Adam's u*, from geometric sums over the whole past, eps inside the root."""
    P, out = len(c), []
    for j in range(P):
        back = [(j - k) % P for k in range(P)]
        m = (1 - beta1) * sum(beta1**k * c[i] for k, i in enumerate(back)) / (1 - beta1**P)
        v = (1 - beta2) * sum(beta2**k * c[i] ** 2 for k, i in enumerate(back)) / (1 - beta2**P)
        out.append(m / math.sqrt(v + eps))
    return np.array(out)


streams = st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=12).map(
    lambda c: np.array(c, dtype=np.float64)
)


@given(streams, st.floats(0, 0.99), st.floats(0, 0.9999), st.sampled_from([0.0, 1e-8, 0.5]))
def test_adams_orbit_by_hand(c, beta1, beta2, eps):
    method = methods.Adam(beta1, beta2, eps=eps, eps_place="inside")
    u = rl.limit(method, losses.Periodic(c)).update[:, 0]
    np.testing.assert_allclose(u, by_hand(c, beta1, beta2, eps), rtol=1e-9, atol=1e-12)


def slopes(method, c, alpha, x1, T):
    """A and B of R = A T + B sqrt(T) + const from a play at T, 4 T, 16 T, multiples of the period."""
    at = [len(c) * (T // len(c)) * k for k in (1, 4, 16)]
    run = rl.play(
        method, losses.Periodic(c), rounds=at[-1], step=schedules.InverseSqrt(alpha), x1=x1, at=at,
        progress=False,
    )  # fmt: skip
    R = run.data.regret.sel(round=at).values
    return np.linalg.solve([[t, math.sqrt(t), 1.0] for t in at], R)[:2]


def drawn(k: int):
    """A stream of whole numbers, betas, alpha and x_1; one whose drift is not small."""
    rng = np.random.default_rng(k)
    while True:
        c = rng.integers(-8, 9, rng.integers(2, 41)).astype(float)
        beta1, beta2 = rng.uniform(0, 0.95), rng.uniform(0, 0.99)
        eps = float(rng.choice([0.0, 0.01, 1.0]))
        method = methods.Adam(beta1, beta2, eps=eps, eps_place="inside")
        if not c.any():
            continue
        told = rl.limit(method, losses.Periodic(c), step=schedules.InverseSqrt(1.0))
        if told.rounds < 3e4 and told.slope_sum:
            return c, method, float(rng.uniform(0.3, 1.0)), float(rng.uniform(-1, 1))


@pytest.mark.parametrize("k", range(200))
def test_adam_on_random_streams(k):
    """A and B, 200 times, against plays of the compiled engine."""
    c, method, alpha, x1 = drawn(k)
    told = rl.limit(method, losses.Periodic(c), step=schedules.InverseSqrt(alpha))
    A, B = slopes(method, c, alpha, x1, 300_000)
    size = abs(c).max()
    assert pytest.approx(told.average_regret, abs=1e-6 * size) == A
    assert pytest.approx(told.sqrt_coefficient, rel=1e-4, abs=1e-4 * size * alpha) == B


@pytest.mark.parametrize("k", range(30))
def test_a_constant_step_has_its_limit_cycle(k):
    c, method, alpha, x1 = drawn(1000 + k)
    step = schedules.Constant(alpha / 20)
    told = rl.limit(method, losses.Periodic(c), step=step)
    P = len(c)
    T = P * (200_000 // P)
    run = rl.play(
        method, losses.Periodic(c), rounds=T + P, step=step, x1=x1, at=list(range(T, T + P + 1)),
        progress=False,
    )  # fmt: skip
    R = run.data.regret
    late = float(R.sel(round=T + P) - R.sel(round=T)) / P
    assert late == pytest.approx(told.average_regret, abs=1e-10 * max(1.0, abs(R).max().item() / P))
    np.testing.assert_allclose(
        run.data.iterate.sel(round=range(T + 1, T + P + 1)), told.cycle, atol=1e-10
    )


ALL = {name: piece() for name, piece in found(ROOMS["method"]).items()}
OUTSIDE = {  # named, so that a method that drops out of the rule by accident is seen
    "adafactor", "adagrad-full", "adamw", "coin-betting", "d-adaptation", "dog", "ftrl", "gradient-noise", "hedge",
    "lamb", "omd", "ons", "prodigy", "schedule-free-adamw", "schedule-free-sgd",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_the_rule_holds_for_all_but(name):
    with pytest.raises(InvalidInput):
        rl.limit(ALL[name], losses.Spike(5.5, 1, 5))


@pytest.mark.parametrize("name", [name for name in ALL if name not in OUTSIDE])
def test_the_update_of_every_method(name):
    """u* on random streams, against what the compiled engine makes of x, far into the play."""
    method = ALL[name]
    if isinstance(method, methods.Lookahead):
        method = method.method  # x is set to slow weights: its own moves are another's
    if hasattr(method, "gamma") and hasattr(method, "final"):
        method = method.but(gamma=1.0)  # the bounds close in like 1 / (gamma t)
    for k in range(10):
        rng = np.random.default_rng(k)
        c = rng.integers(-8, 9, rng.integers(2, 13)) + 0.5
        told = rl.limit(method, losses.Periodic(c))
        u = told.update[:, 0]
        T = len(u) * (200_000 // len(u))
        run = rl.play(
            method, losses.Periodic(c), sets.WholeSpace(), T + len(u), schedules.Constant(1.0), 0.0,
            at=list(range(T + 1, T + len(u) + 1)), progress=False,
        )  # fmt: skip
        x = run.data.iterate.values[1:, 0]
        moved = -np.diff(np.append(x, run.x[0]))
        if method.default_step.power == 0.0 and 0 < abs(moved).max() < 0.02 * abs(u).max():
            moved = moved * np.sqrt(np.arange(T + 1, T + len(u) + 1))  # it falls like 1/sqrt(t)
        slack = 1e-4 * max(1e-6, abs(u).max()) + 1e-12 * abs(x).max()
        np.testing.assert_allclose(moved, u, atol=slack)


def test_amsgrads_running_maximum():
    """vhat -> max v*, from below: the correction before the max leaves C^2 for ever."""
    stream, P = losses.ReddiOnline(), 101
    c = stream.one_period()[:, 0]
    b = 0.01 * 0.99 ** np.arange(P) / (1 - 0.99**P)
    v = np.array([sum(b[k] * c[(j - k) % P] ** 2 for k in range(P)) for j in range(P)])
    m = by_hand(c, 0.9, 0.0, 0.0) * abs(c)
    plain = rl.limit(methods.AMSGrad(0.9, 0.99), stream, step=schedules.InverseSqrt(1.0))
    np.testing.assert_allclose(plain.update[:, 0], m / math.sqrt(v.max()), rtol=1e-11)
    assert plain.sqrt_coefficient == pytest.approx(65.87, abs=5e-3)
    after = rl.limit(methods.AMSGrad(0.9, 0.99, correction="after"), stream)
    np.testing.assert_allclose(after.update, plain.update, rtol=1e-11)
    before = rl.limit(
        methods.AMSGrad(0.9, 0.99, correction="before"), stream, step=schedules.InverseSqrt(1.0)
    )
    np.testing.assert_allclose(before.update[:, 0], m / 1010.0, rtol=1e-9)
    assert before.sqrt_coefficient == pytest.approx(8.27, abs=5e-3)


def test_boxes_and_walls():
    """Coordinates do not see one another: a box is its intervals."""
    c = np.array([[3.0, -2.0], [-1.0, 1.5], [-1.0, 1.0]])
    box = rl.limit(methods.RMSProp(0.1), losses.Periodic(c), sets.Box([-1, -2], [1, 5]))
    one = rl.limit(methods.RMSProp(0.1), losses.Periodic(c[:, 0]), sets.Interval(-1, 1))
    two = rl.limit(methods.RMSProp(0.1), losses.Periodic(c[:, 1]), sets.Interval(-2, 5))
    np.testing.assert_array_equal(box.x_limit, [one.x_limit, two.x_limit])
    assert box.average_regret == one.average_regret + two.average_regret
    assert box.sqrt_coefficient == pytest.approx(one.sqrt_coefficient + two.sqrt_coefficient)


def test_no_verdict_at_a_drift_of_nothing():
    told = rl.limit(methods.SGD(), losses.Periodic([1.0, -1.0]))
    assert (told.verdict, told.average_regret) == ("undecided", 0.0)
    assert math.isnan(told.x_limit)


BAD = [
    (methods.Adam(), losses.Quadratic(), {}, "not linear"),
    (methods.Adam(), losses.RandomLinear(), {}, "random"),
    (methods.Adam(), losses.Chase(), {}, "adaptive"),
    (methods.Adam(), losses.ReddiOnline(), {"set": sets.L2Ball()}, "no box"),
    (methods.Adam(), losses.ReddiOnline(), {"set": sets.WholeSpace()}, "not bounded"),
    (methods.Adam(), losses.ReddiOnline(), {"step": schedules.Power(1.0, 1.5)}, "finite sum"),
    (methods.AdamW(), losses.ReddiOnline(), {}, "iterate"),
    (methods.DAdaptation(), losses.ReddiOnline(), {}, "size of the step"),
    (methods.GradientNoise(), losses.ReddiOnline(), {}, "random"),
    (methods.ONS(), losses.ReddiOnline(), {}, "all coordinates"),
    (methods.CoinBetting(), losses.ReddiOnline(), {}, "after the projection"),
    (methods.Lookahead(memory="reset"), losses.ReddiOnline(), {}, "kept"),
]


@pytest.mark.parametrize(("method", "stream", "more", "words"), BAD)
def test_what_the_rule_does_not_cover_is_refused(method, stream, more, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        rl.limit(method, stream, **more)
    assert "\n" not in str(caught.value)


@settings(deadline=None, max_examples=30)
@given(streams, st.floats(0, 0.95), st.floats(0, 0.99), st.floats(0.1, 5.0))
def test_a_mirror_and_a_scale(c, beta1, beta2, scale):
    """-c on [-1, 1] is the same game upside down; Adam's update does not see the scale."""
    method = methods.Adam(beta1, beta2)
    here, there = (rl.limit(method, losses.Periodic(k)) for k in (c, -scale * c))
    assert there.drift == pytest.approx(-here.drift, abs=1e-9)
    if abs(here.drift) > 1e-8:
        assert there.average_regret == pytest.approx(scale * here.average_regret)


class Blinking(rl.Method):
    """SGD that stands still in every other round."""

    class Memory(NamedTuple):
        g: float = 0.0

    def remember(self, t, g, s):
        return self.Memory(g if t % 2 == 0 else 0.0)

    def phi(self, s):
        return s.g

    def psi(self, s):
        return 1.0


class Clocked(Blinking):
    cycle = 2


def test_a_clock_of_its_own_has_to_be_declared():
    """Over three rounds a parity is no period; over six, half of the gradients are learnt from."""
    stream = losses.Periodic([3.0, -1.0, -1.5])
    with pytest.raises(InvalidInput, match="cycle"):
        rl.limit(Blinking(), stream)
    told = rl.limit(Clocked(), stream)
    np.testing.assert_array_equal(told.update[:, 0], [0, -1.0, 0, 3.0, 0, -1.5])


def test_the_command(tmp_path, capsys):
    """The contract of `limit` and `check`: exit statuses, one JSON document, a file that is accepted."""
    asked = ["limit", "adam:beta1=0.9,beta2=0.99", "reddi-online"]
    path = tmp_path / "c.json"
    assert main([*asked, "--certify", "--json", "--out", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["drift"] == pytest.approx(-1.9008547499310248, abs=1e-12)
    assert told["average_regret"] == pytest.approx(20 / 101, rel=1e-15)
    assert told["certificate"] == json.loads(path.read_text())
    assert (told["certificate"]["status"], told["certificate"]["from_block"]) == ("proved", 3)
    assert main(["check", str(path)]) == 0
    assert "20/101" in capsys.readouterr().out
    assert main([*asked, "--certify"]) == 0
    assert "Certificate, checked:" in capsys.readouterr().out
    path.write_text(path.read_text().replace("1010", "1011", 1))
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main([*asked, "--out", str(path)]) == 2
    assert "--certify" in capsys.readouterr().err
    assert main(["limit", "adamw", "reddi-online"]) == 2


class Waving(rl.Method):
    """A rate that goes up and down for ever, by a function that forms do not go through."""

    def phi(self, t):
        return math.sin(t)

    def psi(self):
        return 1.0


def test_what_forms_do_not_go_through_is_one_line():
    with pytest.raises(InvalidInput) as caught:
        rl.limit(Waving(), losses.ReddiPeriod3())
    assert "\n" not in str(caught.value)
