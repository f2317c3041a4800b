"""What an engine is: a way to call the loop, and the shape in which it holds what changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from regretlab.algorithm1 import Ledger, Log, rounds
from regretlab.engines import compiled
from regretlab.engines.plain import plain
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.philox import Stream
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet

NEVER = np.iinfo(np.int64).max


class Setting(NamedTuple):
    """Who plays against whom, where, and with which steps."""

    method: Method
    losses: Losses
    feasible: FeasibleSet
    step: Schedule


class State(NamedTuple):
    """All that changes while rounds are played."""

    x: Any
    memory: Any
    ledger: Ledger


class Engine(NamedTuple):
    """A way to run rounds; `why` says why it is not the compiled one."""

    name: str
    rounds: Callable
    why: str = ""

    def start(self, setting: Setting, x1: np.ndarray) -> State:
        """x_1, the blank memory and an empty ledger, held as the engine wants them."""
        d, blank = len(x1), setting.method.blank()
        x = np.array(x1, dtype=np.float64)
        ledger = Ledger(np.zeros((2, 1)), np.zeros((2, d)), np.zeros((2, d)))
        if self.name == "compiled":
            return State(x, np.repeat(np.array(blank)[:, None], d, axis=1), ledger)
        whole = "vector" in (setting.losses.shape, setting.feasible.shape)
        return State(x if whole else x.tolist(), [blank] * d, ledger)

    def play(
        self, setting: Setting, source: Stream, state: State, log: Log, first: int, last: int
    ) -> tuple[int, int]:
        """Play rounds `first` .. `last` in place: the last one completed, and the trouble if any."""
        n, d = int(np.searchsorted(log.round, first)), len(state.x)
        y, weights = np.empty(d), np.empty(d)
        reached, trouble = self.rounds(
            *setting, source, state.x, state.memory, y, weights, state.ledger, log, n, first, last
        )
        return int(reached), int(trouble)


def compiled_engine(setting: Setting) -> Engine:
    """The compiled engine for a setting, compiled or read from disk by now; or CannotCompile."""
    kernel = compiled.kernel(rounds, setting._asdict(), compiled.TUPLES)
    first_call = Engine("compiled", lambda *arguments: compiled.first_call(kernel, *arguments))
    x1 = setting.feasible.bounds()[0]
    no_rounds = first_call.start(setting, x1), blank_log(np.array([1]), len(x1))
    first_call.play(setting, Stream(0, 0, 0), *no_rounds, 1, 0)
    return Engine("compiled", kernel)


def plain_engine(why: str = "") -> Engine:
    """Algorithm 1 as it stands."""
    return Engine("plain", plain(rounds), why)


def blank_log(at: np.ndarray, d: int) -> Log:
    """Room for the rounds in `at`."""
    shapes = (d,), (2,), (2, d), (2, d)
    rooms = (np.full((len(at), *shape), np.nan) for shape in shapes)
    return Log(np.append(at, NEVER).astype(np.int64), *rooms)
