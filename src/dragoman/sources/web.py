"""Pages and feeds by their address: few redirects, small, quick, and never on a private network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError
from dragoman.sources.feed import links_of, looks_like_feed, read_feed
from dragoman.sources.html import read_html

MAX_PAGE = 5_000_000  # bytes
MAX_REDIRECTS = 5
SECONDS = 20.0
_AGENT = "dragoman"


def is_address(source: str) -> bool:
    """Whether a source is a web address and not a file."""
    return source.startswith(("http://", "https://"))


def read_url(address: str, *, private: bool = False) -> Iterator[Report | Failure]:
    """Read a page, or a feed and the pages of its entries that are only teasers.

    Args:
        address: http or https.
        private: whether addresses of this machine and of private networks may be read.
    """
    try:
        data, final = fetch(address, private=private)
    except SourceError as error:
        yield Failure(address, str(error))
        return
    if not looks_like_feed(data):
        yield _page(data, address, final)
        return
    teasers = set(links_of(data))
    for found in read_feed(data, address):
        if isinstance(found, Failure) or found.url not in teasers:
            yield found
    for link in sorted(teasers):
        try:
            yield _page(*fetch(link, private=private), link)
        except SourceError as error:
            yield Failure(link, str(error))


def _page(data: bytes, where: str, final: str) -> Report | Failure:
    try:
        return read_html(data, url=final)
    except SourceError as error:
        return Failure(where, str(error))


def fetch(address: str, *, private: bool = False) -> tuple[bytes, str]:
    """Fetch an address and return what it holds and where it was found in the end.

    Raises:
        SourceError: it cannot be reached, is private, is too large or is not text.
    """
    import httpx

    headers = {"User-Agent": _AGENT, "Accept": "text/html, application/xhtml+xml, */*;q=0.1"}
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False, headers=headers) as client:
            for _ in range(MAX_REDIRECTS + 1):
                if not private:
                    _refuse_private(address)
                with client.stream("GET", address) as answer:
                    if answer.has_redirect_location:
                        address = urljoin(address, answer.headers["location"])
                        continue
                    if answer.status_code != 200:
                        raise SourceError(f"the server answered {answer.status_code}")
                    return _body(answer), address
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError(f"the page cannot be fetched: {error}") from error
    raise SourceError(f"the page redirects more than {MAX_REDIRECTS} times")


def _body(answer: object) -> bytes:
    data = bytearray()
    for part in answer.iter_bytes():  # type: ignore[attr-defined]
        data += part
        if len(data) > MAX_PAGE:
            raise SourceError(f"the page is over {MAX_PAGE / 1e6:.0f} MB")
    return bytes(data)


def _refuse_private(address: str) -> None:
    """Refuse what is not http or leads to this machine or a private network.

    Raises:
        SourceError: it does.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError(f"{address} is not a web address")
    for *_, place in socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(place[0]).is_global:
            raise SourceError(f"{parts.hostname} is on a private network, which is not read")
