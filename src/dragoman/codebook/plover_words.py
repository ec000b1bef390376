"""Word classes and the tests made of them: what `only`, `unless` and `when` ask of a slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dragoman.codebook.source import CodebookError, Node, load_yaml

KINDS = frozenset(
    {
        "@party",
        "@person",
        "@org",
        "@place",
        "@demonym",
        "@pronoun",
        "@number",
        "@thing",
        "@inert",
        "@site",
    }
)
STEPS = frozenset(
    {
        "subject", "object", "dative", "by", "clause", "advcl", "acl", "matrix", "conj", "poss",
        "modifier", "light", "above", "trigger", "aux", "mark", "negation", "parties", "party",
        "place", "inside", "topic", "near",
    }
)  # fmt: skip

Path_ = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordTest:
    """A compiled list of words; in a codebook one object wherever the same words are listed.

    Attributes:
        words: single lemmas.
        starts, ends: phrases of several words by their first and last word.
        kinds: kinds of tokens asked for ("@party").
        filled: whether it is enough that the slot is filled ("*").
    """

    words: frozenset[str] = frozenset()
    starts: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    ends: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """A line of `only`, `unless` or `when`: slots, any of which is to pass the test."""

    paths: tuple[Path_, ...]
    test: WordTest
    text: str


@dataclass(slots=True)
class WordClasses:
    """The named word lists of words.yaml."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _tests: dict[tuple[str, ...], WordTest] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> WordClasses:
        """Read words.yaml.

        Raises:
            CodebookError: it is no mapping of names to lists of words.
        """
        data = load_yaml(path)
        if not isinstance(data, Node):
            raise CodebookError("a mapping of names to lists of words is wanted", path, 1)
        lists = {}
        for name, words in data.items():
            if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
                raise CodebookError(f"{name!r} is to be a list of words", path, data.line)
            if not all(word.strip() for word in words):
                raise CodebookError(f"{name!r} has an empty word", path, data.line)
            lists[name] = tuple(words)
        return cls(lists)

    def expand(self, words: Any, node: Node, key: str) -> tuple[str, ...]:
        """Return the words of a list with every `$name` replaced by its class.

        Raises:
            CodebookError: it is no list of words, or a class is unknown.
        """
        if not isinstance(words, list):
            raise CodebookError(f"{key!r} is to be a list", node.file, node.line)
        found: list[str] = []
        for word in words:
            if word is True or word is False:
                raise CodebookError(
                    f"{key!r}: a word is read as a truth value; quote it", node.file, node.line
                )
            if not isinstance(word, str) or not word.strip():
                raise CodebookError(f"{key!r}: {word!r} is no word", node.file, node.line)
            if word.startswith("$") and len(word) > 1:
                if word[1:] not in self.lists:
                    raise CodebookError(
                        f"{key!r}: words.yaml has no class {word}", node.file, node.line
                    )
                found.extend(self.lists[word[1:]])
            else:
                found.append(word)
        return tuple(dict.fromkeys(found))

    def test(self, words: Any, node: Node, key: str) -> WordTest:
        """Compile a list of words.

        Raises:
            CodebookError: as `expand`, or a kind ("@…") is unknown.
        """
        expanded = self.expand(words, node, key)
        kinds = frozenset(w for w in expanded if w.startswith("@"))
        for kind in sorted(kinds - KINDS):
            raise CodebookError(f"{key!r}: there is no kind {kind}", node.file, node.line)
        known = self._tests.get(expanded)
        if known is not None:
            return known
        plain = [w.lower() for w in expanded if not w.startswith("@") and w != "*"]
        made = self._tests[expanded] = WordTest(
            frozenset(w for w in plain if " " not in w),
            _by_word(plain, 0),
            _by_word(plain, -1),
            kinds,
            "*" in expanded,
        )
        return made


def _by_word(words: list[str], at: int) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Index the phrases among words by their first (0) or last (-1) word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in (tuple(w.split()) for w in words if " " in w):
        found.setdefault(phrase[at], []).append(phrase)
    return {word: tuple(phrases) for word, phrases in found.items()}


def parse_path(text: Any, node: Node, key: str) -> Path_:
    """Compile a slot ("clause.prep:with").

    Raises:
        CodebookError: a step of it is unknown.
    """
    if not isinstance(text, str):
        raise CodebookError(f"{key!r}: {text!r} is no slot; quote it", node.file, node.line)
    steps = tuple(text.strip().split("."))
    for step in steps:
        if step not in STEPS and not (step.startswith("prep:") and len(step) > 5):
            raise CodebookError(f"{key!r}: there is no slot {step!r}", node.file, node.line)
    return steps


def parse_paths(texts: Any, node: Node, key: str) -> tuple[Path_, ...]:
    """Compile a list of slots.

    Raises:
        CodebookError: it is no list, or a slot is unknown.
    """
    if not isinstance(texts, list):
        raise CodebookError(f"{key!r} is to be a list of slots", node.file, node.line)
    return tuple(parse_path(text, node, key) for text in texts)


def parse_constraints(
    data: Any, key: str, at: Node, classes: WordClasses
) -> tuple[Constraint, ...]:
    """Compile a mapping of slots to words (`only`, `unless`, `when`).

    Raises:
        CodebookError: a slot or a word class is unknown, or it is no mapping.
    """
    if data is None:
        return ()
    if not isinstance(data, Node):
        raise CodebookError(f"{key!r} is to be a mapping of slots to words", at.file, at.line)
    found = []
    for slots, words in data.items():
        parts: Iterable[str] = str(slots).split("|")
        paths = tuple(parse_path(part, data, key) for part in parts)
        text = f"{slots}: {_short(words)}"
        found.append(Constraint(paths, classes.test(words, data, f"{key} {slots}"), text))
    return tuple(found)


def _short(words: Any) -> str:
    shown = [str(w) for w in words] if isinstance(words, list) else [str(words)]
    return ", ".join(shown[:6]) + (", …" if len(shown) > 6 else "")
