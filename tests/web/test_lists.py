"""What the lists keep, count and order, against the same said in plain Python over the tables."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.archive import query
from dragoman.archive.archive import Archive
from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.listed import Kept
from dragoman.archive.query import Filters, Kind
from dragoman.archive.reviews import Subject, judge
from dragoman.archive.schema import Row, report_key
from dragoman.archive.store import ArchiveError, Store
from dragoman.records import (
    Entity,
    Event,
    EventDate,
    Mention,
    Party,
    Place,
    Reading,
    Relation,
    Report,
    Statement,
)
from dragoman.resolve.reviews import Prints
from dragoman.sources import Failure
from dragoman.web import desk as desks
from dragoman.web.asked import KINDS, Asked, fitting
from dragoman.web.desk import Desk
from dragoman.web.network import actor_dealings
from tests.archive.made import PIPELINE

NAMES = ("Kenya", "Uganda", "Kampala ÉTAT", "a_b 100%")
CODES: tuple[str | None, ...] = ("KEN", "UGA", "KE", None)
SECTORS = ((), ("GOV",), ("MIL", "GOV"), ("REB", "REB"))
TEXT = "Kenya met Uganda in Kisumu. Kampala ÉTAT denied it; a_b 100% said nothing more today."
SAMPLES: dict[str, tuple[Any, ...]] = {
    "text": ("kenya", "MET Uganda", "état", "100%", "part 1", "nothing at all"),
    "type": ("CONSULT", "consult", "coerce", "direct", "person", "member_of", "x"),
    "mode": ("arrest", "x"),
    "actor": ("ken", "UGANDA", "état", "_", "a ken", "none"),
    "country": ("KEN", "ken", "KE", "EN"),
    "sector": ("GOV", "mil", "REB", "GO"),
    "dyad": ("KEN-UGA", "uga-ken", "*-UGA", "KEN-*", "KE-*", "*-KE", "N-UGA"),
    "place": ("kis", "KEN", "u", "ke"),
    "since": ("2017-03", "2017-03-11", "2018-01-01"),
    "until": ("2017-06", "2017-05-11", "2016-01-01"),
    "factuality": ("any", "negated", "hypothetical", "asserted", "future"),
    "historical": (True, False),
    "confidence": (0.0, 0.5, 0.8),
    "source": ("wire", "PAPER 1", "x"),
    "report": ("r3", "r5"),
    "reviewed": ("yes", "no", "confirmed", "corrected"),
    "min_sources": (1, 2),
}


def report(n: int) -> Report:
    """Return the nth report: some undated, some told twice, some corrected by a later one."""
    day = None if n % 7 == 0 else f"2017-0{n % 9 + 1}-11"
    text = TEXT if n % 10 == 1 else f"{TEXT} Part {n}."
    source = (None, "Paper 1", "Harbour WIRE", "Paper 12")[n % 4]
    url = f"https://a.example/{n % 30}" if n % 5 == 0 else None
    return Report(id=f"r{n}", text=text, title=None if n % 3 else f"Part {n}", published=day,
                  source=source, url=url)  # fmt: skip


def reading(made: Report) -> Reading:
    """Return a reading made by chance, which is the same each time."""
    chance = random.Random(made.id)
    pick = chance.choice
    entities = tuple(
        Entity(
            id=f"e{n}", name=name, type=pick(("person", "group", "country")), country=pick(CODES),
            sectors=pick(SECTORS),
            mentions=(Mention(span=_span(name), text=name, kind="name"),),
        )
        for n, name in enumerate(NAMES)
    )  # fmt: skip
    known = [entity.id for entity in entities]
    events = tuple(
        Event(
            id=f"ev{n}", type=pick(("CONSULT", "COERCE", "AID")), mode=pick((None, "arrest")),
            score=pick((None, -4.0, 1.5)), actor=tuple(chance.sample(known, pick((1, 2)))),
            recipient=tuple(chance.sample(known, pick((0, 1, 2)))), trigger=(6, 9),
            factuality=pick(("asserted", "asserted", "future", "negated", "hypothetical")),
            evidence=pick(((), ((0, 27),), (_span("Kampala ÉTAT denied it"),))),
            historical=pick((True, False)), place=pick((None, "p1")), rule="CONSULT/meet",
            confidence=pick((0.4, 0.5, 0.9)),
            date=pick((EventDate(), EventDate(start="2017-03-11"), EventDate(end="2017-06-01"))),
        )
        for n in range(pick((0, 1, 3)))
    )  # fmt: skip
    return Reading(
        report=made, pipeline=PIPELINE, entities=entities, events=events,
        statements=(Statement(id="s1", kind=pick(("direct", "mixed")), content=((0, 26),),
                              source=pick((None, Party(entity="e1")))),),
        relations=(Relation(id="x1", subject="e0", predicate=pick(("member_of", "leads")),
                            object=pick((None, "e1")), literal=pick((None, "Kenya's minister")),
                            confidence=pick((0.3, 0.8))),),
        places=(Place(id="p1", name="Kisumu", country=pick(CODES), latitude=0.0, longitude=35.0,
                      spans=(_span("Kisumu"),), confidence=pick((0.5, 0.9))),),
    )  # fmt: skip


def _span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    for unit in units:
        yield [reading(one) for one in unit]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store(tmp_path_factory.mktemp("lists") / "archive")
    reports = [report(n) for n in range(60)]
    with store.lock():
        Ingest(store, engine, "c").run(iter(reports[:40]))
        Ingest(store, engine, "c").run(iter(reports[40:]))  # corrects some
        derive(store)
    counting = set(Archive(store.folder).sql("select key from reports").column("key").to_pylist())
    for made in (one for one in reports if report_key(one) in counting):
        review(store, made)
    return store.folder


def review(store: Store, made: Report) -> None:
    coded = reading(made)
    verdicts = [("confirm", None), ("reject", None), ("correct", {"type": ["ASSAULT"]}),
                ("correct", {"recipient": ["none"]})]  # fmt: skip
    for n, event in enumerate(coded.events):
        verdict, changes = verdicts[(int(made.id[1:]) + n) % 4]
        if changes == {"recipient": ["none"]} and not event.recipient:
            verdict, changes = verdicts[0]
        if int(made.id[1:]) % 3 == 0:
            subject = Subject(report_key(made), Prints(coded), event.id)
            judge(store, subject, verdict, "amara", given=changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def quick(folder: Path) -> Desk:
    made = Desk(folder)
    made.settle()
    assert made.archive.kept
    return made


@pytest.fixture(scope="module")
def slow(folder: Path) -> Desk:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "_refresh", lambda _: None)
        return Desk(folder)


# --- what the lists are, said otherwise ---


def _has(several: Any, wanted: str) -> bool:
    return any(wanted.lower() in one.lower() for one in several if one)


def _codes(row: Row, what: str) -> list[str]:
    found = [*(row[f"actor_{what}"] or ()), *(row[f"recipient_{what}"] or ())]
    return [code for one in found for code in (one if isinstance(one, list) else [one]) if code]


def _dyad(row: Row, wanted: str) -> bool:
    first, second = wanted.upper().split("-")
    pairs = [pair.split("-") for pair in row["dyads"]]
    return any(first in ("*", a) and second in ("*", b) for a, b in pairs)


def _day(row: Row) -> str:
    date = row.get("date") or {}
    return date.get("start") or date.get("end") or row["r"]["published"] or ""


_SIDES: dict[str, Callable[[Row, Any], bool]] = {
    "type": lambda row, v: row["type"] == v.upper(),
    "mode": lambda row, v: row["mode"] == v,
    "actor": lambda row, v: _has([*row["actor_name"], *row["recipient_name"]], v),
    "country": lambda row, v: v.upper() in _codes(row, "country"),
    "sector": lambda row, v: v.upper() in _codes(row, "sectors"),
    "dyad": _dyad,
    "place": lambda row, v: _has([row["place_name"]], v) or row["place_country"] == v.upper(),
    "text": lambda row, v: _has([row["words"]], v),
}
_OF_REPORT: dict[str, Callable[[Row, Any], bool]] = {
    "since": lambda row, v: (row["r"]["published"] or "") >= v,
    "until": lambda row, v: "" < (row["r"]["published"] or "") <= v,
    "source": lambda row, v: _has([row["r"]["source"]], v),
    "report": lambda row, v: v in (row["r"]["id"], row["r"]["key"]),
    "confidence": lambda row, v: row["confidence"] >= v,
    "reviewed": lambda row, v: (row["verdict"] is None if v == "no" else row["verdict"] is not None
                                and v in ("yes", row["verdict"] + "ed")),
}  # fmt: skip
_KEPT: dict[str, dict[str, Callable[[Row, Any], bool]]] = {
    "events": {
        **_OF_REPORT, **_SIDES,
        "since": lambda row, v: _day(row) >= v,
        "until": lambda row, v: "" < _day(row) <= v,
        "factuality": lambda row, v: v in ("any", row["factuality"]),
        "historical": lambda row, v: row["historical"] == v,
    },
    "statements": {
        **_OF_REPORT,
        "type": lambda row, v: row["kind"] == v.lower(),
        "actor": lambda row, v: _has([row["source_name"]], v),
        "text": lambda row, v: _has([row["words"]], v),
    },
    "entities": {
        **_OF_REPORT,
        "type": lambda row, v: row["type"] == v.lower(),
        "actor": lambda row, v: _has([row["name"]], v),
        "country": lambda row, v: row["country"] == v.upper(),
        "sector": lambda row, v: v.upper() in row["sectors"],
    },
    "relations": {
        **_OF_REPORT,
        "type": lambda row, v: row["predicate"] == v.lower(),
        "actor": lambda row, v: _has([row["subject_name"], row["object_name"]], v),
        "text": lambda row, v: _has([row["literal"]], v),
    },
    "places": {
        **_OF_REPORT,
        "place": lambda row, v: _has([row["name"]], v) or row["country"] == v.upper(),
        "country": lambda row, v: row["country"] == v.upper(),
    },
    "reports": {**_OF_REPORT, "text": lambda row, v: _has([row["title"], row["text"]], v)},
    "stories": {
        **_SIDES,
        "since": lambda row, v: (row["date_end"] or row["date_start"] or "") >= v,
        "until": lambda row, v: "" < (row["date_start"] or "") <= v,
        "report": lambda row, v: any(told["report"] == v for told in row["events"]),
        "min_sources": lambda row, v: row["sources"] >= v,
    },
    "actors": {},
}  # fmt: skip
_LAST = "~"  # what is not told comes after what is
_ORDER: dict[str, Callable[[Row], Any]] = {
    "events": lambda row: (_day(row) or _LAST, row["report"], row["trigger"][0], row["id"]),
    "reports": lambda row: (row["published"] or _LAST, row["key"]),
    "stories": lambda row: (row["date_start"] or _LAST, row["id"]),
}
_FACETS: dict[str, dict[str, Callable[[Row], Any]]] = {
    "events": {
        "type": lambda row: [row["type"]],
        "country": lambda row: set(_codes(row, "country")),
        "sector": lambda row: set(_codes(row, "sectors")),
        "factuality": lambda row: [row["factuality"]],
        "source": lambda row: [row["r"]["source"]],
    },
    "statements": {
        "type": lambda row: [row["kind"]],
        "actor": lambda row: [row["source_name"]],
        "source": lambda row: [row["r"]["source"]],
    },
    "entities": {
        "type": lambda row: [row["type"]],
        "country": lambda row: [row["country"]],
        "sector": lambda row: set(row["sectors"]),
    },
    "relations": {
        "type": lambda row: [row["predicate"]],
        "source": lambda row: [row["r"]["source"]],
    },
    "places": {"country": lambda row: [row["country"]]},
    "reports": {"source": lambda row: [row["r"]["source"]]},
    "stories": {
        "type": lambda row: [row["type"]],
        "country": lambda row: set(_codes(row, "country")),
    },
}


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, list[Row]]:
    """The rows of each kind that count, with `r`, their report, and the `verdict` on them."""
    archive = Archive(folder)
    reports = {row["key"]: row for row in archive.sql("select * from reports").to_pylist()}
    marks = archive.sql("select * from reviews where state = 'applied'").to_pylist()
    verdicts = {(m["kind"], m["report"], m["record"]): m["verdict"] for m in marks}
    found: dict[str, list[Row]] = {}
    for kind in (kind for kind in KINDS if kind != "actors"):
        found[kind] = archive.sql(f"select * from {kind}").to_pylist()
        for row in found[kind]:
            row["r"] = reports.get(row["key"] if kind == "reports" else row.get("report"))
            row["verdict"] = verdicts.get((kind, row.get("report"), row.get("id")))
    return found


def expected(kind: Kind, rows: list[Row], filters: Filters) -> list[Row]:
    """Return the rows that filters keep, in order."""
    wanted = {f.name: getattr(filters, f.name) for f in fields(filters)}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if kind == "events" and "factuality" not in wanted:
        rows = [row for row in rows if row["factuality"] in ("asserted", "future")]
    known = _KEPT[kind]
    rows = [row for row in rows if all(known[name](row, v) for name, v in wanted.items())]
    by_report = lambda row: (row["r"]["published"] or _LAST, row["report"], row["id"])  # noqa: E731
    return sorted(rows, key=_ORDER.get(kind, by_report))


def facets(kind: Kind, rows: list[Row]) -> dict[str, list[tuple[str, int]]]:
    """Return the thirty most frequent values of each facet."""
    found = {}
    for name, values in _FACETS[kind].items():
        counts = Counter(value for row in rows for value in values(row) if value)
        found[name] = sorted(counts.items(), key=lambda v: (-v[1], v[0]))[:30]
    return found


def _name(kind: Kind, row: Row) -> Any:
    if kind in ("reports", "stories"):
        return row.get("key") or row.get("report_key") or row["id"]
    return (row.get("report") or row["report_key"], row["id"])


@st.composite
def asks(draw: st.DrawFn) -> Asked:
    kind = draw(st.sampled_from([kind for kind in KINDS if kind != "actors"]))
    names = [p.name for p in fitting(kind)]
    chosen = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    values = {name: draw(st.sampled_from(SAMPLES[name])) for name in chosen}
    page, per = draw(st.sampled_from([(1, 50), (1, 3), (2, 5), (4, 11), (3, 200)]))
    return Asked(kind, Filters(**values), {}, page, per)


@settings(max_examples=250, deadline=None)
@given(asked=asks(), far=st.sampled_from([query.FAR, 0]))
def test_lists_are_what_the_tables_say(
    asked: Asked, far: int, quick: Desk, slow: Desk, tables: dict[str, list[Row]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query, "FAR", far)  # from where on a page is looked for by its days
        _compare(asked, quick, slow, tables)


def _compare(asked: Asked, quick: Desk, slow: Desk, tables: dict[str, list[Row]]) -> None:
    rows = expected(asked.kind, tables[asked.kind], asked.filters)
    page = rows[asked.offset : asked.offset + asked.per]
    shown = {}
    for desk in (quick, slow):
        shown[desk] = desk.rows(asked)
        assert [_name(asked.kind, row) for row in shown[desk]] == [
            _name(asked.kind, row) for row in page
        ]
        found = desk.facets(asked)
        assert (found.total, found.values) == (len(rows), facets(asked.kind, rows))
        assert desk.total(asked) == len(rows)
    assert shown[quick] == shown[slow]


def pairs(rows: list[Row], actors: dict[tuple[str, str], str]) -> Counter[tuple[str, str]]:
    """Count events for each pair of actors that deal with each other, in plain Python."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        one, other = ([actors.get((row["report"], e)) for e in row[side]] for side in SIDES)
        met = {(a, b) if a < b else (b, a) for a in one for b in other or one if a and b and a != b}
        found.update(met)
    return found


