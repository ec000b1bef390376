"""A web page: its article and what the page says about it, by trafilatura."""

from __future__ import annotations

import logging
import re
from typing import Any

from dragoman.records import Report
from dragoman.sources.base import SourceError, make_report
from dragoman.sources.published import find_published
from dragoman.sources.text import MAX_BYTES, MOST_TAGS, too_large

_LOOKS_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)

_TAG = re.compile(rb"<[a-zA-Z](?:[^>=]++|=\s*+\"[^\"]*+\"|=\s*+'[^']*+'|=)*+")
_QUOTED = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
MOST_ATTRIBUTES = 1_000  # of one tag
FEWEST_WORDS = 8  # a shorter "article" is a menu or a notice


def looks_like_html(data: bytes) -> bool:
    """Whether bytes begin as an HTML page does."""
    return bool(_LOOKS_HTML.match(data[:2048]))


def read_html(data: bytes | str, url: str | None = None) -> Report:
    """Read the article of a page, with its title, date, publisher and language where told.

    Args:
        data: the page; bytes are decoded as the page itself says.
        url: the page's address, where known.

    Raises:
        SourceError: the page is too large, or no article is found in it.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(too_large(len(data)))
    _refuse_bomb(data if isinstance(data, bytes) else data.encode("utf-8", "replace"))
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            data, url=url, with_metadata=True, include_comments=False, include_tables=False
        )
    except Exception as error:
        raise SourceError(f"the page cannot be parsed: {error}") from error
    facts = _facts(found)
    text = (facts.get("text") or "").strip()
    if len(text.split()) < FEWEST_WORDS:
        raise SourceError("no article was found in this page; save the report's text and read that")
    day = find_published(facts.get("date"))
    return make_report(
        text,
        title=facts.get("title") or None,
        published=day.isoformat() if day else None,
        source=facts.get("sitename") or facts.get("hostname") or None,
        url=url or facts.get("url") or None,
        language=facts.get("language") or None,
    )


def _refuse_bomb(data: bytes) -> None:
    """Refuse a page that its parsers would take minutes for.

    Raises:
        SourceError: it has far more tags, or more attributes in one tag, than pages have.
    """
    if data.count(b"<") > MOST_TAGS:
        raise SourceError(f"the page has over {MOST_TAGS:,} tags; save the report's text instead")
    for tag in _TAG.findall(data):
        if len(tag) > MOST_ATTRIBUTES and len(_QUOTED.sub(b"", tag).split()) > MOST_ATTRIBUTES:
            raise SourceError(f"a tag of the page has over {MOST_ATTRIBUTES:,} attributes")


def _facts(found: Any) -> dict[str, Any]:
    """Return what trafilatura found as a mapping, whichever shape it chose."""
    if found is None:
        return {}
    return found if isinstance(found, dict) else dict(found.as_dict())
