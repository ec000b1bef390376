"""The patterns of time expressions, built once from the codebook's words.

After HeidelTime (Strötgen and Gertz, 2010) and SUTime (Chang and Manning, 2012): a list of named
patterns over the text, of which the longest match at a place is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dragoman.codebook.times import TimeWords


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with the name of the handler that makes its value."""

    name: str
    pattern: re.Pattern[str]


def _any(words: Iterable[str]) -> str:
    ordered = sorted(
        {re.escape(w).replace(r"\ ", r"[ -]") for w in words}, key=lambda w: (-len(w), w)
    )
    return "(?:" + "|".join(ordered) + ")"


def _capital(words: Iterable[str]) -> str:
    """Names that are written with a capital: Aug., AUG, August."""
    both = [form for w in words for form in (w.capitalize(), w.upper())]
    return "(?:" + "|".join(sorted({re.escape(w) for w in both}, key=lambda w: (-len(w), w))) + ")"


@lru_cache(maxsize=8)
def build_rules(words: TimeWords) -> tuple[Rule, ...]:
    """Return the patterns of a codebook's words, in the order in which equals are preferred."""
    return tuple(
        Rule(name, re.compile(rf"(?<![\w$€£])(?:{pattern})(?!\w)", flags))
        for name, pattern, flags in _patterns(words)
    )


