"""Measures times as TempEval-3 does (UzZaman et al. 2013): spans, types and values.

A found expression counts where it overlaps a gold one, each used once; its type and its value
count where they are equal to the gold ones then.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from dragoman.codebook import Codebook
from dragoman.evaluate.base import Evaluation, Tally
from dragoman.extract.times import find_times
from dragoman.language.document import Document
from dragoman.language.model import Annotator
from dragoman.records import Span, Time

Pair = tuple[Time, Mapping[str, Any]]
_WORST = 200


class Scores:
    """Counts of one system over all articles."""

    def __init__(self) -> None:
        self.strict = Tally()
        self.span = Tally()
        self.type = Tally()
        self.value = Tally()

    def add(self, found: Sequence[Time], gold: Sequence[Mapping[str, Any]]) -> None:
        """Count one article."""
        pairs = pair(found, gold)
        rights = {
            "span": len(pairs),
            "strict": sum(ours.span == (g["start"], g["end"]) for ours, g in pairs),
            "type": sum(ours.type == g["type"] for ours, g in pairs),
            "value": sum(ours.value == g["value"] for ours, g in pairs),
        }
        for name, right in rights.items():
            getattr(self, name).add(Tally(right, len(found) - right, len(gold) - right))

    def tallies(self) -> dict[str, Tally]:
        """Return the rows of the table, the measure that counts first."""
        return {"value": self.value, "span": self.span, "strict": self.strict, "type": self.type}


def pair(found: Sequence[Time], gold: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """Pair each found time with the first gold one that it overlaps, each used once."""
    free = sorted(gold, key=lambda g: (g["start"], g["end"]))
    pairs: list[Pair] = []
    for ours in sorted(found, key=lambda t: t.span):
        match = next((g for g in free if _overlap(ours.span, (g["start"], g["end"]))), None)
        if match is not None:
            free.remove(match)
            pairs.append((ours, match))
    return pairs


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def naive(doc: Document, published: date | None) -> list[Time]:
    """Return the model's DATE and TIME entities, their values read by dateparser.

    Args:
        doc: an article.
        published: the day that relative times are counted from.
    """
    found = []
    for span, label in doc.entities():
        if label == "DATE":
            found.append(Time(span=span, type="DATE", value=_parse(doc.words(span), published)))
        elif label == "TIME":
            found.append(Time(span=span, type="TIME", value=_parse(doc.words(span), published)))
    return found


def _parse(words: str, published: date | None) -> str:
    import dateparser

    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past"}
    if published is not None:
        settings["RELATIVE_BASE"] = datetime.combine(published, time())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = dateparser.parse(words, languages=["en"], settings=settings)
    return found.date().isoformat() if found else "XXXX-XX-XX"


def evaluate(
    path: Path, annotator: Annotator, codebook: Codebook, *, baseline: bool = False
) -> Evaluation:
    """Measure `find_times` on a file of articles with gold TIMEX3.

    Args:
        path: JSON Lines with `text`, `published` and `times` (start, end, type, value).
        annotator: the language model.
        codebook: its words of time are used.
        baseline: whether to measure spaCy's DATE and TIME entities with dateparser, too.

    Raises:
        KeyError: an item lacks one of these.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    scores, plain = Scores(), Scores()
    outcome = Evaluation("times", len(rows))
    for row, doc in zip(rows, annotator.annotate(row["text"] for row in rows), strict=True):
        published = date.fromisoformat(row["published"]) if row["published"] else None
        found = find_times(doc, published, codebook)
        scores.add(found, row["times"])
        if baseline:
            plain.add(naive(doc, published), row["times"])
        outcome.worst.extend(_errors(row, doc, found))
    for name, tally in scores.tallies().items():
        outcome.add_tally(name, tally)
    if baseline:
        for name, tally in plain.tallies().items():
            outcome.add_tally(f"baseline_{name}", tally)
    order = {"value": 0, "missed": 1, "spurious": 2}
    outcome.worst = sorted(outcome.worst, key=lambda e: (order[e["error"]], e["id"]))[:_WORST]
    return outcome


def _errors(row: Mapping[str, Any], doc: Document, found: Sequence[Time]) -> list[dict[str, Any]]:
    pairs = pair(found, row["times"])
    ours = {time.span for time, _ in pairs}
    theirs = {(gold["start"], gold["end"]) for _, gold in pairs}
    errors = [
        _error("value", row, gold["text"], time.value, gold["value"])
        for time, gold in pairs
        if time.value != gold["value"]
    ]
    errors += [
        _error("missed", row, gold["text"], None, gold["value"])
        for gold in row["times"]
        if (gold["start"], gold["end"]) not in theirs
    ]
    return errors + [
        _error("spurious", row, doc.words(time.span), time.value, None)
        for time in found
        if time.span not in ours
    ]


def _error(
    kind: str, row: Mapping[str, Any], words: str, found: str | None, gold: str | None
) -> dict[str, Any]:
    return {"id": row["id"], "error": kind, "text": words, "found": found, "gold": gold}
