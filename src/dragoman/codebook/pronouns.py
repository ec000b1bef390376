"""The words of actors/pronouns.yaml, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dragoman.codebook.source import CodebookError, load_yaml, mistakes_in


@dataclass(frozen=True)
class Pronouns:
    """Pronouns by whom they may stand for, and small words of noun phrases.

    Attributes:
        male, female, thing, many: of the third person: "he", "she", "it", "they".
        first, firsts, second: "I", "we", "you".
        empty: verbs whose "it" stands for nothing.
        definite: determiners of what was told of before.
        counts: how many a number word says.
        plural: nouns that stand for several in their bare form.
        complements: prepositions that lead from a noun to whom it is of.
    """

    male: frozenset[str]
    female: frozenset[str]
    thing: frozenset[str]
    many: frozenset[str]
    first: frozenset[str]
    firsts: frozenset[str]
    second: frozenset[str]
    empty: frozenset[str]
    definite: frozenset[str]
    counts: dict[str, int]
    plural: frozenset[str]
    complements: frozenset[str]

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Those of whoever speaks or is spoken to."""
        return self.first | self.firsts | self.second

    @cached_property
    def told(self) -> frozenset[str]:
        """Those of the third person."""
        return self.male | self.female | self.thing | self.many

    @classmethod
    def load(cls, path: Path) -> Pronouns:
        """Read the file.

        Raises:
            CodebookError: it is missing, or a key is missing or mistaken.
        """
        data = load_yaml(path)
        if not isinstance(data, dict):
            raise CodebookError("must be a mapping", path)
        with mistakes_in(path):
            sets = {
                name: frozenset(str(word) for word in data[key]) for key, name in _NAMES.items()
            }
            counts = {str(word): int(count) for word, count in data["counts"].items()}
            return cls(**sets, counts=counts)


_NAMES = {
    "he": "male", "she": "female", "it": "thing", "they": "many", "i": "first", "we": "firsts",
    "you": "second", "empty": "empty", "definite": "definite", "plural": "plural",
    "complements": "complements",
}  # fmt: skip
