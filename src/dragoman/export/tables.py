"""Events as CSV and Parquet, whole readings as JSON lines."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from dragoman.archive.readings import readings
from dragoman.export.cells import cell
from dragoman.export.selection import Format, Selection


def write_csv(chosen: Selection, path: Path) -> None:
    """Write the events as UTF-8 CSV (RFC 4180); no cell starts what a spreadsheet would run."""
    names = chosen.events.column_names
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([cell(row[name]) for name in names] for row in chosen.rows())


def write_parquet(chosen: Selection, path: Path) -> None:
    """Write the events as one Parquet file, types and lists kept."""
    pq.write_table(chosen.events.replace_schema_metadata(None), path, compression="zstd")


def write_jsonl(chosen: Selection, path: Path) -> None:
    """Write whole readings, one a line, with the chosen events alone.

    Where a filter narrows the events, only reports with such an event are written.
    """
    wanted: dict[str, set[str]] = {}
    for row in chosen.events.select(["report_key", "id"]).to_pylist():
        wanted.setdefault(row["report_key"], set()).add(row["id"])
    keys = chosen.report_keys
    if not chosen.narrowed:
        found = chosen.archive.sql("select key from reports order by key")
        keys = found.column("key").to_pylist()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for key, reading in zip(keys, readings(chosen.archive, keys), strict=True):
            events = tuple(e for e in reading.events if e.id in wanted.get(key, ()))
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
