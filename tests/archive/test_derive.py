"""Derived tables hang on the reports alone: not on order, batches, or stopped runs."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.archive import derive as deriving
from dragoman.archive.actors import merge, split, undo
from dragoman.archive.archive import Archive
from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.reviews import Subject, judge
from dragoman.archive.schema import DERIVED, DETAILS, arrow, report_key
from dragoman.archive.state import KEYS
from dragoman.archive.store import Store
from dragoman.archive.stories import _story_row, tellings
from dragoman.archive.tidy import tidy
from dragoman.records import Entity, Event, EventDate, Mention, Reading, Relation, Report
from dragoman.resolve.actor_names import key_of
from dragoman.resolve.actor_sightings import id_of
from dragoman.resolve.duplicates import Text, find_copies
from dragoman.resolve.reviews import Prints
from dragoman.resolve.stories import find_stories
from dragoman.sources import Failure

from .made import PIPELINE

SENTENCES = [
    "Chile gave Peru 12 lorries on Monday, and asked for nothing in return, as it was said.",
    "The lorries stand in Arica now, and drive north as soon as the road over the pass is open.",
    "Nobody in Lima would say more about the 14 drivers, who wait at the frontier with papers.",
    "Farmers near Tacna sell less fruit this year, and ask for help from both of the ministries.",
]
NAMES = ["Ana Duarte", "Rui Duarte", "R. Duarte", "Duarte", "Sergei Antonov", "Sergey Antonov",
         "Antonov"]  # fmt: skip
BODIES = [
    ("National Relief Council", "NRC"),
    ("National Relief Council",),
    ("NRC",),
    ("Northern Rail Company", "NRC"),
    ("N.R.C.",),
    ("Rail Union", "RU", "NRC"),
    ("RU",),
]
LANDS = [("Chile", "CHL"), ("Peru", "PER"), ("Chilean republic", "CHL"), ("Nowhere", None)]
DAYS = [None, "2026-04-06", "2026-04-07", "2026-04-08", "2026-07-20", "1999-02-01"]


def _person(dice: random.Random, key: str) -> Entity:
    name = dice.choice(NAMES)
    return Entity(
        id=key,
        name=name,
        type="person",
        country=dice.choice([None, "PER", "CHL"]),
        sectors=dice.choice([(), ("GOV",), ("BUS",)]),
        mentions=(Mention(span=(0, 4), text=name, kind="name"),),
    )


def _body(dice: random.Random, key: str) -> Entity:
    names = dice.choice(BODIES)
    mentions = tuple(Mention(span=(n, n + 4), text=name, kind="name")
                     for n, name in enumerate(names))  # fmt: skip
    country = dice.choice([None, "PER", "CHL"])
    kind = dice.choice(["organization", "organization", "group"])
    return Entity(id=key, name=names[0], type=kind, country=country, mentions=mentions)


def _land(dice: random.Random, key: str) -> Entity:
    name, code = dice.choice(LANDS)
    mention = Mention(span=(0, 4), text=name, kind="name")
    return Entity(id=key, name=name, type="country", country=code, mentions=(mention,))


def _event(dice: random.Random, key: str) -> Event:
    day = dice.choice(["2026-04-06", "2026-04-07", None])
    date = EventDate(start=day, end=day, basis="text") if day else EventDate(basis="published")
    return Event(
        id=key,
        type=dice.choice(["AID", "CONSULT", "ACCUSE"]),
        actor=("e1",),
        recipient=dice.choice([("e2",), ()]),
        trigger=(6, 10),
        evidence=((0, dice.choice([30, 60])),),
        date=date,
        historical=dice.random() < 0.1,
        factuality=dice.choice(["asserted", "asserted", "negated", "hypothetical"]),
        rule="AID/give",
    )


def _told(dice: random.Random, key: str) -> Relation:
    if dice.random() < 0.3:
        return Relation(id=key, subject="e3", predicate="ally_of", object=dice.choice(["e4", "e2"]),
                        evidence=((0, 9),), confidence=0.9)  # fmt: skip
    office = dice.choice(["minister of trade", "Minister of Trade", "mayor"])
    since = dice.choice([None, "2025-01-01"])
    return Relation(id=key, subject="e3", predicate="holds_office", literal=office, start=since,
                    evidence=((0, 9),), confidence=0.9)  # fmt: skip


def made(n: int, version: int = 0) -> Report:
    """Return the nth report; another version of it is a correction."""
    dice = random.Random(n)
    text = " ".join(dice.sample(SENTENCES, dice.randint(2, 4)))
    return Report(
        id=f"r{n}",
        text=text + (f" Corrected {version} times." if version else ""),
        url=f"https://paper.example/{n}",
        published=dice.choice(DAYS),
        source=f"Paper {n % 3}",
    )


def _reading(report: Report) -> Reading:
    dice = random.Random(f"{report.id} {report.text}")
    entities = (_land(dice, "e1"), _land(dice, "e2"), _person(dice, "e3"), _person(dice, "e4"),
                _body(dice, "e5"), _body(dice, "e6"))  # fmt: skip
    events = tuple(_event(dice, f"ev{n}") for n in range(dice.randint(0, 2)))
    relations = tuple(_told(dice, f"x{n}") for n in range(dice.randint(0, 2)))
    return Reading(
        report=report, pipeline=PIPELINE, entities=entities, events=events, relations=relations
    )


def _engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    for unit in units:
        yield [_reading(report) for report in unit]


def _ingest(folder: Path, reports: Iterable[Report]) -> Store:
    store = Store(folder)
    with store.lock():
        Ingest(store, _engine, "p").run(reports)
        derive(store)
    return store


def rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return all derived rows, in order of their keys."""
    archive = Archive(folder)
    return {
        table: archive.sql(f"select * from {table} order by {', '.join(KEYS[table])}").to_pylist()
        for table in DERIVED
    }


