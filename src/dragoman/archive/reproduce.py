"""Reproducibility: name the versions that made an archive, and code its reports again to see."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from dragoman.archive.archive import Archive
from dragoman.archive.ingest import UNIT, Engine
from dragoman.archive.readings import readings
from dragoman.archive.store import ArchiveError
from dragoman.records import Reading, Report

_TABLES = ("entities", "events", "statements", "relations", "places", "times")


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be the same for the same records.

    Attributes:
        dragoman, model, codebook: the versions that coded every report.
        archive_version: version of the archive's `reports` table.
        reports: how many reports it holds then.
        digest: SHA-256 over the records of all reports, in order of their keys.
    """

    dragoman: str
    model: str
    codebook: str
    archive_version: int
    reports: int
    digest: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A report whose records came out otherwise.

    Attributes:
        report: its id.
        what: what differs: a table's name with counts before and now, or why it was not read.
    """

    report: str
    what: str


def make_lock(archive: Archive) -> Lock:
    """Return the lock of an archive as it is opened.

    Raises:
        ArchiveError: it is empty, or its reports were coded by several versions.
    """
    found = archive.sql("select distinct dragoman, model, codebook from reports").to_pylist()
    if len(found) != 1:
        told = "holds no report" if not found else "was coded by several versions; recode it first"
        raise ArchiveError(f"{archive.store.folder} {told}")
    digest, count = hashlib.sha256(), 0
    for reading in readings(archive):
        digest.update(reading.to_json().encode() + b"\n")
        count += 1
    return Lock(
        **found[0], archive_version=archive.version, reports=count, digest=digest.hexdigest()
    )


def read_lock(path: Path) -> Lock:
    """Read a lock file.

    Raises:
        ArchiveError: it cannot be read or is none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Lock)
    except (OSError, msgspec.DecodeError) as error:
        raise ArchiveError(f"{path} is no lock file: {error}") from error


def version_differences(lock: Lock, now: dict[str, str]) -> list[str]:
    """Return what runs now in another version than the lock names, as lines for people."""
    named = {name: getattr(lock, name) for name in ("dragoman", "model", "codebook")}
    return [
        f"{name} is {now[name]}, the lock names {wanted}"
        for name, wanted in named.items()
        if now[name] != wanted
    ]


def differences(
    archive: Archive,
    engine: Engine,
    *,
    keys: Iterable[str] | None = None,
    on_report: Callable[[], None] = lambda: None,
) -> Iterator[Difference]:
    """Code the reports of an archive again and yield those that come out otherwise.

    Args:
        archive: the archive, at the version that is to be reproduced.
        engine: codes units of reports and yields their outcomes in the same order.
        keys: the reports; all where None.
        on_report: called after each report.
    """
    waiting: deque[Reading] = deque()
    stored = readings(archive, keys)

    def units() -> Iterator[list[Report]]:
        while unit := list(islice(stored, UNIT)):
            waiting.extend(unit)
            yield [reading.report for reading in unit]

    for coded in engine(units()):
        for now in coded:
            before = waiting.popleft()
            if not isinstance(now, Reading):
                yield Difference(before.report.id, f"could not be read: {now.reason}")
            elif told := _told(before, now):
                yield Difference(before.report.id, told)
            on_report()


def _told(before: Reading, now: Reading) -> str:
    """Return what of the records differs, "" where nothing does."""
    parts = []
    for table in _TABLES:
        if getattr(before, table) != getattr(now, table):
            old, new = (Counter(map(repr, getattr(one, table))) for one in (before, now))
            gone, came = sum((old - new).values()), sum((new - old).values())
            parts.append(f"{table}: {gone} gone or changed, {came} new or changed")
    return "; ".join(parts)
