"""Reports that are copies of other reports: wire copy, edited, shortened or under a new head.

Candidates come from MinHash signatures over word shingles (Broder 1997), banded so that a
report cut to a third still meets its original; each candidate is then checked on the shingles
themselves, and on its names and numbers, so that two reports put together from one template, or
ending with the same standing paragraphs, are no copies. The result depends on the set of reports
alone, not on the order they came in.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
WORDS_OF_SHINGLE = 3
BANDS, ROWS = 64, 2  # two signatures of Jaccard 0.25 meet with 98 %, of 0.02 with 3 %
LEAST_SHINGLES = 12
LEAST_JACCARD = 0.40  # tuned, as the next, on made copies of other seeds than are reported
LEAST_CONTAINED = 0.45
LEAST_FACTS = 0.5
FEW_FACTS = 3
# names (capitals within a sentence) and numbers: templates and standing sentences share none
_FACT = re.compile(r"(?<![.!?:] )(?<!^)\b[A-Z]\w+|\d[\d.,]*\d|\d")
_WORD = re.compile(r"\w+")
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Text:
    """A report as copies are looked for: its key, its day (ISO) where known, its text."""

    key: str
    published: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A report that copies an earlier one.

    `copy_of` is the first of its chain; `similarity` is how much of the shorter of the two texts
    that were matched stands in the other (0 to 1).
    """

    report: str
    copy_of: str
    similarity: float


@lru_cache(maxsize=200_000)
def _word_hash(word: str) -> int:
    return zlib.crc32(word.encode())


def shingles(text: str) -> Hashes:
    """Return the sorted hashes of the runs of three words of a text, each once."""
    words = _WORD.findall(text.casefold())
    hashed = np.array([_word_hash(word) for word in words], dtype=np.uint64)
    count = len(hashed) - WORDS_OF_SHINGLE + 1
    if count < 1:
        return np.zeros(0, dtype=np.uint64)
    mixed = np.zeros(count, dtype=np.uint64)
    for n in range(WORDS_OF_SHINGLE):
        mixed = (mixed ^ hashed[n : n + count]) * _MIX[n]
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed >> np.uint64(32))


def similarity(first: Hashes, second: Hashes) -> tuple[float, float]:
    """Return the Jaccard index of two sets of shingles, and how much of the smaller is shared."""
    shared = len(np.intersect1d(first, second, assume_unique=True))
    smaller = min(len(first), len(second))
    together = len(first) + len(second) - shared
    return shared / max(together, 1), shared / max(smaller, 1)


def facts(text: str) -> frozenset[str]:
    """Return the names and numbers of a text."""
    return frozenset(_FACT.findall(text))


def _share_facts(first: frozenset[str], second: frozenset[str]) -> bool:
    fewer = min(len(first), len(second))
    return fewer < FEW_FACTS or len(first & second) >= LEAST_FACTS * fewer


def find_copies(texts: Iterable[Text]) -> list[Copy]:
    """Return every report that copies an earlier one, by key.

    Earlier is by published day (undated last), then by key. Texts shorter than
    `LEAST_SHINGLES` shingles are copies only where they are the same, letter case aside.
    """
    ordered = sorted(texts, key=lambda t: (t.published or "9999", t.key))
    found = [shingles(text.text) for text in ordered]
    told = [facts(text.text) for text in ordered]
    same = _same(ordered)
    matches: dict[int, list[int]] = defaultdict(list)
    for first, second in _candidates(found, sorted(set(same))):
        if _share_facts(told[first], told[second]):
            matches[second].append(first)
    root: dict[int, int] = {}
    copies: list[Copy] = []
    for n, text in enumerate(ordered):
        direct, alike = (same[n], 1.0) if same[n] != n else _earliest(n, matches[n], found, root)
        root[n] = root[direct] if direct != n else n
        if direct != n:
            copies.append(Copy(text.key, ordered[root[n]].key, round(alike, 3)))
    return sorted(copies, key=lambda copy: copy.report)


def _same(ordered: list[Text]) -> list[int]:
    """Return for each text the first one with the same words."""
    first: dict[str, int] = {}
    return [
        first.setdefault(" ".join(_WORD.findall(text.text.casefold())), n)
        for n, text in enumerate(ordered)
    ]


def _earliest(
    n: int, earlier: list[int], found: list[Hashes], root: dict[int, int]
) -> tuple[int, float]:
    """Return the match whose chain begins first, and how alike; the report itself where none."""
    fits = []
    for other in earlier:
        jaccard, contained = similarity(found[n], found[other])
        if jaccard >= LEAST_JACCARD or contained >= LEAST_CONTAINED:
            fits.append((root[other], -contained, other))
    if not fits:
        return n, 1.0
    _, negative, other = min(fits)
    return other, -negative


def _candidates(found: list[Hashes], chosen: list[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs (earlier, later) whose signatures share a band."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    blank = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
    for n in chosen:
        if len(found[n]) < LEAST_SHINGLES:
            continue
        signature = blank.copy()
        signature.update_batch(found[n].tolist())
        for other in sorted(index.query(signature)):
            yield other, n
        index.insert(n, signature, check_duplication=False)
