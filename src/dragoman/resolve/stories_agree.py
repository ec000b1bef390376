"""Whether two reports may tell of one event, and how much speaks for it.

What one report leaves out agrees with anything; what both know must fit: the kind of event, the
parties (country, sector, name), the days, the place. `None` means that they cannot be one event.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from sys import intern

# types under which reports may file one event; every other pair of types keeps apart
TOGETHER = (
    {"AGREE", "COOPERATE", "CONSULT", "AID", "SUPPORT", "CONCEDE"},
    {"ACCUSE", "REJECT", "THREATEN", "SANCTION", "REQUEST"},
    {"ASSAULT", "COERCE", "PROTEST", "MOBILIZE"},
    {"RETREAT", "CONCEDE"},
)
DAYS_BEFORE_PUBLISHED = 2  # a report without a date in its text tells of these days
DAYS_UNKNOWN = 7
DAYS_APART = 1  # two dates in the text may differ so much (night, time zones)
WIDTH = 3.0  # days; an interval so wide speaks for one event half as much as a day
SAME_PLACE_KM, FAR_KM = 30.0, 150.0
COUNTRY_FEATURES = "PCL"
# weights of what speaks for one event; tuned with the threshold on half the wordings of
# bench/stories (python bench/stories_quality.py)
TYPE, MODE, PARTIES, DAY, PLACE, WORDS, FIGURES = 0.15, 0.1, 0.35, 0.15, 0.2, 0.7, 0.15
FEW_WORDS = 3  # of fewer words, one shared is not yet much
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 6


@dataclass(frozen=True, slots=True)
class Actor:
    """A party of an event."""

    name: str
    country: str | None = None
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an event."""

    name: str
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    feature: str | None = None

    @property
    def is_country(self) -> bool:
        """Whether it is no nearer told than by its country."""
        return bool(self.feature and self.feature.startswith(COUNTRY_FEATURES))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that goes with an event, as the interval it may lie in."""

    what: str
    low: float
    high: float


@dataclass(frozen=True)
class Telling:
    """One event as one report tells it; dates are ISO, `start` counts characters."""

    report: str
    event: str
    type: str
    start: int = 0
    mode: str | None = None
    actors: tuple[Actor, ...] = ()
    recipients: tuple[Actor, ...] = ()
    since: str | None = None
    until: str | None = None
    basis: str = "unknown"
    published: str | None = None
    place: Where | None = None
    factuality: str = "asserted"
    historical: bool = False
    told_by: str | None = None
    figures: tuple[Figure, ...] = ()
    words: str = ""
    source: str | None = None
    copy_of: str | None = None

    @cached_property
    def order(self) -> tuple[str, str, int, str]:
        """What tellings are sorted by: day of the report, report, place in it."""
        return (self.published or "9999", self.report, self.start, self.event)

    @cached_property
    def days(self) -> tuple[int, int] | None:
        """First and last day it may have happened on (ordinals); None where nothing tells."""
        if self.basis == "text" and (self.since or self.until):
            first, last = self.since or self.until, self.until or self.since
            return _ordinal(first), _ordinal(last)
        if self.published is None or self.historical:
            return None
        day = _ordinal(self.published)
        back = DAYS_BEFORE_PUBLISHED if self.basis == "published" else DAYS_UNKNOWN
        return day - back, day + (self.factuality == "future") * DAYS_UNKNOWN

    @cached_property
    def parties(self) -> tuple[Actor, ...]:
        """Actors and recipients."""
        return self.actors + self.recipients

    @cached_property
    def own_stems(self) -> frozenset[str]:
        """The beginnings of its longer words, without those that name its parties and place.

        What names them is weighed as parties and place, and would be counted twice.
        """
        names = [party.name for party in self.parties]
        if self.place:
            names.append(self.place.name)
        return _stems(self.words) - _stems(" ".join(names))


def _stems(text: str) -> frozenset[str]:
    return frozenset(intern(word[:_STEM]) for word in _WORD.findall(text.casefold()))


def _ordinal(day: str | None) -> int:
    return date.fromisoformat((day or "1970-01-01")[:10]).toordinal()


def iso(ordinal: int) -> str:
    """Return the ISO date of a day's ordinal."""
    return (date(1, 1, 1) + timedelta(days=ordinal - 1)).isoformat()


