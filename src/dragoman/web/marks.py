"""A report's text cut where any record begins or ends, each piece with the records it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from dragoman.records import Reading, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a record.

    Attributes:
        kind: trigger, evidence, cue, content, entity, place or time.
        record: the record's anchor ("ev1", "t0").
    """

    span: Span
    kind: str
    record: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, all of it within the same records.

    Attributes:
        kinds: the kinds of its marks, sorted.
        link: the record that a click goes to; None where no record is.
        anchors: records whose words begin here.
    """

    text: str
    kinds: tuple[str, ...]
    link: str | None
    anchors: tuple[str, ...]


# a click goes to the first of these; what covers whole sentences is no link
_LINKS = ("trigger", "cue", "time", "place", "entity")


def find_marks(reading: Reading) -> list[Mark]:
    """Return the words of every record of a report, in order of text."""
    marks = [
        Mark(m.span, "entity", entity.id) for entity in reading.entities for m in entity.mentions
    ]
    for event in reading.events:
        marks.append(Mark(event.trigger, "trigger", event.id))
        marks += [Mark(span, "evidence", event.id) for span in event.evidence]
    for statement in reading.statements:
        marks += [Mark(span, "content", statement.id) for span in statement.content]
        if statement.cue:
            marks.append(Mark(statement.cue, "cue", statement.id))
    marks += [Mark(span, "place", place.id) for place in reading.places for span in place.spans]
    marks += [Mark(time.span, "time", f"t{n}") for n, time in enumerate(reading.times)]
    return sorted(marks, key=lambda m: (m.span, m.kind, m.record))


def cut(reading: Reading) -> Iterator[Piece]:
    """Yield the text's pieces, in order; joined they are the text, to the character."""
    text, marks = reading.report.text, find_marks(reading)
    edges = sorted({0, len(text), *(edge for mark in marks for edge in mark.span)})
    first = _first(marks)
    open_marks: list[Mark] = []
    waiting = iter([*marks, Mark((len(text) + 1, len(text) + 1), "end", "")])
    following = next(waiting)
    for start, end in pairwise(edges):
        open_marks = [mark for mark in open_marks if mark.span[1] > start]
        while following.span[0] <= start:
            if following.span[1] > start:
                open_marks.append(following)
            following = next(waiting)
        yield _piece(text[start:end], open_marks, first.get(start, ()))


def _first(marks: list[Mark]) -> dict[int, tuple[str, ...]]:
    """Return where each record's words begin: its trigger or cue where it has one."""
    rank = {"trigger": 0, "cue": 0}
    best: dict[str, Mark] = {}
    for mark in marks:
        held = best.get(mark.record)
        if held is None or rank.get(mark.kind, 1) < rank.get(held.kind, 1):
            best[mark.record] = mark
    found: dict[int, tuple[str, ...]] = {}
    for record, mark in best.items():
        found[mark.span[0]] = (*found.get(mark.span[0], ()), record)
    return found


def _piece(text: str, marks: list[Mark], anchors: tuple[str, ...]) -> Piece:
    kinds = tuple(sorted({mark.kind for mark in marks}))
    shortest = sorted(marks, key=lambda m: m.span[1] - m.span[0])
    link = next((m.record for kind in _LINKS for m in shortest if m.kind == kind), None)
    return Piece(text, kinds, link, anchors)
