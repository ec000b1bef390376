"""Arithmetic of days: intervals of TIMEX3 values, moving by units, feasts of several calendars.

Easter by the algorithms of Meeus (Astronomical Algorithms, 1991, ch. 8), Islamic days by the
arithmetic calendar (Reingold and Dershowitz, Calendrical Calculations), which may differ by a day
from what is observed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from dragoman.codebook.times import Holiday

_SEASON_START = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_WEEK = re.compile(r"(\d{4})-W(\d\d)(-WE)?")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_HALF = re.compile(r"(\d{4})-H([12])")
_SEASON = re.compile(r"(\d{4})-(SP|SU|FA|WI)")
_YEAR = re.compile(r"\d{4}")
_DECADE = re.compile(r"\d{3}X?")
_CENTURY = re.compile(r"\d{2}(?:XX)?")
Interval = tuple[date, date]


def interval(value: str) -> Interval | None:
    """Return the first and last day of a TIMEX3 value, or None where it names no days.

    Args:
        value: "2017-08-14", "2016-11", "2000-W07", "1998-Q2", "1999-FA", "199X", …
    """
    try:
        return _interval(value)
    except ValueError:
        return None


def _interval(value: str) -> Interval | None:
    if found := _DAY.fullmatch(value):
        day = date(*map(int, found.groups()))
        return day, day
    if found := _MONTH.fullmatch(value):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _WEEK.fullmatch(value):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        first = monday + timedelta(days=5) if found[3] else monday
        return first, monday + timedelta(days=6)
    if found := _QUARTER.fullmatch(value):
        return _months(int(found[1]), int(found[2]) * 3 - 2, 3)
    if found := _HALF.fullmatch(value):
        return _months(int(found[1]), int(found[2]) * 6 - 5, 6)
    if found := _SEASON.fullmatch(value):
        return _months(int(found[1]), _SEASON_START[found[2]], 3)
    return _years(value)


def _years(value: str) -> Interval | None:
    for pattern, size in ((_YEAR, 1), (_DECADE, 10), (_CENTURY, 100)):
        if pattern.fullmatch(value):
            first = int(value.rstrip("X")) * size
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
    return ("WI", "SP", "SU", "FA")[day.month % 12 // 3]


def easter(year: int) -> date:
    """Return the western Easter Sunday of a year."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = century - century // 4 - (8 * century + 13) // 25
    moon = (skipped + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + rest * 0 + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def orthodox_easter(year: int) -> date:
    """Return the Orthodox Easter Sunday of a year (1900 to 2099) in the Gregorian calendar."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


_HIJRI_EPOCH = 227015  # ordinal of 16 July 622 Julian


def hijri_day(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day in the arithmetic Islamic calendar.

    Raises:
        ValueError: it is outside the years 1 to 9999.
    """
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(_HIJRI_EPOCH - 1 + days)


def _hijri_in(year: int, month: int, day: int) -> date:
    """Return the Islamic feast that falls in a Gregorian year (the first, where two do)."""
    guess = int((year - 622) * 33 / 32)
    for hijri in range(guess - 1, guess + 3):
        found = hijri_day(hijri, month, day)
        if found.year == year:
            return found
    raise ValueError(f"no such feast in {year}")


def holiday_value(rule: Holiday, year: int) -> str:
    """Return the TIMEX3 value of a feast in a year: a day, or the month it mostly fills.

    Raises:
        ValueError: the feast does not fall in that year.
    """
    if rule.date:
        return f"{year:04d}-{rule.date}"
    if rule.easter is not None:
        return (easter(year) + timedelta(days=rule.easter)).isoformat()
    if rule.orthodox_easter is not None:
        return (orthodox_easter(year) + timedelta(days=rule.orthodox_easter)).isoformat()
    if rule.hijri_month is not None:
        if rule.hijri_day is None:
            middle = _hijri_in(year, rule.hijri_month, 15)
            return middle.isoformat()[:7]
        return _hijri_in(year, rule.hijri_month, rule.hijri_day).isoformat()
    assert rule.month is not None
    assert rule.weekday is not None
    return _nth_weekday(year, rule.month, rule.weekday, rule.nth or 1).isoformat()


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    if nth < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
