"""What columns a list of an archive has, and what each may hold: taken from the query itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, get_args

import duckdb
import msgspec
import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.query import Filters, Kind, select
from dragoman.archive.reviewed import MARKS
from dragoman.archive.schema import DETAILS, LINKS, schema
from dragoman.records import Pipeline, Report

# the columns of every list that are its report's, by their names in the lists' views
_OF_REPORT = {"report_id": "id", "published": "published", "publisher": "source", "url": "url",
              "title": "title"}  # fmt: skip


class _Empty(Archive):
    """An archive of no folder, with every table and no row."""

    def __init__(self) -> None:
        self.reviews = False
        self.kept, self._files = None, {}

    def _marks(self) -> pa.Table:
        return MARKS.empty_table()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        name: as the rows have it.
        type: its Arrow type; any value of it may be missing.
        record: the Python type of the record's field that it is, which says what may be missing
            and what values there are; None where it is none of a record's.
    """

    name: str
    type: pa.DataType
    record: Any


def list_columns(kind: Kind) -> tuple[Column, ...]:
    """Return the columns of the list of a kind, in order."""
    return _columns()[kind]


@lru_cache(maxsize=1)
def _columns() -> dict[Kind, tuple[Column, ...]]:
    with _Empty().connect() as connection:
        return {kind: _of_kind(connection, kind) for kind in get_args(Kind)}


def _of_kind(connection: duckdb.DuckDBPyConnection, kind: Kind) -> tuple[Column, ...]:
    query = select(kind, Filters()).sql
    answer = connection.sql(query).to_arrow_table().schema
    ((told,),) = connection.execute("select json_serialize_sql(?)", [query]).fetchall()
    chosen = json.loads(told)["statements"][0]["node"]["select_list"]
    if chosen[0]["class"] == "STAR":
        sources: Sequence[list[str] | None] = [["t", name] for name in answer.names]
    else:  # None where the column is made of others
        sources = [one.get("column_names") for one in chosen]
    return tuple(
        Column(field.name, field.type, _record(kind, source) if source else None)
        for field, source in zip(answer, sources, strict=True)
    )


def _record(kind: Kind, source: list[str]) -> Any:
    """Return the type of the record's field that a column is taken from; None where of none."""
    name, *inner = source[1:]
    if name in LINKS and name in schema(kind).names:
        return str
    if kind == "reports" or name in _OF_REPORT:
        owners: list[type[msgspec.Struct]] = [Report, Pipeline]
        name = _OF_REPORT.get(name, name)
    else:
        owners = [DETAILS[kind]] if kind in DETAILS else []
    known = next((_types(owner)[name] for owner in owners if name in _types(owner)), None)
    return reduce(_within, inner, known) if known is not None else None


def _types(record: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(record)}


def _within(owner: Any, name: str) -> Any:
    """Return the type of a field of a record that may be missing."""
    inner = [one for one in get_args(owner) if one is not type(None)] or [owner]
    found = _types(inner[0])[name]
    return found | None if len(get_args(owner)) > len(inner) else found


__all__ = ["Column", "list_columns"]
