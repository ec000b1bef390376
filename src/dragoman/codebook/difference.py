"""What of a codebook's change can touch a report: so that only those are coded again."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from dragoman.codebook.book import Codebook
from dragoman.codebook.plover_classes import EventClass, TypeRules
from dragoman.codebook.plover_load import TYPES

_PLACE = {"file", "line"}


def touched_lemmas(old: Codebook, new: Codebook) -> frozenset[str] | None:
    """Return the head words of the event classes that differ between two codebooks.

    A report without any of these words is coded by both alike.

    Returns:
        lemmas in small letters, none where nothing differs; None where something differs that
        may touch any report (another file, or what holds for all classes of a type).

    Raises:
        CodebookError: a codebook is mistaken.
    """
    if _others(old.folder) != _others(new.folder):
        return None
    found: set[str] = set()
    for name in TYPES:
        before, after = old.plover.types[name], new.plover.types[name]
        changed = _changed(before, after)
        found.update(p.head for entry in changed for p in entry.patterns)
    return frozenset(word.lower() for word in found)


def _others(folder: Path) -> dict[str, bytes]:
    """Return every file but the type files and the examples."""
    types = {f"plover/{name}.yaml" for name in TYPES}
    named = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.yaml"))}
    return {
        name: path.read_bytes()
        for name, path in named.items()
        if name not in types and not name.startswith("examples/")
    }


def _changed(before: TypeRules, after: TypeRules) -> list[EventClass]:
    """Return the classes of a type that came, went, changed or stand in another order."""
    every = [*before.classes, *after.classes]
    if _of_all(before) != _of_all(after):
        return every
    old = {entry.id: entry for entry in before.classes}
    new = {entry.id: entry for entry in after.classes}
    if [name for name in old if name in new] != [name for name in new if name in old]:
        return every
    same = {name for name in old.keys() & new.keys() if _told(old[name]) == _told(new[name])}
    return [entry for entry in every if entry.id not in same]


def _of_all(rules: TypeRules) -> tuple[Any, ...]:
    return (rules.cameo, rules.score, rules.recipient_required, rules.modes)


def _told(entry: EventClass) -> tuple[Any, ...]:
    """Return all that an entry says, without where it stands."""
    return tuple(getattr(entry, f.name) for f in fields(entry) if f.name not in _PLACE)
