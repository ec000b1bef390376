"""Things in a row divided into groups that are worked on together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_groups(
    things: Iterable[T], size: Callable[[T], int], most: int, count: int | None = None
) -> Iterator[list[T]]:
    """Divide things, in order, so that memory is bounded; one that is too large stands alone.

    Args:
        things: what is divided.
        size: of each.
        most: that the sizes of a group add up to.
        count: most things of a group; any number where None.
    """
    group: list[T] = []
    total = 0
    for thing in things:
        own = size(thing)
        if group and (len(group) == count or total + own > most):
            yield group
            group, total = [], 0
        group.append(thing)
        total += own
    if group:
        yield group
