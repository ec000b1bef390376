"""The web application: routes over an archive, pages and API."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from dragoman.archive.store import ArchiveError
from dragoman.archive.stories import story
from dragoman.web.actors import actor_ids, actor_months, actor_page
from dragoman.web.asked import AskedError, fitting, read_asked
from dragoman.web.desk import Desk
from dragoman.web.guard import LOOPBACK, MOST_FORM, Guard
from dragoman.web.lists import as_csv, as_json, listing, whole
from dragoman.web.maps import base_map, circles, places
from dragoman.web.marks import cut
from dragoman.web.openapi import describe
from dragoman.web.review import Reviewer, as_coded, choices, reviewable, take, written
from dragoman.web.templating import HERE, environment
from dragoman.web.views import bars_of, codebook_entry, dyad, overview

_log = logging.getLogger(__name__)
_STATIC = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_Answer = Callable[[Request], Response]


def create_app(
    folder: Path,
    *,
    hosts: tuple[str, ...] = (),
    token: str | None = None,
    seconds: float = 10.0,
    megabytes: int = 1_000,
    reviewer: Reviewer | None = None,
) -> Guard:
    """Make the application over an archive; it only reads, save that `reviewer` can review.

    Args:
        folder: the archive's folder.
        hosts: names it is served under, besides the loopback ones.
        token: what callers must show; needed beyond loopback.
        seconds, megabytes: what one query may take.
        reviewer: who reviews in the reader; nobody where None.

    Raises:
        ArchiveError: the folder is no archive.
    """
    desk = Desk(folder, seconds=seconds, megabytes=megabytes)
    pages = Pages(desk, reviewer)
    routes = [Route(path, view, methods=["GET"]) for path, view in pages.routes()]
    if reviewer:
        routes.append(Route("/reports/{key}", pages.review, methods=["POST"]))
    inner = Starlette(
        routes=routes,
        lifespan=lambda _: _closing(desk),
        exception_handlers={
            AskedError: _on_asked,
            HTTPException: _on_http,
            Exception: _on_other,
        },
    )
    inner.router.redirect_slashes = False
    inner.state.desk = desk
    # outermost, so that an answer to a failure carries the headers too
    return Guard(inner, (*LOOPBACK, *hosts), token, writes=reviewer is not None)


@asynccontextmanager
async def _closing(desk: Desk) -> AsyncIterator[None]:
    yield
    desk.close()


class Pages:
    """The views; each takes a request and returns an answer, in a thread of its own."""

    def __init__(self, desk: Desk, reviewer: Reviewer | None = None) -> None:
        self.desk, self.reviewer = desk, reviewer
        # held in memory: no request reaches the file system
        self._static = {name: (HERE / "static" / name).read_bytes() for name in _STATIC}

    def routes(self) -> list[tuple[str, _Answer]]:
        """Return each path with its view."""
        return [
            ("/", self.overview),
            ("/search", self.search),
            ("/reports/{key}", self.report),
            ("/codebook/{type}", self.codebook),
            ("/dyads/{dyad}", self.dyad),
            ("/stories/{id}", self.story),
            ("/actors/{id}", self.actor),
            ("/map", self.map),
            ("/api", self.api),
            ("/api/openapi.json", self.openapi),
            ("/api/reports/{key}", self.api_report),
            ("/api/dyads/{dyad}.csv", self.api_dyad),
            ("/api/map.csv", self.api_map),
            ("/api/actors/{id}.csv", self.api_actor),
            ("/api/{kind}.csv", self.api_csv),
            ("/api/{kind}", self.api_list),
            ("/static/base.svg", self.base_map),
            ("/static/{name}", self.static),
        ]

    def overview(self, request: Request) -> Response:
        """Show what the archive holds."""
        _only(request)
        return page("overview.html", **overview(self.desk))

    def search(self, request: Request) -> Response:
        """Show a list of any kind, with its form and facets."""
        query = dict(request.query_params)
        kind = query.pop("kind", "events") or "events"
        asked = read_asked(kind, query)
        facets = self.desk.facets(asked)
        found = listing(self.desk, asked, facets.total)
        return page("search.html", found=found, facets=facets.values, fields=fitting(asked.kind),
                    given=_given(kind, asked.given, asked.per))  # fmt: skip

    def report(self, request: Request) -> Response:
        """Show a report with its records marked."""
        _only(request)
        shown = reviewable(self.desk, request.path_params["key"], self.reviewer)
        reading = shown.reading
        names = {entity.id: entity for entity in reading.entities}
        places = {place.id: place for place in reading.places}
        return page("reader.html", reading=reading, pieces=list(cut(reading)), key=shown.key,
                    names=names, places=places, actors=actor_ids(self.desk, shown.key),
                    shown=shown, reviewer=self.reviewer, written=written, as_coded=as_coded,
                    offered=choices(self.desk, reading) if self.reviewer else {})  # fmt: skip

    async def review(self, request: Request) -> Response:
        """Take a review, and show the record it is of."""
        _only(request)
        assert self.reviewer
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_FORM:
                raise AskedError("the form is too large", "too_large", 413)
        given = (self.desk, self.reviewer, request.path_params["key"], body)
        return RedirectResponse(await run_in_threadpool(take, *given), 303)

    def codebook(self, request: Request) -> Response:
        """Show the codebook's entry of an event type."""
        _only(request, "version")
        event_type = request.path_params["type"]
        version, lines = codebook_entry(
            self.desk, event_type, request.query_params.get("version") or None
        )
        return page("codebook.html", type=event_type, version=version, lines=lines)

    def dyad(self, request: Request) -> Response:
        """Show cooperation and conflict of two countries."""
        _only(request)
        found = dyad(self.desk, request.path_params["dyad"])
        return page("dyad.html", dyad=found, bars=bars_of(found.months))

    def story(self, request: Request) -> Response:
        """Show a story with its reports and disagreements."""
        _only(request)
        given = request.path_params["id"]
        if not given.isascii() or not given.isalnum() or not 4 <= len(given) <= 64:
            raise AskedError("there is no such story here", "not_found", 404)
        try:
            found, tellings = story(self.desk.archive, given)
        except ArchiveError as error:
            raise AskedError("there is no such story here", "not_found", 404) from error
        return page("story.html", story=found, tellings=tellings)

    def actor(self, request: Request) -> Response:
        """Show an actor: names, offices, partners, what they said."""
        _only(request)
        found = actor_page(self.desk, request.path_params["id"])
        return page("actor.html", actor=found, bars=bars_of(found.months))

    def api_actor(self, request: Request) -> Response:
        """Answer with an actor's events by month as CSV."""
        _only(request)
        return table(as_csv(actor_months(self.desk, request.path_params["id"])), "actor")

    def map(self, request: Request) -> Response:
        """Show where the events that pass the filters were."""
        asked = read_asked("events", request.query_params)
        return page("map.html", asked=asked, circles=circles(places(self.desk, asked)))

    def api_map(self, request: Request) -> Response:
        """Answer with the map's places as CSV."""
        asked = read_asked("events", request.query_params)
        return table(as_csv(places(self.desk, asked)), "map")

    def base_map(self, request: Request) -> Response:
        """Answer with the map under the circles."""
        kept = {"cache-control": "private, max-age=86400"}
        return Response(base_map(), media_type="image/svg+xml", headers=kept)

    def api(self, request: Request) -> Response:
        """Show what the API has, for people."""
        _only(request)
        return page("api.html", paths=describe()["paths"])

    def openapi(self, request: Request) -> Response:
        """Answer with the API's description."""
        _only(request)
        return JSONResponse(describe())

    def api_list(self, request: Request) -> Response:
        """Answer with a list as JSON."""
        asked = read_asked(request.path_params["kind"], request.query_params)
        return Response(as_json(listing(self.desk, asked)), media_type="application/json")

    def api_csv(self, request: Request) -> Response:
        """Answer with a list as CSV: whole, or a page where one is asked for."""
        asked = read_asked(request.path_params["kind"], request.query_params)
        if not {"page", "per"} & set(request.query_params):
            return table(whole(self.desk, asked), asked.kind)
        return table(as_csv(self.desk.rows(asked)), asked.kind)

    def api_report(self, request: Request) -> Response:
        """Answer with a reading as JSON."""
        _only(request)
        reading = self.desk.reading(request.path_params["key"])
        return Response(msgspec.json.encode(reading), media_type="application/json")

    def api_dyad(self, request: Request) -> Response:
        """Answer with a dyad's months as CSV."""
        _only(request)
        return table(as_csv(dyad(self.desk, request.path_params["dyad"]).months), "dyad")

    def static(self, request: Request) -> Response:
        """Answer with the style sheet or the icon."""
        name = request.path_params["name"]
        if name not in self._static:
            raise AskedError("there is nothing at this address", "not_found", 404)
        return Response(self._static[name], media_type=_STATIC[name])


