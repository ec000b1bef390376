"""Quotations found by their marks, before anything is parsed.

Long quotations spoil the parse of the sentence around them, so they are found first. Marks of
every common kind are read; a mark left open at the end of its paragraph closes there, and where
the next paragraph opens with a mark, that one continues it (the newspaper convention).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dragoman.language.document import Quote
from dragoman.records import Span

# opening mark -> marks that close it
_PAIRS = {
    "“": '”“"',
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    '"': '"”',
    "‘": "’'",
    "'": "'’",
    "``": "''",
}
_SINGLE = {"‘", "'"}
_MARK = re.compile(r"``|''|[“”„«»‹›「」\"‘’']")
_ENDS = re.compile(r"[.,!?…;:—–-]\s*$")
_WORD = re.compile(r"\w+")
_DEEPEST = 8  # quotations within each other; marks that open more are passed over
_BESIDE = 200  # characters beside a quotation that are looked at


def find_quotes(text: str, paragraphs: list[Span]) -> list[Quote]:
    """Find the quotations of a text, in order of their start.

    Args:
        text: the whole text.
        paragraphs: character spans of its paragraphs; no quotation runs past one.
    """
    quotes: list[Quote] = []
    pending: int | None = None  # the unclosed quotation of the paragraph before
    for paragraph in paragraphs:
        found = list(_in_paragraph(text, paragraph))
        last: int | None = None
        cut = False  # whether an earlier quotation ends as one does that goes on behind its cue
        for n, quote in enumerate(found):
            opens = n == 0 and not text[paragraph[0] : quote.outer[0]].strip()
            continues = pending if opens else None
            apart = continues is not None or _is_utterance(text, quote, paragraph, cut)
            cut = cut or text[quote.start : quote.end].rstrip().endswith((",", "-", "—"))
            quotes.append(
                Quote(
                    quote.start, quote.end, quote.outer, quote.closed, apart, continues, quote.depth
                )
            )
            if not quote.closed and quote.depth == 0:
                last = len(quotes) - 1
        pending = last
    return quotes


def _in_paragraph(text: str, paragraph: Span) -> Iterator[Quote]:
    start, end = paragraph
    stack: list[tuple[str, int, int]] = []  # mark, its start, its end
    found: list[Quote] = []
    for match in _MARK.finditer(text, start, end):
        mark = match.group()
        depth = _closes(text, match, stack, end)
        if depth is not None:
            opener = stack[depth]
            del stack[depth:]
            found.append(
                Quote(opener[2], match.start(), (opener[1], match.end()), True, depth=depth)
            )
        elif len(stack) < _DEEPEST and mark in _PAIRS and _may_open(text, match, start, end):
            stack.append((mark, match.start(), match.end()))
    for depth, (mark, opened, inner) in enumerate(stack):
        # an unclosed single mark is far more often an apostrophe than a quotation
        if mark not in _SINGLE and text[inner:end].strip():
            found.append(Quote(inner, end, (opened, end), False, depth=depth))
    found.sort(key=lambda q: (q.start, -q.end))
    return iter([q for q in found if text[q.start : q.end].strip()])


def _closes(
    text: str, match: re.Match[str], stack: list[tuple[str, int, int]], end: int
) -> int | None:
    """Return the depth of the open mark that this mark closes, or None."""
    mark = match.group()
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < end else " "
    for depth in range(len(stack) - 1, -1, -1):
        opener = stack[depth][0]
        if mark not in (_PAIRS[opener], *_PAIRS[opener]):
            continue
        if mark in ("'", "’", '"', "“") and (before.isspace() and not after.isspace()):
            continue  # it stands as an opening mark does
        if mark in ("'", "’") and opener in _SINGLE and after.isalnum():
            continue  # an apostrophe
        return depth
    return None


def _may_open(text: str, match: re.Match[str], start: int, end: int) -> bool:
    mark = match.group()
    before = text[match.start() - 1] if match.start() > start else " "
    after = text[match.end()] if match.end() < end else " "
    if mark == "»":
        return False
    if mark in _SINGLE or mark == '"':
        return not before.isalnum() and before not in ".,!?" and not after.isspace()
    return True


def _is_utterance(text: str, quote: Quote, paragraph: Span, cut: bool) -> bool:
    """Whether a quotation is a whole utterance, to be parsed apart from its sentence.

    It starts as a sentence does, or goes on with one that was cut by its cue, and the
    punctuation around it is that of speech and not of a title or of a few words quoted.

    Args:
        cut: whether an earlier quotation of the paragraph was cut by its cue.
    """
    if quote.depth:
        return False
    inner = text[quote.start : quote.end].strip()
    if len(_WORD.findall(inner)) < 4:
        return False
    opened, closed = quote.outer
    before = text[max(paragraph[0], opened - _BESIDE) : opened].rstrip()
    after = text[closed : min(paragraph[1], closed + _BESIDE)].lstrip()
    ends_as_speech = bool(_ENDS.search(inner)) or after[:1] in (",", ".") or not quote.closed
    introduced = not before or before[-1] in ',:.!?”"—–-'
    first = next((c for c in inner if c.isalnum()), "")
    if first.isupper() or first.isdigit() or inner[0] == "[":
        return ends_as_speech or introduced
    return cut and introduced and ends_as_speech
