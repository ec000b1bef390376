"""What an export writes: the events of an archive that pass the filters, in a fixed order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.query import Filters, Query, select
from dragoman.archive.readings import AT_ONCE, readings
from dragoman.records import Reading

Row = dict[str, Any]
TSV = "text/tab-separated-values"
_AT_ONCE = 5_000


class ExportError(ValueError):
    """An export that cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Selection:
    """Events of an archive at one version, chosen by filters."""

    archive: Archive
    filters: Filters

    @property
    def _query(self) -> Query:
        found = select("events", self.filters)
        return Query(f"select * from ({found.sql}) order by day, report_key, id", found.parameters)

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of the events."""
        return self.archive.rows("events", self.filters, limit=0).schema

    @cached_property
    def facts(self) -> Row:
        """Number of the `events` and their `reports`, `first_day` and `last_day` (or None)."""
        query = self._query
        counted = (
            "select count(*) as events, count(distinct report_key) as reports,"
            f" min(day) as first_day, max(day) as last_day from ({query.sql})"
        )
        [row] = self.archive.sql(counted, query.parameters).to_pylist()
        return dict(row)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the events by day, report and id, some thousand at a time.

        The database sorts them within its limit of memory; here are never more than a batch.
        """
        yield from self._stream(self._query)

    def rows(self) -> Iterator[Row]:
        """Yield the events as plain rows, in the order of `batches`."""
        for batch in self.batches():
            yield from batch.to_pylist()

    def reports(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield key and chosen events' ids of each report that has one, by key."""
        found = self._query
        query = f"select report_key, list(id) as ids from ({found.sql}) group by all order by all"
        for batch in self._stream(Query(query, found.parameters)):
            for row in batch.to_pylist():
                yield row["report_key"], frozenset(row["ids"])

    def every_report(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield key and chosen events' ids of each report of the archive, by key."""
        found = self._query
        query = (
            f"select r.key, list(e.id) filter (e.id is not null) as ids from reports r"
            f" left join ({found.sql}) e on e.report_key = r.key group by all order by all"
        )
        for batch in self._stream(Query(query, found.parameters)):
            for row in batch.to_pylist():
                yield row["key"], frozenset(row["ids"] or ())

    def _stream(self, query: Query) -> Iterator[pa.RecordBatch]:
        with self.archive.connect() as connection:
            yield from connection.sql(query.sql, params=query.parameters).to_arrow_reader(_AT_ONCE)

    @property
    def narrowed(self) -> bool:
        """Whether a filter other than factuality leaves something out."""
        chosen = (f.name for f in fields(self.filters) if f.name != "factuality")
        return any(getattr(self.filters, name) is not None for name in chosen)


@dataclass(frozen=True)
class Format:
    """One format an archive is exported to.

    Attributes:
        name: what `--to` is given.
        file: name of the file where `--out` is a folder.
        mediatype: IANA media type, or the nearest.
        about: what the file holds, in a line.
        left_out: what an archive holds and the file does not.
        write: writes the file.
        columns: names of a table's columns, where they are not those of the events.
        header: whether a table's first line names its columns.
    """

    name: str
    file: str
    mediatype: str
    about: str
    left_out: str
    write: Callable[[Selection, Path], None]
    columns: tuple[str, ...] | None = None
    header: bool = True


def read(
    archive: Archive, reports: Iterator[tuple[str, frozenset[str]]]
) -> Iterator[tuple[str, frozenset[str], Reading]]:
    """Yield key, wanted events' ids and whole reading of each report, some hundred at a time."""
    while part := list(islice(reports, AT_ONCE)):
        found = readings(archive, [key for key, _ in part])
        for (key, wanted), reading in zip(part, found, strict=True):
            yield key, wanted, reading


def event_key(row: Row) -> str:
    """Return what names an event across an archive: its report's key and its id there."""
    return f"{row['report_key']}-{row['id']}"


def number(key: str) -> int:
    """Return a stable positive 63-bit integer for a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1
