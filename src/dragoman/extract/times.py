"""Time expressions as TIMEX3 (TimeML 1.2.1): found by pattern, anchored on the report's date.

Without a published date a relative time keeps its underspecified form ("XXXX-WXX-1") and has no
interval: nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from dragoman.codebook import Codebook
from dragoman.extract.time_calendar import interval
from dragoman.extract.time_grammar import Rule, build_rules
from dragoman.extract.time_values import HANDLERS, Context, Found
from dragoman.language import Document
from dragoman.records import Time


def find_times(doc: Document, published: date | None, codebook: Codebook) -> list[Time]:
    """Find the time expressions of a report, in order of the text.

    Args:
        doc: the annotated report.
        published: the day it was published; None where that is not known.
        codebook: its words of time.
    """
    words = codebook.times
    context = Context(doc, words, published)
    found: list[Time] = []
    behind = 0
    for rule, match in _matches(doc.text, build_rules(words)):
        if match.start() < behind:
            continue
        made = HANDLERS[rule.name](match, context)
        if made is None:
            continue
        span = made.span or match.span()
        behind = span[1]
        context.remember(made)
        found.append(_record(span, made))
    return found


def _record(span: tuple[int, int], made: Found) -> Time:
    days = interval(made.value) if made.type in ("DATE", "TIME") else None
    start, end = (day.isoformat() for day in days) if days else (None, None)
    if made.open_end:
        end = None
    return Time(span=span, type=made.type, value=made.value, start=start, end=end)


def _matches(text: str, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, re.Match[str]]]:
    """Yield all matches in order of the text; at one place the longest, then the earlier rule."""
    every = [
        (match.start(), -match.end(), order, match)
        for order, rule in enumerate(rules)
        for match in rule.pattern.finditer(text)
    ]
    every.sort(key=lambda m: m[:3])
    for _, _, order, match in every:
        yield rules[order], match
