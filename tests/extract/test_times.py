"""Times as TIMEX3; every sentence here was made up for the project."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.codebook import Codebook
from dragoman.extract.time_grammar import build_grammar
from dragoman.extract.times import find_times
from dragoman.language import Annotator, Document
from dragoman.language.document import Sentence, Token
from dragoman.records import Time

PUBLISHED = date(2017, 8, 16)  # a Wednesday
DAY = r"(?:\d{4}|XXXX)-(?:\d\d|XX)-(?:\d\d|XX)"
WEEK = r"(?:\d{4}|XXXX)-W(?:\d\d|XX)(?:-(?:[1-7]|WE))?"
YEAR = r"\d{2}(?:XX)?|\d{3}X|\d{4}|XXXX|(?:\d{4}|XXXX)-(?:\d\d|XX|SP|SU|FA|WI|Q[1-4X]|H[12])"
CLOCK = r"T(?:\d\d:\d\d(?::\d\d)?|MO|AF|EV|NI|MI|DT)"
LENGTH = r"P(?:T?(?:\d+(?:\.\d+)?|X)(?:WE|[YMWDHSQ]))+"
VALUE = re.compile(
    rf"(?:{YEAR}|(?:{DAY}|{WEEK})(?:{CLOCK})?|{CLOCK}|{LENGTH}|P?T?(?:\d+H\d+M)|PT\d+H\d+M"
    r"|(?:PRESENT|PAST|FUTURE)_REF)"
)

READ = [
    ("The ministers met on 3 May 2016.", "DATE", "2016-05-03"),
    ("The ministers met on May 3, 2016.", "DATE", "2016-05-03"),
    ("Police arrested ten people on Monday.", "DATE", "2017-08-14"),
    ("The parliament will vote on Monday.", "DATE", "2017-08-21"),
    ("The embassy closed on 9 August.", "DATE", "2017-08-09"),
    ("The embassy closed in January 1998.", "DATE", "1998-01"),
    ("The embassy closed last November.", "DATE", "2016-11"),
    ("The border has been shut since 2011.", "DATE", "2011"),
    ("The border was shut in the 1990s.", "DATE", "199X"),
    ("The border was shut yesterday.", "DATE", "2017-08-15"),
    ("The border was shut three days ago.", "DATE", "2017-08-13"),
    ("The border was shut two months ago.", "DATE", "2017-06"),
    ("The border was shut last year.", "DATE", "2016"),
    ("Police have looked for the driver since the Nov. 3 shooting.", "DATE", "2016-11-03"),
    ("Both parties prepare for the June 7 election.", "DATE", "2018-06-07"),
    ("The court could rule as early as Tuesday.", "DATE", "2017-08-22"),
    ("The alliance has decided to admit the kingdom in March.", "DATE", "2018-03"),
    ("A guard was shot the day before last Tuesday.", "DATE", "2017-08-14"),
    ("They were the first states to leave the union on Friday.", "DATE", "2017-08-11"),
    ("To lose the port on Friday was a blow to the army.", "DATE", "2017-08-11"),
    ("The families were told to leave by Saturday.", "DATE", "2017-08-19"),
    ("Thousands are expected at Saturday's funeral.", "DATE", "2017-08-19"),
    ("The governor will campaign until Election Day.", "DATE", "2017-11-07"),
    ("The accord expires at the end of the year.", "DATE", "2017"),
    ("The siege went on for two and a half years.", "DURATION", "P2Y6M"),
    ("The crews train twice a month.", "SET", "P1M"),
    ("The envoy spoke for five hours.", "DURATION", "PT5H"),
    ("The envoy began a two-day visit.", "DURATION", "P2D"),
    ("Villagers are shelled every day.", "SET", "P1D"),
    ("The truce ends at midnight on 30 June.", "TIME", "2018-06-30T24:00"),
    ("Polls opened at 7 a.m. on August 13.", "TIME", "2017-08-13T07:00"),
    ("The crew waited for half an hour.", "DURATION", "PT30M"),
    ("Half an hour later the crew left.", "DURATION", "PT30M"),
    ("The siege went on for half a year.", "DURATION", "P6M"),
]


def _read(annotator: Annotator, codebook: Codebook, text: str, day: date | None) -> list[Time]:
    return find_times(next(iter(annotator.annotate([text]))), day, codebook)


@pytest.mark.parametrize(("text", "kind", "value"), READ)
def test_value(annotator: Annotator, codebook: Codebook, text: str, kind: str, value: str) -> None:
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [(time.type, time.value) for time in found] == [(kind, value)]


def test_interval_is_inclusive(annotator: Annotator, codebook: Codebook) -> None:
    (month,) = _read(annotator, codebook, "The embassy closed in February 2016.", None)
    assert (month.start, month.end) == ("2016-02-01", "2016-02-29")


def test_the_following_day_is_counted_from_the_day_told(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "The army took the port on 3 May 2016. The following day it left."
    assert [t.value for t in _read(annotator, codebook, text, PUBLISHED)][1] == "2016-05-04"


@pytest.mark.parametrize(
    "text", ["Police arrested ten people on Monday.", "The embassy closed on 9 August."]
)
def test_nothing_is_invented_without_a_published_day(
    annotator: Annotator, codebook: Codebook, text: str
) -> None:
    (found,) = _read(annotator, codebook, text, None)
    assert found.value.startswith("XXXX-")
    assert (found.start, found.end) == (None, None)


def _plain(text: str) -> Document:
    """A document of bare words, as any model might leave them."""
    tokens = [
        Token(
            i,
            m.start(),
            m.end(),
            m.group(),
            lemma=m.group().lower(),
            tag="NN",
            pos="NOUN",
            dep="dep",
        )
        for i, m in enumerate(re.finditer(r"\w+|[^\w\s]", text))
    ]
    sentences = [Sentence(0, tokens, None, 0, tokens[:1])] if tokens else []
    return Document(text, tokens, sentences, [], [(0, len(text))])


WORDS = st.sampled_from(
    [
        "the", "a", "on", "in", "last", "next", "this", "that", "early", "two", "three", "5", "1/2",
        "31", "29", "0", "1998", "2016", "98", "'90s", "1990s", "Feb.", "May", "March", "Monday",
        "Friday", "night", "morning", "week", "weeks", "month", "year", "years", "ago", "later",
        "earlier", "before", "p.m.", "10:35", "25:61", "GMT", "quarter", "first", "half", "of",
        "fall", "Easter", "Ramadan", "Diwali", "century", "19th", "decade", "Q3", "2000-13-45",
        "1999-02-30", "12/31/99", "31/02/1999", "every", "daily", "noon", "century-long",
        "day-long",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, max_size=14).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_spans_values_and_repetition(codebook: Codebook, text: str, day: date | None) -> None:
    doc = _plain(text)
    found = find_times(doc, day, codebook)
    assert found == find_times(doc, day, codebook)
    behind = 0
    for time in found:
        assert behind <= time.span[0] < time.span[1] <= len(text)
        assert doc.words(time.span) == doc.words(time.span).strip()
        assert VALUE.fullmatch(time.value), (text, time)
        for bound in (time.start, time.end):
            assert bound is None or date.fromisoformat(bound)
        assert not (time.start and time.end) or time.start <= time.end
        behind = time.span[1]


def test_a_year_told_once_holds_for_both_days(annotator: Annotator, codebook: Codebook) -> None:
    text = "The raids of December 30 and January 2, 1992, killed dozens."
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [time.value for time in found] == ["1991-12-30", "1992-01-02"]


def test_a_day_of_an_unknown_month_day_is_not_invented(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "The depot was raided last October. The guard was dismissed that same day."
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [time.value for time in found] == ["2016-10", "2016-10-XX"]
    assert (found[1].start, found[1].end) == ("2016-10-01", "2016-10-31")


def test_the_stop_of_a_sentence_is_no_part_of_a_month(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "The court will rule in mid-April. It sat last Oct. 3 and in June."
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [text[slice(*time.span)] for time in found] == ["mid-April", "last Oct. 3", "June"]


def test_a_weekday_in_brackets_dates_the_clock_before_it(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "The quake struck at 10:35 a.m. (0735 GMT Friday) near the port."
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [time.value for time in found] == ["2017-08-11T10:35", "2017-08-11T07:35"]


@pytest.mark.parametrize("text", ["She reads the daily.", "He wrote the western High Noon."])
def test_newspapers_and_titles_are_no_times(
    annotator: Annotator, codebook: Codebook, text: str
) -> None:
    assert _read(annotator, codebook, text, PUBLISHED) == []


def test_no_expression_begins_where_it_is_not_looked_for(codebook: Codebook) -> None:
    grammar = build_grammar(codebook.times)
    shipped = sorted(Path(codebook.folder, "examples").glob("*.yaml"))
    looked_at = 0
    for text in (path.read_text(encoding="utf-8") for path in shipped):
        offsets = set(grammar.starts(text))
        words = [m for m in re.finditer(r"\w+", text) if m.start() not in offsets]
        missed = [m for m in words if any(p.match(text, m.start()) for p in grammar.any_rule)]
        assert not [m.group() for m in missed]
        looked_at += len(offsets)
    assert looked_at > 500


def test_weekdays_in_the_plural_are_a_set(annotator: Annotator, codebook: Codebook) -> None:
    text = "The council meets on Mondays. Thus, nobody came."
    found = _read(annotator, codebook, text, PUBLISHED)
    assert [(text[slice(*t.span)], t.type) for t in found] == [("Mondays", "SET")]
