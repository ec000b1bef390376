"""How far an event is told as having happened: asserted, future, hypothetical, negated.

A walk from the event's verb to the root of its sentence gathers what stands over it: negation,
modals, conditional conjunctions, and words that take it as their complement. The levels reduce
those of FactBank (Saurí and Pustejovsky 2009).
"""

from __future__ import annotations

from collections.abc import Iterator

from dragoman.codebook.factuality import FactualityWords
from dragoman.extract import syntax
from dragoman.extract.parties import lemma_of
from dragoman.extract.predicates import Candidate
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Document, Token
from dragoman.records import Factuality

STRENGTH: dict[Factuality, int] = {"asserted": 0, "future": 1, "hypothetical": 2, "negated": 3}
COMPLEMENT_OF_VERB = frozenset({"xcomp", "ccomp", "dobj", "obj", "pcomp", "nsubjpass", "oprd"})
BARE_TENSE = frozenset({"VBD", "VBZ", "VBP"})


def find_factuality(candidate: Candidate, doc: Document, words: FactualityWords) -> Factuality:
    """Return how a candidate is told."""
    if candidate.event_class.negation_is_meant:
        return "asserted"
    levels = list(_levels(candidate, doc, words))
    done = candidate.event_class.purpose_is_done and _is_purpose(candidate.predicate)
    if done and words.purpose in levels:  # it is as real as what was done for it
        levels.remove(words.purpose)
        levels += _of_verb(candidate.predicate.head, doc, words)
    if "negated" in levels and "hypothetical" in levels and _conditional(candidate, words):
        return "hypothetical"
    return max(levels, key=STRENGTH.__getitem__, default="asserted")


def _levels(candidate: Candidate, doc: Document, words: FactualityWords) -> Iterator[Factuality]:
    start = candidate.trigger
    if candidate.kind == "noun":
        yield from _of_noun(start, words)
        if candidate.governor is None or candidate.light is None:
            yield from _above(start, words)
    if candidate.light is not None:
        start = candidate.light
    if is_verb(start) or candidate.kind == "adjective":
        verb = start
        if candidate.kind == "adjective" and is_verb(start.head):
            verb = start.head
        yield from _of_verb(verb, doc, words)
        yield from _above(verb, words)
    elif candidate.governor is not None:
        yield from _of_verb(candidate.governor, doc, words)


def _is_purpose(verb: Token) -> bool:
    """Whether a verb tells what that of a deed was for: "gathered to protest"."""
    return verb.dep == "advcl" and is_verb(verb.head) and syntax.is_infinitive(verb)


def _conditional(candidate: Candidate, words: FactualityWords) -> bool:
    tokens = [candidate.predicate, *candidate.predicate.ancestors()]
    return any(t.lower in words.conditional for v in tokens for t in children(v, "mark", "advmod"))


def _of_noun(noun: Token, words: FactualityWords) -> Iterator[Factuality]:
    for child in syntax.phrase_start(noun):
        if child.lower in words.determiners:
            yield "negated"
        level = words.adjectives.get(child.lower) or words.adjectives.get(lemma_of(child))
        if level is not None and child.dep in ("amod", "compound"):
            yield level


def _of_verb(verb: Token, doc: Document, words: FactualityWords) -> Iterator[Factuality]:
    for child in verb.children:
        if child.dep == "neg" or child.lower in words.negators:
            yield "negated"
        if child.dep in ("nsubj", "nsubjpass", "dobj") and _denied(child, words):
            yield "negated"
        if child.dep == "mark" and child.lower in words.conditional:
            yield "hypothetical"
    if any(_stands_before(verb, phrase, doc) for phrase in words.denials):
        yield "negated"
    for aux in syntax.auxiliaries(verb):
        lemma = words.contractions.get(aux.lower, lemma_of(aux))
        level = words.reported.get(lemma) if _in_past_report(verb) else words.modals.get(lemma)
        if level is not None:
            yield level
    if _is_headline(verb, words):
        yield words.headline
    if _asks(verb, doc):
        yield words.question


def _stands_before(verb: Token, phrase: tuple[str, ...], doc: Document) -> bool:
    before = doc.tokens[max(0, verb.i - len(phrase)) : verb.i]
    return tuple(t.lower for t in before) == phrase


def _in_past_report(verb: Token) -> bool:
    """Whether "would" is the "will" of "said it would"."""
    return verb.dep == "ccomp" and verb.head.tag in ("VBD", "VBN")


