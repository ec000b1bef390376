"""Whether a time lies behind or ahead, by the verb it hangs on."""

from __future__ import annotations

from typing import Literal

from dragoman.codebook.times import TimeWords
from dragoman.language.document import Document, Token

Way = Literal["past", "future", "unknown"]


def direction(doc: Document, offset: int, words: TimeWords) -> Way:
    """Return whether the clause around a character speaks of the past or of what is to come.

    Args:
        doc: the annotated report.
        offset: where the time expression begins.
        words: the codebook's words of time.
    """
    token = doc.token_at(offset)
    if token is None:
        return "unknown"
    planned = _planned(token, words)
    if planned is not None:
        return planned
    if _follows(doc, token, words.ahead_phrases):
        return "future"
    noun = _noun_of(token)
    return _of_noun(noun, words) if noun is not None else _of_verb(doc, token, words)


def _of_verb(doc: Document, token: Token, words: TimeWords) -> Way:
    verb = _verb_of(token)
    if verb is None:
        return "unknown"
    before = doc.tokens[token.i - 1].lower if token.i else ""
    found = _tense(verb, words)
    if before in words.future_prepositions and (
        found == "unknown" or verb.lemma in words.deferring_verbs
    ):
        return "future"
    return found


def _planned(token: Token, words: TimeWords) -> Way | None:
    """Of a time on "planned for", "due by": ahead, or unknown where that was the plan once."""
    head = token.head.head if token.head.dep == "prep" else token.head
    nouns = (head, *head.ancestors()) if head.pos == "NOUN" else ()
    for noun in nouns:  # "the slated visit of the minister in May"
        if noun.pos not in ("NOUN", "PROPN", "ADP"):
            break
        if any(t.dep == "amod" and t.lower in words.planned for t in noun.children):
            return "future"
    if head.lower not in words.planned:
        return None
    if head.tag == "VBD":
        active = head.lemma in words.planning_verbs and token.i > head.i
        return "future" if active and head.child("xcomp", "ccomp") is None else None
    once = any(t.lower in words.past_auxiliaries for t in head.children)
    return "unknown" if once else "future"


_INSIDE_NOUN = frozenset({"compound", "nmod", "amod", "nummod", "poss"})


def _follows(doc: Document, token: Token, phrases: frozenset[str]) -> bool:
    """Whether one of the phrases stands right before a token."""
    before = " ".join(t.lower for t in doc.tokens[max(0, token.i - 3) : token.i])
    return any(before == phrase or before.endswith(f" {phrase}") for phrase in phrases)


def _noun_of(token: Token) -> Token | None:
    """Return the noun that a time describes ("the Aug. 7 attack"), save a subject.

    "Police blamed the Aug. 7 attack" says nothing of that day; "Friday's vote will …" does.
    """
    noun = token.head
    inside = token.dep in _INSIDE_NOUN and noun.pos in ("NOUN", "PROPN") and not _dated(token)
    return noun if inside and noun.dep not in ("nsubj", "nsubjpass") else None


def _of_noun(noun: Token, words: TimeWords) -> Way:
    if noun.lemma.lower() in words.scheduled_nouns:
        return "future" if not _in_past(noun) else "unknown"
    verb = noun.head.head if noun.head.dep == "prep" else noun.head
    if noun.head.dep == "prep" and verb.pos == "VERB" and _points_ahead(verb, words):
        return "future"  # "are expected at Saturday's funeral"
    return "past" if noun.child("det", "poss") is not None else "unknown"


def _in_past(noun: Token) -> bool:
    """Whether the verb above a noun tells of the past ("lost the Nov. 7 election")."""
    verb = next((t for t in noun.ancestors() if t.pos in ("VERB", "AUX")), None)
    return verb is not None and verb.tag == "VBD"


def _verb_of(token: Token) -> Token | None:
    """Return the nearest verb above a token, itself included."""
    if token.pos in ("VERB", "AUX"):
        return token
    return next((t for t in token.ancestors() if t.pos in ("VERB", "AUX")), None)


def _dated(token: Token) -> bool:
    """Whether the noun above is itself a part of the day ("Friday night")."""
    return token.head.ent in ("DATE", "TIME") and token.dep != "poss"


def _tense(verb: Token, words: TimeWords) -> Way:
    helpers = [t for t in verb.children if t.dep in ("aux", "auxpass")]
    if any(t.lower in words.future_auxiliaries for t in helpers):
        return "past" if any(t.lower == "have" for t in helpers) else "future"
    if any(t.tag == "TO" for t in helpers) or (verb.tag == "VB" and not helpers):
        return _governed(verb, words)
    if verb.tag == "VBD" or any(t.tag == "VBD" or t.lemma == "have" for t in helpers):
        return "past"
    if verb.tag == "VBN":
        return "unknown" if helpers else "past"
    if verb.tag in ("VBZ", "VBP", "VBG") and verb.lemma in words.future_verbs:
        return "future"
    return "unknown"


def _ranked(noun: Token, words: TimeWords) -> bool:
    """Whether a noun is told by its rank: "the first countries", "the largest party"."""
    return any(
        t.tag == "JJS" or t.lower in words.ordinals or words.ways.get(t.lower) == "last"
        for t in noun.children
    )


def _points_ahead(verb: Token, words: TimeWords) -> bool:
    """Whether a verb in the present speaks of what is to come ("are expected", "plan")."""
    ahead = verb.lemma in words.planning_verbs or verb.lower in words.planned
    past = any(t.lower in words.past_auxiliaries for t in verb.children)
    return ahead and verb.tag != "VBD" and not past


def _governed(verb: Token, words: TimeWords) -> Way:
    """Of an infinitive: ahead where what governs it points ahead ("plans to", "due to")."""
    head = verb.head
    if head is verb:
        return "unknown"
    if head.lemma in words.future_verbs or head.lower in words.planned:
        return "future"
    if head.pos in ("NOUN", "PROPN") and _ranked(head, words):  # "the first to leave"
        above = _verb_of(head)
        return "unknown" if above is None else _tense(above, words)
    told = head.i < verb.i or verb.dep in ("csubj", "csubjpass")
    return _tense(head, words) if head.pos in ("VERB", "AUX") and told else "future"
