"""One run: chunk after chunk of about a tenth of a second, with the whole state carried between.

Progress, Ctrl-C and the report of a number that is not finite live between chunks.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from threading import Event
from typing import Any, NamedTuple

import numpy as np

from regretlab.algorithm1 import BAD_LOSS, GOOD, Ledger, Log, rounds
from regretlab.engines import compiled
from regretlab.engines.plain import plain
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.philox import Stream
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet

NEVER = np.iinfo(np.int64).max
CHUNK_SECONDS = 0.1


class Setting(NamedTuple):
    """Who plays against whom, where, and with which steps."""

    method: Method
    losses: Losses
    feasible: FeasibleSet
    step: Schedule

    def pieces(self) -> dict[str, Any]:
        return self._asdict()


class Engine(NamedTuple):
    """A way to run rounds; `why` says why it is not the compiled one."""

    name: str
    rounds: Callable
    why: str = ""


class Records(NamedTuple):
    """What one run leaves behind."""

    log: Log
    final: np.ndarray  # x_{t+1} after the last round played, shape (d,)
    played: int
    trouble: str  # '' if all rounds were played
    seconds: float


class State(NamedTuple):
    """All that changes while rounds are played."""

    x: Any
    memory: Any
    ledger: Ledger


def compiled_engine(setting: Setting) -> Engine:
    """The compiled engine for a setting, compiled or read from disk by playing one round; or CannotCompile."""
    kernel = compiled.kernel(rounds, setting.pieces(), compiled.TUPLES)
    engine = Engine("compiled", kernel)
    start = setting.feasible.bounds()[0]
    log = blank_log(np.array([1]), len(start))
    compiled.first_call(
        kernel,
        *arguments(setting, Stream(0, 0, 0), start_state(engine, setting, start), log, 0, 1, 0),
    )
    return engine


def plain_engine(why: str = "") -> Engine:
    """Algorithm 1 as it stands."""
    return Engine("plain", plain(rounds), why)


def blank_log(at: np.ndarray, d: int) -> Log:
    """Room for the rounds in `at`."""
    n = len(at)
    return Log(
        np.append(at, NEVER).astype(np.int64),
        *(np.full((n, *shape), np.nan) for shape in ((d,), (2,), (2, d), (2, d))),
    )


def start_state(engine: Engine, setting: Setting, x1: np.ndarray) -> State:
    """x_1, the blank memory and an empty ledger, held as the engine wants them."""
    d, blank = len(x1), setting.method.blank()
    ledger = Ledger(np.zeros((2, 1)), np.zeros((2, d)), np.zeros((2, d)))
    if engine.name == "compiled":
        return State(
            np.array(x1, dtype=np.float64), np.repeat(np.array(blank)[:, None], d, axis=1), ledger
        )
    whole = "vector" in (setting.losses.shape, setting.feasible.shape)
    return State(
        np.array(x1, dtype=np.float64) if whole else [float(v) for v in x1], [blank] * d, ledger
    )


def arguments(
    setting: Setting, source: Stream, state: State, log: Log, n: int, first: int, last: int
) -> tuple:
    """What `algorithm1.rounds` is called with."""
    room = np.empty(len(state.x)), np.empty(len(state.x))
    return (*setting, source, state.x, state.memory, *room, state.ledger, log, n, first, last)


def run(
    engine: Engine,
    setting: Setting,
    source: Stream,
    x1: np.ndarray,
    last: int,
    at: np.ndarray,
    stop: Event,
    tick: Callable[[int], None],
) -> Records:
    """Play rounds 1 .. last, logging those in `at`, until done, stopped or in trouble.

    However it ends, the last round played is in the log. `tick` is told how many rounds were played
    since it was told last.
    """
    began = time.perf_counter()
    state, log = start_state(engine, setting, x1), blank_log(at, len(x1))
    played, chunk, trouble = 0, 100_000 if engine.name == "compiled" else 1_000, GOOD
    with np.errstate(all="ignore"):
        while played < last and not stop.is_set() and not trouble:
            before, chunk_began = copy.deepcopy(state), time.perf_counter()
            to = min(last, played + chunk)
            reached, trouble = _advance(engine, setting, source, state, log, played, to)
            if trouble:  # half a round has been played: go back and stop just before it
                state = before
                _advance(engine, setting, source, state, log, played, reached - 1)
            tick(reached - played)
            played = reached
            spent = time.perf_counter() - chunk_began
            chunk = int(np.clip(chunk * CHUNK_SECONDS / max(spent, 1e-9), chunk / 8, chunk * 8)) + 1
        log, state, played = _closed(engine, setting, source, state, log, played, trouble)
    seconds = time.perf_counter() - began
    return Records(
        log,
        np.array(state.x, dtype=np.float64),
        played,
        _said(trouble, played + 1, setting),
        seconds,
    )


def _advance(
    engine: Engine, setting: Setting, source: Stream, state: State, log: Log, played: int, to: int
) -> tuple[int, int]:
    n = int(np.searchsorted(log.round, played + 1))
    reached, trouble = engine.rounds(*arguments(setting, source, state, log, n, played + 1, to))
    return int(reached), int(trouble)


def _closed(
    engine: Engine,
    setting: Setting,
    source: Stream,
    state: State,
    log: Log,
    played: int,
    trouble: int,
) -> tuple[Log, State, int]:
    """The log up to the last round played, that round included.

    A run that was stopped plays one more round to log it; one in trouble has kept that round back.
    """
    kept = int(np.searchsorted(log.round, played, side="right"))
    whole = kept > 0 and log.round[kept - 1] == played and not trouble
    extra = None
    if played > 0 and not whole:
        target = played if trouble else played + 1
        one = blank_log(np.array([target]), len(state.x))
        _, again = _advance(engine, setting, source, state, one, target - 1, target)
        if not again:
            extra, played = one, target
    kept = int(np.searchsorted(log.round, played if extra is None else played - 1, side="right"))
    parts = [log] if extra is None else [log, extra]
    counts = [kept] if extra is None else [kept, 1]
    return (
        Log(
            *(
                np.concatenate([f[:c] for f, c in zip(fields, counts, strict=True)])
                for fields in zip(*parts, strict=True)
            )
        ),
        state,
        played,
    )


def _said(trouble: int, t: int, setting: Setting) -> str:
    if trouble == GOOD:
        return ""
    if trouble == BAD_LOSS:
        return f"the loss or gradient of {setting.losses.name} is not finite in round {t}: bound it, or stop before."
    why = "sqrt(V_t) is 0 or it overflows; scale the losses, or stop before."
    return f"the step of {setting.method.name} is not finite in round {t}: {why}"
