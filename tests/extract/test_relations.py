"""Standing relations; the persons and bodies named here are made up for the project."""

import json
from datetime import date
from pathlib import Path

import pytest

from dragoman.codebook import Codebook
from dragoman.evaluate.report import _plain
from dragoman.extract.entities import find_entities
from dragoman.extract.places import find_places
from dragoman.extract.relations import find_relations
from dragoman.extract.speech import find_speech
from dragoman.extract.times import find_times
from dragoman.language import Annotator


@pytest.fixture
def relations(annotator: Annotator, codebook: Codebook):
    def _relations(text: str) -> set[tuple[str, str, str | None, str | None]]:
        doc = next(iter(annotator.annotate([text])))
        places = find_places(doc, codebook)
        entities = find_entities(doc, codebook, find_speech(doc, codebook), places)
        found = find_relations(doc, codebook, entities, places, [])
        names = {e.id: e.name for e in entities.records()}
        assert all(doc.words(span) for r in found for span in r.evidence)
        return {
            (names[r.subject], r.predicate, names.get(r.object or ""), r.literal) for r in found
        }

    return _relations


def test_an_office_before_a_name(relations) -> None:
    found = relations("Kenya held a vote. Kenyan President Otieno Marwa won.")
    assert ("Otieno Marwa", "holds_office", "Kenya", "president") in found


def test_a_past_office_says_so(relations) -> None:
    found = relations("Former President Otieno Marwa of Kenya died.")
    assert {f[3] for f in found if f[1] == "holds_office"} == {"former president"}


def test_who_leads_and_where_it_sits(relations) -> None:
    text = "The National Harvest Party, based in Accra, is led by Kwesi Asamowah."
    found = relations(text)
    assert ("Kwesi Asamowah", "leads", "National Harvest Party", None) in found
    assert ("National Harvest Party", "based_in", None, "Accra") in found


def test_what_is_denied_is_not_told(relations) -> None:
    found = relations("The National Harvest Party is not loyal to Kwesi Asamowah.")
    assert not {f for f in found if f[1] == "loyal_to"}


@pytest.mark.parametrize(
    "text",
    [
        "Maria Holtby, a former member of parliament, resigned.",
        "The former member of parliament Maria Holtby resigned.",
    ],
)
def test_a_former_membership_is_told_once_and_as_over(relations, text) -> None:
    found = relations(text)
    assert {f[1:] for f in found} == {("holds_office", None, "former member of parliament")}


def test_a_membership_is_no_office_too(relations) -> None:
    found = relations("Kwesi Asamowah, a member of the National Harvest Party, resigned.")
    assert {f[1:] for f in found} == {("member_of", "National Harvest Party", None)}


@pytest.mark.parametrize("words", ["her husband", "the nominee", "a rival of the king"])
def test_who_somebody_is_to_others_is_no_office(relations, words) -> None:
    found = relations(f"Ana Solmarez met Karl Brandau, {words}.")
    assert not {f for f in found if f[1] == "holds_office"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Amadou Sorel has led the Harvest Party since 12 May 2021.", ("2021-05-12", None)),
        ("Amadou Sorel led the Harvest Party until March 2019.", (None, "2019-03-31")),
        ("Amadou Sorel leads the Harvest Party.", (None, None)),
    ],
)
def test_since_and_until_are_the_days_of_a_relation(
    annotator: Annotator, codebook: Codebook, text: str, days: tuple[str | None, str | None]
) -> None:
    doc = next(iter(annotator.annotate([text])))
    places = find_places(doc, codebook)
    entities = find_entities(doc, codebook, find_speech(doc, codebook), places)
    times = find_times(doc, date(2024, 5, 3), codebook)
    [led] = [
        r for r in find_relations(doc, codebook, entities, places, times) if r.predicate == "leads"
    ]
    assert (led.start, led.end) == days


def test_the_relations_of_the_seed_report(
    shared: Path, annotator: Annotator, codebook: Codebook
) -> None:
    gold = json.loads((shared / "reports/haftar-moscow.gold.json").read_text(encoding="utf-8"))
    text = (shared / "reports/haftar-moscow.txt").read_text(encoding="utf-8")
    doc = next(iter(annotator.annotate([text])))
    places = find_places(doc, codebook)
    entities = find_entities(doc, codebook, find_speech(doc, codebook), places)
    found = find_relations(doc, codebook, entities, places, [])
    names = {e.id: e.name for e in entities.records()}
    told = {
        (_plain(names[r.subject]), r.predicate, _plain(r.literal or names[r.object or ""]))
        for r in found
    }
    for wanted in gold["relations"]:
        key = (_plain(wanted["subject"]), wanted["predicate"], _plain(wanted["object"]))
        assert key in told
