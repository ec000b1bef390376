"""What the ranker of places looks at: every candidate of every name of a document, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import cos, log10, sqrt

import numpy as np
import numpy.typing as npt

from dragoman.extract.gazetteer import Candidate
from dragoman.extract.places_candidates import EARTH

Floats = npt.NDArray[np.float64]
_NEAR = (30.0, 80.0, 160.0, 400.0)  # km
_FEATURES = ("PCLI", "ADM1", "ADM2", "PPL", "PPLC", "CONT")
_WIDE = frozenset(("PCLI", "ADM1", "CONT"))
_KIN = ("kin:30", "kin:80", "kin:160")
_NONE_YET = (0.0,) * len(_KIN)
Unit = tuple[str, str]  # a country and its first-order unit, "" for the country
OWN = (
    "people", "uninhabited", "people:alias", "share", "first", *_FEATURES, "alias", "fixed",
    "seat", "same", "other kind",
    "first unit", "told", "state", "country", "beside", "support:state", "support:country",
    "weight:state", "weight:country", "press", "people:lost", *_KIN,
)  # fmt: skip
TOGETHER = (
    *(f"near:{km:.0f}" for km in _NEAR), "any:30", "any:160", "mass:state", "mass:country",
    "mass:country:PCLI", "alone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a document.

    Attributes:
        key: the form under which it is looked up.
        options: what it may stand for.
        within: keys of the names told right behind it ("Paris, Texas").
        beside: keys of the other names in its sentences.
        times: how often it is told.
    """

    key: str
    options: tuple[Candidate, ...]
    within: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    times: int = 1


def anchor(options: Sequence[Candidate]) -> Candidate | None:
    """Return the country or unit that a name surely stands for, or its only candidate."""
    if len(options) == 1:
        return options[0]
    large = [c for c in options if c.feature in ("PCLI", "ADM1") and not c.alias]
    return large[0] if len(large) == 1 and large[0] is options[0] else None


def inside(candidate: Candidate, outer: Candidate) -> bool:
    """Tell whether a candidate lies in a country or first-order unit."""
    if candidate.country != outer.country or candidate == outer:
        return False
    return outer.feature == "PCLI" or (outer.feature == "ADM1" and candidate.admin1 == outer.admin1)


class _Document:
    """What the names of a document tell about where each of them lies.

    Args:
        names: the names that have candidates.

    Attributes:
        anchors: the places that names are surely of, by the names' keys.
        units: the names that may lie in a state or country, each with its share of such.
        weight: how often names are told that surely lie in a state or country.
    """

    def __init__(self, names: Sequence[Name]) -> None:
        self.names = {name.key: name for name in names}
        told = {name.key: anchor(name.options) for name in self.names.values()}
        self.anchors = {key: place for key, place in told.items() if place is not None}
        self.units: dict[Unit, list[tuple[str, float]]] = {}
        for key, name in self.names.items():
            for unit, share in _shares(name):
                self.units.setdefault(unit, []).append((key, share))
        self.weight: Counter[Unit] = Counter()
        for key, place in self.anchors.items():
            for unit in _units(place):
                self.weight[unit] += self.names[key].times
        self.total = sum(self.names[key].times for key, a in self.anchors.items() if a.country)

    def support(self, unit: Unit, without: str) -> float:
        """Return how many other names may lie in a unit, the less doubtful the more."""
        return sum((share for key, share in self.units.get(unit, ()) if key != without), 0.0)


def _units(place: Candidate) -> list[Unit]:
    """Return the country of a place, and its state where it has one."""
    country: Unit = (place.country, "")
    return [country, (place.country, place.admin1)] if place.admin1 else [country]


def _shares(name: Name) -> list[tuple[Unit, float]]:
    """Return the states and countries that a name may lie in, each with its share of such."""
    states = {(c.country, c.admin1) for c in name.options if c.admin1}
    countries = {(c.country, "") for c in name.options if c.country}
    return [(unit, 1 / len(group)) for group in (states, countries) for unit in group]


