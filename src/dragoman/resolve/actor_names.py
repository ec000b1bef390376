"""Names of actors as they are compared across reports."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from dragoman.extract.coref_names import alike, fold, same_person, skeleton

_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?")
SHORTEST_ACRONYM, LONGEST_ACRONYM = 2, 8

Parts = tuple[str, ...]


def parts_of(name: str, articles: AbstractSet[str] = frozenset()) -> Parts:
    """Return the folded parts of a person's name, without articles such as "al"."""
    words = [fold(word).strip(".") for word in _WORD.findall(name)]
    words = [piece for word in words for piece in word.split("-") if piece]
    return tuple(w for w in words if w not in articles) or tuple(words)


def key_of(name: str) -> str:
    """Return a name of a body in the form in which it is compared: "the" and marks left out."""
    words = [fold(word).strip(".") for word in _WORD.findall(name)]
    return " ".join(word.removesuffix("'s") for word in words if word != "the")


def is_acronym(name: str) -> bool:
    """Whether a name is one of capitals alone ("LNA", "U.N.")."""
    letters = [c for c in name if c.isalpha()]
    plain = "".join(c for c in name if c not in ". ")
    return (
        SHORTEST_ACRONYM <= len(letters) <= LONGEST_ACRONYM
        and len(plain) == len(letters)
        and all(c.isupper() for c in letters)
    )


def surname_block(parts: Parts) -> str:
    """Return what alike surnames have in common; persons are compared within it alone.

    A spelling that differs in a consonant falls into another block and is not found.
    """
    return skeleton(parts[-1]) if parts else ""


def given_block(parts: Parts) -> str:
    """Return the first letter of the first given name, which initials share too."""
    return parts[0][:1] if len(parts) > 1 else ""


def may_be_one(one: Parts, other: Parts) -> bool:
    """Whether two full names may be one person's; bare surnames never are."""
    return len(one) > 1 and len(other) > 1 and same_person(one, other)


def surname_fits(bare: Parts, full: Parts) -> bool:
    """Whether a name of one part is the surname of a full name."""
    return len(bare) == 1 and len(full) > 0 and alike(bare[0], full[-1])
