"""FollowTheMoney entities (https://followthemoney.tech), one a line.

Parties are Person, PublicBody, Company, Organization or LegalEntity; reports are Article, events
Event, and standing relations the link schema that fits, else UnknownLink. As is usual for
FollowTheMoney streams, lines with the same id are parts of one entity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dragoman.export.countries import two_letters
from dragoman.export.parties import Party, Told, told
from dragoman.export.selection import Format, Selection
from dragoman.records import Event, Relation

_Entity = dict[str, Any]
_PUBLIC = frozenset({"COP", "GOV", "JUD", "LEG", "MIL", "SPY"})
_KEPT = frozenset({"organization", "country"})
# schema and the properties of subject and object that a relation between organisations has
_LINKS = {
    "leads": ("Directorship", "director", "organization"),
    "member_of": ("Membership", "member", "organization"),
    "successor_of": ("Succession", "successor", "predecessor"),
}


def write_ftm(chosen: Selection, path: Path) -> None:
    """Write each party, report, event and relation of the chosen reports."""
    written: set[bytes] = set()  # digests of actors: there are far fewer than events
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for report in told(chosen):
            shared = {_party_id(party) for party in report.parties.values() if party.shared}
            for entity in _entities(report):
                again = entity["id"] in shared or entity["schema"] == "Position"
                if not again or _first(entity, written):
                    file.write(json.dumps(entity, ensure_ascii=False) + "\n")


def _first(entity: _Entity, written: set[bytes]) -> bool:
    made = json.dumps(entity, sort_keys=True).encode()
    digest = hashlib.blake2b(made, digest_size=12).digest()
    if digest in written:
        return False
    written.add(digest)
    return True


def _entities(report: Told) -> Iterator[_Entity]:
    yield _article(report)
    relations = [r for r in report.reading.relations if _usable(report, r)]
    asked = [one for event in report.events for one in (*event.actor, *event.recipient)]
    asked += [e.attribution.source for e in report.events if e.attribution and e.attribution.source]
    asked += [one for r in relations for one in (r.subject, r.object) if one]
    for one in dict.fromkeys(asked):
        yield _party(report.parties[one])
    for event in report.events:
        yield _event(report, event)
    for relation in relations:
        yield from _relation(report, relation)


def _usable(report: Told, relation: Relation) -> bool:
    known = relation.object is None or relation.object in report.parties
    return relation.subject in report.parties and known


def _entity(key: str, schema: str, **properties: Iterable[str | None] | str | None) -> _Entity:
    """Return an entity with the properties that have a value, each value once."""
    kept = {}
    for name, given in properties.items():
        values = [given] if isinstance(given, str) or given is None else list(given)
        texts = [" ".join(_plain(value).split()) for value in values if value]
        if any(texts):
            kept[name] = list(dict.fromkeys(text for text in texts if text))
    return {"id": key, "schema": schema, "properties": kept}


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def schema_of(party: Party) -> str:
    """Return the FollowTheMoney schema of a party."""
    if party.type == "person":
        return "Person"
    if party.type == "country" or (party.type in _KEPT and _PUBLIC & set(party.sectors)):
        return "PublicBody"
    if party.type == "organization":
        return "Company" if "BUS" in party.sectors else "Organization"
    return "LegalEntity"


def _country(code: str | None) -> str | None:
    """Return a country as FollowTheMoney writes it: ISO 3166-1 alpha-2 in small letters."""
    found = two_letters(code)
    return found.lower() if found else None


def _party(party: Party) -> _Entity:
    country = _country(party.country)
    keywords = [*party.sectors, party.type if party.type in ("country", "group") else None]
    return _entity(
        _party_id(party), schema_of(party), name=party.name or "?", alias=party.names,
        country=country, keywords=keywords,
    )  # fmt: skip


def _party_id(party: Party) -> str:
    return f"dragoman-{party.id}"


def _article_id(key: str) -> str:
    return f"dragoman-report-{key}"


def _article(report: Told) -> _Entity:
    about = report.reading.report
    return _entity(
        _article_id(report.key), "Article", title=about.title, publishedAt=_day(about.published),
        publisher=about.source, sourceUrl=_url(about.url), generator=_generator(report),
    )  # fmt: skip


def _generator(report: Told) -> str:
    made = report.reading.pipeline
    return f"Dragoman {made.dragoman}, model {made.model}, codebook {made.codebook}"


def _url(given: str | None) -> str | None:
    return given if given and given.startswith(("http://", "https://")) else None


def _day(given: str | None) -> str | None:
    return given[:10] if given else None


def _event(report: Told, event: Event) -> _Entity:
    actors, recipients = report.sides(event)
    reading, source = report.reading, event.attribution and event.attribution.source
    place = next((p for p in reading.places if p.id == event.place), None)
    said = [event.type, event.mode, event.factuality, *event.contexts]
    names = " and ".join(p.name for p in actors), " and ".join(p.name for p in recipients)
    words = [reading.words(span) for span in event.evidence or (event.trigger,)]
    told_by = report.parties[source].name if source else None
    return _entity(
        f"dragoman-event-{report.key}-{event.id}", "Event",
        name=f"{event.type}: {' → '.join(n for n in names if n)}".strip(": "),
        organizer=map(_party_id, actors), involved=map(_party_id, [*actors, *recipients]),
        startDate=_day(event.date.start), endDate=_day(event.date.end),
        location=place.name if place else None, country=_country(place.country) if place else None,
        keywords=[*said, "historical" if event.historical else None], summary=words,
        notes=f"according to {told_by}" if told_by else None,
        recordId=f"{report.key}-{event.id}", proof=_article_id(report.key),
        publisher=reading.report.source, sourceUrl=_url(reading.report.url),
    )  # fmt: skip


def _relation(report: Told, relation: Relation) -> Iterator[_Entity]:
    """Yield the link of a relation, or what it tells as a part of its subject."""
    subject = report.parties[relation.subject]
    whom = report.parties[relation.object] if relation.object else None
    if relation.predicate == "holds_office" and relation.literal:
        yield from _office(report, relation, subject, whom)
    elif relation.predicate == "also_known_as":
        alias = whom.name if whom else relation.literal
        yield _entity(_party_id(subject), schema_of(subject), alias=alias)
    elif relation.predicate == "citizen_of" and whom and schema_of(subject) == "Person":
        yield _entity(_party_id(subject), "Person", nationality=_country(whom.country))
    elif whom is not None and whom.id != subject.id:
        schema, first, second = _ends(relation, whom)
        yield _link(report, relation, schema, {first: _party_id(subject), second: _party_id(whom)})


def _ends(relation: Relation, whom: Party) -> tuple[str, str, str]:
    body = schema_of(whom) not in ("Person", "LegalEntity")
    if relation.predicate in _LINKS and (body or relation.predicate == "successor_of"):
        return _LINKS[relation.predicate]
    return "UnknownLink", "subject", "object"


def _office(
    report: Told, relation: Relation, subject: Party, whom: Party | None
) -> Iterator[_Entity]:
    title = relation.literal or ""
    if schema_of(subject) != "Person":
        return
    of = whom if whom and schema_of(whom) not in ("Person", "LegalEntity") else None
    digest = hashlib.sha256("\0".join((title, of.id if of else "")).encode()).hexdigest()[:24]
    post = f"dragoman-post-{digest}"
    organization = _party_id(of) if of else None
    country = _country(of.country) if of else None
    yield _entity(post, "Position", name=title, organization=organization, country=country)
    yield _link(report, relation, "Occupancy", {"holder": _party_id(subject), "post": post})


def _link(report: Told, relation: Relation, schema: str, ends: dict[str, str]) -> _Entity:
    role = None if schema == "Occupancy" else relation.predicate.replace("_", " ")
    words = [report.reading.words(span) for span in relation.evidence]
    return _entity(
        f"dragoman-relation-{report.key}-{relation.id}", schema, **ends,
        **({"role": role} if role else {}), startDate=_day(relation.start),
        endDate=_day(relation.end), summary=words, proof=_article_id(report.key),
    )  # fmt: skip


FORMATS = (
    Format(
        "ftm", "entities.ftm.json", "application/jsonl",
        "FollowTheMoney entities and links, one a line",
        "modes and contexts but as keywords, coordinates, quantities, statements, texts",
        write_ftm, (),
    ),
)  # fmt: skip
