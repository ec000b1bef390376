"""Checks a reading before it leaves the reader: every span lies in the text, every id is there."""

from __future__ import annotations

from collections.abc import Iterator

from dragoman.records import Event, Party, Reading, Span, Statement


class RecordError(AssertionError):
    """A record does not fit its text: a mistake of the program, not of the report."""


def check_spans(reading: Reading) -> None:
    """Check every span of a reading against its text, and every id against its records.

    Raises:
        RecordError: a span is empty or outside the text, a mention's words are not those of its
            span, or an id names no record.
    """
    size = len(reading.report.text)
    for what, (start, end) in _spans(reading):
        if not 0 <= start < end <= size:
            raise RecordError(f"{what} has the span [{start}, {end}) in a text of {size}")
    for entity in reading.entities:
        for mention in entity.mentions:
            if reading.words(mention.span) != mention.text:
                raise RecordError(f"{entity.id} is not mentioned as {mention.text!r}")
    _check_ids(reading)


def _check_ids(reading: Reading) -> None:
    known = {
        "entity": {e.id for e in reading.entities},
        "place": {p.id for p in reading.places},
        "statement": {s.id for s in reading.statements},
    }
    for kind, name, owner in _links(reading):
        if name not in known[kind]:
            raise RecordError(f"{owner} names the {kind} {name}, which is not among the records")


def _links(reading: Reading) -> Iterator[tuple[str, str, str]]:
    for event in reading.events:
        for name in (*event.actor, *event.recipient):
            yield "entity", name, event.id
        if event.place:
            yield "place", event.place, event.id
        if event.attribution and event.attribution.source:
            yield "entity", event.attribution.source, event.id
        if event.attribution and event.attribution.statement:
            yield "statement", event.attribution.statement, event.id
    for statement in reading.statements:
        for party in (statement.source, statement.addressee):
            if party and party.entity:
                yield "entity", party.entity, statement.id
    for relation in reading.relations:
        yield "entity", relation.subject, relation.id
        if relation.object:
            yield "entity", relation.object, relation.id


def _spans(reading: Reading) -> Iterator[tuple[str, Span]]:
    for entity in reading.entities:
        for mention in entity.mentions:
            yield entity.id, mention.span
    for event in reading.events:
        yield from ((event.id, span) for span in _event_spans(event))
    for statement in reading.statements:
        yield from ((statement.id, span) for span in _statement_spans(statement))
    for relation in reading.relations:
        yield from ((relation.id, span) for span in relation.evidence)
    for place in reading.places:
        yield from ((place.id, span) for span in place.spans)
    for time in reading.times:
        yield "a time", time.span


def _event_spans(event: Event) -> Iterator[Span]:
    yield event.trigger
    yield from event.evidence
    if event.date.text_span:
        yield event.date.text_span
    for quantity in event.quantities:
        if quantity.span:
            yield quantity.span


def _statement_spans(statement: Statement) -> Iterator[Span]:
    yield from statement.content
    if statement.cue:
        yield statement.cue
    for party in (statement.source, statement.addressee):
        if isinstance(party, Party) and party.span:
            yield party.span
