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


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Armenia, Georgia and Azerbaijan signed a treaty in Tbilisi on Monday.", "GEO"),
        ("Voters in Georgia, Alabama and Tennessee went to the polls on Tuesday.", "USA"),
    ],
)
def test_the_other_places_tell_a_country_from_a_state(
    annotator: Annotator, codebook: Codebook, text: str, country: str
) -> None:
    _, places = _read(annotator, codebook, text)
    assert [p.country for p in places.records if p.name == "Georgia"] == [country]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Two men were robbed on Marrowbone Road in Leeds, police said.", "Marrowbone Road"),
        ("Rebels burned the village of Tarkamu near Goma.", "Tarkamu"),
    ],
)
def test_a_place_that_no_list_has_stays_unresolved(
    annotator: Annotator, codebook: Codebook, text: str, name: str
) -> None:
    _, places = _read(annotator, codebook, text)
    found = next(p for p in places.records if p.name == name)
    assert (found.geonameid, found.country, found.latitude) == (None, None, None)


def test_a_city_in_the_name_of_a_body_is_a_place(annotator: Annotator, codebook: Codebook) -> None:
    doc, places = _read(annotator, codebook, "The Nairobi City Council met the Kisumu police.")
    assert {doc.words(s) for p in places.records for s in p.spans} == {"Nairobi", "Kisumu"}


def test_a_person_is_no_place(annotator: Annotator, codebook: Codebook) -> None:
    text = "Senator Austin Houston spoke first. Houston then left the hall."
    _, places = _read(annotator, codebook, text)
    assert places.records == ()


CAPITALS = [
    ("Police in Minsk arrested two poets.", "Minsk", "BLR", "PPLC"),
    ("The envoys met in Port of Spain on Monday.", "Port of Spain", "TTO", "PPLC"),
    ("Gangs set fire to a market in Port-au-Prince.", "Port-au-Prince", "HTI", "PPLC"),
    ("Soldiers in Guinea-Bissau shut the port.", "Guinea-Bissau", "GNB", "PCLI"),
]


@pytest.mark.parametrize(("text", "words", "country", "feature"), CAPITALS)
def test_a_capital_is_no_unit_and_no_part_of_its_name(
    annotator: Annotator, codebook: Codebook, text: str, words: str, country: str, feature: str
) -> None:
    doc = next(iter(annotator.annotate([text])))
    (place,) = find_places(doc, codebook).records
    assert text[slice(*place.spans[0])] == words
    assert (place.country, place.feature) == (country, feature)
