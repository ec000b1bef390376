"""The API's description (OpenAPI 3.1), written from the declaration that the lists use."""

from __future__ import annotations

from typing import Any

import dragoman
from dragoman.archive.query import Kind
from dragoman.web.asked import KINDS, PAGING, Parameter, fitting

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
_LIST = {
    "type": "object",
    "required": ["rows", "total", "page", "pages", "per"],
    "properties": {
        "rows": {"type": "array", "items": {"type": "object"}},
        **{name: {"type": "integer"} for name in ("total", "page", "pages", "per")},
    },
}


def describe() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    paths: dict[str, Any] = {}
    for kind in KINDS:
        paths[f"/api/{kind}"] = {"get": _operation(kind, "application/json", _LIST)}
        paths[f"/api/{kind}.csv"] = {"get": _operation(kind, "text/csv", {"type": "string"})}
    paths["/api/reports/{key}"] = {
        "get": {
            "operationId": "report",
            "summary": "A report with all that was found in it, as `dragoman read --json` has it.",
            "parameters": [_path("key", "The report's key.", "^[0-9a-f]{24}$")],
            "responses": _responses("application/json", {"type": "object"}),
        }
    }
    paths["/api/map.csv"] = {
        "get": {
            **_operation("events", "text/csv", {"type": "string"}),
            "operationId": "map",
            "summary": "Places of the events that pass the filters, with counts and mean scores.",
        }
    }
    paths["/api/dyads/{dyad}.csv"] = {
        "get": {
            "operationId": "dyad",
            "summary": "Events of two countries by month: cooperation, conflict, counts.",
            "parameters": [_path("dyad", "As RUS-UKR.", "^[A-Za-z]{3}-[A-Za-z]{3}$")],
            "responses": _responses("text/csv", {"type": "string"}),
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dragoman archive", "version": dragoman.__version__},
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


def _operation(kind: Kind, media: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "operationId": f"{kind}_{media.rpartition('/')[2]}",
        "summary": f"List the {kind}, by any filter.",
        "parameters": [_parameter(one) for one in (*fitting(kind), *PAGING)],
        "responses": _responses(media, schema),
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"name": one.name, "in": "query", "description": one.about, "schema": one.schema}


def _path(name: str, about: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _responses(media: str, schema: dict[str, Any]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "200": {"description": "Found.", "content": {media: {"schema": schema}}},
        "default": {"description": "Not answered; the error says why.", "content": error},
    }
