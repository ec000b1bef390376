"""Where an event happened: told in its clause, else in the report's dateline."""

from __future__ import annotations

from collections.abc import Iterable

from dragoman.extract.places import Places
from dragoman.extract.places_spans import opens_dateline
from dragoman.language.document import Document, Token

_EARLY = 4  # sentences among which a dateline is looked for: a title may go before it
_LEAD = 2  # sentences that a dateline stands for
_STEPS = 3
_OBJECTS = ("dobj", "attr", "nsubjpass", "pobj")
_PARTS = ("appos", "poss", "compound", "nmod")


def place_event(
    trigger: Token, doc: Document, places: Places, *, historical: bool = False
) -> str | None:
    """Return the id of the place of an event, or None.

    Args:
        trigger: the word that tells the event.
        doc: its document.
        places: the document's places.
        historical: whether it is told as background; it has no part in the dateline then.
    """
    found = (
        _in_clause(trigger, places, _STEPS)
        or _shared(trigger, places)
        or _of_doers(trigger, places)
    )
    return found if found or historical else _dateline(trigger, doc, places)


def place_of_visit(heads: Iterable[Token], places: Places) -> str | None:
    """Return the id of the place that is visited, itself a party of the visit, or None."""
    return _first(places.at(head) for head in heads)


def place_struck(heads: Iterable[Token], places: Places) -> str | None:
    """Return the id of the place of what an event strikes: "hit a district of Kharkiv", or None."""
    for head in heads:
        found = _of_phrase(head, places, 1) or _first(places.at(t) for t in head.subtree())
        if found is not None and places.is_local(found):
            return found
    return None


def _in_clause(token: Token, places: Places, steps: int) -> str | None:
    """Look in the prepositional phrases of a word, then in those of its objects.

    Where several tell a place, a town goes before its country ("a car near Tyre in Lebanon").
    """
    own = [
        child for child in token.children if child.dep == "prep" and child.lower in places.located
    ]
    found = [_first(_of_phrase(t, places, steps) for t in _objects(child)) for child in own]
    if steps:
        inside = [child for child in token.children if child.dep in _OBJECTS]
        found += [_in_clause(child, places, steps - 1) for child in inside]
    told = [place for place in found if place]
    return next((place for place in told if places.is_local(place)), _first(told))


def _objects(preposition: Token) -> list[Token]:
    """Return what a preposition governs, through a second one ("from inside the city")."""
    own = [child for child in preposition.children if child.dep == "pobj"]
    nested = [child for child in preposition.children if child.dep in ("prep", "pcomp")]
    return own + [inner for child in nested for inner in child.children if inner.dep == "pobj"]


def _of_phrase(noun: Token, places: Places, steps: int) -> str | None:
    """Return the place of a phrase: its head, a name beside it, one inside it.

    "in Goma", "in the capital, Nairobi", "in Aleppo's old town", "in the port of Aden", "at a hotel
    in Geneva", "in the village next to Bria".
    """
    if found := _literal(noun, places):
        return found
    beside = [child for child in noun.children if child.dep in _PARTS]
    if found := _first(_literal(child, places) for child in beside):
        return found
    return _inside(noun, places, steps)


def _inside(noun: Token, places: Places, steps: int) -> str | None:
    """Return the place told in the prepositional phrases of a noun.

    A preposition that does not say where leads on alone ("an attack on a barracks in Kabul"), what
    it governs is no place ("an attack on Kabul's allies").
    """
    if steps < 0:
        return None
    for child in noun.children:
        if child.dep != "prep":
            continue
        where = child.lower == "of" or child.lower in places.located
        for inner in _objects(child):
            found = (_of_phrase if where else _inside)(inner, places, steps - 1)
            if found:
                return found
    return None


def _literal(token: Token, places: Places) -> str | None:
    """Return the place a word names where it stands for the place itself."""
    return None if places.metonymic(token) else places.at(token)


def _first(found: Iterable[str | None]) -> str | None:
    return next((place for place in found if place), None)


def _shared(trigger: Token, places: Places) -> str | None:
    """Return the place told with the verb before: "she flew to Doha and met the emir"."""
    subject = trigger.child("nsubj", "nsubjpass")
    if trigger.dep != "conj" or trigger.pos != "VERB" or subject is not None:
        return None
    return _in_clause(trigger.head, places, 1)


def _of_doers(trigger: Token, places: Places) -> str | None:
    """Return the place told of who did it: "shopkeepers in Quito closed their stalls"."""
    doers = [t for t in trigger.children if t.dep in ("nsubj", "nsubjpass")]
    if not doers and trigger.dep in ("conj", "xcomp") and trigger.head.pos == "VERB":
        doers = [t for t in trigger.head.children if t.dep in ("nsubj", "nsubjpass")]
    agents = [t for t in trigger.children if t.dep == "agent"]
    doers += [t for agent in agents for t in agent.children if t.dep == "pobj"]
    return _first(_beside(doer, places) for doer in doers)


def _beside(noun: Token, places: Places) -> str | None:
    """Return the place in a noun's own phrase: "in Quito", "residents of Quito"."""
    for child in noun.children:
        if child.dep == "prep" and (child.lower == "of" or child.lower in places.located):
            found = _first(_literal(inner, places) for inner in _objects(child))
            if found:
                return found
    return None


def _dateline(trigger: Token, doc: Document, places: Places) -> str | None:
    """Return the dateline's place for what the lead tells in the report's voice."""
    sentence = doc.sentence_of(trigger)
    if sentence.quote is not None:
        return None
    for lead in doc.sentences[:_EARLY]:
        first = lead.tokens[0]
        found = places.at(first)
        if found and opens_dateline(doc, first):
            near = lead.i <= sentence.i < lead.i + _LEAD and lead.paragraph == sentence.paragraph
            return found if near else None
    return None
