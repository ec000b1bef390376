"""The day of an event; every sentence here was made up for the project."""

from datetime import date

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.event_time import date_event
from dragoman.extract.times import find_times
from dragoman.language import Annotator
from dragoman.records import EventDate

PUBLISHED = date(2017, 8, 16)  # a Wednesday

TOLD = [
    ("The minister held talks with the governor on Monday.", "talks", "2017-08-14"),
    ("The envoy's visit to Norway, which started on Saturday, was short.", "visit", "2017-08-12"),
    ("The president condemned Friday's attack.", "attack", "2017-08-11"),
    ("A bomb exploded near the market on Sunday, killing ten people.", "killing", "2017-08-13"),
    ("The treaty was signed in Geneva in March 2015.", "signed", "2015-03"),
    ("The ministers agreed to meet on Friday.", "meet", "2017-08-18"),
]


def _date(
    annotator: Annotator,
    codebook: Codebook,
    text: str,
    word: str,
    published: date | None = PUBLISHED,
    historical: bool = False,
) -> EventDate:
    doc = next(iter(annotator.annotate([text])))
    times = find_times(doc, published, codebook)
    trigger = next(token for token in doc.tokens if token.text == word)
    return date_event(trigger, doc, times, published, codebook.times, historical=historical)


@pytest.mark.parametrize(("text", "word", "value"), TOLD)
def test_the_clause_dates_its_event(
    annotator: Annotator, codebook: Codebook, text: str, word: str, value: str
) -> None:
    found = _date(annotator, codebook, text, word)
    assert (found.basis, found.value) == ("text", value)
    assert found.text_span is not None


def test_the_day_of_telling_is_not_that_of_the_event(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "Officials said on Tuesday that rebels attacked the town."
    found = _date(annotator, codebook, text, "attacked")
    assert (found.basis, found.value) == ("published", "2017-08-16")


RANGES = [
    ("Gunners shelled the village from Saturday to Tuesday.", "shelled"),
    ("Gunners shelled the village between Saturday and Tuesday.", "shelled"),
]


@pytest.mark.parametrize(("text", "word"), RANGES)
def test_a_range_dates_from_its_first_day_to_its_last(
    annotator: Annotator, codebook: Codebook, text: str, word: str
) -> None:
    found = _date(annotator, codebook, text, word)
    assert (found.start, found.end) == ("2017-08-12", "2017-08-15")


def test_background_without_a_time_has_no_day(annotator: Annotator, codebook: Codebook) -> None:
    text = "Protesters clashed with police."
    assert _date(annotator, codebook, text, "clashed", historical=True) == EventDate()


def test_nothing_is_known_without_a_published_day(annotator: Annotator, codebook: Codebook) -> None:
    text = "Protesters clashed with police."
    assert _date(annotator, codebook, text, "clashed", None) == EventDate()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The ministers agreed to meet on Friday.", "agreed"),
        ("Police arrested the leader of a 1998 coup.", "arrested"),
    ],
)
def test_a_day_told_of_something_else_is_left_to_it(
    annotator: Annotator, codebook: Codebook, text: str, word: str
) -> None:
    found = _date(annotator, codebook, text, word)
    assert (found.basis, found.value) == ("published", "2017-08-16")


@pytest.mark.parametrize(
    ("text", "word", "start", "end"),
    [
        ("Kenya has fought the militia since 2011.", "fought", "2011-01-01", None),
        ("The army will patrol the port until September 2017.", "patrol", None, "2017-09-30"),
        ("Kenya fought the militia in 2011.", "fought", "2011-01-01", "2011-12-31"),
    ],
)
def test_since_and_until_leave_a_side_open(
    annotator: Annotator, codebook: Codebook, text: str, word: str, start: str, end: str | None
) -> None:
    found = _date(annotator, codebook, text, word)
    assert (found.start, found.end) == (start, end)
