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
    if table == "reports":
        own = [("key", pa.string()), ("batch", pa.string()), ("month", pa.string())]
        made_by = [(name, pa.string()) for name in ("dragoman", "model", "codebook")]
        links = [("supersedes", pa.string()), ("copy_of", pa.string())]
        return pa.schema([*own, *_fields(Report), *made_by, *links])
    if table == "mentions":
        return pa.schema([*_LINK, ("entity", pa.string()), *_fields(Mention)])
    return pa.schema([*_LINK, *_fields(DETAILS[table], leave=("mentions",))])


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
    made["mentions"] = [
        {**link, "entity": entity["id"], **mention}
        for entity in made["entities"]
        for mention in entity.pop("mentions")
    ]
    own = {"key": key, "batch": batch, "month": month, "supersedes": supersedes}
    made["reports"] = [{**own, **_plain(reading.report), **_plain(reading.pipeline)}]
    return made


def _plain(record: msgspec.Struct) -> Row:
    found: Row = msgspec.to_builtins(record)
    return found


def arrow(table: str, found: list[Row]) -> pa.Table:
    """Return rows as an Arrow table of the table's schema."""
    return pa.Table.from_pylist(found, schema=schema(table))


assert get_args(Span) == (int, int)
