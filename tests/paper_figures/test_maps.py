"""The two maps: their drift is the orbit's in plain NumPy, their boundaries are where it is 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

import regretlab as rl
from paper_figures import period3, zhang2022


def drift(c: Sequence[float], beta1: float, beta2: float, periods: int = 4000) -> float:
    """The updates of a late period, added up, by running Adam's averages from 0."""
    m = v = total = 0.0
    for _ in range(periods):
        total = 0.0
        for g in c:
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            total += m / math.sqrt(v)
    return total


@pytest.fixture(scope="module")
def small():
    return period3.data(rounds=300, points=16)


def test_period3_is_the_drift(small):
    for C, beta2 in ((0, 3), (7, 8), (15, 14)):
        one = small.isel(C=C, beta2=beta2)
        said = drift([float(one.C), -1, -1], 0.0, float(one.beta2))
        assert float(one.drift) == pytest.approx(said, rel=1e-9)
    assert np.array_equal(small.fails, small.drift < 0)  # S > 0 everywhere


def test_period3_boundary_is_where_the_drift_is_0(small):
    for C in small.C_at.values[::3]:
        end = float(small.boundary.sel(C_at=C))
        below, above = (drift([float(C), -1, -1], 0.0, end * k) for k in (0.9999, 1.0001))
        assert below < 0 < above


def test_period3_in_closed_form():
    """beta1 = 0: u* is C / sqrt(v1), -1 / sqrt(v2), -1 / sqrt(v3), with v from a geometric sum."""
    b = period3.boundary(3.0)
    assert b == pytest.approx(0.4723, abs=5e-5)
    v = [1 + 8 * (1 - b) * b**j / (1 - b**3) for j in range(3)]
    assert 3 / math.sqrt(v[0]) - 1 / math.sqrt(v[1]) - 1 / math.sqrt(v[2]) == pytest.approx(
        0, abs=1e-12
    )


def test_period3_made(made):
    data, rows, drawn = made("period3", rounds=20_000, points=16)
    assert {i for i, row in rows.items() if not row["holds"]} == set()
    assert rows["period3-play-0.55"]["x"] < -0.9
    assert rows["period3-C3"]["rounds"] is None
    early = {r["id"]: r["holds"] for r in period3.table(period3.data(rounds=5, points=8))}
    assert early["period3-C3"]
    assert not early["period3-play-0.4"]  # five rounds are not enough
    alone = rl.play(
        rl.methods.Adam(beta1=0, beta2=0.4), rl.losses.Periodic(c=[3, -1, -1]), rounds=20_000, engine="plain"
    ).data  # fmt: skip
    assert np.array_equal(alone.iterate[:, 0], data.iterate.sel(learner=0.4))
    said = period3.caption(data)
    for needle in ("C x when t mod 3 = 1", "F = [-1, 1]", "beta1 = 0", "no bias correction", "eps = 0",
                   "0.5/sqrt(t)", "x_1 = 0", "T = 20,000", "16 x 16 points", "1/(1 + C^2)",
                   "compiled engine", rl.__version__):  # fmt: skip
        assert needle in said
    left, right = drawn.axes[:2]
    assert np.allclose(left.lines[1].get_ydata(), 1 / (1 + data.C.values**2))
    assert np.array_equal(right.lines[0].get_ydata(), data.iterate[0])


def test_a_boundary_elsewhere_does_not_hold(small):
    other = small.copy(deep=True)
    other["boundary"].loc[{"C_at": 3.0}] += 1e-3
    rows = {r["id"]: r["holds"] for r in period3.table(other)}
    assert not rows["period3-C3"]
    assert rows["period3-C5"]
    other["boundary"].loc[{"C_at": 3.0}] = 0.01
    assert not {r["id"]: r["holds"] for r in period3.table(other)}["period3-paper"]


def test_zhang2022_made(made):
    data, rows, drawn = made("zhang2022", points=24)
    assert all(row["holds"] for row in rows.values())
    for n, i, j in ((10, 3, 9), (20, 20, 4), (50, 12, 20)):
        one = data.sel(n=n).isel(beta1=i, beta2=j)
        said = drift([n, *[-1] * (n - 1)], float(one.beta1), float(one.beta2), 400)
        assert float(one.drift) == pytest.approx(said, rel=1e-6)
    for n in zhang2022.SIZES:  # the line is where the drift is 0, to the width of a line
        at = data.sel(n=n)
        for k in range(0, at.sizes["point"], 5):
            beta1, beta2 = float(at.at_beta1[k]), float(at.at_beta2[k])
            c = [n, *[-1] * (n - 1)]
            low, high = (
                drift(c, min(max(beta1 + d, 0), 0.9999), beta2, 400) for d in (-1e-3, 1e-3)
            )
            assert low < high
            assert beta1 == 0 or low < 0 < high
    law = zhang2022.law(50, np.array([0.0]))
    assert law[0] == pytest.approx(4 / 50**2, rel=0.03)
    said = zhang2022.caption(data)
    for needle in ("n x when t mod n = 1, else -x", "F = [-1, 1]", "no bias correction", "eps = 0", "4/n^2", "memory",
                   "R_T/T -> 2/n", "24 x", "T = infinity", rl.__version__):  # fmt: skip
        assert needle in said
    assert drawn.axes[4].get_ylabel().startswith(r"drift $\Delta")


def test_zhang2022_reenters():
    """n = 10, beta1 = 0.9: neither beta2 = 0.05 nor 0.8 fails, what lies between does."""
    c = [10, *[-1] * 9]
    assert [drift(c, 0.9, b, 400) < 0 for b in (0.05, 0.08, 0.77, 0.8)] == [
        False,
        True,
        True,
        False,
    ]
    low, high = zhang2022.failing(0.9, 10)
    assert (low, high) == (pytest.approx(0.0649, abs=5e-5), pytest.approx(0.77466, abs=5e-6))
    assert zhang2022.failing(0.0, 10)[1] == pytest.approx(0.95544, abs=5e-6)


def test_zhang2022_elsewhere_does_not_hold():
    data = zhang2022.data(points=12)
    data["low"][2] += 1e-3
    held = {r["id"]: r["holds"] for r in zhang2022.table(data)}
    assert [name for name, holds in held.items() if not holds] == ["zhang2022-n10-0.9"]