SIDES = ("actor", "recipient")


@settings(max_examples=60, deadline=None)
@given(asked=asks().filter(lambda asked: asked.kind == "events"))
def test_the_network_of_actors_is_what_the_tables_say(
    asked: Asked, folder: Path, quick: Desk, slow: Desk, tables: dict[str, list[Row]]
) -> None:
    wanted = pairs(expected("events", tables["events"], asked.filters), links(folder))
    for desk in (quick, slow):
        rows = actor_dealings(desk, asked)
        assert {(row["first"], row["second"]): row["events"] for row in rows} == wanted
    assert actor_dealings(quick, asked) == actor_dealings(slow, asked)


@lru_cache(maxsize=1)
def links(folder: Path) -> dict[tuple[str, str], str]:
    rows = Archive(folder).sql("select * from actor_entities").to_pylist()
    return {(row["report"], row["entity"]): row["actor"] for row in rows}


def test_the_archive_tried_has_what_can_go_wrong(folder: Path, tables: dict[str, list[Row]]):
    archive = Archive(folder)
    [held] = archive.sql("select count(*) n from all_reports").to_pylist()
    assert held["n"] > len(tables["reports"]) > 0
    assert sum(pairs(tables["events"], links(folder)).values()) > 10
    assert any(row["copy_of"] for row in tables["reports"])
    verdicts = {row["verdict"] for row in tables["events"]}
    assert {"confirm", "correct", None} <= verdicts
    assert archive.sql("select 1 from reviews where verdict = 'reject'").num_rows
    assert {row["factuality"] for row in tables["events"]} == set(SAMPLES["factuality"]) - {"any"}


