"""The patterns of time expressions, built once from the codebook's words.

After HeidelTime (Strötgen and Gertz, 2010) and SUTime (Chang and Manning, 2012): a list of named
patterns over the text, of which the longest match at a place is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from dragoman.codebook.times import TimeWords

_WORD = re.compile(r"[’']?\w+")
_AHEAD = 7  # words between the first of an expression and one that makes it a time
_GLUE = [
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "over",
    "q",
    "some",
    "mid",
    "pre",
    "post",
    "half",
    "per",
]
_DECADES = [
    "twenties",
    "thirties",
    "forties",
    "fifties",
    "sixties",
    "seventies",
    "eighties",
    "nineties",
]
_PLURALS = ["decades", "years", "months", "weeks", "days", "hours", "minutes", "centuries"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with the name of the handler that makes its value."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The rules, with the words that an expression may begin with and must contain.

    Attributes:
        rules: in the order in which equals are preferred.
        first: words that one may begin with (any word with a digit may, too).
        telling: words of which one has one (or a digit).
        within: words that one may have (and words with a digit, or an apostrophe).
        any_rule: patterns of which one matches where a rule does, asked first.
    """

    rules: tuple[Rule, ...]
    first: frozenset[str]
    telling: frozenset[str]
    within: frozenset[str]
    any_rule: tuple[re.Pattern[str], ...]

    def starts(self, text: str) -> Iterator[int]:
        """Yield the offsets at which an expression may begin."""
        words = [(m.start(), m.group().lower()) for m in _WORD.finditer(text)]
        telling = len(words) + _AHEAD  # the next such word, with only words of times before it
        found: list[int] = []
        for n in range(len(words) - 1, -1, -1):
            offset, word = words[n]
            odd = not word.isalpha() and (word[0] in "’'" or any(c.isdigit() for c in word))
            if word in self.telling or (odd and self._tells(word)):
                telling = n
            if telling - n < _AHEAD and (odd or word in self.first):
                found.append(offset)
            if telling != n and not odd and word not in self.within:
                telling = len(words) + _AHEAD
        yield from reversed(found)

    def _tells(self, word: str) -> bool:
        return any(c.isdigit() for c in word) or word.lstrip("’'") in self.telling

    def matches(self, text: str, start: int) -> list[tuple[Rule, re.Match[str]]]:
        """Return what matches at an offset, longest first."""
        if not any(pattern.match(text, start) for pattern in self.any_rule):
            return []
        found = [(r, m) for r in self.rules if (m := r.pattern.match(text, start))]
        found.sort(key=lambda pair: -pair[1].end())
        return found


@lru_cache(maxsize=8)
def build_grammar(words: TimeWords) -> Grammar:
    """Return the grammar of a codebook's words."""
    told = (*_dates(words), *_relative(words), *_amounts(words))
    rules = tuple(Rule(name, _alone(pattern, flags)) for name, pattern, flags in told)
    flags_of_rules = sorted({flags for *_, flags in told})
    any_rule = tuple(
        _alone(_nameless("|".join(f"(?:{p})" for _, p, own in told if own == flags)), flags)
        for flags in flags_of_rules
    )
    telling = _telling(words)
    within = frozenset(word for _, p, _ in told for word in re.findall(r"[^\W\d_]+", p.lower()))
    return Grammar(rules, telling | _first(words), telling, within, any_rule)


def _alone(pattern: str, flags: int) -> re.Pattern[str]:
    """Compile a pattern for whole words that are no part of an amount."""
    return re.compile(rf"(?<![\w$€£#])(?<!\d[.,-])(?:{pattern})(?!\w)", flags)


