"""Reports that are copies of other reports: wire copy, edited, shortened or under a new head.

Candidates come from MinHash signatures over word shingles (Broder 1997), banded so that a
report cut to a third still meets its original; each candidate is then checked on the shingles
themselves, and on its names and numbers, so that two reports put together from one template, or
ending with the same standing paragraphs, are no copies. Reports of the same words are copies
whenever they came out, others within some weeks. The result depends on the set of reports alone,
not on the order they came in.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

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
WITHIN = 60  # days between a report and what it is made from, where the words differ
FEW_FACTS = 3
UNKNOWN = "9999"  # stands for the day of undated reports: they come last
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
class Traces:
    """What is kept of the texts of one day that have the same words, names and numbers.

    Attributes:
        id: a number made from the others.
        day: of publication, ISO; "9999" where unknown.
        words: a digest of the words, letter case aside.
        hashes: of its shingles, sorted; `facts` those of its names and numbers.
    """

    id: int
    day: str
    words: str
    hashes: Hashes
    facts: Hashes

    @property
    def ordinal(self) -> int | None:
        """The day as a number; None where unknown."""
        try:
            return date.fromisoformat(self.day[:10]).toordinal()
        except ValueError:
            return None


Match = tuple[int, float]


def traces_of(text: Text) -> Traces:
    """Return what is kept of a text."""
    words = " ".join(_WORD.findall(text.text.casefold()))
    told = sorted({zlib.crc32(fact.encode("utf-8", "surrogatepass")) for fact in facts(text.text)})
    kept = np.array(told, dtype=np.uint32)
    day = text.published or UNKNOWN
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    whole = hashlib.blake2b(f"{day} {digest} ".encode() + kept.tobytes(), digest_size=8).digest()
    number = int.from_bytes(whole) >> 1
    return Traces(number, day, digest, shingles(text.text), kept)


def bands_of(traces: Traces) -> NDArray[np.uint64]:
    """Return the bands of a text's signature, as numbers; two texts that share one may be copies.

    There are none for a text of fewer than `LEAST_SHINGLES` shingles.
    """
    if len(traces.hashes) < LEAST_SHINGLES:
        return np.zeros(0, dtype=np.uint64)
    signature = _blank_signature().copy()
    signature.update_batch(traces.hashes.tolist())
    wide = signature.hashvalues.astype(np.uint64).reshape(BANDS, ROWS)
    value = (wide[:, 0] << np.uint64(32)) | wide[:, 1]
    mixed = (value ^ (np.arange(BANDS, dtype=np.uint64) * _MIX[0])) * _MIX[1]  # which band it is
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


@lru_cache(maxsize=1)
def _blank_signature() -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=BANDS * ROWS, hashfunc=int)


def match(first: Traces, second: Traces) -> float | None:
    """Return how much of the shorter of two texts stands in the other; None where it is no copy."""
    days = (first.ordinal, second.ordinal)
    if days[0] is not None and days[1] is not None and abs(days[0] - days[1]) > WITHIN:
        return None
    if not _share_facts(first.facts, second.facts):
        return None
    jaccard, contained = similarity(first.hashes, second.hashes)
    return contained if jaccard >= LEAST_JACCARD or contained >= LEAST_CONTAINED else None


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
    kept: dict[int, Traces] = {}
    told: list[Told] = []
    for text in texts:
        traces = traces_of(text)
        kept.setdefault(traces.id, traces)
        told.append(Told(text.key, traces.day, traces.id, traces.words))
    matches: dict[int, list[Match]] = defaultdict(list)
    for first, second in _meeting(kept.values()):
        contained = match(kept[first], kept[second])
        if contained is not None:
            matches[first].append((second, contained))
            matches[second].append((first, contained))
    return copies_of(told, matches)


def _meeting(several: Iterable[Traces]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts that share a band, each once."""
    held: dict[int, list[int]] = defaultdict(list)
    for traces in several:
        bands = bands_of(traces).tolist()
        for other in {other for band in bands for other in held[band]}:
            yield other, traces.id
        for band in bands:
            held[band].append(traces.id)


@dataclass(frozen=True, slots=True)
class Told:
    """A report as copies are told from it: its key, day, and the traces of its text."""

    key: str
    day: str
    traces: int
    words: str


def copies_of(told: Iterable[Told], matches: Mapping[int, list[Match]]) -> list[Copy]:
    """Return which of some reports copy an earlier one of them, by key.

    Args:
        told: reports; where some are left out, none that is matches or has the words of another.
        matches: what each text matches by the numbers of their traces, both ways.
    """
    found = sorted(told, key=lambda one: (one.day, one.key))
    first: dict[str, int] = {}  # the first report with the same words
    words: dict[int, str] = {}
    root: list[int] = []
    copies: list[Copy] = []
    for n, one in enumerate(found):
        direct, alike = first.setdefault(one.words, n), 1.0
        words[one.traces] = one.words
        if direct == n:
            fits = [
                (root[first[words[other]]], -contained)
                for other, contained in matches.get(one.traces, ())
                if other in words and first[words[other]] != n
            ]
            origin, negative = min(fits, default=(n, -1.0))
            alike = -negative
        else:
            origin = root[direct]
        root.append(origin)
        if origin != n:
            copies.append(Copy(one.key, found[origin].key, round(alike, 3)))
    return sorted(copies, key=lambda copy: copy.report)
