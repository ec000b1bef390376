"""Reports that are copies of other reports: wire copy, edited, shortened or under a new head.

Candidates come from MinHash signatures over word shingles (Broder 1997), banded so that a
report cut to a third still meets its original; each candidate is then checked on the shingles
themselves, and on its names and numbers, so that two reports put together from one template, or
ending with the same standing paragraphs, are no copies. The result depends on the set of reports
alone, not on the order they came in.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]
WORDS_OF_SHINGLE = 3
BANDS, ROWS = (
    64,
    2,
)  # of two values each: two signatures of Jaccard 0.25 meet with 98 %, of 0.02 with 3 %
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
        return np.zeros(0, dtype=np.uint32)
    mixed = np.zeros(count, dtype=np.uint64)
    for n in range(WORDS_OF_SHINGLE):
        mixed = (mixed ^ hashed[n : n + count]) * _MIX[n]
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed >> np.uint64(32)).astype(np.uint32)


def similarity(first: Hashes, second: Hashes) -> tuple[float, float]:
    """Return the Jaccard index of two sets of shingles, and how much of the smaller is shared."""
    shared = len(np.intersect1d(first, second, assume_unique=True))
    smaller = min(len(first), len(second))
    together = len(first) + len(second) - shared
    return shared / max(together, 1), shared / max(smaller, 1)


def facts(text: str) -> frozenset[str]:
    """Return the names and numbers of a text."""
    return frozenset(_FACT.findall(text))


@dataclass(frozen=True, slots=True)
class _Traces:
    """What is kept of a text: a million of them must fit into memory."""

    day: str
    key: str
    words: bytes
    hashes: Hashes
    facts: Hashes


def _traces(text: Text) -> _Traces:
    words = " ".join(_WORD.findall(text.text.casefold()))
    told = sorted({zlib.crc32(fact.encode()) for fact in facts(text.text)})
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    day = text.published or "9999"
    return _Traces(day, text.key, digest, shingles(text.text), np.array(told, dtype=np.uint32))


def _share_facts(first: Hashes, second: Hashes) -> bool:
    fewer = min(len(first), len(second))
    if fewer < FEW_FACTS:
        return True
    return len(np.intersect1d(first, second, assume_unique=True)) >= LEAST_FACTS * fewer


def find_copies(texts: Iterable[Text]) -> list[Copy]:
    """Return every report that copies an earlier one, by key.

    Earlier is by published day (undated last), then by key. Texts shorter than
    `LEAST_SHINGLES` shingles are copies only where they are the same, letter case aside.

    Args:
        texts: the reports; each is let go of once it was seen, 2 to 4 kB of it are kept.
    """
    found = sorted(map(_traces, texts), key=lambda one: (one.day, one.key))
    same = _same(found)
    matches: dict[int, list[int]] = defaultdict(list)
    for first, second in _candidates(found, sorted(set(same))):
        if _share_facts(found[first].facts, found[second].facts):
            matches[second].append(first)
    root: dict[int, int] = {}
    copies: list[Copy] = []
    for n, text in enumerate(found):
        direct, alike = (same[n], 1.0) if same[n] != n else _earliest(n, matches[n], found, root)
        root[n] = root[direct] if direct != n else n
        if direct != n:
            copies.append(Copy(text.key, found[root[n]].key, round(alike, 3)))
    return sorted(copies, key=lambda copy: copy.report)


def _same(found: list[_Traces]) -> list[int]:
    """Return for each text the first one with the same words."""
    first: dict[bytes, int] = {}
    return [first.setdefault(text.words, n) for n, text in enumerate(found)]


def _earliest(
    n: int, earlier: list[int], found: list[_Traces], root: dict[int, int]
) -> tuple[int, float]:
    """Return the match whose chain begins first, and how alike; the report itself where none."""
    fits = []
    for other in earlier:
        jaccard, contained = similarity(found[n].hashes, found[other].hashes)
        if jaccard >= LEAST_JACCARD or contained >= LEAST_CONTAINED:
            fits.append((root[other], -contained, other))
    if not fits:
        return n, 1.0
    _, negative, other = min(fits)
    return other, -negative


def _candidates(found: list[_Traces], chosen: list[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs (earlier, later) whose signatures share a band, each once, in order."""
    long = [n for n in chosen if len(found[n].hashes) >= LEAST_SHINGLES]
    signatures = _signatures([found[n].hashes for n in long])
    met = [np.zeros(0, dtype=np.int64)]
    for band in range(BANDS):
        wide = signatures[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        value = (wide[:, 0] << np.uint64(32)) | wide[:, 1]
        for group in _groups(value):
            earlier, later = np.triu_indices(len(group), k=1)
            met.append(group[later] * len(long) + group[earlier])
        met = [np.unique(np.concatenate(met))]  # pairs meet in several bands
    for pair in met[0].tolist():
        yield long[pair % len(long)], long[pair // len(long)]


def _signatures(sets: list[Hashes]) -> Hashes:
    """Return the MinHash signature (sets × values) of each set of shingles."""
    from datasketch import MinHash

    made = np.zeros((len(sets), BANDS * ROWS), dtype=np.uint32)
    blank = MinHash(num_perm=BANDS * ROWS, hashfunc=int)
    for row, hashes in zip(made, sets, strict=True):
        signature = blank.copy()
        signature.update_batch(hashes.tolist())
        row[:] = signature.hashvalues
    return made


def _groups(value: NDArray[np.uint64]) -> Iterator[NDArray[np.int64]]:
    """Yield the indexes, ascending, of each value that is there more than once."""
    order = np.argsort(value, kind="stable")
    bounds = np.flatnonzero(np.diff(value[order])) + 1
    for group in np.split(order, bounds):
        if len(group) > 1:
            yield group
