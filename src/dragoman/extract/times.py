"""Time expressions as TIMEX3 (TimeML 1.2.1): found by pattern, anchored on the report's date.

Without a published date a relative time keeps its underspecified form ("XXXX-WXX-1") and has no
interval: nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from dragoman.codebook import Codebook
from dragoman.extract.time_amounts import AMOUNTS
from dragoman.extract.time_calendar import interval
from dragoman.extract.time_context import Context, Found
from dragoman.extract.time_dates import DATES
from dragoman.extract.time_grammar import Grammar, build_grammar
from dragoman.extract.time_relative import RELATIVE, beside
from dragoman.language.document import Document
from dragoman.records import Span, Time

_ONE_DAY = re.compile(r"[\dX]{4}-(?:[\dX]{2}-[\dX]{2}|W[\dX]{2}-\d)")
_HANDLERS: dict[str, Callable[[re.Match[str], Context], Found | None]]
_HANDLERS = {**DATES, **RELATIVE, **AMOUNTS}


def find_times(doc: Document, published: date | None, codebook: Codebook) -> list[Time]:
    """Find the time expressions of a report, in order of the text.

    Args:
        doc: the annotated report.
        published: the day it was published; None where that is not known.
        codebook: its words of time.

    Raises:
        CodebookError: time.yaml is missing or mistaken.
    """
    words = codebook.times
    grammar, context = build_grammar(words), Context(doc, words, published)
    found: list[Time] = []
    behind = 0
    for start in grammar.starts(doc.text):
        if start < behind:
            continue
        made = _best(grammar, context, start)
        if made is not None:
            span, value = made
            whole = beside(doc.text, span, value, context)
            if whole is not None and whole.span is not None and whole.span[0] >= behind:
                span, value = whole.span, whole
            else:
                span, value = _with_day(grammar, context, span, value)
            context.remember(value, span)
            found.append(_record(span, value))
            behind = span[1]
    return found


def _best(grammar: Grammar, context: Context, start: int) -> tuple[Span, Found] | None:
    """Return the longest expression at an offset that has a value."""
    for rule, match in grammar.matches(context.doc.text, start):
        try:
            made = _HANDLERS[rule.name](match, context)
        except (ValueError, OverflowError):
            continue  # a day before the year 1 or after 9999
        except KeyError:
            continue  # a letter that only matches as another: "dayſ"
        if made is not None and made.value.isascii():  # no digits of other scripts
            return made.span or match.span(), made
    return None


def _with_day(grammar: Grammar, context: Context, span: Span, made: Found) -> tuple[Span, Found]:
    """Join a time of day with the date behind it: "midnight on 30 June" is one expression."""
    _, clock, hour = made.value.partition("T")
    if made.type != "TIME" or not clock:
        return span, made
    behind = re.compile(rf",? (?:{'|'.join(context.words.days_of_clock)}) (?:the )?")
    between = behind.match(context.doc.text, span[1])
    day = _best(grammar, context, between.end()) if between is not None else None
    if day is None or day[1].type != "DATE" or not _ONE_DAY.fullmatch(day[1].value):
        return span, made
    return (span[0], day[0][1]), Found("TIME", f"{day[1].value}T{hour}")


def _record(span: Span, made: Found) -> Time:
    days = made.days or interval(made.value)
    if made.vague or made.type not in ("DATE", "TIME") or days is None:
        return Time(span=span, type=made.type, value=made.value)
    start, end = (day.isoformat() for day in days)
    return Time(span=span, type=made.type, value=made.value, start=start, end=end)
