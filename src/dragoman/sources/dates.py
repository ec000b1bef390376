"""Published dates of any usual shape, by dateparser; a day is never invented."""

from __future__ import annotations

import warnings
from datetime import date


def parse_published(given: str) -> date | None:
    """Return the day that a string names, or None where it names no whole day.

    Args:
        given: a date as a page or feed writes it ("December 17, 2016 9:43 PM").
    """
    import dateparser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "MDY"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = dateparser.parse(given.strip(" ,"), languages=["en"], settings=settings)
        except Exception:  # dateparser fails in many ways on what is no date
            return None
    return found.date() if found else None
