"""What every bound says of itself, found by the presence of its file."""

from __future__ import annotations

import pytest
from matplotlib.mathtext import MathTextParser

from regretlab import Losses, bounds, load, losses, methods, play
from regretlab.bounds.bound import LABELS, STATUSES
from regretlab.settings import RECORDED
from regretlab.spelling import ROOMS, found, parse

BOUNDS = found(ROOMS["bound"])
WANTED = """
    adagrad adagrad-full adamx alacaoglu coin-betting corollary1 corollary1-scaled corollary2
    corollary2-scaled ftrl hedge hedge-anytime hedge-decaying kingma-ba ogd ogd-adaptive ogd-dynamic
    ogd-strongly-convex omd-entropy omd-euclidean ons ons-wide theorem4 theorem4-first
    theorem4-improved theorem4-no-middle theorem4-quoted theorem5 theorem5-corrected
    theorem5-improved theorem5-no-middle tran-phong
"""


def test_all_are_there():
    assert list(BOUNDS) == sorted(WANTED.split())
    assert parse("bound", "ons:a=0.5,G=2") == bounds.ONS(a=0.5, G=2.0)
    assert {"OGD", "Theorem4", "check"} <= set(dir(bounds))


@pytest.mark.parametrize("name", BOUNDS)
def test_what_it_says(name):
    bound = BOUNDS[name]
    assert bound.status in STATUSES
    assert bound.label
    assert set(bound.label) <= set(LABELS)
    assert bound.title
    assert bound.source
    assert bound.__doc__
    assert set(bound.needs) <= set(RECORDED)
    MathTextParser("agg").parse(f"${bound.statement}$")
    if bound.status == "false as printed":
        assert bound.remark


@pytest.mark.parametrize("name", BOUNDS)
def test_no_bound_speaks_of_a_method_it_is_not_for(name):
    """signSGD has none of them; the assumption that fails is the method."""
    run = play(methods.SignSGD(), losses.ReddiPeriod3(), rounds=10, engine="plain")
    checked = bounds.check(run, BOUNDS[name]())
    assert checked.holds is None
    assert checked.rhs is None
    assert checked.broken_assumptions[0].name.startswith("method ")
    assert BOUNDS[name]().assumptions(run) == list(checked.assumptions)


def test_assumptions_without_a_replay():
    """Those on what was met are listed only where that was recorded."""
    run = play(methods.ONS(0.125, 16.0), losses.ReddiPeriod3(), rounds=5, engine="plain")
    bound = bounds.ONSWide(a=0.25, G=2.0)
    assert len(bound.assumptions(run)) == len(bounds.check(run, bound).assumptions) - 4
    full = run.replay(record="norm")
    assert [a.name for a in bound.assumptions(full)][-1] == "the largest |g_t|_2 <= 2"


class Hollow(Losses):
    """f_t(x) = -x^2, which is not convex."""

    def gradient(self, x):
        return -2 * x

    def value(self, x):
        return -x * x


@pytest.mark.filterwarnings("ignore:the gradient of hollow")
def test_losses_that_are_not_convex():
    run = play(methods.SGD(), Hollow(), rounds=5, engine="plain")
    checked = bounds.check(run, bounds.OGD())
    assert [a.name for a in checked.broken_assumptions] == ["convex losses"]


class Reversed(methods.SGD):
    """It climbs."""

    def phi(self, s):
        return -s.g


def test_a_rule_of_its_own_is_another_method():
    run = play(Reversed(), losses.ReddiPeriod3(), rounds=5, engine="plain")
    (broken,) = bounds.check(run, bounds.OGD()).broken_assumptions
    assert broken == ("method sgd or omd", False, "the method reversed, with a phi of its own")


def test_a_play_that_was_saved_is_checked_too(tmp_path):
    run = play(
        methods.AMSGrad(0.5, 0.9), losses.ReddiStochastic(), rounds=50, runs=2, engine="plain"
    )
    one = bounds.check(run, bounds.Theorem4Improved())
    other = bounds.check(load(run.save(tmp_path / "play.nc")), bounds.Theorem4Improved())
    assert one.holds is other.holds is True
    assert (one.smallest, one.at) == (other.smallest, other.at)
