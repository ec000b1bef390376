"""Who is who in a report: names, noun phrases and pronouns put to entities."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from dragoman.codebook import Codebook
from dragoman.extract import syntax
from dragoman.extract.coref import Salience, Speakers, is_expletive
from dragoman.extract.coref_names import Actor, Cast
from dragoman.extract.coref_nominal import Nominals
from dragoman.extract.coref_people import (
    describe_leaders,
    describe_people,
    scene_of,
    settle_countries,
)
from dragoman.extract.coref_sites import Sites
from dragoman.extract.mentions import Name, find_names
from dragoman.extract.places import Places
from dragoman.extract.speech import Speech
from dragoman.language.document import Document, Token
from dragoman.records import Entity, Mention

if TYPE_CHECKING:
    from dragoman.extract.actor_lists import ActorList

_NOUNS = frozenset({"NOUN", "PROPN"})
_DEPTH = 4


class Entities:
    """The entities of a document, and which of them a noun phrase stands for."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading
        self._asked: set[str] = set()

    def resolve(self, head: Token) -> tuple[str, ...]:
        """Return the ids of what the noun phrase headed by `head` stands for.

        Nouns joined by "and" and the told members of a group are given each; () where it
        cannot be told, or where the phrase is of a thing.
        """
        found: dict[str, None] = {}
        for token in (*syntax.hidden_conjuncts(head), *syntax.conjuncts(head)):
            for actor in self._reading.actors_at(token):
                found[actor.id] = None
        self._asked.update(found)
        return tuple(found)

    def sites(self, head: Token) -> tuple[str, ...]:
        """Return the ids of the sites or the place that the noun phrase headed by `head` names.

        Buildings, posts, settlements (`sites` of actors/sectors.yaml), else the place where the
        thing is; () where none is told.
        """
        found = tuple(actor.id for actor in self._reading.sites.at(head))
        self._asked.update(found)
        return found

    def at(self, token: Token) -> str | None:
        """Return the id of the entity that a mention covering the token stands for."""
        actor = self._reading.covering(token)
        return actor.id if actor is not None else None

    def actors(self) -> list[Actor]:
        """Return all actors, asked for or not, as the readers of relations need them."""
        return self._reading.all_actors()

    def names(self) -> list[Name]:
        """Return the names found, in order of the text."""
        return self._reading.names

    def actor(self, entity_id: str) -> Actor:
        """Return an actor by its id.

        Raises:
            KeyError: there is none.
        """
        return next(a for a in self._reading.all_actors() if a.id == entity_id)

    def ask(self, actor: Actor) -> str:
        """Return an actor's id and keep it for the record."""
        self._asked.add(actor.id)
        return actor.id

    def records(self) -> tuple[Entity, ...]:
        """Return the named entities and those asked for, in order of first mention."""
        kept = [a for a in self._reading.all_actors() if _is_kept(a) or a.id in self._asked]
        made = [self._record(a) for a in kept]
        made.sort(key=lambda e: (e.mentions[0].span if e.mentions else (0, 0), e.id))
        return tuple(made)

    def _record(self, actor: Actor) -> Entity:
        doc = self._reading.doc
        return Entity(
            id=actor.id,
            name=actor.name,
            type=actor.type,
            country=actor.country,
            sectors=tuple(actor.sectors),
            external_id=actor.external_id,
            mentions=tuple(
                Mention(span=span, text=doc.words(span), kind=kind)
                for span, kind in sorted(actor.mentions.items())
            ),
        )


def _is_kept(actor: Actor) -> bool:
    return actor.named and bool(actor.mentions) and actor.type != "other"


def find_entities(
    doc: Document,
    cb: Codebook,
    speech: Iterable[Speech],
    places: Places,
    *,
    known: ActorList | None = None,
) -> Entities:
    """Find the entities of a document.

    Args:
        doc: the annotated report.
        cb: the codebook; actors/*.yaml is used.
        speech: who speaks where (for pronouns in quotations).
        places: the places of the document.
        known: the user's own actors, whose ids, countries and sectors are taken over.

    Raises:
        CodebookError: actors/*.yaml has a mistake.
    """
    reading = _Reading(doc, cb, list(speech), places)
    reading.run(known)
    return Entities(reading)


def _index(token: Token) -> int:
    return token.i


