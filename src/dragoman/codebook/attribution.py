"""The words of attribution.yaml, compiled: cues by class, addressing verbs, hedges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook.source import CodebookError, Node, load_yaml

_PARTS = {"verbs": ("VERB", "AUX"), "nouns": ("NOUN", "PROPN"), "adjectives": ("ADJ",)}


@dataclass(frozen=True, slots=True)
class AttributionWords:
    """Cues of speech, belief and intention.

    Attributes:
        classes: classes of each cue, in the file's order, by (Universal POS, lemma).
        deeds: verbs of what is done, which tell nobody's words by themselves.
        mute: heads of sources that do not speak.
        prepositions: prepositions that may be cues ("according to", "in his words").
        addressing: lemmas of verbs whose object is the addressee.
        addressing_to: lemmas of verbs whose "to" phrase is the addressee.
        hedges: adverbs that hedge a statement.
        examples: an example sentence of each class.
    """

    classes: dict[tuple[str, str], tuple[str, ...]]
    deeds: frozenset[str]
    mute: frozenset[str]
    prepositions: frozenset[str]
    addressing: frozenset[str]
    addressing_to: frozenset[str]
    hedges: frozenset[str]
    examples: dict[str, str]

    @classmethod
    def load(cls, path: Path) -> AttributionWords:
        """Read attribution.yaml.

        Raises:
            CodebookError: the file is missing, or a key is missing or mistaken.
        """
        data = _mapping(load_yaml(path), path, "the file")
        kinds = _mapping(data.get("classes"), path, "classes")
        classes: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, entry in kinds.items():
            _add_class(classes, name, _mapping(entry, path, name), path)
        addressing = _mapping(data.get("addressing"), path, "addressing")
        return cls(
            classes=classes,
            deeds=_words(data, "deeds", path),
            mute=_words(data, "mute", path),
            prepositions=_words(data, "prepositions", path),
            addressing=_words(addressing, "object", path),
            addressing_to=_words(addressing, "to", path),
            hedges=_words(data, "hedges", path),
            examples={name: str(entry.get("example", "")) for name, entry in kinds.items()},
        )

    def class_of(self, pos: str, lemma: str) -> str:
        """Return the first class of a word, or "" where it is no cue."""
        found = self.classes.get((pos, lemma.lower()))
        return found[0] if found else ""


def _add_class(
    classes: dict[tuple[str, str], tuple[str, ...]], name: str, entry: Node, path: Path
) -> None:
    for key in entry:
        if key not in (*_PARTS, "frame", "example"):
            raise CodebookError(f"{key!r} is no key of a class of cues", path, entry.line)
    for key, poses in _PARTS.items():
        for lemma in sorted(_words(entry, key, path)) if key in entry else ():
            for pos in poses:
                before = classes.get((pos, lemma), ())
                classes[pos, lemma] = (*before, name)


def _mapping(found: Any, path: Path, name: str) -> Node:
    if not isinstance(found, Node):
        raise CodebookError(f"{name}: a mapping is wanted", path)
    return found


def _words(data: Node, key: str, path: Path) -> frozenset[str]:
    found = data.get(key)
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise CodebookError(f"{key}: a list of words is wanted", path, data.line)
    return frozenset(found)
