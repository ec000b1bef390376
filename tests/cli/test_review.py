"""`dragoman review`: verdicts given, listed, undone and compared from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from tests.archive.made import PIPELINE, engine, report
from typer.testing import CliRunner, Result

from dragoman.archive.ingest import Ingest
from dragoman.archive.recode import Recode
from dragoman.archive.reviews import journal_path
from dragoman.archive.store import Store
from dragoman.cli import app
from dragoman.codebook import Codebook
from dragoman.records import Reading, Report
from dragoman.sources import Failure

Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    store = Store(tmp_path)
    with store.lock():
        Ingest(store, engine, "p").run([report(n) for n in range(3)])
    return tmp_path


@pytest.fixture
def run(archive: Path) -> Run:
    """Run a command on the archive."""

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--archive", str(archive)])

    return call


def lines(result: Result) -> list[dict]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_verdicts_are_listed_and_undone(run: Run) -> None:
    said = run("review", "reject", "r1", "ev1", "--who", "amara", "--note", "no such meeting")
    assert "review 1: amara: reject ev1" in said.stdout
    run("review", "correct", "r2", "ev1", "--type", "AID", "--actor", "Kenya", "--recipient",
        "e2", "--date", "2017-05", "--background", "--who", "wim")  # fmt: skip
    first, second = lines(run("review", "list", "--json"))
    assert (first["verdict"], first["note"], first["state"]) == (
        "reject", "no such meeting", "applied")  # fmt: skip
    assert second["changes"]["actor"] == ["e1"]
    told = "actor Kenya, date 2017-05-01..2017-05-31, historical True, recipient Uganda, type AID"
    assert second["told"] == f"correct ev1 ({told})"
    assert "undo of review 1" in run("review", "undo", "1").stdout
    assert [row["number"] for row in lines(run("review", "list", "--json"))] == [2]
    states = [row["state"] for row in lines(run("review", "list", "--all", "--json"))]
    assert states == ["undone", "applied", "undo"]


def test_show_names_what_can_be_reviewed(run: Run) -> None:
    run("review", "confirm", "r1", "e2", "--who", "amara")
    shown = " ".join(run("review", "show", "r1").stdout.split())
    assert "ev1 events type: CONSULT; actor: Kenya + Uganda" in shown
    assert "confirm by amara" in shown


def test_agreement_counts_what_two_looked_at(run: Run) -> None:
    for who, verdicts in {"amara": "ccr", "wim": "crr"}.items():
        for number, verdict in enumerate(verdicts):
            name = {"c": "confirm", "r": "reject"}[verdict]
            run("review", name, f"r{number}", "ev1", "--who", who, "--blind")
    # six values, three of each; one of three units disagrees: 1 - 5 * 2 / 18
    (row,) = lines(run("review", "agreement", "--json"))
    assert row == {"measure": "verdict", "alpha": pytest.approx(4 / 9), "records": 3, "values": 6,
                   "same": pytest.approx(2 / 3)}  # fmt: skip
    assert "1 records are in conflict" in run("review", "agreement").stderr
    assert len(lines(run("review", "list", "--conflicts", "--json"))) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["confirm", "r9", "ev1"], "no report is called 'r9'"),
        (["confirm", "r1", "ev9"], "no record 'ev9'"),
        (["correct", "r1", "ev1"], "at least one field"),
        (["correct", "r1", "ev1", "--type", "WAR"], "there are: AGREE"),
        (["correct", "r1", "ev1", "--country", "KEN"], "events have no country to correct"),
        (["undo", "4"], "there is no review 4"),
    ],
)
def test_mistakes_are_said(run: Run, arguments: list[str], message: str) -> None:
    result = run("review", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_no_archive_is_said_and_none_is_made(tmp_path: Path) -> None:
    for arguments in (["undo", "1"], ["confirm", "r1", "ev1"], ["list"]):
        missing = tmp_path / "nothing"
        result = CliRunner().invoke(app, ["review", *arguments, "--archive", str(missing)])
        assert result.exit_code == 2
        assert "is no archive" in result.stderr
        assert not missing.exists()


def test_a_torn_line_is_reported(run: Run, archive: Path) -> None:
    run("review", "confirm", "r1", "ev1")
    with journal_path(Store(archive)).open("ab") as file:
        file.write(b'{"number": 2, "at"')
    result = run("review", "list", "--json")
    assert len(lines(result)) == 1
    assert "line 2 of the reviews cannot be read" in result.stderr


def rows(run: Run, *more: str) -> list[dict]:
    return lines(run("events", "--factuality", "any", "--format", "json", *more))


def test_lists_and_counts_follow_the_reviews(run: Run) -> None:
    run("review", "reject", "r0", "ev1")
    run("review", "correct", "r1", "ev1", "--type", "AID", "--actor", "e1", "--recipient", "e2")
    run("review", "correct", "r1", "e2", "--country", "UGA")
    run("review", "correct", "r1", "e1", "--country", "KEN", "--name", "the Kenyan state")
    found = {row["report_id"]: row for row in rows(run)}
    assert set(found) == {"r1", "r2"}
    assert (found["r1"]["type"], found["r1"]["score"]) == ("AID", 10.0)
    assert found["r1"]["actor_name"] == ["the Kenyan state"]
    assert [row["report_id"] for row in rows(run, "--dyad", "KEN-UGA")] == ["r1"]
    counted = lines(run("events", "--by", "type", "--format", "json"))
    assert {row["type"]: row["events"] for row in counted} == {"AID": 1, "CONSULT": 1}
    (total,) = lines(run("sql", "select count(*) as n from events", "--format", "json"))
    assert total == {"n": 2}
    assert len(lines(run("entities", "--country", "UGA", "--format", "json"))) == 1


def test_reviews_can_be_left_out_and_asked_for(run: Run) -> None:
    for number, verdict in enumerate(("reject", "confirm")):
        run("review", verdict, f"r{number}", "ev1")

    def ids(*more: str) -> list[str]:
        return sorted(row["report_id"] for row in rows(run, *more))

    assert ids("--no-reviews") == ["r0", "r1", "r2"]
    assert ids("--reviewed", "yes") == ids("--reviewed", "confirmed") == ["r1"]
    assert ids("--reviewed", "no") == ["r2"]
    assert ids("--reviewed", "corrected") == []
    assert ids("--reviewed", "rejected") == []
    assert ids("--reviewed", "rejected", "--no-reviews") == ["r0"]
    for kind, told in (("events", "reviewed is one of"), ("reports", "have no review")):
        result = run(kind, "--reviewed", "maybe")
        assert result.exit_code == 2
        assert told in result.stderr


def test_exports_follow_the_reviews(run: Run, tmp_path: Path) -> None:
    run("review", "reject", "r0", "ev1")
    for name, more in (("with", ()), ("without", ("--no-reviews",))):
        out = tmp_path / f"{name}.csv"
        run("export", "--to", "csv", "--out", str(out), *more)
        assert len(out.read_text().splitlines()) == (3 if name == "with" else 4)


def test_a_check_finds_a_torn_line(run: Run, archive: Path) -> None:
    run("review", "reject", "r1", "e1")
    assert run("archive", "check").exit_code == 0
    journal_path(Store(archive)).open("ab").write(b"{")
    assert "reviews.jsonl:2 cannot be read" in run("archive", "check").stdout


def test_gold_is_written(run: Run, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    assert "nothing has been reviewed" in run("review", "export", "--to", str(gold)).stderr
    run("review", "confirm", "r1", "ev1")
    assert run("review", "export", "--to", str(gold)).exit_code == 0
    (line,) = map(json.loads, gold.read_text().splitlines())
    assert (line["id"], line["events"][0]["type"]) == ("r1", "CONSULT")
    missing = run("review", "export", "--to", str(tmp_path / "no" / "gold.jsonl"))
    assert "cannot be written to" in missing.stderr


def test_stories_and_actors_follow_when_they_are_built(run: Run) -> None:
    run("review", "reject", "r0", "ev1")
    run("review", "reject", "r1", "e2")
    run("stories", "build")
    run("actors", "build")
    (told,) = lines(run("sql", "select sum(reports) as n from stories", "--format", "json"))
    assert int(told["n"]) == 2
    found = {row["name"]: row["reports"] for row in lines(run("actors", "--json"))}
    assert found == {"Kenya": 3, "Uganda": 2}


def test_recoded_records_are_reviewed_as_before(run: Run, archive: Path) -> None:
    run("review", "correct", "r1", "ev1", "--type", "AID", "--actor", "e2", "--recipient", "e1")
    store = Store(archive)
    before = rows(run)
    with store.lock():
        Recode(store, renamed, PIPELINE, Codebook(), everything=True).run()
    assert {row["id"] for row in rows(run, "--no-reviews")} == {"ev7"}
    after = rows(run)
    assert [{**row, "id": "ev1"} for row in after] == before
    assert lines(run("review", "list", "--json"))[0]["state"] == "applied"


def renamed(units: Iterable[list[Report]]) -> Iterator[list[Reading | Failure]]:
    """Code as before, with other ids."""
    new = {"e1": "e31", "e2": "e32", "ev1": "ev7"}
    for several in engine(units):
        made = [one.to_json() for one in several if isinstance(one, Reading)]
        for old, now in new.items():
            made = [text.replace(f'"{old}"', f'"{now}"') for text in made]
        yield [Reading.from_json(text) for text in made]
