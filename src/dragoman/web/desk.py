"""The archive as the pages ask it: read only, one query at a time limit, opened anew at times."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock, Timer
from typing import Any

import duckdb
import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.query import select, total, unordered
from dragoman.archive.readings import readings
from dragoman.archive.reviews import Journal
from dragoman.archive.schema import Row
from dragoman.archive.store import ArchiveError
from dragoman.records import Reading
from dragoman.resolve.reviews import Prints
from dragoman.web.asked import Asked, AskedError

_FRESH = 10.0  # seconds before the archive is looked at again
_KEY = re.compile(r"[0-9a-f]{24}")
_LIST = "list_distinct(list_concat(f.actor_{what}, f.recipient_{what}))"
_SECTORS = "list_distinct(flatten(list_concat(f.actor_sectors, f.recipient_sectors)))"
# what a list is narrowed by: the filter, and the values of a row as SQL
FACETS: dict[str, dict[str, str]] = {
    "events": {
        "type": "[f.type]",
        "country": _LIST.format(what="country"),
        "sector": _SECTORS,
        "factuality": "[f.factuality]",
        "source": "[f.source]",
    },
    "statements": {"type": "[f.kind]", "actor": "[f.source_name]", "source": "[f.publisher]"},
    "entities": {"type": "[f.type]", "country": "[f.country]", "sector": "f.sectors"},
    "relations": {"type": "[f.predicate]", "source": "[f.publisher]"},
    "places": {"country": "[f.country]"},
    "reports": {"source": "[f.source]"},
    "stories": {"type": "[f.type]", "country": _LIST.format(what="country")},
    "actors": {"type": "[f.type]", "country": "[f.country]", "sector": "f.sectors"},
}


_COLUMN = re.compile(r"f\.(\w+)")  # a column that the values of a facet are made of
_HELD = ("counting_reports", "listed_reports")  # views that are read once and kept in memory
_ANSWERS = 64 << 20  # bytes of answers that are kept


class LimitedArchive(Archive):
    """An archive whose every query has limits.

    One database in memory holds what every list joins; its connections are kept and used again.
    Answers are kept, too: the archive is as it was opened, so the same query has the same rows.
    """

    def __init__(self, folder: Path, seconds: float, megabytes: int, few: BoundedSemaphore) -> None:
        super().__init__(folder)
        self.opened = time.monotonic()
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

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = self.connect(memory=f"{self._megabytes}MB")
        for name in _HELD:
            connection.execute(f"create table kept as select * from {name}")
            connection.execute(f"drop view {name}")
            connection.execute(f"alter table kept rename to {name}")
        folder = str(self.store.folder.resolve()).replace("'", "''")
        connection.execute(f"set allowed_directories = ['{folder}/']")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        return connection

    def _timed(self, connection: duckdb.DuckDBPyConnection, sql: str, given: list[Any]) -> pa.Table:
        timer = Timer(self._seconds, connection.interrupt)
        timer.start()
        try:
            return connection.sql(sql, params=given).to_arrow_table()
        except duckdb.InterruptException as error:
            raise AskedError("the query took too long; narrow it", "too_slow", 503) from error
        except duckdb.OutOfMemoryException as error:
            raise AskedError(
                "the query took too much memory; narrow it", "too_large", 503
            ) from error
        except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
            raise AskedError("the query cannot be answered; check its values") from error
        finally:
            timer.cancel()
            timer.join()  # so that it cannot stop the connection's next query


def _facet(name: str, values: str, most: int) -> str:
    """Return the query that counts a facet: rows that are alike first, their lists after that."""
    columns = ", ".join(sorted(set(_COLUMN.findall(values))))
    alike = f"select {columns}, count(*) as n from found f group by all"
    return (
        f"(select '{name}' as facet, value, sum(n)::bigint as n from"
        f" (select unnest({values}) as value, n from ({alike}) f)"
        f" where value is not null and value <> '' group by value order by n desc, value"
        f" limit {most})"
    )


class Desk:
    """What the pages ask of one archive folder, which is opened anew every some seconds."""

    def __init__(self, folder: Path, *, seconds: float = 10.0, megabytes: int = 1_000) -> None:
        self.folder = folder
        self._limits = (seconds, megabytes, BoundedSemaphore(4))
        self._lock = Lock()
        self._archive = LimitedArchive(folder, *self._limits)

    @property
    def archive(self) -> LimitedArchive:
        """The archive, opened anew where it was opened some seconds ago."""
        with self._lock:
            if time.monotonic() - self._archive.opened > _FRESH:
                newer = LimitedArchive(self.folder, *self._limits)
                if newer.same(self._archive):
                    self._archive.opened = newer.opened
                else:
                    self._archive = newer
            return self._archive

    def renew(self) -> None:
        """Open the archive anew, for something was written to it."""
        with self._lock:
            self._archive = LimitedArchive(self.folder, *self._limits)

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

    def facets(self, asked: Asked, most: int = 12) -> dict[str, list[tuple[str, int]]]:
        """Return, for each filter that narrows the list, its most frequent values with counts."""
        query = unordered(asked.kind, asked.filters)
        parts = [_facet(name, values, most) for name, values in FACETS[asked.kind].items()]
        needed = sorted({c for v in FACETS[asked.kind].values() for c in _COLUMN.findall(v)})
        narrow = f"select {', '.join(needed)} from ({query.sql}) f"
        sql = f"with found as materialized ({narrow}) {' union all '.join(parts)}"
        found: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS[asked.kind]}
        for row in self.run(sql, query.parameters):
            found[row["facet"]].append((row["value"], row["n"]))
        return {name: sorted(values, key=lambda v: (-v[1], v[0])) for name, values in found.items()}

    def reading(self, key: str) -> Reading:
        """Return a report with all that was found in it.

        Raises:
            AskedError: there is no such report (404).
        """
        if not _KEY.fullmatch(key) or not self.run("select 1 from reports where key = ?", [key]):
            raise AskedError("there is no such report here", "not_found", 404)
        try:
            return next(iter(readings(self.archive, [key])))
        except ArchiveError as error:
            raise AskedError("there is no such report here", "not_found", 404) from error
