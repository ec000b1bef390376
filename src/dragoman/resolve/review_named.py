"""Parties and places that the program missed, named by hand: words of the text, and who or where.

A place is looked up in the gazetteer by its name, as the program does it; where several bear the
name the reviewer says which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import asdict

from dragoman.codebook import Codebook
from dragoman.extract.gazetteer import Candidate, open_gazetteer
from dragoman.extract.places import place_of
from dragoman.extract.places_candidates import candidates
from dragoman.records import Entity, Mention, Place, Span
from dragoman.resolve.review_changes import (
    FIELDS,
    NONE,
    Given,
    ReviewError,
    find_words,
    one_value,
    read_field,
)
from dragoman.resolve.reviews import ADDED, Prints

PARTY = ("words", *FIELDS["entities"], "nth")
PLACE = ("words", "name", "country", "geonameid", "nth")
_MOST = 20  # places that a message names
_CAPITAL = re.compile(r"(?!The |A |An )\b[^\W\d_a-z]")
# of the gazetteer's kinds of places, as far as people should know them
_SORTS = {"PCL": "country", "ADM": "unit", "PPL": "town", "RGN": "region"}


class SeveralError(ReviewError):
    """A name that several places bear.

    Attributes:
        places: of each its number in GeoNames and what it is, the most populous first.
    """

    def __init__(self, name: str, places: Sequence[tuple[str, str]]) -> None:
        told = "; ".join(f"{number} {about}" for number, about in places[:_MOST])
        super().__init__(f"{len(places)} places are called {name!r}; say which by its number in"
                         f" GeoNames (geonameid): {told}")  # fmt: skip
        self.places = tuple(places[:_MOST])


def read_party(given: Given, nth: int | None, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    """Return a party that a reviewer names, as values to keep.

    Raises:
        ReviewError: its words are not in the text, or a value is mistaken.
    """
    spans = _spans(given, nth, prints)
    blank = Entity(id="", name="", type="other")
    words = [prints.reading.words(span) for span in spans]
    told = {"name": [" ".join(words[0].split())], **given}
    names = ("name", "type", "country", "sectors")
    found = {f: read_field("entities", f, told[f], prints, codebook, blank) for f in names
             if f in told}  # fmt: skip
    mentions = [
        Mention(span=span, text=text, kind="name" if _CAPITAL.search(text) else "nominal")
        for span, text in zip(spans, words, strict=True)
    ]
    return {**found, "mentions": msgspec.to_builtins(mentions)}


def read_place(given: Given, nth: int | None, prints: Prints, codebook: Codebook) -> dict[str, Any]:
    """Return a place that a reviewer names, as values to keep.

    Raises:
        SeveralError: several places bear its name.
        ReviewError: its words are not in the text, or no place has that name.
    """
    spans = _spans(given, nth, prints)
    blank = Entity(id="", name="", type="other")
    words = " ".join(prints.reading.words(spans[0]).split())
    name = read_field("entities", "name", given.get("name", [words]), prints, codebook, blank)
    country = read_field(
        "entities", "country", given.get("country", []), prints, codebook, blank
    )  # both as those of an entity
    number = (one_value(given.get("geonameid", []), "place") or "").strip()
    if [v.lower() for v in given.get("geonameid", [])] == [NONE]:
        place = Place(id="", name=name, spans=tuple(spans), country=country)
    else:
        place = _looked_up(name, country, number, spans, codebook)
    kept = msgspec.to_builtins(asdict(place))
    return {name: value for name, value in kept.items() if name not in ("id", "confidence")}


def _spans(given: Given, nth: int | None, prints: Prints) -> list[Span]:
    """Return where the words of a party or place stand; of further ones the nearest."""
    text = prints.reading.report.text
    first, *more = given["words"]
    spans = [find_words(text, first, nth=nth)]
    spans += [find_words(text, words, near=spans[0][0]) for words in more]
    return sorted(set(spans))


def _looked_up(
    name: str, country: str | None, number: str, spans: Sequence[Span], codebook: Codebook
) -> Place:
    """Return the one place of a name that fits."""
    gazetteer = open_gazetteer()
    found = [
        (one, place_of(one, gazetteer, "", spans, 1.0))
        for one in candidates(name, codebook.places, gazetteer)
    ]
    fitting = [
        (one, place)
        for one, place in found
        if country in (None, place.country) and number in ("", str(place.geonameid))
    ]
    if len(fitting) == 1:
        return fitting[0][1]
    if not fitting:
        of = f" in {country}" if country else ""
        which = f" with the number {number}" if number else ""
        raise ReviewError(
            f"the gazetteer has no place called {name!r}{of}{which}; give another name of it, or"
            f" {NONE!r} as its number (geonameid) where it has none"
        )
    raise SeveralError(name, [_told(*both) for both in fitting])


def _told(one: Candidate, place: Place) -> tuple[str, str]:
    """Return a place's number and what tells it from others of its name."""
    sort = next((word for code, word in _SORTS.items() if one.feature.startswith(code)), "place")
    people = f", {one.population:,} people" if one.population else ""
    where = ", ".join(part for part in (place.admin1, place.country) if part)
    return str(place.geonameid), f"{place.name} ({sort}, {where or 'no country'}{people})"


def same_party(one: Entity, other: Entity) -> bool:
    """Whether an entity goes by a name where the other stands, or has its name and type."""
    named = {" ".join(name.casefold().split()) for name in (one.name, other.name)}
    if len(named) == 1 and one.type == other.type:
        return True
    known = one.id.startswith(ADDED)  # somebody says so of each of its words
    spans = [m.span for m in one.mentions if known or m.kind == "name"]
    return _mostly_over(spans, [m.span for m in other.mentions])


def same_place(one: Place, other: Place) -> bool:
    """Whether two are the same place of the gazetteer; or, where it has them not, of one name."""
    if one.geonameid is None or other.geonameid is None:
        return (one.name.casefold(), one.geonameid) == (other.name.casefold(), other.geonameid)
    return one.geonameid == other.geonameid


def _mostly_over(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether a span shares at least half of the longer one's characters with another."""
    return any(
        2 * (min(b, d) - max(a, c)) >= max(b - a, d - c) for a, b in spans for c, d in others
    )
