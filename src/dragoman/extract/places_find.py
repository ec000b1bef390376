"""Finds the words that name places, before it is asked which places they are."""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.codebook.places import PlaceWords
from dragoman.extract.gazetteer import Gazetteer
from dragoman.language.document import Document, Token, span_of
from dragoman.records import Span

_LABELS = ("GPE", "LOC")
_LONGEST = 4


def spelled(name: str, words: PlaceWords) -> str:
    """Return a name as the codebook spells it ("TEXAS" → "Texas"), or as it is."""
    if name in words.known or not name.isupper():
        return name
    return name.title()


class Finder:
    """Marks the place names of one document; each token belongs to one name at most."""

    def __init__(self, doc: Document, words: PlaceWords, gazetteer: Gazetteer) -> None:
        self._doc = doc
        self._words = words
        self._gazetteer = gazetteer
        self._taken: set[int] = set()
        self._found: list[Span] = []

    def find(self) -> list[Span]:
        """Return the spans in order of the text, none overlapping another."""
        self._by_feature_word()
        self._by_codebook()
        self._by_model()
        self._by_gazetteer()
        self._by_repetition()
        return sorted(self._found)

    def _take(self, tokens: Sequence[Token]) -> None:
        if tokens and not any(token.i in self._taken for token in tokens):
            self._taken.update(token.i for token in tokens)
            self._found.append(span_of(tokens))

    def _runs(self) -> list[list[Token]]:
        """Return every stretch of up to four words that begins with a capital, longest first."""
        tokens, runs = self._doc.tokens, []
        for length in range(_LONGEST, 0, -1):
            for i in range(len(tokens) - length + 1):
                run = tokens[i : i + length]
                if run[0].text[0].isupper() and run[-1].text[0].isalnum():
                    runs.append(run)
        return runs

    def _text(self, run: Sequence[Token]) -> str:
        return self._doc.words(span_of(run))

    def _by_feature_word(self) -> None:
        tokens = self._doc.tokens
        for token in tokens:
            if spelled(token.text, self._words) not in self._words.feature_words:
                continue
            first = token.i
            while first and tokens[first - 1].pos == "PROPN" and token.i - first < _LONGEST - 1:
                if tokens[first - 1].sent != token.sent:
                    break
                first -= 1
            if first < token.i and token.ent != "PERSON":
                self._take(tokens[first : token.i + 1])

    def _by_codebook(self) -> None:
        for found in self._runs():
            run = found
            if spelled(self._text(run), self._words) not in self._words.known:
                continue
            inside_person = run[0].ent == "PERSON" and not run[0].ent_start
            longer = self._doc.tokens[run[0].i : run[-1].i + 2]
            if longer[-1].pos == "PROPN" and len(longer) > len(run) and self._listed(longer):
                run = longer
            if not inside_person and not self._part_of_name(run):
                self._take(run)

    def _part_of_name(self, run: Sequence[Token]) -> bool:
        """Tell "Carolina Panthers" and "Virginia Smith" from "Virginia"."""
        after = self._doc.tokens[run[-1].i + 1 : run[-1].i + 2]
        return bool(after) and run[0].ent == "PERSON" and after[0].ent == "PERSON"

    def _by_model(self) -> None:
        for span, label in self._doc.entities():
            run = self._doc.tokens_in(span)
            while run and run[0].pos == "DET":
                run = run[1:]
            while run and (run[-1].tag == "POS" or not run[-1].text[-1].isalnum()):
                if run[-1].text.endswith("."):
                    break
                run = run[:-1]
            if label in _LABELS and run and run[0].text[0].isupper() and self._likely(run):
                self._take(run)

    def _by_gazetteer(self) -> None:
        for run in self._runs():
            first = run[0]
            before = self._doc.tokens[first.i - 1] if first.i else None
            named = all(token.pos == "PROPN" and token.ent != "DATE" for token in run)
            if not named or before is None or before.lower not in self._prepositions(first):
                continue
            after = self._doc.tokens[run[-1].i + 1 : run[-1].i + 2]
            complete = not after or after[0].pos != "PROPN"
            if complete and self._listed(run):
                self._take(run)

    def _prepositions(self, first: Token) -> frozenset[str]:
        """Return what may go before a place: less where the model sees no place in it."""
        return self._words.located if first.ent in ("PERSON", "ORG") else self._words.before

    def _listed(self, run: Sequence[Token]) -> bool:
        return any(not found.alias for found in self._gazetteer.find(self._text(run)))

    def _likely(self, run: Sequence[Token]) -> bool:
        """Tell whether what the model calls a place is listed, or said to be somewhere."""
        before = self._doc.tokens[run[0].i - 1].lower if run[0].i else ""
        return before in self._words.located or bool(self._gazetteer.find(self._text(run)))

    def _by_repetition(self) -> None:
        found = {self._doc.words(span) for span in self._found} - self._words.demonyms
        names = found | {name.upper() for name in found}
        for run in self._runs():
            if self._text(run) in names and (run[0].ent != "PERSON" or self._alone(run)):
                self._take(run)

    def _alone(self, run: Sequence[Token]) -> bool:
        """Tell whether the words are all of what the model takes for one name."""
        after = self._doc.tokens[run[-1].i + 1 : run[-1].i + 2]
        ends = not after or after[0].ent != run[0].ent or after[0].ent_start
        return run[0].ent_start and ends
