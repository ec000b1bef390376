"""Files, folders, globs, addresses and standard input become reports, or the reasons why not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from glob import glob
from pathlib import Path
from typing import IO

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError, make_report, report_id
from dragoman.sources.bucket import fetched, is_object, list_objects
from dragoman.sources.feed import looks_like_feed, read_feed
from dragoman.sources.html import looks_like_html, read_html
from dragoman.sources.jsonl import json_lines, read_jsonl
from dragoman.sources.packed import PACKED, inner_suffix, lines_of, open_bytes, read_whole
from dragoman.sources.tables import read_csv, read_parquet
from dragoman.sources.text import MAX_BYTES, decode, too_large
from dragoman.sources.warc import read_warc
from dragoman.sources.web import is_address, read_url

Found = Iterator[Report | Failure]
Columns = Mapping[str, str]

_HTML = {".html", ".htm", ".xhtml"}
_LINES = {".jsonl", ".ndjson"}
_TABLES = {".csv", ".tsv"}
_FEEDS = {".rss", ".atom", ".xml"}
_TEXT = {".txt", ".text", ".md"}
KNOWN = _HTML | _LINES | _TABLES | _FEEDS | _TEXT | {".json", ".parquet", ".warc"}
STDIN = "-"


def read_files(
    paths: Iterable[str],
    published: str | None = None,
    columns: Columns | None = None,
    on_file: Callable[[str], None] = lambda _: None,
) -> Found:
    """Read reports from whatever is named, in the order given.

    Args:
        paths: files (text, HTML, JSON Lines, CSV, Parquet, WARC, feeds; gzip and Zstandard are
            unpacked), folders, globs, S3 addresses of any of these, web addresses, or "-" for
            standard input.
        published: ISO date given to every report that has none of its own.
        columns: field to column, for tables whose columns have other names.
        on_file: called with each file before it is read.
    """
    for path in paths:
        for file in expand(path):
            on_file(file)
            for found in _read_path(file, columns or {}):
                yield _dated(found, published) if published else found


def expand(path: str) -> list[str]:
    """Return the files that a path stands for: a folder's, a glob's, or itself."""
    if path == STDIN or is_address(path):
        return [path]
    if is_object(path):
        return _objects(path)
    if Path(path).is_dir():
        files = (f for f in Path(path).rglob("*") if f.is_file() and inner_suffix(f) in KNOWN)
        return sorted(map(str, files)) or [path]
    if not Path(path).exists() and any(c in path for c in "*?["):
        return sorted(glob(path, recursive=True)) or [path]
    return [path]


def _objects(path: str) -> list[str]:
    try:
        found = list_objects(path)
    except (OSError, SourceError):
        return [path]  # reading it says why
    return [one for one in found if inner_suffix(Path(one)) in KNOWN] or [path]


def _dated(report: Report | Failure, published: str) -> Report | Failure:
    if isinstance(report, Failure) or report.published is not None:
        return report
    own_id = report.id != report_id(report.text, None)
    return make_report(
        report.text,
        id=report.id if own_id else None,
        title=report.title,
        published=published,
        source=report.source,
        url=report.url,
        language=report.language,
    )


def _read_path(path: str, columns: Columns) -> Found:
    if path == STDIN:
        yield from _read_bytes(sys.stdin.buffer.read(), "standard input", "")
    elif is_address(path):
        yield from read_url(path)
    else:
        try:
            with _file(path) as file:
                yield from _read_file(file, path, columns)
        except FileNotFoundError:
            yield Failure(path, "there is no such file")
        except (OSError, EOFError) as error:
            reason = getattr(error, "strerror", None) or error
            yield Failure(path, f"the file cannot be read: {reason}")
        except SourceError as error:
            yield Failure(path, str(error))


def _file(path: str) -> AbstractContextManager[Path]:
    return fetched(path) if is_object(path) else nullcontext(Path(path))


def _read_file(file: Path, where: str, columns: Columns) -> Found:
    suffix = inner_suffix(file)
    if file.is_dir():
        yield Failure(where, "this folder holds no file that can be read")
    elif suffix == ".parquet":
        yield from read_parquet(file, where, columns)
    elif suffix == ".warc":
        with file.open("rb") as raw:
            yield from read_warc(raw, where)
    elif suffix in _LINES | _TABLES:
        with open_bytes(file) as stream:
            yield from _read_many(stream, where, suffix, columns)
    elif file.suffix.lower() not in PACKED and file.stat().st_size > MAX_BYTES:
        yield Failure(where, too_large(file.stat().st_size))
    else:
        with open_bytes(file) as stream:
            data = read_whole(stream)
        yield from _read_bytes(data, where, suffix)


def _read_many(stream: IO[bytes], where: str, suffix: str, columns: Columns) -> Found:
    if suffix in _LINES:
        return read_jsonl(lines_of(stream), where)
    return read_csv(stream, where, columns)


def _read_bytes(data: bytes, where: str, suffix: str) -> Found:
    """Read what is one report, or says itself that it is many."""
    if suffix == ".json" or (not suffix and _looks_like_json(data)):
        yield from read_jsonl(json_lines(data), where)
        return
    if suffix not in _HTML | _TEXT and looks_like_feed(data):
        yield from read_feed(data, where)
        return
    try:
        if suffix in _HTML or looks_like_html(data):
            yield read_html(data)
        else:
            yield make_report(decode(data))
    except SourceError as error:
        yield Failure(where, str(error))


def _looks_like_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2] in (b'{"', b"{ ", b"{\n")
