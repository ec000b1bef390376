"""Quotations by their marks. The sentences were made up for the project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.language.quotes import find_quotes
from dragoman.language.segment import find_paragraphs, find_pieces


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotes(text, find_paragraphs(text))]


@pytest.mark.parametrize(
    "text",
    [
        "“All roads are shut today,” the guard said.",
        '"All roads are shut today," the guard said.',
        "«All roads are shut today,» the guard said.",
        "„All roads are shut today,” the guard said.",
        "``All roads are shut today,'' the guard said.",
        "‘All roads are shut today,’ the guard said.",
        "「All roads are shut today,」 the guard said.",
    ],
)
def test_marks_of_every_kind(text: str) -> None:
    assert quoted(text) == ["All roads are shut today,"]


def test_apostrophes_are_no_quotation() -> None:
    assert quoted("The farmers' union and the guards' wives won't march in the '90s way.") == []


@pytest.mark.parametrize("mark", ["“", "„", "«", "``"])
def test_marks_without_end_open_no_quotation_each(mark: str) -> None:
    text = "The guard spoke. " + f"{mark}All roads are " * 4_000
    depths = [quote.depth for quote in find_quotes(text, find_paragraphs(text))]
    paragraphs = len(find_paragraphs(text))
    assert 0 < depths.count(0) <= paragraphs
    assert len(depths) <= 8 * paragraphs


def test_unclosed_quotation_ends_with_its_paragraph_and_goes_on_in_the_next() -> None:
    text = "The guard said: “All roads are shut.\n“Nobody may pass here today.”"
    first, second = find_quotes(text, find_paragraphs(text))
    assert not first.closed
    assert text[first.end - 1] == "."
    assert second.continues == 0


def test_scare_quotes_stay_in_their_sentence() -> None:
    text = "The so-called “peace line” runs through the old “market” of the town."
    assert [q.apart for q in find_quotes(text, find_paragraphs(text))] == [False, False]


def test_quotation_inside_a_quotation() -> None:
    text = "“The sign said ‘no entry’ in red letters,” the guard said."
    outer, inner = find_quotes(text, find_paragraphs(text))
    assert (outer.depth, inner.depth) == (0, 1)
    assert text[inner.start : inner.end] == "no entry"


@given(st.text(alphabet="ab .,“”\"'‘’«»\n`", max_size=80))
def test_spans_and_pieces_lie_in_the_text(text: str) -> None:
    paragraphs = find_paragraphs(text)
    quotes = find_quotes(text, paragraphs)
    assert quotes == find_quotes(text, paragraphs)
    for quote in quotes:
        assert 0 <= quote.outer[0] <= quote.start < quote.end <= quote.outer[1] <= len(text)
    for piece in find_pieces(text, paragraphs, quotes):
        assert all(0 <= a < b <= len(text) for a, b in piece.parts)
