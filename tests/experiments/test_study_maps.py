"""The maps in small: against single plays, the orbit as it is defined, and closed forms."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
import xarray as xr

import regretlab as rl
from experiments import beta_map, eps_map, maps, spike_map, steps, study
from regretlab import losses, methods, schedules

STUDIES = {"beta_map": beta_map, "spike_map": spike_map, "eps_map": eps_map, "steps": steps}
SQRT = schedules.InverseSqrt(0.5)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """name -> what a study has found in small, and the folder that it wrote to; each is run once."""

    @functools.cache
    def run(name):
        out = tmp_path_factory.mktemp(name)
        return STUDIES[name].main(["--quick", "--out", str(out)]), out

    return run


def drift(c, beta1, beta2, eps=0.0, outside=False):
    """Delta of Adam by what it is: m and v run until they repeat, then the updates of a period are summed."""
    m = v = total = 0.0
    for g in itertools.chain(*[c] * (2 + int(50 / (len(c) * (1 - max(beta1, beta2)))))):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    for g in c:
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        total += m / (np.sqrt(v) + eps if outside else np.sqrt(v + eps))
    return total


def period(C, P, small=1.0, spikes=1):
    return [C, *[-small] * (P - spikes), *[C] * (spikes - 1)]


def play(method, stream, T, step, x1):
    """R_T / T and x_{T+1} by the plain loop of one play, which knows nothing of sweeps."""
    run = rl.play(method, stream, rl.sets.Interval(-1, 1), T, step, x1=x1, at=[T], engine="plain",
                  progress=False)  # fmt: skip
    return float(run.data.average_regret[-1]), float(run.x[0])


def held(cell, told):
    assert (float(cell.average_regret), float(cell.x)) == told


@pytest.mark.parametrize("name", STUDIES)
def test_what_is_written_is_what_was_found(name, quick):
    found, out = quick(name)
    assert {p.name for p in out.iterdir()} == {f"{name}{end}" for end in (".nc", ".png", ".pdf")}
    with xr.open_dataset(out / f"{name}.nc", engine="h5netcdf") as written:
        assert study.digest(written.load()) == study.digest(found)
        assert written.attrs["caption"].isascii()
    rows = STUDIES[name].rows(found)
    assert len({len(row) for row in rows}) == 1


class TestBetaMap:
    def test_cells_are_plays(self, quick):
        found, _ = quick("beta_map")
        for j, k, T in ((0, 2, 1000), (3, 1, 1000), (5, 4, 1000), (2, 5, 10000)):
            cell = found.isel(beta1=j, beta2=k).sel(rounds=T)
            adam = methods.Adam(beta1=float(cell.beta1), beta2=float(cell.beta2))
            told = play(adam, losses.ReddiOnline(), T, SQRT, 0.0)
            held(cell, told)
            assert float(cell.fails) == (told[0] * T > abs(losses.ReddiOnline().partial_sum(T)[0]))

    def test_the_limit_is_the_sign_of_the_drift(self, quick):
        found, _ = quick("beta_map")
        c = period(1010.0, 101, 10.0)
        for j, k in itertools.product(range(1, 6, 2), range(0, 5, 2)):
            cell = found.isel(beta1=j, beta2=k)
            told = drift(c, float(cell.beta1), float(cell.beta2))
            assert float(cell.drift) == pytest.approx(told, rel=1e-9)
            end = 20 / 101 if told < 0 else 0.0
            assert float(cell.limit_average_regret) == pytest.approx(end, abs=1e-15)

    def test_the_drift_changes_its_sign_on_the_boundary(self, quick):
        found, _ = quick("beta_map")
        c, inside = period(1010.0, 101, 10.0), maps.interior(found.boundary, 0.0, 1 - 2e-7)
        lines = [(float(b), float(e)) for b in inside.boundary_beta1
                 for e in inside.sel(boundary_beta1=b) if np.isfinite(e)]  # fmt: skip
        lines.append((beta_map.BETA1, float(found.crossing)))
        assert len(lines) >= 6
        for beta1, beta2 in lines:
            below, above = (drift(c, beta1, beta2 + d * (1 - beta2)) for d in (-1e-3, 1e-3))
            assert below * above < 0
        assert 0.999 < lines[-1][1] < 0.9998

    def test_the_passage(self, quick):
        found, _ = quick("beta_map")
        cell = found.isel(passage_beta2=1).sel(passage_rounds=1000)
        adam = methods.Adam(beta1=0.9, beta2=float(cell.passage_beta2))
        told = play(adam, losses.ReddiOnline(), 1000, SQRT, 0.0)[0]
        assert float(cell.passage_average_regret) == told
        delta = drift(period(1010.0, 101, 10.0), 0.9, float(cell.passage_beta2))
        assert float(cell.passage_rounds_to_see) == pytest.approx(
            (1 + 101 / (0.5 * abs(delta))) ** 2
        )


class TestSpikeMap:
    def test_cells_are_plays(self, quick):
        found, _ = quick("spike_map")
        T = found.attrs["T"]
        for spikes, C, b, k in ((1, 10, 0.0, 3), (1, 31, 0.9, 5), (2, 3, 0.5, 2), (2, 31, 0.99, 6)):
            cell = found.sel(spikes=spikes, C=C, beta1=b).isel(beta2=k)
            adam = methods.Adam(beta1=b, beta2=float(cell.beta2))
            stream = losses.Periodic(c=period(C, C, spikes=spikes))
            held(cell, play(adam, stream, T, SQRT, 0.0))

    def test_the_limits(self, quick):
        found, _ = quick("spike_map")
        for spikes, C, j, k in itertools.product((1, 2), (3, 31), range(4), (0, 3, 5)):
            cell = found.sel(spikes=spikes, C=C).isel(beta1=j, beta2=k)
            c = period(float(C), C, spikes=spikes)
            told = drift(c, float(cell.beta1), float(cell.beta2)) if k or j else 0.0
            if abs(told) > 1e-9:  # sign descent (both 0) has its own drift of whole numbers
                assert float(cell.drift) == pytest.approx(told, rel=1e-8)
                assert float(cell.limit_average_regret) == pytest.approx(
                    2 * sum(c) / C * (told < 0), abs=1e-12
                )
            assert float(cell.worst) == pytest.approx(2 * sum(c) / C)

    def test_boundaries_that_are_known(self, quick):
        """C = P = 10: the values found elsewhere, to the digits that are given there."""
        found, _ = quick("spike_map")
        known = {(1, 0.0): (0.0, 0.95544), (1, 0.5): (0.0, 0.94339), (1, 0.9): (0.0649, 0.77466),
                 (2, 0.0): (0.0, 0.6344)}  # fmt: skip
        for (spikes, beta1), wanted in known.items():
            ends = found.boundary.sel(spikes=spikes, beta1=beta1, boundary_C=10).values[:2]
            np.testing.assert_allclose(ends, wanted, atol=5.1e-5)
            for end in ends[ends > 0]:
                c = period(10.0, 10, spikes=spikes)
                assert drift(c, beta1, end - 1e-6) * drift(c, beta1, end + 1e-6) < 0


class TestEpsMap:
    def test_cells_are_plays(self, quick):
        found, _ = quick("eps_map")
        T = found.attrs["T"]
        for case, j, k in itertools.product(eps_map.CASES, (0, 2), (1, 3)):
            cell = found.sel(case=case).isel(large=j, eps=k)
            C = float(cell.C)
            adam = eps_map.learner(case, C).but(eps=float(cell.eps))
            P = 101 if case == "P = 101" else 3
            held(cell, play(adam, losses.Periodic(c=period(C, P)), T, SQRT, 0.0))
            told = drift(period(C, P), adam.beta1, adam.beta2, adam.eps)
            assert float(cell.drift) == pytest.approx(told, rel=1e-8)

    def test_eps_star_is_where_the_drift_changes_its_sign(self, quick):
        found, _ = quick("eps_map")
        seen = 0
        for case, place in itertools.product(eps_map.CASES, eps_map.PLACES):
            of = found.sel(case=case, place=place)
            for C, eps in zip(of.line_C.values, of.rescue.values, strict=True):
                if 0 < eps < np.inf:
                    adam = eps_map.learner(case, C)
                    c = period(C, 101 if case == "P = 101" else 3)
                    sides = [drift(c, adam.beta1, adam.beta2, eps * k, place == "outside")
                             for k in (1 - 1e-4, 1 + 1e-4)]  # fmt: skip
                    assert sides[0] < 0 < sides[1]
                    seen += 1
        assert seen >= 12

    def test_theorem_6_is_below_and_the_closed_form_of_a_small_beta2_near(self, quick):
        found, _ = quick("eps_map")
        of = found.sel(case="theorem 6")
        C = of.line_C.values
        inside = of.rescue.sel(place="inside").values
        assert (inside > 1.0).all()
        assert (inside < 3 * C**2 / (C**2 - 4)).all()
        assert inside[-1] == pytest.approx(3 * C[-1] ** 2 / (C[-1] ** 2 - 4), rel=1e-4)
        outside = of.rescue.sel(place="outside").values
        assert outside[-1] == pytest.approx(C[-1] / (C[-1] - 2), rel=1e-3)

    def test_no_single_eps_is_passed_off_for_two(self, monkeypatch):
        monkeypatch.setattr(eps_map.limits, "failing_set", lambda *a, **k: [(0.1, 1.0), (2.0, 3.0)])
        with pytest.raises(ValueError, match="no single interval"):
            eps_map.rescuing(eps_map.QUICK, "theorem 6", 3.0, "inside")


class TestSteps:
    def test_cells_are_plays(self, quick):
        found, _ = quick("steps")
        for case, j, p, T in (("Adam", 0, 0.0, 1000), ("Adam", 1, 0.75, 1000), ("AMSGrad", 2, 0.5, 100),
                              ("AMSGrad", 1, 1.0, 1000)):  # fmt: skip
            cell = found.sel(case=case, p=p, rounds=T).isel(alpha=j)
            step = schedules.Power(float(cell.alpha), p)
            held(cell, play(steps.learner(case), losses.ReddiOnline(), T, step, steps.CASES[case]))

    def test_one_limit_for_all_that_tend_to_0(self, quick):
        found, _ = quick("steps")
        tend = found.limit_average_regret.sel(p=[0.25, 0.5, 0.75, 1.0])
        np.testing.assert_allclose(tend.sel(case="Adam"), 20 / 101, rtol=1e-14)
        np.testing.assert_array_equal(tend.sel(case="AMSGrad"), 0.0)
        assert (found.limit_average_regret.sel(p=0.0) > 0).all()

    def test_a_constant_step_ends_on_a_cycle(self, quick):
        """By its definition, run for 600 periods, the last of which is the cycle; A + B/2 while a wall is far."""
        found, _ = quick("steps")
        c = period(1010.0, 101, 10.0)
        for case, j in itertools.product(steps.CASES, (0, 2)):
            of = found.sel(case=case, p=0.0).isel(alpha=j)
            x, m, v, top, paid = -steps.CASES[case], 0.0, 0.0, 0.0, 0.0
            for _ in range(600):
                paid = 0.0
                for g in c:
                    paid += g * x + g  # the best point is -1
                    m, v = 0.9 * m + (1 - 0.9) * g, 0.99 * v + (1 - 0.99) * g * g
                    top = max(top, v) if case == "AMSGrad" else v
                    x = min(max(x - float(of.alpha) * m / top**0.5, -1.0), 1.0)
            assert float(of.limit_average_regret) == pytest.approx(paid / 101, rel=1e-9)
            near = float(of.first_order) == pytest.approx(paid / 101, rel=1e-9)
            assert near == (j == 0)

    def test_crossings(self, quick):
        found, _ = quick("steps")
        of = found.sel(case="Adam", p=0.5, rounds=1000).isel(alpha=0)
        total = sum(float(of.alpha) / np.sqrt(t) for t in range(1, 1001))
        delta = drift(period(1010.0, 101, 10.0), 0.9, 0.99)
        assert float(steps.crossings(of)) == pytest.approx(-delta * total / 202)
