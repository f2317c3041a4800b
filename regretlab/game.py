"""play(method, losses, set, rounds): the game, from its settings to labelled data."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from regretlab.engines.engine import (
    Engine,
    Recording,
    Setting,
    compiled_engine,
    plain_engine,
    tried,
)
from regretlab.engines.run import Records, run
from regretlab.errors import CannotCompile, Interrupted, InvalidInput, NotFinite
from regretlab.losses.sequence import Losses
from regretlab.methods.method import Method
from regretlab.parameters import as_whole
from regretlab.philox import stream
from regretlab.result import KINDS, Play, dataset
from regretlab.schedules import Schedule
from regretlab.sets.feasible import FeasibleSet
from regretlab.settings import as_count, first_iterate, fitting, logged_rounds, recorded

ENGINES = ("compiled", "plain")
IMPATIENT = 5.0  # seconds


def play(
    method: Method,
    losses: Losses,
    set: FeasibleSet | None = None,
    rounds: int = 10**6,
    step: Schedule | None = None,
    x1: Any = None,
    seed: int = 0,
    runs: int | None = None,
    engine: str = "compiled",
    at: int | Iterable[int] | None = None,
    record: str | Iterable[str] = (),
    progress: Any = None,
) -> Play:
    """Play `rounds` rounds of Algorithm 1 and keep the regret.

    Parameters
    ----------
    method, losses : the learner and the adversary.
    set : the feasible set; that of the losses' own kind (the simplex for `market`), else [-1, 1], or the
        box [-1, 1]^d if they have d > 1.
    rounds : T >= 1; 1e7 is as good as 10**7.
    step : alpha_t; 0.5 / sqrt(t).
    x1 : the first iterate, shape (d,) or one number for every coordinate; the projection of 0.
    seed : in [0, 2^64); the key of the random draws.
    runs : the number of runs, which differ in their draws only; the result then has a dimension
        `run`. None is one run without that dimension.
    engine : "compiled", or "plain", which is Python and some thousand times slower.
    at : the rounds to record: None for the first 100 and then 60 a decade, k for every k-th, or the
        rounds themselves. Round 1 and round T are always recorded.
    record : what else to keep of the recorded rounds. Of methods that have phi and psi: m (phi_t), V
        (psi_t), rate (alpha_t / sqrt(V_t)), gamma (sqrt(V_t) / alpha_t - sqrt(V_{t-1}) / alpha_{t-1},
        equation 2 of Reddi, Kale & Kumar 2018; unknown in round 1) and, if they have a beta1_t, middle
        (sum of beta1_s sqrt(V_s) / alpha_s). Of any: squares (g_1^2 + ... + g_t^2), steepest (max
        |g_s|), both by coordinate; norm (max |g_s|_2), sup_squares (sum of |g_s|_inf^2) and path (the
        length of the path x_1 .. x_t).
    progress : a progress bar: True or False; None shows one if standard error is a terminal and it
        takes a second; or a tqdm bar of your own, to be updated with the rounds played.

    Raises
    ------
    InvalidInput : before anything is computed.
    NotFinite, Interrupted : with what was played until then as their `play`.
    """
    setting = fitting(method, losses, set, step)
    rounds = as_count("rounds", rounds)
    runs = None if runs is None else as_count("runs", runs, 2**32)
    seed = as_whole("seed", seed, "a stream")
    start = first_iterate(setting, x1)
    tried(setting, start)
    logged = logged_rounds(rounds, at)
    quantities = recorded(setting, record)
    keeping = Recording(on=bool(quantities))
    sources = [stream(seed, k) for k in range(runs or 1)]
    with patient() as stop:  # from here on Ctrl-C means: come back with what there is
        chosen = engine_for(engine, setting, keeping)

        def job(source: Any, tick: Callable[[int], None]) -> Records:
            return run(chosen, setting, source, start, rounds, logged, stop, tick)

        records = in_threads(job, sources, rounds, progress, stop)
        used = {"rounds": rounds, "x1": start, "seed": seed, "runs": runs, "engine": chosen.name}
        used["record"] = quantities
        result = None
        if any(r.played for r in records):
            result = Play(dataset(setting, records, sources, used), setting)
    if stop.is_set():
        played = max(r.played for r in records)
        raise Interrupted(f"interrupted after round {played} of {rounds}", result)
    troubled = [(k, r.trouble) for k, r in enumerate(records) if r.trouble]
    if troubled:
        k, why = troubled[0]
        raise NotFinite(f"run {k}: {why}" if runs else why, result)
    assert result is not None
    return result


def replay(self: Play, **changes: Any) -> Play:
    """Play again from the settings alone, or with some of `play`'s arguments changed."""
    attrs = self.data.attrs
    pieces = self.setting(**{k: v for k, v in changes.items() if k in KINDS})
    asked: dict[str, Any] = dict(zip(KINDS, pieces, strict=True)) | {
        "rounds": int(self.data["round"][-1]),
        "x1": np.atleast_1d(attrs["x1"]),
        "seed": int(attrs["seed"]),
        "runs": self.data.sizes.get("run"),
        "engine": attrs["engine"],
        "at": self.data["round"].values,
        "record": json.loads(attrs["record"]),
    }
    if "rounds" in changes and "at" not in changes:
        asked["at"] = None
    return play(**(asked | changes))