class _Context:
    """What the other names tell about the candidates of one."""

    def __init__(self, name: Name, document: _Document, press: Mapping[str, float]) -> None:
        self.name, self.press, self._document = name, press, document
        names = document.names
        sure = [(key, place) for key, place in document.anchors.items() if key != name.key]
        self.countries = {a.country for _, a in sure}
        self.sorts = {(a.name, a.feature) for _, a in sure}
        self.states = [a for _, a in sure if a.feature == "ADM1"]
        self.outer = [o for key in sorted(name.within) if key in names for o in names[key].options]
        self.outer = [o for o in self.outer if o.feature in ("PCLI", "ADM1") and not o.alias]
        self.beside = [a for key, a in sure if key in name.beside]
        self.most = max(c.population for c in name.options)
        own = document.anchors.get(name.key)
        self._own = [] if own is None else _units(own)
        self.total = document.total - (name.times if own is not None and own.country else 0)

    def _weight(self, unit: Unit) -> int:
        """Return how often other names are told that surely lie in a unit."""
        return self._document.weight[unit] - (self.name.times if unit in self._own else 0)

    def row(self, n: int, c: Candidate) -> list[float]:
        """Return the features `OWN` of the candidate, all but the last three."""
        people = log10(c.population + 10) - 1
        state, country = (c.country, c.admin1), (c.country, "")
        support, key = self._document.support, self.name.key
        share = 1 / max(1, self.total)
        return [
            people,
            c.population == 0,
            people * c.alias,
            log10((c.population + 10) / (self.most + 10)),
            n == 0,
            *[c.feature == feature for feature in _FEATURES],
            c.alias,
            c.geonameid is None,
            c.feature in ("ADM1", "ADM2") and self._seat(c),
            (c.name, c.feature) in self.sorts,
            c.feature not in _FEATURES,
            n == 0 and c.feature in ("PCLI", "ADM1") and not c.alias,
            any(inside(c, o) for o in self.outer),
            any(inside(c, a) for a in self.states),
            c.country in self.countries,
            any(inside(c, a) for a in self.beside),
            min(2.0, support(state, key)) if c.admin1 else 0.0,
            min(3.0, support(country, key)),
            self._weight(state) * share if c.admin1 else 0.0,
            self._weight(country) * share,
            self.press.get(c.country, 0.0),
            people * (not self.countries),
            *_NONE_YET,
        ]

    def _seat(self, unit: Candidate) -> bool:
        """Tell whether a town of that very name lies in a unit, and may be meant rather."""
        towns = (c for c in self.name.options if c.feature in ("PPL", "PPLC") and not c.alias)
        return any((c.country, c.admin1) == (unit.country, unit.admin1) for c in towns)


class Scene:
    """The candidates of all names of a document, as a matrix of features.

    Args:
        names: the names; those without candidates are left out.
        press: share of the words that tell a country's press, by country (ISO alpha-2).

    Attributes:
        names: the names that have candidates.
        options: the candidates of all of them, in their order.
        ranges: where the candidates of each name begin and end.
        own: the features `OWN` (candidates × features).
    """

    def __init__(self, names: Sequence[Name], press: Mapping[str, float] | None = None) -> None:
        self.names = [name for name in names if name.options]
        self.options = [c for name in self.names for c in name.options]
        sizes = [len(name.options) for name in self.names]
        self.ranges = list(pairwise(accumulate(sizes, initial=0)))
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self._apart = self._owner[:, None] != self._owner[None, :]
        self._close = self._closeness() if self.options else []
        document = _Document(self.names)
        rows: list[list[float]] = []
        for name in self.names:
            context = _Context(name, document, press or {})
            rows += [context.row(n, c) for n, c in enumerate(name.options)]
        self.own = np.array(rows, dtype=float).reshape(len(rows), len(OWN))
        if rows:
            self.own[:, -len(_KIN) :] = self._kin()

    def _closeness(self) -> list[Floats]:
        """Return for each distance of `_NEAR` which towns of other names are nearer."""
        nowhere = float("nan")
        degrees = [
            (nowhere, nowhere) if c.latitude is None or c.longitude is None
            else (c.latitude, c.longitude)
            for c in self.options
        ]  # fmt: skip
        lat, lon = np.radians(np.array(degrees, dtype=float)).T
        axes = (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat))
        cosines = sum(np.outer(axis, axis) for axis in axes)
        town = np.array([c.feature not in _WIDE for c in self.options])
        other = self._apart & town[None, :]
        return [((cosines > cos(km / EARTH)) & other).astype(float) for km in _NEAR]

    def _kin(self) -> Floats:
        """Return how many other names have a candidate near, the less doubtful the more."""
        sizes = np.array([1 / sqrt(len(self.names[n].options)) for n in self._owner])
        starts = [a for a, _ in self.ranges]
        nearest = [np.maximum.reduceat(close * sizes, starts, axis=1) for close in self._close[:3]]
        return np.stack([np.log1p(best.sum(axis=1)) for best in nearest], axis=1)

    def _same(self, values: Sequence[object]) -> Floats:
        """Return which candidates of different names share a value that is not empty."""
        numbers: dict[object, int] = {}
        codes = np.array([numbers.setdefault(v, len(numbers)) if v else -1 for v in values])
        shared = (codes[:, None] == codes[None, :]) & (codes[:, None] >= 0)
        return np.asarray(shared & self._apart, dtype=float)

    def together(self, chances: Floats) -> Floats:
        """Return the features `TOGETHER`: how the other names' likely places lie.

        Args:
            chances: probability of each candidate among those of its name.
        """
        states = self._same([(c.country, c.admin1) if c.admin1 else "" for c in self.options])
        countries = self._same([c.country for c in self.options])
        share = (countries * chances).sum(axis=1) / max(1, len(self.names) - 1)
        columns = [np.minimum(4.0, (close * chances).sum(axis=1)) for close in self._close]
        columns += [(self._close[n] * chances).max(axis=1, initial=0.0) for n in (0, 2)]
        columns.append(np.minimum(4.0, (states * chances).sum(axis=1)))
        columns += [share, share * np.array([c.feature == "PCLI" for c in self.options])]
        columns.append((share == 0).astype(float))
        return np.stack(columns, axis=1)

    def chances(self, scores: Floats) -> Floats:
        """Return the probability of each candidate among those of its name."""
        starts = [a for a, _ in self.ranges]
        found = np.exp(scores - np.maximum.reduceat(scores, starts)[self._owner])
        return np.asarray(found / np.add.reduceat(found, starts)[self._owner], dtype=float)
