"""The example corpus is well formed, and is read about as well as docs/quality.md says."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from dragoman.records import EventType

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "examples" / "corpus"
Row = dict[str, Any]


def load_lines(name: str) -> list[Row]:
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


REPORTS = {report["id"]: report for report in load_lines("reports.jsonl")}
GOLD = load_lines("gold.jsonl")
STORIES = json.loads((CORPUS / "stories.json").read_text("utf-8"))


def test_there_are_sixty_reports_of_twenty_stories_by_several_publishers() -> None:
    assert len(REPORTS) >= 60
    assert len(STORIES) == 20
    assert 5 <= len({report["source"] for report in REPORTS.values()}) <= 6
    assert all(report["url"].startswith("https://example.org/") for report in REPORTS.values())
    assert all(60 <= len(report["text"].split()) <= 160 for report in REPORTS.values())
    assert "made up for the project" in (CORPUS / "README.md").read_text("utf-8")


def test_each_report_has_gold_and_its_words_stand_in_the_text() -> None:
    assert [line["id"] for line in GOLD] == list(REPORTS)
    for line in GOLD:
        text = REPORTS[line["id"]]["text"]
        for event in line["events"]:
            assert event["type"] in get_args(EventType)
            assert text.count(event["trigger"]) == 1, (line["id"], event["trigger"])
            assert event["place"] is None or event["place"] in text
            assert event["date"] is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", event["date"])
            for party in event["actor"] + event["recipient"]:
                assert party["words"] is None or party["words"] in text


def test_stories_hold_each_report_once_and_copies_are_near_the_same() -> None:
    told = [key for story in STORIES.values() for key in story["reports"]]
    assert sorted(told) == sorted(key for key in REPORTS if key.startswith("s"))
    for story in STORIES.values():
        for first, copy in story["copies"]:
            words = set(REPORTS[first]["text"].split()), set(REPORTS[copy]["text"].split())
            assert len(words[0] & words[1]) / len(words[1]) > 0.8
            assert REPORTS[first]["title"] != REPORTS[copy]["title"]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    spec = importlib.util.spec_from_file_location("corpus", ROOT / "bench" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    corpus = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(corpus)
    measured: dict[str, float] = corpus.measure(
        corpus.ingest(tmp_path_factory.mktemp("corpus") / "archive")
    )
    return measured


@pytest.mark.parametrize(
    ("figure", "least"),
    [
        ("found, any type", 0.78),
        ("events precision", 0.55),
        ("events recall", 0.72),
        ("actor country", 0.87),
        ("recipient country", 0.63),
        ("date", 0.83),
        ("place", 0.40),
        ("told as background", 0.82),
        ("told as news", 0.95),
        ("copies, precision", 0.95),
        ("copies, recall", 0.95),
        ("stories, pairs, precision", 0.95),
        ("stories, pairs, recall", 0.38),
    ],
)
def test_the_reading_reaches_its_minimums(
    figures: dict[str, float], figure: str, least: float
) -> None:
    assert figures[figure] >= least
