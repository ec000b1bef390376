"""Reports from files of every kind, and a clear reason where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dragoman.records import Report
from dragoman.sources import Failure, read_files
from dragoman.sources.text import MAX_BYTES

TEXT = "The harbour council met the dockers' union on Tuesday and agreed to a new timetable.\n"
PAGE = """<!doctype html><html lang="en"><head><title>Council meets union</title>
<meta property="og:site_name" content="Harbour Gazette">
<meta property="article:published_time" content="2026-02-03T10:00:00Z"></head>
<body><nav><a href="/">Home</a><a href="/sport">Sport</a></nav><article><h1>Council meets union</h1>
<p>The harbour council met the dockers' union on Tuesday and agreed to a new timetable.</p>
<p>The union said that its members would return to work on Thursday after a long strike.</p>
<script>alert("x")</script></article></body></html>"""


def _read(path: Path, published: str | None = None) -> list[Report | Failure]:
    return list(read_files([str(path)], published))


def _reason(path: Path) -> str:
    (found,) = _read(path)
    assert isinstance(found, Failure)
    return str(found)


def test_text_is_kept_to_the_character(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = "  Tripoli\r\n\r\n“Yes”\tshe said…\n"
    file.write_bytes(text.encode())
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert report.text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(("Señor Núñez met “them”. " * 5).encode(encoding))
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert report.text.startswith("Señor Núñez met “them”")


def test_an_old_encoding_is_guessed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = "The minister said the café in Málaga would close in February, señores. " * 20
    file.write_bytes(text.encode("cp1252"))
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert "Málaga" in report.text


def test_a_page_gives_its_article_and_metadata(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(PAGE, encoding="utf-8")
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert report.published == "2026-02-03"
    assert report.source == "Harbour Gazette"
    assert report.title == "Council meets union"
    assert "dockers' union" in report.text
    assert "alert" not in report.text
    assert "Sport" not in report.text


def test_good_lines_are_read_beside_bad_ones(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    good = {"id": "r1", "text": TEXT, "published": "December 17, 2016 9:43 PM", "source": "Gazette"}
    lines = [
        json.dumps(good),
        '{"text": "unclosed',
        "",
        '{"title": "no text"}',
        '["a list"]',
        json.dumps({"id": "r2", "text": TEXT, "published": "2017-02-31"}),
        json.dumps({"id": "r3", "text": 7}),
        '{"id": "r4", "text": "half \\ud800 character"}',
        json.dumps({"id": "r5", "text": TEXT}),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    found = _read(file)
    reports = [one for one in found if isinstance(one, Report)]
    failures = {one.line: one for one in found if isinstance(one, Failure)}
    assert [r.id for r in reports] == ["r1", "r5"]
    assert reports[0].published == "2016-12-17"
    assert "not JSON" in failures[2].reason
    assert "has no `text`" in failures[4].reason
    assert "not an object" in failures[5].reason
    assert "no such date" in failures[6].reason
    assert failures[6].report == "r2"
    assert "not a string" in failures[7].reason
    assert 8 in failures
    assert str(failures[2]).startswith(f"{file}:2: ")


def test_a_time_without_a_day_is_no_date(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": TEXT, "published": "12:01 PM, "}), encoding="utf-8")
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert report.published is None


def test_a_pretty_printed_object_is_one_report(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"id": "x", "text": TEXT}, indent=2), encoding="utf-8")
    (report,) = _read(file)
    assert isinstance(report, Report)
    assert report.id == "x"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "the text is empty"),
        ("blank.txt", b" \n\t\n", "the text is empty"),
        ("binary.txt", bytes(range(256)) * 40, "binary"),
        ("image.txt", b"\x89PNG\r\n\x1a\n" + b"\0\x01" * 200, "binary"),
        ("nav.html", b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "no article"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert reason in _reason(file)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as out:
        out.truncate(max(50_000_000, MAX_BYTES + 1))
    assert "Split it" in _reason(file)


def test_a_missing_file_and_an_empty_folder_say_so(tmp_path: Path) -> None:
    assert "no such file" in _reason(tmp_path / "none.txt")
    assert "holds no" in _reason(tmp_path)


def test_a_folder_is_read_in_order_of_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.bin"):
        (tmp_path / name).write_text(f"{name} {TEXT}", encoding="utf-8")
    texts = [r.text[:5] for r in _read(tmp_path) if isinstance(r, Report)]
    assert texts == ["a.txt", "b.txt"]


def test_the_given_day_dates_only_what_has_none(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [{"text": TEXT}, {"text": TEXT + "!", "published": "2017-08-14"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    days = [r.published for r in _read(file, "2020-01-02") if isinstance(r, Report)]
    assert days == ["2020-01-02", "2017-08-14"]
