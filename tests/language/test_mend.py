"""What is mended after the parser. The sentences were made up for the project."""

from __future__ import annotations

import pytest

from dragoman.language import Annotator
from dragoman.language.mend import verb_form


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


@pytest.mark.parametrize(
    ("word", "tag", "lemma", "expected"),
    [
        ("fined", "VBD", "fin", "fine"),
        ("Staging", "VBG", "stag", "stage"),
        ("stages", "VBZ", "stag", "stage"),
        ("raped", "VBN", "rap", "rape"),
        ("readied", "VBD", "readie", "ready"),
        ("hopped", "VBD", "hop", "hop"),
        ("hops", "VBZ", "hop", "hop"),
        ("planned", "VBD", "plan", "plan"),
        ("visited", "VBD", "visit", "visit"),
        ("opened", "VBD", "open", "open"),
        ("looked", "VBD", "look", "look"),
        ("fixed", "VBD", "fix", "fix"),
        ("bused", "VBD", "bus", "bus"),
        ("played", "VBD", "play", "play"),
        ("goes", "VBZ", "go", "go"),
        ("passes", "VBZ", "pass", "pass"),
        ("reaches", "VBZ", "reach", "reach"),
        ("died", "VBD", "die", "die"),
        ("met", "VBD", "meet", "meet"),
        ("fines", "NNS", "fine", "fine"),
    ],
)
def test_a_verb_has_a_form_that_is_spelt_so(word: str, tag: str, lemma: str, expected: str) -> None:
    assert verb_form(word, tag, lemma) == expected


def test_a_fine_is_no_fin(annotator: Annotator) -> None:
    doc = next(iter(annotator.annotate(["The court fined the firm and staged a hearing."])))
    assert [t.lemma for t in doc.tokens if t.pos == "VERB"] == ["fine", "stage"]


@pytest.mark.parametrize(
    ("text", "verb", "head"),
    [
        ("Soldiers shot at farmers who blocked the road and detained eight.", "detained", "shot"),
        (
            "Police fired gas at marchers who tried to enter the hall and arrested 31.",
            "arrested",
            "fired",
        ),
        ("Guards chased boys who climbed the wall and caught them.", "caught", "chased"),
        ("Guards chased boys who stole bikes and sold them.", "sold", "stole"),
        ("Guards chased boys who climbed the wall and broke a window.", "broke", "climbed"),
    ],
)
def test_nobody_who_is_told_again_did_it(
    annotator: Annotator, text: str, verb: str, head: str
) -> None:
    doc = next(iter(annotator.annotate([text])))
    by_word = {token.text: token for token in doc.tokens}
    assert by_word[verb].head is by_word[head]
    assert by_word[verb] in by_word[head].children
