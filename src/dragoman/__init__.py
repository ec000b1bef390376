"""Dragoman reads news reports and writes political event data.

>>> import dragoman
>>> reading = dragoman.read(text, published="2017-08-14")  # doctest: +SKIP
>>> reading.events[0].type  # doctest: +SKIP
'CONSULT'
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dragoman.records import (
    Entity,
    Event,
    Mention,
    Place,
    Reading,
    Relation,
    Report,
    Statement,
    Time,
)

if TYPE_CHECKING:
    from dragoman.reader import Reader

__version__ = "0.1.0"
__all__ = [
    "Entity",
    "Event",
    "Mention",
    "Place",
    "Reader",
    "Reading",
    "Relation",
    "Report",
    "Statement",
    "Time",
    "__version__",
    "read",
]


def read(text: str, *, published: str | None = None) -> Reading:
    """Read one report with the default model and codebook, loaded at the first call.

    Args:
        text: the report.
        published: the day it was published ("2017-08-14"), where known; without it no relative
            time ("Monday") is given a date.

    Raises:
        SourceError: the text cannot be read, is not English, or the date is none.
    """
    return _default_reader().read(text, published=published)


@lru_cache(maxsize=1)
def _default_reader() -> Reader:
    from dragoman.reader import Reader

    return Reader()


def __getattr__(name: str) -> Any:
    if name == "Reader":
        from dragoman.reader import Reader

        return Reader
    raise AttributeError(f"module 'dragoman' has no attribute {name!r}")
