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


class _Context:
    """What the other names tell about the candidates of one."""

    def __init__(
        self,
        name: Name,
        names: Mapping[str, Name],
        press: Mapping[str, float],
        told: Mapping[str, _Told],
    ) -> None:
        self.name, self.press = name, press
        others = [other for other in names.values() if other.key != name.key]
        sure = [(o, a) for o in others if (a := told[o.key].anchor) is not None]
        self.anchors = [a for _, a in sure]
        self.outer = [o for key in sorted(name.within) if key in names for o in names[key].options]
        self.outer = [o for o in self.outer if o.feature in ("PCLI", "ADM1") and not o.alias]
        self.beside = [a for other, a in sure if other.key in name.beside]
        self.most = max(c.population for c in name.options)
        self.support = _support([told[other.key].units for other in others])
        self.weight: Counter[tuple[str, str]] = Counter()
        for other, a in sure:
            self.weight[a.country, ""] += other.times
            if a.admin1:
                self.weight[a.country, a.admin1] += other.times
        self.total = sum(other.times for other, a in sure if a.country)

    def row(self, n: int, c: Candidate) -> list[float]:
        """Return the features `OWN` of the candidate, all but the last three."""
        people, state = log10(c.population + 10) - 1, (c.country, c.admin1)
        country = any(a.country == c.country for a in self.anchors)
        told = any(inside(c, o) for o in self.outer)
        share = 1 / max(1, self.total)
        return [
            people,
            float(c.population == 0),
            people * c.alias,
            log10((c.population + 10) / (self.most + 10)),
            float(n == 0),
            *(float(c.feature == feature) for feature in _FEATURES),
            float(c.alias),
            float(c.geonameid is None),
            float(c.feature in ("ADM1", "ADM2") and self._seat(c)),
            float(any((a.name, a.feature) == (c.name, c.feature) for a in self.anchors)),
            float(c.feature not in _FEATURES),
            float(n == 0 and c.feature in ("PCLI", "ADM1") and not c.alias),
            float(told),
            float(any(a.feature == "ADM1" and inside(c, a) for a in self.anchors)),
            float(country),
            float(any(inside(c, a) for a in self.beside)),
            min(2.0, self.support.get(state, 0.0)) if c.admin1 else 0.0,
            min(3.0, self.support.get((c.country, ""), 0.0)),
            self.weight[state] * share if c.admin1 else 0.0,
            self.weight[c.country, ""] * share,
            self.press.get(c.country, 0.0),
            people * (not self.anchors),
            *(0.0 for _ in _KIN),
        ]

    def _seat(self, unit: Candidate) -> bool:
        """Tell whether a town of that very name lies in a unit, and may be meant rather."""
        towns = (c for c in self.name.options if c.feature in ("PPL", "PPLC") and not c.alias)
        return any((c.country, c.admin1) == (unit.country, unit.admin1) for c in towns)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one name tells about where others lie.

    Attributes:
        anchor: the place it is surely of.
        units: states and countries it may lie in, each with its share of such.
    """

    anchor: Candidate | None
    units: list[tuple[tuple[str, str], float]]

    @classmethod
    def by(cls, name: Name) -> _Told:
        """Ask a name."""
        states = {(c.country, c.admin1) for c in name.options if c.admin1}
        countries = {(c.country, "") for c in name.options if c.country}
        units = [(unit, 1 / len(group)) for group in (states, countries) for unit in group]
        return cls(anchor(name.options), units)


def _support(
    told: Sequence[list[tuple[tuple[str, str], float]]],
) -> dict[tuple[str, str], float]:
    """Return how many names may lie in each state and country, the less doubtful the more."""
    support: dict[tuple[str, str], float] = {}
    for units in told:
        for unit, share in units:
            support[unit] = support.get(unit, 0.0) + share
    return support


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
        by_key = {name.key: name for name in self.names}
        told = {key: _Told.by(name) for key, name in by_key.items()}
        rows: list[list[float]] = []
        for name in self.names:
            context = _Context(name, by_key, press or {}, told)
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
        found = np.empty_like(scores)
        for a, b in self.ranges:
            part = np.exp(scores[a:b] - scores[a:b].max())
            found[a:b] = part / part.sum()
        return found
