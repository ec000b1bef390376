"""Whether a time lies behind or ahead, by the verb it hangs on."""

from __future__ import annotations

from typing import Literal

from dragoman.codebook.times import TimeWords
from dragoman.language import Document, Token

Way = Literal["past", "future", "unknown"]
_PAST = {"VBD", "VBN"}


def direction(doc: Document, offset: int, words: TimeWords) -> Way:
    """Return whether the clause around a character speaks of the past or of what is to come.

    Args:
        offset: where the time expression begins.
    """
    token = doc.token_at(offset)
    if token is None:
        return "unknown"
    verb = _verb_of(token)
    return _tense(verb, words) if verb is not None else "unknown"


def _verb_of(token: Token) -> Token | None:
    """Return the nearest verb above a token, also above the nouns it modifies."""
    if token.pos in ("VERB", "AUX"):
        return token
    for above in token.ancestors():
        if above.pos in ("VERB", "AUX"):
            return above
    return None


def _tense(verb: Token, words: TimeWords) -> Way:
    helpers = [t for t in verb.children if t.dep in ("aux", "auxpass")]
    if any(t.lower in words.future_auxiliaries for t in helpers):
        return "past" if any(t.lower == "have" for t in helpers) else "future"
    if verb.tag in _PAST and not any(t.tag in ("VBZ", "VBP", "VBG", "TO") for t in helpers):
        return "past"
    if any(t.lower in ("had", "was", "were", "did", "has", "have") for t in helpers):
        return "past"
    if any(t.tag == "TO" for t in helpers) or verb.tag == "VB":
        return _governed(verb, words)
    if verb.tag in ("VBZ", "VBP", "VBG") and (helpers or verb.lemma in words.future_verbs):
        return "future"
    return "unknown"


def _governed(verb: Token, words: TimeWords) -> Way:
    """Of an infinitive: ahead where what governs it points ahead ("plans to", "due to")."""
    head = verb.head
    if head is verb:
        return "unknown"
    if head.lemma in words.future_verbs or head.lower in words.future_verbs:
        return "future"
    return _tense(head, words) if head.pos in ("VERB", "AUX") else "future"
