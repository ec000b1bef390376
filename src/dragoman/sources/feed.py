"""RSS and Atom feeds, by feedparser: each entry with a text of its own is a report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError, make_report
from dragoman.sources.text import MAX_BYTES, MOST_TAGS, too_large

_SHORT = 200  # characters; a shorter text is a teaser, whose page is to be read


def looks_like_feed(data: bytes) -> bool:
    """Whether bytes begin as an RSS or Atom feed does."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and any(m in head for m in (b"<rss", b"<feed", b"<rdf:rdf"))


def read_feed(data: bytes, where: str) -> Iterator[Report | Failure]:
    """Read the entries of a feed that carry their text.

    Args:
        data: the feed as it was fetched.
        where: its address or file, for messages.
    """
    try:
        found = _parse(data)
    except SourceError as error:
        yield Failure(where, str(error))
        return
    if not found.entries:
        yield Failure(where, "this feed has no entries")
    for number, entry in enumerate(found.entries, 1):
        try:
            yield _entry(entry, found.feed)
        except SourceError as error:
            yield Failure(where, str(error), number, entry.get("id"))
        except Exception as error:  # an entry of any shape may be there
            yield Failure(where, f"this entry cannot be read: {error}", number, entry.get("id"))


def links_of(data: bytes) -> list[str]:
    """Return the addresses of a feed's entries whose text is only a teaser."""
    try:
        entries = _parse(data).entries
    except SourceError:
        return []
    return [e["link"] for e in entries if e.get("link") and len(_text(e)) < _SHORT]


def _parse(data: bytes) -> Any:
    import feedparser

    if len(data) > MAX_BYTES:
        raise SourceError(too_large(len(data)))
    if data.count(b"<") > MOST_TAGS:
        raise SourceError(f"the feed has over {MOST_TAGS:,} tags; read its entries' pages instead")
    try:
        return feedparser.parse(data)
    except Exception as error:  # it fails in many ways on what is no XML
        raise SourceError(f"this feed cannot be parsed: {error}") from error


def _text(entry: Any) -> str:
    """Return an entry's longest text, without its markup."""
    from lxml import etree, html

    parts = [c.get("value") for c in entry.get("content") or ()] + [entry.get("summary")]
    longest = max((part for part in parts if isinstance(part, str)), key=len, default="")
    if "<" not in longest:
        return str(longest).strip()
    tree = html.fromstring(f"<div>{longest}</div>")
    # no text is put into the tree again: it refuses characters that it has read itself (`&#2;`)
    etree.strip_elements(tree, "script", "style", with_tail=False)
    for block in list(tree.iterdescendants("p", "br", "div", "li")):
        block.addprevious(_line_break())
        block.append(_line_break())
    return "\n".join(s for line in tree.text_content().splitlines() if (s := line.strip()))


def _line_break() -> Any:
    from lxml import etree

    made = etree.Element("span")
    made.text = "\n"
    return made


def _entry(entry: Any, feed: Any) -> Report:
    text = _text(entry)
    if not text:
        raise SourceError("this entry has no text of its own")
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return make_report(
        text,
        id=entry.get("id"),
        title=entry.get("title") or None,
        published=_day(moment),
        source=feed.get("title") or None,
        url=entry.get("link") or None,
        language=(feed.get("language") or "")[:2].lower() or None,
    )


def _day(moment: time.struct_time | None) -> str | None:
    try:
        return date(moment.tm_year, moment.tm_mon, moment.tm_mday).isoformat() if moment else None
    except ValueError:
        return None