def _nameless(pattern: str) -> str:
    """Return a pattern without the names of its groups, which may stand only once."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _telling(w: TimeWords) -> frozenset[str]:
    groups: list[Iterable[str]] = [
        w.months, w.weekdays, w.units, w.seasons, w.day_parts, w.clock_words, w.references,
        w.days, w.sets, w.holidays, w.hijri_months, w.solar_hijri_months, _DECADES, _PLURALS,
        ["century", "centuries", "quarter", "half"], [f"{day}s" for day in _whole_days(w)],
    ]  # fmt: skip
    every = (_parts(word) for group in groups for word in group)
    return frozenset(part for parts in every for part in _full(parts) or parts)


def _whole_days(w: TimeWords) -> list[str]:
    """Return the weekdays' whole names, which alone have a plural ("Thus" is none)."""
    return [name for name in w.weekdays if name.endswith("day")]


def _full(parts: list[str]) -> list[str]:
    """Return the words of an expression that are no mere "of the"."""
    return [part for part in parts if len(part) > 2 and part not in _GLUE]


def _first(w: TimeWords) -> frozenset[str]:
    groups: list[Iterable[str]] = [
        w.numbers, w.ordinals, w.vague_numbers, w.ways, w.modifiers, w.placed_modifiers, w.every,
        _GLUE,
    ]  # fmt: skip
    return frozenset(_parts(word)[0] for group in groups for word in group)


def _parts(word: str) -> list[str]:
    return _WORD.findall(word.lower())


def _any(words: Iterable[str]) -> str:
    ordered = sorted({re.escape(w).replace(r"\ ", "[ -]") for w in words}, key=_longest)
    return "(?:" + "|".join(ordered) + ")"


def _capital(words: Iterable[str]) -> str:
    """Names that are written with a capital: Aug, AUG, August."""
    both = {re.escape(form) for w in words for form in (w.capitalize(), w.upper())}
    return "(?:" + "|".join(sorted(both, key=_longest)) + ")"


def _stop(months: dict[str, int]) -> str:
    """The full stop of an abbreviated month; behind a whole name it ends the sentence."""
    whole = {max((m for m in months if months[m] == n), key=len) for n in months.values()}
    names = sorted(form for name in whole for form in (name.capitalize(), name.upper()))
    return "(?:" + "".join(f"(?<!{name})" for name in names) + r"\.)?"


def _titled(words: Iterable[str]) -> str:
    """Names with a capital at their head: Easter Sunday, Labor Day, New Year's Eve."""
    both = {re.escape(w[0].upper()) + "(?i:" + re.escape(w[1:]) + ")" for w in words}
    return "(?:" + "|".join(sorted(both, key=_longest)) + ")"


def _longest(word: str) -> tuple[int, str]:
    return (-len(word), word)


def _names(w: TimeWords) -> dict[str, str]:
    """Return the pieces that the patterns are made of, each with its named groups."""
    tens = _any(n for n, v in w.numbers.items() if v >= 20 and v % 10 == 0)
    ones = _any(n for n, v in w.numbers.items() if 1 <= v < 10 and len(n) > 2)
    digits = r"\d{1,3}(?:,\d{3}){0,5}(?:\.\d{1,9})?(?: 1/2)?"
    zone = r"(?:,? (?:[A-Z][SD]T|E[SD]T|GMT|UTC|EDT|local time))?"
    weekday = rf"(?P<weekday>{_capital(w.weekdays)})(?:(?<=day)|\b\.?)"
    half = rf"(?P<half>[ -]{_any(w.halves)})?"
    return {
        "month": rf"(?P<month>{_capital(w.months)})\b{_stop(w.months)}",
        "weekday": weekday,
        "before": rf"(?:{_capital(w.weekdays)}\.?,? (?:the )?)?",
        "day": r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?",
        "year": r"(?P<year>1[0-9]\d\d|20\d\d)",
        "part": rf"(?P<part>{_any(w.day_parts)})",
        "unit": rf"(?P<unit>{_any(w.units)})",
        "number": rf"(?P<number>{digits}|{tens}-{ones}|{_any(w.numbers)})",
        "half": half,
        "vague": rf"(?P<vague>{_any(w.vague_numbers)})",
        "mod": rf"(?:(?P<mod>{_any(w.modifiers)})[ -])?",
        "placed": rf"(?:{_any(w.placed_modifiers)} )?",
        "way": rf"(?P<way>{_any(w.ways)})",
        "zone": zone,
        "season": rf"(?P<season>{_any(w.seasons)})",
        "ordinal": rf"(?P<ordinal>{_any(w.ordinals)})",
        "turn": rf"(?P<turn>{_any([*w.earlier, *w.later])})",
        "end": rf"(?P<turn>{_any([*w.earlier_at_end, *w.later_at_end])})(?= *(?:[.,;:)\n]|$))",
        "shift": rf"(?P<shift>{_any(w.days)})",
    }


