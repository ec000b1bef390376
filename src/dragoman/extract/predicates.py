"""Proposes events: every place where the codebook's words stand, with its slots filled."""

from __future__ import annotations

from dataclasses import dataclass, field

from dragoman.codebook import Codebook
from dragoman.codebook.plover import PloverRules
from dragoman.codebook.plover_classes import EventClass
from dragoman.codebook.plover_words import Path_
from dragoman.extract import syntax
from dragoman.extract.frames import Frame, Slots
from dragoman.extract.nearby import Nearby
from dragoman.extract.parties import Lexicon, lemma_of, lexicon_of, parties
from dragoman.extract.patterns import governing_verb, is_light, match, verb_over_noun
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Document, Token
from dragoman.records import EventType

NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC"})
HEADS = frozenset(
    {"dobj", "pobj", "nsubj", "nsubjpass", "poss", "conj", "appos", "compound", "amod"}
)
KIND_OF_POS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adjective"}


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A possible event, before it is weighed.

    Attributes:
        type, mode, cameo, contexts: what the codebook's entry makes of it.
        rule: the entry that fired, e.g. "CONSULT/meet".
        event_class: that entry.
        kind: verb, noun or adjective.
        trigger: the head word; `matched` is every word of the pattern, in order of the text.
        light, governor: the verb that carries a noun, where the entry allows it; the verb that
            the noun is subject or object of, allowed or not.
        actor, recipient: heads of the parties' noun phrases (conjuncts are not listed apart;
            of a thing such as "Malian policy" the parties inside).
        actor_slot, recipient_slot: the slots they were found in, "" where none; with "?" behind
            it where what fills the slot is no party; "below" for the first name further down.
        slots: every slot of the entry that is filled, by name, as heads before looking inside.
        sentence: index in `Document.sentences`.
    """

    type: EventType
    mode: str | None
    cameo: str
    contexts: tuple[str, ...]
    rule: str
    event_class: EventClass
    kind: str
    trigger: Token
    matched: tuple[Token, ...]
    light: Token | None
    governor: Token | None
    actor: tuple[Token, ...]
    recipient: tuple[Token, ...]
    actor_slot: str
    recipient_slot: str
    slots: dict[str, tuple[Token, ...]] = field(repr=False)
    sentence: int = 0
    denied: bool = False

    @property
    def predicate(self) -> Token:
        """The verb the event hangs on: the light verb's where there is one."""
        return self.light if self.light is not None else self.trigger


@dataclass(frozen=True, slots=True)
class Miss:
    """An entry whose words were found but that did not fire, and the line that stopped it."""

    rule: str
    trigger: Token
    reason: str
    frame: Frame = field(repr=False)


def propose(doc: Document, cb: Codebook) -> list[Candidate]:
    """Return every candidate event of a document, in order of trigger and codebook.

    Several entries may fire on one word; `choose` decides between them.
    """
    finder = _Finder(doc, cb)
    return [c for token in doc.tokens for c in finder.at(token)]


def near_misses(doc: Document, cb: Codebook) -> list[Miss]:
    """Return the entries whose words stand in the document but that a constraint stopped."""
    finder = _Finder(doc, cb)
    for token in doc.tokens:
        finder.at(token)
    return finder.misses


# what fills the slots of one word, by what the slots hang on
Filled = dict[tuple[tuple[Token, ...], Token | None, bool, bool], Slots]


