"""JSON Schema (2020-12, as OpenAPI 3.1 has it) of what the API answers with.

Made from the records' types and from the columns that the lists' queries have.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa

from dragoman.archive.described import Column, list_columns
from dragoman.archive.query import Kind
from dragoman.records import Reading

Schema = dict[str, Any]
REF = "#/components/schemas/"


def ref(name: str) -> Schema:
    """Return a reference to one of the document's schemas."""
    return {"$ref": REF + name}


def closed(properties: Schema, about: str | None = None) -> Schema:
    """Return the schema of an object that has these properties, each of them and no other."""
    told = {"description": about} if about else {}
    return {**told, "type": "object", "properties": properties, "required": list(properties),
            "additionalProperties": False}  # fmt: skip


@lru_cache(maxsize=1)
def record_schemas() -> dict[str, Schema]:
    """Return the schemas of a reading and of all records in it, by name."""
    _, found = msgspec.json.schema_components((Reading,), ref_template=REF + "{name}")
    return {
        name: closed({k: _plain(v) for k, v in one["properties"].items()}, one.get("description"))
        for name, one in found.items()
    }


def _plain(schema: Schema) -> Schema:
    """Return a schema without a default: what is not known is null, and never left out."""
    return {name: value for name, value in schema.items() if name != "default"}


def row_name(kind: Kind) -> str:
    """Return the name of the schema of a row of a kind ("EventsRow")."""
    return f"{kind.capitalize()}Row"


@lru_cache(maxsize=16)
def row_schema(kind: Kind) -> Schema:
    """Return the schema of a row of the list of a kind."""
    return closed({column.name: _column(column) for column in list_columns(kind)})


def _column(column: Column) -> Schema:
    if column.record is None:
        return _arrow(column.type)
    (found,), _ = msgspec.json.schema_components((column.record,), ref_template=REF + "{name}")
    return found


def _arrow(kind: pa.DataType) -> Schema:
    """Return the schema of the values of an Arrow type, any of which may be missing."""
    if pa.types.is_list(kind):
        return {"type": ["array", "null"], "items": _arrow(kind.value_type)}
    if pa.types.is_struct(kind):
        return {**closed({f.name: _arrow(f.type) for f in kind}), "type": ["object", "null"]}
    names = {pa.string(): "string", pa.bool_(): "boolean", pa.float64(): "number"}
    name = "integer" if pa.types.is_integer(kind) else names[kind]
    return {"type": [name, "null"]}


__all__ = ["Schema", "closed", "record_schemas", "ref", "row_name", "row_schema"]
