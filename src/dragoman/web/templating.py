"""Jinja templates that escape all text and show characters that would hide or turn words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dragoman.codebook import Codebook, CodebookError
from dragoman.extract.time_calendar import interval
from dragoman.resolve.reviews import ADDED

HERE = Path(__file__).parent
# bidirectional controls, zero-width and other invisible characters, controls save newline and tab
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def visible(value: Any) -> Any:
    """Return text with hidden and turning characters written out; markup made here as it is."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return "" if value is None else value
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", value)


def joined(values: Iterable[str | None] | None) -> str:
    """Return names as one text; "?" for one that is not known."""
    return ", ".join(value or "?" for value in values or ())


def address(path: str, given: dict[str, Any], **changed: Any) -> str:
    """Return an address with a query; a change to None takes the parameter out."""
    query = {name: value for name, value in {**given, **changed}.items() if value is not None}
    return f"{path}?{urlencode(query)}" if query else path


def plain(value: str | None) -> str:
    """Return a name of the records as people read it: "holds_office" as "holds office"."""
    return (value or "").replace("_", " ").replace("-", " ")


def score(value: float) -> str:
    """Return a sum of scores with its sign and no more digits than a label needs: "+12", "−66"."""
    digits = 0 if abs(value) >= 10 or value == int(value) else 1
    return f"{value:+,.{digits}f}".replace("-", "−")


def when(start: str | None, end: str | None) -> str:
    """Return days as people write them: "1995" for all of that year, "2022-02", "2026-03-02".

    Nothing where neither is known.
    """
    if not start or not end:
        return f"from {start}" if start else f"until {end}" if end else ""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first == last:
        return start
    for told in (start[:4], start[:7]):
        if interval(told) == (first, last):
            return told
    return f"{start} to {end}"


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    try:
        words = Codebook().actors
    except CodebookError:
        return {}  # the codes are shown
    found = dict(words.country_names)
    for known in words.known.values():  # a body before its parts
        if known.country:
            found.setdefault(known.country, known.name)
    return found


def country(code: str) -> str:
    """Return the name of a country or an international body by its code; else the code."""
    return _countries().get(code, code)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates' environment; all are compiled now, not while somebody waits."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "joined": joined,
        "plain": plain,
        "score": score,
        "when": when,
        "country": country,
    }
    made.tests |= {"added": lambda record: record.startswith(ADDED)}
    made.globals |= {"address": address}
    _countries()
    for name in made.list_templates():
        made.get_template(name)
    return made
