"""Reports coded by processes on this machine, each with its reader, within limits.

A report that hangs, eats memory or kills its process is found by reading its companions again
one by one; it fails alone, with its reason.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pkgutil import resolve_name
from typing import Any

from dragoman.engine.error import EngineError
from dragoman.records import Reading, Report
from dragoman.sources import Failure

Unit = list[Report]
READER = "dragoman.reader:Reader"
Outcome = Reading | Failure
_CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one report may take.

    Attributes:
        seconds: wall time; the start of a process is not counted.
        megabytes: address space of a process, model included; None for no limit.
    """

    seconds: float = 60.0
    megabytes: int | None = 4_000

    def allowed(self, reports: int) -> float:
        """Return the seconds that so many reports may take together."""
        return self.seconds * (1 + 0.1 * (reports - 1))


@dataclass(slots=True)
class _Task:
    """Reports under way: the unit they are of, and their places in it."""

    order: int
    places: list[int]
    reports: Unit


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    task: _Task | None = None
    deadline: float = 0.0
    ready: bool = False


@dataclass(slots=True)
class _Gathered:
    """What is known so far of one unit: an outcome for each report, in order."""

    reports: Unit
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def whole(self) -> bool:
        return len(self.outcomes) == len(self.reports)


class LocalEngine:
    """Codes units of reports in several processes and yields their outcomes in order.

    Args:
        workers: how many processes.
        options: keyword arguments of `Reader`, plain data.
        limits: what one report may take.
    """

    def __init__(
        self,
        workers: int = 1,
        options: dict[str, Any] | None = None,
        limits: Limits = Limits(),
    ) -> None:
        self._count = max(1, workers)
        self._options = options or {}
        self._limits = limits

    def map(self, units: Iterable[Unit]) -> Iterator[list[Outcome]]:
        """Yield, for each unit and in order, what became of each of its reports."""
        crew = Crew(self._count, self._options, self._limits)
        try:
            yield from crew.outcomes(iter(units))
        finally:
            crew.stop()


class Crew:
    """Processes that each keep a reader loaded, and the units under way in them.

    Args:
        count: how many processes.
        options: keyword arguments of the reader, plain data.
        limits: what one report may take.
        reader: where each process finds the class that reads, as `module:name`.
    """

    def __init__(
        self, count: int, options: dict[str, Any], limits: Limits, reader: str = READER
    ) -> None:
        self._reader = reader
        self._count = count
        self._options = options
        self._limits = limits
        self._workers: list[_Worker] = []
        self._retries: deque[_Task] = deque()
        self._gathered: dict[int, _Gathered] = {}
        self._next_in = 0
        self._next_out = 0

    def outcomes(self, units: Iterator[Unit]) -> Iterator[list[Outcome]]:
        """Yield, for each unit and in order, what became of its reports; may be asked again.

        Raises:
            EngineError: no reader could be loaded.
        """
        more = True
        while True:
            more = self._fill(units, more)
            done = self._gathered.get(self._next_out)
            if done is not None and done.whole():
                del self._gathered[self._next_out]
                self._next_out += 1
                yield [done.outcomes[n] for n in range(len(done.reports))]
            elif not self._gathered and not more:
                return
            else:
                self._wait()

    def _fill(self, units: Iterator[Unit], more: bool) -> bool:
        """Give every idle worker work, at most a few units ahead of what is yielded."""
        while more and len(self._gathered) < 2 * self._count + 1:
            unit = next(units, None)
            if unit is None:
                more = False
                break
            self._gathered[self._next_in] = _Gathered(unit)
            self._retries.append(_Task(self._next_in, list(range(len(unit))), unit))
            self._next_in += 1
        while self._retries:
            worker = self._idle()
            if worker is None:
                break
            self._give(worker, self._retries.popleft())
        return more

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.task is None:
                return worker
        if len(self._workers) < self._count:
            self._workers.append(self._start())
            return self._workers[-1]
        return None

    def _start(self) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(
            target=_work, args=(theirs, self._reader, self._options, self._limits), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker, task: _Task) -> None:
        worker.task = task
        worker.deadline = time.monotonic() + self._allowed(worker, task)
        try:
            worker.pipe.send(task.reports)
        except OSError:
            self._lost(worker, "the process that read it was stopped by the system")

    def _allowed(self, worker: _Worker, task: _Task) -> float:
        starting = 0.0 if worker.ready else 120.0
        return starting + self._limits.allowed(len(task.reports))

    def _wait(self) -> None:
        busy = [w for w in self._workers if w.task is not None]
        until = min(w.deadline for w in busy) - time.monotonic()
        ready = wait([w.pipe for w in busy], timeout=max(0.0, until))
        for worker in busy:
            if worker.pipe in ready:
                self._receive(worker)
            elif time.monotonic() > worker.deadline:
                self._lost(worker, f"took more than {self._limits.seconds:g} seconds")

    def _receive(self, worker: _Worker) -> None:
        try:
            found = worker.pipe.recv()
        except (EOFError, OSError):
            self._lost(worker, "the process that read it ran out of memory or was stopped")
            return
        if found == "ready":
            worker.ready = True
            assert worker.task is not None
            worker.deadline = time.monotonic() + self._allowed(worker, worker.task)
            return
        if isinstance(found, str):
            raise EngineError(found)
        self._keep(worker, found)

    def _keep(self, worker: _Worker, found: list[Outcome]) -> None:
        task = worker.task
        assert task is not None
        worker.task = None
        self._gathered[task.order].outcomes.update(zip(task.places, found, strict=True))

    def _lost(self, worker: _Worker, why: str) -> None:
        """A worker hung or died: read its reports again one by one, or keep the one aside."""
        task = worker.task
        assert task is not None
        worker.task = None
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        if len(task.reports) > 1:
            pairs = list(zip(task.places, task.reports, strict=True))
            self._retries.extendleft(_Task(task.order, [n], [r]) for n, r in reversed(pairs))
            return
        failure = Failure("report", why, report=task.reports[0].id)
        self._gathered[task.order].outcomes[task.places[0]] = failure

    def stop(self) -> None:
        """End the processes, whatever they are at."""
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


def _work(pipe: Connection, reader: str, options: dict[str, Any], limits: Limits) -> None:
    """Load a reader, then read unit after unit until the pipe closes."""
    try:
        loaded = resolve_name(reader)(**options)
    except Exception as error:
        pipe.send(f"the reader could not be loaded: {error}")
        return
    if limits.megabytes:
        size = limits.megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    with suppress(EOFError, BrokenPipeError):  # whoever gave the work has gone
        pipe.send("ready")
        while True:
            unit = pipe.recv()
            _end_after(2 * limits.allowed(len(unit)) + 5)
            pipe.send(list(loaded.outcomes(unit)))
            _end_after(0)


def _end_after(seconds: float) -> None:
    """Have the system end this process: nobody else does where the one that watches has died."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
