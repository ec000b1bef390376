"""A reader without a model that suffers where a report says so; found through PYTHONPATH.

Run as a program it is a driver that can be killed: `trying_reader.py ARCHIVE REPORTS ADDRESS`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report
from dragoman.sources import Failure

NAME = "trying_reader:TryingReader"
PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")


class TryingReader:
    """Reads Kenya and Uganda out of every report, unless it hangs, dies or eats memory.

    Args:
        seen: folder where each process that reads leaves its number and its parent's.
        pause: seconds that a report takes.
    """

    def __init__(self, seen: str | None = None, pause: float = 0.0) -> None:
        self._pause = pause
        if seen:
            (Path(seen) / f"{os.getpid()}-{os.getppid()}").touch()

    def outcomes(self, unit: list[Report]) -> Iterator[Reading | Failure]:
        """Read each report, or suffer from it."""
        for report in unit:
            time.sleep(self._pause)
            if "hang" in report.text:
                time.sleep(60)
            if "die" in report.text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "eat" in report.text:
                bytearray(20_000_000_000)
            yield self._read(report)

    def _read(self, report: Report) -> Reading | Failure:
        if "fail" in report.text:
            return Failure("report", "it fails", report=report.id)
        people = (("e1", "Kenya", (0, 5)), ("e2", "Uganda", (10, 16)))
        entities = tuple(
            Entity(
                id=key,
                name=name,
                type="country",
                mentions=(Mention(span=span, text=name, kind="name"),),
            )
            for key, name, span in people
        )
        met = Event(id="ev1", type="CONSULT", actor=("e1", "e2"), trigger=(6, 9), rule="x")
        return Reading(report=report, pipeline=PIPELINE, entities=entities, events=(met,))


def made(count: int) -> list[Report]:
    """Return so many reports; one in fifty fails."""
    texts = (f"Kenya met Uganda {n}{', fail' if n % 50 == 7 else ''}." for n in range(count))
    return [
        Report(id=f"r{n}", text=text, published=f"2017-0{n % 9 + 1}-11")
        for n, text in enumerate(texts)
    ]


def main(folder: str, count: int, address: str) -> None:
    """Code made reports into an archive on a cluster that runs."""
    from dragoman.archive.ingest import Ingest
    from dragoman.archive.store import Store
    from dragoman.engine.ray import RayEngine

    store = Store(Path(folder))
    engine = RayEngine(1, {"pause": 0.005}, address=address, reader=NAME)
    with store.lock():
        Ingest(store, engine.map, "p").run(made(count))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
