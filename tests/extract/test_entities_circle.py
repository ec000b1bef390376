"""Pronouns in quotation marks that point at each other; the text was made up for the project."""

from __future__ import annotations

import sys
from pathlib import Path

from dragoman.language import Annotator
from dragoman.reader import Reader
from dragoman.records import Reading
from dragoman.sources import make_report

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

import hostile


def test_pronouns_that_speak_for_each_other_end(annotator: Annotator) -> None:
    text = hostile.make("open_quotes", 62)[1].decode()
    (found,) = Reader(annotator=annotator).outcomes([text])
    assert isinstance(found, Reading), str(found)


def test_titles_without_end_are_read(annotator: Annotator) -> None:
    text = "The council met the union in Nairobi. " + "Mr. " * 3000
    (found,) = Reader(annotator=annotator).outcomes([text])
    assert isinstance(found, Reading), str(found)


def test_a_report_of_the_first_day_there_is_can_be_coded(annotator: Annotator) -> None:
    report = make_report("The council met the union on Tuesday.", published="0001-01-01")
    (found,) = Reader(annotator=annotator).outcomes([report])
    assert isinstance(found, Reading), str(found)
