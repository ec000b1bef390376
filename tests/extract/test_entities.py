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


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Brussels urged Poland to rewrite the law.", "EUU"),
        ("Belgium recalled its envoy. Brussels urged Poland to rewrite the law.", "BEL"),
    ],
)
def test_a_capital_that_acts_is_the_body_seated_there(read, text: str, country: str) -> None:
    [entity] = read(text).of("Brussels")
    assert entity.country == country


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


def test_an_abbreviated_title_is_no_part_of_a_name(read) -> None:
    found = read("Nevada Gov. Carl Ostrander met Sen. Ida Brennick. The governor thanked her.")
    [governor] = found.of("Ostrander")
    assert (governor.name, governor.country, governor.sectors) == (
        "Carl Ostrander",
        "USA",
        ("GOV",),
    )
    assert found.of("The governor") == [governor]
    assert found.of("Brennick")[0].name == "Ida Brennick"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Lisbon rejected the plan.", "country"),
        ("Spain accused Lisbon of delay.", "country"),
        ("Talks between Madrid and Lisbon failed.", "country"),
        ("Farmers marched in Lisbon.", None),
    ],
)
def test_a_capital_is_a_government_where_it_acts_or_is_turned_to(read, text, kind) -> None:
    found = read(text).of("Lisbon")
    assert [e.type for e in found] == ([kind] if kind else [])
    assert all(e.country == "PRT" for e in found)


def test_governments_are_their_countries_however_they_are_told(read) -> None:
    found = read("The governments of Mali and Niger met. The two governments signed a truce.")
    assert [e.country for e in found.of("The governments")] == ["MLI", "NER"]
    assert [e.country for e in found.of("The two governments")] == ["MLI", "NER"]
    troops = read("Thai troops shot at Cambodian troops. The two governments agreed to talk.")
    assert sorted(e.country or "" for e in troops.of("The two governments")) == ["KHM", "THA"]


def test_two_presidents_are_the_two_that_were_told_of(read) -> None:
    text = "Kenyan President Otieno Marwa met Ugandan President Grace Nabiry. Both leaders smiled."
    names = [e.name for e in read(text).of("Both leaders")]
    assert names == ["Otieno Marwa", "Grace Nabiry"]


def test_a_rival_has_not_the_sector_of_whom_he_rivals(read) -> None:
    text = "Maria Holtby, a rival of President Juan Perelli, spoke. Her aide, Ann Blye, left."
    found = read(text)
    assert found.of("Holtby")[0].sectors == ()
    assert found.of("Perelli")[0].sectors == ("GOV",)


def test_a_counterpart_is_the_person_named_behind(read) -> None:
    text = "Bulgarian Interior Minister Stoyan Kirilov met his Turkish counterpart, Murat Demirsoy."
    [other] = read(text).of("Demirsoy")
    assert (other.type, other.country) == ("person", "TUR")


def test_a_noun_for_a_body_before_a_name_tells_its_kind(read) -> None:
    found = read("Danish shipping company Norskov blamed Russia. The company stopped its ships.")
    [firm] = found.of("Norskov")
    assert (firm.type, firm.country, firm.sectors) == ("organization", "DNK", ("BUS",))
    assert found.of("The company") == [firm]


def test_an_acronym_tells_where_a_name_begins(read) -> None:
    [body] = read("The Justice and Progress League (JPL) lost the vote.").of("JPL")
    assert body.name == "Justice and Progress League"
    assert body.sectors == ()


def test_whom_an_office_turns_to_is_not_its_own_country(read) -> None:
    found = read("Premier Li Wenhao opened the congress. Li warned Taiwan.")
    assert found.of("Li")[0].country is None


def test_names_in_a_list_are_matched_though_spelled_otherwise(read) -> None:
    known = ActorList(
        [ListedActor("q7", "Front of the Golden Dawn", country="MLI", sectors=("REB",))]
    )
    [front] = read("The Front of the Golden Dawns attacked a bridge.", known).of("Dawns")
    assert (front.external_id, front.country, front.sectors) == ("q7", "MLI", ("REB",))
    [other] = read("The Front of Silver Dusk attacked a bridge.", known).of("Dusk")
    assert other.external_id is None


def test_officers_are_police_where_only_police_are_told_of(read) -> None:
    police = read("Police stopped a march in Lima. Two officers were hurt.")
    assert police.of("officers")[0].sectors == ("COP",)
    both = read("Police and soldiers stopped a march in Lima. Two officers were hurt.")
    assert both.of("officers")[0].sectors == ("MIL",)


def test_where_an_ambassador_is_sent_is_not_whose_he_is(read) -> None:
    [envoy] = read("Former US ambassador to Egypt Dan Brennick met farmers.").of("Brennick")
    assert (envoy.name, envoy.country, envoy.sectors) == ("Dan Brennick", "USA", ("GOV",))


def test_an_adherent_is_named_without_the_party(read) -> None:
    [senator] = read("Democrat Ida Brennick voted against the plan.").of("Brennick")
    assert senator.name == "Ida Brennick"
    assert senator.sectors == ("PTY",)
