"""The archive as the pages ask it: read only, one query at a time limit, opened anew at times."""

from __future__ import annotations

import atexit
import logging
import re
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock, Thread
from typing import Any

import duckdb
import pyarrow as pa

from dragoman.archive.archive import Archive, interrupted_after
from dragoman.archive.listed import BETWEEN, Kept
from dragoman.archive.query import grouped, select, total
from dragoman.archive.readings import readings
from dragoman.archive.reviews import Journal
from dragoman.archive.schema import Row
from dragoman.archive.store import ArchiveError
from dragoman.records import Reading
from dragoman.resolve.reviews import Prints
from dragoman.web.asked import Asked, AskedError

_log = logging.getLogger(__name__)
_FRESH = 10.0  # seconds before the archive is looked at again
_KEY = re.compile(r"[0-9a-f]{24}")
# what a list is narrowed by: the filter, and the column that has a row's values
FACETS: dict[str, dict[str, str]] = {
    "events": {
        "type": "type",
        "country": "in_countries",
        "sector": "in_sectors",
        "factuality": "factuality",
        "source": "publisher",
    },
    "statements": {"type": "kind", "actor": "source_name", "source": "publisher"},
    "entities": {"type": "type", "country": "country", "sector": "in_sectors"},
    "relations": {"type": "predicate", "source": "publisher"},
    "places": {"country": "country"},
    "reports": {"source": "publisher"},
    "stories": {"type": "type", "country": "in_countries"},
    "actors": {"type": "type", "country": "country", "sector": "in_sectors"},
}
_ANSWERS = 64 << 20  # bytes of answers that are kept


class LimitedArchive(Archive):
    """An archive whose every query has limits.

    Lists are read from the rows that are kept (`Kept`), where there are any. One database has
    all connections, which are used again. Answers are kept, too: the archive is as it was opened,
    so the same query has the same rows.
    """

    def __init__(self, folder: Path, seconds: float, megabytes: int, few: BoundedSemaphore) -> None:
        super().__init__(folder)
        self._seconds, self._megabytes, self._few = seconds, megabytes, few
        self._idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        self._shared: duckdb.DuckDBPyConnection | None = None
        self._lock = Lock()
        self._answers: OrderedDict[str, pa.Table] = OrderedDict()
        self._bytes = 0

    def sql(self, query: str, parameters: list[Any] | None = None) -> pa.Table:
        """Run a query and return its rows.

        Raises:
            AskedError: it takes too much, or too many run (503), or cannot be run (400).
        """
        asked = repr((query, parameters or []))
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
        found = self._run(query, parameters or [])
        self._keep(asked, found)
        return found

    def _keep(self, asked: str, found: pa.Table) -> None:
        with self._lock:
            if asked in self._answers or found.nbytes > _ANSWERS // 8:
                return
            self._answers[asked] = found
            self._bytes += found.nbytes + len(asked)
            while self._bytes > _ANSWERS:
                other, table = self._answers.popitem(last=False)
                self._bytes -= table.nbytes + len(other)

    def _run(self, query: str, parameters: list[Any]) -> pa.Table:
        if not self._few.acquire(timeout=self._seconds):
            raise AskedError("too many queries run now; try again", "busy", 503)
        try:
            connection = self._connection()
            found = self._timed(connection, query, parameters)
            self._idle.put(connection)  # one that failed is not used again
            return found
        finally:
            self._few.release()

    def _connection(self) -> duckdb.DuckDBPyConnection:
        try:
            return self._idle.get_nowait()
        except Empty:
            with self._lock:
                self._shared = self._shared or self._open()
                return self._shared.cursor()

    def again(self) -> LimitedArchive:
        """Return the same tables with the reviews as they are now."""
        other = LimitedArchive(self.store.folder, self._seconds, self._megabytes, self._few)
        other._reports, other.version, other._files = self._reports, self.version, self._files
        other.kept = self.kept
        return other

    def fill(self, kept: Kept) -> None:
        """Read the files once, so that lists need them no more.

        Raises:
            ArchiveError: there is no room for it, or it was stopped.
        """
        kept.fill(self._as_coded(), memory=f"{self._megabytes}MB")
        self.kept = kept

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = self.connect(memory=f"{self._megabytes}MB")
        connection.execute("set parquet_metadata_cache = true")
        folder = str(self.store.folder.resolve()).replace("'", "''")
        connection.execute(f"set allowed_directories = ['{folder}/']")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        return connection

    def _timed(self, connection: duckdb.DuckDBPyConnection, sql: str, given: list[Any]) -> pa.Table:
        try:
            with interrupted_after(self._seconds, connection):
                return connection.sql(sql, params=given).to_arrow_table()
        except duckdb.InterruptException as error:
            raise AskedError("the query took too long; narrow it", "too_slow", 503) from error
        except duckdb.OutOfMemoryException as error:
            raise AskedError(
                "the query took too much memory; narrow it", "too_large", 503
            ) from error
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise AskedError("the query cannot be answered; check its values") from error


def _facet(name: str, number: int, several: int, most: int) -> str:
    """Return the query for a facet's values, out of the counted groups of all facets."""
    groups = (1 << several) - 1 - (1 << (several - 1 - number))
    return (
        f"(select '{name}' as facet, value, sum(n)::bigint as n from"
        f" (select unnest(string_split(v{number}, {BETWEEN})) as value, n from counted"
        f" where groups = {groups})"
        f" where value <> '' group by value order by n desc, value limit {most})"
    )


