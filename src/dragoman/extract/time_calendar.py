"""Arithmetic of days: the interval of a TIMEX3 value, moving by units."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

_SEASON_START = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
_MONTH = re.compile(r"(\d{4})-(\d\d)(?:-XX)?")
_WEEK = re.compile(r"(\d{4})-W(\d\d)(-WE)?")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_HALF = re.compile(r"(\d{4})-H([12])")
_SEASON = re.compile(r"(\d{4})-(SP|SU|FA|WI)")
_YEAR = re.compile(r"\d{4}(?:-XX-XX)?")
_DECADE = re.compile(r"\d{3}X?")
_CENTURY = re.compile(r"\d{2}(?:XX)?")
SEASONS = ("WI", "SP", "SU", "FA")
Interval = tuple[date, date]


def interval(value: str) -> Interval | None:
    """Return the first and last day of a TIMEX3 value, or None where it names no days.

    Args:
        value: "2017-08-14", "2016-11", "2000-W07", "1998-Q2", "1999-FA", "199X", …
    """
    try:
        return _interval(value)
    except (ValueError, OverflowError):
        return None


def _interval(value: str) -> Interval | None:
    for pattern, days in _KINDS:
        if found := pattern.fullmatch(value):
            return days(found)
    return _years(value)


def _one_day(found: re.Match[str]) -> Interval:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    return day, day


def _one_week(found: re.Match[str]) -> Interval:
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    first = monday + timedelta(days=5) if found[3] else monday
    return first, monday + timedelta(days=6)


def _one_season(found: re.Match[str]) -> Interval:
    return _months(int(found[1]), _SEASON_START[found[2]], 3)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Interval]], ...] = (
    (_DAY, _one_day),
    (_MONTH, lambda m: _months(int(m[1]), int(m[2]), 1)),
    (_WEEK, _one_week),
    (_QUARTER, lambda m: _months(int(m[1]), int(m[2]) * 3 - 2, 3)),
    (_HALF, lambda m: _months(int(m[1]), int(m[2]) * 6 - 5, 6)),
    (_SEASON, _one_season),
)


def _years(value: str) -> Interval | None:
    for pattern, size in ((_YEAR, 1), (_DECADE, 10), (_CENTURY, 100)):
        if pattern.fullmatch(value):
            first = int(value.rstrip("X-")) * size
            if first < 1:
                return None
            return date(first, 1, 1), date(first + size - 1, 12, 31)
    return None


def _months(year: int, month: int, count: int) -> Interval:
    last_year, last = year + (month + count - 2) // 12, (month + count - 2) % 12 + 1
    return date(year, month, 1), date(last_year, last, monthrange(last_year, last)[1])


def week_value(day: date) -> str:
    """Return the ISO week of a day ("2000-W07")."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def move_months(day: date, months: int) -> date:
    """Return the same day so many months on (the last of the month where it has no such day).

    Raises:
        ValueError: that is before year 1 or after year 9999.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def season_of(day: date) -> str:
    """Return the season of a day, northern and meteorological ("SP", "SU", "FA", "WI")."""
    return SEASONS[day.month % 12 // 3]
