"""The weighing of candidates: what its figures depend on, and what it thinks of plain cases."""

from __future__ import annotations

import pytest

from dragoman.codebook import Codebook
from dragoman.extract.predicates import Candidate, propose
from dragoman.extract.weigh import (
    THRESHOLD,
    WEIGH_FILE,
    least_confidence,
    pair_of,
    phrase,
    weigh,
)
from dragoman.language import Annotator, Document


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return Codebook()


def read(text: str, annotator: Annotator, codebook: Codebook) -> tuple[Document, list[Candidate]]:
    document = next(iter(annotator.annotate([text])))
    return document, propose(document, codebook)


def test_a_told_attack_outweighs_a_bare_word(annotator, codebook):
    told, proposed = read("Malian soldiers attacked rebels near Gao.", annotator, codebook)
    strong = max(w.confidence for w in weigh(proposed, told, codebook))
    bare, proposed = read("The film ends with an attack.", annotator, codebook)
    weak = max((w.confidence for w in weigh(proposed, bare, codebook)), default=0.0)
    assert strong > 0.6
    assert weak < THRESHOLD


def test_a_confidence_does_not_depend_on_the_text_around(annotator, codebook):
    sentence = "Police arrested two bishops in Managua."
    alone, proposed = read(sentence, annotator, codebook)
    apart = [w.confidence for w in weigh(proposed, alone, codebook)]
    text = f"{sentence} Chile and Peru held talks."
    both, proposed = read(text, annotator, codebook)
    first = [w for w in weigh(proposed, both, codebook) if w.candidate.sentence == 0]
    assert [w.confidence for w in first] == apart
    assert all(0 <= c <= 1 for c in apart)


def test_the_pair_of_a_mutual_event_is_its_first_two_parties(annotator, codebook):
    document, proposed = read("Chile and Peru held talks in Lima.", annotator, codebook)
    mutual = next(c for c in proposed if c.event_class.symmetric and c.actor)
    source, target = pair_of(mutual)
    assert source is not None
    assert target is not None
    assert (document.words(source), document.words(target)) == ("Chile", "Peru")
    assert least_confidence(mutual) < THRESHOLD


def test_a_phrase_is_its_head_with_what_stands_before(annotator):
    text = "The two Chadian ministers of trade left."
    document = next(iter(annotator.annotate([text])))
    head = next(t for t in document.tokens if t.text == "ministers")
    assert document.words(phrase(head)) == "The two Chadian ministers"


def test_the_weights_are_small():
    assert WEIGH_FILE.stat().st_size < 2_000_000
