"""Stretches of words that may be names of places: all that are worth scoring, right or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dragoman.codebook.places import PlaceWords
from dragoman.extract.gazetteer import Candidate, Gazetteer
from dragoman.extract.places_candidates import candidates
from dragoman.language.document import Document, Token
from dragoman.records import Span

LONGEST = 5  # words
_LONGEST_DATELINE = 16  # words
_DASHES = frozenset(("-", "--", "–", "—"))
_LABELS = frozenset(("GPE", "LOC", "FAC", "ORG", "PERSON", "NORP", "PRODUCT", "EVENT"))


def opens_dateline(doc: Document, first: Token) -> bool:
    """Tell whether names, dates and brackets alone stand from a word to a dash ("GOMA, Congo -").

    Args:
        doc: the annotated text.
        first: the first word of a sentence.
    """
    closed = True
    for token in doc.tokens[first.i : first.i + _LONGEST_DATELINE]:
        apart = doc.text[token.start - 1 : token.start].isspace()
        if token.text in _DASHES and apart and token is not first:
            return True
        closed = (closed and token.text not in "([") or token.text in ")]"
        name = token.text[0].isupper() or not token.text[0].isalpha()
        if closed and not name:
            return False
    return False


@dataclass(frozen=True, slots=True)
class Run:
    """Words that may name a place.

    Attributes:
        first, last: indexes of its first token and of the one behind its last.
        text: its words.
        options: what it may stand for by codebook and gazetteer.
        known: whether the codebook tells it.
    """

    first: int
    last: int
    text: str
    options: tuple[Candidate, ...]
    known: bool

    @property
    def listed(self) -> bool:
        """Whether the gazetteer or the codebook has it under this name, not as an alias alone."""
        return any(not option.alias for option in self.options)


class Runs:
    """The runs of one document.

    Args:
        doc: the annotated text.
        words: places.yaml.
        gazetteer: the index to look in.
    """

    def __init__(self, doc: Document, words: PlaceWords, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.words = words
        self.gazetteer = gazetteer
        self.tokens = doc.tokens
        self.capital = [t.text[0].isupper() for t in self.tokens]
        self.labels: dict[tuple[int, int], str] = {}
        for span, label in doc.entities():
            if label in _LABELS and (trimmed := self._trimmed(span)):
                self.labels[trimmed] = label
        self._options: dict[str, tuple[Candidate, ...]] = {}

    def _trimmed(self, span: Span) -> tuple[int, int] | None:
        """Return the words of an entity without article, genitive and closing marks."""
        run = self.doc.tokens_in(span)
        while run and run[0].pos == "DET":
            run = run[1:]
        while run and (run[-1].tag == "POS" or not run[-1].text[0].isalnum()):
            run = run[:-1]
        return (run[0].i, run[-1].i + 1) if run else None

    def options(self, text: str) -> tuple[Candidate, ...]:
        """Return what a name may stand for."""
        if text not in self._options:
            self._options[text] = candidates(text, self.words, self.gazetteer)
        return self._options[text]

    def text(self, first: int, last: int) -> str:
        """Return the words from one token to before another."""
        return self.doc.text[self.tokens[first].start : self.tokens[last - 1].end]

    def span(self, run: Run) -> Span:
        """Return the characters of a run."""
        return (self.tokens[run.first].start, self.tokens[run.last - 1].end)

    @cached_property
    def found(self) -> list[Run]:
        """Every run worth scoring, in order of the text, the longer first."""
        runs: list[Run] = []
        for first, token in enumerate(self.tokens):
            if not self.capital[first] or token.tag == "PRP":
                continue
            for last in reversed(self._ends(first)):
                text = self.text(first, last)
                options = self.options(text)
                if options or self._worth(first, last):
                    known = bool(options) and self.words.tells(text)
                    runs.append(Run(first, last, text, options, known))
        return runs

    def _ends(self, first: int) -> list[int]:
        """Return where a run that begins at a token may end."""
        ends, sent = [], self.tokens[first].sent
        for i in range(first, min(len(self.tokens), first + LONGEST)):
            token = self.tokens[i]
            if token.sent != sent:
                break
            if self.capital[i] or (i > first and (self._number(i) or self._shortened(i))):
                ends.append(i + 1)
            elif token.lower not in self.words.inner:
                break
        return ends

    def _shortened(self, i: int) -> bool:
        """Tell whether a token is the full stop of an abbreviation ("Plymouth Co.")."""
        before = f"{self.tokens[i - 1].text}."
        known = before in self.words.known or before.title() in self.words.abbreviations
        return self.tokens[i].text == "." and known

    def _number(self, i: int) -> bool:
        """Tell whether a token is the number of a road ("Highway 61")."""
        before = self.tokens[i - 1].text
        road = before in self.words.numbered or before in self.words.known
        return self.tokens[i].text[0].isdigit() and road

    def _worth(self, first: int, last: int) -> bool:
        """Tell whether a run that no list has is a name of the model, a road, or stands alone."""
        if (first, last) in self.labels or self._number(last - 1):
            return True
        start, end = self.tokens[first], self.tokens[last - 1]
        if last - first > 1 and (self.words.kind(end.text) or self.words.kind(start.text)):
            return True
        return self._bounded(first, last)

    def _bounded(self, first: int, last: int) -> bool:
        """Tell whether neither neighbour is part of the name, going by capitals."""
        left = first > 0 and self.capital[first - 1] and not self._breaks(first)
        right = last < len(self.tokens) and self.capital[last] and not self._breaks(last)
        return not left and not right and all(self.capital[first:last])

    def _breaks(self, i: int) -> bool:
        return self.tokens[i].sent != self.tokens[i - 1].sent
