"""The naive reading that ours is held against: quotation marks and the nearest speech verb."""

from __future__ import annotations

from dragoman.codebook.attribution import AttributionWords
from dragoman.language.document import Document, Quote, Token
from dragoman.records import Span

_REACH = 25  # tokens to each side of a quotation in which its verb is looked for


def naive_speech(doc: Document, words: AttributionWords) -> list[dict[str, list[Span]]]:
    """Return each quotation with the nearest verb of speech and that verb's subject.

    This is what textacy's `direct_quotations` does: nothing is found without marks.
    """
    made = []
    for quote in doc.quotes:
        verb = _nearest_verb(doc, quote, words)
        if quote.depth or verb is None:
            continue
        subject = verb.child("nsubj")
        tokens = subject.subtree() if subject is not None else []
        source = [(tokens[0].start, tokens[-1].end)] if tokens else []
        made.append({"source": source, "cue": [verb.span], "content": [quote.outer]})
    return made


def _nearest_verb(doc: Document, quote: Quote, words: AttributionWords) -> Token | None:
    inside = doc.tokens_in(quote.outer)
    if not inside:
        return None
    first, last = inside[0].i, inside[-1].i
    around = doc.tokens[max(0, first - _REACH) : first] + doc.tokens[last + 1 : last + 1 + _REACH]
    verbs = [t for t in around if words.class_of(t.pos, t.lemma) in ("speech", "claim")]
    return min(verbs, key=lambda t: (min(abs(t.i - first), abs(t.i - last)), t.i), default=None)
