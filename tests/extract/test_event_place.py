"""The place of an event. The sentences are made up."""

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.event_place import place_event
from dragoman.extract.places import find_places
from dragoman.language import Annotator

CLAUSES = [
    ("Soldiers killed nine villagers in Mali on Sunday.", "killed", "Mali"),
    ("The envoys held talks at a hotel in Geneva.", "talks", "Geneva"),
    ("Rebels attacked a convoy near the port of Aden.", "attacked", "Aden"),
    ("The two ministers met in the capital, Nairobi.", "met", "Nairobi"),
    ("Officers were wounded in an attack on a barracks in Kabul.", "wounded", "Kabul"),
    ("The chancellor flew to Doha and met the emir.", "met", "Doha"),
    ("In Tunis, police arrested two lawyers.", "arrested", "Tunis"),
    ("Thousands of weavers marched through Dhaka on Monday.", "marched", "Dhaka"),
    ("Shopkeepers in Quito closed their stalls and blocked a road.", "blocked", "Quito"),
    ("Ten people were killed by Russian missiles in Kharkiv.", "killed", "Kharkiv"),
    ("Drones struck a van near Tyre in southern Lebanon.", "struck", "Tyre"),
]
LEAD = "NAIROBI (Wire) - Kenya expelled a Swedish diplomat on Monday, the ministry said."


def _place(annotator: Annotator, cb: Codebook, text: str, word: str, past: bool = False) -> str:
    doc = next(iter(annotator.annotate([text])))
    places = find_places(doc, cb)
    trigger = next(token for token in doc.tokens if token.text == word)
    found = place_event(trigger, doc, places, historical=past)
    return next((place.name for place in places.records if place.id == found), "")


@pytest.mark.parametrize(("text", "word", "name"), CLAUSES)
def test_its_clause_says_where(
    annotator: Annotator, codebook: Codebook, text: str, word: str, name: str
) -> None:
    assert _place(annotator, codebook, text, word) == name


def test_the_dateline_says_where_the_news_is(annotator: Annotator, codebook: Codebook) -> None:
    assert _place(annotator, codebook, LEAD, "expelled") == "Nairobi"


def test_history_is_not_where_the_dateline_is(annotator: Annotator, codebook: Codebook) -> None:
    assert _place(annotator, codebook, LEAD, "expelled", past=True) == ""


def test_history_is_where_its_clause_says(annotator: Annotator, codebook: Codebook) -> None:
    text, word, name = CLAUSES[0]
    assert _place(annotator, codebook, text, word, past=True) == name


def test_a_dash_further_on_is_no_dateline(annotator: Annotator, codebook: Codebook) -> None:
    text = "Kenya expelled a Swedish diplomat on Monday - the first in years."
    assert _place(annotator, codebook, text, "expelled") == ""


@pytest.mark.parametrize("text", ["Troops fired on Mali's army.", "Talks with Oslo failed."])
def test_a_government_is_no_place(annotator: Annotator, codebook: Codebook, text: str) -> None:
    assert _place(annotator, codebook, text, text.split()[1 if "fired" in text else 0]) == ""
