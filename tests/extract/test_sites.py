"""Sites, plurals of several countries, and sides, as parties of events."""

from __future__ import annotations

import pytest

from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Event, Reading


@pytest.fixture(scope="module")
def reader(annotator: Annotator) -> Reader:
    return Reader(annotator=annotator)


def read(reader: Reader, text: str) -> Reading:
    return reader.read(text, published="2026-03-02")


def event(reading: Reading, event_type: str) -> Event:
    return next(e for e in reading.events if e.type == event_type)


def told(reading: Reading, ids: tuple[str, ...]) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(reading.entity(i).country, reading.entity(i).sectors) for i in ids]


@pytest.mark.parametrize(
    ("text", "country", "sectors"),
    [
        ("Gunmen stormed an army base in Mali.", "MLI", ("MIL",)),
        ("Gunmen attacked a police station in eastern Chad.", "TCD", ("COP",)),
        ("Jets bombed a village near Goma.", "COD", ("CVL",)),
        ("Fighters shelled a hotel in Mogadishu.", "SOM", ("BUS",)),
    ],
)
def test_a_site_has_the_country_it_stands_in(
    reader: Reader, text: str, country: str, sectors: tuple[str, ...]
) -> None:
    reading = read(reader, text)
    assert told(reading, event(reading, "ASSAULT").recipient) == [(country, sectors)]


def test_a_truce_is_of_the_place_it_is_for(reader: Reader) -> None:
    reading = read(reader, "Turkey and Russia announced a ceasefire in Idlib.")
    found = event(reading, "RETREAT")
    assert [reading.entity(i).name for i in found.recipient] == ["Idlib"]
    assert told(reading, found.recipient)[0][0] == "SYR"


def test_what_is_visited_or_opened_is_no_site(reader: Reader) -> None:
    reading = read(reader, "The minister opened a school in a village near Goma.")
    assert not [e for e in reading.events if e.recipient]
    assert all("school" not in entity.name for entity in reading.entities)


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Thai and Cambodian soldiers exchanged gunfire at the border.", ["THA", "KHM"]),
        ("The foreign ministers of Iran and Saudi Arabia met in Beijing.", ["IRN", "SAU"]),
        ("Russia and Turkey's foreign ministers met on Friday.", ["RUS", "TUR"]),
    ],
)
def test_a_plural_is_divided_among_countries(
    reader: Reader, text: str, countries: list[str]
) -> None:
    reading = read(reader, text)
    (found,) = reading.events
    assert [country for country, _ in told(reading, found.actor)] == countries
    assert all(sectors for _, sectors in told(reading, found.actor))


def test_a_plural_of_one_country_stays_one(reader: Reader) -> None:
    reading = read(reader, "Thai soldiers and monks met in Bangkok.")
    assert sum("soldiers" in entity.name for entity in reading.entities) == 1


def test_who_turns_to_both_sides_is_none_of_them(reader: Reader) -> None:
    text = "Serbia and Kosovo broke off their talks.\nNATO urged both sides to stay calm."
    reading = read(reader, text)
    found = event(reading, "REQUEST")
    assert {country for country, _ in told(reading, found.recipient)} == {"SRB", "XKX"}


def test_sides_may_be_forces_without_a_name(reader: Reader) -> None:
    text = "Army troops clashed with rebel fighters in Sudan.\nEgypt urged both sides to stop."
    reading = read(reader, text)
    found = event(reading, "REQUEST")
    assert {s for _, sectors in told(reading, found.recipient) for s in sectors} == {"MIL", "REB"}


@pytest.mark.parametrize(
    ("text", "event_type", "factuality"),
    [
        ("Thousands came to Lima to protest against the law.", "PROTEST", "asserted"),
        ("Thousands will come to Lima to protest against the law.", "PROTEST", "future"),
        ("Police fired shots to scatter the crowd and arrested ten men.", "COERCE", "asserted"),
    ],
)
def test_a_purpose_that_is_the_deed(
    reader: Reader, text: str, event_type: str, factuality: str
) -> None:
    reading = read(reader, text)
    found = [e for e in reading.events if e.type == event_type]
    assert factuality in [e.factuality for e in found]


def test_nobody_is_of_the_country_of_a_journey(reader: Reader) -> None:
    reading = read(reader, "Ruud Vermeer met the emir in Doha.")  # a made-up name
    assert next(e for e in reading.entities if e.name == "Ruud Vermeer").country is None
