"""CSV and Parquet: one report a row, columns by name."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError, clip
from dragoman.sources.jsonl import report_from_mapping
from dragoman.sources.packed import MOST_TIMES, lines_of
from dragoman.sources.text import MAX_BYTES

_HEAD = 100_000  # bytes of the first line that tell what parts the columns
_ROWS = 16  # of a Parquet file held at once: each may have a text of the greatest length
_SMALL = 8 * MAX_BYTES  # bytes that a group of rows may unpack to whatever its packed size
_THRIFT = 10_000_000  # bytes, or entries, of any one thing in a Parquet file's footer
FIELDS = ("text", "id", "title", "published", "source", "url", "language")
# names that other collections use for the same columns
_OTHER_NAMES = {
    "text": ("body", "content", "maintext", "article", "story"),
    "title": ("headline", "heading"),
    "published": ("date", "date_publish", "publish_date", "pubdate", "published_at", "datetime"),
    "source": ("publisher", "source_domain", "domain", "outlet", "media"),
    "url": ("link", "uri"),
    "language": ("lang",),
    "id": ("uid", "guid", "article_id"),
}


def choose_columns(names: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return which column holds which field.

    Args:
        names: the table's columns.
        given: field to column, as the user says; these must exist.

    Raises:
        SourceError: a column that was named does not exist, or no column holds the text.
    """
    by_name = {name.strip().lower(): name for name in names}
    chosen: dict[str, str] = {}
    for field in FIELDS:
        if field in given:
            if given[field] not in names:
                raise SourceError(f"there is no column {given[field]!r}; there are: {_list(names)}")
            chosen[field] = given[field]
            continue
        known = [by_name[n] for n in (field, *_OTHER_NAMES[field]) if n in by_name]
        if known:
            chosen[field] = known[0]
    if "text" not in chosen:
        raise SourceError(
            f"no column holds the text; name it (text=COLUMN). There are: {_list(names)}"
        )
    return chosen


def _list(names: list[str]) -> str:
    return ", ".join(clip(name, 40) for name in names[:20]) or "none"


def read_csv(
    stream: IO[bytes], where: str, columns: Mapping[str, str] | None = None
) -> Iterator[Report | Failure]:
    """Read reports from a CSV file in UTF-8 whose first line names the columns.

    A row that cannot be read is a failure; those behind it are read.

    Args:
        where: the file's name, for messages.
        columns: field to column, where the names are not the usual ones.
    """
    csv.field_size_limit(MAX_BYTES)
    try:
        lines = _Lines(stream)
        rows = csv.reader(lines, **lines.layout())
        names = next(rows, [])
        chosen = choose_columns(names, columns or {})
    except (SourceError, csv.Error) as error:
        yield Failure(where, f"this is not a table of reports: {error}")
        return
    places = {column: names.index(column) for column in chosen.values()}
    while True:
        lines.size = 0
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Failure(where, f"this row cannot be read: {error}", rows.line_num)
            continue
        if cells:
            row = {column: cells[n] for column, n in places.items() if n < len(cells)}
            yield _row(row, chosen, where, rows.line_num)


class _Lines:
    """The lines of a CSV file as strings, none of them longer than a report may be.

    Bytes that are not UTF-8 become half characters, which are refused in a text: so one row in
    another encoding costs no other.

    Attributes:
        size: bytes read since it was last set to 0; over the limit, no row goes on.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = lines_of(stream)
        self._first: bytes | None = next(self._stream, b"").removeprefix(codecs.BOM_UTF8)
        self.size = 0

    def layout(self) -> dict[str, Any]:
        """Return what the first line tells of the file, as arguments of `csv.reader`."""
        head = (self._first or b"")[:_HEAD].decode("utf-8", "replace")
        delimiter = max(",;\t|", key=head.count)
        spaced = 0 < head.count(delimiter) == head.count(delimiter + " ")
        return {"delimiter": delimiter, "skipinitialspace": spaced}

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._stream) if self._first is None else self._first
        self._first = None
        self.size += len(line)
        if self.size > MAX_BYTES:
            raise csv.Error(f"it has over {MAX_BYTES / 1e6:.0f} MB")
        return line.decode("utf-8", "surrogateescape")


def read_parquet(
    file: Path, where: str, columns: Mapping[str, str] | None = None
) -> Iterator[Report | Failure]:
    """Read reports from a Parquet file, some rows at a time.

    A row, or group of rows, that cannot be read is a failure; those behind it are read.

    Args:
        where: the file's name, for messages.
        columns: field to column, where the names are not the usual ones.
    """
    from pyarrow import parquet

    try:
        limits = {"thrift_string_size_limit": _THRIFT, "thrift_container_size_limit": _THRIFT}
        table = parquet.ParquetFile(file, **limits)
        chosen = choose_columns(table.schema_arrow.names, columns or {})
    except Exception as error:  # a damaged file raises errors of many kinds
        yield Failure(where, f"this is not a table of reports: {error}")
        return
    number = 0
    most = max(_SMALL, MOST_TIMES * file.stat().st_size)
    for group in range(table.num_row_groups):
        try:
            for row in _rows_of(table, group, list(chosen.values()), most):
                number += 1
                yield _row(row, chosen, where, number)
        except Exception as error:
            reason = f"group {group + 1} of the rows cannot be read: {error}"
            yield Failure(where, reason, number + 1)


def _rows_of(table: Any, group: int, columns: list[str], most: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of one group.

    What the footer says of single columns is not asked: in a damaged file that ends the process.

    Args:
        most: bytes that the group may unpack to.

    Raises:
        SourceError: they unpack to far more than anything written does.
    """
    _refuse_bomb(table.metadata.row_group(group).total_byte_size, most)
    size = 0
    for batch in table.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns):
        names = batch.schema.names
        for n in range(batch.num_rows):
            row = {name: _cell(batch.column(at), n) for at, name in enumerate(names)}
            # what words of a dictionary are written out to is told nowhere else
            size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
            _refuse_bomb(size, most)
            yield row


def _refuse_bomb(size: int, most: int) -> None:
    if size > most:
        raise SourceError(f"it unpacks to over {MOST_TIMES} times its size, as no text does")


def _cell(column: Any, n: int) -> Any:
    """Return a cell's value; where there is none to be had (a day in the year 60,000), what not."""
    try:
        return column[n].as_py()
    except (ValueError, OverflowError) as error:
        return error


def _row(
    row: Mapping[str, Any], chosen: Mapping[str, str], where: str, number: int
) -> Report | Failure:
    found = {field: _plain(row.get(column)) for field, column in chosen.items()}
    try:
        return report_from_mapping(found)
    except SourceError as error:
        known = found.get("id")
        return Failure(where, str(error), number, str(known) if known else None)


def _plain(value: Any) -> Any:
    """Return a cell as JSON would have it: a day as its ISO date."""
    return value.isoformat() if hasattr(value, "isoformat") else value
