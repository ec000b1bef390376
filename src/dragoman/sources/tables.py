"""CSV and Parquet: one report a row, columns by name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError
from dragoman.sources.jsonl import report_from_mapping
from dragoman.sources.text import MAX_BYTES

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
    return ", ".join(names[:20]) or "none"


def read_csv(
    stream: IO[bytes], where: str, columns: Mapping[str, str] | None = None
) -> Iterator[Report | Failure]:
    """Read reports from a CSV file in UTF-8 whose first line names the columns.

    Args:
        where: the file's name, for messages.
        columns: field to column, where the names are not the usual ones.
    """
    csv.field_size_limit(MAX_BYTES)
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
    try:
        reader = csv.DictReader(lines, dialect=_dialect(lines))
        chosen = choose_columns(list(reader.fieldnames or ()), columns or {})
        for row in reader:
            yield _row(row, chosen, where, reader.line_num)
    except (SourceError, csv.Error, UnicodeDecodeError) as error:
        yield Failure(where, f"this is not a table of reports: {error}")


def _dialect(lines: io.TextIOWrapper) -> type[csv.Dialect]:
    head = lines.readline()
    lines.seek(0)
    try:
        return csv.Sniffer().sniff(head, ",;\t|")
    except csv.Error:
        return csv.excel


def read_parquet(
    file: Path, where: str, columns: Mapping[str, str] | None = None
) -> Iterator[Report | Failure]:
    """Read reports from a Parquet file, a batch of rows at a time.

    Args:
        where: the file's name, for messages.
        columns: field to column, where the names are not the usual ones.
    """
    import pyarrow as pa
    from pyarrow import parquet

    number = 0
    try:
        table = parquet.ParquetFile(file)
        chosen = choose_columns(table.schema_arrow.names, columns or {})
        for batch in table.iter_batches(batch_size=256, columns=list(chosen.values())):
            for row in batch.to_pylist():
                number += 1
                yield _row(row, chosen, where, number)
    except (SourceError, pa.ArrowException) as error:
        yield Failure(where, f"this is not a table of reports: {error}")


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
