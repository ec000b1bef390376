"""What a report tells as background; every sentence here was made up for the project."""

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.history import told_as_past
from dragoman.language import Annotator

LEAD = "Guards closed the bridge on Monday. " * 9
TAIL = [
    ("Peru has evacuated its consulate.", "evacuated", False),
    ("Its envoys have been expelled.", "expelled", False),
    ("Peru has already sent two battalions.", "sent", False),
    ("The province has suffered raids.", "raids", True),
    ("Peru has repeatedly accused the rebels of raids.", "accused", True),
    ("Both armies have been shelling villages.", "shelling", True),
    ("Peru has long armed the rebels.", "armed", True),
    ("Peru had armed the rebels.", "armed", True),
]


@pytest.mark.parametrize(("text", "word", "past"), TAIL)
def test_the_perfect_of_a_deed_is_news_and_of_what_lasts_is_none(
    annotator: Annotator, codebook: Codebook, text: str, word: str, past: bool
) -> None:
    doc = next(iter(annotator.annotate([LEAD + text])))
    verb = next(token for token in doc.tokens if token.text == word)
    assert told_as_past(verb, doc, codebook.plover.factuality) is past
