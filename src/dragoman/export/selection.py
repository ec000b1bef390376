"""What an export writes: the events of an archive that pass the filters, in a fixed order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from dragoman.archive.archive import Archive
from dragoman.archive.query import Filters

Row = dict[str, Any]
_AT_ONCE = 5_000


class ExportError(ValueError):
    """An export that cannot be made; the message says what to do."""


@dataclass(frozen=True)
class Selection:
    """Events of an archive at one version, chosen by filters."""

    archive: Archive
    filters: Filters

    @cached_property
    def events(self) -> pa.Table:
        """The events by day, report and id; the same order for the same archive version."""
        found = self.archive.rows("events", self.filters)
        return found.sort_by([(n, "ascending") for n in ("day", "report_key", "id")])

    @cached_property
    def report_keys(self) -> list[str]:
        """Keys of the reports the events are from, sorted."""
        return sorted(set(self.events.column("report_key").to_pylist()))

    @property
    def narrowed(self) -> bool:
        """Whether a filter other than factuality leaves something out."""
        chosen = (f.name for f in fields(self.filters) if f.name != "factuality")
        return any(getattr(self.filters, name) is not None for name in chosen)

    def rows(self) -> Iterator[Row]:
        """Yield the events as plain rows, some thousand in memory at a time."""
        for batch in self.events.to_batches(max_chunksize=_AT_ONCE):
            yield from batch.to_pylist()


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
    """

    name: str
    file: str
    mediatype: str
    about: str
    left_out: str
    write: Callable[[Selection, Path], None]
    columns: tuple[str, ...] | None = None


def event_key(row: Row) -> str:
    """Return what names an event across an archive: its report's key and its id there."""
    return f"{row['report_key']}-{row['id']}"


def number(key: str) -> int:
    """Return a stable positive 63-bit integer for a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1
