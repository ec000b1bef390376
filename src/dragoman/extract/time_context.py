"""What a time expression is read against: the report's day, and the days told before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from dragoman.codebook.times import TimeWords
from dragoman.extract.time_calendar import Interval, interval, move_months, season_of, week_value
from dragoman.extract.time_tense import Way, direction
from dragoman.language.document import Document
from dragoman.records import Span, TimeType

UNKNOWN = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Y": "XXXX"}
UNKNOWN |= {"Q": "XXXX-QX"}


@dataclass(frozen=True, slots=True)
class Found:
    """The value of one expression.

    Attributes:
        span: where it is not the whole match.
        days: its interval, where the value does not tell it.
        vague: that the value names no calendar days (a fiscal year).
    """

    type: TimeType
    value: str
    span: Span | None = None
    days: Interval | None = None
    vague: bool = False


@dataclass(slots=True)
class Context:
    """The state of one reading, from the first expression to the last.

    Attributes:
        told_day: the first day of the date told last.
        last, last_span: the expression before this one.
    """

    doc: Document
    words: TimeWords
    published: date | None
    told_day: date | None = None
    last: Found | None = None
    last_span: Span | None = None
    _days: dict[int, date] = field(default_factory=dict)

    def remember(self, found: Found, span: Span) -> None:
        """Keep a date for those that are told from it."""
        self.last, self.last_span = found, span
        days = interval(found.value) if found.type in ("DATE", "TIME") else None
        if days is None:
            return
        self.told_day = days[0]
        token = self.doc.token_at(span[0])
        if days[0] == days[1] and token is not None:
            self._days[token.sent] = days[0]

    def day_in_sentence(self, sentence: int) -> date | None:
        """Return the last day told so far in a sentence, or in the one before in its paragraph."""
        before = max(0, sentence - 1)
        sentences = self.doc.sentences
        if (
            sentence not in self._days
            and sentences[before].paragraph == sentences[sentence].paragraph
        ):
            return self._days.get(before)
        return self._days.get(sentence)

    def repeated(self, index: int) -> bool:
        """Whether a token tells how often ("twice a month")."""
        return self.doc.tokens[index].lower in self.words.repeats

    def unknown_day(self) -> str | None:
        """Return the value of a day of which only the month or year was told, else None."""
        days = interval(self.last.value) if self.last is not None else None
        if days is None or self.told_day != days[0] or days[0] == days[1]:
            return None
        if (days[0].year, days[0].month) == (days[1].year, days[1].month):
            return f"{days[0].year:04d}-{days[0].month:02d}-XX" if days[0].day == 1 else None
        return f"{days[0].year:04d}-XX-XX" if days[0].year == days[1].year else None

    def way(self, offset: int) -> Way:
        """Return whether the clause around `offset` looks back or ahead."""
        return direction(self.doc, offset, self.words)


def unit_value(day: date | None, code: str, factor: int = 1) -> str:
    """Return the unit of time around a day: its week, month, quarter, year, decade, …

    Args:
        day: the day, or None where it is not known (the value has X then).
        code: letter of ISO 8601 ("D", "W", "M", "Q", "Y"), or "WE" for the weekend.
        factor: 10 for a decade, 100 for a century.
    """
    if code == "Y" and factor > 1:
        size = {10: 3, 100: 2}[factor]
        return f"{day.year:04d}"[:size] + "X" * (size == 3) if day else UNKNOWN["Y"]
    if day is None:
        return UNKNOWN[code]
    if code in ("W", "WE"):
        return week_value(day) + ("-WE" if code == "WE" else "")
    if code == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return {"D": day.isoformat(), "M": day.isoformat()[:7], "Y": f"{day.year:04d}"}[code]


def move(day: date | None, code: str, count: int) -> date | None:
    """Return a day moved by so many units; None where it leaves the calendar or is unknown."""
    if day is None:
        return None
    try:
        if code in ("D", "W", "WE"):
            return day + timedelta(days=count * (1 if code == "D" else 7))
        return move_months(day, count * {"M": 1, "Q": 3, "Y": 12}[code])
    except (ValueError, OverflowError):
        return None


def season_value(day: date | None, season: str, steps: int) -> str:
    """Return the value of a season, `steps` of them from the one nearest behind a day.

    Args:
        day: the day it is told on, None where unknown.
        season: "SP", "SU", "FA" or "WI"; a winter has the year in which it begins.
        steps: 0 for the one that runs or ran last, -1 for that before a running one, 1 the next.
    """
    if day is None:
        return f"XXXX-{season}"
    start = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
    year = day.year if day.month >= start else day.year - 1
    running = season_of(day) == season
    if steps > 0:
        year += 1
    elif steps < 0 and running:
        year -= 1
    return f"{year:04d}-{season}"