class _Finder:
    """Looks up a document's words in the codebook's index."""

    def __init__(self, doc: Document, cb: Codebook) -> None:
        rules = cb.plover
        self.doc = doc
        self.rules = rules
        self.lexicon = lexicon_of(cb)
        self.contractions = rules.factuality.contractions
        self.misses: list[Miss] = []
        self._near: dict[int, Nearby] = {}

    def at(self, token: Token) -> list[Candidate]:
        kind = KIND_OF_POS.get(token.pos)
        if kind is None or token.ent in ("DATE", "TIME") or token.dep == "compound":
            return []
        if kind == "adjective" and token.tag in ("VBN", "VBG"):
            kind = "verb"
        found = []
        filled: Filled = {}
        for event_class, pattern in self.rules.index.get((kind, lemma_of(token)), ()):
            matched = match(token, pattern)
            if matched is not None:
                made = self._candidate(event_class, kind, token, matched, filled)
                if made is not None:
                    found.append(made)
        return found

    def _candidate(
        self, event_class: EventClass, kind: str, token: Token, matched: tuple[Token, ...],
        filled: Filled,
    ) -> Candidate | None:  # fmt: skip
        governor = governing_verb(token) if kind == "noun" else None
        if kind == "noun" and governor is None:
            governor = verb_over_noun(event_class, token)
        light = (
            governor if governor is not None and is_light(event_class, governor, token) else None
        )
        hangs_on = (matched, light, event_class.of_is_subject, event_class.possessive_is_object)
        shared = filled.setdefault(hangs_on, Slots())
        frame = Frame(
            self.doc, self.lexicon, self.contractions, event_class, kind, token, matched, light,
            governor, self._nearby(token.sent), shared,
        )  # fmt: skip
        stopped = _stopped(frame)
        if stopped:
            self.misses.append(Miss(event_class.rule, token, stopped, frame))
            return None
        made = _build(frame, self.rules)
        if not _is_public(made, self.doc, self.lexicon):
            self.misses.append(Miss(event_class.rule, token, "nobody public is told", frame))
            return None
        return made

    def _nearby(self, sentence: int) -> Nearby:
        known = self._near.get(sentence)
        if known is None:
            known = self._near[sentence] = Nearby(self.doc, sentence)
        return known


def _is_public(made: Candidate, doc: Document, lexicon: Lexicon) -> bool:
    """Whether a candidate tells of more than things and private persons."""
    cls = made.event_class
    if made.actor_slot.endswith("?") and not cls.things_act:
        return False
    told = (*made.actor, *made.recipient)
    if cls.things_act and any(lexicon.is_strike(t) for t in _means(made)):
        return True
    return cls.private_parties or not told or any(lexicon.is_public(t, doc) for t in told)


def _means(made: Candidate) -> list[Token]:
    """Return what an event may be done with, or come by: its actor, and what it happens in."""
    inner = [t for word in ("in", "by", "from") for t in syntax.prep_objects(made.trigger, word)]
    return [*made.actor, *inner]


def _stopped(frame: Frame) -> str:
    """Return the line of the entry that forbids it here, or "" where none does."""
    open_ = _leaves_open(frame)
    for constraint in frame.event_class.only:
        of_actor = open_ and all(path[0] == "subject" for path in constraint.paths)
        if not of_actor and not frame.holds(constraint):
            return f"only {constraint.text}"
    for constraint in frame.event_class.unless:
        if frame.holds(constraint):
            return f"unless {constraint.text}"
    return ""


def _leaves_open(frame: Frame) -> bool:
    """Whether a passive does not tell who did it ("was fined"), where the class allows for that.

    What the class asks of its actor is asked where one is told.
    """
    cls = frame.event_class
    if cls.actor_required or frame.kind != "verb" or not syntax.is_passive(frame.trigger):
        return False
    return not frame.fill(("subject",))


def _build(frame: Frame, rules: PloverRules) -> Candidate:
    cls = frame.event_class
    mode, refined, contexts = cls.mode, None, cls.contexts
    for line in cls.refine:
        if all(frame.holds(constraint) for constraint in line.when):
            mode, refined = line.mode or mode, line.cameo
            contexts = tuple(dict.fromkeys((*contexts, *line.contexts)))
            break
    if cls.symmetric:
        actor_slot, actor = _all_parties(frame, cls.actor)
    else:
        actor_slot, actor = _best(frame, cls.actor, ())
    actor = _authors(actor, frame.lexicon)
    recipient_slot, recipient = _best(frame, cls.recipient, actor)
    return Candidate(
        type=cls.type,
        mode=mode,
        cameo=rules.code(cls, mode, refined),
        contexts=contexts,
        rule=cls.rule,
        event_class=cls,
        kind=frame.kind,
        trigger=frame.trigger,
        matched=frame.matched,
        light=frame.light,
        governor=frame.governor,
        actor=actor,
        recipient=recipient,
        actor_slot=actor_slot,
        recipient_slot=recipient_slot,
        slots={
            name(path): filled
            for path in (*cls.actor, *cls.recipient)
            if (filled := frame.fill(path))
        },
        sentence=frame.trigger.sent,
        denied=bool(frame.fill(("negation",))),
    )


