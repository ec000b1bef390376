"""The annotated document: plain Python objects, free of the model that made them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dragoman.records import Span


class Token:
    """A word with its annotation.

    Attributes:
        i: index in `Document.tokens`, in order of the text.
        start, end: character offsets in `Document.text`.
        tag, pos, dep: Penn tag, Universal POS, dependency label (ClearNLP, as spaCy has it).
        head: the token this one depends on; itself at the root of a sentence.
        children: dependants in order of the text.
        ent: entity label of the model ("PERSON", "GPE", …) or "".
        ent_start: whether an entity of the model begins here.
        sent: index of the sentence in `Document.sentences`.
    """

    __slots__ = (
        "children",
        "dep",
        "end",
        "ent",
        "ent_start",
        "head",
        "i",
        "lemma",
        "lower",
        "pos",
        "sent",
        "start",
        "tag",
        "text",
    )

    def __init__(  # noqa: PLR0913
        self,
        i: int,
        start: int,
        end: int,
        text: str,
        *,
        lemma: str,
        tag: str,
        pos: str,
        dep: str,
        ent: str = "",
        ent_start: bool = False,
    ) -> None:
        self.i = i
        self.start = start
        self.end = end
        self.text = text
        self.lower = text.lower()
        self.lemma = lemma
        self.tag = tag
        self.pos = pos
        self.dep = dep
        self.ent = ent
        self.ent_start = ent_start
        self.head: Token = self
        self.children: list[Token] = []
        self.sent = 0

    def __repr__(self) -> str:
        return f"Token({self.i}, {self.text!r}, {self.pos}, {self.dep}<-{self.head.text!r})"

    @property
    def span(self) -> Span:
        """Character offsets, half open."""
        return (self.start, self.end)

    def subtree(self) -> list[Token]:
        """Return this token and all that depend on it, in order of the text."""
        found: list[Token] = []
        todo = [self]
        while todo:
            token = todo.pop()
            found.append(token)
            todo.extend(token.children)
        found.sort(key=_by_index)
        return found

    def ancestors(self) -> Iterator[Token]:
        """Yield head, head of head, … up to the root."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    def child(self, *deps: str) -> Token | None:
        """Return the first child with one of these dependency labels."""
        for token in self.children:
            if token.dep in deps:
                return token
        return None


def _by_index(token: Token) -> int:
    return token.i


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch between quotation marks.

    Attributes:
        start, end: offsets of what is quoted, without its marks.
        outer: offsets with the marks (the end alone where it is unclosed).
        closed: whether a closing mark was found in its paragraph.
        apart: whether it was parsed apart from the sentence around it (a whole utterance), or
            left in its sentence (a few words, a title).
        continues: index of the quote that it continues from the paragraph before, or None.
        depth: 0 for an outer quotation, 1 for one inside another.
    """

    start: int
    end: int
    outer: Span
    closed: bool = True
    apart: bool = False
    continues: int | None = None
    depth: int = 0


@dataclass(slots=True)
class Sentence:
    """A parsed sentence; its tokens may be in two stretches where a quotation was cut out.

    Attributes:
        i: index in `Document.sentences` (order of first token).
        tokens: its tokens in order of the text.
        quote: index in `Document.quotes` of the quotation it lies in, where that was parsed
            apart; None for the report's own voice.
        paragraph: index in `Document.paragraphs`.
    """

    i: int
    tokens: list[Token]
    quote: int | None
    paragraph: int
    roots: list[Token] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.tokens[-1].end

    @property
    def span(self) -> Span:
        """Offsets from the first to the last character (a cut quotation lies inside)."""
        return (self.start, self.end)

    @property
    def root(self) -> Token:
        """The head of the sentence (its first root where a parse has several)."""
        return self.roots[0] if self.roots else self.tokens[0]


@dataclass(slots=True)
class Document:
    """A report's text with its annotation."""

    text: str
    tokens: list[Token]
    sentences: list[Sentence]
    quotes: list[Quote]
    paragraphs: list[Span]
    model: str = ""
    _starts: list[int] = field(default_factory=list, repr=False)
    _quotes_around: dict[int, list[int]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._starts = [token.start for token in self.tokens]

    def sentence_of(self, token: Token) -> Sentence:
        """Return the sentence a token stands in."""
        return self.sentences[token.sent]

    def tokens_in(self, span: Span) -> list[Token]:
        """Return the tokens that overlap a character span, in order of the text."""
        low = bisect_right(self._starts, span[0]) - 1
        if low < 0 or self.tokens[low].end <= span[0]:
            low += 1
        return self.tokens[low : bisect_left(self._starts, span[1])]

    def token_at(self, offset: int) -> Token | None:
        """Return the token that covers the character at `offset`, or None."""
        found = self.tokens_in((offset, offset + 1))
        return found[0] if found else None

    def words(self, span: Span) -> str:
        """Return the text that a span covers."""
        return self.text[span[0] : span[1]]

    def paragraph_at(self, offset: int) -> int:
        """Return the index of the paragraph at or before `offset`."""
        return max(0, bisect_right([start for start, _ in self.paragraphs], offset) - 1)

    def quotes_around(self, token: Token) -> list[int]:
        """Return the indexes of the quotations that a token stands in, outermost first."""
        if self._quotes_around is None:
            self._quotes_around = {}
            for n, quote in enumerate(self.quotes):
                for inside in self.tokens_in((quote.start, quote.end)):
                    if inside.start >= quote.start:
                        self._quotes_around.setdefault(inside.i, []).append(n)
        return self._quotes_around.get(token.i, [])

    def entities(self) -> list[tuple[Span, str]]:
        """Return the model's own entity spans with their labels, in order of the text."""
        found: list[tuple[Span, str]] = []
        last: Token | None = None
        for token in self.tokens:
            if token.ent:
                joined = (
                    found
                    and last is not None
                    and last.i + 1 == token.i
                    and not token.ent_start
                    and found[-1][1] == token.ent
                )
                if joined:
                    found[-1] = ((found[-1][0][0], token.end), token.ent)
                else:
                    found.append((token.span, token.ent))
            last = token if token.ent else None
        return found


def span_of(tokens: Sequence[Token]) -> Span:
    """Return the span from the first to the last of these tokens.

    Raises:
        IndexError: there are no tokens.
    """
    return (tokens[0].start, tokens[-1].end)
