"""WARC as crawls write it (Common Crawl News): the pages in it, one report each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError
from dragoman.sources.html import looks_like_html, read_html
from dragoman.sources.text import MAX_BYTES, too_large

_PAGE = ("text/html", "application/xhtml+xml")


def read_warc(stream: IO[bytes], where: str) -> Iterator[Report | Failure]:
    """Read the pages of a WARC file, packed record by record or not at all.

    A response that is no web page or no answer (an image, a redirect) is passed over; a page in
    which no article is found is a failure, named by its address.

    Args:
        stream: the file, opened for reading as it lies on disk.
        where: the file's name, for messages.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    records = ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True)
    number = 0
    try:
        for number, record in enumerate(records, 1):
            if _is_page(record):
                yield _page(record, where, number)
    except Exception as error:
        yield Failure(where, f"the WARC breaks off after record {number}: {error}", number or None)


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
        if not looks_like_html(data) and b"<" not in data[:2048]:
            raise SourceError("the record is no HTML page")
        return read_html(data, url=address)
    except SourceError as error:
        return Failure(where, f"{address}: {error}", number)
