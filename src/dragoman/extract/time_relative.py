"""Values of dates told from the report's day, or from a date told before."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from dragoman.codebook.times import TimeWords
from dragoman.extract.time_amounts import amount_of, duration_value, unit_of
from dragoman.extract.time_calendar import interval
from dragoman.extract.time_context import Context, Found, move, unit_value
from dragoman.extract.time_dates import way_of
from dragoman.language.document import Token

Match = re.Match[str]
_NARRATIVE = {"that", "previous", "following"}
_STEP = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "following": 1}
_FINE = {"D": "D", "W": "W", "WE": "WE", "M": "M", "Q": "M", "Y": "Y"}


def _at(day: date | None, part: str | None, ctx: Context) -> Found:
    """Return a day, or a part of it."""
    value = unit_value(day, "D")
    if part:
        return Found("TIME", f"{value}T{ctx.words.day_parts[part.lower()]}")
    return Found("DATE", value)


def _weekday(match: Match, ctx: Context) -> Found | None:
    name = match["weekday"].rstrip(".").lower()
    number, part = ctx.words.weekdays[name], match["part"]
    token = ctx.doc.token_at(match.start("weekday"))
    if not name.endswith("day") and not match.group().endswith("."):
        return None
    if token is not None and token.ent in ("ORG", "WORK_OF_ART", "PERSON") and not match["way"]:
        return None
    way = way_of(match, ctx)
    base = ctx.told_day if way in _NARRATIVE else ctx.published
    if base is None:
        tail = f"T{ctx.words.day_parts[part.lower()]}" if part else ""
        return Found("TIME" if part else "DATE", f"XXXX-WXX-{number}{tail}")
    return _at(_weekday_near(base, number, way, match, ctx), part, ctx)


def _weekday_near(base: date, number: int, way: str | None, match: Match, ctx: Context) -> date:
    ago = (base.isoweekday() - number) % 7
    if way in ("last", "past", "previous"):
        return base - timedelta(days=ago or 7)
    if way in ("next", "coming", "following"):
        return base + timedelta(days=(-ago) % 7 or 7)
    if way == "this":
        return base - timedelta(days=base.isoweekday() - number)
    if way is None and ctx.way(match.start()) == "future":
        return base + timedelta(days=(-ago) % 7)
    return base - timedelta(days=ago)


def _day_part(match: Match, ctx: Context) -> Found | None:
    word = match["shift"].lower()
    day = move(ctx.published, "D", ctx.words.days[word])
    part = ctx.words.days_with_part.get(word)
    if part and not match["part"]:
        return Found("TIME", f"{unit_value(day, 'D')}T{part}")
    return _at(day, match["part"], ctx)


def _way_part(match: Match, ctx: Context) -> Found | None:
    way = way_of(match, ctx)
    if way in ("past", "coming") or match["part"].lower().endswith("s"):
        return None
    if way in ("that", "previous", "following", "next"):
        day = move(ctx.told_day, "D", _STEP.get(way or "", 0))
    else:
        day = move(ctx.published, "D", _STEP.get(way or "", 0))
    return _at(day, match["part"], ctx)


def _way_unit(match: Match, ctx: Context) -> Found | None:
    """ "last week", "the following day", "that same month", "the past year"."""
    way, unit = way_of(match, ctx), unit_of(match, ctx)
    word = match["unit"].lower()
    if way is None or unit.clock or (word.endswith("s") and way != "that"):
        return None
    if word.endswith("s"):
        return None
    if way in ("past", "coming"):
        return Found("DURATION", f"P{unit.factor}{unit.code}")
    if unit.code in ("W", "D") and unit.factor > 1:
        return None
    narrative = way in _NARRATIVE or (way == "next" and unit.code == "D")
    if narrative and unit.code == "D" and (unknown := ctx.unknown_day()):
        return Found("DATE", unknown)
    base = ctx.told_day if narrative else ctx.published
    day = move(base, unit.code, _STEP.get(way, 0) * unit.factor)
    return Found("DATE", unit_value(day, unit.code, unit.factor))


def _running(match: Match, ctx: Context) -> Found | None:
    """ "the end of the year": of the one in which the report was published."""
    unit = unit_of(match, ctx)
    if unit.clock or match["unit"].lower().endswith("s"):
        return None
    return Found("DATE", unit_value(ctx.published, unit.code, unit.factor))


def beside(text: str, span: tuple[int, int], made: Found, ctx: Context) -> Found | None:
    """Move a day by what stands before it: "the day before last Tuesday".

    Args:
        text: the report's text.
        span: the expression that names a day.
        made: its value.
        ctx: the state of the reading.

    Returns:
        The value of the whole, with its span; None where nothing of that kind stands before it.
    """
    found = _beside_pattern(ctx.words).search(text, max(0, span[0] - 40), span[0])
    days = interval(made.value) if made.type == "DATE" else None
    if found is None or days is None or days[0] != days[1]:
        return None
    step = -1 if found["turn"].lower() in ctx.words.earlier_at_end else 1
    part = found["part"]
    moved = _at(move(days[0], "D", step), part, ctx)
    return Found(moved.type, moved.value, span=(found.start(), span[1]))


@lru_cache(maxsize=4)
def _beside_pattern(words: TimeWords) -> re.Pattern[str]:
    days = "|".join(sorted(word for word, unit in words.units.items() if unit.name == "day"))
    parts = "|".join(sorted(words.day_parts, key=len, reverse=True))
    turns = "|".join([*words.earlier_at_end, *words.later_at_end])
    return re.compile(rf"\bthe (?:{days}|(?P<part>{parts})) (?P<turn>{turns}) $", re.IGNORECASE)


def _time_of(match: Match, ctx: Context) -> Found | None:
    """ "the day before", "the night before", "the year after", from a date told before."""
    step = -1 if match["turn"].lower() in ctx.words.earlier_at_end else 1
    if match["part"]:
        return _at(move(ctx.told_day, "D", step), match["part"], ctx)
    unit = unit_of(match, ctx)
    if unit.clock or match["unit"].lower().endswith("s"):
        return None
    day = move(ctx.told_day, unit.code, step * unit.factor)
    return Found("DATE", unit_value(day, unit.code, unit.factor))


def _ago(match: Match, ctx: Context) -> Found | None:
    if match.groupdict().get("plural"):
        return Found("DATE", "PAST_REF")
    return _shift(ctx.published, match, ctx, -1, "PAST_REF")


def _from_now(match: Match, ctx: Context) -> Found | None:
    return _shift(ctx.published, match, ctx, 1, "FUTURE_REF")


def _shifted(match: Match, ctx: Context) -> Found | None:
    turn = match["turn"].lower()
    back = turn in ctx.words.earlier or turn in ctx.words.earlier_at_end
    far = "PAST_REF" if back else "FUTURE_REF"
    if match.groupdict().get("plural"):
        return Found("DATE", far)
    base = ctx.told_day or (ctx.published if turn == "earlier" else None)
    return _shift(base, match, ctx, -1 if back else 1, far)


def _shift(base: date | None, match: Match, ctx: Context, step: int, far: str) -> Found | None:
    """Move a day by an amount; the value is as fine as the unit it is told in."""
    unit, amount = unit_of(match, ctx), amount_of(match, ctx)
    if amount is None:
        return Found("DATE", far)
    count = amount * unit.factor * step
    if unit.clock and far == "FUTURE_REF" and match.groupdict().get("turn"):
        return Found("DURATION", duration_value(amount, unit))
    if unit.clock:
        hours = {"H": 1.0, "M": 1 / 60, "S": 1 / 3600}[unit.code] * abs(count)
        return Found("DATE", far if base is None or hours < 24 else _hours(base, hours * step))
    if unit.code == "Y" and count != int(count):
        return Found("DATE", unit_value(move(base, "M", round(count * 12)), "M"))
    return Found("DATE", unit_value(move(base, unit.code, round(count)), _FINE[unit.code]))


def _hours(base: date, hours: float) -> str:
    return unit_value(move(base, "D", round(hours / 24)), "D")


def _weekend(match: Match, ctx: Context) -> Found | None:
    way, day = way_of(match, ctx), ctx.published
    if way in _NARRATIVE:
        day = ctx.told_day
    if way in ("past", "coming"):
        way = {"past": "last", "coming": "next"}[way]
    if way is None and day is not None and ctx.way(match.start()) != "future":
        day = day if day.isoweekday() >= 6 else move(day, "W", -1)
    elif way == "last" and day is not None:
        day = move(day, "W", -1)
    elif way in ("next", "following") and day is not None:
        day = move(day, "W", int(day.isoweekday() >= 6))
    return Found("DATE", unit_value(day, "WE"))


def _clock(match: Match, ctx: Context) -> Found | None:
    groups = match.groupdict()
    hour, minute = int(match["hour"]), match["minute"] or "00"
    half = (groups.get("half") or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    span = _without_stop(match) if half else match.span()
    return Found("TIME", f"{_clock_day(match, ctx)}T{hour:02d}:{minute}", span=span)


def _without_stop(match: Match) -> tuple[int, int]:
    """Leave out a full stop that does not belong to "p.m."."""
    words = match.group()
    stray = words.endswith(".") and not words.lower().endswith((".m.", "day"))
    return match.start(), match.end() - stray


def _clock_day(match: Match, ctx: Context) -> str:
    """Return the day of a time of day: told with it, in its sentence, else the report's."""
    groups = match.groupdict()
    told = groups.get("weekday") or groups.get("then") or groups.get("within")
    if told:
        number = ctx.words.weekdays[told.lower()]
        if ctx.published is None:
            return f"XXXX-WXX-{number}"
        return unit_value(_weekday_near(ctx.published, number, None, match, ctx), "D")
    if groups.get("shift"):
        return unit_value(move(ctx.published, "D", ctx.words.days[groups["shift"].lower()]), "D")
    token = ctx.doc.token_at(match.start())
    beside = ctx.day_in_sentence(token.sent) if token else None
    return unit_value(beside or ctx.published, "D")


