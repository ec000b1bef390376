"""Care of an archive: is it whole, what happened to it, fewer and larger files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deltalake import DeltaTable

from dragoman.archive.archive import Archive
from dragoman.archive.readings import readings
from dragoman.archive.reviews import journal_path, read_journal
from dragoman.archive.schema import DETAILS, TABLES
from dragoman.archive.store import ArchiveError, Store
from dragoman.verify import RecordError, check_spans

WRITES = {"WRITE": "ingest", "OPTIMIZE": "compact", "DELETE": "purge"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with an archive.

    Attributes:
        table: where.
        what: what is wrong, and what to do.
    """

    table: str
    what: str


def check(store: Store, *, sample: int | None = None) -> Iterator[Finding]:
    """Yield what is wrong: files that are gone, reports counted twice, records without words.

    Args:
        store: the archive's tables.
        sample: how many reports to read back and check span by span; all where None.

    Raises:
        ArchiveError: the folder is no archive.
    """
    missing = list(_missing_files(store))
    yield from missing
    for number in read_journal(store).torn:
        yield Finding("reviews", f"{journal_path(store)}:{number} cannot be read; it counts for"
                      " nothing, and can be deleted")  # fmt: skip
    if missing:
        return
    archive = Archive(store.folder, reviews=False)
    yield from _doubled(archive)
    yield from _strays(archive)
    yield from _wrong_records(archive, sample)


def _missing_files(store: Store) -> Iterator[Finding]:
    store.open("reports")
    for table in (*TABLES, "failures"):
        if not store.exists(table):
            continue
        delta = store.open(table)
        held = delta.file_uris()
        gone = [uri for uri in held if not _is_there(uri)]
        if gone:
            yield Finding(table, f"{len(gone)} of {len(held)} files are gone, first {gone[0]}")


def _is_there(uri: str) -> bool:
    from pathlib import Path

    return "://" in uri or Path(uri).is_file()


def _doubled(archive: Archive) -> Iterator[Finding]:
    for key, count in _pairs(archive, "select key, count(*) from all_reports group by key"):
        if count > 1:
            yield Finding("reports", f"report {key} is counted {count} times")
    for table in (name for name in DETAILS if name not in ("mentions", "times")):
        query = f"select report, count(*) - count(distinct id) from {table} group by report"
        for key, extra in _pairs(archive, query):
            if extra:
                yield Finding(table, f"report {key} has {extra} records twice")


def _strays(archive: Archive) -> Iterator[Finding]:
    """Records of a report that name an entity which the report does not have."""
    query = (
        "select m.report, count(*) from mentions m left join entities e"
        " on e.report = m.report and e.id = m.entity where e.id is null group by m.report"
    )
    for key, count in _pairs(archive, query):
        yield Finding("mentions", f"report {key} has {count} mentions of no entity")


def _wrong_records(archive: Archive, sample: int | None) -> Iterator[Finding]:
    limit = "" if sample is None else f" limit {int(sample)}"
    query = f"select key from reports order by hash(key){limit}"
    keys = archive.sql(query).column("key").to_pylist()
    for key, reading in zip(keys, readings(archive, keys), strict=True):
        try:
            check_spans(reading)
        except RecordError as error:
            yield Finding("reports", f"report {key}: {error}")


def _pairs(archive: Archive, query: str) -> Iterator[tuple[str, int]]:
    for row in archive.sql(query).to_pylist():
        key, count = row.values()
        yield str(key), int(count)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an archive: one commit of its reports.

    Attributes:
        number: the version, as `at` takes it.
        when: ISO time of the commit, UTC.
        what: ingest, recode, compact or purge.
        added: rows that the commit wrote; None where Delta does not say.
    """

    number: int
    when: str
    what: str
    added: int | None


def history(store: Store) -> list[Version]:
    """Return the versions of an archive, the newest first.

    Raises:
        ArchiveError: the folder is no archive.
    """
    return [_version(commit) for commit in store.open("reports").history()]


def _version(commit: dict[str, Any]) -> Version:
    when = datetime.fromtimestamp(commit["timestamp"] / 1000, UTC)
    metrics = commit.get("operationMetrics") or {}
    added = metrics.get("num_added_rows")
    operation = str(commit.get("operation", "")).upper()
    what = commit.get("what") or WRITES.get(operation, operation.lower())
    return Version(
        int(commit["version"]),
        when.isoformat(timespec="seconds"),
        what,
        None if added is None else int(added),
    )


@dataclass(frozen=True, slots=True)
class Compaction:
    """What compacting did to a table: files before and after, rows that were purged."""

    table: str
    before: int
    after: int
    purged: int


def compact(store: Store, *, purge: bool = False) -> Iterator[Compaction]:
    """Join a table's small files, table by table; the caller holds the lock.

    Args:
        store: the archive's tables.
        purge: also remove the rows that no report names any more (of runs that were stopped and
            of codings since replaced) and every file that only older versions need: those
            versions cannot be opened any more.

    Raises:
        ArchiveError: the folder is no archive.
    """
    archive = Archive(store.folder, reviews=False)
    held = {t: store.open(t) for t in (*TABLES, "failures") if store.exists(t)}
    before = {table: len(delta.file_uris()) for table, delta in held.items()}
    purged = {
        table: _purge(delta, archive, table)
        for table, delta in held.items()
        if purge and table in DETAILS
    }
    for table, delta in held.items():
        delta.optimize.compact()
        if purge:
            delta.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        yield Compaction(table, before[table], len(delta.file_uris()), purged.get(table, 0))


def _purge(delta: DeltaTable, archive: Archive, table: str) -> int:
    """Delete the rows of codings that no report names; return how many."""
    strays = archive.sql(
        f"select batch, list(distinct report order by report) as reports from all_{table} d"
        " anti join all_reports r on d.report = r.key and d.batch = r.batch group by batch"
    )
    purged = 0
    for row in strays.to_pylist():
        named = ", ".join(f"'{key}'" for key in row["reports"])
        done = delta.delete(f"batch = '{row['batch']}' and report in ({named})")
        purged += int(done["num_deleted_rows"])
    return purged


def counts(archive: Archive) -> dict[str, int]:
    """Return how many rows of each table count."""
    one = " union all ".join(f"select '{t}' as t, count(*) as n from {t}" for t in TABLES)
    return {row["t"]: row["n"] for row in archive.sql(one).to_pylist()}


__all__ = ["ArchiveError", "Compaction", "Finding", "Version", "check", "compact", "counts",
           "history"]  # fmt: skip
