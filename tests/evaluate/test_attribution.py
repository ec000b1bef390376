"""The measure of attribution, on spans made by hand, and the naive baseline."""

from __future__ import annotations

from dragoman.codebook import Codebook
from dragoman.evaluate.attribution import Scores, align, text_hash, with_marks
from dragoman.evaluate.attribution_baseline import naive_speech
from dragoman.evaluate.base import Evaluation
from dragoman.language import Annotator
from dragoman.language.document import Document
from dragoman.language.quotes import find_quotes
from dragoman.language.segment import find_paragraphs


def spans(source: tuple[int, int], cue: tuple[int, int], content: tuple[int, int]) -> dict:
    return {"source": [source], "cue": [cue], "content": [content]}


def test_characters_are_counted_once() -> None:
    doc = Document("x" * 100, [], [], [], [(0, 100)])
    gold = [spans((0, 10), (11, 15), (16, 36))]
    found = [spans((0, 10), (11, 15), (16, 26)), spans((0, 10), (50, 54), (16, 26))]
    scores, outcome = Scores(), Evaluation("attribution")
    scores.add(doc, found, gold)
    scores.tell(outcome)
    assert outcome.figures["source_f1"] == 1.0
    assert outcome.figures["cue_precision"] == 0.5
    assert outcome.figures["content_recall"] == 0.5
    assert outcome.figures["aligned_source_precision"] == 0.5


def test_each_attribution_is_paired_once() -> None:
    left, right = spans((0, 10), (11, 15), (16, 36)), spans((40, 50), (51, 55), (56, 76))
    pairs = align([right, left], [left])
    assert (left, left) in pairs
    assert len(pairs) == 2


def test_marks_belong_to_the_content() -> None:
    text = "“All roads are shut,” the guard said."
    paragraphs = find_paragraphs(text)
    doc = Document(text, [], [], find_quotes(text, paragraphs), paragraphs)
    assert doc.words(with_marks(doc, (1, text.index("”")))) == "“All roads are shut,”"


def test_baseline_finds_a_quotation_and_nothing_else(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = "“All roads are shut today,” the guard said. The mayor said that rain fell."
    doc = next(iter(annotator.annotate([text])))
    (found,) = naive_speech(doc, codebook.attribution)
    assert [doc.words(span) for span in found["source"]] == ["the guard"]
    assert [doc.words(span) for span in found["content"]] == ["“All roads are shut today,”"]


def test_hash_is_that_of_the_text() -> None:
    assert text_hash("") == "e3b0c44298fc1c14"