def _oclock(match: Match, ctx: Context) -> Found | None:
    hour = amount_of(match, ctx)
    if hour is None or hour != int(hour) or not 1 <= hour <= 12:
        return None
    part = match.groupdict().get("part")
    late = part is not None and ctx.words.day_parts[part.lower()] in ("AF", "EV", "NI")
    clock = int(hour) % 12 + 12 if late and hour < 12 else int(hour)
    return Found("TIME", f"{_clock_day(match, ctx)}T{clock:02d}:00")


_TITLES = frozenset({"WORK_OF_ART", "PERSON", "ORG"})


def _in_name(token: Token) -> bool:
    """Whether a word with a capital ends a name: "High Noon"."""
    modified = any(t.text[:1].isupper() and t.i == token.i - 1 for t in token.children)
    return token.text[:1].isupper() and modified


def _clock_word(match: Match, ctx: Context) -> Found | None:
    token = ctx.doc.token_at(match.start("word"))
    if token is not None and (token.ent in _TITLES or _in_name(token)):
        return None
    return Found("TIME", f"{_clock_day(match, ctx)}T{ctx.words.clock_words[match['word'].lower()]}")


def _reference(match: Match, ctx: Context) -> Found | None:
    word, words = match["word"].lower(), ctx.words
    after = next(iter(ctx.doc.tokens_in((match.end() + 1, match.end() + 2))), None)
    if after is not None and after.lower in words.reference_not_before:
        return None
    amount = after is not None and (after.lower in words.numbers or after.lower in words.units)
    if amount or (after is not None and after.pos == "NUM"):
        return None
    if _loose(match, ctx):
        return None
    return Found("DATE", words.references[word])


def _loose(match: Match, ctx: Context) -> bool:
    """Whether a word of reference is a noun of any kind: "a future"."""
    token = ctx.doc.token_at(match.start())
    if token is None or token.pos != "NOUN" or not token.i:
        return False
    return ctx.doc.tokens[token.i - 1].lower in ("a", "an") and token.dep != "compound"


RELATIVE = {
    "weekday": _weekday,
    "day_part": _day_part,
    "way_part": _way_part,
    "way_unit": _way_unit,
    "running": _running,
    "time_of": _time_of,
    "ago": _ago,
    "from_now": _from_now,
    "shifted": _shifted,
    "weekend": _weekend,
    "clock": _clock,
    "oclock": _oclock,
    "clock_word": _clock_word,
    "reference": _reference,
}
