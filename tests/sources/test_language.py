"""A text in another language is refused, however it begins."""

from __future__ import annotations

import pytest

from dragoman.sources.language import foreign_language

ENGLISH = "The ministers met in the harbour town and spoke of grain, ships and the price of bread. "
FRENCH = "Les ministres se sont réunis dans la ville et ont parlé du prix du pain et du blé. "
GERMAN = "Die Minister trafen sich in der Hafenstadt und sprachen über Getreide und Schiffe. "


@pytest.mark.parametrize("times", [1, 4, 40])
def test_english_is_read_at_any_length(times: int) -> None:
    assert foreign_language(ENGLISH * times, None) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (FRENCH, "fr"),
        (GERMAN * 30, "de"),
        (ENGLISH * 3 + FRENCH * 40, "fr"),  # an English notice above the text
        (FRENCH * 40 + ENGLISH * 3, "fr"),  # and below it
    ],
)
def test_another_language_is_told(text: str, language: str) -> None:
    assert foreign_language(text, None) == language
