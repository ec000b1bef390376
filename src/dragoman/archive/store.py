"""Delta Lake tables in a folder: appended to batch by batch, each append at most once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import DeltaError

from dragoman.archive.schema import DETAILS, Row, arrow, schema

if TYPE_CHECKING:
    from pyarrow.dataset import FileSystemDataset

OWN = "_dragoman"


class ArchiveError(RuntimeError):
    """The archive cannot be used as asked; the message says why and what to do."""


class Store:
    """The tables of one archive folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def own(self) -> Path:
        """The folder of what is no table."""
        return self.folder / OWN

    @property
    def parses(self) -> Path:
        """The file that keeps the parses, so that a changed codebook needs no new ones."""
        return self.own / "parses.sqlite"

    def codebook(self, version: str) -> Path:
        """Return the folder where a codebook is kept that coded reports."""
        return self.own / "codebooks" / version

    def path(self, table: str) -> str:
        """Return the folder of a table."""
        return str(self.folder / table)

    def exists(self, table: str) -> bool:
        """Whether a table has been written."""
        return bool(DeltaTable.is_deltatable(self.path(table)))

    def open(self, table: str, version: int | None = None) -> DeltaTable:
        """Open a table, as it is now or at a version.

        Raises:
            ArchiveError: there is no such table or version.
        """
        if not self.exists(table):
            raise ArchiveError(f"{self.folder} is no archive: it has no table {table!r}")
        try:
            return DeltaTable(self.path(table), version=version)
        except Exception as error:
            raise ArchiveError(f"{table} has no version {version}: {error}") from error

    def columns(self, table: str, names: list[str]) -> pa.Table:
        """Return some columns of a table."""
        return files_of(self.open(table)).to_table(columns=names)

    def append(self, table: str, rows: list[Row], batch: str) -> bool:
        """Append a batch's rows in one commit; a repeat of the batch does nothing.

        Returns:
            whether rows were written.

        Raises:
            ArchiveError: the folder cannot be written to.
        """
        if self._holds(table, batch, len(rows)):
            return False
        self._write(table, arrow(table, rows), batch)
        return True

    def ended(self, batches: set[str]) -> set[str]:
        """Return the batches that were written to their end: `reports` has their commit."""
        if not self.exists("reports"):
            return set()
        delta = DeltaTable(self.path("reports"))
        return {name for name in batches if delta.transaction_version(name) is not None}

    def _holds(self, table: str, batch: str, count: int) -> bool:
        """Whether a batch's commit is in the table, whole (compaction may have removed it)."""
        if not self.exists(table):
            return False
        delta = DeltaTable(self.path(table))
        if delta.transaction_version(batch) is None:
            return False
        held = files_of(delta).count_rows(filter=_is_batch(batch))
        if held == count:
            return True
        if held:
            delta.delete(f"batch = '{batch}'")
        return False

    def _write(self, table: str, data: pa.Table, batch: str) -> None:
        properties = CommitProperties(app_transactions=[Transaction(batch, 1)])
        try:
            write_deltalake(
                self.path(table),
                data,
                mode="append",
                partition_by=["month"] if table in (*DETAILS, "reports") else None,
                commit_properties=properties,
            )
        except (OSError, DeltaError) as error:  # a full disk is either
            raise ArchiveError(f"{self.folder} cannot be written to: {error}") from error

    def replace(
        self,
        table: str,
        data: pa.Table | pa.RecordBatchReader,
        months: Iterable[str] | None = None,
        mark: Transaction | None = None,
    ) -> None:
        """Put rows in place of what a derived table holds (`stories`, `actors`), in one commit.

        Args:
            data: the rows, whole or some at a time.
            months: the months whose rows they replace; all where None.
            mark: kept with the commit, to know it again.

        Raises:
            ArchiveError: the folder cannot be written to.
        """
        named = None if months is None else ", ".join(map(_quoted, months))
        try:
            write_deltalake(
                self.path(table),
                data,
                mode="overwrite",
                schema_mode="overwrite" if named is None else None,
                predicate=None if named is None else f"month in ({named})",
                partition_by=["month"] if "month" in schema(table).names else None,
                commit_properties=CommitProperties(app_transactions=[mark] if mark else None),
            )
        except (OSError, DeltaError) as error:  # a full disk is either
            raise ArchiveError(f"{self.folder} cannot be written to: {error}") from error

    def rewrite(self, table: str, data: pa.RecordBatchReader, what: str) -> None:
        """Put rows in place of all that a partitioned table holds, in one commit.

        Args:
            data: the rows, some at a time.
            what: what is done, for the table's history.

        Raises:
            ArchiveError: the folder cannot be written to.
        """
        try:
            write_deltalake(
                self.path(table),
                data,
                mode="overwrite",
                partition_by=["month"],
                commit_properties=CommitProperties(custom_metadata={"what": what}),
            )
        except (OSError, DeltaError) as error:  # a full disk is either
            raise ArchiveError(f"{self.folder} cannot be written to: {error}") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the archive for writing; one process at a time.

        Raises:
            ArchiveError: another process is writing, or the folder cannot be written to.
        """
        import fcntl

        try:
            self.own.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.own / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ArchiveError(f"{self.folder} cannot be written to: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise ArchiveError(
                f"another process is writing to {self.folder}; wait for it, or stop it"
            ) from error
        try:
            yield
        finally:
            os.close(handle)


def files_of(delta: DeltaTable) -> FileSystemDataset:
    """Return the files that a table has now, to be read as files.

    A process that ends soon after Arrow's threads have called the table's own file system, which
    is Python, is aborted at times.
    """
    from pyarrow import dataset

    told = pa.schema(delta.schema().to_arrow())
    by_folder = [told.field(name) for name in delta.metadata().partition_columns]
    folders = dataset.partitioning(pa.schema(by_folder), flavor="hive") if by_folder else None
    return dataset.dataset(delta.file_uris(), schema=told, format="parquet", partitioning=folders)


def _quoted(month: str) -> str:
    return "'" + month.replace("'", "''") + "'"


def _is_batch(batch: str) -> object:
    from pyarrow import dataset

    return dataset.field("batch") == batch