def _denied(noun: Token, words: FactualityWords) -> bool:
    if noun.lower in words.determiners:
        return True
    return any(c.lower in words.determiners for c in children(noun, "det", "neg"))


def _is_headline(verb: Token, words: FactualityWords) -> bool:
    """Whether it is "Minister to visit Rwanda", or "is to visit"."""
    if not syntax.is_infinitive(verb):
        return False
    if verb.head is verb:
        return verb.child(*syntax.SUBJECT) is not None
    copula = verb.dep == "xcomp" and lemma_of(verb.head) == "be"
    going = verb.dep == "xcomp" and verb.head.lower == "going"
    return copula or going


def _asks(verb: Token, doc: Document) -> bool:
    sentence = doc.sentence_of(verb)
    return sentence.tokens[-1].lower == "?" and verb in sentence.roots


def _above(token: Token, words: FactualityWords) -> Iterator[Factuality]:
    """Yield the level that each word over the token gives to what it governs."""
    below = token
    for above in token.ancestors():
        if _goes_on(below, above):
            continue
        if is_verb(above):
            yield from _under_verb(below, above, words)
        elif above.pos in ("NOUN", "PROPN") and below.dep in ("prep", "acl", "relcl", "pcomp"):
            if below.dep != "relcl":
                yield from _level(words.nouns.get(lemma_of(above)))
                yield from _of_noun(above, words) if below.dep == "acl" else ()
        elif above.pos == "ADJ" and below.dep in ("xcomp", "ccomp", "prep"):
            yield from _level(words.adjectives.get(above.lower))
        if below.dep == "prep" and below.lower in words.prepositions and token.head is below:
            yield "negated"
        if below.dep == "mark" and below.lower in words.conditional:
            yield "hypothetical"
        if _breaks(below, above):
            return
        below = above


def _goes_on(below: Token, above: Token) -> bool:
    """Whether a parse hung a told deed on an infinitive: "fired to disperse and detained ten".

    It goes on from the verb above that, as "fired and detained" does.
    """
    if below.dep != "conj" or below.tag not in BARE_TENSE or children(below, "aux", "auxpass"):
        return False
    return is_verb(above) and syntax.is_infinitive(above)


def _under_verb(below: Token, above: Token, words: FactualityWords) -> Iterator[Factuality]:
    complement = below.dep in COMPLEMENT_OF_VERB or (
        below.dep == "prep"
        and below.lower not in words.apart
        and below.child("pcomp", "pobj") is not None
        and _wants_prep(above, words)
    )
    if complement:
        level = words.verbs.get(lemma_of(above))
        if level == "hypothetical" and below.dep == "ccomp" and _tensed(below):
            level = None if lemma_of(above) in ("warn", "think", "believe", "insist") else level
        yield from _level(level)
        if below.dep in ("xcomp", "ccomp", "dobj", "obj"):
            yield from _own_negation(above, words)
            yield from _modal(above, words)
    elif below.dep == "advcl":
        if _is_purpose(below):
            yield words.purpose
    elif below.dep == "conj" and below.child(*syntax.SUBJECT) is None:
        for aux in children(above, "aux"):
            level = words.modals.get(words.contractions.get(aux.lower, lemma_of(aux)))
            if level is not None and below.tag == above.tag and not children(below, "aux"):
                yield level


def _wants_prep(verb: Token, words: FactualityWords) -> bool:
    return lemma_of(verb) in words.verbs


def _tensed(verb: Token) -> bool:
    return verb.tag in BARE_TENSE or any(
        a.tag in BARE_TENSE for a in children(verb, "aux", "auxpass")
    )


def _own_negation(verb: Token, words: FactualityWords) -> Iterator[Factuality]:
    if children(verb, "neg") and lemma_of(verb) in words.verbs:
        yield "hypothetical"


def _modal(verb: Token, words: FactualityWords) -> Iterator[Factuality]:
    for aux in children(verb, "aux"):
        level = words.modals.get(words.contractions.get(aux.lower, lemma_of(aux)))
        if level is not None:
            yield level


def _level(level: Factuality | None) -> Iterator[Factuality]:
    if level is not None and level != "asserted":
        yield level


def _breaks(below: Token, above: Token) -> bool:
    """Whether what stands higher says nothing on how real the event is."""
    if below.dep in ("relcl", "nsubj", "poss", "appos") or (
        below.dep == "acl" and below.tag == "VBN"
    ):
        return True
    own = below.child(*syntax.SUBJECT) is not None
    return own and (below.dep == "conj" or (below.dep == "advcl" and _tensed(below)))
