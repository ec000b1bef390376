"""Slots: fills the places that the codebook names ("subject", "object.prep:to") in a parse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dragoman.codebook.plover_classes import EventClass
from dragoman.codebook.plover_words import Constraint, Path_, WordTest
from dragoman.extract import syntax
from dragoman.extract.nearby import Nearby, behind_dateline
from dragoman.extract.parties import PARTY_LABELS, PLACE_LABELS, Lexicon, lemma_of
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Document, Token

NEAR: Path_ = ("near",)


@dataclass(slots=True)
class Slots:
    """What fills the slots of a word, the words they are tested against, and what passed.

    Tests go by their `id`; those of a codebook live as long as it.
    """

    tokens: dict[Path_, tuple[Token, ...]] = field(default_factory=dict)
    lemmas: dict[Path_, set[str]] = field(default_factory=dict)
    passed: dict[tuple[Path_, int], bool] = field(default_factory=dict)
    objects: list[Token] | None = None


@dataclass(slots=True)
class Frame:
    """A place where a predicate's words were found, ready to have its slots filled.

    Attributes:
        doc, lexicon: the document, and the words that tell parties.
        event_class: the class whose words were found.
        kind: verb, noun or adjective.
        trigger: the head word.
        matched: every word of the pattern.
        light: the verb that carries a noun ("held" talks), where the class allows it.
        governor: the verb a noun is subject or object of, allowed or not.
        nearby: what stands in the sentence.
        slots: what fills the slots of the word, for all frames that hang on the same.
    """

    doc: Document
    lexicon: Lexicon
    contractions: dict[str, str]
    event_class: EventClass
    kind: str
    trigger: Token
    matched: tuple[Token, ...]
    light: Token | None
    governor: Token | None
    nearby: Nearby
    slots: Slots

    def fill(self, path: Path_) -> tuple[Token, ...]:
        """Return the tokens that fill a slot, without the words of the pattern."""
        known = self.slots.tokens.get(path)
        if known is None:
            known = self.slots.tokens[path] = self._filled(path)
        return known

    def _filled(self, path: Path_) -> tuple[Token, ...]:
        tokens = self._first(path[0])
        for step in path[1:]:
            tokens = [found for token in tokens for found in self._step(token, step)]
        if not tokens:
            return ()
        if self.nearby.has_dateline or any(t.sent != self.trigger.sent for t in tokens):
            tokens = [behind_dateline(self.doc, t) for t in tokens]
        own = path[-1] == "trigger"
        return tuple(dict.fromkeys(t for t in tokens if own or t not in self.matched))

    def lemmas(self, path: Path_) -> set[str]:
        """Return the words a constraint on this slot is tested against."""
        known = self.slots.lemmas.get(path)
        if known is None:
            known = self.slots.lemmas[path] = self._lemmas(path)
        return known

    def _lemmas(self, path: Path_) -> set[str]:
        if path[-1] == "aux":
            return {self.contractions.get(t.lower, lemma_of(t)) for t in self.fill(path)}
        if path[-1] == "mark":
            return {t.lower for t in self.fill(path)}
        return {lemma_of(t) for t in self.fill(path)}

    # --- steps that begin at the trigger ---

    def _first(self, step: str) -> list[Token]:
        if step.startswith("prep:"):
            return self._prep(step[5:])
        if step in ("light", "above"):
            verb = self.light if step == "light" else self.governor
            return [verb] if verb is not None else []
        if step == "topic":
            return self._topic()
        if step in ("clause", "advcl", "acl"):
            return [t for m in (*self.matched, *self._verb()) for t in self._step(m, step)]
        if step in ("subject", "object", "dative", "aux", "negation"):
            return self._role(step)
        return self._step(self.trigger, step)

    def _verb(self) -> list[Token]:
        return [self.light] if self.light is not None else []

    def _role(self, step: str) -> list[Token]:
        if self.kind == "noun":
            return _noun_role(self, step)
        verb = self.trigger
        if self.kind == "adjective" and step != "aux":
            head = (
                verb.head if is_verb(verb.head) and verb.dep in ("acomp", "oprd", "xcomp") else verb
            )
            if step == "subject":
                return syntax.subjects(head)
            return self._step(head, step)
        return self._step(verb, step)

    def _prep(self, word: str) -> list[Token]:
        found = [t for m in self.matched for t in syntax.prep_objects(m, word)]
        if self.kind == "noun":
            if self.governor is not None:
                found += syntax.prep_objects(self.governor, word)
        else:
            for thing in self._objects():
                if thing not in self.matched:
                    found += syntax.prep_objects(thing, word) or _behind_amount(thing, word)
            for other in children(self.trigger, "conj"):
                if is_verb(other) and not found and other.child(*syntax.SUBJECT) is None:
                    found += syntax.prep_objects(other, word)
            if word == "to":
                found += syntax.datives(self.trigger)
        return found

    def _objects(self) -> list[Token]:
        """Return the objects of the trigger."""
        known = self.slots.objects
        if known is None:
            known = self.slots.objects = syntax.objects(self.trigger)
        return known

    def _topic(self) -> list[Token]:
        start = [
            *self._role("object"),
            *self._first("clause"),
            *self._prep("for"),
            *self._prep("of"),
        ]
        found = list(start)
        for token in start:
            below = [
                c
                for c in token.children
                if c.dep in ("dobj", "conj", "compound", "amod", "xcomp", "acl")
            ]
            found += below
            found += [
                p
                for word in ("for", "of", "to", "on", "with")
                for p in syntax.prep_objects(token, word)
            ]
            found += [p for c in children(token, "prep") for p in children(c, "pcomp")]
        return found

    # --- steps from any token ---

    def _step(self, token: Token, step: str) -> list[Token]:
        if step.startswith("prep:"):
            return syntax.prep_objects(token, step[5:])
        return _STEPS[step](self, token)

    # --- constraints ---

    def holds(self, constraint: Constraint) -> bool:
        """Whether a line of `only`, `unless` or `when` holds here."""
        test, passed = constraint.test, self.slots.passed
        for path in constraint.paths:
            known = passed.get((path, id(test)))
            if known is None:
                known = passed[path, id(test)] = self._passes(path, test)
            if known:
                return True
        return False

    def _passes(self, path: Path_, test: WordTest) -> bool:
        if path == NEAR and not self.nearby.can_pass(test):
            return False
        tokens = self.fill(path)
        if not tokens:
            return False
        if test.filled or (test.words and not test.words.isdisjoint(self.lemmas(path))):
            return True
        if test.kinds and any(kind in test.kinds for t in tokens for kind in self.lexicon.kinds(t)):
            return True
        noun = path[-1] in ("object", "subject") or path[-1].startswith("prep:")
        if noun and any(_fits_compound(token, test, self.lexicon) for token in tokens):
            return True
        return bool(test.starts) and any(_fits_phrase(self.doc, t, test) for t in tokens)


def _behind_amount(thing: Token, word: str) -> list[Token]:
    """Return what follows a preposition that a parse hung on a value: "aid worth a million to"."""
    values = [t for t in children(thing, "amod", "prep") if t.lower == "worth"]
    amounts = [t for value in values for t in (value, *value.children)]
    return [found for t in amounts for found in syntax.prep_objects(t, word)]


def _fits_compound(token: Token, test: WordTest, lexicon: Lexicon) -> bool:
    """Whether the thing measured, a conjunct, or the compound of a noun fits."""
    near = [t for t in syntax.conjuncts(token) if t is not token]
    if lemma_of(token) in lexicon.measure or token.pos in ("NUM", "SYM") or token.ent == "MONEY":
        near += [t for w in ("of", "in", "worth") for t in syntax.prep_objects(token, w)]
        near += children(token, "quantmod", "nmod")
    if test.words and any(lemma_of(t) in test.words for t in near):
        return True
    compounds = [t for t in children(token, "compound", "nmod") if not t.ent]
    if test.words and any(lemma_of(t) in test.words for t in compounds):
        return True
    return bool(test.kinds) and any(kind in test.kinds for t in near for kind in lexicon.kinds(t))


def _fits_phrase(doc: Document, token: Token, test: WordTest) -> bool:
    """Whether words in a row, beginning or ending at the token, are one of the phrases."""
    for word in {lemma_of(token), token.lower}:
        for phrase in test.starts.get(word, ()):
            if _row(doc, token.i, phrase):
                return True
        for phrase in test.ends.get(word, ()):
            if _row(doc, token.i - len(phrase) + 1, phrase):
                return True
    return False


def _row(doc: Document, start: int, phrase: tuple[str, ...]) -> bool:
    if start < 0 or start + len(phrase) > len(doc.tokens):
        return False
    row = doc.tokens[start : start + len(phrase)]
    return all(word in (t.lower, lemma_of(t)) for t, word in zip(row, phrase, strict=True))


def _noun_role(frame: Frame, step: str) -> list[Token]:
    noun, cls = frame.trigger, frame.event_class
    owners = (
        [] if noun.child("poss") is None else [syntax.antecedent(t) for t in children(noun, "poss")]
    )
    of = syntax.prep_objects(noun, "of") if "of" not in {m.lower for m in frame.matched} else []
    by = [t for m in frame.matched for t in syntax.prep_objects(m, "by")]
    if step == "subject":
        found = list(by)
        found += [] if cls.possessive_is_object or (by and not cls.of_is_subject) else owners
        if frame.light is not None:
            found += _light_subjects(frame.light, noun)
        found += of if cls.of_is_subject else []
        return found or _describing_parties(frame, noun)
    if step == "object":
        found = list(of) if not cls.of_is_subject else []
        if cls.possessive_is_object or (by and not cls.of_is_subject):
            found += owners
        return found
    if step in ("aux", "negation"):
        verb = frame.light or frame.governor
        own = _negation(frame, noun) if step == "negation" else []
        return own + (frame._step(verb, step) if verb is not None else [])
    return frame._step(frame.light, step) if frame.light is not None else []


def _light_subjects(light: Token, noun: Token) -> list[Token]:
    """Return who does it, also in "were involved in talks", where the verb is passive in form."""
    found = syntax.subjects(light)
    if not found and noun.dep not in syntax.SUBJECT and syntax.is_passive(light):
        surface = syntax.surface_subject(light)
        return [surface] if surface is not None else []
    return found


def _describing_parties(frame: Frame, noun: Token) -> list[Token]:
    """ "Chadian strikes", "a Chad-led attack": the parties among a noun's modifiers."""
    found = []
    for child in children(noun, "amod", "compound", "nmod"):
        if frame.lexicon.is_party(child) and child.ent in PARTY_LABELS:
            found.append(child)
        inner = children(child, "npadvmod", "compound", "amod", "nmod")
        found += [t for t in inner if t.ent in PARTY_LABELS]
    return found