_Pattern = tuple[str, str, int]
_I = re.IGNORECASE


def _dates(w: TimeWords) -> list[_Pattern]:
    """Return the patterns of dates told in full or by their place in the calendar."""
    n = _names(w)
    month, day, year, mod = n["month"], n["day"], n["year"], n["mod"]
    hijri = rf"(?P<hijri>{_titled(w.hijri_months)})"
    solar = rf"(?P<solar>{_titled(w.solar_hijri_months)})"
    holiday = rf"(?P<holiday>{_titled(w.holidays)})"
    way = f"(?i:{n['way']} )?"
    to = r"(?:[-–](?P<to>3[01]|[12]\d|[1-9]))?"
    return [
        ("iso", r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-2]\d|3[01])", 0),
        ("slashed", r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4}|\d{2})", 0),
        ("slashed", r"(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?P<year>\d{4})", 0),
        (
            "date",
            rf"{n['before']}(?i:{mod}){month} {day}{to}(?:,? {year})?(?![,.]\d| [mb]illion)",
            0,
        ),
        ("day_too", rf"{day}(?!,\d|[:.%/]\d)", 0),
        ("date", rf"{n['before']}(?i:the )?{day}(?:-| of | ){month}(?:,? {year})?", 0),
        ("week_of", rf"(?i:the week of ){month} {day}(?:,? {year})?", 0),
        ("hijri", rf"{day} (?:of )?{hijri},? (?P<year>1[0-5]\d\d)(?: AH)?", 0),
        ("hijri", rf"{day} (?:of )?{solar},? (?P<year>1[34]\d\d)", 0),
        ("month", rf"(?i:{mod}){month}(?:,? (?:of )?{year}|,? (?P<rel>last|this|next) year)?", 0),
        ("way_month", rf"(?i:{n['way']} (?:early |late |mid-)?){month}(?: {day}(?!\d))?", 0),
        ("year", rf"(?i:{mod}){year}(?P<to>[-–/]\d\d(?![\d-]))?", 0),
        ("fiscal", rf"fiscal (?:year )?{year}", _I),
        ("pre_year", rf"(?:post|pre|mid)-{year}", _I),
        ("decade", rf"(?:the )?{mod}(?P<year>1[5-9]\d|20\d)0[’']?s", _I),
        ("short_decade", rf"(?:the )?{mod}[’'](?P<year>\d)0s", _I),
        ("named_decade", rf"the {mod}(?P<tens>{_any(_DECADES)})", _I),
        ("century", r"(?:the )?(?P<nth>1\d|2[01])(?:st|nd|th)[ -]century", _I),
        ("season", rf"{mod}(?:{n['way']} |the |in ){n['season']}(?: (?:of )?{n['year']})?", _I),
        ("season", rf"{mod}{n['season']} (?:of )?{year}", _I),
        ("quarter", rf"(?:the )?{n['ordinal']}[ -]quarter(?:(?: of|,)? {year})?", _I),
        ("quarter", rf"(?:the )?{n['ordinal']}[ -]quarter of (?P<rel>last|this|next) year", _I),
        ("quarter", rf"Q(?P<ordinal>[1-4])(?:,? {year})?", 0),
        ("half", rf"(?:the )?(?P<ordinal>first|second)[ -]half of(?: the)? (?:{year}|year)", _I),
        ("holiday", rf"{way}{holiday}(?:,? {year})?(?P<week> week)?", 0),
    ]


