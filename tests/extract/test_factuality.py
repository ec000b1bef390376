"""How an event is told: asserted, future, hypothetical, negated; and as background."""

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.choose import choose
from dragoman.extract.factuality import find_factuality
from dragoman.extract.history import told_as_past
from dragoman.extract.predicates import propose
from dragoman.language import Annotator


def levels(text: str, codebook: Codebook, annotator: Annotator) -> set[str]:
    doc = next(iter(annotator.annotate([text])))
    words = codebook.plover.factuality
    return {find_factuality(c, doc, words) for c in choose(propose(doc, codebook))}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Police arrested three miners.", "asserted"),
        ("Police did not arrest the miners.", "negated"),
        ("No soldier attacked the village.", "negated"),
        ("The army refrained from attacking the village.", "negated"),
        ("Rwanda's president is due to visit Burundi.", "future"),
        ("The Finnish president plans to visit Estonia in June.", "future"),
        ("If Turkey attacks Cyprus, the council will meet.", "hypothetical"),
        ("Police could arrest the senator.", "hypothetical"),
        ("The rebels tried to attack the port of Beira.", "hypothetical"),
        ("The minister left without meeting the envoy.", "negated"),
    ],
)
def test_level(text: str, level: str, codebook: Codebook, annotator: Annotator) -> None:
    assert level in levels(text, codebook, annotator)


def past(text: str, codebook: Codebook, annotator: Annotator) -> list[bool]:
    doc = next(iter(annotator.annotate([text])))
    words = codebook.plover.factuality
    return [told_as_past(c.predicate, doc, words) for c in choose(propose(doc, codebook))]


def test_pluperfect_behind_the_lead_is_background(codebook: Codebook, annotator: Annotator) -> None:
    text = "Gabon praised Togo.\n\nThe Togolese army had attacked the port of Owendo."
    assert past(text, codebook, annotator) == [False, True]


def test_reported_speech_makes_no_background(codebook: Codebook, annotator: Annotator) -> None:
    text = "Gabon praised Togo.\n\nPolice said they had arrested two senators."
    assert past(text, codebook, annotator) == [False, False]


def test_words_of_the_past(codebook: Codebook, annotator: Annotator) -> None:
    assert past("Soldiers attacked the village two years ago.", codebook, annotator) == [True]
