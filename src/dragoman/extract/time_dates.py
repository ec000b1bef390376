"""Values of dates told by their place in the calendar: days, months, years, seasons, feasts."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from dragoman.codebook.times import Holiday
from dragoman.extract.time_calendar import interval
from dragoman.extract.time_context import Context, Found, season_value, unit_value
from dragoman.extract.time_feasts import feast_value, hijri_day, solar_hijri_day
from dragoman.extract.time_tense import Way

Match = re.Match[str]
_BACK = {"last", "past", "previous"}
_ON = {"next", "coming", "following"}
_STRAY_DAYS = 45  # a day so far ahead may still stand in a past clause ("were told to go by May 5")
_EVENT_NAME = re.compile(r" (?:for|of|on) [A-Zt]")  # "the March for Peace"
_WAYS = {"last": -1, "next": 1, "this": 0}


def way_of(match: Match, ctx: Context) -> str | None:
    """Return the kind of the match's placing word ("last", "this", "that", …), or None."""
    word = match.groupdict().get("way")
    return ctx.words.ways.get(word.lower().replace("-", " ")) if word else None


def month_of(match: Match, ctx: Context) -> int:
    """Return the number of the month that the match names."""
    return ctx.words.months[match["month"].lower()]


def _lone_name(match: Match, ctx: Context) -> bool:
    """Whether a month's word stands alone as another word ("may", a person called May)."""
    word = match["month"]
    token = ctx.doc.token_at(match.start("month"))
    if token is None or token.pos in ("AUX", "VERB", "ADP"):
        return True
    if _EVENT_NAME.match(ctx.doc.text, match.end()):
        return True
    if len(word) == 3 and word.lower() != "may" and not match.group().endswith("."):
        return not match.groupdict().get("year")
    person = token.ent == "PERSON" and not match.groupdict().get("year")
    return person and word.lower() in ("may", "april", "june", "august")


def _iso(match: Match, ctx: Context) -> Found | None:
    return _full(int(match["year"]), int(match["month"]), int(match["day"]))


def _full(year: int, month: int, day: int) -> Found | None:
    try:
        return Found("DATE", date(year, month, day).isoformat())
    except ValueError:
        return None


def _slashed(match: Match, ctx: Context) -> Found | None:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if year < 100:
        year += 1900 if year > 40 else 2000
    dotted = "." in match.group()
    month, day = (second, first) if dotted or first > 12 else (first, second)
    return _full(year, month, day) if 1 <= month <= 12 else None


def _date(match: Match, ctx: Context) -> Found | None:
    month, day = month_of(match, ctx), int(match["day"])
    token = ctx.doc.token_at(match.start("month"))
    if token is not None and token.pos == "AUX":
        return None
    year = match["year"] or _year_behind(match, month, ctx)
    if year:
        made = _full(int(year), month, day)
    else:
        made = _in_some_year(month, day, ctx, match.start("month"))
    to = match.groupdict().get("to")
    return _until(made, int(to)) if made and to else made


_YEAR_BEHIND = re.compile(
    r"(?:,? (?:and|or|to|until|till|through) |, | ?[-–] ?)"
    r"(?P<month>[A-Z][a-z]{2,8})\.?(?: \d{1,2},?)? (?P<year>1[0-9]\d\d|20\d\d)\b"
)


def _year_behind(match: Match, month: int, ctx: Context) -> str | None:
    """Return the year of "May 10" in "May 10 and October 2, 1992", which is told but once."""
    found = _YEAR_BEHIND.match(ctx.doc.text, match.end())
    later = ctx.words.months.get(found["month"].lower()) if found else None
    if found is None or later is None:
        return None
    return f"{int(found['year']) - (later < month):04d}"


def _week_of(match: Match, ctx: Context) -> Found | None:
    made = _date(match, ctx)
    days = interval(made.value) if made else None
    return Found("DATE", unit_value(days[0] if days else None, "W")) if made else None


def _until(made: Found, last_day: int) -> Found:
    """Stretch the interval of "Aug. 5-7" to its last day."""
    days = interval(made.value)
    last = _day(days[0].year, days[0].month, last_day) if days else None
    if days is None or last is None or last <= days[0]:
        return made
    return Found("DATE", made.value, days=(days[0], last))


def _day_too(match: Match, ctx: Context) -> Found | None:
    """The second day of "April 24 and 25"."""
    if ctx.last is None or ctx.last_span is None or not _DAY_VALUE.fullmatch(ctx.last.value):
        return None
    text = ctx.doc.text
    words = text[ctx.last_span[0] : ctx.last_span[1]]
    if text[ctx.last_span[1] : match.start()] not in _JOINED or not _ENDS_IN_DAY.search(words):
        return None
    value = f"{ctx.last.value[:-2]}{int(match['day']):02d}"
    return Found("DATE", value) if interval(value) or "X" in value else None


