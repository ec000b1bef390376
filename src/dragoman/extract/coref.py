"""Resolves pronouns: by number, gender, binding, who speaks, and how salient each actor is.

A ranking in the manner of Lappin and Leass (1994), "An algorithm for pronominal anaphora
resolution": subjects weigh more than objects, near mentions more than far ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from dragoman.codebook.pronouns import Pronouns
from dragoman.extract.coref_names import Actor
from dragoman.extract.speech import Speech
from dragoman.extract.syntax import surface_subject
from dragoman.language.document import Document, Token

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_WITH_HEAD = frozenset({"appos", "conj", "compound", "nmod", "amod"})
_REACH = 4  # sentences looked back
_WEIGHT = {"nsubj": 80, "nsubjpass": 75, "dobj": 50, "dative": 45, "pobj": 35, "poss": 45}


class Speakers:
    """Who speaks, and to whom, at a place in the text."""

    def __init__(self, doc: Document, speech: Iterable[Speech]) -> None:
        self.doc = doc
        self._by_quote: dict[int, Speech] = {}
        for found in speech:
            for n in found.quotes:
                self._by_quote.setdefault(n, found)

    def at(self, token: Token) -> Speech | None:
        """Return the statement in quotation marks that a token stands in."""
        for n in reversed(self.doc.quotes_around(token)):
            at: int | None = n
            while at is not None:
                if at in self._by_quote:
                    return self._by_quote[at]
                at = self.doc.quotes[at].continues
        return None

    def quoted(self, token: Token) -> bool:
        """Whether a token stands in quotation marks."""
        return bool(self.doc.quotes_around(token))


class Salience:
    """The mentions seen so far, and which of them a pronoun may mean."""

    def __init__(
        self,
        doc: Document,
        speakers: Speakers,
        pronouns: Pronouns,
        at: Callable[[Token], Actor | None],
    ) -> None:
        self.doc = doc
        self.pronouns = pronouns
        self.speakers = speakers
        self.at = at
        self.seen: list[tuple[int, Token, Actor, bool]] = []

    def note(self, token: Token, actor: Actor, pronoun: bool = False) -> None:
        """Remember a mention."""
        self.seen.append((token.i, token, actor, pronoun))

    def replace(self, old: Actor, new: Actor) -> None:
        """Let every mention of one actor be another's."""
        self.seen = [(i, t, new if a is old else a, p) for i, t, a, p in self.seen]

    def recent(self, token: Token, sentences: int = _REACH) -> list[tuple[Token, Actor]]:
        """Return the mentions before a token, latest first, no further back than so many."""
        end = bisect_left(self.seen, token.i, key=lambda s: s[0])
        found = []
        for _, other, actor, _ in reversed(self.seen[:end]):
            if token.sent - other.sent > sentences:
                break
            found.append((other, actor))
        return found

    def pick(self, token: Token) -> Actor | None:
        """Return the actor that a pronoun of the third person means."""
        word = token.lower
        scores: dict[int, float] = {}
        actors: dict[int, Actor] = {}
        speaker = self._speaker(token)
        recent = self.recent(token)
        bound = {id(actor) for other, actor in recent if self._bound(token, other)}
        for other, actor in recent:
            if not agrees(word, actor, self.pronouns) or actor is speaker or id(actor) in bound:
                continue
            key = id(actor)
            score = self._score(token, other, actor)
            actors[key] = actor
            scores[key] = max(scores.get(key, 0.0), score) + (10 if key in scores else 0)
        if not scores:
            return None
        best = max(scores, key=lambda k: scores[k])
        return actors[best]

    def _speaker(self, token: Token) -> Actor | None:
        speech = self.speakers.at(token)
        if speech is None or speech.source_head is None or speech.kind == "indirect":
            return None
        return self.at(speech.source_head)

    def _score(self, token: Token, other: Token, actor: Actor) -> float:
        distance = token.sent - other.sent
        score = 100.0 * 0.55**distance + _WEIGHT.get(other.dep, 25) * 0.8**distance
        if other.dep in _SUBJECTS and token.dep in _SUBJECTS:
            score += 15
        if distance == 0 and other.dep in _SUBJECTS and _commands(other, token):
            score += 30
        if actor.named:
            score += 25
        if token.lower in self.pronouns.many and not actor.plural and actor.type != "group":
            score -= 25
        if self.speakers.quoted(other) != self.speakers.quoted(token):
            score -= 40
        if other.head.pos in ("NOUN", "PROPN") and other.dep == "poss":
            score -= 10
        return score

    @staticmethod
    def _bound(token: Token, other: Token) -> bool:
        """Whether the syntax keeps both apart: arguments of one verb ("he met him")."""
        if token.dep == "poss" or token.lower.endswith(("self", "selves")):
            return token.head is other or (other in token.head.children and token.dep == "poss")
        if token.sent != other.sent:
            return False
        clause = _clause(token)
        as_object = clause.pos == "VERB" and token.dep not in _SUBJECTS
        if as_object and surface_subject(clause) is other:
            return True
        return clause is _clause(other) and other.dep != "poss"


def _clause(token: Token) -> Token:
    """Return the verb whose argument a token is, through prepositions and conjunctions."""
    while token.dep in _WITH_HEAD and token.head is not token:
        token = token.head
    head = token.head
    while head.pos == "ADP" and head.head is not head:
        head = head.head
    return head


def _commands(subject: Token, token: Token) -> bool:
    """Whether a subject's verb stands above a token."""
    return subject.head in token.ancestors()


def agrees(word: str, actor: Actor, pronouns: Pronouns) -> bool:
    """Whether a pronoun fits an actor in number, gender and animacy."""
    if word in pronouns.male or word in pronouns.female:
        wanted = "m" if word in pronouns.male else "f"
        return actor.type == "person" and not actor.plural and actor.gender in ("", wanted)
    if word in pronouns.thing:
        return actor.type in ("organization", "country") and not actor.plural
    if word in pronouns.many:
        return actor.plural or actor.type in ("group", "organization")
    return False


def is_expletive(token: Token, pronouns: Pronouns) -> bool:
    """Whether "it" stands for nothing: "it is clear that", "it rained"."""
    if token.lower != "it":
        return False
    verb = token.head
    clausal = any(c.dep in ("ccomp", "csubj", "csubjpass", "advcl") for c in verb.children)
    if token.dep in ("nsubjpass", "expl") and clausal:
        return True
    if verb.lemma == "be":
        complement = verb.child("acomp", "attr")
        return complement is not None and (
            clausal or complement.child("xcomp", "ccomp") is not None
        )
    return verb.lemma in pronouns.empty