def _at_once(folder: Path, reports: Iterable[Report]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of an archive that took all in together."""
    _ingest(folder, reports)
    return rows(folder)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(0, 60), min_size=6, max_size=24, unique=True),
    st.lists(st.integers(2, 8), min_size=4, max_size=8),
    st.integers(),
)
def test_one_ingest_is_as_many_small_ones_in_any_order(
    numbers: list[int], sizes: list[int], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = _at_once(Path(folder) / "whole", map(made, numbers))
        order = list(numbers)
        random.Random(seed).shuffle(order)
        while order:
            size = sizes[len(order) % len(sizes)]
            _ingest(Path(folder) / "parts", map(made, order[:size]))
            order = order[size:]
        assert rows(Path(folder) / "parts") == whole


def test_copies_and_stories_are_those_of_the_library(tmp_path: Path) -> None:
    for start in range(0, 60, 13):
        _ingest(tmp_path, map(made, range(start, min(start + 13, 60))))
    archive = Archive(tmp_path)
    reports = archive.sql("select key, published, text from reports").to_pylist()
    copies = find_copies(Text(r["key"], r["published"], r["text"]) for r in reports)
    found = rows(tmp_path)
    assert len(copies) > 10
    assert [(c.report, c.copy_of) for c in copies] == [
        (row["report"], row["copy_of"]) for row in found["copies"]
    ]
    stories = sorted(
        (_story_row(s) for s in find_stories(tellings(archive))), key=lambda r: r["id"]
    )
    assert [(s["id"], s["events"], s["sources"]) for s in stories] == [
        (row["id"], row["events"], row["sources"]) for row in found["stories"]
    ]
    assert any(row["reports"] > 2 for row in found["stories"])
    stems = {"\0".join((row["type"], row["country"] or "", key_of(row["name"]) or row["name"]))
             for row in found["actors"]}  # fmt: skip
    assert len(found["actors"]) > len(stems) > 10
    assert {id_of(stem, "") for stem in stems} < {row["id"] for row in found["actors"]}


def test_corrections_leave_no_trace_of_what_they_correct(tmp_path: Path) -> None:
    _ingest(tmp_path / "a", map(made, range(30)))
    for n in (3, 7, 8, 20):
        _ingest(tmp_path / "a", [made(n, 1)])
    plain = [made(n, 1) if n in (3, 7, 8, 20) else made(n) for n in range(30)]
    assert rows(tmp_path / "a") == _at_once(tmp_path / "b", plain)


def test_decisions_hold_and_are_undone(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    store = _ingest(folder, map(made, range(20)))
    before = rows(folder)
    first, second = [row["id"] for row in before["actors"] if row["type"] == "person"][:2]
    body = next(row for row in before["actors"] if len(row["names"]) > 1 and row["reports"] > 1
                and row["id"] not in (first, second))  # fmt: skip
    with store.lock():
        merge(store, first, second, "me")
        derive(store)
        split(store, body["id"], "me", name=body["names"][-1]["name"])
        derive(store)
    decided = rows(folder)
    assert decided["actors"] != before["actors"]
    for start in range(20, 40, 7):
        _ingest(folder, map(made, range(start, min(start + 7, 40))))
    grown = rows(folder)
    with store.lock():
        derive(store, anew=True)
    assert rows(folder) == grown
    with store.lock():
        undo(store, 1, "me")
        derive(store)
        undo(store, 2, "me")
        derive(store)
    assert rows(folder) == _at_once(tmp_path / "b", map(made, range(40)))


def test_a_review_reaches_the_stories(tmp_path: Path) -> None:
    store = _ingest(tmp_path, map(made, range(12)))
    before = rows(tmp_path)
    number, event = next(
        (n, reading.events[0]) for n in range(12)
        if (reading := _reading(made(n))).events and reading.events[0].factuality == "asserted"
    )  # fmt: skip
    key = report_key(made(number))

    def told(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, str]]:
        return [one for row in found["stories"] for one in (*row["events"], *row["historical"])
                if one == {"report": key, "event": event.id}]  # fmt: skip

    assert len(told(before)) == 1
    judge(store, Subject(key, Prints(_reading(made(number))), event.id), "reject", "me")
    with store.lock():
        derive(store)
    after = rows(tmp_path)
    assert not told(after)
    with store.lock():
        derive(store, anew=True)
    assert rows(tmp_path) == after


@pytest.mark.parametrize("share", [3, 12])
def test_what_is_coded_again_takes_the_place_of_what_was(tmp_path: Path, share: int) -> None:
    store = _ingest(tmp_path, map(made, range(12)))
    before = rows(tmp_path)
    keys = {report_key(made(n)) for n in range(share)}
    for table in (table for table in DETAILS if store.exists(table)):
        held = store.open(table).to_pyarrow_table().to_pylist()
        again = [{**row, "batch": "again"} for row in held if row["report"] in keys]
        store._write(table, arrow(table, again), "again")
    held = store.open("reports").to_pyarrow_table().to_pylist()
    changed = [{**row, "batch": "again"} if row["key"] in keys else row for row in held]
    store.rewrite("reports", arrow("reports", changed).to_reader(), "recode")
    with store.lock():
        derive(store)
    assert rows(tmp_path) == before


class _Stopped(BaseException):
    """Stops a run anywhere."""


@pytest.mark.parametrize("step", [0, 7, 40, 90, 150])
def test_a_run_that_is_stopped_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    folder = tmp_path / "a"
    store = _ingest(folder, map(made, range(15)))
    left = iter(range(step))

    def stopping(whole: Any) -> Any:
        def run(*given: Any, **named: Any) -> Any:
            if next(left, None) is None:
                raise _Stopped
            return whole(*given, **named)

        return run

    stopped = 0
    with monkeypatch.context() as patch, store.lock():
        patch.setattr(deriving, "CHUNK", 6)
        patch.setattr("dragoman.archive.state.State.run", stopping(deriving.State.run))
        patch.setattr(Store, "replace", stopping(Store.replace))
        Ingest(store, _engine, "p").run(map(made, range(15, 40)))
        while True:  # further each time
            try:
                derive(store)
                break
            except _Stopped:
                stopped += 1
                left = iter(range(step + 25 * stopped))
    assert stopped
    assert rows(folder) == _at_once(tmp_path / "b", map(made, range(40)))


def main(folder: str, count: int) -> None:
    """Ingest in small parts, join files and derive after each, so that it can be killed."""
    store = Store(Path(folder))
    for start in range(0, count, 8):
        with store.lock():
            Ingest(store, _engine, "p").run(map(made, range(start, min(start + 8, count))))
            tidy(store, many=3)
            derive(store)


def _spawn(folder: Path, count: int) -> subprocess.Popen[bytes]:
    tests = str(Path(__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {tests!r}); from archive.test_derive import main; "
    return subprocess.Popen([sys.executable, "-c", f"{code}main({str(folder)!r}, {count})"])


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 3, 4))])
def test_killed_at_random_moments_it_is_as_if_it_was_not(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(6):
        process = _spawn(tmp_path / "killed", 40)
        time.sleep(chance.uniform(1.5, 5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert _spawn(tmp_path / "killed", 40).wait() == 0
    assert rows(tmp_path / "killed") == _at_once(tmp_path / "calm", map(made, range(40)))


@pytest.mark.parametrize("fault", ["gone", "torn", "other", "table", "older"])
def test_a_state_that_is_of_no_use_is_made_anew(tmp_path: Path, fault: str) -> None:
    store = _ingest(tmp_path, map(made, range(20)))
    before = rows(tmp_path)
    state = store.own / "derived.duckdb"
    if fault == "gone":
        state.unlink()
    elif fault == "torn":
        state.write_bytes(state.read_bytes()[:5_000])
    elif fault == "other":
        state.write_bytes(b"no database at all")
    elif fault == "table":
        shutil.rmtree(tmp_path / "stories")
    else:
        older = state.read_bytes()
        _ingest(tmp_path, map(made, range(20, 25)))
        before = rows(tmp_path)
        state.write_bytes(older)
    with store.lock():
        derive(store)
    assert rows(tmp_path) == before


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    store = _ingest(tmp_path, map(made, range(20)))
    versions = {table: store.open(table).version() for table in DERIVED}
    with store.lock():
        derive(store)
    assert {table: store.open(table).version() for table in DERIVED} == versions
    files = set(store.open("stories").file_uris())
    undated = next(n for n in range(20, 99) if made(n).published == "1999-02-01")
    _ingest(tmp_path, [made(undated)])
    assert len(files & set(store.open("stories").file_uris())) >= len(files) - 1


# --- small files ---


def test_small_files_are_joined_where_many_are(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.lock():
        for n in range(6):
            Ingest(store, _engine, "p").run([made(n)])
    version = Archive(tmp_path).version
    before = _counted(tmp_path)
    with store.lock():
        assert tidy(store, many=50) == []
        assert "entities" in tidy(store, many=2)
        assert tidy(store, many=2) == []
    assert _counted(tmp_path) == before
    months = len(set(Archive(tmp_path).sql("select month from all_reports")["month"].to_pylist()))
    assert len(store.open("entities").file_uris()) == months
    assert _counted(tmp_path, version) == before  # as it was before


def test_a_long_ingest_joins_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dragoman.archive.ingest.COMMIT", 1)
    monkeypatch.setattr("dragoman.archive.ingest.TIDY", 4)
    monkeypatch.setattr("dragoman.archive.tidy.MANY", 2)
    files = {}
    for compact in (True, False):
        store = Store(tmp_path / str(compact))
        with store.lock():
            Ingest(store, _engine, "p", compact=compact).run(map(made, range(12)))
        files[compact] = len(store.open("reports").file_uris())
    assert files[True] < files[False] == 12
    assert _counted(tmp_path / "True") == _counted(tmp_path / "False")


def _counted(folder: Path, version: int | None = None) -> list[Any]:
    archive = Archive(folder, version)
    query = "select report, list(id order by id) from events group by report order by report"
    return [*archive.sql(query).to_pylist(), archive.sql("select key from reports").num_rows]