def name(path: Path_) -> str:
    """Return a slot as the codebook writes it."""
    return ".".join(path)


def _best(
    frame: Frame, paths: tuple[Path_, ...], taken: tuple[Token, ...]
) -> tuple[str, tuple[Token, ...]]:
    """Return the first slot that holds a party, else the first that holds anything."""
    fallback: tuple[str, tuple[Token, ...]] = ("", ())
    own: tuple[str, tuple[Token, ...]] = ("", ())
    for path in paths:
        tokens = frame.fill(path)
        found = _inside(frame, tokens, taken)
        if found and taken and all(_is_own(t) for t in found):
            own = own if own[1] else (name(path), found)
        elif found:
            return name(path), found
        rest = tuple(t for t in tokens if t not in taken and not is_verb(t))
        if rest and not fallback[1] and path[-1] != "modifier":
            fallback = (name(path) + "?", rest[:1])
    if taken and paths and not own[1]:
        below = _below(frame, taken)
        if below is not None:
            return "below", (below,)
    return own if own[1] else fallback


def _is_own(token: Token) -> bool:
    """Whether a thing is the actor's own ("withdrew its troops")."""
    return any(t.tag == "PRP$" for t in children(token, "poss"))


def _below(frame: Frame, taken: tuple[Token, ...]) -> Token | None:
    """Return the first name that hangs on the predicate behind it, for want of a better party."""
    start = frame.light or frame.trigger
    if frame.kind == "adjective" and is_verb(start.head):
        start = start.head
    for token in _own_clause(start):
        behind = token.i > frame.trigger.i and token not in frame.matched
        if behind and token.ent in NAMED and token.dep in HEADS and token not in taken:
            return token
    return None


def _own_clause(start: Token) -> list[Token]:
    """Return what hangs on a verb, without clauses beside it or with a subject of their own."""
    found, todo = [], [start]
    while todo:
        token = todo.pop()
        found.append(token)
        for child in token.children:
            beside = child.dep == "conj" and is_verb(child)
            other = (
                child.dep in ("advcl", "relcl", "parataxis") and child.child("nsubj") is not None
            )
            if not beside and not other:
                todo.append(child)
    return sorted(found, key=lambda t: t.i)


def _authors(actor: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    """Put who made a thing in its place: "published a report accusing …" is the publisher's."""
    if len(actor) != 1 or lexicon.is_party(actor[0]) or actor[0].pos not in ("NOUN", "PROPN"):
        return actor
    verb = governing_verb(actor[0])
    if verb is None or actor[0].dep in syntax.SUBJECT:
        return actor
    found = tuple(p for t in syntax.subjects(verb) for p in parties(t, lexicon))
    return found or actor


def _all_parties(frame: Frame, paths: tuple[Path_, ...]) -> tuple[str, tuple[Token, ...]]:
    """Return every party of a symmetric event, and the slots they fill joined by "+"."""
    found: dict[Token, None] = {}
    slots = []
    for path in paths:
        if path[0] == "above" and len(found) > 1:  # only where the noun's own parties fall short
            continue
        here = [t for t in _inside(frame, frame.fill(path), tuple(found)) if t not in found]
        if here:
            slots.append(name(path))
            found.update(dict.fromkeys(here))
    if len(found) < 2 and any(slot.startswith("above") for slot in slots):
        return "", ()
    return "+".join(slots), tuple(found)


def _inside(frame: Frame, tokens: tuple[Token, ...], taken: tuple[Token, ...]) -> tuple[Token, ...]:
    if not tokens:
        return ()
    found = [p for t in tokens for p in frame.nearby.parties(t, frame.lexicon)]
    found = [q for p in found for q in (*syntax.hidden_conjuncts(p), p) if q not in taken]
    return tuple(dict.fromkeys(found))
