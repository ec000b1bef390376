"""What the derived tables are made from: a DuckDB file beside them that only new reports change.

It is worth nothing by itself: when it is gone, of another make, or does not fit the tables, it is
made anew from the archive. Each step ends in one commit of it, so that a run that was stopped
goes on where it was; what is to be written to the tables waits in it until it is there.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

import dragoman
from dragoman.archive.archive import Archive
from dragoman.archive.schema import DERIVED, Row, schema
from dragoman.archive.store import ArchiveError, Store
from dragoman.codebook import Codebook

Numbers = NDArray[np.int64]
LAYOUT = "1"  # of the tables below, and of how their rows are made; another one is made anew
MEMORY = "500MB"  # of DuckDB; more goes to a folder on the disk
# what tells the rows of a derived table apart
KEYS = {
    "copies": ("report",),
    "stories": ("id",),
    "actors": ("id",),
    "actor_entities": ("report", "entity"),
}
_TABLES = """
create table d.meta (make varchar, token varchar);
create table d.written (name varchar, number bigint);
create table d.reports (report varchar, mark varchar);
create table d.texts (id bigint, day varchar, ordinal integer, words varchar, hashes uinteger[],
 facts uinteger[], dirty boolean);
create table d.text_of (report varchar, month varchar, day varchar, id bigint);
create table d.bands (value ubigint, ordinal integer, id bigint);
create table d.text_matches (one bigint, other bigint, contained double);
create table d.copies (report varchar, copy_of varchar, similarity double, month varchar);
create table d.tellings (id bigint, report varchar, since integer, until integer, told blob,
 part bigint, story varchar, dirty boolean);
create table d.telling_blocks (block bigint, since integer, until integer, id bigint);
create table d.telling_matches (one bigint, other bigint, score double);
create table d.stories (id varchar, month varchar, digest varchar);
create table d.forms (form ubigint, kind varchar, name varchar, names varchar[], country varchar,
 sectors varchar[], external_id varchar, block varchar, bare boolean);
create table d.bearing (full_block varchar, short_block varchar);
create table d.sightings (report varchar, entity varchar, month varchar, day varchar, form ubigint,
 company varchar[], base bigint, piece bigint, link ubigint);
create table d.told (report varchar, id varchar, day varchar, subject varchar, object varchar,
 predicate varchar, folded varchar, literal varchar, since varchar, until varchar,
 span integer[], words varchar);
create table d.bases (base bigint, block varchar, kind varchar, called varchar);
create table d.pieces (piece bigint, stem varchar, split varchar, size bigint, first varchar,
 summary blob, id varchar, digest varchar, links varchar);
