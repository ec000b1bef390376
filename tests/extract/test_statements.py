"""Statements of the record, on documents made by hand. The sentences were made up."""

from __future__ import annotations

from dragoman.extract.speech import Speech
from dragoman.extract.statements import link_statements
from dragoman.language.document import Document, Quote, Token
from dragoman.language.quotes import find_quotes
from dragoman.language.segment import find_paragraphs


class One:
    """Every phrase stands for one entity."""

    def resolve(self, head: Token) -> tuple[str, ...]:
        return (f"e-{head.lower}",)


def document(text: str) -> Document:
    paragraphs = find_paragraphs(text)
    quotes: list[Quote] = find_quotes(text, paragraphs)
    return Document(text, [], [], quotes, paragraphs)


def span(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return (start, start + len(part))


def content(text: str, part: str) -> list[str]:
    doc = document(text)
    speech = Speech("indirect", content=(span(text, part),))
    return [doc.words(c) for s in link_statements(doc, [speech], One()) for c in s.content]


def test_marks_and_that_are_left_out() -> None:
    text = "The envoy said that “all is lost and nothing will save us.”"
    assert content(text, "that “all is lost and nothing will save us.”") == [
        "all is lost and nothing will save us."
    ]


def test_a_mark_stays_with_its_partner() -> None:
    text = "The envoy called the tax a “theft”"
    assert content(text, "the tax a “theft”") == ["the tax a “theft”"]


def test_content_is_cut_at_a_paragraph() -> None:
    text = "The envoy said all is lost.\nNothing will save us."
    assert content(text, "all is lost.\nNothing will save us.") == [
        "all is lost.",
        "Nothing will save us.",
    ]


def test_empty_content_makes_no_statement() -> None:
    assert content("The envoy said “…” twice", "“…”") == []


def test_parties_are_resolved_and_ids_are_stable() -> None:
    text = "The envoy told ministers all is lost."
    doc = document(text)
    head = Token(1, 4, 9, "envoy", lemma="envoy", tag="NN", pos="NOUN", dep="nsubj")
    speech = Speech(
        "indirect",
        source=span(text, "The envoy"),
        source_head=head,
        cue=span(text, "told"),
        content=(span(text, "all is lost"),),
        addressee=span(text, "ministers"),
        hedge=None,
    )
    (first,) = link_statements(doc, [speech], One())
    (again,) = link_statements(doc, [speech, speech], One())
    assert first == again
    assert first.source is not None
    assert first.source.entity == "e-envoy"
    assert first.addressee is not None
    assert first.addressee.entity is None
