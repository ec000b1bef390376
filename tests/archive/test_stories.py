"""Copies and stories of an archive: made anew, the same whatever the order of ingest."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from typer.testing import CliRunner

from dragoman.archive.archive import Archive
from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.cli import app
from dragoman.records import Entity, Event, EventDate, Quantity, Reading, Report
from dragoman.sources import Failure

from .made import PIPELINE

TEXT = "Chile gave Peru {n} lorries on Monday, and asked for nothing in return, it was said. "
MORE = "The lorries stand in Arica now, and drive north as soon as the road over the pass is open."


def _report(n: int, publisher: str, lorries: int = 12, tail: str = MORE) -> Report:
    text = TEXT.format(n=lorries) + tail
    return Report(id=f"r{n}", text=text, published=f"2026-04-{n:02}", source=publisher)


def _reading(made: Report) -> Reading:
    lorries = float(made.text.split()[3])
    event = Event(
        id="ev1",
        type="AID",
        actor=("e1",),
        recipient=("e2",),
        trigger=(6, 10),
        evidence=((0, 40),),
        date=EventDate(start="2026-04-06", end="2026-04-06", basis="text"),
        quantities=(Quantity(what="vehicles", value=lorries),),
        rule="AID/give",
    )
    parties = [("e1", "Chile", "CHL"), ("e2", "Peru", "PER")]
    entities = tuple(Entity(id=i, name=n, type="country", country=c) for i, n, c in parties)
    return Reading(report=made, pipeline=PIPELINE, entities=entities, events=(event,))


def _engine(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    for unit in units:
        yield [_reading(report) for report in unit]


REPORTS = [
    _report(7, "Wire A"),
    _report(8, "Daily B", tail=MORE + " Nobody in Lima would say more."),
    _report(9, "Daily C", 15, "Drivers from both countries wait at the frontier with the papers."),
]


def _archive(folder: Path, reports: list[Report]) -> Store:
    store = Store(folder)
    with store.lock():
        for report in reports:
            Ingest(store, _engine, "p").run([report])
        derive(store)
    return store


def test_copies_are_counted_once_and_figures_set_side_by_side(tmp_path: Path) -> None:
    _archive(tmp_path, REPORTS)
    archive = Archive(tmp_path)
    copies = archive.sql(
        "select c.id as copy, o.id as original from reports c join reports o on c.copy_of = o.key"
    )
    assert copies.to_pylist() == [{"copy": "r8", "original": "r7"}]
    (story,) = archive.sql("select * from stories").to_pylist()
    assert (story["type"], story["dyads"], story["reports"], story["sources"]) == (
        "AID",
        ["CHL-PER"],
        3,
        2,
    )
    assert story["first_published"] == "2026-04-07"
    (figures,) = story["disagreements"]
    assert figures["about"] == "vehicles"
    assert [(v["value"], len(v["reports"])) for v in figures["values"]] == [("12", 2), ("15", 1)]


def test_the_order_of_ingest_does_not_matter(tmp_path: Path) -> None:
    query = "select * from {} order by 1"
    found = []
    for seed in range(3):
        order = random.Random(seed).sample(REPORTS, len(REPORTS))
        _archive(tmp_path / str(seed), order)
        archive = Archive(tmp_path / str(seed))
        found.append([archive.sql(query.format(t)).to_pylist() for t in ("copies", "stories")])
    assert found[0] == found[1] == found[2]


def test_an_archive_without_derived_tables_has_empty_ones(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, _engine, "p").run(REPORTS[:1])
    archive = Archive(tmp_path)
    assert archive.sql("select * from stories").num_rows == 0
    assert archive.sql("select copy_of from reports").to_pylist() == [{"copy_of": None}]


def test_a_second_build_follows_what_was_added(tmp_path: Path) -> None:
    store = _archive(tmp_path, REPORTS[1:])
    with store.lock():
        Ingest(store, _engine, "p").run(REPORTS[:1])
        built = derive(store)
    assert (built.reports, built.copies, built.stories) == (3, 1, 1)
    (story,) = Archive(tmp_path).sql("select first_published from stories").to_pylist()
    assert story["first_published"] == "2026-04-07"


def test_the_command_line_lists_and_shows_stories(tmp_path: Path) -> None:
    _archive(tmp_path, REPORTS)

    def run(*words: str) -> str:
        found = CliRunner().invoke(app, ["stories", *words, "--archive", str(tmp_path)])
        assert found.exit_code == 0, found.output
        return found.stdout

    for words in (["build"], ["build", "--anew"]):
        assert run(*words).startswith("3 reports, 1 of them copies; 3 events, 1 stories")
    listed = CliRunner().invoke(
        app,
        ["stories", "--archive", str(tmp_path), "--dyad", "CHL-*", "--min-sources", "2", "--json"],
    )
    (story,) = map(json.loads, listed.stdout.splitlines())
    none = ["stories", "--archive", str(tmp_path), "--min-sources", "3", "--json"]
    assert CliRunner().invoke(app, none).stdout == ""
    shown = run("show", story["id"][:8])
    assert "3 reports, 2 independent sources" in shown
    assert "copy of r7" in shown
    assert "vehicles" in shown
    whole = json.loads(run("show", story["id"], "--json"))
    assert [told["report_id"] for told in whole["tellings"]] == ["r7", "r8", "r9"]


def test_an_unknown_story_is_said_to_be_unknown(tmp_path: Path) -> None:
    _archive(tmp_path, REPORTS)
    found = CliRunner().invoke(app, ["stories", "show", "zzz", "--archive", str(tmp_path)])
    assert found.exit_code == 2
    assert "no story begins with 'zzz'" in found.stderr
