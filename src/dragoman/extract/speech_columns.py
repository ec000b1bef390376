"""Features of many items as columns: each name once, and the number of each item's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dragoman.extract.speech_features import FRAME_END
from dragoman.extract.speech_ground import Rows


@dataclass(frozen=True, slots=True)
class Named:
    """Names, each once, with the number that each item has among them."""

    names: list[str]
    number: Rows

    @classmethod
    def of(cls, names: Iterable[str]) -> Named:
        """Number the names of some items."""
        known: dict[str, int] = {}
        number = [known.setdefault(name, len(known)) for name in names]
        return cls(list(known), np.array(number, dtype=np.intp))

    @classmethod
    def alike(cls, name: str, count: int) -> Named:
        """Return so many items of one name."""
        return cls([name], np.zeros(count, dtype=np.intp))

    def __getitem__(self, items: Rows) -> Named:
        """Return the names of some of the items."""
        return Named(self.names, self.number[items])

    def each(self) -> Iterator[str]:
        """Yield the name of each item."""
        return (self.names[n] for n in self.number.tolist())

    def joined(self, other: Named, between: str = "|") -> Named:
        """Return the names made of those of two properties of each item."""
        code = self.number * len(other.names) + other.number
        pairs = np.flatnonzero(np.bincount(code))
        number = np.zeros(len(self.names) * len(other.names), dtype=np.intp)
        number[pairs] = np.arange(len(pairs))
        both = (divmod(pair, len(other.names)) for pair in pairs.tolist())
        made = [f"{self.names[one]}{between}{other.names[two]}" for one, two in both]
        return Named(made, number[code])


@dataclass(frozen=True, slots=True)
class Column:
    """One feature of each of some items: a value in a frame, as a word in a slot of a clause.

    Attributes:
        kind: what is seen; together with its frame it tells what the value is of.
        frame, value: of each item.
    """

    kind: str
    frame: Named
    value: Named

    def features(self) -> Iterator[str]:
        """Yield the whole name of the feature of each item."""
        both = zip(self.frame.each(), self.value.each(), strict=True)
        return (f"{self.kind}={frame}{FRAME_END}{value}" for frame, value in both)
