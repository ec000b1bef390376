"""Which tellings are weighed against each other: near in type, party or place, and days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from dragoman.resolve.stories_agree import DAYS_APART, Telling, groups, score

LEAST = 0.7  # tuned on half A of the wordings of bench/stories
WIDE = 40  # days; what is told no nearer than this is joined, not joined by

Block = tuple[int, str]


def agreeing(
    found: Sequence[Telling], fresh: Collection[int], least: float = LEAST
) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of tellings that may tell of one event, each once, with what speaks for it.

    Args:
        found: tellings.
        fresh: the indexes of those of which pairs are wanted; pairs of others are passed over.
        least: how much must speak for it.
    """
    blocks = _blocks(found)
    wanted = set(fresh)
    for n in sorted(wanted):
        for other in sorted(_near(found[n], blocks)):
            if other == n or (other < n and other in wanted):
                continue
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


def _blocks(found: Sequence[Telling]) -> dict[Block, list[tuple[int, int, int]]]:
    """Return first day, last day and index of the tellings of each block, in order."""
    blocks: dict[Block, list[tuple[int, int, int]]] = defaultdict(list)
    for n, telling in enumerate(found):
        since, until = telling.days or (0, 0)
        for block in blocks_of(telling):
            blocks[block].append((since, until, n))
    for spans in blocks.values():
        spans.sort()
    return blocks


def _near(telling: Telling, blocks: dict[Block, list[tuple[int, int, int]]]) -> set[int]:
    """Return the indexes of those that share a block and days with a telling."""
    since, until = telling.days or (0, 0)
    near: set[int] = set()
    for key in blocks_of(telling):
        block = blocks[key]
        start = bisect_left(block, (since - DAYS_APART - WIDE, 0, 0))
        end = bisect_right(block, (until + DAYS_APART + 1, 0, -1))
        near |= {n for _, last, n in block[start:end] if last + DAYS_APART >= since}
    return near
