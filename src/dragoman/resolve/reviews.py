"""Reviews of records by hand: which are in force, and how one that was coded anew is found again.

A review names its record by what it says, not by its id: ids move when reports are coded anew.
Each review carries the record as it was coded (`seen`) and all that its reviewer wants otherwise
(`changes`), so that a line of the journal stands for itself. A record that was missed is added by a
line whose `changes` hold all of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec

from dragoman.records import Entity, Event, Place, Reading, Record, Relation, Span, Statement

Kind = Literal["events", "statements", "relations", "entities", "places"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["confirm", "reject", "correct"]
Judged = Literal["add", "confirm", "reject", "correct"]
State = Literal["applied", "changed", "gone"]
ADDED = "add-"  # how the id of a record begins that was added by hand; no coded id begins so


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """An entity or place that a correction names: its kind, name and fingerprint."""

    kind: Literal["entities", "places"]
    name: str
    print: str


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the journal.

    Attributes:
        number: counts from 1.
        at, who: when (ISO, UTC) and by whom.
        verdict: confirm, reject or correct; add for a record that was missed; undo takes the line
            `undoes` back.
        report: the report's key.
        kind, record: the table and the record's id when it was reviewed.
        print: fingerprint of the record as it was coded or added.
        seen: the record as it was coded or added, with names in place of ids.
        changes: values by field, where the reviewer wants other ones than were coded; all that is
            known of a record that is added.
        named: what the ids in `changes` stand for.
        note: why.
    """

    number: int
    at: str
    who: str
    verdict: Literal["add", "confirm", "reject", "correct", "undo"]
    report: str = ""
    kind: Kind = "events"
    record: str = ""
    print: str = ""
    seen: dict[str, Any] = {}
    changes: dict[str, Any] = {}
    named: dict[str, Named] = {}
    note: str | None = None
    undoes: int | None = None

    @property
    def judged(self) -> Judged:
        """The verdict on the record as coded or added: who confirms a correction corrects."""
        if self.verdict == "confirm" and self.changes:
            return "correct"
        return self.verdict  # type: ignore[return-value]  # an undo judges nothing

    @property
    def vote(self) -> Verdict:
        """The verdict as it is compared with others: who adds a record holds it for right."""
        return "confirm" if self.judged == "add" else self.judged


def in_force(reviews: Iterable[Review]) -> list[Review]:
    """Return the verdicts that no later line undid, in order; an undo can be undone."""
    every = sorted(reviews, key=lambda r: r.number)
    undone: set[int] = set()
    for review in reversed(every):
        if review.verdict == "undo" and review.number not in undone and review.undoes:
            undone.add(review.undoes)
    return [r for r in every if r.verdict != "undo" and r.number not in undone]


def told_anew(reading: Reading, kind: Kind, record: Record) -> dict[str, Any]:
    """Return a record in words: names in place of ids, words beside spans."""
    told: dict[str, Any] = _TELLERS[kind](reading, record)
    return told


def _event(reading: Reading, event: Event) -> dict[str, Any]:
    source = event.attribution.source if event.attribution else None
    return {
        "type": event.type,
        "mode": event.mode,
        "contexts": list(event.contexts),
        "actor": _names(reading, event.actor),
        "recipient": _names(reading, event.recipient),
        "date": {"start": event.date.start, "end": event.date.end, "value": event.date.value},
        "place": next((p.name for p in reading.places if p.id == event.place), None),
        "factuality": event.factuality,
        "historical": event.historical,
        "said_by": reading.entity(source).name if source else None,
        "trigger": _words(reading, [event.trigger]),
        "evidence": _words(reading, event.evidence),
    }


def _statement(reading: Reading, statement: Statement) -> dict[str, Any]:
    parties = {"source": statement.source, "addressee": statement.addressee}
    told: dict[str, Any] = {"kind": statement.kind}
    for name, party in parties.items():
        told[name] = reading.entity(party.entity).name if party and party.entity else None
        told[f"{name}_words"] = reading.words(party.span) if party and party.span else None
    told["cue"] = _words(reading, [statement.cue] if statement.cue else [])
    told["content"] = _words(reading, statement.content)
    return told