_JOINED = frozenset({" and ", " to ", " or ", " through ", " until "})
_DAY_VALUE = re.compile(r"(?:\d{4}|XXXX)-\d\d-\d\d")
_ENDS_IN_DAY = re.compile(r"[A-Za-z]\.? \d{1,2}$")


def _in_some_year(month: int, day: int, ctx: Context, offset: int) -> Found | None:
    """Give a day of the year its year: the nearest, or the one that the clause's tense asks."""
    if ctx.published is None:
        return Found("DATE", f"XXXX-{month:02d}-{day:02d}") if 1 <= day <= 31 else None
    near = [d for y in (-1, 0, 1) if (d := _day(ctx.published.year + y, month, day))]
    if not near:
        return None
    return Found("DATE", _choose(near, ctx.published, ctx.way(offset)).isoformat())


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _choose(days: list[date], published: date, way: Way) -> date:
    behind = [d for d in days if (d - published).days <= _STRAY_DAYS]
    ahead = [d for d in days if (d - published).days >= -_STRAY_DAYS]
    allowed = behind if way == "past" else ahead if way == "future" else days
    return min(allowed or days, key=lambda d: abs((d - published).days))


def _month(match: Match, ctx: Context) -> Found | None:
    if _lone_name(match, ctx) and not (match["year"] or match["mod"]):
        return None
    month = month_of(match, ctx)
    year = match["year"] or (None if match["rel"] else _year_behind(match, month, ctx))
    if year:
        return Found("DATE", f"{year}-{month:02d}")
    if match["rel"] and ctx.published:
        told = ctx.published.year + _WAYS[match["rel"].lower()]
        return Found("DATE", f"{told:04d}-{month:02d}")
    return Found("DATE", _month_value(month, ctx, ctx.way(match.start("month"))))


def _month_value(month: int, ctx: Context, way: Way) -> str:
    if ctx.published is None:
        return f"XXXX-{month:02d}"
    now = ctx.published.year * 12 + ctx.published.month
    off = (month - ctx.published.month) % 12
    ahead = way == "future" or (way == "unknown" and off <= 5)
    count = now + off if ahead or off == 0 else now + off - 12
    return f"{(count - 1) // 12:04d}-{(count - 1) % 12 + 1:02d}"


def _way_month(match: Match, ctx: Context) -> Found | None:
    way, month = way_of(match, ctx), month_of(match, ctx)
    told = match.groupdict().get("day")
    day = int(told) if told else None
    base = ctx.told_day if way in ("that", "previous", "following") else ctx.published
    tail = f"-{day:02d}" if day else ""
    if base is None:
        return Found("DATE", f"XXXX-{month:02d}{tail}")
    year = base.year
    if way in _BACK:
        year -= month >= base.month
    elif way in _ON:
        year += month <= base.month
    value = f"{year:04d}-{month:02d}{tail}"
    return Found("DATE", value) if interval(value) else None


def _year(match: Match, ctx: Context) -> Found | None:
    first = int(match["year"])
    if not _is_year(match, ctx, first):
        return None
    if match["to"]:
        last = first // 100 * 100 + int(match["to"][1:])
        if last <= first:
            return None
        return Found("DATE", match["year"], days=(date(first, 1, 1), date(last, 12, 31)))
    return Found("DATE", match["year"])


def _is_year(match: Match, ctx: Context, year: int) -> bool:
    """Tell a year from another number of four digits by what stands beside it."""
    doc, token = ctx.doc, ctx.doc.token_at(match.start("year"))
    if token is None or token.span != match.span("year"):
        return token is not None and bool(match["to"])
    before = doc.tokens[token.i - 1].lower if token.i else ""
    after = doc.tokens[token.i + 1] if token.i + 1 < len(doc.tokens) else None
    if after is not None and after.lower in ctx.words.not_years_before:
        return False
    if token.head.i > token.i and token.head.ent == "PRODUCT":
        return False  # the year of a model
    bound = before in _YEAR_PREPOSITIONS
    if after is not None and after.tag in ("NNS", "NNPS") and token.head is after:
        return bound or before in ("the", "’s", "'s", "his", "her", "their", "its")
    return bound or match["mod"] is not None or 1800 <= year <= 2099


_YEAR_PREPOSITIONS = frozenset(
    ["in", "since", "until", "till", "by", "from", "before", "after", "during", "of", "through"]
)