@dataclass(slots=True)
class Facets:
    """How many rows a list has in `total`, and by filter its most frequent values with counts."""

    total: int
    values: dict[str, list[tuple[str, int]]]


class Desk:
    """What the pages ask of one archive folder, which is looked at again every some seconds.

    What lists are read from is made beside the pages: until it is there, they read the archive's
    files; when the archive changed, they show what it was until the new is there.
    """

    def __init__(self, folder: Path, *, seconds: float = 10.0, megabytes: int = 1_000) -> None:
        self.folder = folder
        self._limits = (seconds, megabytes, BoundedSemaphore(4))
        self._lock = Lock()
        self._archive = LimitedArchive(folder, *self._limits)
        self._next = time.monotonic() + _FRESH
        self._making: Kept | None = None
        self._closed = False
        self._looking = self._look()
        atexit.register(_close, weakref.ref(self))

    @property
    def archive(self) -> LimitedArchive:
        """The archive as it was some seconds ago; whether it changed since is looked up beside."""
        with self._lock:
            if time.monotonic() > self._next and not self._closed and not self._looking.is_alive():
                self._looking = self._look()
            return self._archive

    def settle(self) -> None:
        """Wait until the archive is looked at, and what lists are read from is there."""
        self._looking.join()

    def close(self) -> None:
        """Stop what is made beside, and remove what is kept; nothing can be asked after that.

        A thread that outlives the interpreter would crash it.
        """
        self._closed = True
        while self._looking.is_alive():
            if making := self._making:
                making.stop()
            self._looking.join(0.1)
        if kept := self._archive.kept:
            kept.remove()

    def renew(self) -> None:
        """Read the reviews anew, for one was written."""
        with self._lock:
            self._archive = self._archive.again()

    def _look(self) -> Thread:
        thread = Thread(target=self._refresh, name="archive", daemon=True)
        thread.start()
        return thread

    def _refresh(self) -> None:
        """Open the archive anew where it changed, with what lists are read from."""
        started = time.monotonic()
        try:
            newer = LimitedArchive(self.folder, *self._limits)
            if newer.same_tables(self._archive) and self._archive.kept:
                newer.kept = self._archive.kept
            else:
                self._making = Kept()
                newer.fill(self._making)
            with self._lock:
                if newer.kept is not self._archive.kept or not newer.same(self._archive):
                    self._archive = newer.again()  # a review may have come meanwhile
        except Exception:
            if not self._closed:
                _log.exception("%s was not opened anew; what it was is shown", self.folder)
        self._making = None
        ended = time.monotonic()
        self._next = ended + max(_FRESH, ended - started)

    def coded(self, key: str) -> tuple[Prints, Journal]:
        """Return a report as it was coded, and the reviews there are.

        Raises:
            AskedError: there is no such report (404).
        """
        reviewed = self.archive.reviewed
        if key in reviewed.reports:
            return reviewed.reports[key][1], reviewed.journal
        return Prints(self.reading(key)), reviewed.journal

    def run(self, sql: str, parameters: list[Any] | None = None) -> list[Row]:
        """Run a query and return its rows.

        Raises:
            AskedError: it takes too much, or too many run (503), or cannot be run (400).
        """
        rows: list[Row] = self.archive.sql(sql, parameters).to_pylist()
        return rows

    def rows(self, asked: Asked) -> list[Row]:
        """Return the rows of the page that was asked for."""
        query = select(asked.kind, asked.filters, limit=asked.per, offset=asked.offset)
        return self.run(query.sql, query.parameters)

    def total(self, asked: Asked) -> int:
        """Return how many rows the filters keep."""
        query = total(asked.kind, asked.filters)
        return int(self.run(query.sql, query.parameters)[0]["n"])

    def facets(self, asked: Asked, most: int = 30) -> Facets:
        """Return how many rows there are, and of each facet the most frequent values."""
        columns = FACETS[asked.kind]
        query = grouped(asked.kind, asked.filters, list(columns.values()))
        parts = [_facet(name, n, len(columns), most) for n, name in enumerate(columns)]
        whole = f"(select null, null, n from counted where groups = {(1 << len(columns)) - 1})"
        sql = f"with counted as materialized ({query.sql}) {' union all '.join([*parts, whole])}"
        found = Facets(0, {name: [] for name in columns})
        for row in self.run(sql, query.parameters):
            if row["facet"] is None:
                found.total = row["n"]
            else:
                found.values[row["facet"]].append((row["value"], row["n"]))
        for values in found.values.values():
            values.sort(key=lambda v: (-v[1], v[0]))
        return found

    def reading(self, key: str) -> Reading:
        """Return a report with all that was found in it.

        Raises:
            AskedError: there is no such report (404).
        """
        if not _KEY.fullmatch(key) or not self.run(
            "select 1 from listed_reports where key = ?", [key]
        ):
            raise AskedError("there is no such report here", "not_found", 404)
        try:
            return next(iter(readings(self.archive, [key])))
        except ArchiveError as error:
            raise AskedError("there is no such report here", "not_found", 404) from error


def _close(desk: weakref.ref[Desk]) -> None:
    if held := desk():
        held.close()
