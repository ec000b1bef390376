"""Buildings, posts, settlements and places that something is done to, for want of a party.

PLOVER's recipient is whom an event strikes; of "stormed an army base in Mali" that is the base: of
the army, in Mali (PLOVER manual, on coding locations as targets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dragoman.extract import syntax
from dragoman.extract.actor_codes import describe_as
from dragoman.extract.coref_names import Actor
from dragoman.extract.coref_people import country_around
from dragoman.language.document import Token, span_of

if TYPE_CHECKING:
    from dragoman.extract.entities import _Reading

_BEFORE = frozenset({"compound", "amod", "nmod"})
_NOUNS = frozenset({"NOUN", "PROPN"})


class Sites:
    """Makes actors of sites, when an event asks for them."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading

    def at(self, head: Token) -> tuple[Actor, ...]:
        """Return the sites that nouns joined by "and" stand for, else the place told with them."""
        nouns = [_whole(t) for t in (*syntax.hidden_conjuncts(head), *syntax.conjuncts(head))]
        built = [site for noun in nouns if (site := self._site(noun)) is not None]
        if built:
            return tuple(dict.fromkeys(built))
        return tuple(dict.fromkeys(a for noun in nouns for a in self._place(noun)))

    def _site(self, noun: Token) -> Actor | None:
        """Return the building, post or settlement that a noun names, where more is told of it."""
        known = self.reading.links.get(noun.i, ())
        if known:
            return known[0]
        words = self.reading.words
        lemma = noun.lemma.lower()
        if lemma not in words.sites or noun.ent in ("PERSON", "ORG"):
            return None
        phrase = describe_as(noun, lemma, words.sites[lemma], words)
        country, _ = self.reading.nominals.country_of(phrase)
        if country is None:
            country = next((a.country for a in self._place(noun)), None)
        if country is None:
            country = country_around(self.reading, [noun])
        if country is None and (not phrase.sectors or phrase.sectors == ("BUS",)):
            return None
        made = self._known(phrase.name, country) or self.reading.cast.new(
            noun, phrase.name, "other"
        )
        made.country, made.lemma = country, lemma
        made.add_sectors(phrase.sectors)
        made.mention(span_of(phrase.tokens), "nominal", noun)
        self.reading.links[noun.i] = (made,)
        return made

    def _known(self, name: str, country: str | None) -> Actor | None:
        """Return the site of that name told of before."""
        same = (a for a in self.reading.cast.actors if a.type == "other" and a.lemma)
        return next((a for a in same if a.name == name and a.country in (country, None)), None)

    def _place(self, noun: Token) -> tuple[Actor, ...]:
        """Return the first place told in a noun's phrase, itself or behind a preposition."""
        for token in noun.subtree():
            if token is not noun and token.dep not in ("pobj", "poss", *_BEFORE):
                continue
            actor = self.reading.cast.by_token.get(token.i)
            if actor is not None and actor.type == "country":
                return (actor,)
            found = self.reading.place_actor(token)
            if found:
                return found
        return ()


def _whole(token: Token) -> Token:
    """Return the noun that a noun or adjective before it only describes ("army base")."""
    while token.dep in _BEFORE and token.head.i > token.i and token.head.pos in _NOUNS:
        token = token.head
    return token
