"""Feasts and days of several calendars as days of the Gregorian one.

Easter after Meeus, Jones and Butcher; new moons after Meeus (Astronomical Algorithms, 1998,
ch. 49, the largest terms, good to some minutes); the Islamic, Hebrew and Iranian calendars by
arithmetic (Reingold and Dershowitz, Calendrical Calculations). What is observed may differ by a
day from what is reckoned.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from math import radians, sin

from dragoman.codebook.times import Holiday

_HIJRI_EPOCH = date(622, 7, 19).toordinal()  # 16 July 622 in the Julian calendar
_HEBREW_EPOCH = -1373427  # ordinal of the first day of the year 1
_IRAN_EPOCH = date(622, 3, 20).toordinal()
_DUSK = 18.0  # hours of the local day


def feast_value(rule: Holiday, year: int) -> str:
    """Return the TIMEX3 value of a feast in a year: a day, or the month it mostly fills.

    Raises:
        ValueError: the feast does not fall in that year.
    """
    if rule.date:
        return f"{year:04d}-{rule.date}"
    if rule.hijri_month is not None and rule.hijri_day is None:
        return _hijri_in(year, rule.hijri_month, 15).isoformat()[:7]
    return _feast_day(rule, year).isoformat()


def _feast_day(rule: Holiday, year: int) -> date:
    if rule.easter is not None:
        return easter(year) + timedelta(days=rule.easter)
    if rule.orthodox_easter is not None:
        return orthodox_easter(year) + timedelta(days=rule.orthodox_easter)
    if rule.hebrew_new_year is not None:
        return hebrew_new_year(year) + timedelta(days=rule.hebrew_new_year)
    if rule.hijri_month is not None and rule.hijri_day is not None:
        return _hijri_in(year, rule.hijri_month, rule.hijri_day)
    if rule.new_moon is not None:
        return _dark_day(rule.new_moon, year, rule.east, rule.dusk)
    if rule.month is None or rule.weekday is None:
        raise ValueError("the feast has no rule")
    return _nth_weekday(year, rule.month, rule.weekday, rule.nth or 1, rule.from_day)


def easter(year: int) -> date:
    """Return the western Easter Sunday of a year."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Return the Orthodox Easter Sunday of a year (1900 to 2099) in the Gregorian calendar."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def hijri_day(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day in the arithmetic Islamic calendar.

    Raises:
        ValueError: it is outside the years 1 to 9999, or there is no such month or day.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError("no such day")
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(_HIJRI_EPOCH - 1 + days)


def solar_hijri_day(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day in Iran's calendar (33-year cycle of leap years).

    Raises:
        ValueError: it is outside the years 1 to 9999, or there is no such month or day.
    """
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError("no such day")
    before = year - 1
    leaps = (8 * before + 29) // 33
    return date.fromordinal(
        _IRAN_EPOCH + 365 * before + leaps + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day
    )


def hebrew_new_year(year: int) -> date:
    """Return the day of Rosh Hashanah that falls in a Gregorian year."""
    hebrew = year + 3761
    days = _hebrew_days(hebrew)
    before, after = days - _hebrew_days(hebrew - 1), _hebrew_days(hebrew + 1) - days
    delay = 2 if after == 356 else 1 if before == 382 else 0
    return date.fromordinal(_HEBREW_EPOCH + days + delay)


def _hebrew_days(year: int) -> int:
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    days = 29 * months + parts // 25920
    return days + 1 if 3 * (days + 1) % 7 < 3 else days


def _hijri_in(year: int, month: int, day: int) -> date:
    """Return the Islamic feast that falls in a Gregorian year (the first, where two do)."""
    guess = int((year - 622) * 33 / 32)
    for hijri in range(max(1, guess - 1), guess + 3):
        found = hijri_day(hijri, month, day)
        if found.year == year:
            return found
    raise ValueError(f"no such feast in {year}")


def _nth_weekday(year: int, month: int, weekday: int, nth: int, start: int) -> date:
    if nth < 0:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    first = date(year, month, start)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def _dark_day(between: tuple[str, str], year: int, east: float, dusk: bool) -> date:
    """Return the local day of the new moon, or that on whose evening the moon is dark."""
    first, last = (date.fromisoformat(f"{year:04d}-{day}") for day in between)
    for number in range(-1, 14):
        moon = _new_moon(year, number) + timedelta(hours=east)
        if first <= moon.date() <= last:
            return (moon - timedelta(hours=_DUSK)).date() if dusk else moon.date()
    raise ValueError(f"no such feast in {year}")


def _new_moon(year: int, number: int) -> datetime:
    """Return the time (UTC) of a new moon, counted from about the beginning of the year."""
    k = int((year - 2000) * 12.3685) + number
    t = k / 1236.85
    sun = radians(2.5534 + 29.1053567 * k)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    node = radians(160.7108 + 390.67050284 * k)
    waver = -0.4072 * sin(moon) + 0.17241 * sin(sun) + 0.01608 * sin(2 * moon)
    waver += 0.01039 * sin(2 * node) + 0.00739 * sin(moon - sun) - 0.00514 * sin(moon + sun)
    days = 5.09766 + 29.530588861 * k + 0.00015437 * t * t + waver
    return datetime(2000, 1, 1, 12) + timedelta(days=days) - timedelta(seconds=64)
