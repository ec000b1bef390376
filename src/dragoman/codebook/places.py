"""The words of places.yaml, compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.codebook.source import CodebookError, Node, load_yaml

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place the codebook itself tells about.

    Attributes:
        name: its first name, under which the gazetteer has it where it has it.
        feature: GeoNames feature code; country: ISO alpha-2; admin1: GeoNames code; "" if none.
        point: latitude and longitude in degrees, or None where the gazetteer's is meant.
    """

    name: str
    feature: str
    country: str = ""
    admin1: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What places.yaml tells.

    Attributes:
        known: places by each of their names, as written.
        demonyms: the names of `known` that are adjectives or peoples.
        kinds: kind of thing (road, water, unit, facility, …) by the noun that begins or ends its
            name.
        numbered: words that numbers of roads follow; inner: words in small letters inside names.
        unit_words: GeoNames feature code of units by the noun that ends their name.
        before: prepositions that go before places; located: those that say where;
            passed: more that do of events; bodily: types of events that happen at some place.
        abbreviations: what a shortened word of a name stands for ("Mt." → "Mount").
        qualifiers: words that may be left out before a name ("City of ").
        cues: words, in small letters, that tell the country (ISO alpha-2) of a report's press;
            and the first word of each, "" where it has none ("£").
        speakers: verbs whose subject is a government or team, by lemma.
        dealings: prepositions before a party to something.
    """

    known: dict[str, tuple[KnownPlace, ...]]
    demonyms: frozenset[str]
    kinds: dict[str, str]
    numbered: frozenset[str]
    inner: frozenset[str]
    unit_words: dict[str, str]
    before: frozenset[str]
    located: frozenset[str]
    passed: frozenset[str]
    bodily: frozenset[str]
    abbreviations: dict[str, str]
    qualifiers: tuple[str, ...]
    cues: dict[str, tuple[re.Pattern[str], frozenset[str]]]
    speakers: frozenset[str]
    dealings: frozenset[str]

    def spelled(self, name: str) -> str:
        """Return a name as the codebook spells it ("TEXAS" → "Texas"), or as it is."""
        return name if name in self.known or not name.isupper() else name.title()

    def tells(self, name: str) -> bool:
        """Tell whether a place of that name is in the codebook."""
        return self.spelled(name) in self.known

    def written_out(self, name: str) -> str:
        """Return a name without abbreviations ("Mt. Hood" → "Mount Hood")."""
        parts = [self.abbreviations.get(part.title(), part) for part in name.split()]
        return " ".join(parts)

    def kind(self, word: str) -> str:
        """Return the kind of thing that a noun ends the name of, "" where it is none."""
        return self.kinds.get(word) or self.kinds.get(word.title(), "")

    @classmethod
    def load(cls, path: Path) -> PlaceWords:
        """Read places.yaml.

        Raises:
            CodebookError: the file is missing, or a key is missing or mistaken.
        """
        data = load_yaml(path)
        if not isinstance(data, Node):
            raise CodebookError("a mapping is wanted", path, 1)
        demonyms = _part(data, "demonyms")
        points = {name: _point(data, value) for name, value in _part(data, "points").items()}
        kinds = _part(data, "kinds")
        known: dict[str, tuple[KnownPlace, ...]] = {}
        for part in (demonyms, _part(data, "other_names")):
            for name in part:
                country = KnownPlace(name, "PCLI", point=points.get(name))
                _share(known, [name, *_words(part, name)], country)
        peoples = {word for name in demonyms for word in demonyms[name]}
        for entry in (*_entries(data, "states"), *_entries(data, "known")):
            own = _words(entry, "peoples") if "peoples" in entry else []
            _share(known, [*_words(entry, "names"), *own], _place(entry))
            peoples.update(own)
        cues = _part(data, "cues")
        return cls(
            known=known,
            demonyms=frozenset(peoples),
            kinds={word: kind for kind in kinds for word in _words(kinds, kind)},
            numbered=frozenset(_words(data, "numbered")),
            inner=frozenset(_words(data, "inner")),
            unit_words=dict(_part(data, "unit_words")),
            before=frozenset(_words(data, "before")),
            located=frozenset(_words(data, "located")),
            passed=frozenset(_words(data, "passed")),
            bodily=frozenset(_words(data, "bodily")),
            abbreviations=dict(_part(data, "abbreviations")),
            qualifiers=tuple(f"{words} " for words in _words(data, "qualifiers")),
            cues={country: _either(_words(cues, country)) for country in cues},
            speakers=frozenset(_words(data, "speakers")),
            dealings=frozenset(_words(data, "dealings")),
        )


def _share(known: dict[str, tuple[KnownPlace, ...]], names: list[str], place: KnownPlace) -> None:
    """Add a place under its names, behind those that have a name already."""
    for name in names:
        if place not in known.get(name, ()):
            known[name] = (*known.get(name, ()), place)


def _place(entry: Node) -> KnownPlace:
    return KnownPlace(
        name=_words(entry, "names")[0],
        feature=str(entry.get("feature", "ADM1")),
        country=str(entry.get("country", "")),
        admin1=str(entry.get("code", "")),
        point=_point(entry, entry["point"]) if "point" in entry else None,
    )


def _part(data: Node, key: str) -> Node:
    part = data.get(key)
    if not isinstance(part, Node):
        raise CodebookError(f"{key!r} is to be a mapping", data.file, data.line)
    return part


def _entries(data: Node, key: str) -> list[Node]:
    entries = data.get(key)
    if not isinstance(entries, list) or not all(isinstance(entry, Node) for entry in entries):
        raise CodebookError(f"{key!r} is to be a list of mappings", data.file, data.line)
    return entries


def _words(data: Node, key: str) -> list[str]:
    words = data.get(key)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise CodebookError(f"{key!r} is to be a list of words", data.file, data.line)
    return words


def _either(words: list[str]) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return a pattern of any of the words, whole and in small letters, and their first words."""
    openings = frozenset(next(iter(WORD.findall(word)), "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)"), openings


def _point(data: Node, value: Any) -> tuple[float, float]:
    numbers = isinstance(value, list) and all(isinstance(part, int | float) for part in value)
    if not numbers or len(value) != 2 or abs(value[0]) > 90 or abs(value[1]) > 180:
        raise CodebookError("a point is [latitude, longitude]", data.file, data.line)
    return (float(value[0]), float(value[1]))
