"""One list of records: the same rows for a page, for JSON and for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import pyarrow as pa

from dragoman.archive.cells import cell
from dragoman.archive.described import list_columns
from dragoman.archive.schema import Row
from dragoman.web.asked import Asked, AskedError
from dragoman.web.desk import Desk

MOST_WHOLE = 100_000  # rows of a list as one CSV file


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
    return _whole(desk.archive.rows(asked.kind, asked.filters, limit=MOST_WHOLE))


def _whole(table: pa.Table) -> Iterator[bytes]:
    yield as_csv(table.column_names, []).encode()
    for part in table.to_batches(max_chunksize=1_000):
        yield _lines(table.column_names, part.to_pylist()).encode("utf-8", "replace")


def as_csv(names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as CSV, the names of their columns first, also where there is no row.

    Cells that a spreadsheet would run get an apostrophe before them.
    """
    return _lines(names, [dict(zip(names, names, strict=True)), *rows])


def page_csv(desk: Desk, asked: Asked) -> str:
    """Return a page of a list as CSV."""
    return as_csv([column.name for column in list_columns(asked.kind)], desk.rows(asked))


def _lines(names: Sequence[str], rows: Sequence[Row]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([[cell(row[name]) for name in names] for row in rows])
    return out.getvalue()
