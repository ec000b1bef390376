"""The event codebook compiled: types, their classes of predicates, and an index by lemma."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from dragoman.codebook.factuality import FactualityWords
from dragoman.codebook.plover_words import (
    Constraint,
    Path_,
    WordClasses,
    WordTest,
    parse_constraints,
    parse_paths,
)
from dragoman.codebook.quantities import QuantityWords
from dragoman.codebook.source import CodebookError, Node, load_yaml, mistakes_in
from dragoman.records import EventType

TYPES: tuple[str, ...] = get_args(EventType)
TYPE_KEYS = {
    "type", "gloss", "cameo", "score", "swallow", "recipient_required", "modes", "unless",
    "private_parties", "things_act", "actor_required", "sites_suffer",
    "purpose_is_done",
    "refine", "classes",
}  # fmt: skip
CLASS_KEYS = {
    "id", "gloss", "verbs", "nouns", "adjectives", "light", "mode", "cameo", "contexts",
    "symmetric", "actor", "recipient", "only", "unless", "refine", "swallow", "of", "possessive",
    "negation_is_meant", "recipient_required", "sites_suffer",
}  # fmt: skip
REFINE_KEYS = {"when", "mode", "cameo", "contexts"}
KIND_OF_KEY = {"verbs": "verb", "nouns": "noun", "adjectives": "adjective"}
DEFAULT_LIGHT = ["$light"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that fire: a head and what has to hang on it, as lemmas.

    Attributes:
        kind: verb, noun or adjective.
        head: lemma of the head word.
        rest: the other words, in the order in which they are looked for.
    """

    kind: str
    head: str
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refinement:
    """What a class becomes where `when` holds."""

    when: tuple[Constraint, ...]
    mode: str | None = None
    cameo: str | None = None
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mode:
    """A PLOVER mode of a type, with its CAMEO code and score."""

    cameo: str
    score: float
    gloss: str


@dataclass(frozen=True, slots=True, eq=False)
class EventClass:
    """One entry of a type file: words that fire, and who is actor and recipient.

    Attributes:
        type, id: PLOVER type, and the name within the file.
        patterns: the words that fire.
        light: verbs that lend their subject to a noun of this class, by head lemma.
        actor, recipient: slots in order of preference.
        symmetric: whether all filled actor slots are parties alike.
        of_is_subject, possessive_is_object: how a noun's "of" and "'s" are read.
        swallow: whether events in the complement are no events of their own.
        recipient_required: whether the event needs a recipient.
        negation_is_meant: whether the class lies in the denial ("will not").
        private_parties: whether it counts where nobody but private persons are told.
        things_act: whether a thing can be the actor ("a missile").
        actor_required: whether it is no event where nobody is told to have done it.
        purpose_is_done: whether it happened where it is told as what something was done for.
        sites_suffer: whether a building, a post or a place can be the recipient, for want of
            a party.
        file, line: where it stands.
    """

    type: EventType
    id: str
    patterns: tuple[Pattern, ...]
    light: dict[str, tuple[tuple[str, ...], ...]]
    actor: tuple[Path_, ...]
    recipient: tuple[Path_, ...]
    symmetric: bool
    of_is_subject: bool
    possessive_is_object: bool
    mode: str | None
    cameo: str | None
    contexts: tuple[str, ...]
    only: tuple[Constraint, ...]
    unless: tuple[Constraint, ...]
    refine: tuple[Refinement, ...]
    swallow: bool
    negation_is_meant: bool
    recipient_required: bool
    private_parties: bool
    things_act: bool
    actor_required: bool
    sites_suffer: bool
    purpose_is_done: bool
    file: str
    line: int

    @property
    def rule(self) -> str:
        """The name that an event's `rule` carries, e.g. "CONSULT/meet"."""
        return f"{self.type}/{self.id}"


@dataclass(frozen=True, slots=True)
class TypeRules:
    """One type file."""

    type: EventType
    gloss: str
    cameo: str
    score: float
    recipient_required: bool
    modes: dict[str, Mode]
    classes: tuple[EventClass, ...]


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


def load_type(path: Path, words: WordClasses, contexts: Iterable[str]) -> TypeRules:
    """Load one type file.

    Args:
        path: plover/<TYPE>.yaml.
        words: the classes of words.yaml.
        contexts: the contexts there are.

    Raises:
        CodebookError: the file is missing or mistaken.
    """
    with mistakes_in(path):
        return _type_of(load_yaml(path), path, words, contexts)


def _type_of(data: Any, path: Path, words: WordClasses, contexts: Iterable[str]) -> TypeRules:
    if not isinstance(data, Node):
        raise CodebookError("a mapping is wanted", path, 1)
    _known_keys(data, TYPE_KEYS)
    if data.get("type") != path.stem or path.stem not in TYPES:
        raise CodebookError(f"type is {data.get('type')!r}, not {path.stem}", path, data.line)
    modes = _modes(data)
    maker = _ClassMaker(data, words, frozenset(modes), frozenset(contexts))
    raw = data.get("classes")
    if not isinstance(raw, list) or not raw:
        raise CodebookError("'classes' is to be a list", path, data.line)
    classes = tuple(maker.make(node) for node in raw)
    seen: set[str] = set()
    for made in classes:
        if made.id in seen:
            raise CodebookError(f"the id {made.id!r} is given twice", made.file, made.line)
        seen.add(made.id)
    return TypeRules(
        data["type"],
        str(data.get("gloss", "")),
        _code(data.get("cameo"), data),
        _score(data),
        bool(data.get("recipient_required", False)),
        modes,
        classes,
    )


def _known_keys(node: Node, known: set[str]) -> None:
    for key in node:
        if key not in known:
            raise CodebookError(f"there is no key {key!r} here", node.file, node.line)


