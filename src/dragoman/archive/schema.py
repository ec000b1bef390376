"""The tables of an archive: the records as Arrow rows, their schemas made from the types."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, get_args

import msgspec
import pyarrow as pa
from msgspec import inspect

from dragoman.records import (
    Entity,
    Event,
    Mention,
    Party,
    Place,
    Reading,
    Relation,
    Report,
    Span,
    Statement,
    Time,
)

UNDATED = "undated"
DETAILS: dict[str, type[msgspec.Struct]] = {
    "entities": Entity,
    "mentions": Mention,
    "events": Event,
    "statements": Statement,
    "relations": Relation,
    "places": Place,
    "times": Time,
}
TABLES = (*DETAILS, "reports")
_LINK = [("report", pa.string()), ("batch", pa.string()), ("month", pa.string())]
LINKS = ("key", *(name for name, _ in _LINK))  # columns that tie tables together, never empty
_NAMES = pa.list_(pa.string())
_PARTY = [("name", _NAMES), ("country", _NAMES), ("sectors", pa.list_(_NAMES))]
_FAILURES = pa.schema(
    [
        ("where", pa.string()),
        ("line", pa.int64()),
        ("report", pa.string()),
        ("reason", pa.string()),
        ("given", pa.string()),
        ("key", pa.string()),
        ("batch", pa.string()),
    ]
)
# what ids and spans stand for, kept beside them so that a count or a list needs no join
_TOLD: dict[str, list[tuple[str, pa.DataType]]] = {
    "events": [
        *((f"{side}_{what}", kind) for side in ("actor", "recipient") for what, kind in _PARTY),
        ("dyads", _NAMES),
        ("place_name", pa.string()),
        ("place_country", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("told_by", pa.string()),
        ("words", pa.string()),
    ],
    "statements": [
        (name, pa.string()) for name in ("source_name", "addressee_name", "cue_words", "words")
    ],
    "relations": [(name, pa.string()) for name in ("subject_name", "object_name", "words")],
}
_TELLING = pa.list_(pa.struct([("report", pa.string()), ("event", pa.string())]))
_VERSIONS = pa.list_(pa.struct([("value", pa.string()), ("reports", _NAMES)]))
# tables made anew from the others: copies of reports, stories
_TOLD_OF = pa.list_(
    pa.struct(
        [
            *((n, pa.string()) for n in ("predicate", "title", "actor", "first_day", "last_day")),
            ("start", pa.string()),
            ("end", pa.string()),
            ("reports", pa.int64()),
            (
                "evidence",
                pa.list_(
                    pa.struct(
                        [
                            ("report", pa.string()),
                            ("span", pa.list_(pa.int32())),
                            ("words", pa.string()),
                        ]
                    )
                ),
            ),
        ]
    )
)
DERIVED = {
    "actors": pa.schema(
        [
            *((name, pa.string()) for name in ("id", "name", "type", "country")),
            ("sectors", _NAMES),
            ("external_id", pa.string()),
            ("names", pa.list_(pa.struct([("name", pa.string()), ("count", pa.int64())]))),
            ("reports", pa.int64()),
            ("first_day", pa.string()),
            ("last_day", pa.string()),
            ("offices", _TOLD_OF),
            ("relations", _TOLD_OF),
        ]
    ),
    "actor_entities": pa.schema(
        [
            *((name, pa.string()) for name in ("actor", "report", "entity", "country")),
            ("sectors", _NAMES),
            ("office", pa.string()),
        ]
    ),
    "copies": pa.schema(
        [("report", pa.string()), ("copy_of", pa.string()), ("similarity", pa.float64())]
    ),
    "stories": pa.schema(
        [
            *((name, pa.string()) for name in ("id", "type", "mode")),
            *((f"{side}_{what}", kind) for side in ("actor", "recipient") for what, kind in _PARTY),
            ("dyads", _NAMES),
            *((name, pa.string()) for name in ("date_start", "date_end", "place_name")),
            ("place_country", pa.string()),
            ("latitude", pa.float64()),
            ("longitude", pa.float64()),
            ("reports", pa.int64()),
            ("sources", pa.int64()),
            ("first_report", pa.string()),
            ("first_published", pa.string()),
            ("words", pa.string()),
            ("events", _TELLING),
            ("historical", _TELLING),
            ("disagreements", pa.list_(pa.struct([("about", pa.string()), ("values", _VERSIONS)]))),
        ]
    ),
}
Row = dict[str, Any]


def _arrow_type(kind: inspect.Type) -> pa.DataType:
    """Return the Arrow type of a record's field."""
    if isinstance(kind, inspect.UnionType):
        inner = [t for t in kind.types if not isinstance(t, inspect.NoneType)]
        return _arrow_type(inner[0])
    if isinstance(kind, inspect.TupleType):  # a span
        return pa.list_(pa.int32())
    if isinstance(kind, inspect.VarTupleType):
        return pa.list_(_arrow_type(kind.item_type))
    if isinstance(kind, inspect.StructType):
        return pa.struct([(f.name, _arrow_type(f.type)) for f in kind.fields])
    plain: dict[type, pa.DataType] = {
        inspect.StrType: pa.string(),
        inspect.LiteralType: pa.string(),
        inspect.IntType: pa.int64(),
        inspect.FloatType: pa.float64(),
        inspect.BoolType: pa.bool_(),
    }
    return plain[type(kind)]


