"""Events as CSV and Parquet, whole readings as JSON lines."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from dragoman.archive.cells import cell
from dragoman.export.selection import Format, Selection, read


def write_csv(chosen: Selection, path: Path) -> None:
    """Write the events as UTF-8 CSV (RFC 4180); no cell starts what a spreadsheet would run."""
    names = chosen.schema.names
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([cell(row[name]) for name in names] for row in chosen.rows())


def write_parquet(chosen: Selection, path: Path) -> None:
    """Write the events as one Parquet file, types and lists kept."""
    with pq.ParquetWriter(path, chosen.schema, compression="zstd") as file:
        for batch in chosen.batches():
            file.write_batch(batch)


def write_jsonl(chosen: Selection, path: Path) -> None:
    """Write whole readings, one a line, with the chosen events alone.

    Where a filter narrows the events, only reports with such an event are written.
    """
    chosen_reports = chosen.reports()
    if not chosen.narrowed:
        chosen_reports = chosen.every_report()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for _, wanted, reading in read(chosen.archive, chosen_reports):
            events = tuple(e for e in reading.events if e.id in wanted)
            file.write(msgspec.structs.replace(reading, events=events).to_json() + "\n")


FORMATS = (
    Format(
        "csv", "events.csv", "text/csv", "one event a row, for a spreadsheet or R",
        "mentions, statements, relations and the reports' text", write_csv,
    ),
    Format(
        "jsonl", "readings.jsonl", "application/jsonl", "whole readings, one report a line",
        "actors and stories, which are made from many reports", write_jsonl, (),
    ),
    Format(
        "parquet", "events.parquet", "application/vnd.apache.parquet",
        "one event a row with types and lists kept",
        "mentions, statements, relations and the reports' text", write_parquet,
    ),
)  # fmt: skip
