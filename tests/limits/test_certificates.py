"""Certificates: against exact rational arithmetic, against plays, and where nothing can be proved."""

from __future__ import annotations

import time
from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("flint")

import regretlab as rl
from regretlab.errors import InvalidInput
from regretlab.limits import checker
from regretlab.limits.certificates import certify

M, L = rl.methods, rl.losses
ONLINE = L.ReddiOnline()


def spike(C, P):
    return L.Spike(C=C, small=1.0, period=P)


def periodic(*c):
    return L.Periodic(c=list(c))


def ends(pair):
    return [Fraction(v) for v in pair]


def mean(beta, values):
    """The orbit of s = beta s + (1 - beta) value, in fractions, by the fixed point of one period."""
    s = Fraction(0)
    for value in values:
        s = beta * s + (1 - beta) * value
    s /= 1 - beta ** len(values)
    orbit = []
    for value in values:
        s = beta * s + (1 - beta) * value
        orbit.append(s)
    return orbit


def root_between(q, digits=60):
    """Rationals below and above sqrt(q), by whole square roots."""
    scale = 10**digits
    below = isqrt(q.numerator * scale * scale // q.denominator)
    return Fraction(below, scale), Fraction(below + 1, scale)


def drift_between(beta1, beta2, c):
    """Rationals below and above Adam's Delta on c, eps = 0."""
    low = high = Fraction(0)
    for m, v in zip(mean(beta1, c), mean(beta2, [x * x for x in c]), strict=True):
        a, b = (m / r for r in root_between(v))
        low, high = low + min(a, b), high + max(a, b)
    return low, high


KNOWN = [  # method, losses, Delta, k0, the first block from which x stays, the limit of R_T / T
    (M.Adam(beta1=0, beta2=0.1), L.ReddiPeriod3(), -0.680949601993672, 1, 0, "2/3"),
    (M.Adam(beta1=0.9, beta2=0.99), ONLINE, -1.90085474993102, 3, 1, "20/101"),
    (M.Adam(beta1=0.9, beta2=0.999), ONLINE, -0.10502190, 66, None, "20/101"),
    (M.Adam(beta1=0.95, beta2=0.5), spike(20, 20), -1.40621943, 2, None, "1/10"),
    (M.RMSProp(beta2=0.999), spike(64, 64), -4.36622429e-4, 8953, None, "1/32"),
]


class TestKnownOnes:
    @pytest.mark.parametrize(("method", "losses", "drift", "k0", "good", "limit"), KNOWN)
    def test_what_fails(self, method, losses, drift, k0, good, limit):
        document = certify(method, losses)
        assert document["status"] == "proved"
        claim = {"verdict": "fails", "average_regret": limit, "x_limit": "1"}
        assert document["claim"] == claim
        assert float(Fraction(document["drift"][0])) == pytest.approx(drift, rel=1e-3)
        assert float(Fraction(document["drift"][0])) == pytest.approx(drift, abs=1e-8)
        assert document["from_block"] == k0
        assert document["all_t"]["band"] == "0"
        assert good is None or document["all_t"]["good_from"] == good
        assert checker.check(document)[0].endswith(f"R_T / T -> {limit}")

    def test_one_round_less_in_the_period_and_it_converges(self):
        document = certify(M.RMSProp(beta2=0.999), spike(63, 63))
        claim = {"verdict": "vanishes", "average_regret": "0", "x_limit": "-1"}
        assert document["claim"] == claim
        assert float(Fraction(document["drift"][0])) == pytest.approx(3.47e-3, abs=5e-6)
        assert document["all_t"] is document["from_block"] is None
        assert checker.check(document)

    def test_an_update_that_is_exactly_zero(self):
        document = certify(M.Adam(beta1=0.5, beta2=0.1), spike(6, 3))
        low, high = ends(document["updates"][2])
        assert low <= 0 <= high
        assert document["claim"]["verdict"] == "vanishes"
        assert checker.check(document)

    def test_it_is_quick(self):
        start = time.perf_counter()
        checker.check(certify(M.Adam(beta1=0.9, beta2=0.99), ONLINE))
        assert time.perf_counter() - start < 2


class TestAgainstExactRationals:
    @pytest.mark.parametrize(
        ("beta1", "beta2", "c"),
        [
            (0, 0.1, (3, -1, -1)),
            (0.9, 0.99, (1010, *[-10] * 100)),
            (0.5, 0.1, (6, -1, -1)),
            (0.95, 0.5, (20, *[-1] * 19)),
            (0.3, 0.7, (0.1, -0.7, 2.5, 0)),
        ],
    )
    def test_the_drift(self, beta1, beta2, c):
        document = certify(M.Adam(beta1=beta1, beta2=beta2), periodic(*c))
        exact = [Fraction(repr(float(v))) for v in c]
        low, high = drift_between(Fraction(str(beta1)), Fraction(str(beta2)), exact)
        below, above = ends(document["drift"])
        assert below <= high
        assert low <= above
        assert above - below < Fraction(1, 10**26)
        assert (above < 0) == (high < 0)

    def test_the_sign_at_period_3_by_squares_of_whole_numbers(self):
        """Delta < 0 iff 3/sqrt(v_1) < 1/sqrt(v_2) + 1/sqrt(v_3); 9/v_1 < (1/sqrt v_2 + 1/sqrt v_3)^2."""
        v = mean(Fraction(1, 10), [Fraction(9), Fraction(1), Fraction(1)])
        left = Fraction(9) / v[0] - 1 / v[1] - 1 / v[2]  # against 2 / sqrt(v_2 v_3)
        assert left < 0 or left * left < 4 / (v[1] * v[2])
        assert certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3())["claim"]["x_limit"] == "1"


