"""From a matched expression to its TIMEX3 type and value: one handler a kind of pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from dragoman.codebook.times import Holiday, TimeWords, Unit
from dragoman.extract.time_calendar import (
    hijri_day,
    holiday_value,
    interval,
    move_months,
    season_of,
    week_value,
)
from dragoman.extract.time_tense import Way, direction
from dragoman.language import Document
from dragoman.records import Span, TimeType

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A time expression with its value.

    Attributes:
        span: where it stands, where that is not the whole match.
        open_end: whether its end is not told.
    """

    type: TimeType
    value: str
    span: Span | None = None
    open_end: bool = False


class Context:
    """What a value hangs on: the day of publication, and the day the text speaks of."""

    def __init__(self, doc: Document, words: TimeWords, published: date | None) -> None:
        self.doc = doc
        self.words = words
        self.published = published
        self.told: date | None = None  # the day last spoken of
        self.told_value: str | None = None

    def way(self, match: Match) -> Way:
        """Whether the clause of a match speaks of the past or of what is to come."""
        return direction(self.doc, match.start(), self.words)

    def remember(self, found: Found) -> None:
        """Keep a date as the one the text now speaks of."""
        if found.type not in ("DATE", "TIME"):
            return
        days = interval(found.value)
        if days is not None:
            self.told_value = found.value
            if days[0] == days[1]:
                self.told = days[0]


def _groups(match: Match) -> dict[str, str]:
    return {name: text for name, text in match.groupdict().items() if text}


def _number(text: str, words: TimeWords) -> float:
    plain = text.lower().replace(",", "")
    if plain.endswith(" 1/2"):
        return float(plain[:-4]) + 0.5
    if plain in words.numbers:
        return words.numbers[plain]
    if "-" in plain:
        tens, ones = plain.split("-")
        return words.numbers[tens] + words.numbers[ones]
    return float(plain)


def _unit(text: str, words: TimeWords) -> Unit:
    return words.units[text.lower()]


def _count(amount: float | None, unit: Unit) -> str:
    """Return an ISO 8601 duration; None stands for a number that is not told."""
    clock = "T" if unit.clock else ""
    if amount is None:
        return f"P{clock}X{unit.code}"
    if amount == 0.5 or amount % 1:
        smaller = {"H": ("T", 60, "M"), "Y": ("", 12, "M"), "M": ("", 30, "D")}
        if unit.code in smaller and unit.factor == 1 and (unit.clock or unit.code != "M"):
            mark, size, letter = smaller[unit.code]
            whole = int(amount)
            rest = round((amount - whole) * size)
            first = f"{whole}{unit.code}" if whole else ""
            return f"P{clock}{first}{'' if clock == mark else mark}{rest}{letter}"
    total = amount * unit.factor
    return f"P{clock}{int(total) if total == int(total) else total}{unit.code}"


def _unless_impossible(made: Callable[[], str]) -> str | None:
    try:
        return made()
    except (ValueError, OverflowError):
        return None


