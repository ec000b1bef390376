"""Places: their spans, what they stand for, metonymy. The sentences are made up."""

from itertools import pairwise

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.event_place import place_event
from dragoman.extract.places import Places, find_places
from dragoman.language import Annotator
from dragoman.language.document import Document

TEXTS = [
    "The ministers held talks in Geneva on Monday. Moscow said it would attend.",
    "A storm hit Paris, Texas. Schools in Paris stayed shut.",
    "The river rose in London, Kentucky, officials said.",
    "",
]


def _read(annotator: Annotator, codebook: Codebook, text: str) -> tuple[Document, Places]:
    doc = next(iter(annotator.annotate([text])))
    return doc, find_places(doc, codebook)


@pytest.mark.parametrize("text", TEXTS)
def test_spans_lie_in_the_text_and_do_not_overlap(
    annotator: Annotator, codebook: Codebook, text: str
) -> None:
    doc, places = _read(annotator, codebook, text)
    spans = sorted(span for place in places.records for span in place.spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert places == find_places(doc, codebook)


@pytest.mark.parametrize(
    ("text", "name", "admin1"), [(TEXTS[1], "Paris", "Texas"), (TEXTS[2], "London", "Kentucky")]
)
def test_containment_decides(
    annotator: Annotator, codebook: Codebook, text: str, name: str, admin1: str
) -> None:
    _, places = _read(annotator, codebook, text)
    assert [p.admin1 for p in places.records if p.name == name] == [admin1]


def test_a_capital_that_speaks_is_its_government(annotator: Annotator, codebook: Codebook) -> None:
    doc, places = _read(annotator, codebook, TEXTS[0])
    by_word = {token.text: token for token in doc.tokens}
    assert places.metonymic(by_word["Moscow"])
    assert not places.metonymic(by_word["Geneva"])


def test_event_happens_where_its_clause_says(annotator: Annotator, codebook: Codebook) -> None:
    doc, places = _read(annotator, codebook, TEXTS[0])
    by_word = {token.text: token for token in doc.tokens}
    assert place_event(by_word["talks"], doc, places) == places.at(by_word["Geneva"])
    assert place_event(by_word["said"], doc, places) is None
