"""Noun phrases for actors: "the Libyan commander", "the ministry", "the two governments"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dragoman.extract.actor_codes import Phrase_, describe, loose_offices, same_office
from dragoman.extract.coref_each import Each
from dragoman.extract.coref_groups import KINDS, Groups
from dragoman.extract.coref_names import Actor
from dragoman.extract.parties import is_crowd
from dragoman.language.document import Token, span_of
from dragoman.records import EntityType

if TYPE_CHECKING:
    from dragoman.extract.entities import _Reading


class Nominals:
    """Reads noun phrases in order of the text and puts each to an actor."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.words = reading.words
        self.groups = Groups(reading)
        self.each = Each(reading)

    def read(self, token: Token) -> None:
        """Resolve the noun phrase headed by `token`, or make an actor of it."""
        if token.lower in ("other", "others"):
            self.groups.other(token)
            return
        if self._is_modifier(token):
            return
        counts = token.lemma.lower() in self.words.crowds
        if counts and not is_crowd(token, self.words.crowds):
            return
        phrase = describe(token, self.words)
        if phrase is None or token.i in self.reading.leads:
            return
        actors = self._resolve(phrase)
        self.reading.links[token.i] = actors
        for actor in actors[:1]:
            if len(actors) == 1:
                actor.mention(span_of(phrase.tokens), "nominal", token)
                if len(actor.heads) > 1 and actor.heads[-2].i > actor.heads[-1].i:
                    actor.heads.sort(key=lambda t: t.i)
            self.reading.salience.note(token, actor)

    def _is_modifier(self, token: Token) -> bool:
        """Whether a noun only describes another ("police spokesman", "President X")."""
        given = token.head.dep == "dobj" and token.head.head.lemma in self.words.giving
        if given and token.tag == "NNS" and token.head.i == token.i + 1:  # "gave lawyers access"
            return False
        if token.dep in ("compound", "nmod", "amod") and token.head.i > token.i:
            return token.head.i - token.i < 4
        return False

    def _resolve(self, phrase: Phrase_) -> tuple[Actor, ...]:
        country, told = self.country_of(phrase)
        if phrase.word.kind == "country":
            return self._land(phrase, country)
        told_each = self.groups.each(phrase) or self.each.of(phrase)
        if told_each:
            return told_each
        if phrase.lemma in self.words.state_side and country and not phrase.plural:
            return (self.reading.cast.country(country, phrase.head),)
        named = self._apposed(phrase)
        if named is not None:
            self._relate(phrase, named)
            return (named,)
        if phrase.definite and not phrase.plural:
            found = self._antecedent(phrase, country, told)
            if found is not None:
                return (found,)
        return (self._nominal(phrase, country, told),)

    # -- countries

    def country_of(self, phrase: Phrase_) -> tuple[str | None, str | None]:
        """Return the country that a phrase tells, and the place it is of, if any."""
        if phrase.country:
            return phrase.country, None
        if phrase.owner is not None:
            return self._owner_country(phrase.owner), None
        for prep, inner in phrase.complements:
            code = self.reading.place_country(inner)
            if code is None and prep in ("of", "for", "from", "at", "with"):
                actor = self.reading.covering(inner)
                code = actor.country if actor is not None else None
            if code is not None:
                return code, self._seat(inner)
        return self._beside(phrase)

    def _owner_country(self, owner: Token) -> str | None:
        if owner.lower in self.words.pronouns.spoken:
            return self.reading.country_of_speaker(owner)
        actor = self.reading.covering(owner)
        if actor is not None:
            return actor.country
        return self.reading.place_country(owner)

    def _seat(self, token: Token) -> str | None:
        place = self.reading.place_record(token)
        actor = self.reading.cast.by_token.get(token.i)
        if place is None or (actor is not None and actor.type == "country"):
            return None
        return place[1]

    def _beside(self, phrase: Phrase_) -> tuple[str | None, str | None]:
        """A place told right behind the noun, however the parse hangs it."""
        tokens = self.reading.doc.tokens
        at = phrase.head.i + 1
        if at + 1 < len(tokens) and tokens[at].lower in ("in", "of", "from"):
            after = tokens[at + 1]
            if after.lower == "the" and at + 2 < len(tokens):
                after = tokens[at + 2]
            code = self.reading.place_country(after)
            while code is None and after.dep in ("compound", "amod") and after.head.i > after.i:
                after = after.head
                code = self.reading.place_country(after)
            if code is not None:
                return code, self._seat(after)
        return None, None

    def _land(self, phrase: Phrase_, country: str | None) -> tuple[Actor, ...]:
        """ "The country", "the north African country", "our country"."""
        cast = self.reading.cast
        if phrase.plural:
            return self.groups.members(phrase, phrase.count) if phrase.count else ()
        if country and (phrase.country or phrase.owner is not None):
            return (cast.country(country, phrase.head),)
        if not phrase.definite:
            return ()
        lands = [
            (token, actor)
            for token, actor in self.reading.salience.recent(phrase.head, 6)
            if actor.type == "country" and (not phrase.regions or actor.country in phrase.regions)
        ]
        if not lands:
            return ()
        token = phrase.head
        subjects = [
            a for t, a in lands if token.sent - t.sent <= 1 and t.dep in ("nsubj", "nsubjpass")
        ]
        return ((subjects or [a for _, a in lands])[0],)

    # -- persons and organisations named before

    def _apposed(self, phrase: Phrase_) -> Actor | None:
        """The name in apposition: "the country's foreign minister, X", "X, a lawyer"."""
        token = phrase.head
        by = self.reading.cast.by_token
        found = [t for t in token.children if t.dep == "appos"]
        if token.dep == "appos":
            found.append(token.head)
        if token.dep == "attr" and token.head.lemma == "be":
            subject = token.head.child("nsubj")
            found += [subject] if subject is not None else []
        for other in found:
            actor = by.get(other.i) or self.reading.covering(other)
            if actor is None or not self._fits_kind(phrase, actor):
                continue
            if actor.named or self._told_twice(token, other, actor):
                return actor
        return None

    @staticmethod
    def _told_twice(token: Token, other: Token, actor: Actor) -> bool:
        """Whether a second noun tells of a person with no name: "the king's son, a general"."""
        return token.dep == "appos" and other.i < token.i and not actor.plural

    def _fits_kind(self, phrase: Phrase_, actor: Actor) -> bool:
        kind = phrase.word.kind
        if phrase.plural:
            return False
        if kind == "person":
            return actor.type == "person"
        return actor.type in ("organization", "other", "group")

    def _antecedent(self, phrase: Phrase_, country: str | None, place: str | None) -> Actor | None:
        if any(t.lower in self.words.apart for t in phrase.tokens):
            return None
        best: tuple[int, Actor] | None = None
        for rank, (_, actor) in enumerate(self.reading.salience.recent(phrase.head, 12)):
            if place and phrase.word.kind != "person" and actor.place != place:
                continue
            points = self._match(phrase, actor, country)
            if phrase.lemma in actor.called:
                points = 6
            if points and (best is None or points > best[0] + rank // 40):
                best = (points, actor)
        if best is None and phrase.word.kind == "person":
            best = self._later(phrase, country)
        return best[1] if best else None

    def _later(self, phrase: Phrase_, country: str | None) -> tuple[int, Actor] | None:
        """An office told before its holder is named."""
        if not phrase.office:
            return None
        for actor in self.reading.cast.actors:
            holds = any(same_office(phrase.office, o.title) for o in actor.offices)
            if holds and actor.named and country and actor.country == country:
                return (1, actor)
        return None

    def _match(self, phrase: Phrase_, actor: Actor, country: str | None) -> int:
        """Return how well a phrase fits an actor; 0 where it does not."""
        if country and actor.country and country != actor.country:
            return 0
        if phrase.regions and actor.country not in phrase.regions:
            return 0
        if phrase.word.kind == "person":
            return self._match_person(phrase, actor, country)
        return self._match_body(phrase, actor, country)

    def _match_person(self, phrase: Phrase_, actor: Actor, country: str | None) -> int:  # noqa: PLR0911
        if actor.type != "person" or actor.plural:
            return 0
        gender = phrase.word.gender
        if gender and actor.gender and gender != actor.gender:
            return 0
        if actor.lemma == phrase.lemma and not actor.named:
            return 3
        offices = [o.title for o in actor.offices]
        office = phrase.office
        if office and any(same_office(office, o) for o in offices):
            return 5
        loose = loose_offices(phrase, self.words)
        if loose and any(o in loose for o in offices):
            return 4 if country else 3
        if any(o.split()[-1] == phrase.lemma for o in offices) and " " not in office:
            return 4
        if phrase.lemma in self.words.any_person:
            return 1
        return 2 if country and actor.named and self._same_sector(phrase, actor) else 0

    @staticmethod
    def _same_sector(phrase: Phrase_, actor: Actor) -> bool:
        return bool(phrase.sectors) and set(phrase.sectors) <= set(actor.sectors)

    def _match_body(self, phrase: Phrase_, actor: Actor, country: str | None) -> int:  # noqa: PLR0911
        if actor.type not in ("organization", "group") or actor.plural:
            return 0
        if not actor.named:
            return 3 if actor.lemma == phrase.lemma and self._same_words(phrase, actor) else 0
        texts = actor.name.lower().split()
        extra = [t.lower for t in phrase.tokens[:-1] if t.pos in ("NOUN", "PROPN", "ADJ")]
        extra = [w for w in extra if (w,) not in self.words.adjectives]
        if phrase.word.state and not set(phrase.sectors) & set(actor.sectors or phrase.sectors):
            return 0
        if phrase.head.lower in texts:
            return 5 if all(w in texts for w in extra) else 0
        if extra and not country:
            return 0
        if phrase.lemma in self.words.any_body:
            abroad = actor.country is not None and actor.country not in self.words.country_names
            return 0 if abroad or set(actor.sectors) & {"GOV", "JRN"} else 2
        return 2 if self._same_sector(phrase, actor) and phrase.lemma not in ("government",) else 0

    @staticmethod
    def _same_words(phrase: Phrase_, actor: Actor) -> bool:
        return actor.name.lower().endswith(phrase.head.lower)

    # -- new actors

    def _nominal(self, phrase: Phrase_, country: str | None, place: str | None) -> Actor:
        apart = any(t.lower in self.words.apart for t in phrase.tokens)
        if not apart:
            old = self._repeated(phrase, country, place)
            if old is not None:
                return old
        name = f"{place} {phrase.lemma}" if self._is_seated(phrase, place) else phrase.name
        kind = KINDS[phrase.word.kind]
        made = self._make(
            phrase.head, name, "group" if kind == "person" and phrase.plural else kind
        )
        made.lemma, made.country, made.plural = phrase.lemma, country, phrase.plural
        made.gender = "" if phrase.plural else phrase.word.gender
        made.place = place
        made.state = phrase.word.state and country is None
        made.add_sectors(self._uniform(phrase) or self._sectors(phrase))
        self._relate(phrase, made)
        return made

    def _relate(self, phrase: Phrase_, actor: Actor) -> None:
        """Note whose somebody is ("its leader"), to have the country and sectors of that."""
        if phrase.lemma in self.words.ties:
            return
        heads = [t for prep, t in phrase.complements if prep in ("of", "for", "at")]
        for head in ([phrase.owner] if phrase.owner is not None else []) + heads:
            owner = self.reading.covering(head)
            if owner is not None and owner is not actor and actor.kin is None:
                actor.kin = owner

    @staticmethod
    def _is_seated(phrase: Phrase_, place: str | None) -> bool:
        return bool(place) and phrase.word.kind == "organization" and len(phrase.tokens) <= 2

    def _sectors(self, phrase: Phrase_) -> tuple[str, ...]:  # noqa: PLR0911
        if phrase.sectors or phrase.word.kind == "country" or phrase.lemma in self.words.ties:
            return phrase.sectors
        for prep, inner in phrase.complements:
            if prep not in ("of", "for", "at", "with"):
                continue
            actor = self.reading.covering(inner)
            if actor is not None and actor.sectors:
                return tuple(actor.sectors)
            other = describe(inner, self.words)
            if other is not None and other.sectors:
                return other.sectors
        if phrase.owner is not None:
            owner = self.reading.covering(phrase.owner)
            if owner is not None and owner.type != "country":
                return tuple(owner.sectors)
            if owner is not None and phrase.lemma in self.words.speaks_for:
                return ("GOV",)
        if phrase.country and phrase.lemma in self.words.heads_of:
            return ("GOV",)
        return ()

    def _uniform(self, phrase: Phrase_) -> tuple[str, ...]:
        """Return the police for "officers" of a report that has policemen and no soldiers."""
        if phrase.lemma not in self.words.uniformed or phrase.sectors != ("MIL",):
            return ()
        lemmas = {t.lemma.lower() for t in self.reading.doc.tokens} - self.words.uniformed
        known = [self.words.heads[lemma] for lemma in lemmas if lemma in self.words.heads]
        told = {sector for head in known for sector in head.sectors}
        return ("COP",) if "COP" in told and "MIL" not in told else ()

    def _make(self, token: Token, name: str, kind: EntityType) -> Actor:
        return self.reading.cast.new(token, name, kind)

    def _repeated(self, phrase: Phrase_, country: str | None, place: str | None) -> Actor | None:
        if _newly_counted(phrase.head):
            return None
        for actor in reversed(self.reading.cast.actors):
            if actor.named or actor.lemma != phrase.lemma or actor.plural != phrase.plural:
                continue
            if place and actor.place and place != actor.place:
                continue
            if country and actor.country and country != actor.country:
                continue
            sectors = self._sectors(phrase)
            short = phrase.definite and len(phrase.tokens) <= 2
            if not short and sectors and actor.sectors and set(sectors) != set(actor.sectors):
                continue
            if phrase.word.kind == "person" and not phrase.plural and not phrase.definite:
                continue
            bare = phrase.plural and phrase.word.kind == "person" and not phrase.definite
            if bare and len(phrase.tokens) > 1 and phrase.name.lower() != actor.name.lower():
                continue
            actor.country = actor.country or country
            return actor
        return None


def _newly_counted(head: Token) -> bool:
    """Whether people are counted anew ("hundreds of drivers"), not those told of before."""
    of = head.head
    return head.dep == "pobj" and of.lower == "of" and of.head.ent == "CARDINAL"
