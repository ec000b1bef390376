"""Events as a STIX 2.1 bundle (OASIS Standard, 10 June 2021).

An event is an Incident, a report a Report, a party an Identity, a place a Location. What STIX has
no property for stands in one property extension, whose definition is in the bundle. Ids are UUIDv5
in a name space of Dragoman's own, which the standard allows for ids that have to stay the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from dragoman.export.countries import two_letters
from dragoman.export.parties import Party, Told, told
from dragoman.export.selection import Format, Selection
from dragoman.records import Event, Place

_Object = dict[str, Any]
SPACE = uuid5(NAMESPACE_URL, "urn:dragoman:stix")
_NO_DAY = "1970-01-01"  # of what no single report tells, and of reports without a day
_CLASSES = {"person": "individual", "group": "group", "organization": "organization",
            "country": "organization"}  # fmt: skip
_TEXTS = ("event_type", "mode", "cameo", "factuality", "start", "end", "rule")
_PROPERTIES = {
    **{name: {"type": "string"} for name in _TEXTS},
    "contexts": {"type": "array", "items": {"type": "string"}},
    "historical": {"type": "boolean"},
    "score": {"type": "number"},
    "country": {"type": "string"},
    "sectors": {"type": "array", "items": {"type": "string"}},
}


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid5(SPACE, chr(0).join((kind, *parts)))}"


PROGRAM = _id("identity", "program")
EXTENSION = _id("extension-definition", "1")


def write_stix(chosen: Selection, path: Path) -> None:
    """Write one bundle, an object a line."""
    written: set[str] = set()  # of what several reports share: there is far less than events
    whole = hashlib.sha256()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "bundle", "objects": [')
        mark = "\n"
        for made in _objects(chosen, written):
            line = json.dumps(made, ensure_ascii=False)
            whole.update(line.encode("utf-8", "replace"))
            file.write(mark + line)
            mark = ",\n"
        bundle = UUID(bytes=whole.digest()[:16], version=5)
        file.write(f'\n], "id": "bundle--{bundle}"}}\n')


def _objects(chosen: Selection, written: set[str]) -> Iterator[_Object]:
    yield _object(PROGRAM, None, name="Dragoman", identity_class="system")
    kind = {"extension_type": {"const": "property-extension"}}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {**kind, **_PROPERTIES},
    }
    yield _object(
        EXTENSION, None, name="Political event (PLOVER)", version="1.0.0",
        schema=json.dumps(schema), extension_types=["property-extension"], created_by_ref=PROGRAM,
    )  # fmt: skip
    for report in told(chosen):
        for made in _report(report):
            shared = made["type"] == "identity" and made["created"].startswith(_NO_DAY)
            if not shared or made["id"] not in written:
                yield made
            if shared:
                written.add(made["id"])


def _object(key: str, day: str | None, **properties: Any) -> _Object:
    """Return an object with the common properties; values that are empty are left out."""
    moment = f"{(day or _NO_DAY)[:10]}T00:00:00.000Z"
    told_of = {name: value for name, value in properties.items() if value not in (None, [], "")}
    return {
        "type": key.partition("--")[0], "spec_version": "2.1", "id": key,
        "created": moment, "modified": moment, **told_of,
    }  # fmt: skip


def _extension(**values: Any) -> _Object:
    kept = {name: value for name, value in values.items() if value not in (None, [])}
    return {EXTENSION: {"extension_type": "property-extension", **kept}}


def _report(report: Told) -> Iterator[_Object]:
    about, made = report.reading.report, report.reading.pipeline
    seen: list[str] = []
    for event in report.events:
        for one in _event(report, event):
            if one["id"] not in seen:
                seen.append(one["id"])
                yield one
    reference = {"source_name": about.source or "unknown", "external_id": about.id}
    if about.url and about.url.startswith(("http://", "https://")):
        reference["url"] = about.url
    published = f"{(about.published or _NO_DAY)[:10]}T00:00:00.000Z"
    yield _object(
        _id("report", report.key), about.published, created_by_ref=PROGRAM,
        name=about.title or about.id, published=published, object_refs=seen,
        description=f"Coded by Dragoman {made.dragoman}, model {made.model},"
                    f" codebook {made.codebook}",
        external_references=[reference],
    )  # fmt: skip


def _event(report: Told, event: Event) -> Iterator[_Object]:
    """Yield an event's incident, its parties and place, and what joins them."""
    day, own = report.reading.report.published, _id("incident", report.key, event.id)
    sides = dict(zip(("actor", "recipient"), report.sides(event), strict=True))
    names = (", ".join(party.name for party in parties) for parties in sides.values())
    words = [report.reading.words(span) for span in event.evidence or (event.trigger,)]
    yield _object(
        own, day, created_by_ref=PROGRAM, name=f"{event.type}: {' → '.join(filter(None, names))}",
        description=" … ".join(words), confidence=round(100 * event.confidence),
        labels=[event.type.lower()], extensions=_coded(event),
    )  # fmt: skip
    for side, parties in sides.items():
        for party in parties:
            identity = _identity(party, day)
            yield identity
            yield _joined(own, "related-to", identity["id"], day, side)
    place = next((p for p in report.reading.places if p.id == event.place), None)
    where = _location(report.key, place, day) if place else None
    if where:
        yield where
        yield _joined(own, "located-at", where["id"], day, None)


def _coded(event: Event) -> _Object:
    return _extension(
        event_type=event.type, mode=event.mode, cameo=event.cameo, score=event.score,
        factuality=event.factuality, historical=event.historical, contexts=list(event.contexts),
        start=event.date.start, end=event.date.end, rule=event.rule,
    )  # fmt: skip


def _identity(party: Party, day: str | None) -> _Object:
    extension = _extension(country=party.country, sectors=list(party.sectors))
    return _object(
        _id("identity", party.id), None if party.shared else day, created_by_ref=PROGRAM,
        name=party.name, identity_class=_CLASSES.get(party.type, "unknown"), extensions=extension,
    )  # fmt: skip


def _location(key: str, place: Place, day: str | None) -> _Object | None:
    """Return a place; None where nothing tells where it is, which STIX asks for."""
    country, point = two_letters(place.country), (place.latitude, place.longitude)
    if country is None and None in point:
        return None
    known = {} if None in point else {"latitude": point[0], "longitude": point[1]}
    return _object(
        _id("location", key, place.id), day, created_by_ref=PROGRAM, name=place.name,
        country=country, **known,
    )  # fmt: skip


def _joined(own: str, how: str, other: str, day: str | None, side: str | None) -> _Object:
    key = _id("relationship", own, how, other, side or "")
    return _object(
        key, day, created_by_ref=PROGRAM, relationship_type=how, source_ref=own, target_ref=other,
        description=side,
    )  # fmt: skip


FORMATS = (
    Format(
        "stix", "bundle.stix.json", "application/stix+json;version=2.1",
        "a STIX 2.1 bundle: incidents, identities, locations, reports",
        "who told an event, quantities, statements, relations and the reports' text",
        write_stix, (),
    ),
)  # fmt: skip
