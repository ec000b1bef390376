"""An archive asked from the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.archive.made import engine, report
from typer.testing import CliRunner

from dragoman.archive.ingest import Ingest
from dragoman.archive.store import Store
from dragoman.cli import app

run = CliRunner().invoke


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("archive")
    store = Store(folder)
    with store.lock():
        Ingest(store, engine, "p").run([report(n) for n in range(30)])
    return str(folder)


@pytest.mark.parametrize(
    "kind", ["events", "statements", "entities", "relations", "places", "reports"]
)
def test_every_table_is_listed(archive: str, kind: str) -> None:
    result = run(app, [kind, "--archive", archive, "--since", "2017-01-01"])
    assert result.exit_code == 0, result.output
    assert "rows" in result.stderr


def test_filters_keep_what_fits(archive: str) -> None:
    command = ["events", "--archive", archive, "--format", "json"]
    found = run(app, [*command, "--since", "2017-05-01", "--until", "2017-05-31"]).stdout
    rows = [json.loads(line) for line in found.splitlines()]
    assert rows
    assert {row["day"] for row in rows} == {"2017-05-11"}
    assert run(app, [*command, "--actor", "nobody"]).stdout == ""


def test_events_are_counted(archive: str) -> None:
    command = ["events", "--archive", archive, "--by", "month,type", "--format", "csv"]
    rows = list(csv.DictReader(io.StringIO(run(app, command).stdout)))
    assert sum(int(row["events"]) for row in rows) == 30
    assert rows[0]["type"] == "CONSULT"


def test_sql_reads(archive: str) -> None:
    query = "select count(*) as n from events"
    result = run(app, ["sql", query, "--archive", archive, "--format", "json"])
    assert json.loads(result.stdout) == {"n": 30}


@pytest.mark.parametrize(
    "query",
    [
        "drop view events",
        "select 1; select 2",
        "copy events to 'x.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "attach 'x.db'",
        "selec 1",
    ],
)
def test_sql_does_nothing_else(archive: str, query: str) -> None:
    result = run(app, ["sql", query, "--archive", archive])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_sql_is_stopped_in_time(archive: str) -> None:
    query = "select count(*) from range(100000000) a, range(100000) b"
    result = run(app, ["sql", query, "--archive", archive, "--seconds", "0.3"])
    assert result.exit_code == 2
    assert "more than 0.3 seconds" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["events", "--dyad", "RUS"], "no dyad"),
        (["events", "--by", "moon"], "counted by"),
        (["places", "--sector", "GOV"], "no sector"),
        (["events", "--since", "2017-02-31"], "is no date"),
    ],
)
def test_a_wrong_filter_says_so(archive: str, arguments: list[str], message: str) -> None:
    result = run(app, [*arguments, "--archive", archive])
    assert result.exit_code == 2
    assert message in result.stderr


def test_no_archive_says_so(tmp_path: Path) -> None:
    result = run(app, ["events", "--archive", str(tmp_path)])
    assert result.exit_code == 2
    assert "is no archive" in result.stderr


def test_cells_that_a_spreadsheet_would_run_are_made_harmless(tmp_path: Path) -> None:
    from dragoman.archive.cells import cell

    assert [cell(v) for v in ("=1+1", "@x", "-2", "plain", -2)] == [
        "'=1+1",
        "'@x",
        "'-2",
        "plain",
        "-2",
    ]
