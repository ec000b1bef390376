"""Rows of weights by two numbers, looked up thousands at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_FREE = -1
_SPARE = 4  # places for each key, so that most keys stand at their own
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio


class RowTable:
    """A table of open addresses (Knuth 1973, 6.4): a key stands at its place or soon behind it.

    Args:
        first, second: the two numbers of each key, from 1; no key twice.
        rows: the row of each key.
        none: the row of every other key.
    """

    def __init__(self, first: Numbers, second: Numbers, rows: Numbers, none: int) -> None:
        self._none = none
        self._width = int(second.max(initial=0)) + 1
        self._bits = max(4, (_SPARE * len(rows)).bit_length())
        self._keys = np.full(1 << self._bits, _FREE, dtype=np.int64)
        self._rows = np.full(1 << self._bits, none, dtype=np.int64)
        keys = first * self._width + second
        places = self._places(keys)
        while len(keys):
            free = self._keys[places] == _FREE
            self._keys[places[free]] = keys[free]  # of several keys one stays
            there = self._keys[places] == keys
            self._rows[places[there]] = rows[there]
            keys, rows, places = keys[~there], rows[~there], self._behind(places[~there])

    def find(self, first: Numbers, second: Numbers) -> Numbers:
        """Return the row of each key; a number that no key has is 0."""
        keys = (first * self._width + second).reshape(-1)
        places = self._places(keys)
        there = self._keys[places]
        found = np.where(there == keys, self._rows[places], self._none)
        other = np.flatnonzero((there != keys) & (there != _FREE))
        places = places[other]
        while len(other):
            places = self._behind(places)
            there = self._keys[places]
            met = there == keys[other]
            found[other[met]] = self._rows[places[met]]
            on = ~met & (there != _FREE)
            other, places = other[on], places[on]
        return found.reshape(first.shape)

    def _places(self, keys: Numbers) -> Numbers:
        mixed = keys.astype(np.uint64) * _MIX
        return (mixed >> np.uint64(64 - self._bits)).astype(np.int64)

    def _behind(self, places: Numbers) -> Numbers:
        return (places + 1) & ((1 << self._bits) - 1)
