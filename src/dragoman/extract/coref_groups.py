"""Groups and their members: "the two governments", "both sides", "the other"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dragoman.extract import syntax
from dragoman.extract.actor_codes import Phrase_, describe, loose_offices
from dragoman.extract.coref_names import Actor
from dragoman.language.document import Token, span_of
from dragoman.records import EntityType

if TYPE_CHECKING:
    from dragoman.extract.entities import _Reading

KINDS: dict[str, EntityType] = {
    "person": "person",
    "group": "group",
    "organization": "organization",
    "country": "country",
}


class Groups:
    """Finds of whom a counted group is made, and who "the other" of it is."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.words = reading.words

    def each(self, phrase: Phrase_) -> tuple[Actor, ...]:
        """Return the actors that a plural phrase stands for, where they were told; () if not."""
        if not phrase.plural:
            return ()
        counted = phrase.count if phrase.definite else None
        found = self.members(phrase, counted) if counted else ()
        return found or (self.owners(phrase) if phrase.lemma in self.words.of_states else ())

    def members(self, phrase: Phrase_, count: int) -> tuple[Actor, ...]:
        """Return the actors that "the two governments", "both sides" are made of."""
        apart = self._own_subjects(phrase)
        recent = self.reading.salience.recent(phrase.head, 6)
        others = list(dict.fromkeys(id(a) for _, a in recent if id(a) not in apart))
        told = {id(a): a for _, a in recent}
        for fits in (self._may_be, self._may_fight):
            found = [told[i] for i in others if fits(phrase, told[i])][:count]
            if len(found) == count:
                return tuple(sorted(found, key=lambda a: a.heads[0].i if a.heads else 0))
        return self._states(phrase, count) if phrase.lemma in self.words.of_states else ()

    def _own_subjects(self, phrase: Phrase_) -> set[int]:
        """Return whoever turns to the group: "Kenya urged both sides" is none of the sides."""
        verb = next((t for t in phrase.head.ancestors() if syntax.is_verb(t)), None)
        subjects = syntax.subjects(verb) if verb is not None else []
        tokens = [t for s in subjects if s is not phrase.head for t in syntax.conjuncts(s)]
        return {id(a) for t in tokens for a in self.reading.actors_at(t)}

    def _states(self, phrase: Phrase_, count: int) -> tuple[Actor, ...]:
        """Return the countries whose forces and officials were told of, if so many."""
        recent = self.reading.salience.recent(phrase.head, 6)
        codes = sorted({a.country for _, a in recent if a.country in self.words.country_names})
        if len(codes) != count:
            return ()
        lands = tuple(self.reading.cast.country(code or "", phrase.head) for code in codes)
        for land in lands:
            if not land.mentions:
                land.mention(span_of(phrase.tokens), "nominal", phrase.head)
        return lands

    def owners(self, phrase: Phrase_) -> tuple[Actor, ...]:
        """Return the countries that "the governments of X and Y" names; () where not several."""
        heads = [t for prep, t in phrase.complements if prep == "of"]
        found = [self.reading.covering(t) for head in heads for t in syntax.conjuncts(head)]
        lands = tuple(a for a in found if a is not None and a.type == "country")
        return lands if len(lands) > 1 and len(lands) == len(found) else ()

    def _may_be(self, phrase: Phrase_, actor: Actor) -> bool:
        if phrase.word.kind == "country":
            return actor.type == "country"
        if phrase.lemma in self.words.any_party and phrase.word.kind != "person":
            between = actor.country is not None and actor.country not in self.words.country_names
            return actor.named and actor.type in ("country", "organization") and not between
        if phrase.word.kind == "person":
            if actor.type != "person" or actor.plural:
                return False
            loose = loose_offices(phrase, self.words)
            titles = {o.title for o in actor.offices}
            tails = {t.split()[-1] for t in titles if t}
            return (
                phrase.lemma in self.words.any_person
                or phrase.lemma in tails
                or bool(titles & loose)
            )
        return (
            actor.type == "country"
            if phrase.lemma == "government" and not self._has_body(phrase)
            else phrase.lemma in actor.name.lower().split() or actor.lemma == phrase.lemma
        )

    def _may_fight(self, phrase: Phrase_, actor: Actor) -> bool:
        """Whether an unnamed force may be one of the sides: "army troops", "the rebels"."""
        if phrase.lemma not in self.words.any_party or phrase.word.kind == "person":
            return False
        several = actor.type in ("group", "organization")
        return several and bool(set(actor.sectors) & self.words.fighting)

    def _has_body(self, phrase: Phrase_) -> bool:
        recent = self.reading.salience.recent(phrase.head, 6)
        return any(phrase.lemma in a.name.lower().split() for _, a in recent)

    def other(self, token: Token) -> None:
        """ "The other": one more of what the plural before it counted."""
        if token.dep not in ("nsubj", "nsubjpass", "appos", "conj", "dobj"):
            return
        for before in reversed(self.reading.doc.sentences[token.sent].tokens):
            if before.i >= token.i or before.tag != "NNS":
                continue
            phrase = describe(before, self.words)
            if phrase is None or not phrase.count:
                continue
            lemma, place = phrase.lemma, self._seat_of(token)
            name = f"{place[1]} {lemma}" if place else f"other {lemma}"
            made = self.reading.cast.new(token, name, KINDS[phrase.word.kind])
            made.lemma, made.country = lemma, place[2] if place else None
            made.place = place[1] if place else None
            made.add_sectors(phrase.sectors)
            made.mention(token.span, "nominal", token)
            self.reading.links[token.i] = (made,)
            self.reading.salience.note(token, made)
            return

    def _seat_of(self, token: Token) -> tuple[str, str, str | None] | None:
        """Return the place told in the clause of "the other", the innermost one."""
        found = None
        for below in token.head.subtree():
            if below.i > token.i:
                found = self.reading.place_record(below) or found
        return found
