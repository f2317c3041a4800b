"""How a sweep's blocks are run: in threads or by an executor, written beside the work, stopped in time."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from threading import Event, Lock, Semaphore
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput, RegretlabError
from regretlab.game import available_cores, progress_bar
from regretlab.settings import as_count
from regretlab.sweeps.blocks import Job, evaluate
from regretlab.sweeps.together import Stopped

UNDER_WAY, WRITERS = 512, 4


def run(
    job: Job, kept: Any, executor: Executor | None, jobs: int | None, progress: Any, stop: Event,
    writer: Any,
) -> bool:  # fmt: skip
    """Evaluate the pending blocks into what keeps them; False if it was stopped before the end."""
    pending = kept.pending()
    each = (job.grid.at[-1] if job.play else 0) + (1 if job.limit else 0)
    cells = {k: math.prod(s.stop - s.start for s in kept.slices(k).values()) for k in pending}
    lock = Lock()
    with bar(each * sum(cells.values()), progress) as shown, Disk(kept, writer is not None) as disk:

        def tick(n: int) -> None:
            with lock:
                shown.update(n)

        def here(k: int) -> None:
            disk.write(k, values_of(job, kept.slices(k), stop, tick))

        with pool(executor, jobs) as workers:
            if executor is None:
                begun = (workers.submit(here, k) for k in pending)
            else:
                begun = (executor.submit(remote, job, k, kept.slices(k), writer) for k in pending)
            for k, future in finishing(zip(pending, begun, strict=True), stop):
                try:
                    values = result_of(future, kept if writer is not None else None)
                except Stopped:  # asked to stop, or a disk that failed: its `__exit__` says why
                    break
                if executor is not None:
                    if values is not None:
                        kept.write(k, values)
                    tick(each * cells[k])
    return not stop.is_set()


def finishing(begun: Iterator[tuple[int, Future]], stop: Event) -> Iterator[tuple[int, Future]]:
    """Tasks as they end, some hundreds under way at a time; on leaving early the rest is cancelled."""
    under_way: dict[Future, int] = {}
    try:
        while not stop.is_set():
            room = UNDER_WAY - len(under_way)
            under_way |= {future: k for k, future in itertools.islice(begun, room)}
            if not under_way:
                return
            for future in wait(under_way, timeout=0.1, return_when=FIRST_COMPLETED).done:
                yield under_way.pop(future), future
    except BaseException:
        stop.set()
        raise
    finally:
        for future in under_way:
            future.cancel()
        wait(under_way)


class Disk:
    """Writes blocks beside the work, so that no thread waits for a disk; at most some are waiting."""

    def __init__(self, kept: Any, slow: bool) -> None:
        self.kept, self.slow = kept, slow
        self.room, self.failed = Semaphore(4 * WRITERS), Event()
        self.writes: list[Future] = []

    def __enter__(self) -> Disk:
        self.threads = ThreadPoolExecutor(WRITERS if self.slow else 1)
        return self

    def write(self, k: int, values: dict[str, Any]) -> None:
        """Write a block, soon."""
        if not self.slow:
            return self.kept.write(k, values)
        self.room.acquire()
        if self.failed.is_set():
            raise Stopped  # `__exit__` says why
        self.writes.append(self.threads.submit(self.written, k, values))

    def written(self, k: int, values: dict[str, Any]) -> None:
        try:
            self.kept.write(k, values)
        except BaseException:
            self.failed.set()
            raise
        finally:
            self.room.release()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.threads.shutdown()
        for write in self.writes:
            write.result()  # what went wrong on the disk comes before what it stopped
        return False


def result_of(future: Future, store: Any) -> Any:
    """What a block's task gives; if its executor has lost it, RegretlabError with what remains."""
    try:
        return future.result()
    except (RegretlabError, Stopped):
        raise
    except (Exception, CancelledError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        rest = (
            "nothing is kept without out" if store is None else f"what is done is in {store.path}"
        )
        remedy = "give it a store" if store is None else "mend the executor and resume"
        raise RegretlabError(f"the executor lost a block ({said}); {rest}: {remedy}.") from error


def remote(job: Job, k: int, block: Mapping[str, slice], writer: Any) -> Any:
    """A block in another process: written there if there is a store, else returned."""
    values = values_of(job, block, None, lambda n: None)
    if writer is None:
        return values
    writer.write(k, values)
    return None


def values_of(
    job: Job, block: Mapping[str, slice], stop: Event | None, tick: Any
) -> dict[str, Any]:
    """A block's variables as the layout has them."""
    values = evaluate(job, tuple(block[name] for name in job.grid.names), stop, tick)
    if len(job.grid.at) == 1:
        values = {n: v[..., 0] if v.ndim > len(job.grid.names) else v for n, v in values.items()}
    if job.play and job.limit:
        values["differs"] = disagreement(values["fails"], values["fails_in_the_limit"])
    return values


def disagreement(played: np.ndarray, end: np.ndarray) -> np.ndarray:
    """1 where the verdict at T is not that of the limit, 0 where it is, NaN where one is not known."""
    end = end[..., None] if played.ndim > end.ndim else end
    known = np.isfinite(end) & np.isfinite(played)
    return np.where(known, (end != played) * 1.0, np.nan)


@contextlib.contextmanager
def pool(executor: Executor | None, jobs: int | None) -> Iterator[Any]:
    """Threads of our own, unless an executor is given, which stays open."""
    if executor is not None:
        yield executor
        return
    count = available_cores() if jobs is None else as_count("jobs", jobs, 4097)
    with ThreadPoolExecutor(count) as workers:
        yield workers


def bar(total: int, progress: Any) -> Any:
    """A progress bar of setting-rounds."""
    if hasattr(progress, "update") and not isinstance(progress, Mapping):
        return contextlib.nullcontext(progress)
    if progress not in (None, True, False):
        raise InvalidInput(
            f"progress={progress!r} is no bar: give True, False, None or a tqdm bar."
        )
    return progress_bar(total, progress)
