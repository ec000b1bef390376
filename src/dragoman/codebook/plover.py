"""The event codebook compiled: types, their classes of predicates, and an index by lemma."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from dragoman.codebook.factuality import FactualityWords
from dragoman.codebook.plover_classes import EventClass, Pattern, TypeRules
from dragoman.codebook.plover_load import TYPES, load_type
from dragoman.codebook.plover_words import WordClasses, WordTest
from dragoman.codebook.quantities import QuantityWords
from dragoman.codebook.source import CodebookError, Node, load_yaml, mistakes_in


class PloverRules:
    """All type files with the word classes, contexts, factuality and quantities beside them."""

    def __init__(self, folder: Path, types: dict[str, TypeRules], words: WordClasses) -> None:
        self.folder = folder
        self.types = types
        self.words = words
        self._sets: dict[str, frozenset[str]] = {}

    @classmethod
    def load(cls, folder: Path) -> PloverRules:
        """Load and compile the type files of a codebook folder.

        Raises:
            CodebookError: a file is missing or mistaken.
        """
        listed = folder / "plover" / "words.yaml"
        with mistakes_in(listed):
            words = WordClasses.load(listed)
        contexts = set(_load_contexts(folder))
        paths = [folder / "plover" / f"{name}.yaml" for name in TYPES]
        types = {path.stem: load_type(path, words, contexts) for path in paths}
        return cls(folder, types, words)

    @cached_property
    def index(self) -> dict[tuple[str, str], tuple[tuple[EventClass, Pattern], ...]]:
        """Classes by kind and head lemma of their patterns."""
        found: dict[tuple[str, str], list[tuple[EventClass, Pattern]]] = {}
        for event_class in self.classes:
            for pattern in event_class.patterns:
                found.setdefault((pattern.kind, pattern.head), []).append((event_class, pattern))
        return {key: tuple(entries) for key, entries in found.items()}

    @cached_property
    def classes(self) -> tuple[EventClass, ...]:
        """Every class, in the order of the types and of their files."""
        return tuple(c for name in TYPES if name in self.types for c in self.types[name].classes)

    @cached_property
    def contexts(self) -> dict[str, WordTest]:
        """The words of each PLOVER context, in the order of contexts.yaml."""
        data = _load_contexts(self.folder)
        with mistakes_in(self.folder / "contexts.yaml"):
            return {name: self.words.test(words, data, name) for name, words in data.items()}

    @cached_property
    def context_words(self) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """The contexts that a word may tell, each with its phrase, by the phrase's first word."""
        found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for name, test in self.contexts.items():
            for word in test.words:
                found.setdefault(word, []).append((name, (word,)))
            for word, phrases in test.starts.items():
                found.setdefault(word, []).extend((name, phrase) for phrase in phrases)
        return {word: tuple(told) for word, told in found.items()}

    @cached_property
    def factuality(self) -> FactualityWords:
        """The words of factuality.yaml."""
        path = self.folder / "factuality.yaml"
        with mistakes_in(path):
            return FactualityWords.load(path)

    @cached_property
    def quantities(self) -> QuantityWords:
        """The words of quantities.yaml."""
        path = self.folder / "quantities.yaml"
        with mistakes_in(path):
            return QuantityWords.load(path)

    def word_set(self, name: str) -> frozenset[str]:
        """Return the words of a class of words.yaml, empty where there is none."""
        if name not in self._sets:
            self._sets[name] = frozenset(self.words.lists.get(name, ()))
        return self._sets[name]

    def code(self, event_class: EventClass, mode: str | None, refined: str | None) -> str:
        """Return the CAMEO code: of the refinement, the class, the mode or the type."""
        rules = self.types[event_class.type]
        of_mode = rules.modes[mode].cameo if mode else None
        return refined or event_class.cameo or of_mode or rules.cameo

    def score(self, event_type: str, mode: str | None) -> float:
        """Return the PLOVER score of a type, or of its mode."""
        rules = self.types[event_type]
        return rules.modes[mode].score if mode else rules.score


def _load_contexts(folder: Path) -> Node:
    path = folder / "contexts.yaml"
    data = load_yaml(path)
    if not isinstance(data, Node):
        raise CodebookError("a mapping of contexts to words is wanted", path, 1)
    return data