def score(first: Telling, second: Telling) -> float | None:
    """Return how much speaks for one event (about 0 to 1.5), or None where they exclude it.

    It rests on the two tellings alone, so that no other report can change it.
    """
    kind = _types(first, second)
    day = None if kind is None else days_agree(first.days, second.days)
    parties = None if day is None else parties_agree(first, second)
    place = None if parties is None else places_agree(first.place, second.place)
    if kind is None or day is None or parties is None or place is None:
        return None
    return (
        kind
        + DAY * day
        + PARTIES * parties
        + PLACE * place
        + WORDS * _words(first, second)
        + FIGURES * _figures(first.figures, second.figures)
    )


def _words(first: Telling, second: Telling) -> float:
    """Return how much of the words of the one that has fewer stands in the other."""
    shared = len(first.own_stems & second.own_stems)
    fewer = min(len(first.own_stems), len(second.own_stems))
    return shared / max(fewer, FEW_WORDS)


def groups(kind: str) -> list[int]:
    """Return the numbers of the groups of types that a type is filed in."""
    return [n for n, group in enumerate(TOGETHER) if kind in group]


def _types(first: Telling, second: Telling) -> float | None:
    if first.type != second.type:
        together = set(groups(first.type)) & set(groups(second.type))
        return 0.0 if together else None
    if first.mode and second.mode:
        return TYPE + (MODE if first.mode == second.mode else -MODE)
    return TYPE


def days_agree(first: tuple[int, int] | None, second: tuple[int, int] | None) -> float | None:
    """Return 1 for the same day, less the wider the intervals, None where they are apart."""
    if first is None or second is None:
        return 0.0
    if max(first[0], second[0]) > min(first[1], second[1]) + DAYS_APART:
        return None
    width = max(first[1] - first[0], second[1] - second[0])
    return 1.0 / (1.0 + width / WIDTH)


def parties_agree(first: Telling, second: Telling) -> float | None:
    """Return how well the parties fit, or None where no event has both.

    Sides are compared with sides; where one report tells no sides apart (both met), and where
    they may be turned about (visited, received), all with all.
    """
    sides = [
        found
        for found in (
            _side(first.actors, second.actors),
            _side(first.recipients, second.recipients),
        )
        if found is not None
    ]
    directed = math.fsum(sides) / len(sides) if sides else 0.0
    if sides and min(sides) < 0:
        directed = min(sides)
    pooled = _side(first.parties, second.parties)
    whole = bool(first.recipients) == bool(second.recipients)
    best = max(directed, (pooled or 0.0) - (0.3 if whole else 0.0))
    return None if best < 0 else best


def _side(first: tuple[Actor, ...], second: tuple[Actor, ...]) -> float | None:
    """Return how well the fewer parties of one fit those of the other; None where one has none."""
    if not first or not second:
        return None
    fewer, more = sorted((first, second), key=len)
    fits = [max(_fit(one, other) for other in more) for one in fewer]
    return math.fsum(fits) / len(fits) if min(fits) > -1 else min(fits)


def _fit(one: Actor, other: Actor) -> float:
    """Return how well two parties fit: 1 the same, -1 of different countries."""
    if one.country and other.country and one.country != other.country:
        return -1.0
    named = _names(one.name, other.name)
    sectors = set(one.sectors) & set(other.sectors)
    apart = bool(one.sectors and other.sectors and not sectors)
    if one.country and other.country:
        return 0.6 + 0.2 * bool(sectors) + 0.2 * named - 0.4 * apart
    return 0.8 * named + 0.2 * bool(sectors) - 0.2 * (apart and not named)


def _names(one: str, other: str) -> float:
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return len(first & second) / (min(len(first), len(second)) or 1)


def places_agree(first: Where | None, second: Where | None) -> float | None:
    """Return 1 for the same place, less for one within the other, None where they are apart."""
    if first is None or second is None:
        return 0.0
    if first.name.casefold() == second.name.casefold():
        return 0.3 if first.is_country else 1.0
    if first.country and second.country and first.country != second.country:
        return None
    if first.is_country or second.is_country:
        return 0.2 if first.country == second.country else 0.0
    apart = distance(first, second)
    if apart is not None and apart > FAR_KM:
        return None
    return 0.8 if apart is not None and apart <= SAME_PLACE_KM else 0.0


def distance(first: Where, second: Where) -> float | None:
    """Return the distance between two places in kilometres, where both are known."""
    points = (first.latitude, first.longitude, second.latitude, second.longitude)
    if any(value is None for value in points):
        return None
    a, b, c, d = (math.radians(value or 0.0) for value in points)
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(half, 1.0)))


def _figures(first: tuple[Figure, ...], second: tuple[Figure, ...]) -> float:
    """Return 1 where both give the same number for the same thing, 0 where not."""
    known = {(figure.what, figure.low, figure.high) for figure in first}
    return float(any((figure.what, figure.low, figure.high) in known for figure in second))
