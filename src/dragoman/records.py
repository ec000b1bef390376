"""The records that one report yields, and their JSON.

Every type here is immutable and carries the names users see in `dragoman read --json`.
A span is `(start, end)`, half open, in Unicode code points of `Report.text`. What the text
does not say is `None`; a list with nothing in it is empty. Nothing of ours is imported here.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Span = tuple[int, int]

EntityType = Literal["person", "organization", "country", "group", "other"]
MentionKind = Literal["name", "nominal", "pronoun"]
Factuality = Literal["asserted", "future", "hypothetical", "negated"]
DateBasis = Literal["text", "published", "unknown"]
StatementKind = Literal["direct", "indirect", "mixed"]
TimeType = Literal["DATE", "TIME", "DURATION", "SET"]
Predicate = Literal[
    "holds_office",
    "leads",
    "member_of",
    "part_of",
    "based_in",
    "loyal_to",
    "allied_with",
    "opposed_to",
    "citizen_of",
    "also_known_as",
    "successor_of",
]
EventType = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]


class NotAReadingError(ValueError):
    """A line of JSON that is no reading; the message says where it departs from one."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every record: frozen, compared by value, made with keywords."""


class Report(Record, frozen=True, kw_only=True):
    """One report as it came in; `text` is kept to the character."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None


class Pipeline(Record, frozen=True, kw_only=True):
    """The versions that made a reading."""

    dragoman: str
    model: str
    codebook: str


class Mention(Record, frozen=True, kw_only=True):
    """Words that stand for an entity."""

    span: Span
    text: str
    kind: MentionKind


class Entity(Record, frozen=True, kw_only=True):
    """A person, organization, country or group, with every mention in the report.

    `country` is ISO 3166-1 alpha-3 (XKX for Kosovo) or the code of an international body;
    `sectors` are PLOVER's (GOV, MIL, REB, CVL, …).
    """

    id: str
    name: str
    type: EntityType
    country: str | None = None
    sectors: tuple[str, ...] = ()
    external_id: str | None = None
    mentions: tuple[Mention, ...] = ()


class EventDate(Record, frozen=True, kw_only=True):
    """When an event happened: `start` and `end` are inclusive ISO dates, `value` is TIMEX3."""

    start: str | None = None
    end: str | None = None
    value: str | None = None
    text_span: Span | None = None
    basis: DateBasis = "unknown"


class Attribution(Record, frozen=True, kw_only=True):
    """Who is said to have told an event, in which statement, and how it is hedged."""

    source: str | None = None
    statement: str | None = None
    hedge: str | None = None


class Quantity(Record, frozen=True, kw_only=True):
    """A number that goes with an event: killed, injured, arrested, troops, money, …"""

    what: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    span: Span | None = None


class Event(Record, frozen=True, kw_only=True):
    """Who did what to whom, by the PLOVER ontology."""

    id: str
    type: EventType
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    cameo: str | None = None
    score: float | None = None
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    trigger: Span
    evidence: tuple[Span, ...] = ()
    factuality: Factuality = "asserted"
    historical: bool = False
    date: EventDate = EventDate()
    place: str | None = None
    attribution: Attribution | None = None
    quantities: tuple[Quantity, ...] = ()
    confidence: float = 0.5
    rule: str


class Party(Record, frozen=True, kw_only=True):
    """The source or addressee of a statement: the entity where known, and the words."""

    entity: str | None = None
    span: Span | None = None


class Statement(Record, frozen=True, kw_only=True):
    """What somebody said, believed or intended, in their words or the reporter's."""

    id: str
    kind: StatementKind
    source: Party | None = None
    addressee: Party | None = None
    cue: Span | None = None
    content: tuple[Span, ...] = ()
    hedge: str | None = None


class Relation(Record, frozen=True, kw_only=True):
    """A standing relation between two entities, or of one to an office (`literal`)."""

    id: str
    subject: str
    predicate: Predicate
    object: str | None = None
    literal: str | None = None
    start: str | None = None
    end: str | None = None
    evidence: tuple[Span, ...] = ()
    confidence: float = 0.5


class Place(Record, frozen=True, kw_only=True):
    """A place the report names, resolved against GeoNames where something fits."""

    id: str
    name: str
    spans: tuple[Span, ...] = ()
    geonameid: int | None = None
    feature: str | None = None
    country: str | None = None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    confidence: float = 0.5


class Time(Record, frozen=True, kw_only=True):
    """A time expression as TIMEX3 (TimeML 1.2.1), with its interval of days."""

    span: Span
    type: TimeType
    value: str
    start: str | None = None
    end: str | None = None


class Reading(Record, frozen=True, kw_only=True):
    """All that one report yields; the JSON object of `dragoman read --json`."""

    report: Report
    pipeline: Pipeline
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()
    statements: tuple[Statement, ...] = ()
    relations: tuple[Relation, ...] = ()
    places: tuple[Place, ...] = ()
    times: tuple[Time, ...] = ()

    def words(self, span: Span) -> str:
        """Return the words of the report that `span` covers."""
        return self.report.text[span[0] : span[1]]

    def entity(self, entity_id: str) -> Entity:
        """Return the entity with this id.

        Raises:
            KeyError: no entity of this report has the id.
        """
        for entity in self.entities:
            if entity.id == entity_id:
                return entity
        raise KeyError(entity_id)

    def to_json(self) -> str:
        """Return the reading as one line of JSON, keys in the order of the records."""
        return msgspec.json.encode(self).decode("utf-8")

    @classmethod
    def from_json(cls, line: str | bytes) -> Reading:
        """Read what `to_json` wrote.

        Raises:
            NotAReadingError: the line is no JSON, or not a reading's.
        """
        try:
            return msgspec.json.decode(line, type=cls)
        except RecursionError as error:
            raise NotAReadingError("the JSON is nested too deeply") from error
        except (msgspec.DecodeError, UnicodeError) as error:
            raise NotAReadingError(f"the line is no reading: {error}") from error
