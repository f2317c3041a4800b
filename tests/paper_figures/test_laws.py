"""Theorem 2's C, the law of the regret, and the slack of theorem 4."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import regretlab as rl
from paper_figures import sqrt_t, theorem2, theorem4
from regretlab.theorems import theorem2 as claim
from regretlab.theorems.spikes import drift


def test_theorem2_made(made):
    data, rows, drawn = made("theorem2", points=9)
    assert all(row["holds"] for row in rows.values())
    for beta1 in theorem2.BETA1:
        for beta2 in data.beta2.values[:-2]:
            one = data.sel(beta1=beta1, beta2=beta2)
            n = int(one.least)
            assert drift(n, n, beta1, beta2) < 0
            assert all(drift(k, k, beta1, beta2) >= 0 for k in range(3, n))
            if beta1 < math.sqrt(beta2):
                assert one.enough == claim.sufficient(beta1, beta2)
            else:
                assert np.isnan(one.enough)
    both = np.isfinite(data.enough[1])
    assert np.array_equal(
        data.enough[0][both], data.enough[1][both]
    )  # the caption says that they coincide
    said = theorem2.caption(data)
    for needle in ("C x when t mod C = 1, else -x", "F = [-1, 1]", "no bias correction", "eps = 0", "memory", "2/C",
                   "9 values of beta2", "T = infinity", rl.__version__):  # fmt: skip
        assert needle in said
    (legend,) = [panel.get_legend() for panel in drawn.axes]
    assert any("memory" in text.get_text() for text in legend.get_texts())


def test_theorem2_with_another_C_does_not_hold():
    data = theorem2.data(points=3)
    data["known_least"][0] += 1
    data["known_enough"][1] += 1
    held = [r["holds"] for r in theorem2.table(data)]
    assert held == [False, False, *[True] * 6]
    data["enough"][0, 1] = 2.0
    assert not theorem2.table(data)[-1]["holds"]


@pytest.mark.parametrize("alpha", [0.5, 0.21])
def test_sqrt_t_is_the_law(alpha):
    data = sqrt_t.data(rounds=300_000, alpha=alpha)
    assert np.all(data["round"] % 101 == 0)
    assert data.sizes["round"] > 50
    A, B = data.A.values, data.B.values / alpha
    assert pytest.approx([20 / 101, 0.0]) == A
    assert pytest.approx([59.99, 65.87], abs=5e-3) == B
    left = sqrt_t.rest(data)
    T = data["round"].values[-1]
    assert np.array_equal(left[:, -1], data.regret[:, -1] - data.A * T - data.B * math.sqrt(T))
    step = rl.schedules.InverseSqrt(alpha)
    online, adam = rl.losses.ReddiOnline(), sqrt_t.METHODS["adam"]
    alone = rl.play(adam, online, rounds=20_200, step=step, engine="plain").data
    again = sqrt_t.data(rounds=20_200, alpha=alpha)
    assert float(again.regret.sel(learner="adam")[-1]) == float(alone.regret[-1])


def test_sqrt_t_made(made):
    data, rows, drawn = made("sqrt_t", rounds=300_000)
    assert rows["sqrt_t-adam-law"]["holds"]
    assert [row["holds"] for name, row in rows.items() if name.endswith("known")] == [True, True]
    assert not sqrt_t.table(sqrt_t.data(rounds=3000))[1]["holds"]  # not at this T
    other = data.copy(deep=True)
    other["B"] *= 1.2
    assert not any(r["holds"] for r in sqrt_t.table(other))
    said = sqrt_t.caption(data)
    for needle in ("1010x when t mod 101 = 1, else -10x", "F = [-1, 1]", "beta1 = 0.9", "beta2 = 0.99", "eps = 0",
                   "no bias correction", "0.5/sqrt(t)", "x_1 = 0", "T = 299,970", "compiled engine",
                   "not fitted"):  # fmt: skip
        assert needle in said
    assert drawn.axes[1].lines[0].get_ydata()[0] == float(data.B[0])


@pytest.mark.parametrize("rounds", [1, 100, 101, 102])
def test_sqrt_t_short(made, rounds):
    data, *_ = made("sqrt_t", rounds=rounds)
    assert data["round"].values.tolist() == [rounds if rounds < 101 else 101]


def printed(T: int, decay: str) -> float:
    """The right-hand side of theorem 4 in a plain loop: D = 2, alpha = 0.5."""
    beta1, beta2, alpha, v, vhat, squares, middle = 0.9, 0.99, 0.5, 0.0, 0.0, 0.0, 0.0
    for t in range(1, T + 1):
        g = 1010.0 if t % 101 == 1 else -10.0
        v = beta2 * v + (1 - beta2) * g * g
        vhat, squares = max(vhat, v), squares + g * g
        middle += (
            beta1 * (0.99 ** (t - 1) if decay == "geometric" else 1) * math.sqrt(t * vhat) / alpha
        )
    first = 4 * math.sqrt(T * vhat) / (alpha * (1 - beta1))
    spread = (1 - beta1) ** 2 * (1 - beta1 / math.sqrt(beta2)) * math.sqrt(1 - beta2)
    third = alpha * math.sqrt((1 + math.log(T)) * squares) / spread
    return first + 4 * middle / (1 - beta1) ** 2 + third


def test_theorem4_made(made):
    data, rows, drawn = made("theorem4", rounds=400)
    assert all(row["holds"] for row in rows.values())
    for k, decay in enumerate(theorem4.DECAYS):
        method = rl.methods.AMSGrad(beta1=0.9, beta2=0.99, beta1_decay=decay, lam=0.99)
        alone = rl.play(method, rl.losses.ReddiOnline(), rounds=400)
        one = data.sel(decay=decay)
        assert np.array_equal(one.value.sel(line="regret"), alone.data.regret)
        assert float(one.value.sel(line="printed")[-1]) == pytest.approx(
            printed(400, decay), rel=1e-10
        )
        drawn_line = drawn.axes[k].lines[0].get_ydata()
        assert drawn_line == pytest.approx(
            alone.data.regret.values / np.sqrt(alone.data["round"].values)
        )
        assert json.loads(data.attrs["methods"])[k] == method.spec()
    assert set(theorem4.SHOWN) <= set(data.line.values)
    said = theorem4.caption(data)
    for needle in ("1010x when t mod 101 = 1, else -10x", "F = [-1, 1]", "beta1 = 0.9", "beta2 = 0.99", "lam = 0.99",
                   "no bias correction", "eps = 0", "0.5/sqrt(t)", "x_1 = 0", "T = 400", "compiled engine",
                   "second-hand"):  # fmt: skip
        assert needle in said


def test_theorem4_broken_does_not_hold():
    data = theorem4.data(rounds=50)
    data["sound"][1] = 0
    assert [r["holds"] for r in theorem4.table(data)] == [True, False]
    assert theorem4.data(rounds=1)["round"].values.tolist() == [1]


def test_theorem4_plays_no_more_than_it_can_look_at(monkeypatch):
    monkeypatch.setattr(theorem4, "MOST", 30)
    assert theorem4.table(theorem4.data(rounds=10**9))[0]["rounds"] == 30
