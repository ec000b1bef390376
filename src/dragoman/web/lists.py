"""One list of records: the same rows for a page, for JSON and for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from dragoman.archive.schema import Row
from dragoman.web.asked import Asked, AskedError
from dragoman.web.desk import Desk

MOST_WHOLE = 100_000  # rows of a list as one CSV file
_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows, and how many there are in all."""

    asked: Asked
    rows: list[Row]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.asked.per))


def listing(desk: Desk, asked: Asked, total: int | None = None) -> Listing:
    """Return what was asked for; `total` where it was counted before."""
    return Listing(asked, desk.rows(asked), desk.total(asked) if total is None else total)


def as_json(found: Listing) -> bytes:
    """Return a list as JSON: `rows`, `total`, `page`, `pages`, `per`."""
    asked = found.asked
    return msgspec.json.encode(
        {
            "rows": found.rows,
            "total": found.total,
            "page": asked.page,
            "pages": found.pages,
            "per": asked.per,
        }
    )


def whole(desk: Desk, asked: Asked) -> Iterator[bytes]:
    """Return a whole list as CSV, some rows at a time.

    Raises:
        AskedError: it has more than `MOST_WHOLE` rows, or the query takes too much (503).
    """
    count = desk.total(asked)
    if count > MOST_WHOLE:
        raise AskedError(f"the list has {count:,} rows, more than {MOST_WHOLE:,}; narrow it, ask"
                         " for pages, or use dragoman export", "too_large", 503)  # fmt: skip
    table = desk.archive.rows(asked.kind, asked.filters, limit=MOST_WHOLE)
    parts = table.to_batches(max_chunksize=1_000)
    return (
        as_csv(part.to_pylist(), head=n == 0).encode("utf-8", "replace")
        for n, part in enumerate(parts)
    )


def as_csv(rows: list[Row], *, head: bool = True) -> str:
    """Return rows as CSV; cells that a spreadsheet would run get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out)
    if rows and head:
        writer.writerow(rows[0])
    writer.writerows([[_cell(value) for value in row.values()] for row in rows])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(v, str | None) for v in value):
        value = ", ".join(v or "?" for v in value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(_SPREADSHEET) else text
