"""Reports coded by other processes: in order, within limits, none lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from dragoman.engine import local
from dragoman.engine.local import Limits, LocalEngine
from dragoman.records import Pipeline, Reading, Report
from dragoman.sources import Failure

PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")


class Poisoned:
    """A reader that hangs, dies, eats memory or fails where a report says so."""

    def __init__(self, **_: object) -> None:
        pass

    def outcomes(self, unit: list[Report]) -> Iterator[Reading | Failure]:
        """Read each report, or suffer from it."""
        for report in unit:
            if "hang" in report.text:
                time.sleep(60)
            if "die" in report.text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "eat" in report.text:
                bytearray(20_000_000_000)
            yield Reading(report=report, pipeline=PIPELINE)


def _work(*arguments: object) -> None:
    """Run the engine's worker with the poisoned reader in the place of the real one."""
    import dragoman.reader

    dragoman.reader.Reader = Poisoned  # type: ignore[assignment,misc]
    local._work(*arguments)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    import multiprocessing

    class Process(multiprocessing.get_context("fork").Process):  # type: ignore[name-defined,misc]
        def __init__(self, target: object, **rest: object) -> None:
            super().__init__(target=_work, **rest)

    monkeypatch.setattr(local._CONTEXT, "Process", Process)


def _units(*texts: str) -> list[list[Report]]:
    reports = [Report(id=str(n), text=text) for n, text in enumerate(texts)]
    return [reports[n : n + 4] for n in range(0, len(reports), 4)]


def _run(*texts: str, workers: int = 2, seconds: float = 1.0) -> list[Reading | Failure]:
    engine = LocalEngine(workers, {}, Limits(seconds, 3_000))
    return [outcome for unit in engine.map(_units(*texts)) for outcome in unit]


def test_outcomes_come_in_order() -> None:
    found = _run(*(f"good {n}" for n in range(23)))
    assert [o.report.id for o in found if isinstance(o, Reading)] == [str(n) for n in range(23)]


@pytest.mark.parametrize(
    ("poison", "reason"),
    [("hang", "more than 1 seconds"), ("die", "stopped"), ("eat", "memory")],
)
def test_a_poisoned_report_fails_alone(poison: str, reason: str) -> None:
    texts = [f"good {n}" for n in range(10)]
    texts[5] = poison
    found = _run(*texts)
    failures = [(n, o) for n, o in enumerate(found) if isinstance(o, Failure)]
    assert [(n, o.report) for n, o in failures] == [(5, "5")]
    assert reason in failures[0][1].reason
    assert len(found) == 10


def test_the_same_report_twice_in_a_unit_is_read_twice() -> None:
    assert len(_run("same", "same", "die", "same")) == 4
