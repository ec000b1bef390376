"""The words of factuality.yaml, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook.source import CodebookError, Node, load_yaml
from dragoman.records import Factuality

LEVELS: tuple[Factuality, ...] = ("asserted", "future", "hypothetical", "negated")


@dataclass(frozen=True, slots=True)
class FactualityWords:
    """What makes an event negated, future, hypothetical, or background.

    Attributes:
        contractions: written forms of auxiliaries ("wo") and their lemma ("will").
        modals: level of each modal verb; `reported`: under a verb of saying in the past.
        conditional: conjunctions (one or two words) that make a clause hypothetical.
        negators, determiners, prepositions: words that deny a verb, a noun, what follows.
        denials: phrases that deny the verb right behind them.
        apart: prepositions behind which a verb's level says nothing.
        verbs, nouns, adjectives: level of what stands in the complement of a word.
        purpose, question, headline: level of a purpose clause, a question, "X to visit Y".
        past_words: phrases that tell a sentence as background, in small letters.
        past_days: a day so long before the report's own is history.
        pluperfect: whether "had met" outside reported speech is background.
        tail, tail_sentences: where a report's background begins (share of its sentences), and
            how long it has to be for that.
        lasting: verbs of states and activities, whose perfect there is background.
        often: phrases of how often, with which any perfect there is background.
        hedges: words that hedge what is told.
    """

    contractions: dict[str, str]
    modals: dict[str, Factuality]
    reported: dict[str, Factuality]
    conditional: frozenset[str]
    negators: frozenset[str]
    denials: tuple[tuple[str, ...], ...]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    apart: frozenset[str]
    verbs: dict[str, Factuality]
    nouns: dict[str, Factuality]
    adjectives: dict[str, Factuality]
    purpose: Factuality
    question: Factuality
    headline: Factuality
    past_words: tuple[str, ...]
    past_days: int
    pluperfect: bool
    tail: float
    tail_sentences: int
    lasting: frozenset[str]
    often: tuple[str, ...]
    hedges: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> FactualityWords:
        """Read factuality.yaml.

        Raises:
            CodebookError: the file is missing, or a key is missing or mistaken.
        """
        data = load_yaml(path)
        if not isinstance(data, Node):
            raise CodebookError("a mapping is wanted", path, 1)
        negation, history = _part(data, "negation"), _part(data, "historical")
        modals = _part(data, "modals")
        embedding = _part(data, "embedding")
        return cls(
            contractions=dict(_part(data, "contractions")),
            modals={w: _level(modals, name) for name in modals for w in _words(modals, name)},
            reported={w: _level(data, level) for w, level in _part(data, "reported").items()},
            conditional=frozenset(_words(data, "conditional")),
            negators=frozenset(_words(negation, "words")),
            denials=tuple(tuple(p.split()) for p in _words(negation, "phrases")),
            determiners=frozenset(_words(negation, "determiners")),
            prepositions=frozenset(_words(negation, "prepositions")),
            apart=frozenset(_words(data, "apart")),
            verbs=_by_level(embedding, "verbs"),
            nouns=_by_level(embedding, "nouns"),
            adjectives=_by_level(embedding, "adjectives"),
            purpose=_level(data, data.get("purpose")),
            question=_level(data, data.get("question")),
            headline=_level(data, data.get("headline_infinitive")),
            past_words=tuple(_words(history, "adverbs")),
            past_days=int(_number(history, "days")),
            pluperfect=bool(history.get("pluperfect")),
            tail=_number(history, "tail"),
            tail_sentences=int(_number(history, "tail_sentences")),
            lasting=frozenset(_words(history, "lasting")),
            often=tuple(_words(history, "often")),
            hedges=frozenset(_words(data, "hedges")),
        )


def _part(data: Node, key: str) -> Node:
    part = data.get(key)
    if not isinstance(part, Node):
        raise CodebookError(f"{key!r} is to be a mapping", data.file, data.line)
    return part


def _words(data: Node, key: str) -> list[str]:
    words = data.get(key)
    if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
        raise CodebookError(f"{key!r} is to be a list of words", data.file, data.line)
    return words


def _number(data: Node, key: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CodebookError(f"{key!r} is to be a number", data.file, data.line)
    return float(value)


def _level(data: Node, value: Any) -> Factuality:
    for level in LEVELS:
        if value == level:
            return level
    raise CodebookError(f"{value!r} is none of {', '.join(LEVELS)}", data.file, data.line)


def _by_level(embedding: Node, key: str) -> dict[str, Factuality]:
    """Return word to level; a word given under two levels keeps the last."""
    found: dict[str, Factuality] = {}
    for name, part in embedding.items():
        level = _level(embedding, name)
        if key in part:
            found.update(dict.fromkeys(_words(part, key), level))
    return found