create table d.splits (piece bigint, split varchar);
create table d.decisions (digest varchar);
create table d.dirty_blocks (block varchar);
create table d.dirty_pieces (piece bigint);
create table d.dirty_stems (stem varchar, split varchar);
create table d.moved (report varchar, entity varchar);
create table d.stale (piece bigint);
"""


class State:
    """The state of an archive's derived tables; the caller holds the archive's lock.

    Raises:
        ArchiveError: the folder is no archive, or cannot be written to.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.archive = Archive(store.folder)
        self._path = store.own / "derived.duckdb"
        self.articles = _articles()
        self._make = self._told()
        try:
            self.connection = self._open()
        except duckdb.Error as error:
            raise ArchiveError(f"{store.folder} cannot be written to: {error}") from error

    def _told(self) -> str:
        """Return what a state has to fit: program, DuckDB, parts of names that are passed over."""
        articles = "\0".join(sorted(self.articles))
        told = (LAYOUT, dragoman.__version__, duckdb.__version__, articles)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = self._connect()
        try:
            connection.execute(f"attach {quoted(self._path)} as d")
            self.connection = connection
            if self._is_of_use():
                return connection
        except duckdb.Error:  # of another program, or torn: it is made anew
            pass
        connection.close()
        return self._anew()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = self.archive.connect(memory=MEMORY)
        connection.execute(f"set temp_directory = {quoted(self._path.with_suffix('.tmp'))}")
        connection.execute("set preserve_insertion_order = false")
        return connection

    def _anew(self) -> duckdb.DuckDBPyConnection:
        remove_state(self.store)
        connection = self._connect()
        connection.execute(f"attach {quoted(self._path)} as d")
        self.connection = connection
        with self.commit():
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            for table in DERIVED:
                self._make_waiting(table)
            self.run("insert into d.meta values (?, ?)", [self._make, uuid.uuid4().hex])
        return connection

    def _make_waiting(self, table: str) -> None:
        """Make the tables of what is to be added to a derived table, and of what is to go."""
        self.connection.register("given", schema(table).empty_table())
        self.run(f"create table d.new_{table} as select * from given")
        self.connection.unregister("given")
        names = ", ".join((*KEYS[table], *(("month",) if table != "actors" else ())))
        self.run(f"create table d.gone_{table} as select {names} from d.new_{table}")

    def _is_of_use(self) -> bool:
        held = self.run("select make, token from d.meta")
        return len(held) == 1 and held[0][0] == self._make and self._fits(str(held[0][1]))

    def _fits(self, token: str) -> bool:
        """Whether the derived tables are those that were written from this state."""
        written = dict(self.run("select name, number from d.written"))
        for table in DERIVED:
            number = written.get(table, 0)
            held = (
                self.store.open(table).transaction_version(token)
                if self.store.exists(table)
                else None
            )
            # one more where a run was stopped between writing and noting it
            if number and held not in (number, number + 1):
                return False
        return True

    def start_again(self) -> None:
        """Forget everything: as fast as changing most of it."""
        self.connection.close()
        self.connection = self._anew()

    @property
    def token(self) -> str:
        """What the commits of the derived tables are marked by."""
        return str(self.run("select token from d.meta")[0][0])

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        found = self.connection.execute(sql, list(parameters))
        return found.fetchall() if found.description else []

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query and return its rows as dicts."""
        found = self.connection.execute(sql, list(parameters))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    def column(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a query of one column and return its values."""
        return [row[0] for row in self.run(sql, parameters)]

    def numbers(self, sql: str) -> list[Numbers]:
        """Run a query of whole numbers and return its columns."""
        found = self.connection.sql(sql).to_arrow_table()
        return [np.asarray(column.to_numpy(), dtype=np.int64) for column in found.columns]

    def put(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        if rows.num_rows:
            self.connection.register("given", rows)
            self.run(f"insert into {table} by name select * from given")
            self.connection.unregister("given")

    def hold(self, name: str, rows: pa.Table) -> None:
        """Make a table of rows that lasts as long as this run."""
        self.connection.register("given", rows)
        self.run(f"create or replace temp table {name} as select * from given")
        self.connection.unregister("given")

    def hold_values(self, name: str, column: str, values: Iterable[Any], kind: pa.DataType) -> None:
        """Make a table of one column that lasts as long as this run."""
        self.hold(name, pa.table({column: pa.array(list(values), kind)}))

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Do what is done in it whole or not at all."""
        self.connection.execute("begin")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")

    def retract(self, table: str, chosen: str) -> None:
        """Let rows of a derived table go.

        Args:
            chosen: a query of their keys, and of their month but for actors.
        """
        keys = " and ".join(f"n.{key} = g.{key}" for key in KEYS[table])
        self.run(f"create or replace temp table going as {chosen}")
        self.run(f"delete from d.new_{table} n using going g where {keys}")
        self.run(f"insert into d.gone_{table} by name select * from going")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()
        shutil.rmtree(self._path.with_suffix(".tmp"), ignore_errors=True)


def remove_state(store: Store) -> None:
    """Remove the file: the next run makes it anew."""
    path = store.own / "derived.duckdb"
    try:
        for file in (path, path.with_name(path.name + ".wal")):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(f"{store.folder} cannot be written to: {error}") from error


@lru_cache(maxsize=1)
def _articles() -> frozenset[str]:
    """Return the parts of names that are not compared, as the program's own codebook has them."""
    return frozenset(Codebook().actors.articles)


def quoted(value: Any) -> str:
    """Return a value as SQL writes a text."""
    return "'" + str(value).replace("'", "''") + "'"


def parts_of(size: int, one: Numbers, other: Numbers) -> Numbers:
    """Return for each of so many things the number of the part that pairs join it to."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(one), dtype=np.int8)
    joined = coo_array((ones, (one, other)), shape=(size, size))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def gathered(part_of: Numbers, at_once: int, sizes: Numbers | None = None) -> Iterator[Numbers]:
    """Yield the indexes of things, so many or more at a time, those of one part never apart.

    Args:
        part_of: the part of each.
        sizes: what each counts for; 1 where None.
    """
    order = np.argsort(part_of, kind="stable")
    sorted_parts = part_of[order]
    ends = np.flatnonzero(np.diff(sorted_parts, append=-1)) + 1
    counts = np.cumsum(np.ones(len(order), dtype=np.int64) if sizes is None else sizes[order])
    start = done = 0
    for end in ends.tolist():
        if counts[end - 1] - done >= at_once:
            yield order[start:end]
            start, done = end, int(counts[end - 1])
    if start < len(order):
        yield order[start:]


__all__ = ["KEYS", "Numbers", "State", "gathered", "parts_of", "quoted", "remove_state"]
