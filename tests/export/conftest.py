"""A small archive with names that want to be more than names."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.records import Entity, EventDate, Mention, Place
from tests.archive.made import engine, reading, report

HOSTILE = [
    "=cmd|'/C calc'!A0",
    'The "quoted"\nministry, of; tabs\tand <b>&markup</b>',
    "\u202eوزارة الدفاع",
    "@SUM(1)]]>\x0b\x00",
]


def _made(n, given):
    base = reading(given)
    place = Place(id="p1", name="<Kampala>", country="UGA", latitude=0.3, longitude=32.5)
    hostile = Entity(
        id="e3",
        name=HOSTILE[n % len(HOSTILE)],
        type="organization",
        country="UGA",
        sectors=("GOV",),
        mentions=(Mention(span=(0, 5), text="Kenya", kind="name"),),
    )
    date = EventDate(start="2017-02-03", end="2017-02-03", basis="text")
    first = msgspec.structs.replace(
        base.events[0],
        actor=("e3",),
        recipient=("e1",),
        date=date,
        place="p1",
        cameo="190",
        score=-10.0,
        evidence=((0, 20),),
        type="ASSAULT",
    )
    second = msgspec.structs.replace(base.events[0], id="ev2", factuality="negated")
    kenya = msgspec.structs.replace(base.entities[0], country="KEN", sectors=("GOV", "MIL"))
    entities = (kenya, base.entities[1], hostile)
    return msgspec.structs.replace(base, entities=entities, events=(first, second), places=(place,))


def _engine(units):
    for part in engine(units):
        yield [_made(int(made.report.id[1:]), made.report) for made in part]


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> Archive:
    store = Store(Path(tmp_path_factory.mktemp("archive")))
    with store.lock():
        Ingest(store, _engine, "p").run(iter([report(n) for n in range(8)]))
    return Archive(store.folder)
