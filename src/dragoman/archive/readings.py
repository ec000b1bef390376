"""Whole readings back out of an archive's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from dragoman.archive.schema import DETAILS
from dragoman.archive.store import ArchiveError
from dragoman.records import Pipeline, Reading, Report
from dragoman.resolve.reviews import ADDED

if TYPE_CHECKING:
    from dragoman.archive.archive import Archive

AT_ONCE = 500  # reports whose rows are in memory together
_PIPELINE = ("dragoman", "model", "codebook")


def readings(archive: Archive, keys: Iterable[str] | None = None) -> Iterator[Reading]:
    """Yield the readings of reports, some hundred in memory at a time.

    Args:
        archive: an archive.
        keys: keys of reports (`reports.key`), in the order wanted; all in order of key where None.

    Raises:
        ArchiveError: a report is not in the archive.
    """
    if keys is None:
        column = archive.sql("select key from reports order by key").column("key")
        keys = column.to_pylist()
    remaining = iter(keys)
    while part := list(islice(remaining, AT_ONCE)):
        yield from _part(archive, part)


def _part(archive: Archive, keys: Sequence[str]) -> Iterator[Reading]:
    marks = ", ".join("?" * len(keys))
    query = f"select distinct month from listed_reports where key in ({marks}) order by month"
    months: list[str] = archive.sql(query, list(keys)).column("month").to_pylist()
    reports = _rows(archive, "reports", "key", keys, months)
    details = {table: _rows(archive, table, "report", keys, months) for table in DETAILS}
    for key in keys:
        if key not in reports:
            raise ArchiveError(f"there is no report {key!r} in {archive.store.folder}")
        found = {table: details[table].get(key, []) for table in DETAILS}
        yield _reading(reports[key][0], found)


def _rows(
    archive: Archive, table: str, column: str, keys: Sequence[str], months: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each report, in the order they were made.

    A report's rows are in the files of its month: no others are read.
    """
    marks = ", ".join("?" * len(keys))
    query = f"select * from ({archive.of_months(table, months)}) where {column} in ({marks})"
    grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in archive.sql(query, list(keys)).to_pylist():
        grouped[row[column]].append(row)
    return grouped


def _reading(report: dict[str, Any], details: dict[str, list[dict[str, Any]]]) -> Reading:
    mentions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(details["mentions"], key=lambda m: m["span"]):
        mentions[row["entity"]].append(row)
    for row in details["entities"]:
        row["mentions"] = mentions[row["id"]]
    whole = {table: sorted(details[table], key=key) for table, key in _ORDER.items()}
    whole["pipeline"] = {name: report[name] for name in _PIPELINE}  # type: ignore[assignment]
    whole["report"] = report  # type: ignore[assignment]
    return msgspec.convert(whole, Reading)


def _number(row: dict[str, Any]) -> tuple[Any, ...]:
    if row["id"].startswith(ADDED):  # by hand, after what was coded
        return (1, row.get("trigger"), row["id"])
    return (0, int("".join(c for c in row["id"] if c.isdigit()) or 0))


def _statement_place(row: dict[str, Any]) -> tuple[Any, ...]:
    first = row["content"][0] if row["content"] else row["cue"] or []
    return (min(first, row["cue"] or first), row["id"])


# the order in which a reading lists its records
_ORDER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "entities": lambda row: (row["mentions"][0]["span"] if row["mentions"] else [0, 0], row["id"]),
    "events": _number,
    "statements": _statement_place,
    "relations": lambda row: (row["evidence"], row["id"]),
    "places": _number,
    "times": lambda row: row["span"],
}


assert set(_PIPELINE) == set(Pipeline.__struct_fields__)
assert "text" in Report.__struct_fields__
