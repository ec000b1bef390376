"""Chooses which place each name of a document stands for, all names together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import asin, cos, log10, radians, sin, sqrt

from dragoman.codebook.places import KnownPlace, PlaceWords
from dragoman.extract.gazetteer import Candidate, Gazetteer

_EARTH = 6371.0
_NEAR = 150.0  # km
_CONTAINED, _COUNTRY, _STATE, _TOGETHER, _CLOSE, _ALIAS = 8.0, 1.5, 4.0, 3.5, 1.0, -2.0
_FEATURE = {"PCLI": 6.0, "ADM1": 7.0, "ADM2": 0.5, "CONT": 12.0}


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return kilometres between two points in degrees (haversine)."""
    a, b = radians(lat1), radians(lat2)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(half)))


def candidates(name: str, words: PlaceWords, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return what a name may stand for, what the codebook knows of first."""
    spelling = words.spelled(name)
    known = tuple(_known(place, gazetteer) for place in words.known.get(spelling, ()))
    if known and (spelling in words.demonyms or "." in spelling or spelling.isupper()):
        return known
    numbers = {c.geonameid for c in known}
    found = tuple(c for c in gazetteer.find(name) if c.geonameid not in numbers)
    if known:
        return known + tuple(c for c in found if c.feature == "PPL" and not c.alias)
    unit = words.unit_words.get(words.spelled(name.rsplit(maxsplit=1)[-1]))
    return tuple(c for c in found if c.feature == unit) or found if unit else found


def _known(place: KnownPlace, gazetteer: Gazetteer) -> Candidate:
    """Return a place of the codebook with what the gazetteer has on it."""
    same = [c for c in gazetteer.find(place.name) if c.feature == place.feature]
    if place.feature != "PCLI":
        at = (place.country, place.admin1)
        same = [c for c in same if at == (c.country, c.admin1 if place.admin1 else "")]
    base = same[0] if same else None
    lat, lon = place.point or ((base.latitude, base.longitude) if base else (None, None))
    return Candidate(
        base.geonameid if base else None,
        place.name,
        place.feature,
        base.country if base else place.country,
        place.admin1,
        "",
        lat,
        lon,
        base.population if base else 0,
    )


def _anchor(options: Sequence[Candidate]) -> Candidate | None:
    """Return the country or unit that a name surely stands for, or its only candidate."""
    large = [c for c in options if c.feature in ("PCLI", "ADM1") and not c.alias]
    if len(options) == 1:
        return options[0]
    return large[0] if len(large) == 1 and large[0] is options[0] else None


def _inside(candidate: Candidate, outer: Candidate) -> bool:
    if candidate.country != outer.country or candidate == outer:
        return False
    return outer.feature == "PCLI" or candidate.admin1 == outer.admin1


def _close(candidate: Candidate, other: Candidate) -> bool:
    points = (candidate.latitude, candidate.longitude, other.latitude, other.longitude)
    if any(part is None for part in points) or other.feature in ("PCLI", "ADM1", "CONT"):
        return False
    return distance(*points) < _NEAR  # type: ignore[arg-type]


class Resolver:
    """Weighs candidates by population and by the document's other names.

    Args:
        options: what each name may stand for.
        within: names told right behind a name ("Paris, Texas"), by name.
    """

    def __init__(
        self,
        options: Mapping[str, Sequence[Candidate]],
        within: Mapping[str, Sequence[str]],
    ) -> None:
        self._options = options
        self._within = within
        anchors = (_anchor(found) for found in options.values())
        self._fixed = [anchor for anchor in anchors if anchor is not None]
        self._support = self._states_shared()

    def _states_shared(self) -> dict[tuple[str, str], float]:
        """Return for each state how many names, the less doubtful the more, may lie in it."""
        support: dict[tuple[str, str], float] = defaultdict(float)
        for options in self._options.values():
            states = sorted({(c.country, c.admin1) for c in options if c.admin1})
            countries = sorted({c.country for c in options if c.country})
            for country in countries:
                support[country, ""] += 1 / len(countries)
            for state in states:
                support[state] += 1 / len(states)
        return dict(support)

    def _own(self, name: str, c: Candidate) -> float:
        """Return what a name itself adds to the support of a candidate's unit or country."""
        options = self._options[name]
        if c.admin1:
            return 1 / len({(o.country, o.admin1) for o in options if o.admin1})
        return 1 / max(1, len({o.country for o in options if o.country}))

    def choose(self) -> dict[str, Candidate]:
        """Return the place of each name that may stand for one."""
        first = {name: self._best(name, {}) for name, found in self._options.items() if found}
        return {name: self._best(name, first) for name in first}

    def _best(self, name: str, chosen: Mapping[str, Candidate]) -> Candidate:
        return max(self._options[name], key=lambda c: (self._score(name, c, chosen), -_number(c)))

    def _score(self, name: str, c: Candidate, chosen: Mapping[str, Candidate]) -> float:
        score = log10(c.population + 10) + _FEATURE.get(c.feature, 0.0)
        score += _ALIAS * c.alias
        outer = [o for w in self._within.get(name, ()) for o in self._options.get(w, ())]
        score += _CONTAINED * any(_inside(c, o) for o in outer)
        score += _COUNTRY * any(o.country == c.country for o in self._fixed if o != c)
        score += _STATE * any(o.feature == "ADM1" and _inside(c, o) for o in self._fixed)
        own = self._own(name, c)
        score += _TOGETHER * min(2.0, self._support.get((c.country, c.admin1), own) - own)
        near = sum(_close(c, other) for key, other in chosen.items() if key != name)
        return score + _CLOSE * min(4, near)


def _number(candidate: Candidate) -> int:
    return candidate.geonameid or 0
