"""An archive of made reports, one of them hostile, and a caller for its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.schema import report_key
from dragoman.archive.store import Store
from dragoman.records import (
    Attribution,
    Entity,
    Event,
    EventDate,
    Mention,
    Party,
    Pipeline,
    Place,
    Quantity,
    Reading,
    Report,
    Statement,
    Time,
)
from dragoman.sources import Failure
from dragoman.web.app import create_app

PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")
PLAIN = Report(
    id="plain",
    text="Kenyan police arrested 5 miners in Kisumu on Monday, Kenya said.\nMore later.",
    title="Miners held",
    published="2026-03-03",
    source="Harbour Wire",
)
HOSTILE = Report(
    id="<script>alert(0)</script>",
    text='<script>alert(1)</script> \u202eKenya\u202c met "Uganda" </article>'
    "<img src=x> {{7*7}} &amp;",
    title='"><img src=x onerror=alert(2)>',
    published="2026-02-01",
    source="<b>Evil</b>",
    url="javascript:alert(3)",
)


def span(report: Report, words: str) -> tuple[int, int]:
    """Return where words stand in a report."""
    start = report.text.index(words)
    return start, start + len(words)


def entity(report: Report, key: str, words: str, country: str) -> Entity:
    mention = Mention(span=span(report, words), text=words, kind="name")
    return Entity(id=key, name=words, type="group", country=country, sectors=("GOV",),
                  mentions=(mention,))  # fmt: skip


def plain_reading() -> Reading:
    """Return a reading whose spans lie over one another."""
    report = PLAIN
    event = Event(
        id="ev1", type="COERCE", mode="arrest", score=-7.0, actor=("e1",), recipient=("e2",),
        trigger=span(report, "arrested"), evidence=(span(report, report.text.split("\n")[0]),),
        date=EventDate(start="2026-03-02", end="2026-03-02", basis="text"), place="p1",
        attribution=Attribution(source="e3", statement="s1"),
        quantities=(Quantity(what="arrested", value=5.0),), rule="COERCE/arrest",
    )  # fmt: skip
    statement = Statement(
        id="s1", kind="indirect", source=Party(entity="e3"), cue=span(report, "said"),
        content=(span(report, "Kenyan police arrested 5 miners in Kisumu on Monday"),),
    )  # fmt: skip
    return Reading(
        report=report,
        pipeline=PIPELINE,
        entities=(
            entity(report, "e1", "Kenyan police", "KEN"),
            entity(report, "e2", "5 miners", "TZA"),
            entity(report, "e3", "Kenya said"[:5], "KEN"),
        ),
        events=(event,),
        statements=(statement,),
        places=(
            Place(
                id="p1",
                name="Kisumu",
                spans=(span(report, "Kisumu"),),
                country="KEN",
                latitude=0.0,
                longitude=35.0,
            ),
        ),
        times=(Time(span=span(report, "Monday"), type="DATE", value="2026-03-02"),),
    )


def hostile_reading() -> Reading:
    """Return a reading of the hostile report; the marks begin inside markup."""
    report = HOSTILE
    event = Event(
        id="ev1", type="CONSULT", score=2.5, actor=("e1", "e2"), trigger=span(report, "met"),
        evidence=((0, len(report.text)),), rule="CONSULT/meet",
    )  # fmt: skip
    entities = (
        entity(report, "e1", "<script>alert(1)</script>", "KEN"),
        entity(report, "e2", "\u202eKenya\u202c", "UGA"),
    )
    return Reading(report=report, pipeline=PIPELINE, entities=entities, events=(event,))


def made_engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    made = {PLAIN.id: plain_reading(), HOSTILE.id: hostile_reading()}
    for unit in units:
        yield [made[report.id] for report in unit]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store(tmp_path_factory.mktemp("web") / "archive")
    with store.lock():
        Ingest(store, made_engine, "c").run(iter([PLAIN, HOSTILE]))
        derive(store)
    return store.folder


@pytest.fixture(scope="session")
def caller(folder: Path) -> TestClient:
    return TestClient(create_app(folder), base_url="http://localhost",
                      raise_server_exceptions=False, follow_redirects=False)  # fmt: skip


@pytest.fixture(scope="session")
def plain() -> str:
    return report_key(PLAIN)


@pytest.fixture(scope="session")
def hostile() -> str:
    return report_key(HOSTILE)
