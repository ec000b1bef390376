"""Each event as a W3C Web Annotation (JSON-LD) on the words of its report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dragoman.export.selection import Format, Selection, read
from dragoman.records import Event, Reading, Span

_AROUND = 32  # characters kept before and after the quoted words


def write_webannotation(chosen: Selection, path: Path) -> None:
    """Write an AnnotationCollection's items, one event a line in a JSON-LD graph."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"@context": "http://www.w3.org/ns/anno.jsonld", "@graph": [')
        mark = "\n"
        for key, wanted, reading in read(chosen.archive, chosen.reports()):
            for event in reading.events:
                if event.id in wanted:
                    made = _annotation(key, reading, event)
                    file.write(mark + json.dumps(made, ensure_ascii=False))
                    mark = ",\n"
        file.write("\n]}\n")


def _annotation(key: str, reading: Reading, event: Event) -> dict[str, Any]:
    source = reading.report.url or f"urn:dragoman:report:{key}"
    spans = event.evidence or (event.trigger,)
    return {
        "id": f"urn:dragoman:event:{key}-{event.id}",
        "type": "Annotation",
        "motivation": "classifying",
        "generator": {"type": "Software", "name": f"Dragoman {reading.pipeline.dragoman}"},
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": value}
            for value in _tags(reading, event)
        ],
        "target": [
            {"source": source, "selector": list(_selectors(reading.report.text, span))}
            for span in spans
        ],
    }


def _tags(reading: Reading, event: Event) -> Iterator[str]:
    yield f"type: {event.type}"
    if event.mode:
        yield f"mode: {event.mode}"
    yield f"factuality: {event.factuality}"
    for side, ids in (("actor", event.actor), ("recipient", event.recipient)):
        yield from (f"{side}: {reading.entity(one).name}" for one in ids)


def _selectors(text: str, span: Span) -> Iterator[dict[str, Any]]:
    """Yield position (in code points, as the standard counts) and quotation of a span."""
    start, end = span
    yield {"type": "TextPositionSelector", "start": start, "end": end}
    yield {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - _AROUND) : start],
        "suffix": text[end : end + _AROUND],
    }


FORMATS = (
    Format(
        "webannotation", "annotations.jsonld", "application/ld+json",
        "each event on its words, as W3C Web Annotations",
        "places, times, statements, relations and the rest of the reports' text",
        write_webannotation, (),
    ),
)  # fmt: skip
