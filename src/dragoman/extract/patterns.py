"""Finds the words of the codebook's patterns in a parse, and the verbs that carry nouns."""

from __future__ import annotations

from dragoman.codebook.plover_classes import EventClass, Pattern
from dragoman.extract import syntax
from dragoman.extract.parties import lemma_of
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Token


def match(token: Token, pattern: Pattern) -> tuple[Token, ...] | None:
    """Return the tokens of a pattern headed by `token`, in order of the text; None if it fails."""
    matched = [token]
    for word in pattern.rest:
        found = _attached(matched, word, noun=pattern.kind == "noun")
        if found is None:
            return None
        matched.append(found)
    return tuple(sorted(matched, key=lambda t: t.i))


def _attached(matched: list[Token], word: str, noun: bool) -> Token | None:
    """Find a word that hangs on one of the matched tokens (the latest first)."""
    for head in reversed(matched):
        for child in (*head.children, *_measured(head)):
            if child in matched or word not in (child.lower, lemma_of(child)) or _of_time(child):
                continue
            apart = child.dep in ("nsubj", "advcl") or (child.dep == "ccomp" and is_verb(child))
            if noun or not apart:
                return child
    if not noun:
        passive = syntax.objects(matched[0]) if is_verb(matched[0]) else []
        for thing in passive:
            if thing not in matched and lemma_of(thing) == word:
                return thing
    return None


def _measured(verb: Token) -> list[Token]:
    """Return what a number counts that stands as a verb's object: "fired dozens of rockets"."""
    counts = [t for t in children(verb, "dobj") if t.ent == "CARDINAL"]
    return [thing for count in counts for thing in syntax.prep_objects(count, "of")]


def _of_time(prep: Token) -> bool:
    """Whether a preposition opens a date ("called on Friday" is not "call on")."""
    inner = prep.child("pobj") if prep.pos == "ADP" else None
    return inner is not None and inner.ent in ("DATE", "TIME")


def governing_verb(noun: Token) -> Token | None:
    """Return the verb that a noun is object, subject or prepositional object of."""
    if noun.dep == "conj" and not is_verb(noun.head):
        return governing_verb(noun.head)
    if noun.dep in ("dobj", "nsubjpass", "nsubj", "attr", "obj"):
        return noun.head if is_verb(noun.head) else None
    if noun.dep == "pobj":
        prep = noun.head
        while prep.head.dep == "prep" and prep.head is not prep:
            prep = prep.head
        return prep.head if is_verb(prep.head) else None
    return noun.head if noun.dep in ("relcl",) and is_verb(noun.head) else None


def verb_over_noun(event_class: EventClass, noun: Token) -> Token | None:
    """Return the verb of a light phrase with a noun of its own: "claimed responsibility for"."""
    if noun.dep != "pobj":
        return None
    verb = governing_verb(noun.head.head)
    return verb if verb is not None and is_light(event_class, verb, noun) else None


def is_light(event_class: EventClass, verb: Token, noun: Token) -> bool:
    """Whether a verb carries a noun, as the class allows it: "held talks", "came under fire"."""
    rests = event_class.light.get(lemma_of(verb))
    if rests is None or noun.dep == "nsubj":
        return False
    top = noun
    while top.dep == "conj" and not is_verb(top.head):
        top = top.head
    path = []
    while top.head is not verb and top.head is not top:
        top = top.head
        path.append(top.lower)
    words = {
        child.lower for child in verb.children if child.dep in ("prt", "acomp", "advmod", "prep")
    }
    for rest in rests:
        if not rest and not path:
            return True
        if rest and (tuple(reversed(path)) == rest or (not path and set(rest) <= words)):
            return True
        if rest and path and rest[-1] == path[0] and _has_words(verb, rest[:-1]):
            return True
    return False


def _has_words(verb: Token, words: tuple[str, ...]) -> bool:
    near = {t.lower for c in verb.children for t in (c, *c.children)} | {
        lemma_of(c) for c in verb.children
    }
    return set(words) <= near