METHODS = [
    M.Adam(beta1=0.5, beta2=0.7), M.Adam(beta1=0.5, beta2=0.7, correction="both", eps=0.01),
    M.Adam(beta1=0.5, beta2=0.7, eps=0.5, eps_place="inside"),
    M.Adam(beta1=0.5, beta2=0.7, correction="both", eps=0.5, eps_place="hat"),
    M.RMSProp(beta2=0.7), M.RMSProp(beta2=0.7, correction="both", eps=0.1, eps_place="inside"),
    M.AMSGrad(beta1=0.5, beta2=0.7), M.AMSGrad(beta1=0.5, beta2=0.7, correction="after", eps=0.1),
    M.Adam(beta1=0.5, beta2=0.7, convention="pytorch"), M.RMSProp(beta2=0.7, convention="keras"),
    M.SGD(), M.Momentum(beta1=0.6), M.Momentum(beta1=0.6, form="average"),
    M.Momentum(beta1=0.6, form="outside"),
    M.Nadam(beta1=0.5, beta2=0.7, eps=0.1), M.Nadam(beta1=0.5, beta2=0.7, form="corrected"),
    M.Nadam(beta1=0.5, beta2=0.7, convention="keras"),
    M.ADOPT(beta1=0.5, beta2=0.7), M.ADOPT(beta1=0.5, beta2=0.7, clip="root", eps=1.5),
    M.AdaShift(beta1=0.5, beta2=0.7, n=1), M.AdaMax(beta1=0.5, beta2=0.7, eps=0.1),
    M.AdaMax(beta1=0.5, beta2=0.7, eps=0.1, eps_place="inside"),
]  # fmt: skip


@pytest.mark.parametrize("c", [(4.0, -1.0, -1.5, 0.5), (-1.0, 0.5, 4.0, -1.5)])
@pytest.mark.parametrize("method", METHODS, ids=str)
def test_the_updates_are_those_of_a_long_play(method, c):
    wide, step, N = rl.sets.Interval(-1e6, 1e6), rl.schedules.Constant(alpha=1.0), 600
    at = list(range(N - 8, N + 1))
    played = rl.play(method, periodic(*c), set=wide, step=step, rounds=N, engine="plain", at=at)
    x = played.data.iterate.sel(round=at).values.ravel()
    document = certify(method, periodic(*c))
    assert document["status"] == "proved"
    assert document["bits"] == 128
    stated = np.array([float(sum(ends(pair)) / 2) for pair in document["updates"]])
    assert np.allclose(x[:4] - x[1:5], stated[(np.arange(N - 8, N - 4) - 1) % 4], atol=1e-7)


