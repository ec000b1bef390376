"""The measures of times, on articles made up for the project."""

import json
from datetime import date
from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.evaluate.times import Scores, evaluate, naive, pair
from dragoman.language import Annotator
from dragoman.records import Time

TEXT = "The ministers met on 3 May 2016. They will meet again on 7 June 2016."


def _gold(words: str, value: str, kind: str = "DATE") -> dict[str, object]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words, "type": kind, "value": value}


def test_value_counts_only_where_equal() -> None:
    first, second = _gold("3 May 2016", "2016-05-03"), _gold("7 June 2016", "2016-06-07")
    scores = Scores()
    found = [
        Time(span=(first["start"], first["end"]), type="DATE", value="2016-05-03"),  # type: ignore[arg-type]
        Time(span=(second["start"] + 2, second["end"]), type="TIME", value="2016-06-08"),  # type: ignore[operator,arg-type]
        Time(span=(0, 3), type="DATE", value="2016"),
    ]
    scores.add(found, [first, second])
    assert (scores.value.right, scores.value.spurious, scores.value.missed) == (1, 2, 1)
    assert (scores.strict.right, scores.span.right, scores.type.right) == (1, 2, 1)


def test_a_gold_time_is_paired_once() -> None:
    gold = _gold("3 May 2016", "2016-05-03")
    start = int(str(gold["start"]))
    halves = [
        Time(span=(start, start + 5), type="DATE", value="a"),
        Time(span=(start + 6, start + 10), type="DATE", value="b"),
    ]
    assert [ours.value for ours, _ in pair(halves, [gold])] == ["a"]


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    row = {
        "id": "made-up",
        "published": "2016-05-20",
        "text": TEXT,
        "times": [_gold("3 May 2016", "2016-05-03"), _gold("7 June 2016", "2016-06-09")],
    }
    path = tmp_path / "times.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_evaluate_prints_every_figure(
    gold_file: Path, annotator: Annotator, codebook: Codebook
) -> None:
    outcome = evaluate(gold_file, annotator, codebook, baseline=True)
    assert outcome.items == 1
    assert outcome.figures["strict_f1"] == 1.0
    assert outcome.figures["value_f1"] == 0.5
    assert 0 <= outcome.figures["baseline_value_f1"] <= 1
    assert [error["gold"] for error in outcome.worst if error["error"] == "value"] == ["2016-06-09"]


def test_baseline_is_left_out_unless_asked_for(
    gold_file: Path, annotator: Annotator, codebook: Codebook
) -> None:
    figures = evaluate(gold_file, annotator, codebook).figures
    assert not [name for name in figures if name.startswith("baseline")]


def test_naive_reads_a_full_date(annotator: Annotator) -> None:
    doc = next(iter(annotator.annotate([TEXT])))
    assert "2016-05-03" in [time.value for time in naive(doc, date(2016, 5, 20))]