def _date(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    month, day = context.words.months[facts["month"].lower()], int(facts["day"])
    if "year" in facts:
        value = _unless_impossible(lambda: date(int(facts["year"]), month, day).isoformat())
        return Found("DATE", value) if value else None
    if context.published is None:
        return Found("DATE", f"XXXX-{month:02d}-{day:02d}") if day <= 31 else None
    nearest = _nearest_day(month, day, context.published, context.way(match))
    return Found("DATE", nearest.isoformat()) if nearest else None


def _nearest_day(month: int, day: int, anchor: date, way: Way) -> date | None:
    """Return the day of that name nearest to the anchor; of two near ones as the tense has it."""
    days = []
    for year in (anchor.year - 1, anchor.year, anchor.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    behind = [d for d in days if d <= anchor]
    ahead = [d for d in days if d > anchor]
    if behind and ahead:
        gaps = (anchor - behind[-1]).days, (ahead[0] - anchor).days
        if max(gaps) < 2 * min(gaps) and way != "unknown":
            return behind[-1] if way == "past" else ahead[0]
    return min(days, key=lambda d: abs((d - anchor).days), default=None)


def _iso(match: Match, context: Context) -> Found | None:
    value = _unless_impossible(lambda: date.fromisoformat(match.group()[:10]).isoformat())
    return Found("DATE", value) if value else None


def _slashed(match: Match, context: Context) -> Found | None:
    first, second = int(match["first"]), int(match["second"])
    year = int(match["year"]) if len(match["year"]) == 4 else _full_year(int(match["year"]))
    month, day = (first, second) if first <= 12 else (second, first)
    value = _unless_impossible(lambda: date(year, month, day).isoformat())
    return Found("DATE", value) if value else None


def _full_year(short: int) -> int:
    return 1900 + short if short >= 50 else 2000 + short


def _month(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    name = facts["month"]
    if not _is_month(match, context, name):
        return None
    month = context.words.months[name.lower()]
    if "year" in facts:
        return Found("DATE", f"{facts['year']}-{month:02d}")
    if context.published is None:
        return Found("DATE", f"XXXX-{month:02d}")
    year = _nearest_month(month, context.published, context.way(match))
    return Found("DATE", f"{year:04d}-{month:02d}")


def _is_month(match: Match, context: Context, name: str) -> bool:
    """Whether a name that is also a word or a person's is the month's here."""
    if match.groupdict().get("year"):
        return True
    token = context.doc.token_at(match.start("month"))
    if token is None or token.ent == "PERSON" or token.dep in ("compound", "poss"):
        following = context.doc.token_at(match.end() + 1)
        person = token is None or token.ent == "PERSON"
        if person or (following is not None and following.tag == "NNP"):
            return False
    if name.lower() in ("may", "march", "mar"):
        return token is not None and token.ent == "DATE" and token.tag in ("NNP", "NNPS", "NN")
    return (
        len(name) > 3 or match.group().endswith(".") or (token is not None and token.ent == "DATE")
    )


def _nearest_month(month: int, anchor: date, way: Way) -> int:
    """Return the year of the month of that name nearest to the anchor, as the tense has it."""
    gaps = {
        y: (y - anchor.year) * 12 + month - anchor.month
        for y in range(anchor.year - 1, anchor.year + 2)
    }
    if way == "past":
        gaps = {y: gap for y, gap in gaps.items() if gap <= 0}
    elif way == "future":
        gaps = {y: gap for y, gap in gaps.items() if gap >= 0}
    return min(gaps, key=lambda y: (abs(gaps[y]), y))


def _way(text: str, words: TimeWords) -> int | None:
    """Return -1 for "last", 1 for "next", 0 for "this", None for "that"."""
    plain = text.lower()
    if plain in words.last:
        return -1
    if plain in words.next:
        return 1
    return 0 if plain in words.this else None


def _way_month(match: Match, context: Context) -> Found | None:
    month = context.words.months[match["month"].lower()]
    if context.published is None:
        return Found("DATE", f"XXXX-{month:02d}")
    anchor, way = context.published, _way(match["way"], context.words)
    year = anchor.year
    if way == -1 and month >= anchor.month:
        year -= 1
    elif way == 1 and month <= anchor.month:
        year += 1
    return Found("DATE", f"{year:04d}-{month:02d}")


def _year(match: Match, context: Context) -> Found | None:
    token = context.doc.token_at(match.start("year"))
    if token is None or token.text != match["year"]:
        return None
    following = context.doc.text[match.end() : match.end() + 14].lstrip(" -").lower()
    if following.startswith(context.words.not_years_before):
        return None
    counted = token.dep == "nummod" and token.head.i > token.i
    if counted and (token.head.tag in ("NNP", "NNPS") or token.ent != "DATE"):
        return None
    likely = 1900 <= int(match["year"]) <= 2100 or token.ent == "DATE"
    return (
        Found("DATE", match["year"]) if likely and token.ent in ("DATE", "", "CARDINAL") else None
    )


def _compound_year(match: Match, context: Context) -> Found | None:
    return Found("DATE", match["year"])


def _decade(match: Match, context: Context) -> Found | None:
    return Found("DATE", f"{match['year']}X")


def _short_decade(match: Match, context: Context) -> Found | None:
    return Found("DATE", f"19{match['year']}X" if int(match["year"]) > 2 else f"20{match['year']}X")


_TENS = (
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
)


def _named_decade(match: Match, context: Context) -> Found | None:
    before = context.doc.text[max(0, match.start() - 8) : match.start()].lower()
    if before.rstrip().endswith(("his", "her", "their", "my", "your")):
        return None  # an age
    return Found("DATE", f"19{_TENS.index(match['tens'].lower()) + 2}X")


def _century(match: Match, context: Context) -> Found | None:
    return Found("DATE", f"{int(match['nth']) - 1:02d}XX")


def _weekday(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    number = context.words.weekdays[facts["weekday"].lower()]
    part = context.words.day_parts.get(facts.get("part", "").lower())
    day = _day_of_week(number, match, context)
    value = day.isoformat() if day else f"XXXX-WXX-{number}"
    return Found("TIME", f"{value}T{part}") if part else Found("DATE", value)


def _day_of_week(number: int, match: Match, context: Context) -> date | None:
    anchor = context.published
    if anchor is None:
        return None
    behind = (anchor.isoweekday() - number) % 7
    ahead = (number - anchor.isoweekday()) % 7
    way = _way(match["way"], context.words) if match.groupdict().get("way") else None
    if way == -1:
        return anchor - timedelta(days=behind or 7)
    if way == 1:
        return anchor + timedelta(days=ahead or 7)
    possessive = context.doc.text[match.end() : match.end() + 2] in ("'s", "’s")
    if way == 0 or (way is None and not possessive and context.way(match) == "future"):
        return anchor + timedelta(days=ahead)
    return anchor - timedelta(days=behind)


def _part_value(part: str, words: TimeWords) -> str:
    return words.day_parts[part.lower()]


def _way_part(match: Match, context: Context) -> Found | None:
    part = _part_value(match["part"], context.words)
    if context.published is None:
        return Found("TIME", f"XXXX-XX-XXT{part}")
    back = 1 if _way(match["way"], context.words) == -1 else 0
    day = context.published - timedelta(days=back)
    return Found("TIME", f"{day.isoformat()}T{part}")


def _day_part(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    word = facts["shift"].lower()
    part = "NI" if word == "tonight" else None
    if "part" in facts:
        part = _part_value(facts["part"], context.words)
    if context.published is None:
        value = "PRESENT_REF" if word == "today" and not part else "XXXX-XX-XX"
    else:
        day = context.published + timedelta(days=context.words.days[word])
        value = day.isoformat()
    return Found("TIME", f"{value}T{part}") if part else Found("DATE", value)


def _way_unit(match: Match, context: Context) -> Found | None:
    unit = _unit(match["unit"], context.words)
    way = _way(match["way"], context.words)
    plural = match["unit"].lower().endswith("s")
    if plural or unit.clock:
        return Found("DURATION", _count(None, unit)) if plural and way is not None else None
    if way is None:
        return _that_unit(unit, context)
    if way == 0 and unit.name == "day":
        return None if context.published is None else Found("DATE", context.published.isoformat())
    narrative = match["way"].lower() in ("following", "previous", "preceding", "prior")
    anchor = context.told if narrative else None
    if unit.name == "day":
        anchor = context.told
        if anchor is None:
            return None
    anchor = anchor or context.published
    if anchor is None:
        return Found("DATE", _unknown(unit))
    value = _unless_impossible(lambda: _at(_moved(anchor, way, unit), unit))
    return Found("DATE", value) if value else None


def _that_unit(unit: Unit, context: Context) -> Found | None:
    """ "That day", "the same month": the unit around the day last spoken of."""
    days = interval(context.told_value) if context.told_value else None
    if days is None:
        return None
    return Found("DATE", _at(days[0], unit))


def _unknown(unit: Unit) -> str:
    """Return the form of a unit whose date is not known."""
    forms = {
        "D": "XXXX-XX-XX",
        "W": "XXXX-WXX",
        "WE": "XXXX-WXX-WE",
        "M": "XXXX-XX",
        "Q": "XXXX-QX",
    }
    return forms.get(unit.code, "XXXX") if unit.factor in (1, 2, 10, 100) else "XXXX"


def _moved(day: date, count: int, unit: Unit) -> date:
    """Return a day moved by so many units.

    Raises:
        ValueError, OverflowError: it leaves the calendar.
    """
    total = count * unit.factor
    if unit.code == "D":
        return day + timedelta(days=total)
    if unit.code in ("W", "WE"):
        return day + timedelta(weeks=total)
    return move_months(day, total * {"M": 1, "Q": 3, "Y": 12}[unit.code])


def _at(day: date, unit: Unit) -> str:
    """Return the value of the unit around a day: its week, month, year …"""
    if unit.code == "D":
        return day.isoformat()
    if unit.code == "W":
        return week_value(day)
    if unit.code == "WE":
        return f"{week_value(day)}-WE"
    if unit.code == "M":
        return day.isoformat()[:7]
    if unit.code == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return {1: f"{day.year:04d}", 10: f"{day.year // 10:03d}X", 100: f"{day.year // 100:02d}XX"}[
        unit.factor
    ]


def _amount(match: Match, context: Context) -> float | None:
    text = match.groupdict().get("number")
    return _number(text, context.words) if text else None


def _span(match: Match, context: Context) -> Found | None:
    return Found("DURATION", _count(_amount(match, context), _unit(match["unit"], context.words)))


def _ago(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    amount = _amount(match, context)
    unit = _unit(facts.get("unit") or facts["plural"], context.words)
    if amount is None:
        return Found("DATE", "PAST_REF")
    return _shift_from(context.published, -amount, unit)


def _shift_from(anchor: date | None, amount: float, unit: Unit) -> Found | None:
    if anchor is None:
        return Found("DATE", "PAST_REF" if amount < 0 else "FUTURE_REF")
    if unit.clock:
        return Found("TIME", anchor.isoformat())
    count = int(amount) if amount == int(amount) else round(amount)
    value = _unless_impossible(lambda: _shifted_value(anchor, count, unit))
    return Found("DATE", value) if value else None


def _shifted_value(anchor: date, count: int, unit: Unit) -> str:
    coarse = Unit("year", "Y") if unit.code == "Y" else unit
    return _at(_moved(anchor, count, unit), coarse)


def _shifted(match: Match, context: Context) -> Found | None:
    amount = _amount(match, context)
    unit = _unit(match["unit"], context.words)
    turn = match["turn"].lower()
    if turn in context.words.ahead:
        return _shift_from(context.published, amount or 1, unit) if amount else None
    if turn in ("before", "after", "afterwards"):
        # "two days after the vote": the length of the gap, whose other end is an event
        return Found("DURATION", _count(amount, unit), (match.start(), match.start("turn") - 1))
    if amount is None:
        return None
    sign = -1 if turn in context.words.earlier else 1
    return _shift_from(context.told or context.published, sign * amount, unit)


def _day_after(match: Match, context: Context) -> Found | None:
    following = context.doc.text[match.end() : match.end() + 2]
    if context.told is None or following[:1] not in (",", ".", ";", ")"):
        return None
    step = -1 if match["way"].lower() in context.words.earlier else 1
    return Found("DATE", (context.told + timedelta(days=step)).isoformat())


def _next_part(match: Match, context: Context) -> Found | None:
    if context.told is None:
        return None
    step = _way(match["way"], context.words) or 0
    part = _part_value(match["part"], context.words)
    return Found("TIME", f"{(context.told + timedelta(days=step)).isoformat()}T{part}")


def _duration(match: Match, context: Context) -> Found | None:
    if match.groupdict().get("age"):
        return None  # a person's age
    unit = _unit(match["unit"], context.words)
    amount = _amount(match, context)
    number = match.groupdict().get("number")
    if number and number.lower() in ("a", "an") and not _is_length(match, context):
        return None
    if unit.code == "WE":
        unit = Unit("day", "D", 2)
    return Found("DURATION", _count(amount, unit))


def _is_length(match: Match, context: Context) -> bool:
    """Whether "a year", "a day" is a length of time: with a modifier, "half", "for" or "in"."""
    if match.groupdict().get("mod"):
        return True
    before = context.doc.text[max(0, match.start() - 10) : match.start()].lower().split()
    token = context.doc.token_at(match.end() - 1)
    if token is not None and token.dep == "npadvmod":
        return True
    return bool(before) and before[-1] in (
        "for",
        "in",
        "within",
        "after",
        "than",
        "lasted",
        "during",
    )


def _plural(match: Match, context: Context) -> Found | None:
    before = context.doc.text[max(0, match.start() - 12) : match.start()].lower().split()
    word = context.doc.token_at(match.start())
    bare = word is not None and not any(t.dep in ("nummod", "det", "poss") for t in word.children)
    introduced = bool(before) and before[-1] in ("for", "in", "within", "of", "after", "took")
    if not (bare and introduced) and "-long" not in match.group():
        return None
    return Found("DURATION", _count(None, _unit(match["plural"], context.words)))


def _weekend(match: Match, context: Context) -> Found | None:
    if context.published is None:
        return Found("DATE", "XXXX-WXX-WE")
    text = match.group().lower()
    day = context.published
    step = 0
    if text.startswith("last"):
        step = -1
    elif text.startswith("next"):
        step = 1
    elif context.way(match) == "past" and day.isoweekday() < 6:
        step = -1
    return Found("DATE", f"{week_value(day + timedelta(weeks=step))}-WE")


def _clock(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    hour = int(facts["hour"])
    if "half" in facts:
        hour = hour % 12 + (12 if facts["half"].lower().startswith("p") else 0)
    return _at_clock(f"{hour:02d}:{facts.get('minute', '00')}", match, context)


def _clock_word(match: Match, context: Context) -> Found | None:
    return _at_clock(context.words.clock[match["word"].lower()], match, context)


def _at_clock(time: str, match: Match, context: Context) -> Found:
    facts = _groups(match)
    day = context.told or context.published
    if "weekday" in facts:
        day = _day_of_week(context.words.weekdays[facts["weekday"].lower()], match, context)
    elif "shift" in facts and context.published is not None:
        day = context.published + timedelta(days=context.words.days[facts["shift"].lower()])
    return Found("TIME", f"{day.isoformat() if day else 'XXXX-XX-XX'}T{time}")


def _season(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    season = context.words.seasons[facts["season"].lower()]
    if "year" in facts:
        return Found("DATE", f"{facts['year']}-{season}")
    anchor = context.published
    if anchor is None:
        return Found("DATE", f"XXXX-{season}")
    order = ("SP", "SU", "FA", "WI")
    way = _way(facts["way"], context.words) if "way" in facts else None
    year = anchor.year
    now, then = order.index(season_of(anchor)), order.index(season)
    if way == -1 and then >= now:
        year -= 1
    elif way == 1 and then <= now:
        year += 1
    elif way is None and then > now and context.way(match) == "past":
        year -= 1
    return Found("DATE", f"{year:04d}-{season}")


def _part_of_year(letter: str, parts: int) -> Callable[[Match, Context], Found | None]:
    def handle(match: Match, context: Context) -> Found | None:
        facts = _groups(match)
        number = facts["ordinal"].lower()
        nth = int(number) if number.isdigit() else context.words.ordinals[number]
        year = facts.get("year") or (str(context.published.year) if context.published else "XXXX")
        return Found("DATE", f"{year}-{letter}{nth}") if nth <= parts else None

    return handle


def _set(match: Match, context: Context) -> Found | None:
    token = context.doc.token_at(match.start())
    if token is None or token.ent in ("ORG", "WORK_OF_ART", "PERSON") or token.tag == "NNP":
        return None  # a newspaper's name
    return Found("SET", context.words.sets[match["word"].lower()])


def _every(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    if "weekday" in facts:
        return Found("SET", f"XXXX-WXX-{context.words.weekdays[facts['weekday'].lower()]}")
    if "month" in facts:
        return Found("SET", f"XXXX-{context.words.months[facts['month'].lower()]:02d}")
    amount = _amount(match, context) or context.words.ordinals.get(facts.get("ordinal", ""), 1)
    return Found("SET", _count(float(amount), _unit(facts["unit"], context.words)))


def _holiday(match: Match, context: Context) -> Found | None:
    facts = _groups(match)
    if not facts["holiday"][0].isupper():
        return None
    rule = context.words.holidays.get(facts["holiday"].lower())
    if rule is None:
        return None
    if "year" in facts:
        value = _unless_impossible(lambda: holiday_value(rule, int(facts["year"])))
        return Found("DATE", value) if value else None
    anchor = context.published
    if anchor is None:
        known = rule.date
        return Found("DATE", f"XXXX-{known}") if known else None
    days = _feasts(rule, anchor)
    way = _way(facts["way"], context.words) if "way" in facts else None
    if way == -1 or (way is None and context.way(match) == "past"):
        days = [d for d in days if d[0] <= anchor] or days
    elif way == 1 or context.way(match) == "future":
        days = [d for d in days if d[0] >= anchor] or days
    nearest = min(days, key=lambda d: abs((d[0] - anchor).days), default=None)
    return Found("DATE", nearest[1]) if nearest else None


def _feasts(rule: Holiday, anchor: date) -> list[tuple[date, str]]:
    """Return the feast around a day: its first day and value, in the years about it."""
    days = []
    for year in (anchor.year - 1, anchor.year, anchor.year + 1):
        value = _unless_impossible(partial(holiday_value, rule, year))
        first = interval(value) if value else None
        if value and first:
            days.append((first[0], value))
    return days


def _hijri(match: Match, context: Context) -> Found | None:
    month = context.words.hijri_months[match["hijri"].lower()]
    year, day = int(match["year"]), int(match["day"])
    value = _unless_impossible(lambda: hijri_day(year, month, day).isoformat())
    return Found("DATE", value) if value else None


def _reference(match: Match, context: Context) -> Found | None:
    word = match["word"].lower()
    token = context.doc.token_at(match.start())
    if token is None:
        return None
    value = context.words.references[word]
    if " " not in word and token.pos not in ("ADV", "NOUN", "ADJ"):
        return None
    if word == "now" and token.dep in ("mark", "cc"):
        return None
    if word == "future" and token.pos != "NOUN":
        return None
    return Found("DATE", value)


HANDLERS: dict[str, Callable[[Match, Context], Found | None]] = {
    "iso": _iso,
    "slashed": _slashed,
    "date": _date,
    "month": _month,
    "way_month": _way_month,
    "year": _year,
    "compound_year": _compound_year,
    "decade": _decade,
    "short_decade": _short_decade,
    "named_decade": _named_decade,
    "century": _century,
    "weekday": _weekday,
    "way_part": _way_part,
    "day_part": _day_part,
    "way_unit": _way_unit,
    "span": _span,
    "ago": _ago,
    "shifted": _shifted,
    "day_after": _day_after,
    "next_part": _next_part,
    "duration": _duration,
    "plural": _plural,
    "weekend": _weekend,
    "clock": _clock,
    "clock_word": _clock_word,
    "season": _season,
    "quarter": _part_of_year("Q", 4),
    "half": _part_of_year("H", 2),
    "set": _set,
    "every": _every,
    "holiday": _holiday,
    "hijri": _hijri,
    "reference": _reference,
}
