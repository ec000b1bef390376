"""Numbers with events: figures, ranges, least and most, words of order."""

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.choose import choose
from dragoman.extract.predicates import propose
from dragoman.extract.quantities import Numbers, find_numbers
from dragoman.language import Annotator


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("12 soldiers", (12, None, None)),
        ("1,500 soldiers", (1500, None, None)),
        ("two hundred soldiers", (200, None, None)),
        ("2.5 million soldiers", (2_500_000, None, None)),
        ("at least 40 soldiers", (None, 40, None)),
        ("more than three hundred soldiers", (None, 300, None)),
        ("up to 90 soldiers", (None, None, 90)),
        ("between 10 and 15 soldiers", (None, 10, 15)),
        ("10 to 15 soldiers", (None, 10, 15)),
        ("dozens of soldiers", (None, 24, None)),
        ("tens of thousands of soldiers", (None, 20_000, None)),
    ],
)
def test_figures(
    words: str,
    figures: tuple[float | None, float | None, float | None],
    codebook: Codebook,
    annotator: Annotator,
) -> None:
    doc = next(iter(annotator.annotate([f"The general saw {words} there."])))
    (number,) = find_numbers(doc.sentences[0].tokens, codebook.plover.quantities)
    assert (number.value, number.low, number.high) == figures


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("The rebels killed at least 26 soldiers.", "killed", "at least 26"),
        ("Police arrested 14 students on 3 May.", "arrested", "14"),
        ("Gunmen attacked a base, leaving 12 soldiers dead.", "killed", "12"),
        ("Thousands of workers protested against the government.", "protesters", "Thousands"),
        ("Canada sent 300 troops to Latvia.", "troops", "300"),
        ("Spain gave Morocco $5 million in aid.", "money", "$5 million"),
    ],
)
def test_what_a_number_counts(
    text: str, what: str, words: str, codebook: Codebook, annotator: Annotator
) -> None:
    doc = next(iter(annotator.annotate([text])))
    numbers = Numbers(doc, codebook.plover.quantities)
    found = {
        (q.what, doc.words(q.span))
        for c in choose(propose(doc, codebook))
        for q in numbers.of(c)
        if q.span is not None
    }
    assert found == {(what, words)}
