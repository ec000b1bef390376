"""Background against news: which events a report only recalls."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from dragoman.codebook.factuality import FactualityWords
from dragoman.extract import syntax
from dragoman.extract.parties import lemma_of
from dragoman.extract.syntax import children
from dragoman.language.document import Document, Token
from dragoman.records import EventDate

SPEECH_CLAUSE = ("ccomp", "advcl")


def told_as_past(verb: Token, doc: Document, words: FactualityWords) -> bool:
    """Whether words, tense or place in the report tell an event as background.

    Args:
        verb: the event's verb, or the head of its noun phrase.
        doc: the document it stands in.
        words: what factuality.yaml lists under `historical`.
    """
    if _has_phrase(verb, doc, words.past_words):
        return True
    top = _tense_carrier(verb)
    if top is None:
        return False
    perfect = {lemma_of(a): a.lower for a in syntax.auxiliaries(top)}
    if words.pluperfect and perfect.get("have") in ("had", "'d", "’d") and not _reported(top):
        return top.sent > 0 and top.tag == "VBN"
    told = perfect.get("have") in ("has", "have") and _in_tail(top, doc, words)
    return told and _lasts(top, doc, words)


def _lasts(verb: Token, doc: Document, words: FactualityWords) -> bool:
    """Whether a perfect tells what lasts or recurs, not the result of one deed.

    A deed in the perfect is news wherever it stands: "France has evacuated its embassy".
    """
    going_on = verb.tag == "VBG"
    return going_on or lemma_of(verb) in words.lasting or _has_phrase(verb, doc, words.often)


def is_old(when: EventDate, published: date | None, words: FactualityWords) -> bool:
    """Whether an event's day lies so long before the report's own that it is history."""
    last = when.end or when.start
    if published is None or last is None:
        return False
    return (published - date.fromisoformat(last)).days > words.past_days


def _has_phrase(verb: Token, doc: Document, phrases: tuple[str, ...]) -> bool:
    words = [t.lower for t in _clause(verb)]
    single, several = _divided(phrases)
    if not single.isdisjoint(words):
        return True
    line = f" {' '.join(words)} "
    return any(phrase in line for phrase in several)


@lru_cache(maxsize=16)
def _divided(phrases: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the phrases of one word, and those of several with spaces around them."""
    single = frozenset(phrase for phrase in phrases if " " not in phrase)
    return single, tuple(f" {phrase} " for phrase in phrases if " " in phrase)


def _clause(verb: Token) -> list[Token]:
    """The words of a clause, without the clauses inside it that have their own verb."""
    found: list[Token] = []
    todo = [verb]
    while todo:
        token = todo.pop()
        found.append(token)
        todo += [c for c in token.children if c.dep not in ("relcl", "ccomp", "conj", "advcl")]
    return sorted(found, key=lambda t: t.i)


def _tense_carrier(verb: Token) -> Token | None:
    """The verb whose tense counts: an infinitive has that of the verb it completes."""
    token = verb
    while not (syntax.is_verb(token) and (children(token, *syntax.SUBJECT) or token.head is token)):
        if token.head is token:
            return None
        if token.dep in ("relcl", "acl", "conj") and syntax.is_verb(token):
            return token
        token = token.head
    return token


def _reported(verb: Token) -> bool:
    """Whether "had" may only be the past of reported speech."""
    return verb.dep in SPEECH_CLAUSE and syntax.is_verb(verb.head)


def _in_tail(verb: Token, doc: Document, words: FactualityWords) -> bool:
    total = len(doc.sentences)
    own_voice = doc.sentences[verb.sent].quote is None
    return own_voice and total >= words.tail_sentences and verb.sent >= words.tail * total
