"""The frames of relations.yaml, compiled: which words tell which standing relation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from dragoman.codebook.source import CodebookError, load_yaml
from dragoman.records import Predicate

FORMS = ("verb", "participle", "adjective", "noun")
_KEYS = frozenset({"predicate", "form", "words", "object", "inverse", "subjects", "objects"})


@dataclass(frozen=True, slots=True)
class RelationFrame:
    """One entry: words of a form that relate a subject to an object.

    Attributes:
        rule: predicate and line, e.g. "leads/13".
        predicate: the relation of the record.
        form: verb, participle, adjective or noun.
        object: "object", "poss" and prepositions that lead to the object.
        inverse: whether the words' object is the relation's subject.
        subjects, objects: types of entities that may fill them; "place" for a place.
    """

    rule: str
    predicate: Predicate
    form: str
    object: frozenset[str]
    inverse: bool
    subjects: frozenset[str]
    objects: frozenset[str]


@dataclass(frozen=True, slots=True)
class RelationRules:
    """All frames by lemma, in the file's order."""

    frames: dict[str, tuple[RelationFrame, ...]]

    @classmethod
    def load(cls, path: Path) -> RelationRules:
        """Read relations.yaml.

        Raises:
            CodebookError: the file is missing, or an entry lacks a key or has an unknown one.
        """
        found: dict[str, list[RelationFrame]] = {}
        for entry in load_yaml(path):
            line = getattr(entry, "line", None)
            if not isinstance(entry, dict) or set(entry) - _KEYS:
                raise CodebookError("an entry has unknown keys", path, line)
            missing = _KEYS - {"inverse"} - set(entry)
            if missing:
                raise CodebookError(f"the entry lacks {', '.join(sorted(missing))}", path, line)
            if entry["predicate"] not in get_args(Predicate) or entry["form"] not in FORMS:
                raise CodebookError("the entry has an unknown predicate or form", path, line)
            frame = RelationFrame(
                rule=f"{entry['predicate']}/{line}",
                predicate=entry["predicate"],
                form=entry["form"],
                object=frozenset(entry["object"]),
                inverse=bool(entry.get("inverse")),
                subjects=frozenset(entry["subjects"]),
                objects=frozenset(entry["objects"]),
            )
            for word in entry["words"]:
                found.setdefault(word, []).append(frame)
        return cls({word: tuple(frames) for word, frames in found.items()})
