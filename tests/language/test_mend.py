"""What is mended after the parser. The sentences were made up for the project."""

from __future__ import annotations

from dragoman.language import Annotator


def test_a_semicolon_parts_clauses(annotator: Annotator) -> None:
    text = "The ministry accused Chad of spying; Chad's embassy rejected the charge."
    doc = next(iter(annotator.annotate([text])))
    accused = next(t for t in doc.tokens if t.text == "accused")
    assert accused.dep != "ccomp"


def test_what_is_said_stays_a_complement(annotator: Annotator) -> None:
    text = "The embassy said that the ministry had accused Chad of spying."
    doc = next(iter(annotator.annotate([text])))
    accused = next(t for t in doc.tokens if t.text == "accused")
    assert accused.dep == "ccomp"


def test_a_plural_at_the_head_of_a_sentence_is_no_name(annotator: Annotator) -> None:
    doc = next(iter(annotator.annotate(["Rockets landed on the outskirts of the capital."])))
    assert (doc.tokens[0].lemma, doc.tokens[0].pos) == ("rocket", "NOUN")


def test_a_name_stays_a_name(annotator: Annotator) -> None:
    doc = next(iter(annotator.annotate(["Emirates Airlines flew home 200 people."])))
    assert doc.tokens[0].pos == "PROPN"