def _fiscal(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", match["year"], vague=True)


def _pre_year(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", match["year"], vague=not match.group().lower().startswith("mid"))


def _decade(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", match["year"] + "X")


def _short_decade(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", f"19{match['year']}X")


_TENS = {"twenties": 2, "thirties": 3, "forties": 4, "fifties": 5}
_TENS |= {"sixties": 6, "seventies": 7, "eighties": 8, "nineties": 9}


def _named_decade(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", f"19{_TENS[match['tens'].lower()]}X")


def _century(match: Match, ctx: Context) -> Found | None:
    return Found("DATE", f"{int(match['nth']) - 1:02d}")


def _season(match: Match, ctx: Context) -> Found | None:
    season = ctx.words.seasons[match["season"].lower()]
    if match["year"]:
        return Found("DATE", f"{match['year']}-{season}")
    way = way_of(match, ctx)
    if way is None and not _bare_season(match, ctx):
        return None
    if way in ("that", "previous", "following"):
        return Found("DATE", season_value(ctx.told_day, season, 1 if way == "following" else 0))
    if way in _BACK:
        return Found("DATE", season_value(ctx.published, season, -1))
    if way == "this" and ctx.published:
        return Found("DATE", f"{ctx.published.year:04d}-{season}")
    ahead = way in _ON or ctx.way(match.start()) == "future"
    return Found("DATE", season_value(ctx.published, season, 1 if ahead else 0))


def _bare_season(match: Match, ctx: Context) -> bool:
    """Whether "the fall" is a season: of nothing, and after a preposition of time."""
    token = ctx.doc.token_at(match.start("season"))
    if token is None or token.pos not in ("NOUN", "PROPN"):
        return False
    after = ctx.doc.text[match.end() :]
    if re.match(r" (?:of|from|in)\b|[’']s", after):
        return False
    return token.head.dep == "prep" or token.head.lower in ("in", "during", "by", "since", "until")


def _quarter(match: Match, ctx: Context) -> Found | None:
    told = match["ordinal"].lower()
    number = int(told) if told.isdigit() else ctx.words.ordinals[told]
    groups = match.groupdict()
    if groups.get("year"):
        return Found("DATE", f"{match['year']}-Q{number}")
    if ctx.published is None:
        return Found("DATE", f"XXXX-Q{number}")
    if groups.get("rel"):
        return Found("DATE", f"{ctx.published.year + _WAYS[match['rel'].lower()]:04d}-Q{number}")
    ended = number * 3 < ctx.published.month + 3
    ahead = ctx.way(match.start()) == "future"
    year = ctx.published.year - (not ended and not ahead)
    return Found("DATE", f"{year:04d}-Q{number}")


def _half(match: Match, ctx: Context) -> Found | None:
    number = 1 if match["ordinal"].lower() == "first" else 2
    year = match["year"] or unit_value(ctx.published, "Y")
    return Found("DATE", f"{year}-H{number}")


def _holiday(match: Match, ctx: Context) -> Found | None:
    rule = ctx.words.holidays[match["holiday"].lower()]
    published = ctx.published
    if match["year"]:
        values = _feasts(rule, [int(match["year"])])
    elif published is None:
        return Found("DATE", f"XXXX-{rule.date}" if rule.date else "XXXX-XX-XX")
    else:
        values = _feasts(rule, [published.year + y for y in (-1, 0, 1)])
    if not values:
        return None
    value = values[0]
    if published and len(values) > 1:
        value = _near(values, published, way_of(match, ctx), ctx.way(match.start("holiday")))
    days = interval(value)
    if match["week"] and days:
        return Found("DATE", unit_value(days[0], "W"))
    return Found("DATE", value)


def _near(values: list[str], published: date, way: str | None, tense: Way) -> str:
    """Choose among the feasts of neighbouring years."""
    first = {days[0]: value for value in values if (days := interval(value))}
    if way in _BACK:
        return first[max((d for d in first if d < published), default=min(first))]
    if way in _ON:
        return first[min((d for d in first if d > published), default=max(first))]
    return first[_choose(sorted(first), published, tense)]


def _feasts(rule: Holiday, years: list[int]) -> list[str]:
    found = []
    for year in years:
        with suppress(ValueError, OverflowError):
            found.append(feast_value(rule, year))
    return found


def _hijri(match: Match, ctx: Context) -> Found | None:
    groups, year, day = match.groupdict(), int(match["year"]), int(match["day"])
    try:
        if groups.get("solar"):
            month = ctx.words.solar_hijri_months[match["solar"].lower()]
            return Found("DATE", solar_hijri_day(year, month, day).isoformat())
        month = ctx.words.hijri_months[match["hijri"].lower()]
        return Found("DATE", hijri_day(year, month, day).isoformat())
    except ValueError:
        return None


DATES = {
    "iso": _iso,
    "slashed": _slashed,
    "date": _date,
    "week_of": _week_of,
    "day_too": _day_too,
    "month": _month,
    "way_month": _way_month,
    "year": _year,
    "fiscal": _fiscal,
    "pre_year": _pre_year,
    "decade": _decade,
    "short_decade": _short_decade,
    "named_decade": _named_decade,
    "century": _century,
    "season": _season,
    "quarter": _quarter,
    "half": _half,
    "holiday": _holiday,
    "hijri": _hijri,
}
