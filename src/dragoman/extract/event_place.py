"""Where an event happened: told in its clause, else in the report's dateline."""

from __future__ import annotations

import re

from dragoman.extract.places import Places
from dragoman.language.document import Document, Token

_DATELINE = re.compile(r"[^\n.]{0,60}?(?:\([^)\n]{1,30}\)\s*)?\s[-–—]+\s")
_STEPS = 3
_OBJECTS = ("dobj", "attr", "nsubjpass", "pobj")


def place_event(trigger: Token, doc: Document, places: Places) -> str | None:
    """Return the id of the place of an event, or None.

    Args:
        trigger: the word that tells the event.
        doc: its document.
        places: the document's places.
    """
    return _in_clause(trigger, places, _STEPS) or _dateline(trigger, doc, places)


def _in_clause(token: Token, places: Places, steps: int) -> str | None:
    """Look in the prepositional phrases of a word, then in those of its objects."""
    for child in token.children:
        if child.dep == "prep" and child.lower in places.located:
            for inner in child.children:
                found = places.at(inner)
                if inner.dep == "pobj" and found and not places.metonymic(inner):
                    return found
    if steps:
        for child in token.children:
            if child.dep in _OBJECTS:
                found = _in_clause(child, places, steps - 1)
                if found:
                    return found
    return None


def _dateline(trigger: Token, doc: Document, places: Places) -> str | None:
    """Return the dateline's place for what the first paragraph tells in the report's voice."""
    sentence = doc.sentence_of(trigger)
    match = _DATELINE.match(doc.text)
    if match is None or sentence.paragraph or sentence.quote is not None:
        return None
    named = (places.at(token) for token in doc.tokens_in((0, match.end())))
    return next((place for place in named if place), None)