class TestForAllT:
    @pytest.mark.parametrize("x1", [-1.0, 0.3, 1.0])
    @pytest.mark.parametrize(
        ("method", "c"),
        [
            (M.RMSProp(beta2=0.1), (3, -1, -1)),
            (M.RMSProp(beta2=0.1), (-1, -1, 3)),  # a suffix sum of u* is positive
            (M.RMSProp(beta2=0.1), (1, 8, -1, -1, -2)),  # costs away from the wall
            (M.RMSProp(beta2=0.1), (-1, -8, 1, 1, 2)),  # its mirror image
            (M.Adam(beta1=0.5, beta2=0.1), (2.1, -1, -1)),
            (M.Adam(beta1=0.5, beta2=0.1, correction="both", eps=0.01), (2.1, -1, -1)),
            (M.Adam(beta1=0.9, beta2=0.99), (1010, *[-10] * 100)),
            (M.Adam(beta1=0, beta2=0.3, eps=0.1, eps_place="inside"), (-0.5, 3, 0, -1, -1)),
        ],
    )
    def test_a_play_obeys_it(self, method, c, x1):
        document, P = certify(method, periodic(*c)), len(c)
        assert document["status"] == "proved"
        claim, alpha = document["all_t"], 0.5
        sign = 1 if document["claim"]["x_limit"] == "1" else -1
        regret = {n: float(claim[n]) for n in ("per_block", "lost", "sqrt_coefficient")}
        hit, band = claim["hit_block"], float(Fraction(claim["band"]))
        k = np.unique(np.concatenate([np.arange(1, 3), hit + np.array([0, 1, 2, 10, 100, 1000])]))
        at = sorted({*(k * P), *(k * P + 1)})
        data = rl.play(method, periodic(*c), x1=x1, rounds=max(at), at=at).data
        R = np.array([float(data.regret.sel(round=t).squeeze()) for t in k * P])
        bound = regret["per_block"] * (k - hit) - regret["lost"] * hit
        assert (bound - regret["sqrt_coefficient"] * np.sqrt(k) - 1e-6 <= R).all()
        late = k[k >= hit]
        x = np.array([float(data.iterate.sel(round=t).squeeze()) for t in late * P + 1])
        assert (sign * x >= 1 - band * alpha / np.sqrt(late * P) - 1e-12).all()
        assert band == 0 or (sign * x < 1).any()  # the band is needed

    def test_a_block_costs_less_than_at_the_wall_but_not_by_more_than_is_said(self):
        c = (1, 8, -1, -1, -2)
        claim = certify(M.RMSProp(beta2=0.1), periodic(*c))["all_t"]
        hit, regret = claim["hit_block"], claim
        k = hit + np.array([0, 10, 1000, 20_000])
        at = sorted({*(k * 5), *(k * 5 + 5)})
        data = rl.play(M.RMSProp(beta2=0.1), periodic(*c), x1=-1.0, rounds=max(at), at=at).data
        R = [float(data.regret.sel(round=t).squeeze()) for t in (*(k * 5), *(k * 5 + 5))]
        saved = float(regret["per_block"]) - (np.array(R[4:]) - np.array(R[:4]))
        most = float(regret["sqrt_coefficient"]) / 2 / np.sqrt(k)
        assert (saved > most / 10).all()
        assert (saved < most).all()

    def test_started_at_the_wall_it_stays_there_where_no_block_is_bad(self):
        claim = certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3())["all_t"]
        assert claim["good_from"] == 0
        at = list(range(1, 1200, 3))
        data = rl.play(M.RMSProp(beta2=0.1), L.ReddiPeriod3(), x1=1.0, rounds=at[-1], at=at).data
        assert (data.iterate == 1.0).all()

    def test_the_first_block_is_bad_where_it_is_said_to_be(self):
        method = M.Adam(beta1=0.9, beta2=0.99)
        step = rl.schedules.InverseSqrt(alpha=1e-3)  # so that the other wall is far away
        assert certify(method, ONLINE, step=step)["all_t"]["good_from"] == 1
        data = rl.play(method, ONLINE, step=step, x1=1.0, rounds=102, at=[102]).data
        assert float(data.iterate.sel(round=102).squeeze()) < 1  # block 0 does not end at the wall

    def test_only_for_inverse_square_roots(self):
        document = certify(M.RMSProp(beta2=0.1), L.ReddiPeriod3(), step=rl.schedules.Inverse())
        assert document["claim"]["verdict"] == "fails"
        assert document["all_t"] is None
        assert checker.check(document)


