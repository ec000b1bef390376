"""The words of quantities.yaml, compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dragoman.codebook.source import CodebookError, Node, load_yaml


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing counted: the event types it goes with, and the words that tell it."""

    types: frozenset[str]
    verbs: frozenset[str]
    words: frozenset[str]
    nouns: frozenset[str]
    symbols: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """What numbers count, and how they are written.

    Attributes:
        what: counted things by name, in the order of the file.
        numbers, scales: value of number words.
        vague: least and most of words of order ("dozens"), in small letters.
        at_least, at_most, about, between, range: words around a number.
        openings: words that a number, or a word of order, begins with.
    """

    what: dict[str, Counted]
    numbers: dict[str, float]
    scales: dict[str, float]
    vague: dict[str, tuple[float | None, float | None]]
    at_least: tuple[str, ...]
    at_most: tuple[str, ...]
    about: tuple[str, ...]
    between: frozenset[str]
    range: frozenset[str]
    openings: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        vague = {words.split(" ")[0] for words in self.vague}
        object.__setattr__(self, "openings", frozenset({*self.numbers, *self.scales, *vague}))

    @classmethod
    def load(cls, path: Path) -> QuantityWords:
        """Read quantities.yaml.

        Raises:
            CodebookError: the file is missing, or a key is missing or mistaken.
        """
        data = load_yaml(path)
        if not isinstance(data, Node):
            raise CodebookError("a mapping is wanted", path, 1)
        for key in ("what", "numbers", "scales", "vague"):
            if not isinstance(data.get(key), Node):
                raise CodebookError(f"{key!r} is to be a mapping", path, data.line)
        vague = {word: (pair[0], pair[1]) for word, pair in data["vague"].items()}
        return cls(
            what={name: _counted(node) for name, node in data["what"].items()},
            numbers=dict(data["numbers"]),
            scales=dict(data["scales"]),
            vague=vague,
            at_least=tuple(_words(data, "at_least")),
            at_most=tuple(_words(data, "at_most")),
            about=tuple(_words(data, "about")),
            between=frozenset(_words(data, "between")),
            range=frozenset(_words(data, "range")),
        )


def _words(data: Node, key: str) -> list[str]:
    words = data.get(key, [])
    if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
        raise CodebookError(f"{key!r} is to be a list of words", data.file, data.line)
    return words


def _counted(node: Node) -> Counted:
    keys = ("types", "verbs", "words", "nouns", "symbols")
    for key in node:
        if key not in keys:
            raise CodebookError(f"there is no key {key!r} here", node.file, node.line)
    return Counted(*(frozenset(_words(node, key)) for key in keys))
