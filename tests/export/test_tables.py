import csv
import hashlib
import json

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from dragoman.archive.query import Filters
from dragoman.cli import app
from dragoman.export.registry import FORMATS, export
from dragoman.export.selection import ExportError
from dragoman.records import Reading


def test_no_cell_starts_what_a_spreadsheet_runs(archive, tmp_path):
    path = export(archive, "csv", tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    names = [row["actor_name"] for row in rows]
    assert "'=cmd|'/C calc'!A0" in names
    assert all(name[0] not in "=+-@\t\r" for name in names)
    assert 'The "quoted"\nministry, of; tabs\tand <b>&markup</b>' in names


def test_negated_events_are_written_where_asked_for(archive, tmp_path):
    export(archive, "parquet", tmp_path / "all", Filters(factuality="any"))
    export(archive, "parquet", tmp_path / "told")
    count = [pq.read_table(tmp_path / n / "events.parquet").num_rows for n in ("all", "told")]
    assert count == [16, 8]


def test_a_reading_comes_back_whole_but_for_what_is_denied(archive, tmp_path):
    path = export(archive, "jsonl", tmp_path / "out.jsonl")
    found = [Reading.from_json(line) for line in path.read_text("utf-8").splitlines()]
    assert len(found) == 8
    assert all([e.id for e in one.events] == ["ev1"] for one in found)
    assert all(len(one.entities) == 3 for one in found)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_archive_gives_the_same_bytes_and_a_package(archive, tmp_path, name):
    first = export(archive, name, tmp_path / "a")
    second = export(archive, name, tmp_path / "b")
    for one, other in zip(
        sorted(first.parent.iterdir()), sorted(second.parent.iterdir()), strict=True
    ):
        assert one.read_bytes() == other.read_bytes()
    package = json.loads((first.parent / "datapackage.json").read_text("utf-8"))
    resource = package["resources"][0]
    assert resource["path"] == first.name
    assert resource["hash"] == "sha256:" + hashlib.sha256(first.read_bytes()).hexdigest()
    assert package["dragoman"]["events"] == 8
    assert "8 reports" in (first.parent / "DATACARD.md").read_text("utf-8")


def test_another_data_package_is_not_written_over(archive, tmp_path):
    (tmp_path / "datapackage.json").write_text('{"name": "mine"}')
    with pytest.raises(ExportError, match="another data set"):
        export(archive, "csv", tmp_path)


def test_a_format_that_is_not_is_told_with_those_that_are(archive, tmp_path):
    given = ["export", "--archive", str(archive.store.folder), "--out", str(tmp_path)]
    told = CliRunner().invoke(app, [*given, "--to", "xls"])
    assert told.exit_code != 0
    assert "parquet" in told.output
    listed = CliRunner().invoke(app, ["export", "--to", "list"])
    assert "jsonl" in listed.output
    assert CliRunner().invoke(app, [*given, "--to", "csv"]).exit_code == 0
