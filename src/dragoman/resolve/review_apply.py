"""Reviews put into a reading: corrected records, and none that were rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from dragoman.records import (
    Attribution,
    Event,
    EventDate,
    Mention,
    Party,
    Reading,
    Record,
    Statement,
)
from dragoman.resolve.reviews import KINDS, Kind, Named, Prints, Review, Standing


def value_of(record: Record, field: str) -> Any:
    """Return a record's value of a field as it would be kept in `changes`."""
    value = getattr(record, field)
    if field == "date":
        return {name: getattr(value, name) for name in ("start", "end", "value")}
    if isinstance(value, Party):
        return value.entity
    return msgspec.json.decode(msgspec.json.encode(value))  # lists, as the journal has them


def corrected(record: Any, changes: Mapping[str, Any]) -> Any:
    """Return a record with values as `changes` keeps them."""
    return replace(record, **{name: _kept(record, name, v) for name, v in changes.items()})


def _kept(record: Any, field: str, value: Any) -> Any:
    if field == "date":
        return EventDate(**value, basis="text" if value["start"] else "unknown")
    if isinstance(record, Statement) and field in ("source", "addressee"):
        return Party(entity=value) if value else None
    if field == "mentions":
        return msgspec.convert(value, tuple[Mention, ...])
    if field in ("content", "evidence", "spans"):
        return tuple((start, end) for start, end in value)
    return tuple(value) if isinstance(value, list) else value


def named_in(kind: Kind, changes: Mapping[str, Any], prints: Prints) -> dict[str, Named]:
    """Return what the ids in changes stand for."""
    found: dict[str, Named] = {}
    for field, value in changes.items():
        if (kind, field) not in _OF_IDS:
            continue
        table: Any = _OF_IDS[kind, field]
        names = {one.id: one.name for one in getattr(prints.reading, table)}
        for one in value if isinstance(value, list) else [value] if value else []:
            found[one] = Named(kind=table, name=names[one], print=prints.of(table, one) or "")
    return found


_OF_IDS: dict[tuple[str, str], Kind] = {
    ("events", "actor"): "entities",
    ("events", "recipient"): "entities",
    ("events", "place"): "places",
    ("statements", "source"): "entities",
    ("statements", "addressee"): "entities",
    ("relations", "subject"): "entities",
    ("relations", "object"): "entities",
}


def now_named(review: Review, prints: Prints) -> dict[str, Any]:
    """Return a review's changes with the ids that its entities and places have now."""

    def now(one: str) -> str:
        return prints.named(review.named[one]) or one

    found = dict(review.changes)
    for field, value in review.changes.items():
        if (review.kind, field) in _OF_IDS and value:
            found[field] = [now(v) for v in value] if isinstance(value, list) else now(value)
    return found


def changes_now(review: Review, record: Record, prints: Prints) -> dict[str, Any]:
    """Return what a review wants otherwise of a record that is there, with the ids of now.

    One that was added and is found by the program since keeps the program's words of it.
    """
    found = now_named(review, prints)
    if review.verdict != "add":
        return found
    left = set(_SPANS)
    if isinstance(record, Event) and (record.type, record.mode) == (found["type"], found["mode"]):
        left |= {"score", "cameo"}  # the entry that made it may have a code of its own
    return {field: value for field, value in found.items() if field not in left}


_SPANS = ("trigger", "cue", "evidence", "mentions", "spans")


def apply_reviews(prints: Prints, standing: Iterable[Standing]) -> Reading:
    """Return a reading after its reviews: corrected, without what was rejected.

    What names a rejected record loses that name: an event keeps its other parties, a statement
    its words; a relation without its subject or object is gone.
    """
    reading = prints.reading
    gone: dict[str, set[str]] = {kind: set() for kind in KINDS}
    changes: dict[tuple[str, str], Review] = {}
    for one in standing:
        if one.state != "applied" or one.record is None:
            continue
        if one.review.verdict == "reject":
            gone[one.review.kind].add(one.record)
        elif one.review.changes:
            changes[one.review.kind, one.record] = one.review

    def reviewed(kind: Kind, record: Any) -> Any:
        review = changes.get((kind, record.id))
        return corrected(record, changes_now(review, record, prints)) if review else record

    kept = {
        kind: tuple(reviewed(kind, r) for r in getattr(reading, kind) if r.id not in gone[kind])
        for kind in KINDS
    }
    return _without(replace(reading, **kept), gone)


def _without(reading: Reading, gone: Mapping[str, set[str]]) -> Reading:
    """Return a reading whose records name none that is gone."""
    if not any(gone.values()):
        return reading
    entities, places = gone["entities"], gone["places"]
    events = [_event_without(e, entities, places, gone["statements"]) for e in reading.events]
    relations = [r for r in reading.relations if not {r.subject, r.object} & entities]
    return replace(
        reading,
        events=tuple(events),
        relations=tuple(relations),
        statements=tuple(_statement_without(s, entities) for s in reading.statements),
    )


def _event_without(event: Event, entities: set[str], places: set[str], said: set[str]) -> Event:
    told = event.attribution
    if told is not None:
        source = None if told.source in entities else told.source
        statement = None if told.statement in said else told.statement
        left = Attribution(source=source, statement=statement, hedge=told.hedge)
        told = None if left == Attribution() else left
    return replace(
        event,
        actor=tuple(one for one in event.actor if one not in entities),
        recipient=tuple(one for one in event.recipient if one not in entities),
        place=None if event.place in places else event.place,
        attribution=told,
    )


def _statement_without(statement: Statement, entities: set[str]) -> Statement:
    def party(one: Party | None) -> Party | None:
        return Party(span=one.span) if one and one.entity in entities else one

    return replace(statement, source=party(statement.source), addressee=party(statement.addressee))
