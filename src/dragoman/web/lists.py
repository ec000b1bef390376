"""One list of records: the same rows for a page, for JSON and for CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import msgspec

from dragoman.archive.schema import Row
from dragoman.web.asked import Asked
from dragoman.web.desk import Desk

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


def listing(desk: Desk, asked: Asked) -> Listing:
    """Return what was asked for."""
    return Listing(asked, desk.rows(asked), desk.total(asked))


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


def as_csv(rows: list[Row]) -> str:
    """Return rows as CSV; a cell that a spreadsheet would run gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    if rows:
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
