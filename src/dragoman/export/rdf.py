"""Events as RDF: the Simple Event Model, PROV-O for what made them, Web Annotations for words.

Van Hage et al. 2011, "Design and use of the Simple Event Model (SEM)"; W3C PROV-O (2013); W3C Web
Annotation Vocabulary (2017). What these have no word for is a term `urn:dragoman:term:…`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dragoman.export.parties import Party, Told, told
from dragoman.export.selection import Format, Selection
from dragoman.export.triples import NQuads, Triple, Turtle, link, literal, term, urn
from dragoman.records import Event, Place, Span

_AROUND = 32  # characters kept before and after the quoted words
_A = term("rdf:type")
_LABEL = term("rdfs:label")


def write_rdf(chosen: Selection, path: Path) -> None:
    """Write Turtle, or N-Quads where the file's name ends in ".nq": a graph for each report."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        writer = NQuads(file) if path.suffix.lower() == ".nq" else Turtle(file)
        writer.begin()
        writer.write(_terms(), urn("graph", "terms"))
        for report in told(chosen):
            writer.write(_report(report), urn("graph", report.key))
            for event in report.events:
                writer.write(_event(report, event), urn("graph", report.key))


def _terms() -> Iterator[Triple]:
    for name in ("actor", "recipient"):
        own = term(f"dragoman:{name}")
        yield own, term("rdfs:subPropertyOf"), term("sem:hasActor")


def _report(report: Told) -> Iterator[Triple]:
    """Yield the report, what coded it, and everyone in its events."""
    about, made = report.reading.report, report.reading.pipeline
    own, coding = urn("report", report.key), urn("coding", report.key)
    yield own, _A, term("prov:Entity")
    address = link(about.url)
    for verb, thing in (
        ("dcterms:title", literal(about.title) if about.title else None),
        ("dcterms:publisher", literal(about.source) if about.source else None),
        ("dcterms:date", _day(about.published)),
        ("dcterms:identifier", literal(about.id)),
        ("dcterms:source", address),
    ):
        if thing:
            yield own, term(verb), thing
    parts = {"program": made.dragoman, "model": made.model, "codebook": made.codebook}
    named = {what: urn(what, version) for what, version in parts.items()}
    yield coding, _A, term("prov:Activity")
    yield coding, term("prov:wasAssociatedWith"), named["program"]
    for thing in (own, named["model"], named["codebook"]):
        yield coding, term("prov:used"), thing
    for what, version in parts.items():
        kind = "SoftwareAgent" if what == "program" else "Entity"
        yield named[what], _A, term(f"prov:{kind}")
        yield named[what], _LABEL, literal(f"Dragoman {what} {version}")
    yield from _parties(report)


def _parties(report: Told) -> Iterator[Triple]:
    asked: dict[str, Party] = {}
    for event in report.events:
        source = event.attribution.source if event.attribution else None
        for one in (*event.actor, *event.recipient, *((source,) if source else ())):
            asked[report.parties[one].id] = report.parties[one]
    for party in asked.values():
        own = _party(party)
        yield own, _A, term("sem:Actor")
        yield own, _LABEL, literal(party.name)
        yield own, term("sem:actorType"), term(f"dragoman:{party.type}")
        if party.country:
            yield own, term("dragoman:country"), literal(party.country)
        for sector in party.sectors:
            yield own, term("dragoman:sector"), literal(sector)


def _party(party: Party) -> str:
    return urn("actor", party.id)


def _day(given: str | None) -> str | None:
    return literal(given[:10], "date") if given and len(given) >= 10 else None


