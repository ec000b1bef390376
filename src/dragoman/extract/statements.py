"""Statements for the record: speech with its source and addressee resolved to entities."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol

from dragoman.extract.speech import Speech
from dragoman.language.document import Document, Token
from dragoman.records import Party, Span, Statement

_EDGES = ' \t\n\r,;:"“”„«»‹›「」'


class Resolver(Protocol):
    """What is asked of the entities of a document."""

    def resolve(self, head: Token) -> tuple[str, ...]:
        """Return the ids of what the noun phrase headed by `head` stands for."""
        ...


def link_statements(doc: Document, speech: Iterable[Speech], entities: Resolver) -> list[Statement]:
    """Return the statements of a document, in order of the text.

    Content spans leave out the quotation marks and the "that" around them; they rest on words.

    Args:
        doc: the annotated report.
        speech: what `find_speech` found in it.
        entities: tells which entity a noun phrase stands for.
    """
    made: dict[str, Statement] = {}
    for found in speech:
        spans = [part for span in _own_words(doc, found) for part in _paragraphs(doc, span)]
        content = tuple(trimmed for span in spans if (trimmed := _trim(doc, span)))
        if not content:
            continue
        key = _identity(found.cue, content)
        made[key] = Statement(
            id=key,
            kind=found.kind,
            source=_party(found.source, found.source_head, entities),
            addressee=_party(found.addressee, found.addressee_head, entities),
            cue=found.cue,
            content=content,
            hedge=found.hedge,
        )
    return sorted(made.values(), key=lambda s: (min(s.content[0], s.cue or s.content[0]), s.id))


def _own_words(doc: Document, found: Speech) -> list[Span]:
    """Return the content; of a direct statement, what touches a quotation alone."""
    if found.kind != "direct":
        return list(found.content)
    quotes = [doc.quotes[n].outer for n in found.quotes]
    return [s for s in found.content if any(a < s[1] and s[0] < b for a, b in quotes)]


def _paragraphs(doc: Document, span: Span) -> list[Span]:
    """Cut a span where a paragraph ends."""
    cut = [(max(span[0], a), min(span[1], b)) for a, b in doc.paragraphs]
    return [(a, b) for a, b in cut if a < b]


def _party(span: Span | None, head: Token | None, entities: Resolver) -> Party | None:
    if span is None:
        return None
    ids = entities.resolve(head) if head is not None else ()
    return Party(entity=ids[0] if ids else None, span=span)


def _identity(cue: Span | None, content: tuple[Span, ...]) -> str:
    digest = hashlib.sha256(repr((cue, content)).encode()).hexdigest()
    return f"s{digest[:10]}"


def _trim(doc: Document, span: Span) -> Span | None:
    """Return a span without the marks, commas and "that" at its edges; None if nothing is left.

    A mark stays where its partner stands inside the span: 'the tax a “theft”'.
    """
    start, end = span
    text = doc.text
    inner = {q.outer for q in doc.quotes if start <= q.outer[0] and q.outer[1] <= end}
    begins = {a for a, b in inner if (a, b) != (start, end) and b < end}
    ends = {b for a, b in inner if (a, b) != (start, end) and a > start}
    while start < end and start not in begins and text[start] in _EDGES:
        start += 1
    if text[start : start + 5].lower() == "that " and end - start > 5:
        return _trim(doc, (start + 5, end))
    while end > start and end not in ends and text[end - 1] in _EDGES:
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None
