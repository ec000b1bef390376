"""A made engine and made reports: an archive is tried without a language model."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.records import Entity, Event, Mention, Pipeline, Reading, Report
from dragoman.sources import Failure

PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")


def report(n: int, text: str = "") -> Report:
    """Return the nth report, of one of nine months or undated."""
    day = None if n % 7 == 0 else f"2017-0{n % 9 + 1}-11"
    return Report(id=f"r{n}", text=text or f"Kenya met Uganda, report {n}.", published=day)


def reading(made: Report) -> Reading:
    """Return a reading with two entities and an event."""
    people = [("e1", "Kenya", (0, 5)), ("e2", "Uganda", (10, 16))]
    entities = tuple(
        Entity(
            id=key,
            name=name,
            type="country",
            mentions=(Mention(span=span, text=name, kind="name"),),
        )
        for key, name, span in people
    )
    event = Event(id="ev1", type="CONSULT", actor=("e1", "e2"), trigger=(6, 9), rule="CONSULT/meet")
    return Reading(report=made, pipeline=PIPELINE, entities=entities, events=(event,))


def engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    """Code every report; those whose text says "poison" fail."""
    for unit in units:
        yield [
            Failure("report", "poisoned", report=r.id) if "poison" in r.text else reading(r)
            for r in unit
        ]


def main(folder: str, count: int, pause: float) -> None:
    """Ingest so many reports, slowly, so that the run can be stopped anywhere."""

    def slow() -> Iterator[Report]:
        for n in range(count):
            time.sleep(pause)
            yield report(n, f"poison {n}" if n % 50 == 3 else "")

    store = Store(Path(folder))
    with store.lock():
        Ingest(store, engine, "p").run(slow())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
