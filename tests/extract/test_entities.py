"""Who is who within a report; the persons named here are made up for the project."""

from dataclasses import dataclass

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.actor_lists import ActorList, ListedActor
from dragoman.extract.entities import Entities, find_entities
from dragoman.extract.places import find_places
from dragoman.extract.speech import find_speech
from dragoman.language import Annotator, Document
from dragoman.records import Entity


@dataclass
class Read:
    doc: Document
    entities: Entities

    def of(self, words: str, nth: int = 0) -> list[Entity]:
        """The entities that the nth occurrence of some words stands for."""
        at = -1
        for _ in range(nth + 1):
            at = self.doc.text.index(words, at + 1)
        tokens = self.doc.tokens_in((at, at + len(words)))
        head = next(t for t in reversed(tokens) if t.head not in tokens or t.head is t)
        ids = self.entities.resolve(head)
        records = {e.id: e for e in self.entities.records()}
        return [records[i] for i in ids]


@pytest.fixture
def read(annotator: Annotator, codebook: Codebook):
    def _read(text: str, known: ActorList | None = None) -> Read:
        doc = next(iter(annotator.annotate([text])))
        places = find_places(doc, codebook)
        speech = find_speech(doc, codebook)
        return Read(doc, find_entities(doc, codebook, speech, places, known=known))

    return _read


def test_full_and_short_names_and_spellings_are_one_person(read) -> None:
    text = (
        "Russian General Sergei Volchkov resigned. Volchkov gave no reason. "
        "Sergey Volchkov had served for years."
    )
    found = read(text)
    ids = {found.of("Volchkov", n)[0].id for n in range(3)}
    assert len(ids) == 1
    [entity] = found.of("Volchkov")
    assert (entity.type, entity.country, entity.sectors) == ("person", "RUS", ("MIL",))


def test_an_acronym_in_brackets_is_its_organisation_later(read) -> None:
    found = read("The National Miners Union (NMU) struck. The owners sued the NMU.")
    assert found.of("National Miners Union")[0].id == found.of("NMU", 1)[0].id


def test_conjuncts_are_given_each(read) -> None:
    found = read("The Kenyan president and the Ugandan army chief met in Nairobi.")
    assert [e.country for e in found.of("The Kenyan president")] == ["KEN", "UGA"]


def test_an_office_points_back_to_its_holder(read) -> None:
    text = "French Foreign Minister Luc Marchandel flew to Oslo. The top French diplomat was late."
    found = read(text)
    assert found.of("The top French diplomat")[0].name == "Luc Marchandel"


def test_a_demonym_and_a_capital_stand_for_a_country(read) -> None:
    found = read("Moscow said the strikes were legal. The Russian side wants talks with Ukraine.")
    assert [e.country for e in found.of("Moscow")] == ["RUS"]
    assert found.of("The Russian side")[0].type == "country"


def test_the_two_countries_are_their_members(read) -> None:
    found = read("Kenya and Uganda signed a pact. The two countries had quarrelled.")
    assert [e.country for e in found.of("The two countries")] == ["KEN", "UGA"]


def test_our_country_is_the_speakers(read) -> None:
    text = 'Peruvian President Ana Solmarez met miners. "Our country needs you," Solmarez said.'
    found = read(text)
    assert [e.country for e in found.of("Our country")] == ["PER"]


def test_a_pronoun_is_not_the_argument_beside_it(read) -> None:
    text = "Mr Karl Brandau met Mr Otto Weissel. Brandau thanked him."
    found = read(text)
    assert found.of("him")[0].name == "Otto Weissel"


@pytest.mark.parametrize(
    ("words", "country", "sector"),
    [
        ("Dutch police", "NLD", "COP"),
        ("Kenyan rebel fighters", "KEN", "REB"),
        ("Chilean opposition lawmakers", "CHL", "OPP"),
        ("South Korean workers", "KOR", "LAB"),
    ],
)
def test_nominal_actors_have_country_and_sector(read, words, country, sector) -> None:
    [entity] = read(f"{words} blocked a road near Ghana's embassy.").of(words)
    assert entity.country == country
    assert sector in entity.sectors


def test_a_thing_is_nobody(read) -> None:
    assert read("The table was red.").of("The table") == []


def test_a_listed_actor_lends_its_id(read) -> None:
    listed = ActorList([ListedActor("Q1", "Otto Weissel", country="AUT", sectors=("JRN",))])
    [entity] = read("Otto Weissel wrote a book.", listed).of("Weissel")
    assert (entity.external_id, entity.country, entity.sectors) == ("Q1", "AUT", ("JRN",))


def test_the_same_text_gives_the_same_records(read) -> None:
    text = "Dutch police arrested three men. They said the police beat them."
    assert read(text).entities.records() == read(text).entities.records()


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Miners blocked a road in Bolivia. Two trainees were hurt later.", "BOL"),
        ("Two trainees were hurt on a road. Miners in Bolivia sent flowers.", None),
        ("Miners in Bolivia and Peru went on strike. Two trainees were hurt later.", None),
    ],
)
def test_a_country_is_taken_over_only_from_where_a_report_opens(read, text, country) -> None:
    found = read(text).of("trainees")
    assert [e.country for e in found] == [country]
