"""WARC as crawls write it (Common Crawl News): the pages in it, one report each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError
from dragoman.sources.html import looks_like_html, read_html
from dragoman.sources.text import MAX_BYTES, too_large

_PAGE = ("text/html", "application/xhtml+xml")
_BEGINNING = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]|WARC/1\.\d\r\n")  # packed; not packed
_MOST_BREAKS = 1_000
_CHUNK = 1 << 20


def read_warc(stream: IO[bytes], where: str) -> Iterator[Report | Failure]:
    """Read the pages of a WARC file, packed record by record or not at all.

    A response that is no web page or no answer (an image, a redirect) is passed over; a page in
    which no article is found is a failure, named by its address. Where a record is damaged, the
    beginning of the next one is looked for.

    Args:
        stream: the file, opened for reading as it lies on disk.
        where: the file's name, for messages.
    """
    number = 0
    begin: int | None = 0
    for _ in range(_MOST_BREAKS):
        if begin is None:
            return
        stream.seek(begin)
        at = begin
        try:
            for record in _responses(stream):
                number += 1
                at = max(at, record.stream_pos)
                if record.is_http and not (record.http_headers and record.http_headers.status_code):
                    yield Failure(where, "the record holds no answer of a server", number)
                elif _is_page(record):
                    yield _page(record, where, number)
            return
        except Exception as error:
            reason = f"the WARC is damaged after record {number}: {error}"
            yield Failure(where, reason, number or None)
        begin = _next_beginning(stream, at + 4)
    yield Failure(
        where, f"the WARC is damaged in over {_MOST_BREAKS:,} places; the rest is not read"
    )


def _responses(stream: IO[bytes]) -> Iterator[Any]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    yield from ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True)


def _next_beginning(stream: IO[bytes], at: int) -> int | None:
    """Return the offset of the next thing that looks like a record's beginning, if there is one."""
    stream.seek(at)
    held = b""
    while chunk := stream.read(_CHUNK):
        held += chunk
        if found := _BEGINNING.search(held):
            return at + found.start()
        kept = held[-16:]
        at += len(held) - len(kept)
        held = kept
    return None


def _is_page(record: Any) -> bool:
    http = record.http_headers
    if http is None or http.status_code != 200:
        return False
    kind = (record.http_content_type or "").lower()
    return kind in _PAGE or not kind


def _page(record: Any, where: str, number: int) -> Report | Failure:
    address = record.headers.get("WARC-Target-URI") or f"{where}:{number}"
    try:
        data = record.reader.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise SourceError(too_large(len(data)))
        if len(data) < record.content_length:
            raise SourceError("the record is cut short")
        if not looks_like_html(data) and b"<" not in data[:2048]:
            raise SourceError("the record is no HTML page")
        return read_html(data, url=address)
    except SourceError as error:
        return Failure(where, f"{address}: {error}", number)
