"""An archive to ask: its tables as DuckDB views that show each report once, whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import duckdb
import pyarrow as pa

from dragoman.archive.listed import REPORTS, Kept, make_views
from dragoman.archive.query import By, Filters, Kind, count, select
from dragoman.archive.reviewed import BATCHES, MARKS, Reviewed, load_reviewed
from dragoman.archive.reviews import read_journal
from dragoman.archive.schema import DERIVED, DETAILS, schema
from dragoman.archive.store import ArchiveError, Store

AT_ONCE = 4096  # rows of a long answer in memory
_DETAIL = """
select d.* from ({held}) d
semi join counting_reports r on d.report = r.key and d.batch = r.batch
"""
# what reviews put in place is a batch of its own that the reviewed reports name
_HELD = {
    False: "select * from {rows}",
    True: "select * from {rows} union all by name select * from reviewed_{table}",
}


class Archive:
    """A folder of Delta tables, opened at one moment; commits after that are not seen.

    Args:
        folder: the archive's folder.
        version: version of the `reports` table to open; the newest where None.
        reviews: whether the reviews made by hand are applied; else every record is as coded.

    Raises:
        ArchiveError: the folder is no archive, or has no such version.
    """

    def __init__(
        self, folder: Path | str, version: int | None = None, *, reviews: bool = True
    ) -> None:
        self.store = Store(Path(folder))
        self.reviews = reviews
        self.kept: Kept | None = None  # what lists are read from, in place of the files
        self._reviewed: Reviewed | None = None
        self._loading = Lock()
        self._sharing = Lock()
        self._shared: duckdb.DuckDBPyConnection | None = None
        # reports first: the details that are opened after it hold every batch it names
        self._reports = self.store.open("reports", version)
        self.version: int = self._reports.version()

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        files = {"reports": list(self._reports.file_uris())}
        for table in (*DETAILS, *DERIVED, "failures"):
            if self.store.exists(table):
                files[table] = list(self.store.open(table).file_uris())
        return files

    @property
    def reviewed(self) -> Reviewed:
        """Where the reviews stand, whether they are applied or not.

        Raises:
            ArchiveError: the journal of reviews cannot be read.
        """
        with self._loading:
            if self._reviewed is None:
                journal = read_journal(self.store)
                self._reviewed = load_reviewed(journal, self._as_coded)
            return self._reviewed

    def _as_coded(self) -> Archive:
        coded = _Coded(self.store.folder, self.version, reviews=False)
        coded._files = self._files
        return coded

    def connect(self, *, memory: str = "2GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
        """Return a DuckDB connection with a view for each table.

        `all_reports`, `all_events`, … hold every row ever committed, as it was coded, also of
        reports that were corrected since; `reports`, `events`, … hold what counts now, after
        review; `reviews` where each reviewed record stands.

        Raises:
            ArchiveError: the journal of reviews cannot be read.
        """
        connection = duckdb.connect(config={"memory_limit": memory, "threads": threads})
        connection.execute("set parquet_metadata_cache = true")  # the views read it several times
        for table in (*DETAILS, *DERIVED, "reports", "failures"):
            self._view(connection, table)
        self._hold(connection)
        make_views(connection, self.kept, changed=self._changed)
        for table in DETAILS:
            counted = _DETAIL.format(held=f"select * from held_{table}")
            connection.execute(f"create view {table} as {counted}")
        return connection

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor, for one thread, of the database that the queries of this object share.

        Raises:
            ArchiveError: the journal of reviews cannot be read.
        """
        with self._sharing:
            if self._shared is None:
                self._shared = self.connect()
            return self._shared.cursor()

    def _marks(self) -> pa.Table:
        return self.reviewed.marks

    @property
    def _changed(self) -> bool:
        return self.reviews and bool(self.reviewed.readings)

    def _hold(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make a view `held_…` for each table: as it was coded, and as reviews leave it."""
        _put(connection, "reviews", self._marks())
        changed = self._changed
        batches = self.reviewed.batches if changed else BATCHES.empty_table()
        _put(connection, "reviewed_reports", batches)
        for table in DETAILS:
            if changed:
                _put(connection, f"reviewed_{table}", self.reviewed.tables[table])
            held = _HELD[changed].format(rows=f"all_{table}", table=table)
            connection.execute(f"create view held_{table} as {held}")

    def same(self, other: Archive) -> bool:
        """Whether another opening of the folder has the same tables and reviews."""
        return self.same_tables(other) and self.reviewed.journal == other.reviewed.journal

    def same_tables(self, other: Archive) -> bool:
        """Whether another opening of the folder has the same tables."""
        return self._files == other._files

    def _view(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        name = f"all_{table}" if table in (*DETAILS, "reports") else table
        files = self._files.get(table, [])
        if not files:
            _put(connection, name, schema(table).empty_table())
            return
        connection.execute(f"create view {name} as select * from {_parquet(files)}")

    def of_months(self, table: str, months: Sequence[str]) -> str:
        """Return the query for what counts in the files of some months, which alone are read.

        Args:
            table: `reports` or a table of details.
            months: as the column `month` has them.
        """
        every = self._files.get(table, [])
        named = [file for file in every if any(f"/month={month}/" in file for month in months)]
        rows = _parquet(named or every[:1]) if every else f"all_{table}"
        if table == "reports":
            return REPORTS.format(rows=f"(select * from {rows})")
        return _DETAIL.format(held=_HELD[self._changed].format(rows=rows, table=table))

    def sql(self, query: str, parameters: list[Any] | None = None) -> pa.Table:
        """Run a query over the views and return its rows.

        Raises:
            ArchiveError: the query is mistaken.
        """
        with self._cursor() as cursor:
            try:
                return cursor.sql(query, params=parameters or []).to_arrow_table()
            except duckdb.Error as error:
                raise ArchiveError(f"the query failed: {error}") from error

    def stream(self, query: str, parameters: list[Any] | None = None) -> Iterator[dict[str, Any]]:
        """Run a query over the views and yield its rows, a few thousand in memory at a time.

        Raises:
            ArchiveError: the query is mistaken.
        """
        with self._cursor() as cursor:
            try:
                batches = cursor.sql(query, params=parameters or []).to_arrow_reader(AT_ONCE)
                for batch in batches:
                    yield from batch.to_pylist()
            except duckdb.Error as error:
                raise ArchiveError(f"the query failed: {error}") from error

    def ask(self, query: str, *, seconds: float = 30.0, megabytes: int = 2_000) -> pa.Table:
        """Run a query that somebody wrote: read only, one statement, within limits.

        Args:
            query: one SELECT (or WITH, DESCRIBE, SUMMARIZE) over the views.
            seconds: wall time after which it is stopped.
            megabytes: memory it may take.

        Raises:
            ArchiveError: it is no such statement, is mistaken, or takes too much.
        """
        with self.connect(memory=f"{megabytes}MB") as connection:
            try:
                _allow_one_select(connection, query)
                folder = str(self.store.folder.resolve()).replace("'", "''")
                connection.execute(f"set allowed_directories = ['{folder}/']")
                connection.execute("set enable_external_access = false")
                connection.execute("set lock_configuration = true")
                with interrupted_after(seconds, connection):
                    return connection.sql(query).to_arrow_table()
            except duckdb.InterruptException as error:
                raise ArchiveError(f"the query took more than {seconds:g} seconds") from error
            except duckdb.Error as error:
                raise ArchiveError(f"the query failed: {error}") from error

    def rows(
        self,
        kind: Kind,
        filters: Filters | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Return the rows of a table that pass the filters.

        Args:
            kind: events, statements, entities, relations, places or reports.
            limit: at most so many rows, from `offset` on.

        Raises:
            FilterError: a filter does not fit the table.
        """
        query = select(kind, filters or Filters(), limit=limit, offset=offset)
        return self.sql(query.sql, query.parameters)

    def events(self, **filters: Any) -> pa.Table:
        """Return events; the keywords are those of `Filters`.

        Raises:
            FilterError: a filter is mistaken.
            TypeError: there is no such filter.
        """
        return self.rows("events", Filters(**filters))

    def statements(self, **filters: Any) -> pa.Table:
        """Return statements; the keywords are those of `Filters` that fit them."""
        return self.rows("statements", Filters(**filters))

    def stories(self, **filters: Any) -> pa.Table:
        """Return stories (`dragoman stories build`); the keywords are those of `Filters`.

        Raises:
            FilterError: a filter is mistaken or does not fit stories.
            TypeError: there is no such filter.
        """
        return self.rows("stories", Filters(**filters))

    def count(self, *by: By, **filters: Any) -> pa.Table:
        """Return counts and mean PLOVER scores of events by day, month, year, type, dyad, …

        Raises:
            FilterError: there is no such group, or a filter is mistaken.
        """
        return self.counts(Filters(**filters), list(by))

    def counts(self, filters: Filters, by: list[By]) -> pa.Table:
        """Return counts and mean PLOVER scores of the events that pass the filters.

        Raises:
            FilterError: there is no such group, or a filter is mistaken.
        """
        query = count(filters, by)
        return self.sql(query.sql, query.parameters)


class _Coded(Archive):
    """An archive as it was coded, which knows of no review."""

    def _marks(self) -> pa.Table:
        return MARKS.empty_table()


def _parquet(files: list[str]) -> str:
    quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return f"read_parquet([{quoted}], hive_partitioning = true, union_by_name = true)"


def _put(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Make a table of rows; unlike what is registered, every cursor sees it."""
    connection.register("given_rows", rows)
    connection.execute(f"create table {name} as select * from given_rows")
    connection.unregister("given_rows")


@contextmanager
def interrupted_after(seconds: float, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Stop what the connection runs within this block after so many seconds, and nothing after."""
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # else it could meet the connection's next query, or a closed connection


def _allow_one_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Let one reading statement pass.

    Raises:
        ArchiveError: it is something else.
    """
    statements = connection.extract_statements(query)
    kinds = [statement.type for statement in statements]
    if len(kinds) != 1 or kinds[0] not in (duckdb.StatementType.SELECT,):
        raise ArchiveError("one SELECT can be asked, nothing else")
