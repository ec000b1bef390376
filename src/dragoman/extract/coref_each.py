"""Plurals that stand for one actor of each of several countries: "Thai and Cambodian troops"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dragoman.extract import syntax
from dragoman.extract.actor_codes import Phrase_, country_in
from dragoman.extract.coref_names import Actor
from dragoman.language.document import Token, span_of
from dragoman.records import EntityType, Span

if TYPE_CHECKING:
    from dragoman.extract.entities import _Reading

_BEFORE = ("amod", "compound", "nmod")


def _joined(first: Token) -> list[Token]:
    """Return a modifier with those joined to it, also where a parse left the second on its own."""
    found = syntax.conjuncts(first)
    if len(found) == 1 and first.child("cc") is not None:
        found += [t for t in first.head.children if t.i == first.i + 2 and t.dep in _BEFORE]
    return found


class Each:
    """Divides a plural among the countries that it is told of."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading

    def of(self, phrase: Phrase_) -> tuple[Actor, ...]:
        """Return an actor for each of the countries joined in the phrase; () where it is one's."""
        if not phrase.plural or phrase.word.kind == "country":
            return ()
        for first in syntax.children(phrase.head, *_BEFORE):
            found = self._divided(phrase, _joined(first), owned=False)
            if found:
                return found
        owners = [phrase.owner] if phrase.owner is not None else []
        if phrase.word.kind != "group":
            owners += [token for prep, token in phrase.complements if prep == "of"]
        for owner in owners:
            found = self._divided(phrase, syntax.conjuncts(owner), owned=True)
            if found:
                return found
        return ()

    def _divided(self, phrase: Phrase_, told: list[Token], owned: bool) -> tuple[Actor, ...]:
        countries = [self._country(token) for token in told]
        if len(told) < 2 or None in countries or len(set(countries)) < len(told):
            return ()
        made = []
        for token, country in zip(told, countries, strict=True):
            actor = self._one(phrase, token, country or "", owned)
            actor.mention(self._span(phrase, token), "nominal", token)
            made.append(actor)
        return tuple(made)

    def _country(self, token: Token) -> str | None:
        code, _ = country_in([token], self.reading.words)
        if code is not None:
            return code
        actor = self.reading.covering(token)
        return actor.country if actor is not None else self.reading.place_country(token)

    def _one(self, phrase: Phrase_, token: Token, country: str, owned: bool) -> Actor:
        """Return the actor of one country: told of before, or a new one."""
        several = phrase.word.kind == "person" and not (owned and phrase.office)
        noun = phrase.head.text if several else phrase.office or phrase.lemma
        land = self.reading.words.country_names.get(country, country)
        name = f"{noun} of {land}" if owned else f"{token.text} {noun}"
        for actor in self.reading.cast.actors:
            if actor.name == name and actor.lemma == phrase.lemma and not actor.named:
                return actor
        kind: EntityType = "person" if phrase.word.kind == "person" else "organization"
        made = self.reading.cast.new(token, name, "group" if several else kind)
        made.lemma, made.country, made.plural = phrase.lemma, country, several
        words = self.reading.words
        governs = not phrase.sectors and phrase.lemma in words.heads_of | words.speaks_for
        made.add_sectors(("GOV",) if governs else phrase.sectors)
        return made

    @staticmethod
    def _span(phrase: Phrase_, token: Token) -> Span:
        """Return the words of one country's share: with the noun where nothing lies between."""
        if token.i + 1 == phrase.head.i:
            return span_of([token, phrase.head])
        return token.span
