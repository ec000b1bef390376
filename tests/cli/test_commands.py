"""The command line as a person uses it: messages, exit codes, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dragoman.cli import app

TEXT = "Kenya's president met the Ugandan foreign minister in Entebbe on Friday.\n"
KEYS = ["report", "pipeline", "entities", "events", "statements", "relations", "places", "times"]
COMMANDS = [
    ["read"],
    ["evaluate"],
    ["ingest"],
    *(["codebook", name] for name in ("check", "test", "explain", "diff")),
]
run = CliRunner().invoke


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "a.txt"
    file.write_text(TEXT)
    return file


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    result = run(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Example" in result.output


def test_json_has_exactly_the_keys_of_the_records(text: Path) -> None:
    result = run(app, ["read", str(text), "--published", "2017-08-14", "--json"])
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert list(found) == KEYS
    assert found["report"]["text"] == TEXT
    assert found["events"][0]["type"] == "CONSULT"
    assert found["events"][0]["date"]["start"] == "2017-08-11"


def test_the_page_shows_what_happened(text: Path) -> None:
    result = run(app, ["read", str(text), "--published", "2017-08-14"])
    assert result.exit_code == 0
    for words in ("What happened", "CONSULT", "2017-08-11", "Entebbe", "Who is who"):
        assert words in result.stdout


def test_good_reports_are_read_beside_bad_ones(text: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(json.dumps({"text": TEXT}) + "\n{oops\n" + json.dumps({"title": "none"}) + "\n")
    result = run(app, ["read", str(bad), str(text), str(tmp_path / "gone.txt"), "--json"])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert f"{bad}:2: this line is not JSON" in result.stderr
    assert f"{bad}:3: the report has no `text`" in result.stderr
    assert "gone.txt: there is no such file" in result.stderr
    assert "3 reports could not be read" in result.stderr


def test_another_language_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Der Präsident traf am Dienstag in Berlin die Außenministerin von Uganda. " * 3)
    result = run(app, ["read", str(file)])
    assert result.exit_code == 1
    assert "another language (de)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["read", "no-such-file.txt"], "no such file"),
        (["read", "{text}", "--published", "2017-02-31"], "is no date"),
        (["read", "{text}", "--codebook", "no-such-folder"], "no-such-folder"),
        (["evaluate", "times", "no-such-file.jsonl"], "no such file"),
        (["evaluate", "times", "{text}"], "is not gold for times"),
        (["codebook", "explain", " "], "the sentence is empty"),
        (["ingest", "--archive", "x"], "name a SOURCE"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_misuse_says_what_is_wrong(text: Path, arguments: list[str], message: str) -> None:
    result = run(app, [part.format(text=text) for part in arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_imports_are_lazy() -> None:
    code = "import sys, dragoman.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("spacy", "numpy", "pyarrow", "trafilatura", "dateparser", "sklearn", "duckdb"):
        assert f"'{heavy}'" not in loaded.stdout


def test_a_dry_run_keeps_to_the_limit(tmp_path: Path) -> None:
    lines = tmp_path / "reports.jsonl"
    lines.write_text("".join(f'{{"id": "r{n}", "text": "Kenya met Uganda {n}."}}\n' for n in "abc"))
    command = ["ingest", str(lines), "--archive", str(tmp_path / "archive"), "--dry-run"]
    assert "3 new" in run(app, command).stdout
    assert "2 new" in run(app, [*command, "--limit", "2"]).stdout
    assert not (tmp_path / "archive").exists()


def test_an_archive_takes_reports_once(text: Path, tmp_path: Path) -> None:
    from dragoman.archive.archive import Archive

    archive = tmp_path / "archive"
    command = ["ingest", str(text), "--archive", str(archive), "--published", "2017-08-14"]
    assert "1 new" in run(app, [*command, "--dry-run"]).stdout
    assert run(app, command).exit_code == 0
    assert "1 known already" in run(app, command).stdout
    rows = Archive(archive).events(type="CONSULT", country="KEN").to_pylist()
    assert [row["day"] for row in rows] == ["2017-08-11"]


def test_two_ingests_at_once_and_no_room_to_write(text: Path, tmp_path: Path) -> None:
    from dragoman.archive.store import Store

    archive = tmp_path / "archive"
    command = ["ingest", str(text), "--archive", str(archive)]
    with Store(archive).lock():
        held = run(app, command)
    assert held.exit_code != 0
    assert "another process is writing" in held.output
    (tmp_path / "file").write_text("no folder")
    refused = run(app, ["ingest", str(text), "--archive", str(tmp_path / "file" / "archive")])
    assert refused.exit_code != 0
    assert "cannot be written to" in refused.output
    assert "Traceback" not in held.output + refused.output


def test_what_failed_is_read_again_when_asked(tmp_path: Path) -> None:
    from dragoman.archive.archive import Archive

    archive = tmp_path / "archive"
    lines = tmp_path / "reports.jsonl"
    words = "Kenya's foreign minister met Uganda's ambassador in Nairobi on Friday. " * 400
    lines.write_text(f'{{"id": "slow", "text": "{words}", "published": "2017-08-14"}}\n')
    command = ["ingest", str(lines), "--archive", str(archive)]
    first = run(app, [*command, "--seconds", "0.1"])
    assert first.exit_code != 0
    assert "more than 0.1 seconds" in first.output
    assert "1 known already" in run(app, command).output
    again = run(app, ["ingest", "--archive", str(archive), "--retry-failures"])
    assert again.exit_code == 0
    assert Archive(archive).sql("select id from reports").to_pylist() == [{"id": "slow"}]