def _object(frame: Frame, token: Token) -> list[Token]:
    if is_verb(token):
        return syntax.objects(token)
    return syntax.prep_objects(token, "of")


def _subject(frame: Frame, token: Token) -> list[Token]:
    if is_verb(token):
        return syntax.subjects(token)
    if children(token, *syntax.SUBJECT):  # "found him guilty"
        return children(token, *syntax.SUBJECT)
    if token.pos == "ADJ":
        return syntax.subjects(token.head)
    return [*children(token, "poss"), *syntax.prep_objects(token, "by")]


def _by(frame: Frame, token: Token) -> list[Token]:
    found = syntax.prep_objects(token, "by")
    for child in children(token, "acl"):
        if child.tag == "VBN":
            found += syntax.agents(child)
    return found


def _negation(frame: Frame, token: Token) -> list[Token]:
    found = children(token, "neg")
    found += [t for t in children(token, "det") if t.lower in ("no", "neither")]
    for child in children(token, "nsubj", "nsubjpass", "dobj"):
        found += [t for t in children(child, "det") if t.lower in ("no", "neither")]
    shared = token.dep == "conj" and is_verb(token.head) and token.child(*syntax.SUBJECT) is None
    if not found and shared and not children(token, "aux", "auxpass"):
        found += children(token.head, "neg")
    return found


