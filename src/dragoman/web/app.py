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
from dragoman.web.actors import PARTNERS, actor_ids, actor_months, actor_page
from dragoman.web.asked import Asked, AskedError, fitting, read_asked
from dragoman.web.charts import MONTHS, reported, timeline
from dragoman.web.desk import Desk
from dragoman.web.guard import LOOPBACK, MOST_FORM, Guard
from dragoman.web.lists import MOST_WHOLE, as_csv, as_json, listing, page_csv, whole
from dragoman.web.maps import PLACES, circles, places
from dragoman.web.marks import cut
from dragoman.web.network import (
    ACTOR_PAIRS,
    PAIRS,
    actor_dealings,
    dealings,
    draw,
    draw_around,
    names_of,
)
from dragoman.web.openapi import describe
from dragoman.web.review import (
    Reviewer,
    TriedError,
    as_coded,
    choices,
    reviewable,
    take,
    written,
)
from dragoman.web.templating import HERE, country, environment
from dragoman.web.views import DYAD_MONTHS, codebook_entry, dyad, overview

_log = logging.getLogger(__name__)
_STATIC = {"style.css": "text/css", "icon.svg": "image/svg+xml", "base.svg": "image/svg+xml"}
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
    pages = Pages(desk, reviewer, token=token is not None)
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

    def __init__(
        self, desk: Desk, reviewer: Reviewer | None = None, *, token: bool = False
    ) -> None:
        self.desk, self.reviewer, self.token = desk, reviewer, token
        environment()
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
            ("/network", self.network),
            ("/network/actors", self.actor_network),
            ("/api", self.api),
            ("/api/openapi.json", self.openapi),
            ("/api/reports/{key}", self.api_report),
            ("/api/dyads/{dyad}.csv", self.api_dyad),
            ("/api/map.csv", self.api_map),
            ("/api/network.csv", self.api_network),
            ("/api/network/actors.csv", self.api_actor_network),
            ("/api/actors/{id}.csv", self.api_actor),
            ("/api/actors/{id}/partners.csv", self.api_partners),
            ("/api/months.csv", self.api_months),
            ("/api/{kind}.csv", self.api_csv),
            ("/api/{kind}", self.api_list),
            ("/static/{name}", self.static),
        ]

    def overview(self, request: Request) -> Response:
        """Show what the archive holds."""
        _only(request)
        chart = timeline(reported(self.desk))
        return page("overview.html", chart=chart, **overview(self.desk))

    def search(self, request: Request) -> Response:
        """Show a list of any kind, with its form and facets."""
        query = dict(request.query_params)
        kind = query.pop("kind", "events") or "events"
        asked = read_asked(kind, query)
        facets = self.desk.facets(asked)
        found = listing(self.desk, asked, facets.total)
        return page("search.html", found=found, facets=facets.values, fields=fitting(asked.kind),
                    most=MOST_WHOLE,
                    given=_given(kind, asked.given, asked.per))  # fmt: skip

    def report(self, request: Request) -> Response:
        """Show a report with its records marked."""
        _only(request)
        return self._reader(request)

    def _reader(self, request: Request, tried: TriedError | None = None) -> Response:
        """Return the page of a report; with the form that somebody tried to add a record by."""
        shown = reviewable(self.desk, request.path_params["key"], self.reviewer)
        reading = shown.reading
        names = {entity.id: entity for entity in reading.entities}
        places = {place.id: place for place in reading.places}
        return page("reader.html", 400 if tried else 200, tried=tried, reading=reading,
                    pieces=list(cut(reading)), key=shown.key, names=names, places=places,
                    actors=actor_ids(self.desk, shown.key), shown=shown, as_coded=as_coded,
                    reviewer=self.reviewer, written=written,
                    offered=choices(self.desk, reading) if self.reviewer else {})  # fmt: skip

    async def review(self, request: Request) -> Response:
        """Take a review, and show the record it is of, or what was wrong with it."""
        _only(request)
        assert self.reviewer
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_FORM:
                raise AskedError("the form is too large", "too_large", 413)
        given = (self.desk, self.reviewer, request.path_params["key"], body)
        try:
            return RedirectResponse(await run_in_threadpool(take, *given), 303)
        except TriedError as error:
            return await run_in_threadpool(self._reader, request, error)

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
        return page("dyad.html", dyad=found, chart=timeline(found.months))

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
        around = draw_around(found.row["name"], found.partners)
        return page("actor.html", actor=found, chart=timeline(found.months), around=around)

    def api_actor(self, request: Request) -> Response:
        """Answer with an actor's events by month as CSV."""
        _only(request)
        return table(as_csv(MONTHS, actor_months(self.desk, request.path_params["id"])), "actor")

    def api_partners(self, request: Request) -> Response:
        """Answer with whom an actor deals with as CSV."""
        _only(request)
        found = actor_page(self.desk, request.path_params["id"])
        return table(as_csv(PARTNERS, found.partners), "partners")

    def api_months(self, request: Request) -> Response:
        """Answer with the overview's months as CSV."""
        _only(request)
        return table(as_csv(MONTHS, reported(self.desk)), "months")

    def map(self, request: Request) -> Response:
        """Show where the events that pass the filters were."""
        asked = read_asked("events", request.query_params, paged=False)
        return page("map.html", asked=asked, circles=circles(places(self.desk, asked)))

    def api_map(self, request: Request) -> Response:
        """Answer with the map's places as CSV."""
        asked = _exactly("events", request, paged=False)
        return table(as_csv(PLACES, places(self.desk, asked)), "map")

    def network(self, request: Request) -> Response:
        """Show which countries deal with which, in the events that pass the filters."""
        asked = read_asked("events", request.query_params, paged=False)
        pairs = dealings(self.desk, asked)
        names = {p[side]: country(p[side]) for p in pairs for side in ("first", "second")}
        return page("network.html", of="country", asked=asked, pairs=pairs,
                    drawing=draw(pairs, names))  # fmt: skip

    def actor_network(self, request: Request) -> Response:
        """Show which actors deal with which, in the events that pass the filters."""
        asked = read_asked("events", request.query_params, paged=False)
        pairs = actor_dealings(self.desk, asked)
        drawing = draw(pairs, names_of(pairs))
        return page("network.html", of="actor", asked=asked, pairs=pairs, drawing=drawing)

    def api_network(self, request: Request) -> Response:
        """Answer with the network's pairs of countries as CSV."""
        asked = _exactly("events", request, paged=False)
        return table(as_csv(PAIRS, dealings(self.desk, asked)), "network")

    def api_actor_network(self, request: Request) -> Response:
        """Answer with the network's pairs of actors as CSV."""
        asked = _exactly("events", request, paged=False)
        return table(as_csv(ACTOR_PAIRS, actor_dealings(self.desk, asked)), "actors-network")

    def api(self, request: Request) -> Response:
        """Show what the API has, for people."""
        _only(request)
        return page("api.html", paths=describe(token=self.token)["paths"])

    def openapi(self, request: Request) -> Response:
        """Answer with the API's description."""
        _only(request)
        return JSONResponse(describe(token=self.token))

    def api_list(self, request: Request) -> Response:
        """Answer with a list as JSON."""
        asked = _exactly(request.path_params["kind"], request)
        return Response(as_json(listing(self.desk, asked)), media_type="application/json")

    def api_csv(self, request: Request) -> Response:
        """Answer with a list as CSV: whole, or a page where one is asked for."""
        asked = _exactly(request.path_params["kind"], request)
        if not {"page", "per"} & set(request.query_params):
            return table(whole(self.desk, asked), asked.kind)
        return table(page_csv(self.desk, asked), asked.kind)

    def api_report(self, request: Request) -> Response:
        """Answer with a reading as JSON."""
        _only(request)
        reading = self.desk.reading(request.path_params["key"])
        return Response(msgspec.json.encode(reading), media_type="application/json")

    def api_dyad(self, request: Request) -> Response:
        """Answer with a dyad's months as CSV."""
        _only(request)
        months = dyad(self.desk, request.path_params["dyad"]).months
        return table(as_csv(DYAD_MONTHS, months), "dyad")

    def static(self, request: Request) -> Response:
        """Answer with the style sheet, the icon or the map under the circles."""
        name = request.path_params["name"]
        if name not in self._static:
            raise AskedError("there is nothing at this address", "not_found", 404)
        kept = {"cache-control": "private, max-age=3600"}
        return Response(self._static[name], media_type=_STATIC[name], headers=kept)


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


def _exactly(kind: str, request: Request, *, paged: bool = True) -> Asked:
    """Read what a program asks: each parameter once, as its schema has it.

    Raises:
        AskedError: there is no such kind or parameter, or a value is mistaken.
    """
    given = [name for name, _ in request.query_params.multi_items()]
    if len(set(given)) < len(given):
        raise AskedError("a parameter is given twice")
    return read_asked(kind, request.query_params, exact=True, paged=paged)


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
