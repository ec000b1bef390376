"""What a name may stand for: by the codebook, then by the gazetteer."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from dragoman.codebook.places import KnownPlace, PlaceWords
from dragoman.extract.gazetteer import Candidate, Gazetteer

EARTH = 6371.0  # radius in km


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return kilometres between two points in degrees (haversine)."""
    a, b = radians(lat1), radians(lat2)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def candidates(name: str, words: PlaceWords, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return what a name may stand for, what the codebook knows of first."""
    spelling = words.spelled(name)
    known = tuple(_known(place, gazetteer) for place in words.known.get(spelling, ()))
    if known and (spelling in words.demonyms or "." in spelling or spelling.isupper()):
        return known
    numbers = {c.geonameid for c in known}
    found = tuple(c for c in _found(name, words, gazetteer) if c.geonameid not in numbers)
    if known:
        return known + tuple(c for c in found if c.feature in ("PPL", "PPLC") and not c.alias)
    last = name.rsplit(maxsplit=1)[-1]
    if last != name and words.kind(last) == "road":
        return tuple(c for c in found if not c.alias)  # few roads are what a town is also called
    unit = words.unit_words.get(words.spelled(last))
    return tuple(c for c in found if c.feature == unit) or found if unit else found


def _found(name: str, words: PlaceWords, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return what the gazetteer has under a name, else without what may be left out before it."""
    found = gazetteer.find(name)
    whole = words.written_out(name)
    if whole != name:
        numbers = {c.geonameid for c in found}
        found += tuple(c for c in gazetteer.find(whole) if c.geonameid not in numbers)
    if not found and name.startswith(words.qualifiers):
        left = max((q for q in words.qualifiers if name.startswith(q)), key=len)
        return gazetteer.find(name[len(left) :])
    return found


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
