"""The day a report was published, as its source wrote it."""

from __future__ import annotations

import re
from datetime import date

from dragoman.sources.dates import parse_published

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


_LONGEST = 100  # characters; what is longer is no date


class ImpossibleDateError(ValueError):
    """What was given as a date names a day that does not exist."""


def find_published(given: str | None) -> date | None:
    """Return the day a string names, or None where it names none.

    A year has four figures: "Dec 13, 20" is as likely a date cut short as one of 2020.

    Args:
        given: a date of any shape ("2017-08-14", "December 17, 2016 9:43 PM").
    """
    if not given or len(given) > _LONGEST or not given.strip():
        return None
    if _ISO.match(given.strip()):
        try:
            return date.fromisoformat(given.strip()[:10])
        except ValueError:
            return None
    return parse_published(given) if _YEAR.search(given) else None


def read_published(given: str | None) -> str | None:
    """Return the day a string names as an ISO date; None where it names none at all.

    Raises:
        ImpossibleDateError: it is written as a date, but there is no such day.
    """
    found = find_published(given)
    if found is not None:
        return found.isoformat()
    if given and _YEAR.search(given):
        raise ImpossibleDateError(
            f"there is no such date: {given[:_LONGEST]!r}; write it as 2017-08-14"
        )
    return None