def page(template: str, code: int = 200, **values: Any) -> HTMLResponse:
    """Return a template filled in."""
    html = environment().get_template(template).render(**values)
    return HTMLResponse(html.encode("utf-8", "replace"), code)


def table(text: str | Iterator[bytes], name: str) -> Response:
    """Return CSV as a file to keep."""
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    if not isinstance(text, str):
        return StreamingResponse(text, media_type="text/csv", headers=headers)
    return Response(text.encode("utf-8", "replace"), media_type="text/csv", headers=headers)


def _given(kind: str, given: dict[str, str], per: int) -> dict[str, Any]:
    return {"kind": kind, **given, **({} if per == 50 else {"per": per})}


def _only(request: Request, *names: str) -> None:
    """Refuse a query that the address does not have.

    Raises:
        AskedError: there is one.
    """
    if any(name not in names for name in request.query_params):
        raise AskedError("this address takes no such parameter")


def _answer(request: Request, status: int, code: str, message: str) -> Response:
    if request.url.path.startswith("/api"):
        return JSONResponse({"error": {"code": code, "message": message}}, status)
    return page("error.html", status, status=status, message=message)


def _on_asked(request: Request, error: Exception) -> Response:
    assert isinstance(error, AskedError)
    return _answer(request, error.status, error.code, error.message)


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: ("not_found", "there is nothing at this address"),
             405: ("only_get", "this address can only be read")}  # fmt: skip
    code, message = codes.get(error.status_code, ("refused", "this cannot be answered"))
    answer = _answer(request, error.status_code, code, message)
    answer.headers.update(error.headers or {})  # a refused method goes with those allowed
    return answer


def _on_other(request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    return _answer(request, 500, "failed", "this could not be answered; the server's log says why")


__all__ = ["Pages", "create_app"]
