"""JSON Lines: one report a line; a bad line is told with its number and loses no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec

from dragoman.records import Report
from dragoman.sources.base import Failure, SourceError, clip, make_report
from dragoman.sources.text import MAX_BYTES

_FIELDS = ("id", "title", "published", "source", "url", "language")


def read_jsonl(lines: Iterable[bytes], where: str) -> Iterator[Report | Failure]:
    """Read reports from lines of JSON.

    Args:
        lines: the lines, as bytes in UTF-8; blank ones are passed over.
        where: the file's name, for messages.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield read_json_report(line.lstrip(b"\xef\xbb\xbf") if number == 1 else line)
        except SourceError as error:
            yield Failure(where, str(error), number, _given_id(line))


def read_json_report(line: bytes) -> Report:
    """Read one report from a JSON object.

    Raises:
        SourceError: it is no JSON object, lacks `text`, or a field is not what it should be.
    """
    if len(line) > MAX_BYTES:
        raise SourceError(f"the line has over {MAX_BYTES / 1e6:.0f} MB: too much for one report")
    data = _decode(line)
    if not isinstance(data, dict):
        raise SourceError("this line is JSON, but not an object with a `text`")
    return report_from_mapping(data)


def _decode(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except RecursionError as error:
        raise SourceError("this line is not read: its JSON is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"this line is not JSON: {error}") from error


def report_from_mapping(data: dict[str, Any]) -> Report:
    """Make a report of a mapping with `text` and, where known, the other fields.

    Raises:
        SourceError: `text` is missing or is no string, or a field is not what it should be.
    """
    text = data.get("text")
    if not isinstance(text, str):
        what = "has no `text`" if "text" not in data else "has a `text` that is not a string"
        keys = ", ".join(clip(key, 40) for key in islice(data, 20))
        raise SourceError(f"the report {what}; its keys are: {keys or 'none'}")
    return make_report(text, **{key: _field(data, key) for key in _FIELDS})


def _field(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise SourceError(f"the report's `{key}` is not a string: {clip(value)}")


def _given_id(line: bytes) -> str | None:
    try:
        data = _decode(line)
    except SourceError:
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return str(found) if isinstance(found, str | int) else None


def json_lines(data: bytes) -> list[bytes]:
    """Return the lines of a file, or the objects of one that is a single JSON value."""
    lines = data.splitlines()
    if len(lines) > 1 and lines[0].strip() not in (b"{", b"["):
        return lines
    try:
        whole = _decode(data)
    except SourceError:
        return lines
    objects = whole if isinstance(whole, list) else [whole]
    return [msgspec.json.encode(found) for found in objects]
