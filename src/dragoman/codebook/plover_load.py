"""Reads a type file of the event codebook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from dragoman.codebook.plover_classes import EventClass, Mode, Pattern, Refinement, TypeRules
from dragoman.codebook.plover_words import WordClasses, parse_constraints, parse_paths
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