def _code(value: Any, node: Node) -> str:
    if not isinstance(value, str) or not value.isdigit():
        raise CodebookError(
            f"the CAMEO code {value!r} is to be digits in quotes", node.file, node.line
        )
    return value


def _score(node: Node) -> float:
    value = node.get("score")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CodebookError("a 'score' is wanted", node.file, node.line)
    return float(value)


def _modes(data: Node) -> dict[str, Mode]:
    found = {}
    for name, node in (data.get("modes") or {}).items():
        if not isinstance(node, Node):
            raise CodebookError(f"mode {name!r} is to be a mapping", data.file, data.line)
        _known_keys(node, {"cameo", "score", "gloss"})
        score = _score(node) if "score" in node else _score(data)
        found[name] = Mode(_code(node.get("cameo"), node), score, str(node.get("gloss", "")))
    return found


class _ClassMaker:
    """Compiles the classes of one type file."""

    def __init__(
        self, data: Node, words: WordClasses, modes: frozenset[str], contexts: frozenset[str]
    ) -> None:
        self.data = data
        self.words = words
        self.modes = modes
        self.contexts = contexts
        self.unless = parse_constraints(data.get("unless"), "unless", data, words)
        self.refine = self._refinements(data)

    def make(self, node: Any) -> EventClass:
        if not isinstance(node, Node):
            raise CodebookError("a class is to be a mapping", self.data.file, self.data.line)
        _known_keys(node, CLASS_KEYS)
        if not isinstance(node.get("id"), str):
            raise CodebookError("a class needs an 'id'", node.file, node.line)
        patterns = self._patterns(node)
        mode = self._mode(node)
        return EventClass(
            type=self.data["type"],
            id=node["id"],
            patterns=patterns,
            light=self._light(node) if any(p.kind == "noun" for p in patterns) else {},
            actor=parse_paths(node.get("actor", ["subject"]), node, "actor"),
            recipient=parse_paths(node.get("recipient", []), node, "recipient"),
            symmetric=_flag(node, "symmetric", False),
            of_is_subject=_choice(node, "of") == "subject",
            possessive_is_object=_choice(node, "possessive") == "object",
            mode=mode,
            cameo=_code(node["cameo"], node) if "cameo" in node else None,
            contexts=self._contexts(node),
            only=parse_constraints(node.get("only"), "only", node, self.words),
            unless=parse_constraints(node.get("unless"), "unless", node, self.words) + self.unless,
            refine=self._refinements(node) + (() if mode else self.refine),
            swallow=_flag(node, "swallow", bool(self.data.get("swallow", False))),
            recipient_required=_flag(
                node, "recipient_required", bool(self.data.get("recipient_required", False))
            ),
            negation_is_meant=_flag(node, "negation_is_meant", False),
            private_parties=_flag(self.data, "private_parties", False),
            things_act=_flag(self.data, "things_act", False),
            actor_required=_flag(self.data, "actor_required", True),
            sites_suffer=_flag(node, "sites_suffer", _flag(self.data, "sites_suffer", False)),
            purpose_is_done=_flag(self.data, "purpose_is_done", False),
            file=node.file,
            line=node.line,
        )

    def _patterns(self, node: Node) -> tuple[Pattern, ...]:
        found: list[Pattern] = []
        for key, kind in KIND_OF_KEY.items():
            for text in self.words.expand(node.get(key, []), node, key):
                found.append(_pattern(kind, text.lower().split()))
        if not found:
            raise CodebookError("a class needs verbs, nouns or adjectives", node.file, node.line)
        return tuple(dict.fromkeys(found))

    def _light(self, node: Node) -> dict[str, tuple[tuple[str, ...], ...]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for text in self.words.expand(node.get("light", DEFAULT_LIGHT), node, "light"):
            head, *rest = text.lower().split()
            found.setdefault(head, []).append(tuple(rest))
        return {head: tuple(rests) for head, rests in found.items()}

    def _mode(self, node: Node) -> str | None:
        mode = node.get("mode")
        if mode is not None and mode not in self.modes:
            raise CodebookError(
                f"{self.data['type']} has no mode {mode!r} in 'modes'", node.file, node.line
            )
        return mode

    def _contexts(self, node: Node) -> tuple[str, ...]:
        names = self.words.expand(node.get("contexts", []), node, "contexts")
        for name in names:
            if name not in self.contexts:
                raise CodebookError(f"there is no context {name!r}", node.file, node.line)
        return names

    def _refinements(self, node: Node) -> tuple[Refinement, ...]:
        found = []
        for line in node.get("refine") or []:
            if not isinstance(line, Node) or "when" not in line:
                raise CodebookError("a line of 'refine' needs 'when'", node.file, node.line)
            _known_keys(line, REFINE_KEYS)
            code = _code(line["cameo"], line) if "cameo" in line else None
            when = parse_constraints(line["when"], "when", line, self.words)
            found.append(Refinement(when, self._mode(line), code, self._contexts(line)))
        return tuple(found)


def _flag(node: Node, key: str, default: bool) -> bool:
    value = node.get(key, default)
    if not isinstance(value, bool):
        raise CodebookError(f"{key!r} is to be true or false", node.file, node.line)
    return value


def _choice(node: Node, key: str) -> str | None:
    value = node.get(key)
    if value not in (None, "subject", "object"):
        raise CodebookError(f"{key!r} is to be subject or object", node.file, node.line)
    return value


def _pattern(kind: str, words: list[str]) -> Pattern:
    """Put the head first: of a noun the last word, or the first before "of"."""
    if kind == "noun" and len(words) > 1 and "of" not in words:
        return Pattern(kind, words[-1], tuple(reversed(words[:-1])))
    return Pattern(kind, words[0], tuple(words[1:]))
