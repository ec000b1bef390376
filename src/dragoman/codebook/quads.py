"""The quad class of each event type: quads.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from dragoman.codebook.source import CodebookError, load_yaml
from dragoman.records import EventType

CLASSES = ("Q1", "Q2", "Q3", "Q4")


def load_quads(path: Path) -> dict[str, str]:
    """Return the quad class ("Q4": material conflict) of each PLOVER type.

    Raises:
        CodebookError: the file is missing, or a type has no class or several.
    """
    found: dict[str, str] = {}
    for name, entry in load_yaml(path).items():
        if name not in CLASSES:
            raise CodebookError(f"{name!r} is no quad class; they are {', '.join(CLASSES)}", path)
        for kind in entry["types"]:
            if kind in found:
                raise CodebookError(f"{kind} is in {found[kind]} and in {name}", path)
            found[kind] = name
    wanted = set(get_args(EventType))
    if set(found) != wanted:
        wrong = ", ".join(sorted(set(found) ^ wanted))
        raise CodebookError(f"each PLOVER type is in one quad class; look at {wrong}", path)
    return found
