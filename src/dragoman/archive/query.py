"""What can be asked of an archive: filters over a table, as one SQL query with parameters.

Every value that a user gives is a parameter; only names from the lists here become SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

from dragoman.archive.listed import BETWEEN, columns

Kind = Literal[
    "events", "statements", "entities", "relations", "places", "reports", "stories", "actors"
]
By = Literal["day", "month", "year", "type", "dyad", "country", "source", "place"]

# what each value of the filter `reviewed` asks of a row of `reviews`
REVIEWED = {"yes": "true", "no": "true", "confirmed": "v.verdict = 'confirm'",
            "corrected": "v.verdict = 'correct'", "rejected": "v.verdict = 'reject'",
            "added": "v.added"}  # fmt: skip


class FilterError(ValueError):
    """A filter that does not fit the table or is mistaken; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to keep. A field that is None keeps all.

    Attributes:
        type, mode: PLOVER type ("ASSAULT") and mode of events.
        actor: words in the name of a party (either side) or of a statement's source.
        country: ISO 3166-1 alpha-3 of a party, either side.
        sector: PLOVER sector of a party, either side.
        dyad: "RUS-UKR", actor first (of a symmetric event in alphabetical order); "*" for any.
        place: words in the name of an event's place, or a country's code.
        since, until: ISO dates, inclusive; of the event, else of its report.
        factuality: "asserted", "future", "hypothetical", "negated", or "any"; where None,
            negated and hypothetical events are left out.
        historical: True or False for background or news alone.
        confidence: at least this.
        source: words in the publisher's name.
        text: words in the evidence, the content or the text.
        report: a report's id or key.
        min_sources: at least so many independent sources (stories).
        reviewed: "yes" or "no" for records with or without a review, "confirmed", "corrected",
            "added" (by hand alone), or "rejected" (there alone where reviews are not applied).
    """

    type: str | None = None
    mode: str | None = None
    actor: str | None = None
    country: str | None = None
    sector: str | None = None
    dyad: str | None = None
    place: str | None = None
    since: str | None = None
    until: str | None = None
    factuality: str | None = None
    historical: bool | None = None
    confidence: float | None = None
    source: str | None = None
    text: str | None = None
    report: str | None = None
    min_sources: int | None = None
    reviewed: str | None = None


@dataclass(slots=True)
class Query:
    """A query with its parameters, in order."""

    sql: str
    parameters: list[Any]


_AMONG = f"contains(t.{{}}, {BETWEEN} || upper(?) || {BETWEEN})"  # one of several codes
_REPORT = "(t.report_id = ? or t.report = ?)"
_PUBLISHER = "contains(lower(t.publisher), lower(?))"
_NAMED = "contains(t.in_names, lower(?))"
_SAID = "contains(t.in_words, lower(?))"
# how each filter reads in SQL; "?" stands for the value, as often as it is counted
_SIDES = {
    "type": "t.type = upper(?)",
    "mode": "t.mode = ?",
    "actor": _NAMED,
    "country": _AMONG.format("in_countries"),
    "sector": _AMONG.format("in_sectors"),
    "place": "(contains(lower(t.place_name), lower(?)) or t.place_country = upper(?))",
    "text": _SAID,
}
_OF_REPORT = {
    "since": "t.published >= ?",
    "until": "t.published <= ?",
    "source": _PUBLISHER,
    "report": _REPORT,
}
_CLAUSES: dict[str, dict[str, str]] = {
    "events": {
        **_SIDES,
        "since": "t.day >= ?",
        "until": "t.day <= ?",
        "historical": "t.historical = ?",
        "confidence": "t.confidence >= ?",
        "source": _PUBLISHER,
        "report": _REPORT,
    },
    "statements": {**_OF_REPORT, "type": "t.kind = lower(?)", "actor": _NAMED, "text": _SAID},
    "entities": {
        **_OF_REPORT,
        "type": "t.type = lower(?)",
        "actor": _NAMED,
        "country": "t.country = upper(?)",
        "sector": _AMONG.format("in_sectors"),
    },
    "relations": {
        **_OF_REPORT,
        "type": "t.predicate = lower(?)",
        "actor": _NAMED,
        "confidence": "t.confidence >= ?",
        "text": _SAID,
    },
    "places": {
        **_OF_REPORT,
        "place": "(contains(lower(t.name), lower(?)) or t.country = upper(?))",
        "country": "t.country = upper(?)",
        "confidence": "t.confidence >= ?",
    },
    "reports": {**_OF_REPORT, "report": "(t.id = ? or t.key = ?)", "text": _SAID},
    "stories": {
        **_SIDES,
        "since": "coalesce(t.date_end, t.date_start) >= ?",
        "until": "t.date_start <= ?",
        "report": "list_contains(list_transform(t.events, lambda e: e.report), ?)",
        "min_sources": "t.sources >= ?",
    },
    "actors": {
        "type": "t.type = lower(?)",
        "actor": _NAMED,
        "country": "t.country = upper(?)",
        "sector": _AMONG.format("in_sectors"),
        "since": "t.last_day >= ?",
        "until": "t.first_day <= ?",
    },
}
_COLUMNS = {
    "events": """t.report_id, t.published, t.publisher as source, t.id, t.type, t.mode, t.day,
 t.date.start as date_start, t.date.end as date_end, t.date.basis as date_basis,
 t.actor_name, t.actor_country, t.actor_sectors,
 t.recipient_name, t.recipient_country, t.recipient_sectors,
 t.place_name, t.place_country, t.latitude, t.longitude, t.factuality, t.historical, t.told_by,
 t.attribution.hedge as hedge, t.quantities, t.contexts, t.cameo, t.score, t.confidence, t.rule,
 t.words, t.trigger, t.report as report_key, t.url, t.title""",
    "statements": """t.report_id, t.published, t.publisher, t.id, t.kind,
 t.source_name, t.addressee_name, t.cue_words, t.words, t.hedge, t.report as report_key, t.url""",
    "entities": """t.report_id, t.published, t.publisher, t.id, t.name, t.type,
 t.country, t.sectors, t.external_id, t.report as report_key""",
    "relations": """t.report_id, t.published, t.publisher, t.id, t.subject_name,
 t.predicate, t.object_name, t.literal, t.start, t.end, t.words, t.confidence,
 t.report as report_key""",
    "places": """t.report_id, t.published, t.id, t.name, t.geonameid, t.feature, t.country,
 t.admin1, t.latitude, t.longitude, t.confidence, t.report as report_key""",
    "reports": """t.id as report_id, t.published, t.publisher as source, t.title, t.url,
 t.language, t.characters, t.copy_of, t.key as report_key""",
    "stories": columns("stories"),
    "actors": columns("actors"),
}
_GROUPS = {
    "day": "t.day",
    "month": "substring(t.day, 1, 7)",  # twice as quick as t.day[1:7]
    "year": "substring(t.day, 1, 4)",
    "type": "t.type",
    "dyad": "d.dyad",
    "country": "c.country",
    "source": "t.publisher",
    "place": "t.place_name",
}
_JOINS = {
    "dyad": " cross join lateral (select unnest(t.dyads) as dyad) d",
    "country": " cross join lateral (select unnest(list_distinct(list_concat(t.actor_country,"
    " t.recipient_country))) as country) c",
}
# what asks for columns of an event's report or for its very day; counts of all else need no join
_OF_ITS_REPORT = {"day", "since", "until", "source", "report"}
_ORDER = {
    "events": "t.day, t.report, t.trigger[1], t.id",
    "reports": "t.published, t.key",
    "stories": "t.date_start, t.id",
    "actors": "t.reports desc, t.name, t.id",
}

_DAY = {"events": "t.day", "stories": "t.date_start"}  # what is first in the order; else published
FAR = 10_000  # rows before a page


def _from(kind: Kind) -> str:
    return f"from listed_{kind} t"


def _where(kind: Kind, filters: Filters) -> Query:
    clauses, parameters = [], []
    known = _CLAUSES[kind]
    for field in fields(filters):
        value = getattr(filters, field.name)
        if value is None or field.name in ("factuality", "dyad", "reviewed"):
            continue
        if field.name not in known:
            raise FilterError(f"{kind} have no {field.name} to filter by")
        clauses.append(known[field.name])
        parameters += [value] * known[field.name].count("?")
    extras = [_dyad(filters.dyad)] if kind in ("events", "stories") else []
    if kind == "events":
        extras.insert(0, _factuality(filters.factuality))
    elif filters.factuality or (filters.dyad and not extras):
        raise FilterError(f"{kind} have no dyad or factuality to filter by")
    extras.append(_reviewed(kind, filters.reviewed))
    for extra in extras:
        clauses.append(extra.sql)
        parameters += extra.parameters
    kept = [clause for clause in clauses if clause]
    return Query(f" where {' and '.join(kept)}" if kept else "", parameters)


def _factuality(wanted: str | None) -> Query:
    if wanted == "any":
        return Query("", [])
    if wanted is None:
        return Query("t.factuality in ('asserted', 'future')", [])
    return Query("t.factuality = lower(?)", [wanted])


def _reviewed(kind: Kind, wanted: str | None) -> Query:
    if wanted is None:
        return Query("", [])
    if kind in ("reports", "stories", "actors"):
        raise FilterError(f"{kind} have no review to filter by")
    if wanted not in REVIEWED:
        raise FilterError(f"reviewed is one of {', '.join(REVIEWED)}; not {wanted!r}")
    has = "not exists" if wanted == "no" else "exists"
    sql = (
        f"{has} (select 1 from reviews v where v.report = t.report and v.record = t.id"
        f" and v.kind = '{kind}' and v.state = 'applied' and {REVIEWED[wanted]})"
    )
    return Query(sql, [])


def _dyad(wanted: str | None) -> Query:
    if wanted is None:
        return Query("", [])
    first, dash, second = wanted.partition("-")
    if not dash or not first or not second:
        raise FilterError(f"{wanted!r} is no dyad; write it as RUS-UKR, with * for any")
    # a code that is not told has neither letters nor an end
    begin, one = ("", "") if first == "*" else (BETWEEN, first)
    other, end = ("", "") if second == "*" else (second, BETWEEN)
    known = f"{one}-{other}"
    parts = " || ".join(part for part in (begin, "upper(?)", end) if part)
    return Query(f"contains(t.in_dyads, {parts})", [known])


def select(kind: Kind, filters: Filters, *, limit: int | None = None, offset: int = 0) -> Query:
    """Return the query for the rows of a table that pass the filters, in a fixed order.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    order = f"order by {_ORDER.get(kind, 't.published, t.report, t.id')}"
    if limit is None:
        return Query(f"select {_COLUMNS[kind]} {_from(kind)}{where.sql} {order}", where.parameters)
    page = _far if kind != "actors" and offset >= FAR else _near
    first = page(kind, where, order, int(limit), int(offset))
    # which rows first, by few columns; then all columns of those
    sql = (
        f"with {first.sql} select {_COLUMNS[kind]} {_from(kind)}"
        f" semi join page p on p.row_id = t.row_id {order}"
    )
    return Query(sql, first.parameters)


