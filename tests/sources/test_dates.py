"""Published days of many shapes; a day is never invented."""

from datetime import date

import pytest

from dragoman.sources.dates import parse_published


@pytest.mark.parametrize(
    "given",
    [
        "December 17, 2016 9:43 PM",
        "17 December 2016",
        "Dec. 17, 2016",
        "2016-12-17T21:43:00Z",
        "Sat, 17 Dec 2016 21:43:00 +0000",
        "12/17/2016",
    ],
)
def test_a_whole_day_is_read(given: str) -> None:
    assert parse_published(given) == date(2016, 12, 17)


@pytest.mark.parametrize(
    "given", ["12:01 PM, ", "9:43 PM", "", "yesterday's paper", "May 2016", "2016"]
)
def test_no_day_is_invented(given: str) -> None:
    assert parse_published(given) is None
