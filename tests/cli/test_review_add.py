"""`dragoman review add`: what was missed, in lists, counts, exports, gold and after a recode."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
from tests.archive.made import PIPELINE, engine, report
from tests.cli.test_review import Run, archive, lines, renamed, rows, run

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import Ingest
from dragoman.archive.recode import Recode
from dragoman.archive.store import Store
from dragoman.codebook import Codebook
from dragoman.records import Event, Reading, Report
from dragoman.sources import Failure

__all__ = ["archive", "run"]
EVENT = ("event", "--type", "aid", "--trigger", "report", "--actor", "Uganda", "--recipient", "e1")


def test_an_added_event_is_listed_counted_and_undone(run: Run) -> None:
    said = run("review", "add", "r1", *EVENT, "--date", "2017-05", "--who", "amara").stdout
    assert "review 1: amara: add add-" in said
    assert "type AID, actor Uganda, recipient Kenya, date 2017-05, factuality asserted" in said
    assert "trigger report); `dragoman review undo 1`" in said
    (row,) = rows(run, "--reviewed", "added")
    assert (row["report_id"], row["type"], row["rule"], row["confidence"]) == (
        "r1", "AID", "review", 1.0)  # fmt: skip
    assert row["words"] == "Kenya met Uganda, report 1."
    assert row["id"].startswith("add-")
    assert len(rows(run)) == 4
    assert rows(run, "--reviewed", "yes") == [row]
    assert len(rows(run, "--no-reviews")) == 3
    counted = lines(run("events", "--by", "type", "--format", "json"))
    assert {one["type"]: one["events"] for one in counted} == {"AID": 1, "CONSULT": 3}
    (mark,) = lines(run("sql", "select verdict, added, state from reviews", "--format", "json"))
    assert mark == {"verdict": "add", "added": True, "state": "applied"}
    shown = " ".join(run("review", "show", "r1").stdout.split())
    assert f"{row['id']} events type: AID; actor: Uganda; recipient:" in shown
    assert "add by amara" in shown
    run("review", "undo", "1")
    assert len(rows(run)) == 3
    states = [one["state"] for one in lines(run("review", "list", "--all", "--json"))]
    assert states == ["undone", "undo"]


def test_statements_and_relations_are_added(run: Run) -> None:
    run("review", "add", "r1", "statement", "--source", "e2", "--cue", "met",
        "--content", "Uganda, report")  # fmt: skip
    run("review", "add", "r2", "relation", "--subject", "Kenya", "--predicate", "allied_with",
        "--object", "e2", "--evidence", "Kenya met Uganda")  # fmt: skip
    (said,) = lines(run("statements", "--format", "json"))
    assert (said["source_name"], said["cue_words"], said["words"], said["kind"]) == (
        "Uganda", "met", "Uganda, report", "indirect")  # fmt: skip
    (held,) = lines(run("relations", "--reviewed", "added", "--format", "json"))
    assert (held["subject_name"], held["predicate"], held["object_name"], held["words"]) == (
        "Kenya", "allied_with", "Uganda", "Kenya met Uganda")  # fmt: skip
    assert [one["state"] for one in lines(run("review", "list", "--json"))] == ["applied"] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["r9", *EVENT], "no report is called 'r9'"),
        (["r1", "event", "--type", "AID"], "an added event needs the words that tell it (trigger)"),
        (["r1", "event", "--type", "AID", "--trigger", "helped"], "does not have the words"),
        (["r1", *EVENT, "--nth", "2"], "stand 1 times in the report; there is no number 2"),
        (["r1", "event", "--type", "CONSULT", "--trigger", "met", "--actor", "e2",
          "--actor", "e1"], "has that record already, as ev1"),
        (["r1", "statement", "--type", "AID", "--content", "met"], "statements have no type"),
        (["r1", "entity"], "'entity' is not one of"),
    ],
)  # fmt: skip
def test_mistakes_are_said(run: Run, arguments: list[str], message: str) -> None:
    result = run("review", "add", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", "").split())
    assert "Traceback" not in result.output
    assert lines(run("review", "list", "--json")) == []


def test_exports_have_it_and_the_card_counts_it(run: Run, tmp_path: Path) -> None:
    run("review", "add", "r0", *EVENT)
    out = tmp_path / "out" / "events.csv"
    out.parent.mkdir()
    assert run("export", "--to", "csv", "--out", str(out), "--reviewed", "added").exit_code == 0
    assert ",review," in out.read_text().splitlines()[1]
    assert "0 rejected, 1 added" in (out.parent / "DATACARD.md").read_text()


def test_it_becomes_a_story(run: Run) -> None:
    run("review", "add", "r1", *EVENT)
    run("stories", "build")
    found = lines(run("sql", "select type, reports from stories", "--format", "json"))
    assert {"type": "AID", "reports": 1} in found


def test_it_is_gold_that_the_program_missed(run: Run, tmp_path: Path) -> None:
    run("review", "confirm", "r1", "ev1")
    run("review", "add", "r1", *EVENT)
    gold = tmp_path / "gold.jsonl"
    assert run("review", "export", "--to", str(gold)).exit_code == 0
    (line,) = map(json.loads, gold.read_text().splitlines())
    assert [(e["type"], e["trigger"], e["at"]) for e in line["events"]] == [
        ("CONSULT", "met", 6), ("AID", "report", 0)]  # fmt: skip


def finds_it(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    """Code as before, and what was missed."""
    for several in renamed(units):
        yield [with_aid(one) if isinstance(one, Reading) else one for one in several]


def with_aid(one: Reading) -> Reading:
    start = one.report.text.index("report")
    event = Event(id="ev8", type="AID", actor=("e32",), recipient=("e31",), rule="AID/x",
                  trigger=(start, start + 6), evidence=((0, start + 6),), score=10.0,
                  cameo="070")  # fmt: skip
    return msgspec.structs.replace(one, events=(*one.events, event))


def test_it_holds_when_reports_are_coded_anew(run: Run, archive: Path) -> None:
    run("review", "add", "r1", *EVENT, "--date", "2017-05-03")
    (before,) = rows(run, "--reviewed", "added")
    for coder, number, rule in ((renamed, 4, "review"), (finds_it, 6, "AID/x")):
        pipeline = msgspec.structs.replace(PIPELINE, model=rule)
        with Store(archive).lock():
            Recode(Store(archive), coder, pipeline, Codebook(), everything=True).run()
        found = rows(run)
        assert len(found) == number
        (after,) = [row for row in found if row["day"] == "2017-05-03"]
        assert after["rule"] == rule
        assert {**after, "id": 0, "rule": 0, "confidence": 0, "words": 0} == {
            **before, "id": 0, "rule": 0, "confidence": 0, "words": 0}  # fmt: skip
    assert rows(run, "--reviewed", "added") == []
    (listed,) = lines(run("review", "list", "--json"))
    assert (listed["verdict"], listed["state"]) == ("add", "applied")


def test_a_corrected_report_leaves_it_behind(run: Run, archive: Path) -> None:
    store = Store(archive)
    for text in ("Kenya met Uganda, report four.", "Kenya met Uganda, report 4, corrected."):
        made = msgspec.structs.replace(report(4, text), url="https://example.org/4")
        with store.lock():
            Ingest(store, engine, text).run([made])
        if "four" in text:
            run("review", "add", "r4", *EVENT)
            assert len(rows(run)) == 5
    assert len(rows(run)) == 4
    assert [one["state"] for one in lines(run("review", "list", "--json"))] == ["gone"]
    assert Archive(archive).reviewed.bases == {}


def test_a_party_and_a_place_are_named_and_found(run: Run) -> None:
    said = run("review", "add", "r1", "party", "--words", "report", "--type", "organization",
               "--name", "Lake Council", "--country", "TZA", "--sector", "GOV", "--sector",
               "LEG").stdout  # fmt: skip
    assert "(name Lake Council, type organization, country TZA, sectors GOV + LEG)" in said
    run("review", "add", "r1", "place", "--words", "Uganda", "--name", "Lodwar")
    run("review", "add", "r1", "event", "--type", "aid", "--trigger", "report", "--actor",
        "Lake Council", "--recipient", "e1", "--place", "Lodwar")  # fmt: skip
    run("review", "correct", "r1", "e1", "--country", "KEN")
    for filters in (("--actor", "council"), ("--country", "TZA"), ("--place", "lodwar"),
                    ("--sector", "LEG"), ("--dyad", "TZA-KEN")):  # fmt: skip
        (row,) = rows(run, *filters)
        assert (row["actor_name"], row["place_name"]) == (["Lake Council"], "Lodwar")
        assert row["latitude"] == pytest.approx(3.1, abs=0.2)
    counted = lines(run("events", "--by", "dyad", "--format", "json"))
    assert "TZA-KEN" in {one["dyad"] for one in counted}
    (party,) = lines(run("entities", "--reviewed", "added", "--format", "json"))
    assert (party["name"], party["sectors"]) == ("Lake Council", ["GOV", "LEG"])
    (place,) = lines(run("places", "--country", "KEN", "--format", "json"))
    assert place["name"] == "Lodwar"
    shown = " ".join(run("review", "show", "r1").stdout.split())
    assert "entities name: Lake Council; type:" in shown


def test_a_party_that_is_named_is_exported_and_gold(run: Run, tmp_path: Path) -> None:
    run("review", "add", "r1", "party", "--words", "report", "--type", "organization")
    run("review", "add", "r1", "event", "--type", "aid", "--trigger", "report", "--actor", "report")
    file = tmp_path / "gold.jsonl"
    run("review", "export", "--to", str(file))
    (line,) = [json.loads(text) for text in file.read_text().splitlines()]
    assert [e["name"] for e in line["entities"]] == ["report"]
    assert [e["actor"] for e in line["events"]] == [["report"]]
    out = tmp_path / "csv"
    run("export", "--to", "csv", "--out", str(out / "events.csv"), "--actor", "report")
    assert ",report," in (out / "events.csv").read_text().splitlines()[1]


def test_of_several_places_the_message_names_their_numbers(run: Run) -> None:
    given = ("review", "add", "r1", "place", "--words", "Uganda", "--name", "Tripoli")
    result = run(*given)
    assert result.exit_code == 2
    said = " ".join(result.stderr.replace("│", "").split())
    assert "places are called 'Tripoli'; say which by its number in GeoNames" in said
    assert "(town, " in said
