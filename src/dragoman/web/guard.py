"""What every request passes: host, token, length; and the headers every answer carries."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
COOKIE = "dragoman_token"
MOST_QUERY = 2_000  # bytes
MOST_PATH = 500
MOST_FORM = 16_384  # bytes
FORM = "application/x-www-form-urlencoded"
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " script-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """ASGI middleware that refuses what does not belong here.

    Args:
        hosts: names that a Host header may have, without port.
        token: what a caller must show (`Authorization: Bearer …`, the cookie, or once
            `?token=…`, which sets the cookie); none where None.
        writes: whether forms are taken: of these pages' own origin, and small.
    """

    def __init__(
        self, app: ASGIApp, hosts: tuple[str, ...], token: str | None, *, writes: bool = False
    ) -> None:
        self.app, self.token, self.writes = app, token, writes
        self.hosts = frozenset(host.lower() for host in hosts)
        # a browser tells a form's origin only where the page may name it to its own server
        own = {"referrer-policy": "same-origin"} if writes else {}
        self.headers = {**HEADERS, **own}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        answer = self._refuse(scope)
        await (answer or self.app)(scope, receive, sending)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self.hosts:
            return _error(scope, 421, "wrong_host", "this host name is not served here")
        if len(scope.get("query_string", b"")) > MOST_QUERY or len(scope["path"]) > MOST_PATH:
            return _error(scope, 414, "too_long", "the address is too long")
        if not _is_text(scope.get("query_string", b"")):
            return _error(scope, 400, "bad_request", "the query is not written in UTF-8")
        if self.token is None or self._shown(headers):
            return self._refuse_form(scope, headers)
        return self._enter(scope) or _error(
            scope,
            401,
            "no_token",
            "a token is needed; open the address that dragoman serve printed",
        )

    def _refuse_form(self, scope: Scope, headers: Headers) -> Response | None:
        """Refuse a form that is not sent by one of these pages, or is no small form."""
        if scope["method"] != "POST" or not self.writes:
            return None  # there is no route for it
        if not _own(headers):
            return _error(scope, 403, "wrong_origin", "forms are taken from these pages alone")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return _error(scope, 415, "no_form", "this is no form")
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return _error(scope, 411, "no_length", "the form does not say how long it is")
        if len(length) > 9 or int(length) > MOST_FORM:
            return _error(scope, 413, "too_large", "the form is too large")
        return None

    def _shown(self, headers: Headers) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._right(given.strip()):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and self._right(cookie.value)

    def _right(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), (self.token or "").encode())

    def _enter(self, scope: Scope) -> Response | None:
        """Take the token of an address: set the cookie, go to the address without it."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), errors="replace")
        if not any(name == "token" and self._right(value) for name, value in pairs):
            return None
        rest = urlencode([pair for pair in pairs if pair[0] != "token"])
        path = "/" + scope["path"].lstrip("/\\")  # never another host
        answer = RedirectResponse(path + ("?" + rest if rest else ""), 303)
        answer.set_cookie(COOKIE, self.token or "", httponly=True, samesite="strict")
        return answer


def _is_text(query: bytes) -> bool:
    try:
        query.decode()
    except UnicodeDecodeError:
        return False
    return True


def _own(headers: Headers) -> bool:
    """Whether a request comes from a page of the host that it asks."""
    scheme, _, host = headers.get("origin", "").lower().partition("://")
    if scheme not in ("http", "https") or host != headers.get("host", "").strip().lower():
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _host(given: str) -> str:
    """Return a Host header's name without its port."""
    name = given.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]


def _error(scope: Scope, status: int, code: str, message: str) -> Response:
    if scope["path"].startswith("/api"):
        return JSONResponse({"error": {"code": code, "message": message}}, status)
    return PlainTextResponse(message + "\n", status)
