"""Which tellings are weighed against each other: near in type, party or place, and days.

In a busy year a telling has thousands of such neighbours and agrees with few. What two tellings
can reach at most, by their types, days and words, is therefore told for all neighbours at once;
parties and places are looked at only where that would do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.resolve.stories_agree import (
    DAY,
    DAYS_APART,
    FEW_WORDS,
    FIGURES,
    MODE,
    PARTIES,
    PLACE,
    TYPE,
    WIDTH,
    WORDS,
    Telling,
    groups,
    score,
)

LEAST = 0.7  # tuned on half A of the wordings of bench/stories
WIDE = 40  # days; what is told no nearer than this is joined, not joined by
CLOSE = 1e-9  # sums of the same parts in another order differ by less

Block = tuple[int, str]
Indexes = NDArray[np.int64]


def agreeing(
    found: Sequence[Telling], fresh: Collection[int], least: float = LEAST
) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of tellings that may tell of one event, each once, with what speaks for it.

    Args:
        found: tellings.
        fresh: the indexes of those of which pairs are wanted; pairs of others are passed over.
        least: how much must speak for it.
    """
    near = _Near(found)
    is_fresh = np.zeros(len(found), dtype=bool)
    is_fresh[list(fresh)] = True
    for n in np.flatnonzero(is_fresh).tolist():
        others = near.to(n)
        others = others[(others != n) & ((others > n) | ~is_fresh[others])]
        for other in others[near.at_most(n, others) >= least - CLOSE].tolist():
            first, second = min(n, other), max(n, other)
            value = score(found[first], found[second])
            if value is not None and value >= least:
                yield first, second, value


def blocks_of(telling: Telling) -> set[Block]:
    """Return what a telling has in common with those it is weighed against; none where it is
    told of no days near enough.

    That is a group of types with a country, the name of a party without one, or a place.
    """
    if not is_near(telling):
        return set()
    keys = {f"country {p.country}" for p in telling.parties if p.country}
    keys |= {f"name {p.name.casefold()}" for p in telling.parties if not p.country}
    if telling.place and not telling.place.is_country:
        keys.add(f"place {telling.place.name.casefold()}")
    return {(group, key) for group in groups(telling.type) for key in keys}


def is_near(telling: Telling) -> bool:
    """Whether a telling is told of days near enough to be joined by."""
    return telling.days is not None and telling.days[1] - telling.days[0] <= WIDE


class _Near:
    """Tellings by their blocks and words, and what of them is compared as columns."""

    def __init__(self, found: Sequence[Telling]) -> None:
        self._found = found
        days = np.array([told.days or (0, 0) for told in found], dtype=np.int64).reshape(-1, 2)
        self._since, self._until = days[:, 0], days[:, 1]
        self._type = _numbered([told.type for told in found])
        self._mode = _numbered([told.mode for told in found])
        self._placed = np.array([told.place is not None for told in found], dtype=bool)
        self._counted = np.array([bool(told.figures) for told in found], dtype=bool)
        self._words = np.array([len(told.own_stems) for told in found], dtype=np.int64)
        self._telling = _postings((stem, n) for n, t in enumerate(found) for stem in t.own_stems)
        spans: dict[Block, list[tuple[int, int]]] = defaultdict(list)
        for n, telling in enumerate(found):
            for block in blocks_of(telling):
                spans[block].append((int(self._since[n]), n))
        self._blocks = {
            block: ([since for since, _ in held], np.array([n for _, n in held], dtype=np.int64))
            for block, held in ((block, sorted(several)) for block, several in spans.items())
        }

    def to(self, n: int) -> Indexes:
        """Return the indexes of those that share a block and days with a telling, and its own."""
        since, until = int(self._since[n]), int(self._until[n])
        near = [np.zeros(0, dtype=np.int64)]
        for block in blocks_of(self._found[n]):
            days, held = self._blocks[block]
            start = bisect_left(days, since - DAYS_APART - WIDE)
            near.append(held[start : bisect_right(days, until + DAYS_APART)])
        together = np.unique(np.concatenate(near))
        return together[self._until[together] + DAYS_APART >= since]

    def at_most(self, n: int, others: Indexes) -> NDArray[np.float64]:
        """Return what a telling and others that share days with it can reach at most."""
        same = self._type[others] == self._type[n]
        modes = self._mode[others]
        told = same & (self._mode[n] >= 0) & (modes >= 0)
        mode = np.where(modes == self._mode[n], MODE, -MODE) * told
        width = np.maximum(self._until[others] - self._since[others],
                           self._until[n] - self._since[n])  # fmt: skip
        place = PLACE * (self._placed[others] & self._placed[n])
        figures = FIGURES * (self._counted[others] & self._counted[n])
        known = TYPE * same + mode + DAY / (1.0 + width / WIDTH) + place + figures + PARTIES
        return np.asarray(known + WORDS * self._shared(n, others), dtype=np.float64)

    def _shared(self, n: int, others: Indexes) -> NDArray[np.float64]:
        """Return how many words each shares with a telling, of those of the one with fewer."""
        held = [self._telling[stem] for stem in self._found[n].own_stems]
        if not held or not len(others):
            return np.zeros(len(others))
        counts = np.bincount(np.concatenate(held), minlength=len(self._found))[others]
        fewer = np.maximum(np.minimum(self._words[others], self._words[n]), FEW_WORDS)
        return np.asarray(counts / fewer, dtype=np.float64)


def _numbered(values: Sequence[str | None]) -> Indexes:
    """Return a number for each value, the same for the same; -1 for None."""
    numbers: dict[str, int] = {}
    found = [-1 if v is None else numbers.setdefault(v, len(numbers)) for v in values]
    return np.array(found, dtype=np.int64)


def _postings(told: Iterable[tuple[str, int]]) -> dict[str, Indexes]:
    held: dict[str, list[int]] = defaultdict(list)
    for stem, n in told:
        held[stem].append(n)
    return {stem: np.array(numbers, dtype=np.int64) for stem, numbers in held.items()}
