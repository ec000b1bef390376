"""Files, folders and standard input become reports, or the reasons why not."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError, make_report
from dragoman.sources.html import looks_like_html, read_html
from dragoman.sources.jsonl import read_jsonl
from dragoman.sources.text import MAX_BYTES, decode, too_large

_HTML = {".html", ".htm", ".xhtml"}
_JSONL = {".jsonl", ".ndjson", ".json"}
_TEXT = {".txt", ".text", ".md", ""}
STDIN = "-"


def read_files(paths: Iterable[str], published: str | None = None) -> Iterator[Report | Failure]:
    """Read reports from files, folders and standard input ("-"), in the order given.

    Args:
        paths: text files, HTML pages, JSON Lines files, or folders of these.
        published: ISO date given to every report that has none of its own.
    """
    for path in paths:
        for found in _read_path(path):
            undated = isinstance(found, Report) and found.published is None
            yield _dated(found, published) if undated and published else found


def _dated(report: Report | Failure, published: str) -> Report | Failure:
    if isinstance(report, Failure):
        return report
    from dragoman.sources.base import report_id

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


def _read_path(path: str) -> Iterator[Report | Failure]:
    if path == STDIN:
        yield from _read_bytes(sys.stdin.buffer.read(), "standard input", "")
        return
    file = Path(path)
    if file.is_dir():
        yield from _read_folder(file)
        return
    try:
        if file.suffix.lower() in _JSONL - {".json"}:
            with file.open("rb") as lines:
                yield from read_jsonl(lines, path)
            return
        if file.stat().st_size > MAX_BYTES:
            yield Failure(path, too_large(file.stat().st_size))
            return
        yield from _read_bytes(file.read_bytes(), path, file.suffix.lower())
    except FileNotFoundError:
        yield Failure(path, "there is no such file")
    except OSError as error:
        yield Failure(path, f"the file cannot be read: {error.strerror or error}")


def _read_folder(folder: Path) -> Iterator[Report | Failure]:
    known = _HTML | _JSONL | _TEXT
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.suffix.lower() in known)
    if not files:
        yield Failure(str(folder), "this folder holds no text, HTML or JSON Lines file")
    for file in files:
        yield from _read_path(str(file))


def _read_bytes(data: bytes, where: str, suffix: str) -> Iterator[Report | Failure]:
    if suffix in _JSONL or (not suffix and _looks_like_json(data)):
        yield from read_jsonl(_json_lines(data), where)
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


def _json_lines(data: bytes) -> list[bytes]:
    """Return the lines, or one line where the whole file is one JSON object."""
    import msgspec

    lines = data.splitlines()
    if len(lines) > 1 and lines[0].strip() in (b"{", b"["):
        try:
            whole = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return lines
        objects = whole if isinstance(whole, list) else [whole]
        return [msgspec.json.encode(found) for found in objects]
    return lines
