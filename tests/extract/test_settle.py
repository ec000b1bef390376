"""Places and countries that one event tells of another. The sentences are made up."""

from __future__ import annotations

import pytest

from dragoman.codebook import Codebook
from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Event, Reading

BOMB = "A bomb killed seven people at a bus station in Quetta on Monday. "


@pytest.fixture(scope="module")
def reader(annotator: Annotator, codebook: Codebook) -> Reader:
    return Reader(annotator=annotator, codebook=codebook.folder)


def _one(reading: Reading, word: str) -> Event:
    text = reading.report.text
    (found,) = [e for e in reading.events if text[slice(*e.trigger)] == word]
    return found


def _place(reading: Reading, event: Event) -> str | None:
    return next((p.name for p in reading.places if p.id == event.place), None)


def test_what_follows_happened_there_too(reader: Reader) -> None:
    reading = reader.read(BOMB + "Police arrested three suspects near the station.")
    assert _place(reading, _one(reading, "arrested")) == "Quetta"


def test_another_paragraph_is_another_place(reader: Reader) -> None:
    reading = reader.read(BOMB + "\n\nPolice arrested three suspects near the station.")
    assert _one(reading, "arrested").place is None


def test_what_is_only_said_has_no_place(reader: Reader) -> None:
    reading = reader.read(BOMB + "Iran condemned the attack.")
    assert _one(reading, "condemned").place is None


def test_those_of_another_country_are_elsewhere(reader: Reader) -> None:
    reading = reader.read(BOMB + "Norwegian police arrested three suspects.")
    assert _one(reading, "arrested").place is None


def test_people_without_name_are_of_the_place(reader: Reader) -> None:
    reading = reader.read(BOMB)
    (victims,) = _one(reading, "killed").recipient
    assert next(e.country for e in reading.entities if e.id == victims) == "PAK"


def test_a_country_that_is_told_stays(reader: Reader) -> None:
    reading = reader.read("A bomb killed seven French tourists at a bus station in Quetta.")
    (victims,) = _one(reading, "killed").recipient
    assert next(e.country for e in reading.entities if e.id == victims) == "FRA"