def _fields(kind: type[msgspec.Struct], leave: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)
    return [(f.name, _arrow_type(f.type)) for f in found.fields if f.name not in leave]


@lru_cache(maxsize=16)
def schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table.

    Raises:
        KeyError: there is no such table.
    """
    if table == "failures":
        return _FAILURES
    if table in DERIVED:
        return DERIVED[table]
    if table == "reports":
        own = [("key", pa.string()), ("batch", pa.string()), ("month", pa.string())]
        made_by = [(name, pa.string()) for name in ("dragoman", "model", "codebook")]
        links = [("supersedes", pa.string()), ("copy_of", pa.string())]
        return pa.schema([*own, *_fields(Report), *made_by, *links])
    if table == "mentions":
        return pa.schema([*_LINK, ("entity", pa.string()), *_fields(Mention)])
    own = _fields(DETAILS[table], leave=("mentions",))
    return pa.schema([*_LINK, *own, *_TOLD.get(table, [])])


def report_key(report: Report) -> str:
    """Return what tells a report from every other: a digest of its text and what is known of it."""
    known = (report.id, report.url, report.published, report.title, report.source, report.text)
    digest = hashlib.sha256("\0".join(field or "" for field in known).encode())
    return digest.hexdigest()[:24]


def month_of(report: Report) -> str:
    """Return the month a report was published in ("2017-08"), or "undated"."""
    return report.published[:7] if report.published else UNDATED


def rows(reading: Reading, batch: str, supersedes: str | None = None) -> dict[str, list[Row]]:
    """Return the rows that a reading adds to each table."""
    key, month = report_key(reading.report), month_of(reading.report)
    link = {"report": key, "batch": batch, "month": month}
    made: dict[str, list[Row]] = {}
    for table in DETAILS:
        if table != "mentions":
            records = getattr(reading, table)
            made[table] = [{**link, **_plain(record)} for record in records]
    for table, tell in (
        ("events", _event_told),
        ("statements", _statement_told),
        ("relations", _relation_told),
    ):
        for row, record in zip(made[table], getattr(reading, table), strict=True):
            row.update(tell(reading, record))
    made["mentions"] = [
        {**link, "entity": entity["id"], **mention}
        for entity in made["entities"]
        for mention in entity.pop("mentions")
    ]
    own = {"key": key, "batch": batch, "month": month, "supersedes": supersedes}
    made["reports"] = [{**own, **_plain(reading.report), **_plain(reading.pipeline)}]
    return made


def _event_told(reading: Reading, event: Event) -> Row:
    """Return what an event's ids stand for: names, countries, sectors, place, words."""
    row: Row = {}
    for side in ("actor", "recipient"):
        parties = [reading.entity(name) for name in getattr(event, side)]
        row[f"{side}_name"] = [party.name for party in parties]
        row[f"{side}_country"] = [party.country for party in parties]
        row[f"{side}_sectors"] = [list(party.sectors) for party in parties]
    row["dyads"] = dyads(row["actor_country"], row["recipient_country"])
    place = next((p for p in reading.places if p.id == event.place), None)
    if place is not None:
        row["place_name"], row["place_country"] = place.name, place.country
        row["latitude"], row["longitude"] = place.latitude, place.longitude
    source = event.attribution.source if event.attribution else None
    row["told_by"] = reading.entity(source).name if source else None
    row["words"] = reading.words(event.evidence[0]) if event.evidence else None
    return row


def dyads(actors: list[str | None], recipients: list[str | None]) -> list[str]:
    """Return the pairs of countries of an event ("RUS-UKR"), each once.

    Of a symmetric event, which lists all parties as actors, every pair in alphabetical order.
    """
    first, second = (sorted({c for c in side if c}) for side in (actors, recipients))
    if recipients:
        return [f"{a}-{b}" for a in first for b in second]
    return [f"{a}-{b}" for n, a in enumerate(first) for b in first[n + 1 :]]


def _statement_told(reading: Reading, statement: Statement) -> Row:
    return {
        "source_name": _party_name(reading, statement.source),
        "addressee_name": _party_name(reading, statement.addressee),
        "cue_words": reading.words(statement.cue) if statement.cue else None,
        "words": " … ".join(map(reading.words, statement.content)),
    }


def _party_name(reading: Reading, party: Party | None) -> str | None:
    if party is None:
        return None
    if party.entity:
        return reading.entity(party.entity).name
    return reading.words(party.span) if party.span else None


def _relation_told(reading: Reading, relation: Relation) -> Row:
    return {
        "subject_name": reading.entity(relation.subject).name,
        "object_name": reading.entity(relation.object).name if relation.object else None,
        "words": reading.words(relation.evidence[0]) if relation.evidence else None,
    }


def _plain(record: msgspec.Struct) -> Row:
    found: Row = msgspec.to_builtins(record)
    return found


def arrow(table: str, found: list[Row]) -> pa.Table:
    """Return rows as an Arrow table of the table's schema."""
    return pa.Table.from_pylist(found, schema=schema(table))


assert get_args(Span) == (int, int)