def _near(kind: Kind, where: Query, order: str, limit: int, offset: int) -> Query:
    """Return `page`: the rows of a page; all are looked through for the first of them."""
    some = f"{order} limit {limit} offset {offset}"
    sql = f"page as materialized (select t.row_id {_from(kind)}{where.sql} {some})"
    return Query(sql, where.parameters)


def _far(kind: Kind, where: Query, order: str, limit: int, offset: int) -> Query:
    """Return `page` of rows far on: counts by day tell of which days they are, so few are sorted.

    What has no day comes last.
    """
    day = f"coalesce({_DAY.get(kind, 't.published')}, '~')"
    sql = (
        f"days as (select {day} as day, count(*) as n {_from(kind)}{where.sql} group by 1),"
        " upto as (select day, n, sum(n) over (order by day) as n_with from days),"
        " those as materialized (select day, n_with - n as n_before from upto"
        f" where n_with > {offset} and n_with - n < {offset + limit}),"
        f" page as materialized (select t.row_id {_from(kind)}{where.sql}"
        f" {'and' if where.sql else 'where'} {day} in (select day from those) {order}"
        f" limit {limit} offset (select coalesce({offset} - min(n_before), 0)::bigint from those))"
    )
    return Query(sql, [*where.parameters, *where.parameters])


