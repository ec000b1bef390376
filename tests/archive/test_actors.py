"""Actors in an archive: built, listed, and decided on by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dragoman.archive.archive import Archive
from dragoman.archive.decisions import read_decisions
from dragoman.archive.derive import derive
from dragoman.archive.ingest import Ingest
from dragoman.archive.pieces import office_at
from dragoman.archive.store import Store
from dragoman.cli import app
from dragoman.records import Entity, Mention, Pipeline, Reading, Relation, Report

PIPELINE = Pipeline(dragoman="1", model="m", codebook="c")
# made up; (report, day, name as told, office as told)
TOLD = [
    ("r1", "2020-01-10", "Rui Duarte", "minister of trade"),
    ("r2", "2020-03-10", "Duarte", None),
    ("r3", "2021-05-10", "Rui Duarte", "prime minister"),
    ("r4", "2021-06-10", "Duarte", None),
    ("r5", "2021-06-11", "Anita Silva", None),
]


def _reading(name: str, day: str, who: str, office: str | None) -> Reading:
    text = f"{who}, {office or 'a guest'}, spoke."
    person = Entity(
        id="e1",
        name=who,
        type="person",
        country="PRT",
        sectors=("GOV",) if office else (),
        mentions=(Mention(span=(0, len(who)), text=who, kind="name"),),
    )
    crowd = Entity(id="e2", name="guests", type="group", mentions=())
    held = (
        (Relation(id="x1", subject="e1", predicate="holds_office", literal=office,
                  evidence=((0, len(text)),), confidence=0.9),)
        if office
        else ()
    )  # fmt: skip
    report = Report(id=name, text=text, published=day)
    return Reading(report=report, pipeline=PIPELINE, entities=(person, crowd), relations=held)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "archive")
    readings = {r.report.id: r for r in (_reading(*told) for told in TOLD)}
    with store.lock():
        run = Ingest(store, lambda units: ([readings[r.id] for r in u] for u in units), "c")
        run.run(r.report for r in readings.values())
        derive(store)
    return store.folder


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, ["actors", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def _listed(folder: Path, *words: str) -> list[dict[str, object]]:
    lines = _run("--archive", str(folder), "--json", *words).splitlines()
    return [json.loads(line) for line in lines]


def test_an_actor_has_its_names_offices_and_days(folder: Path) -> None:
    found = {row["name"]: row for row in _listed(folder)}
    assert set(found) == {"Rui Duarte", "Anita Silva"}
    duarte = found["Rui Duarte"]
    assert (duarte["reports"], duarte["first_day"], duarte["last_day"]) == (
        4, "2020-01-10", "2021-06-10")  # fmt: skip
    assert duarte["offices"] == ["minister of trade", "prime minister"]
    shown = _run("show", str(duarte["id"]), "--archive", str(folder))
    assert "called Duarte (2), Rui Duarte (2)" in shown
    assert "r1: Rui Duarte, minister of trade, spoke." in shown


def test_a_bare_surname_gets_the_office_of_its_day(folder: Path) -> None:
    rows = Archive(folder).sql(
        "select r.id, a.office, a.sectors from actor_entities a join reports r on r.key = a.report"
    )
    told = {row["id"]: (row["office"], row["sectors"]) for row in rows.to_pylist()}
    assert told["r2"] == ("minister of trade", ["GOV"])
    assert told["r4"] == ("prime minister", ["GOV"])
    assert told["r5"] == (None, [])


def test_every_named_entity_has_one_actor(folder: Path) -> None:
    links = Archive(folder).sql("select report, entity from actor_entities").to_pylist()
    assert len(links) == len({tuple(row.values()) for row in links}) == len(TOLD)


def test_a_merge_outlives_a_build_and_is_undone(folder: Path) -> None:
    ids = [str(row["id"]) for row in _listed(folder)]
    told = _run("merge", *ids, "--by", "me", "--archive", str(folder))
    assert "decision 1" in told
    assert len(_listed(folder)) == 1
    _run("build", "--archive", str(folder))
    assert len(_listed(folder)) == 1
    _run("undo", "1", "--archive", str(folder))
    assert len(_listed(folder)) == 2
    assert "(undone)" in _run("decisions", "--archive", str(folder))


def test_a_split_by_report(folder: Path) -> None:
    [duarte] = _listed(folder, "--name", "duarte")
    _run("split", str(duarte["id"]), "--report", "r4", "--by", "me", "--archive", str(folder))
    assert len(_listed(folder, "--name", "duarte")) == 2
    assert len(read_decisions(Store(folder))) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "zzz"], "no actor begins with 'zzz'"),
        (["undo", "7"], "there is no decision 7"),
        (["merge", "zz", "yy"], "no actor begins"),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, words: list[str], told: str) -> None:
    done = CliRunner().invoke(app, ["actors", *words, "--archive", str(folder)])
    assert done.exit_code == 2
    assert told in done.output
    assert not read_decisions(Store(folder))


def test_an_office_ends_when_it_was_told_to_end() -> None:
    office = {
        "title": "mayor",
        "first_day": "2020-01-01",
        "last_day": "2020-02-01",
        "end": "2020-06",
    }
    assert office_at([office], "2020-05-01") == "mayor"
    assert office_at([office], "2020-08-01") is None
    assert office_at([{**office, "end": None}], "2023-01-01") is None
    assert office_at([office], None) is None
