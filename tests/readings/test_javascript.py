"""Definitions printed as JavaScript have the bits of the plain engine, round by round."""

from __future__ import annotations

import contextlib
import math
import os
import random
from typing import Any

import pytest
from browser import answers, bits, needs_javascript

import regretlab as rl
from regretlab import losses, schedules, sets
from regretlab.errors import InvalidInput, NotFinite
from regretlab.readings.javascript import javascript
from regretlab.spelling import ROOMS, found

FULL = os.environ.get("REGRETLAB_JS") == "full"
SETTINGS, ROUNDS = (4, 20_000) if FULL else (5, 1_000)  # of every method: 200 settings and more
METHODS = {name: piece for name, piece in found(ROOMS["method"]).items() if not piece.abstract}
WHOLE = {name for name, piece in METHODS.items() if piece().shape == "vector"}


def drawn(piece: type[rl.Method], dice: random.Random, depth: int = 0) -> Any:
    """A piece with random parameters and choices."""
    for _ in range(100):
        given = {
            n: v
            for n, f in piece.parameters().items()
            if (v := one(piece, f, dice, depth)) is not None
        }
        with contextlib.suppress(InvalidInput):
            return piece(**given)
    raise AssertionError(f"no setting of {piece.name} is valid")


def one(piece: Any, f: Any, dice: random.Random, depth: int) -> Any:
    kind = piece.kind_of(f)
    if f.name == "convention":
        return None
    if kind == "choice":
        return dice.choice(list(f.metadata["among"])) if f.metadata.get("among") else None
    if kind == "piece":
        inside = [n for n in METHODS if n not in WHOLE and (depth < 1 or n in ("adam", "sgd"))]
        return drawn(METHODS[dice.choice(inside)], dice, depth + 1)
    if kind == "count":
        return dice.randint(1, 7)
    if kind == "whole":
        low, _ = f.metadata["within"].ends()
        return int(low) + dice.randint(0, 9)
    if kind == "array":
        return [dice.uniform(0, 0.99) for _ in range(dice.randint(1, 4))]
    if dice.random() < 0.3:
        return None
    low, high = f.metadata["within"].ends()
    if math.isfinite(high):
        at = dice.choice([dice.random(), 1 - 10 ** dice.uniform(-4, -0.3)])
        return low + (high - low) * at if math.isfinite(low) else high - at
    size = abs(f.default) if isinstance(f.default, float) and f.default else 1e-3
    return (low if math.isfinite(low) else 0.0) + size * 10 ** dice.uniform(-1, 1)


def adversary(dice: random.Random) -> Any:
    C, small = 10 ** dice.uniform(-2, 3), 10 ** dice.uniform(-2, 1)
    return dice.choice(
        [
            lambda: losses.Spike(C=C, small=small, period=dice.randint(2, 120)),
            lambda: losses.ReddiPeriod3(C=2 + C),
            losses.ReddiOnline,
            lambda: losses.SpikeIID(C=C, small=small, p=dice.random() ** 3),
            losses.ReddiStochastic,
            lambda: losses.Periodic(c=[dice.gauss(0, 3) for _ in range(dice.randint(1, 9))]),
        ]
    )()


def step(method: rl.Method, dice: random.Random) -> Any:
    a = 10 ** dice.uniform(-3, 0.5)
    known = [
        method.default_step,
        schedules.InverseSqrt(a),
        schedules.Constant(a),
        schedules.Inverse(a),
    ]
    return dice.choice([*known, schedules.Power(alpha=a, p=dice.uniform(0, 1.2))])


def interval(dice: random.Random) -> Any:
    lo = dice.choice([-1.0, -dice.random(), 0.25])
    return sets.Interval(lo, lo + 10 ** dice.uniform(-1, 1))


class Setting:
    """Random pieces and what the plain engine makes of them."""

    def __init__(self, name: str, k: int) -> None:
        dice = random.Random(f"{name} {k}")
        self.method = drawn(METHODS[name], dice)
        self.losses, self.feasible = adversary(dice), interval(dice)
        self.step, self.seed, self.run = step(self.method, dice), dice.randrange(2**53), 0
        lo, hi = self.feasible.lo, self.feasible.hi
        self.x1 = lo + (hi - lo) * dice.uniform(0.1, 0.9)
        self.at = sorted({1, 2, 3, 10, 100, ROUNDS} | set(range(100, ROUNDS, ROUNDS // 10)))
        self.chunk = dice.choice([1, 17, 300, ROUNDS])

    def task(self) -> dict[str, Any]:
        script = javascript(self.method, self.losses, self.feasible, self.step)
        keys = ("x1", "at", "chunk", "seed", "run")
        return {"script": script, "rounds": ROUNDS} | {key: getattr(self, key) for key in keys}

    def oracle(self, engine: str = "plain") -> tuple[Any, bool]:
        """The play, and whether it came to its end."""
        how: dict[str, Any] = {"rounds": ROUNDS, "x1": self.x1, "seed": self.seed, "at": self.at}
        try:
            pieces = (self.method, self.losses, self.feasible)
            return rl.play(*pieces, step=self.step, engine=engine, **how), True
        except NotFinite as stopped:
            return stopped.play, False

    def __str__(self) -> str:
        return (
            f"{self.method} {self.losses} {self.feasible} {self.step} x1={self.x1} seed={self.seed}"
        )


BOOKS = ("regret", "cumulative_loss", "comparator_loss", "comparator", "pseudo_regret")


@needs_javascript
@pytest.mark.parametrize("name", sorted(METHODS.keys() - WHOLE))
def test_a_play_in_javascript_has_the_bits_of_the_plain_engine(name):
    settings = [Setting(name, k) for k in range(SETTINGS)]
    for setting, got in zip(settings, answers([s.task() for s in settings]), strict=True):
        want, ended = setting.oracle()
        assert (got["trouble"] is None) == ended, setting
        if want is None:
            assert got["round"] == 0
            continue
        data = want.data
        rounds = [int(t) for t in data["round"].values]
        assert got["round"] == rounds[-1], setting
        logged = [row["t"] for row in got["books"]]
        assert logged == [t for t in rounds if t in setting.at], setting
        pairs = [(got["x"], data.final_iterate.item(), 1.0)]
        for row in got["books"]:
            at = data.sel(round=row["t"])
            pairs.append((row["x"], at.iterate.item(), 1.0))
            size = abs(at.comparator_loss.item()) + abs(at.cumulative_loss.item())
            pairs += [(row[book], at[book].item(), size) for book in BOOKS]
        if got["exact"]:
            assert [bits(a) for a, _, _ in pairs] == [bits(b) for _, b, _ in pairs], setting
        else:
            for a, b, size in pairs:
                assert bits(a) == bits(b) or abs(float(a) - b) <= 1e-12 * max(abs(b), size), setting
