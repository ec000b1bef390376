"""What stands in a sentence, whichever of its words is looked at."""

from __future__ import annotations

from dragoman.codebook.plover_words import WordTest
from dragoman.extract import syntax
from dragoman.extract.parties import PARTY_LABELS, Lexicon, lemma_of, parties
from dragoman.language.document import Document, Token

DATELINE = 8
DASHES = frozenset({"-", "--", "–", "—", ":", '"', ")"})


class Nearby:
    """A sentence with what its words are asked again and again.

    Args:
        doc: the document.
        sentence: number of the sentence.
    """

    def __init__(self, doc: Document, sentence: int) -> None:
        tokens = doc.sentences[sentence].tokens
        named = (t for t in tokens if t.ent not in PARTY_LABELS)
        self.has_dateline = _dateline_end(tokens) is not None
        self.tokens = tuple(dict.fromkeys(behind_dateline(doc, t) for t in named))
        self._words = frozenset(w for t in self.tokens for w in (lemma_of(t), t.lower))
        self._possible: dict[int, bool] = {}  # by the test's `id`
        self._parties: dict[Token, list[Token]] = {}

    def can_pass(self, test: WordTest) -> bool:
        """Whether the words of the sentence leave it open if one of them passes a test."""
        known = self._possible.get(id(test))
        if known is None:
            listed = (test.words, test.starts.keys(), test.ends.keys())
            told = any(not words.isdisjoint(self._words) for words in listed)
            known = self._possible[id(test)] = told or test.filled or bool(test.kinds)
        return known

    def parties(self, token: Token, lexicon: Lexicon) -> list[Token]:
        """Return the parties in the phrase of a token, as `parties.parties` does."""
        known = self._parties.get(token)
        if known is None:
            known = self._parties[token] = parties(token, lexicon)
        return known


def behind_dateline(doc: Document, token: Token) -> Token:
    """Return the noun that a parse hid behind a dateline ("CAIRO -- The minister")."""
    sentence = doc.sentence_of(token).tokens
    if token.i - sentence[0].i >= DATELINE:
        return token
    end = _dateline_end(sentence)
    if end is None or token.i > end:
        return token
    hidden = [t for t in token.children if t.i > end and t.pos in ("NOUN", "PROPN")]
    beside = [t for t in token.head.children if t.i > end and t.dep in syntax.SUBJECT]
    return next(iter([*beside, *hidden]), token)


def _dateline_end(sentence: list[Token]) -> int | None:
    """Return the number of the mark that a dateline may end with."""
    return next((t.i for t in sentence[: DATELINE + 2] if t.text in DASHES), None)