def _event(report: Told, event: Event) -> Iterator[Triple]:
    own = urn("event", f"{report.key}-{event.id}")
    yield own, _A, term("sem:Event")
    yield own, _A, term("prov:Entity")
    yield own, term("sem:eventType"), term(f"dragoman:{event.type}")
    for side, parties in zip(("actor", "recipient"), report.sides(event), strict=True):
        for party in parties:
            yield own, term("sem:hasActor"), _party(party)
            yield own, term(f"dragoman:{side}"), _party(party)
    if event.attribution and event.attribution.source:
        yield own, term("sem:accordingTo"), _party(report.parties[event.attribution.source])
    yield from _dates(own, event)
    yield from _coded(own, event)
    yield own, term("prov:wasDerivedFrom"), urn("report", report.key)
    yield own, term("prov:wasGeneratedBy"), urn("coding", report.key)
    place = next((p for p in report.reading.places if p.id == event.place), None)
    if place is not None:
        where = urn("place", f"{report.key}-{place.id}")
        yield own, term("sem:hasPlace"), where
        yield from _place(where, place)
    yield from _words(report, event, own)


def _dates(own: str, event: Event) -> Iterator[Triple]:
    first, last = _day(event.date.start), _day(event.date.end)
    if first and first == last:
        yield own, term("sem:hasTimeStamp"), first
    if first:
        yield own, term("sem:hasBeginTimeStamp"), first
    if last:
        yield own, term("sem:hasEndTimeStamp"), last


def _coded(own: str, event: Event) -> Iterator[Triple]:
    for name in ("mode", "cameo", "factuality", "rule"):
        if value := getattr(event, name):
            yield own, term(f"dragoman:{name}"), literal(value)
    for context in event.contexts:
        yield own, term("dragoman:context"), literal(context)
    yield own, term("dragoman:historical"), literal(event.historical, "boolean")
    yield own, term("dragoman:confidence"), literal(f"{event.confidence:.6f}", "decimal")
    if event.score is not None:
        yield own, term("dragoman:score"), literal(f"{event.score:.3f}", "decimal")


def _place(where: str, place: Place) -> Iterator[Triple]:
    yield where, _A, term("sem:Place")
    yield where, _LABEL, literal(place.name)
    if place.country:
        yield where, term("dragoman:country"), literal(place.country)
    if place.latitude is not None and place.longitude is not None:
        yield where, term("geo:lat"), literal(f"{place.latitude:.6f}", "decimal")
        yield where, term("geo:long"), literal(f"{place.longitude:.6f}", "decimal")
    if place.geonameid is not None:
        same = f"<https://sws.geonames.org/{int(place.geonameid)}/>"
        yield where, term("rdfs:seeAlso"), same


def _words(report: Told, event: Event, own: str) -> Iterator[Triple]:
    """Yield an annotation for each sentence an event rests on."""
    for n, span in enumerate(event.evidence or (event.trigger,), 1):
        name = (report.key, event.id, str(n))
        note, target = urn("annotation", *name), urn("target", *name)
        yield note, _A, term("oa:Annotation")
        yield note, term("oa:motivatedBy"), term("oa:identifying")
        yield note, term("oa:hasBody"), own
        yield note, term("oa:hasTarget"), target
        place, quotation = urn("position", *name), urn("quotation", *name)
        yield target, _A, term("oa:SpecificResource")
        yield target, term("oa:hasSource"), urn("report", report.key)
        yield target, term("oa:hasSelector"), place
        yield target, term("oa:hasSelector"), quotation
        yield from _selectors(report.reading.report.text, span, place, quotation)


def _selectors(text: str, span: Span, place: str, quotation: str) -> Iterator[Triple]:
    start, end = span
    yield place, _A, term("oa:TextPositionSelector")
    yield place, term("oa:start"), literal(start, "nonNegativeInteger")
    yield place, term("oa:end"), literal(end, "nonNegativeInteger")
    yield quotation, _A, term("oa:TextQuoteSelector")
    yield quotation, term("oa:exact"), literal(text[start:end])
    yield quotation, term("oa:prefix"), literal(text[max(0, start - _AROUND) : start])
    yield quotation, term("oa:suffix"), literal(text[end : end + _AROUND])


FORMATS = (
    Format(
        "rdf", "events.ttl", "text/turtle",
        "events as RDF (SEM, PROV-O, Web Annotation): Turtle, or N-Quads to a file named .nq",
        "quantities, statements, relations and the rest of the reports' text", write_rdf, (),
    ),
)  # fmt: skip
