"""What the pages show that is no plain list: overview, dyads, codebook entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dragoman.archive.listed import columns
from dragoman.archive.query import Filters, between, unordered
from dragoman.archive.schema import Row
from dragoman.archive.store import Store
from dragoman.codebook import find_codebook
from dragoman.web.asked import EVENT_TYPES, AskedError
from dragoman.web.desk import Desk

_COUNTED = ("reports", "events", "statements", "entities", "relations", "places",
            "stories", "actors")  # fmt: skip
_DYAD = re.compile(r"([A-Za-z]{3})-([A-Za-z]{3})", re.ASCII)
_MONTHS = """
select coalesce(substring(published, 1, 7), 'undated') as month, count(*) as reports
from listed_reports group by 1 order by 1 desc limit 60
"""
_SOURCES = """
select coalesce(publisher, 'not known') as source, publisher is not null as known,
 count(*) as reports, min(published) as first, max(published) as last
from listed_reports group by 1, 2 order by reports desc, source limit 30
"""
_STORIES = (
    f"select {columns('stories')} from listed_stories t"
    " order by coalesce(t.date_start, '') desc, t.id limit 8"
)
DYAD_MONTHS = ("month", "events", "cooperation", "conflict", "cooperative", "conflictual")
_DYAD_MONTHS = """
from (
select coalesce(substring(f.day, 1, 7), 'undated') as month, count(*) as events,
 coalesce(sum(f.score) filter (f.score > 0), 0) as cooperation,
 coalesce(sum(f.score) filter (f.score < 0), 0) as conflict,
 count(*) filter (f.score > 0) as cooperative, count(*) filter (f.score < 0) as conflictual
from ({found}) f group by 1 order by 1 desc limit 240  -- the latest
) order by 1
"""


def overview(desk: Desk) -> dict[str, Any]:
    """Return what is in the archive: counts, months, sources, the latest events and stories."""
    one = "select '{0}' as kind, count(*) as n from listed_{0}"
    counts = desk.run(" union all ".join(one.format(kind) for kind in _COUNTED))
    found = {row["kind"]: row["n"] for row in counts}
    types = _types(desk)
    found["events"] = sum(row["events"] for row in types)  # as the list has them
    return {
        "counts": {kind: found[kind] for kind in _COUNTED},
        "months": with_bars(desk.run(_MONTHS)[::-1], "reports"),
        "sources": with_bars(desk.run(_SOURCES), "reports"),
        "types": with_bars(types, "events"),
        "events": _latest_events(desk),
        "stories": desk.run(_STORIES),
    }


def _types(desk: Desk) -> list[Row]:
    query = unordered("events", Filters())
    sql = f"select type, count(*) as events from ({query.sql}) f group by 1 order by 2 desc, 1"
    return desk.run(sql, query.parameters)


def _latest_events(desk: Desk) -> list[Row]:
    query = unordered("events", Filters(historical=False))
    order = "f.published desc nulls last, f.id, f.report_key"
    sql = f"select * from ({query.sql}) f order by {order} limit 8"
    return desk.run(sql, query.parameters)


def with_bars(rows: list[Row], column: str) -> list[Row]:
    """Return rows with `bar`: how large the column is, in percent of the largest."""
    most = max((abs(row[column]) for row in rows), default=0) or 1
    return [{**row, "bar": round(100 * abs(row[column]) / most, 1)} for row in rows]


@dataclass(frozen=True, slots=True)
class Dyad:
    """Two countries: what passed between them by month, either way, and the latest events."""

    first: str
    second: str
    months: list[Row]
    events: list[Row]
    total: int


def dyad(desk: Desk, given: str) -> Dyad:
    """Return what an archive has on two countries.

    Raises:
        AskedError: it is no pair of codes (404).
    """
    found = _DYAD.fullmatch(given)
    if not found:
        raise AskedError("there is no such dyad; write it as RUS-UKR", "not_found", 404)
    first, second = (code.upper() for code in found.groups())
    found_events = between(first, second)
    sql, given_values = found_events.sql, found_events.parameters
    months = desk.run(_DYAD_MONTHS.format(found=sql), given_values)
    latest = f"select * from ({sql}) f order by f.day desc, f.report_key, f.id limit 50"
    events = desk.run(latest, given_values)
    return Dyad(first, second, months, events, sum(row["events"] for row in months))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a codebook's file; `anchor` where an entry begins."""

    number: int
    text: str
    anchor: str | None


_CLASS = re.compile(r"\s*- (?:\{)?id: ([\w-]+)")


def codebook_entry(desk: Desk, event_type: str, version: str | None) -> tuple[str, list[Line]]:
    """Return the codebook's file of an event type, line by line, and the version it is of.

    Args:
        version: a codebook that coded reports of this archive; the installed one where None.

    Raises:
        AskedError: there is no such type or codebook (404).
    """
    if event_type not in EVENT_TYPES:
        raise AskedError("the codebook has no such type", "not_found", 404)
    folder, held = find_codebook(), Store(desk.folder).codebook("x").parent
    if version:
        kept = [path for path in sorted(held.glob("*")) if path.name == version]
        if not kept:
            raise AskedError("there is no such codebook here", "not_found", 404)
        folder = kept[0]
    file = folder / "plover" / f"{EVENT_TYPES[EVENT_TYPES.index(event_type)]}.yaml"
    if not file.is_file():
        raise AskedError("the codebook has no such type", "not_found", 404)
    lines = file.read_text(encoding="utf-8").splitlines()
    return version or "installed", [
        Line(n, text, found[1] if (found := _CLASS.match(text)) else None)
        for n, text in enumerate(lines, 1)
    ]
