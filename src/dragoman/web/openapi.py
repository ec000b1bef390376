"""The API's description (OpenAPI 3.1), made from what the lists use: filters, queries, records."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import dragoman
from dragoman.archive.described import list_columns
from dragoman.archive.query import Kind
from dragoman.web.asked import KINDS, PAGING, Parameter, fitting
from dragoman.web.guard import COOKIE, HEADERS, MOST_PATH, MOST_QUERY
from dragoman.web.lists import MOST_WHOLE
from dragoman.web.schemas import Schema, closed, record_schemas, ref, row_name, row_schema

KEY = r"^[0-9a-f]{24}$"
DYAD = r"^[A-Za-z]{3}-[A-Za-z]{3}$"
ACTOR = r"^[A-Za-z0-9]{4,64}$"
# why there is no answer: by status, the codes that the error may have, and when that is
ERRORS: dict[int, tuple[tuple[str, ...], str]] = {
    400: (("bad_request",), "There is no such filter, or a value is mistaken."),
    401: (("no_token",), "A token is needed."),
    404: (("not_found",), "There is no such record."),
    405: (("only_get",), "Something other than reading was tried."),
    414: (("too_long",), f"The query has over {MOST_QUERY:,} bytes, or the path over {MOST_PATH}."),
    421: (("wrong_host",), "The Host header names another host."),
    500: (("failed",), "The server failed; its log says why."),
    503: (("too_slow", "too_large", "busy"), "A query took too much, or too many run."),
}
_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}


@lru_cache(maxsize=2)
def describe(*, token: bool = False) -> dict[str, Any]:
    """Return the OpenAPI document of the API.

    Args:
        token: whether callers must show a token.
    """
    paths = {
        **{f"/api/{kind}": _list(kind) for kind in KINDS},
        **{f"/api/{kind}.csv": _table(kind) for kind in KINDS},
        **_single(),
    }
    for item in paths.values():
        item["get"]["responses"] |= _errors(item["get"], token)
    security: list[Schema] = [{"bearer": []}, {"cookie": []}] if token else []
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Dragoman archive", "version": dragoman.__version__},
        "security": security,
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "headers": {name: {"required": True, "schema": _TEXT} for name in HEADERS},
            "responses": {str(status): _error(status) for status in ERRORS},
            **({"securitySchemes": _SCHEMES} if token else {}),
        },
    }


_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


def _list(kind: Kind) -> dict[str, Any]:
    return _operation(
        kind,
        f"{kind.capitalize()}, as JSON, a page of them.",
        [*map(_parameter, (*fitting(kind), *PAGING))],
        {**_found("application/json", ref(f"{kind.capitalize()}Page")), "links": _links(kind)},
    )


def _links(kind: Kind) -> Schema:
    """Return the addresses that the first row of a list leads to."""
    names = {column.name for column in list_columns(kind)}
    leads = {"report": ("key", "report_key")} if "report_key" in names else {}
    leads |= {"actor": ("id", "id")} if kind == "actors" else {}
    return {
        name: {"operationId": name, "parameters": {to: f"$response.body#/rows/0/{column}"}}
        for name, (to, column) in leads.items()
    }


def _table(kind: Kind) -> dict[str, Any]:
    columns = ", ".join(column.name for column in list_columns(kind))
    about = (f"{kind.capitalize()}, as CSV: all of them (at most {MOST_WHOLE:,}), or a page where"
             " `page` or `per` is given.")  # fmt: skip
    return _operation(
        f"{kind}_csv",
        about,
        [*map(_parameter, (*fitting(kind), *PAGING))],
        _csv(f"Columns, in the first line: {columns}."),
    )


def _single() -> dict[str, Any]:
    """Return the addresses that are no list."""
    months = "Events by month, with the sums of their scores above and below zero."
    return {
        "/api/reports/{key}": _operation(
            "report",
            "A report with all that was found in it, as `dragoman read --json` has it.",
            [_path("key", "The report's key.", KEY)],
            _found("application/json", ref("Reading")),
        ),
        "/api/map.csv": _operation(
            "map",
            "Places of the events that pass the filters, with counts and mean scores.",
            [*map(_parameter, fitting("events"))],
            _csv("The 500 places with most events."),
        ),
        "/api/network.csv": _operation(
            "network",
            "Pairs of countries that deal with each other, in the events that pass the filters.",
            [*map(_parameter, fitting("events"))],
            _csv("Each pair once, either way, with its events and their mean score; most first."),
        ),
        "/api/network/actors.csv": _operation(
            "network_actors",
            "Pairs of actors that deal with each other, in the events that pass the filters.",
            [*map(_parameter, fitting("events"))],
            _csv("The 2,000 pairs with most events, with names and mean scores; most first."),
        ),
        "/api/dyads/{dyad}.csv": _operation(
            "dyad",
            "Events of two countries by month: cooperation, conflict, counts.",
            [_path("dyad", "As RUS-UKR.", DYAD)],
            _csv(months),
        ),
        "/api/actors/{id}.csv": _operation(
            "actor",
            "Events of an actor by month: cooperation, conflict, counts.",
            [_path("id", "The actor's id, or the beginning of it.", ACTOR)],
            _csv(months),
        ),
        "/api/actors/{id}/partners.csv": _operation(
            "partners",
            "Whom an actor deals with, the 25 with most events.",
            [_path("id", "The actor's id, or the beginning of it.", ACTOR)],
            _csv("Each with its events, their mean score and most frequent type; most first."),
        ),
        "/api/months.csv": _operation(
            "months", "All events by month of their report, the last 36 months.", [], _csv(months)
        ),
        "/api/openapi.json": _operation(
            "openapi", "This description.", [], _found("application/json", {"type": "object"})
        ),
    }


def _operation(
    name: str, about: str, parameters: list[Schema], found: dict[str, Any]
) -> dict[str, Any]:
    return {"get": {"operationId": name, "summary": about, "parameters": parameters,
                    "responses": {"200": found}}}  # fmt: skip


def _parameter(one: Parameter) -> Schema:
    return {"name": one.name, "in": "query", "description": one.about, "schema": one.schema}


def _path(name: str, about: str, pattern: str) -> Schema:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _headers() -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}


def _found(media: str, schema: Schema) -> dict[str, Any]:
    return {"description": "Found.", "headers": _headers(), "content": {media: {"schema": schema}}}


def _csv(about: str) -> dict[str, Any]:
    attached = {"required": True, "schema": {"type": "string", "pattern": "^attachment; "}}
    found = _found("text/csv", _TEXT)
    return {**found, "description": about,
            "headers": {**found["headers"], "content-disposition": attached}}  # fmt: skip


def _errors(operation: dict[str, Any], token: bool) -> dict[str, Any]:
    """Return the errors that an address may answer with, by status."""
    named = any(one["in"] == "path" for one in operation["parameters"])
    left = {404} if not named else set()
    left |= set() if token else {401}
    return {str(s): {"$ref": f"#/components/responses/{s}"} for s in ERRORS if s not in left}


def _error(status: int) -> dict[str, Any]:
    codes, about = ERRORS[status]
    allow = {"allow": {"required": True, "schema": _TEXT}} if status == 405 else {}
    told = closed({"code": {"enum": list(codes)}, "message": {"type": "string", "minLength": 1}})
    content = {"application/json": {"schema": closed({"error": told})}}
    return {"description": about, "headers": {**_headers(), **allow}, "content": content}


def _schemas() -> dict[str, Schema]:
    found = dict(record_schemas())
    for kind in KINDS:
        found[row_name(kind)] = row_schema(kind)
        found[f"{kind.capitalize()}Page"] = closed(
            {
                "rows": {"type": "array", "items": ref(row_name(kind))},
                "total": _COUNT,
                **{one.name: {k: v for k, v in one.schema.items() if k != "default"}
                   for one in PAGING},
                "pages": {"type": "integer", "minimum": 1},
            }
        )  # fmt: skip
    return found


__all__ = ["ACTOR", "DYAD", "ERRORS", "KEY", "describe"]