def test_what_is_ingested_is_shown_after_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "archive")
    with store.lock():
        Ingest(store, engine, "c").run(iter([report(1)]))
    monkeypatch.setattr(desks, "_FRESH", 0.0)
    desk = Desk(store.folder)
    desk.settle()
    first = desk.archive.kept
    asked = Asked("reports", Filters(), {}, 1, 50)
    assert desk.total(asked) == 1
    with store.lock():
        Ingest(store, engine, "c").run(iter([report(2)]))
    until = time.monotonic() + 60
    while desk.total(asked) != 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert desk.total(asked) == 2
    assert desk.archive.kept is not first


def test_what_is_kept_goes_with_it(folder: Path) -> None:
    kept = Kept()
    kept.fill(Archive(folder, reviews=False))
    place = kept.file.parent
    assert kept.file.is_file()
    del kept
    assert not place.exists()


def test_what_is_made_stops_with_the_server(folder: Path) -> None:
    desk = Desk(folder)
    desk.close()
    assert not desk._looking.is_alive()
    kept = Kept()
    kept.stop()
    with pytest.raises(ArchiveError, match="server stops"):
        kept.fill(Archive(folder, reviews=False))


def test_what_is_made_can_be_stopped_when_it_is_just_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, kept = Archive(folder, reviews=False), Kept()
    opened = archive.connect

    @contextmanager
    def connect(*, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
        with opened(memory=memory) as connection:
            yield connection
        kept.stop()  # the connection is closed, and fill has not ended

    monkeypatch.setattr(archive, "connect", connect)
    kept.fill(archive)
    assert kept.file.is_file()