def _relative(w: TimeWords) -> list[_Pattern]:
    """Return the patterns of dates told from the report's day or from one told before."""
    n = _names(w)
    way, unit, mod, weekday, part = n["way"], n["unit"], n["mod"], n["weekday"], n["part"]
    amount = f"(?:{n['number']}{n['half']}|{n['vague']})"
    times = r"(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m)\b\.?"
    clock24 = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?: hours| hrs)?(?![:\d])"
    named = _capital(w.weekdays)
    behind = rf"(?= ?\([^)\n]{{1,30}}\),? (?P<then>{named})\b)"
    inside = rf"(?= ?\([^)\n]{{1,20}} (?P<within>{named})\))"
    apart = f"(?:{behind}|{inside}|)"
    on_day = rf"(?:,? (?:on )?(?:{n['shift']}|{weekday})|{apart})"
    return [
        ("weekday", rf"(?i:(?:the )?{way} )?{weekday}(?:,? (?i:{part}))?", 0),
        ("day_part", rf"{n['shift']}(?: {part})?", _I),
        ("way_part", rf"(?:the )?{way} {part}", _I),
        ("way_unit", rf"(?:the )?{n['placed']}(?:{mod})?{way} {unit}", _I),
        ("running", rf"{_any(w.parts_of)} the {unit}(?! (?:of|before|after|when|that)\b)", _I),
        ("time_of", rf"the (?:{unit}|{part}) {n['end']}", _I),
        ("ago", rf"{mod}{amount} {unit} (?:{_any(w.ago)})", _I),
        ("ago", rf"(?P<plural>{_any(_PLURALS)}) (?:{_any(w.ago)})", _I),
        ("shifted", rf"{mod}{amount} {unit} {n['turn']}(?! than)", _I),
        ("shifted", rf"{mod}{amount} {unit} {n['end']}", _I),
        ("shifted", rf"(?P<plural>{_any(_PLURALS)}) {n['turn']}(?! than)", _I),
        ("from_now", rf"{amount} {unit} (?:{_any(w.ahead)})", _I),
        ("weekend", rf"(?:the|{way}) weekend", _I),
        ("clock", rf"{times}{n['zone']}{on_day}", _I),
        ("clock", rf"{clock24}{n['zone']}{on_day}", _I),
        ("clock", rf"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d) (?:GMT|UTC|hours|hrs){on_day}", 0),
        ("oclock", rf"{n['number']} o[’']clock", _I),
        ("oclock", rf"{n['number']} in the {part}{apart}", _I),
        ("clock_word", rf"(?P<word>{_any(w.clock_words)}){on_day}", _I),
        ("reference", rf"(?P<word>{_any(w.references)})", _I),
    ]  # fmt: skip


def _amounts(w: TimeWords) -> list[_Pattern]:
    """Return the patterns of durations and repeated times."""
    n = _names(w)
    unit, mod, number, vague = n["unit"], n["mod"], n["number"], n["vague"]
    weekday, month = n["weekday"], n["month"]
    old = r"(?P<age>[ -]old)?(?:[ -]long)?"
    every = rf"{_any(w.every)} (?:(?:{number}|(?P<nth>other|second)) )?"
    return [
        ("span", rf"(?:the )?{n['way']} (?:{number}|{vague}) {unit}", _I),
        ("duration", rf"{mod}{number}{n['half']}(?: more)?[ -]{unit}{old}", _I),
        ("duration", rf"{mod}(?P<number>a|an|one) {unit}{n['half'][:-1]}{old}", _I),
        ("duration", rf"{mod}{vague} (?:more )?{unit}", _I),
        ("plural", rf"(?P<plural>{_any(_PLURALS)})(?P<long>[ -](?:long|old))?", _I),
        ("long", rf"{unit}-long", _I),
        ("set", rf"(?P<word>{_any(w.sets)})", _I),
        ("every", rf"{every}{unit}", _I),
        ("every", rf"(?i:{_any(w.every)}) (?:{weekday}|{month})", 0),
        ("every", rf"{_any(w.every)} {n['part']}", _I),
        ("weekdays", rf"(?P<weekdays>{_capital(_whole_days(w))})s", 0),
    ]