def total(kind: Kind, filters: Filters) -> Query:
    """Return the query for how many rows pass the filters, as `n`.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    return Query(f"select count(*) as n {_from(kind)}{where.sql}", where.parameters)


def unordered(kind: Kind, filters: Filters, columns: str = "") -> Query:
    """Return the query of `select` without its order, for what is made of all its rows.

    Args:
        kind: the list.
        filters: which rows.
        columns: SQL for other columns than those of the list, of the row `t`.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    shown = columns or _COLUMNS[kind]
    return Query(f"select {shown} {_from(kind)}{where.sql}", where.parameters)


def grouped(kind: Kind, filters: Filters, names: list[str]) -> Query:
    """Return the query that counts rows by each of several columns, and all of them, at once.

    It gives the values as `v0`, `v1`, …, the rows as `n`, and as `groups` which columns a row is
    not of: a bit for each, the last column's the lowest.

    Args:
        names: columns of the kind's view.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    values = ", ".join(f"t.{name} as v{n}" for n, name in enumerate(names))
    listed = ", ".join(f"t.{name}" for name in names)
    sets = ", ".join(f"(t.{name})" for name in names)
    sql = (
        f"select {values}, grouping({listed}) as groups, count(*) as n {_from(kind)}{where.sql}"
        f" group by grouping sets ({sets}, ())"
    )
    return Query(sql, where.parameters)


def between(first: str, second: str) -> Query:
    """Return the query for the events from one country to another or back, unordered."""
    ways = [_dyad(f"{a}-{b}") for a, b in ((first, second), (second, first))]
    sql = (
        f"select {_COLUMNS['events']} {_from('events')} where {_factuality(None).sql}"
        f" and ({ways[0].sql} or {ways[1].sql})"
    )
    return Query(sql, [*ways[0].parameters, *ways[1].parameters])


def count(filters: Filters, by: list[By]) -> Query:
    """Return the query that counts events by one or more groups, most first.

    An event between several countries counts once in each of its dyads; one without two known
    countries in none.

    Raises:
        FilterError: there is no such group, or a filter is mistaken.
    """
    unknown = [name for name in by if name not in _GROUPS]
    if unknown or not by:
        raise FilterError(f"events are counted by: {', '.join(_GROUPS)}; not {', '.join(unknown)}")
    where = _where("events", filters)
    names = ", ".join(f"{_GROUPS[name]} as {name}" for name in by)
    joins = "".join(_JOINS.get(name, "") for name in by)
    groups = ", ".join(map(str, range(1, len(by) + 1)))
    asked = {*by, *(f.name for f in fields(filters) if getattr(filters, f.name) is not None)}
    rows = "listed_events" if asked & _OF_ITS_REPORT else "counted_events"
    sql = (
        f"select {names}, count(*) as events, round(avg(t.score), 2) as mean_score"
        f" from {rows} t{joins}{where.sql} group by {groups} order by {groups}"
    )
    return Query(sql, where.parameters)
