"""Cells of a table as text that a spreadsheet shows and never runs."""

from __future__ import annotations

import json
from typing import Any

_RUN = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    """Return a cell as text; one that a spreadsheet would run gets an apostrophe before it."""
    text = plain(value).replace("\0", "")
    plain_number = isinstance(value, int | float)
    return f"'{text}" if text.startswith(_RUN) and not plain_number else text


def plain(value: Any) -> str:
    """Return a value as text: several with "; " between them, other nested values as JSON.

    One that is not known is "?"; several of one party, as its sectors, have a space between them.
    """
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(v, str | None) for v in value):
        return "; ".join(v or "?" for v in value)
    if isinstance(value, list) and all(_are_words(v) for v in value):
        return "; ".join(" ".join(v) or "?" for v in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