def _patterns(w: TimeWords) -> list[tuple[str, str, int]]:
    month = rf"(?P<month>{_capital(w.months)})\.?"
    weekday = rf"(?P<weekday>{_capital(w.weekdays)}|{_any(w.weekdays)}(?<=day))\.?"
    before = rf"(?:{_capital(w.weekdays)}\.?,? (?:the )?)?"
    day = r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?"
    year = r"(?P<year>1[0-9]\d\d|20\d\d)"
    part = rf"(?P<part>{_any(w.day_parts)})"
    unit = rf"(?P<unit>{_any(w.units)})"
    tens = _any([n for n, v in w.numbers.items() if v >= 20 and v % 10 == 0])
    ones = _any([n for n, v in w.numbers.items() if 1 <= v < 10])
    number = (
        rf"(?P<number>\d{{1,3}}(?:,\d{{3}})*(?:\.\d+)?(?: 1/2)?|{tens}-{ones}|{_any(w.numbers)})"
    )
    vague = rf"(?P<vague>{_any(w.vague)})"
    mod = rf"(?:(?P<mod>{_any(w.modifiers)})[ -])?"
    last, nxt, this, that = (_any(x) for x in (w.last, w.next, w.this, w.that))
    way = rf"(?P<way>{last}|{nxt}|{this}|{that})"
    clock = r"(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m)\b\.?"
    clock24 = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?: hours| hrs)?"
    zone = r"(?: (?:[A-Z]{2,4}T|GMT|UTC|local time|\([^)\n]{3,12} GMT\)))?"
    on_day = rf"(?:,? (?:on )?(?:(?P<shift>{_any(w.days)})|{weekday}))?"
    season = rf"(?P<season>{_any(w.seasons)})"
    ordinal = rf"(?P<ordinal>{_any(w.ordinals)})"
    holiday = rf"(?P<holiday>{_any(w.holidays)})"
    hijri = rf"(?P<hijri>{_any(w.hijri_months)})"
    decades = "(?P<tens>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)"
    i = re.IGNORECASE
    return [
        ("iso", r"(?P<year>\d{4})-(?P<month>0\d|1[0-2])-(?P<day>[0-2]\d|3[01])(?:T[\d:]+Z?)?", 0),
        ("slashed", r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4}|\d{2})", 0),
        ("date", rf"{before}{month} {day}(?:,? {year})?(?! (?:million|billion|percent))", 0),
        ("date", rf"{before}{day}(?: of)? {month}(?:,? {year})?", 0),
        ("month", rf"(?i:{mod}){month}(?:,? (?:of )?{year})?", 0),
        ("way_month", rf"(?i:(?P<way>{last}|{nxt}|{this})) {month}", 0),
        ("year", rf"(?i:{mod}){year}(?:/\d\d|-\d\d(?![\d-]))?", 0),
        ("compound_year", rf"(?:post|pre|mid)-{year}", i),
        ("decade", rf"(?:the )?{mod}(?P<year>1[5-9]\d|20\d)0[’']?s", i),
        ("short_decade", rf"(?:the )?{mod}[’'](?P<year>\d)0s", i),
        ("named_decade", rf"(?:the )?{mod}{decades}", i),
        ("century", r"(?:the )?(?P<nth>1\d|2[01])(?:st|nd|th)[ -]century", i),
        ("weekday", rf"(?:(?P<way>{last}|{nxt}|{this}) )?{weekday}(?: {part})?", 0),
        ("weekday", rf"(?:(?P<way>{last}|{nxt}|{this}) ){weekday}(?: {part})?", i),
        ("way_part", rf"(?P<way>{last}|{this}) (?P<part>{_any(w.day_parts)})", i),
        ("day_part", rf"(?:early |late )?(?P<shift>{_any(w.days)})(?: {part})?", i),
        ("way_unit", rf"(?:the )?{mod}{way} {unit}", i),
        ("way_unit", rf"(?:(?P<mod>earlier|later|early|late) )(?P<way>{that}|{this}) {unit}", i),
        ("span", rf"(?:the )?(?:{last}|{nxt}) (?:{number}|{vague}) {unit}", i),
        ("ago", rf"{mod}(?:{number}|{vague}) {unit} (?P<turn>{_any(w.ago)})", i),
        ("ago", rf"(?P<plural>decades|years|months|weeks|days|hours) (?P<turn>{_any(w.ago)})", i),
        (
            "shifted",
            rf"{mod}(?:{number}|{vague}) {unit} (?P<turn>{_any([*w.earlier, *w.later])})(?! than)",
            i,
        ),
        ("shifted", rf"(?:{number}|{vague}) {unit} (?P<turn>{_any(w.ahead)})", i),
        (
            "day_after",
            rf"the (?P<turn>day|night|morning) (?P<way>{_any([*w.earlier, *w.later])})",
            i,
        ),
        ("next_part", rf"the (?P<way>{last}|{nxt}) (?P<part>{_any(w.day_parts)})", i),
        ("duration", rf"{mod}{number}[ -]{unit}(?P<age>s?[ -]old)?(?:[ -]long)?", i),
        ("duration", rf"{mod}{vague} {unit}", i),
        ("plural", r"(?P<plural>decades|years|months|weeks|days|hours|centuries)(?:-long)?", i),
        ("weekend", r"(?:the|this|last|next|over the) weekend", i),
        ("clock", rf"{clock}{zone}{on_day}", i),
        ("clock", rf"(?<!\d[:.]){clock24}{zone}{on_day}(?!:)", i),
        ("clock_word", rf"(?P<word>{_any(w.clock)}){on_day}", i),
        ("season", rf"{mod}(?:(?P<way>{last}|{nxt}|{this}) |the ){season}(?: (?:of )?{year})?", i),
        ("season", rf"{mod}{season} (?:of )?{year}", i),
        ("quarter", rf"(?:the )?(?P<ordinal>{_any(w.ordinals)})[ -]quarter(?: of)?(?: {year})?", i),
        ("quarter", rf"Q(?P<ordinal>[1-4])(?: {year})?", 0),
        ("half", rf"(?:the )?(?P<ordinal>first|second)[ -]half of(?: the)? (?:{year}|year)", i),
        ("set", rf"(?P<word>{_any(w.sets)})", i),
        ("every", rf"{_any(w.every)} (?:(?:{number}|{ordinal}) )?(?:{unit}|{weekday}|{month})", i),
        ("holiday", rf"(?:(?P<way>{last}|{nxt}|{this}) )?{holiday}(?:,? {year})?", i),
        ("hijri", rf"{day} (?:of )?{hijri},? (?P<year>1[0-5]\d\d)(?: AH)?", i),
        ("reference", rf"(?P<word>{_any(w.references)})", i),
    ]