def _parties(frame: Frame, token: Token) -> list[Token]:
    return frame.nearby.parties(token, frame.lexicon)


def _party(frame: Frame, token: Token) -> list[Token]:
    lemma = lemma_of(token)
    if lemma in frame.lexicon.measure or token.pos == "NUM":
        return _parties(frame, token)
    return [token] if frame.lexicon.is_party(token) and lemma not in frame.lexicon.thing else []


def _place(frame: Frame, token: Token) -> list[Token]:
    fits = token.ent in PLACE_LABELS or lemma_of(token) in frame.lexicon.place
    return [token] if fits else []


def _matrix(token: Token, lexicon: Lexicon) -> list[Token]:
    """Return the verb that what a token tells is the background of ("has faced chaos since …")."""
    for above in (token, *token.ancestors()):
        clause = is_verb(above) and above.dep in ("advcl", "relcl")
        phrase = above.dep == "prep" and above.lower in lexicon.aftermath
        if (clause or phrase) and is_verb(above.head):
            return [above.head]
        if is_verb(above):
            return []
    return []


def _near(frame: Frame, token: Token) -> list[Token]:
    own = token.sent == frame.trigger.sent
    return [*(frame.nearby if own else Nearby(frame.doc, token.sent)).tokens]


def _mark(frame: Frame, token: Token) -> list[Token]:
    return children(token, "mark")


_STEPS: dict[str, Callable[[Frame, Token], list[Token]]] = {
    "subject": _subject,
    "object": _object,
    "dative": lambda frame, token: (
        syntax.datives(token) if is_verb(token) else syntax.prep_objects(token, "to")
    ),
    "by": _by,
    "clause": lambda frame, token: syntax.clauses(token),
    "advcl": lambda frame, token: children(token, "advcl"),
    "acl": lambda frame, token: children(token, "acl", "relcl"),
    "poss": lambda frame, token: [syntax.antecedent(t) for t in children(token, "poss")],
    "modifier": lambda frame, token: children(token, "amod", "compound", "nmod", "nummod"),
    "light": lambda frame, token: [frame.light] if frame.light is not None else [],
    "above": lambda frame, token: [token.head],
    "matrix": lambda frame, token: _matrix(token, frame.lexicon),
    "conj": lambda frame, token: [t for t in syntax.conjuncts(token) if t is not token],
    "trigger": lambda frame, token: [token],
    "aux": lambda frame, token: syntax.auxiliaries(token),
    "mark": _mark,
    "negation": _negation,
    "parties": _parties,
    "party": _party,
    "place": _place,
    "inside": lambda frame, token: token.subtree(),
    "topic": lambda frame, token: [token],
    "near": _near,
}