Play.replay = replay  # attached here, since a play's data stand below playing


def engine_for(name: str, setting: Setting, record: Recording) -> Engine:
    """The engine asked for, or the plain one with a warning that says why."""
    if name not in ENGINES:
        raise InvalidInput(f"engine={name} is not an engine: choose compiled or plain.")
    if name == "plain":
        return plain_engine(record=record)
    reason = setting.feasible.in_python
    try:
        if not reason:
            return compiled_engine(setting, record)
    except CannotCompile as refused:
        reason = str(refused)
    warnings.warn(f"running in plain Python, much slower: {reason}", RuntimeWarning, stacklevel=3)
    return plain_engine(reason, record)


@contextlib.contextmanager
def patient() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets in place of raising; pressed again much later, it raises after all."""
    stop, presses = threading.Event(), []

    def pressed(number: int, frame: Any) -> None:
        stop.set()
        presses.append(time.monotonic())
        if presses[-1] - presses[0] > IMPATIENT:
            raise KeyboardInterrupt

    if not on_main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield stop
        return
    signal.signal(signal.SIGINT, pressed)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def on_main_thread() -> bool:
    """Only the main thread may say what Ctrl-C does."""
    return threading.current_thread() is threading.main_thread()


def in_threads(
    job: Callable[..., Records], sources: list, rounds: int, progress: Any, stop: threading.Event
) -> list[Records]:
    """Every run's records; compiled kernels release the interpreter's lock."""
    lock, workers = threading.Lock(), min(len(sources), available_cores())
    if hasattr(progress, "update"):
        bar = contextlib.nullcontext(progress)
    else:
        bar = progress_bar(rounds * len(sources), progress)

    def tick(played: int) -> None:
        with lock:
            shown.update(played)

    with bar as shown, ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(job, source, tick) for source in sources]
        while True:
            try:
                return [future.result() for future in futures]
            except KeyboardInterrupt:  # raised by a handler that is not ours
                stop.set()
            except BaseException:
                stop.set()
                raise


def progress_bar(rounds: int, wanted: bool | None = None) -> Any:
    """A tqdm bar of rounds: None shows it on a terminal only, and after a second."""
    from tqdm import tqdm

    hidden = None if wanted is None else not wanted
    return tqdm(total=rounds, delay=1, unit=" rounds", unit_scale=True, leave=False, disable=hidden)


def available_cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))  # type: ignore[attr-defined]
    except AttributeError:
        return os.cpu_count() or 1