class TestWhatIsNotProved:
    def test_a_drift_of_zero(self):
        document = certify(M.RMSProp(beta2=0.0), periodic(3, -1))
        assert document["status"] == "not proved"
        assert document["claim"]["verdict"] == "undecided"
        assert document["claim"]["average_regret"] is None
        low, high = ends(document["drift"])
        assert low <= 0 <= high
        with pytest.raises(checker.Rejected, match="claims nothing"):
            checker.check(document)

    def test_too_little_precision_is_said(self):
        c = [1.0] + [-1e-9] * 3
        document = certify(M.Adam(beta1=0.999999, beta2=0.9999999), periodic(*c), most_bits=16)
        assert document["status"] == "not proved"
        assert certify(M.Adam(beta1=0.999999, beta2=0.9999999), periodic(*c))["status"] == "proved"

    @pytest.mark.parametrize("method", [M.ADOPT(eps=0), M.AdaShift(n=1, eps=0)], ids=str)
    def test_a_division_by_zero_on_the_way(self, method):
        document = certify(method, periodic(0, 3, -1))
        assert document["status"] == "not proved"
        assert "divides by 0" in document["why"]
        assert certify(method, periodic(3, 0, -1))["status"] == "proved"

    def test_only_a_schedule_needs_its_decay(self):
        method = M.Nadam(form="next", decay=0.0)
        assert certify(method, periodic(3, -1, -1))["status"] == "proved"

    def test_a_schedule_that_stands_still(self):
        method = M.Nadam(form="schedule", decay=0.0)
        assert "decay = 0" in certify(method, periodic(3, -1, -1))["why"]

    def test_a_sum_of_zero_needs_no_drift(self):
        document = certify(M.Adam(), periodic(1, -1))
        assert document["claim"] == {"verdict": "vanishes", "average_regret": "0", "x_limit": None}
        assert checker.check(document)

    @pytest.mark.parametrize(
        ("method", "losses", "options", "said"),
        [
            (M.Lion(), ONLINE, {}, "lion has no certificates"),
            (M.AMSGrad(correction="before"), ONLINE, {}, "correction=before of amsgrad"),
            (M.Adam(beta1_decay="harmonic"), ONLINE, {}, "beta1_decay=harmonic"),
            (M.Adam(l2=0.1), ONLINE, {}, "l2=0.1"),
            (M.RMSProp(beta1=0.5), ONLINE, {}, "beta1=0.5 of rmsprop"),
            (M.Adam(), L.ReddiStochastic(), {}, "not periodic"),
            (M.Adam(), L.Spike(period=10**9), {}, "period=1000000000 is above"),
            (M.Adam(), L.Periodic(c=[[1.0, 2.0]]), {}, "one dimension"),
            (M.Adam(), ONLINE, {"step": rl.schedules.Constant()}, "give step inverse-sqrt"),
            (M.Adam(), ONLINE, {"set": rl.sets.Simplex()}, "give interval"),
            (M.Adam(), ONLINE, {"set": rl.sets.Interval(1, 1)}, "no interval with an inside"),
        ],
    )
    def test_what_there_are_no_certificates_for(self, method, losses, options, said):
        with pytest.raises(InvalidInput, match=said):
            certify(method, losses, **options)


@settings(max_examples=60, deadline=None)
@given(
    c=st.lists(st.integers(-40, 40), min_size=1, max_size=6),
    beta1=st.sampled_from([0.0, 0.3, 0.9]),
    beta2=st.sampled_from([0.0, 0.1, 0.9, 0.999]),
    corrected=st.booleans(),
)
def test_what_is_proved_is_what_floats_find_and_is_accepted(c, beta1, beta2, corrected):
    method = M.Adam(beta1=beta1, beta2=beta2, correction="both" if corrected else "none", eps=0.125)
    document = certify(method, periodic(*c), rl.sets.Interval(-1, 2))
    if document["status"] != "proved":
        low, high = ends(document["drift"])
        assert low <= 0 <= high
        return
    checker.check(document)
    m, v, drift = 0.0, 0.0, 0.0
    periods = 20_000 // len(c)
    for n in range(periods):
        for g in c:
            m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
            drift += m / (v**0.5 + 0.125) if n == periods - 1 else 0
    low, high = ends(document["drift"])
    assert drift == pytest.approx(float(low + high) / 2, abs=1e-6)
    fails = drift * sum(c) < -1e-6
    assert not fails or Fraction(document["claim"]["average_regret"]) == abs(3 * Fraction(sum(c), len(c)))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    c=st.lists(st.sampled_from([-9, -3, -1, 0, 1, 2, 5]), min_size=2, max_size=6),
    beta1=st.sampled_from([0.0, 0.3, 0.9]),
    beta2=st.sampled_from([0.0, 0.1, 0.7]),
    corrected=st.booleans(),
    x=st.sampled_from([-1.0, 0.5, 2.0]),
)
def test_the_band_lasts_from_the_block_that_is_named(c, beta1, beta2, corrected, x):
    correction, P = "both" if corrected else "none", len(c)
    method = M.Adam(beta1=beta1, beta2=beta2, correction=correction, eps=0.125)
    document = certify(method, periodic(*c), rl.sets.Interval(-1, 2))
    first = document["from_block"]
    if first is None or first * P > 3000:
        return
    wall, band = float(document["claim"]["x_limit"]), float(document["all_t"]["band"])
    hit = document["all_t"]["hit_block"]
    m = v = ones1 = ones2 = 0.0
    inside = False
    for k in range(first + 400):
        was, inside = inside, abs(wall - x) <= 0.5 * band / (max(k, 1) * P) ** 0.5 + 1e-12
        assert inside or k < hit
        assert inside or not was or k <= first
        for j in range(P):
            m, v = beta1 * m + (1 - beta1) * c[j], beta2 * v + (1 - beta2) * c[j] ** 2
            ones1, ones2 = beta1 * ones1 + 1 - beta1, beta2 * ones2 + 1 - beta2
            u = m / ones1 / ((v / ones2) ** 0.5 + 0.125) if corrected else m / (v**0.5 + 0.125)
            x = min(max(x - 0.5 / (k * P + j + 1) ** 0.5 * u, -1.0), 2.0)
