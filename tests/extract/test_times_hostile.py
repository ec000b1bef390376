"""Times that no calendar holds; every sentence here was made up for the project."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.times import find_times
from dragoman.records import Time

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

from targets import document_by_chance


def _times(text: str, published: date, codebook: Codebook) -> list[Time]:
    return find_times(document_by_chance(text, b"\1"), published, codebook)


@pytest.mark.parametrize("published", [date.min, date.max])
@pytest.mark.parametrize(
    "text",
    [
        "last Monday next Friday this Sunday Monday",
        "the council met a week ago, two centuries ago and 90,000 years from now",
        "tomorrow, yesterday, last weekend, next weekend, last year, next century, the week after",
        "next winter, last spring, in December, on January 1, Easter, the first quarter",
        "9 Ramadan 1440, 30 Muharram 1000, 31 Esfand 1499, 9999-12-31T10:00, week of December 31",
    ],
)
def test_days_beyond_the_calendar_have_no_interval(
    text: str, published: date, codebook: Codebook
) -> None:
    for time in _times(text, published, codebook):
        assert (time.start is None) == (time.end is None)


def test_an_endless_number_is_no_amount(codebook: Codebook) -> None:
    number = "1" + ",000" * 400
    for text in (f"{number} years ago", f"1.{'3' * 400} days", f"{number} centuries later"):
        for time in _times(text, date(2026, 3, 2), codebook):
            assert len(time.value) < 60


@pytest.mark.parametrize("text", ["three dayſ ago", "in 20١٧ and 20١٧-03", "٣ days ago", "20٢0s"])
def test_letters_that_only_match_as_others_make_no_value(text: str, codebook: Codebook) -> None:
    for time in _times(text, date(2026, 3, 2), codebook):
        assert time.value.isascii()
