"""Names of places and what they may stand for: GeoNames as an SQLite file, read on demand."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import zstandard

PACKED = Path(__file__).parents[1] / "weights" / "gazetteer.sqlite.zst"
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
        path: a file that `bench/build_gazetteer.py` made, unpacked.
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


def name_key(name: str) -> str:
    """Return the form under which a name is kept and looked up."""
    return " ".join(name.replace("’", "'").casefold().split())


def _folders() -> Iterator[Path]:
    home = os.environ.get("XDG_CACHE_HOME")
    if home:
        yield Path(home) / "dragoman"
    yield Path.home() / ".cache" / "dragoman"
    yield Path(tempfile.gettempdir()) / f"dragoman-{os.getuid()}"


def index_name() -> str:
    """Return the unpacked index's file name; it changes with its content."""
    return f"gazetteer-{hashlib.sha256(PACKED.read_bytes()).hexdigest()[:16]}.sqlite"


def _unpack(folder: Path, named: str) -> Path:
    path = folder / named
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out, PACKED.open("rb") as packed:
            zstandard.ZstdDecompressor().copy_stream(packed, out)
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)
    return path


@lru_cache(maxsize=1)
def open_gazetteer() -> Gazetteer:
    """Open the index, unpacking it first where no cache folder has it yet (about a second).

    Raises:
        OSError: the packed index is missing, or no folder can be written to.
    """
    named = index_name()
    failure: OSError | None = None
    for folder in _folders():
        try:
            return Gazetteer(_unpack(folder, named))
        except OSError as error:
            failure = error
    raise OSError("the index of places can be written nowhere") from failure
