"""A text cut into the pieces that are parsed: paragraphs, and utterances apart from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

from dragoman.language.document import Quote
from dragoman.records import Span

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_BREAK = re.compile(r"(?<=[.!?;])\s+")
LONGEST = 20_000  # characters a piece may have; the model's time and memory grow with it
LONGEST_SENTENCE = 3_000  # characters without a sentence's end that are parsed as one


@dataclass(frozen=True, slots=True)
class Piece:
    """Stretches of the text that are parsed as one string.

    Attributes:
        parts: character spans in order; they are joined with a space.
        paragraph: index of the paragraph.
        quote: index of the quotation that this piece is, or None for the text around it.
    """

    parts: tuple[Span, ...]
    paragraph: int
    quote: int | None = None


def find_paragraphs(text: str) -> list[Span]:
    """Return the character spans of the paragraphs of a text.

    A line is a paragraph, save where lines are wrapped at a column: then blank lines part them.
    """
    lines = [m.span() for m in _LINE.finditer(text) if m.group().strip()]
    spans = _join_wrapped(text, lines) if _is_wrapped(text, lines) else lines
    return [cut for start, end in spans for cut in _split_long(text, start, end)]


def _is_wrapped(text: str, lines: list[Span]) -> bool:
    if len(lines) < 4:
        return False
    lengths = [end - start for start, end in lines]
    if not 40 <= median(lengths) <= 100 or max(lengths) > 130:
        return False
    inside = sum(1 for start, end in lines if text[start:end].rstrip()[-1] not in ".!?:\"”’'")
    return inside > len(lines) * 0.6


def _join_wrapped(text: str, lines: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in lines:
        if joined and text.count("\n", joined[-1][1], start) == 1 and text[start] not in " \t":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split_long(text: str, start: int, end: int) -> list[Span]:
    cuts: list[Span] = []
    while end - start > LONGEST:
        breaks = [m.end() for m in _BREAK.finditer(text, start, start + LONGEST)]
        cut = breaks[-1] if breaks else start + LONGEST
        cuts.append((start, cut))
        start = cut
    cuts.append((start, end))
    short = [part for cut in cuts for part in _split_endless(text, *cut)]
    return [(a, b) for a, b in short if text[a:b].strip()]


def _split_endless(text: str, start: int, end: int) -> list[Span]:
    """Cut what has no end of a sentence for so long that it is none: lists, tables, code."""
    cuts: list[Span] = []
    here = start
    for stop in [*(m.end() for m in _BREAK.finditer(text, start, end)), end]:
        while stop - here > LONGEST_SENTENCE:
            space = text.rfind(" ", here + 1, here + LONGEST_SENTENCE)
            cut = space if space > 0 else here + LONGEST_SENTENCE
            cuts.append((start, cut))
            start = here = cut
        here = stop
    return [*cuts, (start, end)]


def find_pieces(text: str, paragraphs: list[Span], quotes: list[Quote]) -> list[Piece]:
    """Return what is to be parsed: each paragraph without its utterances, and each utterance."""
    pieces: list[Piece] = []
    todo = [(n, q) for n, q in enumerate(quotes) if q.apart and q.depth == 0]
    at = 0
    for index, (start, end) in enumerate(paragraphs):
        parts: list[Span] = []
        here = start
        while at < len(todo) and todo[at][1].outer[0] < end:
            number, quote = todo[at]
            at += 1
            parts.extend(_frame_before(text, here, quote, parts, end))
            pieces.append(Piece(((quote.start, quote.end),), index, number))
            here = quote.outer[1]
        parts.append((here, end))
        kept = tuple((a, b) for a, b in parts if text[a:b].strip())
        if any(c.isalnum() for a, b in kept for c in text[a:b]):
            pieces.append(Piece(kept, index))
    return pieces


def _frame_before(text: str, here: int, quote: Quote, parts: list[Span], end: int) -> list[Span]:
    """Return the frame's text before an utterance, with the full stop the utterance took in."""
    found: list[Span] = [(here, quote.outer[0])]
    before = text[here : quote.outer[0]].rstrip() or (
        text[parts[-1][0] : parts[-1][1]] if parts else ""
    )
    after = text[quote.outer[1] : end].lstrip()
    last = quote.end - 1
    stops = text[last] in ".!?" and bool(before.strip()) and before.rstrip()[-1] not in ".!?"
    if stops and (not after or after[0].isupper()):
        found.append((last, quote.end))
    return found
