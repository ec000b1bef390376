"""What can be asked of an archive: filters over a table, as one SQL query with parameters.

Every value that a user gives is a parameter; only names from the lists here become SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal

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


_EVENT_DAY = "coalesce(t.date.start, t.date.end, r.published)"
# how each filter reads in SQL; "?" stands for the value, as often as it is counted
_EVENTS = {
    "type": "t.type = upper(?)",
    "mode": "t.mode = ?",
    "actor": "list_contains(list_transform(list_concat(t.actor_name, t.recipient_name),"
    " lambda x: contains(lower(x), lower(?))), true)",
    "country": "list_contains(list_concat(t.actor_country, t.recipient_country), upper(?))",
    "sector": "list_contains(flatten(list_concat(t.actor_sectors, t.recipient_sectors)), upper(?))",
    "place": "(contains(lower(t.place_name), lower(?)) or t.place_country = upper(?))",
    "since": f"{_EVENT_DAY} >= ?",
    "until": f"{_EVENT_DAY} <= ?",
    "historical": "t.historical = ?",
    "confidence": "t.confidence >= ?",
    "source": "contains(lower(r.source), lower(?))",
    "text": "contains(lower(t.words), lower(?))",
    "report": "(r.id = ? or r.key = ?)",
}
_OF_REPORT = {
    "since": "r.published >= ?",
    "until": "r.published <= ?",
    "source": "contains(lower(r.source), lower(?))",
    "report": "(r.id = ? or r.key = ?)",
}
_CLAUSES: dict[str, dict[str, str]] = {
    "events": _EVENTS,
    "statements": {
        **_OF_REPORT,
        "type": "t.kind = lower(?)",
        "actor": "contains(lower(t.source_name), lower(?))",
        "text": "contains(lower(t.words), lower(?))",
    },
    "entities": {
        **_OF_REPORT,
        "type": "t.type = lower(?)",
        "actor": "contains(lower(t.name), lower(?))",
        "country": "t.country = upper(?)",
        "sector": "list_contains(t.sectors, upper(?))",
    },
    "relations": {
        **_OF_REPORT,
        "type": "t.predicate = lower(?)",
        "actor": "(contains(lower(t.subject_name), lower(?))"
        " or contains(lower(t.object_name), lower(?)))",
        "confidence": "t.confidence >= ?",
        "text": "contains(lower(t.literal), lower(?))",
    },
    "places": {
        **_OF_REPORT,
        "place": "(contains(lower(t.name), lower(?)) or t.country = upper(?))",
        "country": "t.country = upper(?)",
        "confidence": "t.confidence >= ?",
    },
    "reports": {
        **_OF_REPORT,
        "text": "(contains(lower(r.title), lower(?)) or contains(lower(r.text), lower(?)))",
    },
    "stories": {
        **{name: _EVENTS[name] for name in ("type", "mode", "actor", "country", "sector", "place")},
        "since": "coalesce(t.date_end, t.date_start) >= ?",
        "until": "t.date_start <= ?",
        "text": "contains(lower(t.words), lower(?))",
        "report": "list_contains(list_transform(t.events, lambda e: e.report), ?)",
        "min_sources": "t.sources >= ?",
    },
    "actors": {
        "type": "t.type = lower(?)",
        "actor": "len(list_filter(t.names, lambda n: contains(lower(n.name), lower(?)))) > 0",
        "country": "t.country = upper(?)",
        "sector": "list_contains(t.sectors, upper(?))",
        "since": "t.last_day >= ?",
        "until": "t.first_day <= ?",
    },
}
_COLUMNS = {
    "events": f"""r.id as report_id, r.published, r.source, t.id, t.type, t.mode,
 {_EVENT_DAY} as day, t.date.start as date_start, t.date.end as date_end,
 t.date.basis as date_basis,
 t.actor_name, t.actor_country, t.actor_sectors,
 t.recipient_name, t.recipient_country, t.recipient_sectors,
 t.place_name, t.place_country, t.latitude, t.longitude, t.factuality, t.historical, t.told_by,
 t.attribution.hedge as hedge, t.quantities, t.contexts, t.cameo, t.score, t.confidence, t.rule,
 t.words, t.trigger, t.report as report_key, r.url, r.title""",
    "statements": """r.id as report_id, r.published, r.source as publisher, t.id, t.kind,
 t.source_name, t.addressee_name, t.cue_words, t.words, t.hedge, t.report as report_key, r.url""",
    "entities": """r.id as report_id, r.published, r.source as publisher, t.id, t.name, t.type,
 t.country, t.sectors, t.external_id, t.report as report_key""",
    "relations": """r.id as report_id, r.published, r.source as publisher, t.id, t.subject_name,
 t.predicate, t.object_name, t.literal, t.start, t.end, t.words, t.confidence,
 t.report as report_key""",
    "places": """r.id as report_id, r.published, t.id, t.name, t.geonameid, t.feature, t.country,
 t.admin1, t.latitude, t.longitude, t.confidence, t.report as report_key""",
    "reports": """r.id as report_id, r.published, r.source, r.title, r.url, r.language,
 length(r.text) as characters, r.copy_of, r.key as report_key""",
    "stories": "t.*",
    "actors": "t.*",
}
_GROUPS = {
    "day": f"{_EVENT_DAY}",
    "month": f"{_EVENT_DAY}[1:7]",
    "year": f"{_EVENT_DAY}[1:4]",
    "type": "t.type",
    "dyad": "d.dyad",
    "country": "c.country",
    "source": "r.source",
    "place": "t.place_name",
}
_JOINS = {
    "dyad": " cross join lateral (select unnest(t.dyads) as dyad) d",
    "country": " cross join lateral (select unnest(list_distinct(list_concat(t.actor_country,"
    " t.recipient_country))) as country) c",
}
_ORDER = {"events": f"{_EVENT_DAY}, t.report, t.trigger[1]", "reports": "r.published, r.key"}
_ORDER |= {"stories": "t.date_start, t.id", "actors": "t.reports desc, t.name, t.id"}


def _from(kind: Kind) -> str:
    if kind == "reports":
        return "from reports r"
    if kind in ("stories", "actors"):
        return f"from {kind} t"
    # one join instead of the two that the view of the kind would make of it
    return f"from held_{kind} t join listed_reports r on t.report = r.key and t.batch = r.batch"


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
    if first == "*" or second == "*":
        test = "ends_with(x, upper(?))" if first == "*" else "starts_with(x, upper(?))"
        known = f"-{second}" if first == "*" else f"{first}-"
        return Query(f"len(list_filter(t.dyads, lambda x: {test})) > 0", [known])
    return Query("list_contains(t.dyads, upper(?))", [wanted])


def select(kind: Kind, filters: Filters, *, limit: int | None = None, offset: int = 0) -> Query:
    """Return the query for the rows of a table that pass the filters, in a fixed order.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    order = f"order by {_ORDER.get(kind, 'r.published, t.report, t.id')}"
    if limit is None:
        return Query(f"select {_COLUMNS[kind]} {_from(kind)}{where.sql} {order}", where.parameters)
    some = f"{order} limit {int(limit)} offset {int(offset)}"
    if kind in ("reports", "stories", "actors"):
        return Query(f"select {_COLUMNS[kind]} {_from(kind)}{where.sql} {some}", where.parameters)
    # which rows first, by few columns; then all columns of those
    sql = (
        f"with page as materialized (select t.report, t.id {_from(kind)}{where.sql} {some})"
        f" select {_COLUMNS[kind]} {_from(kind)} semi join page p on p.report = t.report"
        f" and p.id = t.id {order}"
    )
    return Query(sql, where.parameters)


def total(kind: Kind, filters: Filters) -> Query:
    """Return the query for how many rows pass the filters, as `n`.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    return Query(f"select count(*) as n {_from(kind)}{where.sql}", where.parameters)


def unordered(kind: Kind, filters: Filters) -> Query:
    """Return the query of `select` without its order, for what is made of all its rows.

    Raises:
        FilterError: a filter does not fit the table.
    """
    where = _where(kind, filters)
    return Query(f"select {_COLUMNS[kind]} {_from(kind)}{where.sql}", where.parameters)


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
    sql = (
        f"select {names}, count(*) as events, round(avg(t.score), 2) as mean_score"
        f" {_from('events')}{joins}{where.sql} group by {groups} order by {groups}"
    )
    return Query(sql, where.parameters)