def _relation(reading: Reading, relation: Relation) -> dict[str, Any]:
    return {
        "subject": reading.entity(relation.subject).name,
        "predicate": relation.predicate,
        "object": reading.entity(relation.object).name if relation.object else None,
        "literal": relation.literal,
        "evidence": _words(reading, relation.evidence),
    }


def _entity(_: Reading, entity: Entity) -> dict[str, Any]:
    said = [m.text for m in entity.mentions if m.kind != "pronoun"]
    return {
        "name": entity.name,
        "type": entity.type,
        "country": entity.country,
        "sectors": list(entity.sectors),
        "variants": sorted(set(said)),
        "first": list(entity.mentions[0].span) if entity.mentions else None,
    }


def _place(_: Reading, place: Place) -> dict[str, Any]:
    names = ("name", "country", "geonameid", "latitude", "longitude")
    spans = [list(span) for span in place.spans[:1]]
    return {**{name: getattr(place, name) for name in names}, "first": spans}


def _names(reading: Reading, ids: Iterable[str]) -> list[str]:
    return [reading.entity(one).name for one in ids]


def _words(reading: Reading, spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [{"span": list(span), "text": reading.words(span)} for span in spans]


_TELLERS: dict[str, Any] = {
    "events": _event,
    "statements": _statement,
    "relations": _relation,
    "entities": _entity,
    "places": _place,
}
# what a record is known by; the rest of it may change and it is still the same
_KNOWN_BY = {
    "events": ("type", "actor", "recipient", "trigger"),
    "statements": ("source", "source_words", "cue", "content"),
    "relations": ("subject", "predicate", "object", "literal", "evidence"),
    "entities": ("name", "type", "first"),
    "places": ("name", "first"),
}


def fingerprint(kind: Kind, told: dict[str, Any]) -> str:
    """Return the fingerprint of a record in words (`told_anew`): 16 hexadecimal digits."""
    known = msgspec.json.encode([kind, *(told[name] for name in _KNOWN_BY[kind])])
    return hashlib.sha256(known).hexdigest()[:16]


def final(review: Review) -> dict[str, Any]:
    """Return the record as its reviewer wants it, in words; nothing of one that is rejected.

    Names stand in place of ids, spans of the text for a corrected content.
    """
    if review.judged == "reject":
        return {}
    told = dict(review.seen)
    if review.verdict == "add":
        return told  # it was written down as it was made
    for field, value in review.changes.items():
        if field == "content":
            told[field] = [{"span": span} for span in value]
        elif isinstance(value, list):
            told[field] = [_name_of(review, one) for one in value]
        else:
            told[field] = _name_of(review, value)
    return told


def _name_of(review: Review, value: Any) -> Any:
    named = review.named.get(value) if isinstance(value, str) else None
    return named.name if named else value


def wanted(review: Review, field: str) -> str | None:
    """Return a field's value as its reviewer wants it, to be compared; None where rejected."""
    told = final(review)
    if not told:
        return None
    value: Any = told[field]
    if field == "date":
        value = [value["start"], value["end"]]
    elif field in _OF_WORDS:
        value = [one["span"] for one in value]
    elif isinstance(value, list):
        value = sorted(value)
    return msgspec.json.encode(value).decode()


_OF_WORDS = ("content", "trigger", "cue", "evidence")


class Prints:
    """The fingerprints of all records of a reading as it was coded.

    Args:
        reading: the report as it was coded, with what was added by hand.
        alias: by kind and fingerprint, records that stand for another one that was added.
    """

    def __init__(
        self, reading: Reading, alias: Mapping[tuple[Kind, str], str] | None = None
    ) -> None:
        self.reading, self._alias = reading, dict(alias or {})
        self._ids: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._names: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._prints: dict[tuple[str, str], str] = {}
        for kind in KINDS:
            for record in getattr(reading, kind):
                mark = fingerprint(kind, told_anew(reading, kind, record))
                self._ids[kind, mark].append(record.id)
                self._prints[kind, record.id] = mark
                if kind in ("entities", "places"):
                    self._names[kind, record.name].append(record.id)

    def having(self, reading: Reading, alias: Mapping[tuple[Kind, str], str]) -> Prints:
        """Return the fingerprints of the reading with more records and aliases."""
        return Prints(reading, {**self._alias, **alias})

    def of(self, kind: Kind, record: str) -> str | None:
        """Return a record's fingerprint; None where there is no such record."""
        return self._prints.get((kind, record))

    def kind_of(self, record: str) -> Kind | None:
        """Return the kind of the record that has an id."""
        return next((kind for kind in KINDS if (kind, record) in self._prints), None)

    def find(self, kind: Kind, mark: str, record: str = "") -> str | None:
        """Return the id of the record with a fingerprint; `record` where several have it."""
        ids = self._ids.get((kind, mark), [])
        if record in ids:
            return record
        return ids[0] if ids else self._alias.get((kind, mark))

    def named(self, named: Named) -> str | None:
        """Return the id that an entity or place has which a correction names."""
        found = self.find(named.kind, named.print)
        if found is not None:
            return found
        called = self.called(named.kind, named.name)
        return called[0] if len(called) == 1 else None

    def called(self, kind: Kind, name: str) -> list[str]:
        """Return the ids of the entities or places of a name."""
        return self._names.get((kind, name), [])


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands after all reviews of it.

    Attributes:
        review: the latest in force; it counts.
        latest: the latest in force of each reviewer, in the order they were made.
        record: the id that the record has now; None where it is not there as it was reviewed.
        state: applied; changed (the report's records changed so that the review fits none of
            them any more); gone (the archive does not have the report).
    """

    review: Review
    latest: tuple[Review, ...]
    record: str | None
    state: State

    @property
    def added(self) -> bool:
        """Whether the record is there by hand alone."""
        return (self.record or self.review.record).startswith(ADDED)

    @property
    def conflict(self) -> bool:
        """Whether the reviewers disagree, in verdict, correction or what they added."""
        given = {f for r in self.latest if r.verdict == "add" for f in r.changes} - _FOLLOWS
        told = [_stand(review, given) for review in self.latest]
        return any(one != told[0] for one in told[1:])


# what follows from other fields or is written in many ways
_FOLLOWS = frozenset({"score", "cameo", "trigger", "evidence", "mentions", "spans", "feature",
                      "admin1"})  # fmt: skip


def _stand(review: Review, given: Iterable[str]) -> tuple[Any, ...]:
    """Return what a reviewer says, to be compared; `given` are fields that somebody added."""
    if review.vote == "reject":
        return ("reject",)
    fields = {field: wanted(review, field) for field in given}
    if fields:
        return ("there", fields)
    return (review.vote, review.changes if review.vote == "correct" else {})


def standings(reviews: Iterable[Review], prints: Prints | None) -> list[Standing]:
    """Return where each reviewed record of one report stands, in the order first reviewed.

    Args:
        reviews: reviews of this report alone, in force.
        prints: the report's records as they are coded now; None where the report is gone.
    """
    groups: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in reviews:
        now = prints.find(review.kind, review.print, review.record) if prints else None
        groups[review.kind, now or review.print].append(review)
    return [_standing(group, prints) for group in groups.values()]


def _standing(group: Sequence[Review], prints: Prints | None) -> Standing:
    review = max(group, key=lambda r: r.number)
    latest = {r.who: r for r in sorted(group, key=lambda r: r.number)}
    kept = tuple(sorted(latest.values(), key=lambda r: r.number))
    if prints is None:
        return Standing(review, kept, None, "gone")
    now = prints.find(review.kind, review.print, review.record)
    if now is None or any(prints.named(named) is None for named in review.named.values()):
        return Standing(review, kept, None, "changed")
    return Standing(review, kept, now, "applied")
