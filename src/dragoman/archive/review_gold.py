"""Reviewed reports as gold: what reviewers confirmed, corrected and added, and what was wrong.

Each record is as its reviewer saw it, whatever it is coded as since: gold does not move with the
program that is measured by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dragoman.archive.reviewed import Reviewed
from dragoman.records import Reading
from dragoman.resolve.reviews import Standing, final

_TABLES = ("entities", "events", "statements", "relations", "places")
_NOT_JUDGED = ("date", "evidence", "trigger", "cameo", "score")  # or written otherwise
_OTHER_EVENT = ("type", "actor", "recipient")  # an event with another of these is another event


def gold(reviewed: Reviewed, *, agreed: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a mapping for each reviewed report that the archive holds, in order of their keys.

    It has the report's `text` and what is known of it; `entities`, `events`, `statements`,
    `relations` and `places` as `dragoman evaluate report` takes them, `at` being where the words
    begin; `names`, what unreviewed entities are called; `wrong`, by table, what was rejected or
    corrected to another event.

    Args:
        agreed: leave out the records on which reviewers disagree.
    """
    for key, (_, prints) in reviewed.reports.items():
        standing = [s for s in reviewed.standing[key] if not (agreed and s.conflict)]
        if standing:
            yield _report(key, prints.reading, standing)


def _report(key: str, reading: Reading, standing: list[Standing]) -> dict[str, Any]:
    report = reading.report
    made: dict[str, Any] = {
        name: getattr(report, name)
        for name in ("id", "title", "published", "source", "url", "language", "text")
    }
    made |= {"report": key, "reviewers": sorted({r.who for s in standing for r in s.latest})}
    made |= {table: [] for table in _TABLES}
    made["wrong"] = {table: [] for table in _TABLES}
    for one in standing:
        review, told = one.review, final(one.review)
        table, seen = review.kind, review.seen
        if told:
            made[table].append(_row(table, told, report.text))
        if not told or (table == "events" and any(told[f] != seen[f] for f in _OTHER_EVENT)):
            made["wrong"][table].append(_row(table, seen, report.text))
    known = {entity["name"] for entity in made["entities"]}
    made["names"] = [
        {"name": e.name, "variants": sorted({m.text for m in e.mentions if m.kind != "pronoun"})}
        for e in reading.entities
        if e.name not in known
    ]
    return made


def _row(table: str, told: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a record in words as gold has it."""
    if table == "events":
        date = told["date"]
        words = told["evidence"] or told["trigger"]
        left = {k: v for k, v in told.items() if k not in _NOT_JUDGED}
        return {**left, "trigger": told["trigger"][0]["text"], "in": words[0]["text"],
                "at": words[0]["span"][0], "date": date["value"] or date["start"]}  # fmt: skip
    if table == "statements":
        start, end = told["content"][0]["span"] if told["content"] else (0, 0)
        cue = told["cue"][0]["text"] if told["cue"] else None
        return {"kind": told["kind"], "source": told["source"], "addressee": told["addressee"],
                "cue": cue, "content": text[start:end], "at": start}  # fmt: skip
    if table == "relations":
        return {"subject": told["subject"], "predicate": told["predicate"],
                "object": told["object"] or told["literal"]}  # fmt: skip
    return {name: value for name, value in told.items() if name != "first"}