class _Reading:
    """The passes over a document: names, what is told of them, noun phrases, pronouns."""

    def __init__(self, doc: Document, cb: Codebook, speech: list[Speech], places: Places) -> None:
        self.doc = doc
        self.words = cb.actors
        self.pronouns = self.words.pronouns
        self.speech = speech
        self.places = places
        self.names = find_names(doc, self.words, places)
        self.adjectives = {t.i: n for n in self.names if n.kind == "adjective" for t in n.tokens}
        self.cast = Cast(doc, self.words)
        self.leads: dict[int, Actor] = {}
        self.links: dict[int, tuple[Actor, ...]] = {}
        self._asked: set[int] = set()  # pronouns whose speaker is being looked for
        self.speakers = Speakers(doc, speech)
        self.salience = Salience(doc, self.speakers, self.pronouns, self.covering)
        self.nominals = Nominals(self)
        self.sites = Sites(self)

    def run(self, known: ActorList | None) -> None:
        """Make every pass."""
        self.cast.gather(self.names)
        if known is not None:
            known.apply(self.cast.actors)
        describe_people(self)
        spoken: list[Token] = []
        for token in self.doc.tokens:
            self._step(token, spoken)
        for token in spoken:
            self._speaking(token)
        describe_leaders(self)
        settle_countries(self)

    def _step(self, token: Token, spoken: list[Token]) -> None:
        actor = self.cast.by_token.get(token.i)
        if actor is not None:
            at = bisect_left(actor.heads, token.i, key=_index)
            if at < len(actor.heads) and actor.heads[at] is token:
                self._introduced(token, actor)
                self.salience.note(token, actor)
            return
        if token.pos == "PRON" or token.tag == "PRP$":
            word = token.lower
            if word in self.pronouns.spoken:
                spoken.append(token)
            elif word in self.pronouns.told:
                self._pronoun(token)
            elif token.tag in syntax.RELATIVE:
                found = syntax.antecedent(token)
                if found is not token:
                    self.links[token.i] = tuple(self.actors_at(found))
            return
        if token.pos in _NOUNS or (token.pos == "ADJ" and token.lower == "other"):
            self.nominals.read(token)

    def _introduced(self, token: Token, actor: Actor) -> None:
        """Let a bare new name be whom the sentence before introduced ("a minister. X …")."""
        new = actor.type == "person" and actor.named and actor.heads[0] is token
        if not new or actor.offices or actor.sectors or token.dep not in syntax.SUBJECT:
            return
        before = [
            (other, a)
            for other, a in self.salience.recent(token, 1)
            if other.sent < token.sent and a.type == "person" and not a.plural
            if other.child("det") is not None and other.dep not in syntax.SUBJECT
        ]
        if len({id(a) for _, a in before}) != 1 or before[0][1].named:
            return
        self._absorb(actor, before[0][1])

    def _absorb(self, actor: Actor, other: Actor) -> None:
        """Let an unnamed actor be a named one."""
        actor.country = actor.country or other.country
        actor.state, actor.kin = other.state, actor.kin or other.kin
        actor.gender = actor.gender or other.gender
        actor.add_sectors(tuple(other.sectors))
        for span, kind in other.mentions.items():
            actor.mentions.setdefault(span, kind)
        for i, found in self.links.items():
            self.links[i] = tuple(actor if a is other else a for a in found)
        self.salience.replace(other, actor)
        self.cast.actors.remove(other)

    def _pronoun(self, token: Token) -> None:
        if is_expletive(token, self.pronouns):
            return
        actor = self.salience.pick(token)
        if actor is None:
            return
        if token.lower in self.pronouns.male:
            actor.gender = "m"
        elif token.lower in self.pronouns.female:
            actor.gender = "f"
        actor.mention(token.span, "pronoun", token)
        self.links[token.i] = (actor,)
        self.salience.note(token, actor, pronoun=True)

    def _speaking(self, token: Token) -> None:
        """Resolve "I", "we", "you" in quotation marks by who speaks to whom."""
        speech = self.speakers.at(token)
        if speech is None:
            return
        head = speech.addressee_head if token.lower in self.pronouns.second else speech.source_head
        if head is None:
            return
        if token.i in self._asked:
            return  # two pronouns, each said to be the other's speaker
        self._asked.add(token.i)
        actors = self.actors_at(head)
        self._asked.discard(token.i)
        if len(actors) != 1:
            return
        actor = actors[0]
        if token.lower in self.pronouns.firsts and actor.type == "person":
            actor = self.side_of(actor, token)
        actor.mention(token.span, "pronoun", token)
        self.links[token.i] = (actor,)

    def side_of(self, actor: Actor, token: Token) -> Actor:
        """Return for whom a person speaks in saying "we": the state of one who governs."""
        for office in actor.offices:
            if office.of is not None and not office.former:
                return next((a for a in self.cast.actors if a.id == office.of), actor)
        if actor.country and "GOV" in actor.sectors:
            return self.cast.country(actor.country, token)
        return actor

    def country_of_speaker(self, owner: Token) -> str | None:
        """Return the country that "our country" or "your country" means."""
        speech = self.speakers.at(owner)
        if speech is None:
            return None
        second = owner.lower in self.pronouns.second
        head = speech.addressee_head if second else speech.source_head
        actors = self.actors_at(head) if head is not None else ()
        return actors[0].country if len(actors) == 1 else None

    @cached_property
    def scene(self) -> str | None:
        """The country that the report opens in, where it names no other."""
        return scene_of(self)

    def covering(self, token: Token) -> Actor | None:
        """Return the actor of the mention that covers a token, where there is just one."""
        found = self.links.get(token.i, ())
        if len(found) == 1:
            return found[0]
        return self.cast.by_token.get(token.i) or self._titled(token)

    def _titled(self, token: Token) -> Actor | None:
        """Return whose title a noun is part of, where a parse makes the title the head."""
        if token.pos not in _NOUNS or token.i in self.adjectives:
            return None
        return self.leads.get(token.i)

    def actors_at(self, token: Token, depth: int = 0) -> tuple[Actor, ...]:
        """Return the actors that a noun stands for, without those joined to it."""
        if token.i in self.links:
            return self.links[token.i]
        actor = self.cast.by_token.get(token.i)
        actor = actor or self._titled(token)
        if actor is not None:
            return (actor,)
        if token.i in self.adjectives:
            return self._adjective(token)
        if token.tag in syntax.RELATIVE and depth < _DEPTH:
            found = syntax.antecedent(token)
            return self.actors_at(found, depth + 1) if found is not token else ()
        if token.pos == "PRON" and token.lower in self.pronouns.spoken:
            self._speaking(token) if depth == 0 else None
            return self.links.get(token.i, ())
        return self._placed(token)

    def _adjective(self, token: Token) -> tuple[Actor, ...]:
        name = self.adjectives[token.i]
        actor = self.cast.country(name.code or "", name.head)
        actor.mention(name.span, "name", name.head)
        return (actor,)

    def _placed(self, token: Token) -> tuple[Actor, ...]:
        """Let a place that is a party be an actor: "shelled the town's Aleppo"."""
        return () if self._is_scene(token) else self.place_actor(token)

    def place_actor(self, token: Token) -> tuple[Actor, ...]:
        """Return the actor that is the place which a token names; () where it names none."""
        place = self.place_record(token)
        if place is None:
            return ()
        made = next((a for a in self.cast.actors if a.place == place[0] and a.lemma == ""), None)
        if made is None:
            made = self.cast.new(token, place[1], "other")
            made.country, made.place = place[2], place[0]
        made.mention(token.span, "name", token)
        self.links[token.i] = (made,)
        return (made,)

    def _is_scene(self, token: Token) -> bool:
        """Whether a town is only where something happens: "marched in Lima", not "arrived in"."""
        if token.dep != "pobj" or token.head.lower not in self.words.scenes:
            return False
        return token.head.head.lemma.lower() not in self.words.arrivals

    def place_record(self, token: Token) -> tuple[str, str, str | None] | None:
        """Return id, name and country of the place that a token names."""
        found = self.places.at(token)
        if found is None:
            return None
        record = next(p for p in self.places.records if p.id == found)
        return record.id, record.name, self.iso3(record.country)

    def iso3(self, country: str | None) -> str | None:
        """Return a country's code of three letters."""
        if country is None or len(country) == 3:
            return country
        return alpha3(country)

    def place_country(self, token: Token) -> str | None:
        """Return the country of the place or country that a token names."""
        actor = self.cast.by_token.get(token.i)
        if actor is not None and actor.type == "country":
            return actor.country
        place = self.place_record(token)
        if place is not None:
            return place[2]
        return self.adjectives[token.i].code if token.i in self.adjectives else None

    def all_actors(self) -> list[Actor]:
        """Return every actor made so far."""
        return self.cast.actors


@lru_cache(maxsize=512)
def alpha3(code: str) -> str | None:
    """Return the code of three letters for a country's code of two."""
    import pycountry

    if code == "XK":
        return "XKX"
    found = pycountry.countries.get(alpha_2=code)
    return str(found.alpha_3) if found else None
