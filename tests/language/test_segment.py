"""Paragraphs and pieces. The sentences were made up for the project."""

from __future__ import annotations

from dragoman.language.quotes import find_quotes
from dragoman.language.segment import LONGEST, find_paragraphs, find_pieces


def test_a_line_is_a_paragraph() -> None:
    text = "Rain fell.\n\nThe roads are shut.\n"
    assert [text[a:b] for a, b in find_paragraphs(text)] == ["Rain fell.", "The roads are shut."]


def test_wrapped_lines_are_joined() -> None:
    line = "the rain fell all day long on the roads and fields of the northern\n"
    text = line * 5 + "\n" + line * 5
    assert len(find_paragraphs(text)) == 2


def test_long_paragraphs_are_cut_and_lose_nothing() -> None:
    text = "Rain fell on the road. " * (LONGEST // 10)
    spans = find_paragraphs(text)
    assert len(spans) > 1
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(b - a <= LONGEST for a, b in spans)


def test_an_utterance_is_parsed_apart_from_its_frame() -> None:
    text = "“The roads are all shut today,” the guard said. “Nobody may pass here.”"
    paragraphs = find_paragraphs(text)
    pieces = find_pieces(text, paragraphs, find_quotes(text, paragraphs))
    told = [" ".join(text[a:b].strip() for a, b in p.parts) for p in pieces]
    assert "The roads are all shut today," in told
    assert "Nobody may pass here." in told
    assert any(t.startswith("the guard said.") for t in told)
