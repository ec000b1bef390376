"""Word pieces with a marked pair, as the encoder of `typing_encoder` reads them.

The pieces are those of BERT's uncased vocabulary (Devlin et al. 2019; greedy longest match); the
pair is marked with pieces of its own around each side ("entity markers": Baldini Soares et al.
2019, "Matching the Blanks").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.records import Span

PAD, UNKNOWN, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
MARKERS = ("[unused0]", "[unused1]", "[unused2]", "[unused3]")  # source opens, closes; target
LONGEST = 96
TAIL = 16
LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence as ids of pieces, with the places of the two opening marks (0 where none)."""

    ids: list[int]
    source: int
    target: int


class WordPieces:
    """Cuts text into pieces of a vocabulary.

    Args:
        pieces: the vocabulary in order of ids; it holds the special pieces and `MARKERS`.

    Raises:
        KeyError: a special piece is missing.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self.ids = {piece: n for n, piece in enumerate(pieces)}
        self._cls, self._sep = self.ids[CLS], self.ids[SEP]
        self._unknown = self.ids[UNKNOWN]
        self._marks = [self.ids[mark] for mark in MARKERS]

    def cut(self, text: str) -> list[int]:
        """Return the ids of a text's pieces."""
        return [n for word in _words(text) for n in self._word(word)]

    def mark(self, text: str, source: Span | None, target: Span | None) -> Marked:
        """Return a text with its pair marked, shortened around the pair to `LONGEST` pieces."""
        edges: list[tuple[int, int, int, int]] = []
        for side, span in enumerate((source, target)):
            if span is not None:
                edges.append((span[0], 1, -span[1], 2 * side))
                edges.append((span[1], 0, -span[0], 2 * side + 1))
        ids, places, done = [self._cls], [0, 0], 0
        for offset, _, _, mark in sorted(edges):
            ids += self.cut(text[done:offset])
            done = offset
            if mark % 2 == 0:
                places[mark // 2] = len(ids)
            ids.append(self._marks[mark])
        ids += self.cut(text[done:])
        return self._shorten(ids, places)

    def _shorten(self, ids: list[int], places: list[int]) -> Marked:
        if len(ids) >= LONGEST:
            marked = [p for p in places if p]
            first, last = min(marked, default=1), max(marked, default=1)
            cut = max(0, min(first - 1, last + TAIL - (LONGEST - 1)))
            ids = ([ids[0], *ids[1 + cut :]])[: LONGEST - 1]
            places = [min(p - cut, LONGEST - 2) if p else 0 for p in places]
        return Marked([*ids, self._sep], places[0], places[1])

    def _word(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in self.ids:
                    found.append(self.ids[piece])
                    start = end
                    break
            else:
                return [self._unknown]
        return found or [self._unknown]


def _words(text: str) -> list[str]:
    """Split at spaces and around punctuation, in small letters without accents."""
    plain = unicodedata.normalize("NFD", text.lower())
    spaced = "".join(
        _spaced(c)
        for c in plain
        if unicodedata.category(c) not in ("Mn", "Cc", "Cf") or c.isspace()
    )
    return spaced.split()


def _spaced(char: str) -> str:
    if char.isspace():
        return " "
    apart = unicodedata.category(char)[0] == "P" or char in "$+<=>^`|~"
    return f" {char} " if apart or "一" <= char <= "鿿" else char
