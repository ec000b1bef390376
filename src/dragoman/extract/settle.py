"""What one event of a report tells of another, and of its parties: places and countries.

A reporter names the town once; what follows in the paragraph happened there, too. People who are
told by no name ("seven worshippers") are of the country where it happened to them, as coders of
ACLED and POLECAT take it where nothing else is told.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dragoman.codebook import Codebook
from dragoman.language.document import Document
from dragoman.records import Entity, Event, Place

_NEAR = 2  # sentences behind the place's own that it may hold for


def settle_places(
    events: Iterable[Event], entities: Iterable[Entity], places: Iterable[Place],
    doc: Document, cb: Codebook,
) -> list[Event]:  # fmt: skip
    """Give bodily events without a place that of the one before them in their paragraph.

    Args:
        events: in order of their triggers.
        entities, places: the report's.
        doc: the annotated report.
        cb: the codebook; places.yaml names the types that happen somewhere.
    """
    types = cb.places.bodily
    country = {place.id: place.country for place in places}
    homes = {entity.id: entity.country for entity in entities}
    done: list[Event] = []
    for event in events:
        fits = event.type in types and event.place is None and not event.historical
        before = _before(event, done, doc) if fits else None
        if before is not None and _at_home(event, country.get(before.place or ""), homes):
            done.append(msgspec.structs.replace(event, place=before.place))
        else:
            done.append(event)
    return done


def _before(event: Event, done: list[Event], doc: Document) -> Event | None:
    """Return the last event before it, in its paragraph and near, where that has a place."""
    token = doc.token_at(event.trigger[0])
    for other in reversed(done):
        there = doc.token_at(other.trigger[0])
        if token is None or there is None or other.historical or other.place is None:
            continue
        here, first = doc.sentence_of(token), doc.sentence_of(there)
        near = here.paragraph == first.paragraph and 0 <= here.i - first.i <= _NEAR
        same_time = event.factuality == other.factuality
        return other if near and same_time else None
    return None


def _at_home(event: Event, country: str | None, homes: dict[str, str | None]) -> bool:
    """Whether nobody in an event is of another country than the place."""
    told = {homes.get(i) for i in (*event.actor, *event.recipient)} - {None}
    return told <= {country}


def settle_countries(
    entities: Iterable[Entity], events: Iterable[Event], places: Iterable[Place], cb: Codebook
) -> list[Entity]:
    """Give people without name and country that of the one country where it happened to them.

    Args:
        entities, events, places: the report's.
        cb: the codebook; places.yaml names the types that happen somewhere.
    """
    country = {place.id: place.country for place in places}
    where: dict[str, set[str]] = {}
    for event in events:
        told = country.get(event.place or "")
        if told and event.type in cb.places.bodily:
            for party in (*event.actor, *event.recipient):
                where.setdefault(party, set()).add(told)
    return [_settled(entity, where.get(entity.id, set())) for entity in entities]


def _settled(entity: Entity, countries: set[str]) -> Entity:
    unnamed = all(mention.kind != "name" for mention in entity.mentions)
    people = entity.type in ("person", "group") and entity.country is None
    if unnamed and people and len(countries) == 1:
        return msgspec.structs.replace(entity, country=next(iter(countries)))
    return entity
