"""Who says what. The sentences were made up for the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.codebook import Codebook
from dragoman.codebook.attribution import AttributionWords
from dragoman.codebook.source import CodebookError
from dragoman.extract.speech import Claim, Speech, find_speech, find_speech_in, part_ways
from dragoman.extract.statements import link_statements
from dragoman.language import Annotator
from dragoman.language.document import Document, Token


class Nobody:
    """Knows no entities."""

    def resolve(self, head: Token) -> tuple[str, ...]:
        return ()


def read(text: str, annotator: Annotator, codebook: Codebook) -> tuple[Document, list[Speech]]:
    doc = next(iter(annotator.annotate([text])))
    return doc, find_speech(doc, codebook)


def words(doc: Document, span: tuple[int, int] | None) -> str:
    return doc.words(span) if span else ""


CASES = [
    # text, source, cue, words of the content, kind, addressee, hedge
    (
        "The harbour ministry said on Monday that two ferries had been delayed by strikes.",
        "The harbour ministry", "said", "two ferries had been delayed", "indirect", "", None,
    ),
    (
        "“The bridge will open again in the spring,” the governor said. “We have the money.”",
        "the governor", "said", "The bridge will open again", "direct", "", None,
    ),
    (
        "According to the customs union, exports of barley fell sharply last year.",
        "the customs union", "According to", "exports of barley fell", "indirect", "", None,
    ),
    (
        "The mayor told reporters that the river had flooded three villages.",
        "The mayor", "told", "the river had flooded three villages", "indirect", "reporters", None,
    ),
    (
        "The ambassador reportedly told the foreign minister that the talks had failed.",
        "The ambassador", "told", "the talks had failed", "indirect", "the foreign minister",
        "reportedly",
    ),
    (
        "The opposition called the budget “an insult to farmers.”",
        "The opposition", "called", "an insult to farmers", "mixed", "", None,
    ),
    (
        "Many fishermen believe that the new quota will ruin them.",
        "Many fishermen", "believe", "the new quota will ruin them", "indirect", "", None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "cue", "content", "kind", "to", "hedge"), CASES)
def test_reads_a_statement(
    text: str,
    source: str,
    cue: str,
    content: str,
    kind: str,
    to: str,
    hedge: str | None,
    annotator: Annotator,
    codebook: Codebook,
) -> None:
    doc, speech = read(text, annotator, codebook)
    found = [s for s in speech if cue in words(doc, s.cue)]
    assert len(found) == 1
    statement = found[0]
    assert words(doc, statement.source) == source
    assert content in " ".join(doc.words(span) for span in statement.content)
    assert statement.kind == kind
    assert words(doc, statement.addressee) == to
    assert statement.hedge == hedge


def test_plain_report_has_no_statement(annotator: Annotator, codebook: Codebook) -> None:
    _, speech = read("Two ferries sank off the coast on Monday.", annotator, codebook)
    assert speech == []


def test_one_quotation_over_two_paragraphs(annotator: Annotator, codebook: Codebook) -> None:
    text = (
        "“The dam is safe and the water is clean,” the engineer said. “We checked every wall.\n"
        "“The villages below have nothing to fear from it.”"
    )
    doc, speech = read(text, annotator, codebook)
    (statement,) = [s for s in speech if "said" in words(doc, s.cue)]
    said = " ".join(doc.words(span) for span in statement.content)
    assert "We checked every wall" in said
    assert "nothing to fear" in said


def test_content_shared_by_siblings_goes_to_the_stronger() -> None:
    tokens = [
        Token(i, 2 * i, 2 * i + 1, "x", lemma="x", tag="NN", pos="NOUN", dep="dep")
        for i in range(6)
    ]
    strong = Claim(tokens[0], {3: tokens[2:4]}, {2: 1.0, 3: 1.0})
    weak = Claim(tokens[5], {3: tokens[3:5]}, {3: 0.5, 4: 0.5})
    part_ways([strong, weak])
    assert [t.i for t in strong.parts[3]] == [2, 3]
    assert [t.i for t in weak.parts[3]] == [4]


def test_nested_statement_keeps_its_words() -> None:
    tokens = [
        Token(i, 2 * i, 2 * i + 1, "x", lemma="x", tag="NN", pos="NOUN", dep="dep")
        for i in range(6)
    ]
    outer = Claim(tokens[0], {3: tokens[1:6]}, dict.fromkeys(range(1, 6), 1.0))
    inner = Claim(tokens[2], {3: tokens[3:6]}, dict.fromkeys(range(3, 6), 0.2))
    part_ways([outer, inner])
    assert [t.i for t in inner.parts[3]] == [3, 4, 5]


PIECES = [
    "the minister said",
    "“",
    "”",
    " that ",
    "rain fell",
    ". ",
    "\n",
    ", ",
    '"',
    "according to ",
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_spans_lie_in_the_text_and_are_the_same_twice(
    annotator: Annotator, codebook: Codebook, pieces: list[str]
) -> None:
    text = " ".join(pieces)
    doc, speech = read(text, annotator, codebook)
    first = link_statements(doc, speech, Nobody())
    for statement in first:
        parties = [p.span for p in (statement.source, statement.addressee) if p and p.span]
        cues = [statement.cue] if statement.cue else []
        for start, end in (*statement.content, *parties, *cues):
            assert 0 <= start < end <= len(text)
    again = link_statements(doc, find_speech(doc, codebook), Nobody())
    assert first == again


def test_codebook_examples_are_read(annotator: Annotator, codebook: Codebook) -> None:
    examples = codebook.attribution.examples
    assert all(examples.values())
    read_ones = [name for name, text in examples.items() if read(text, annotator, codebook)[1]]
    assert len(read_ones) >= len(examples) - 1


def test_mistaken_codebook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "attribution.yaml"
    file.write_text("classes:\n  speech:\n    verb: [say]\n", encoding="utf-8")
    with pytest.raises(CodebookError, match="no key of a class"):
        AttributionWords.load(file)


@pytest.mark.shared
def test_seed_report(annotator: Annotator, codebook: Codebook, shared: Path) -> None:
    text = (shared / "reports" / "haftar-moscow.txt").read_text(encoding="utf-8")
    gold = json.loads((shared / "reports" / "haftar-moscow.gold.json").read_text(encoding="utf-8"))
    doc, speech = read(text, annotator, codebook)
    found = link_statements(doc, speech, Nobody())
    right = 0
    for wanted in gold["statements"]:
        start = text.find(wanted["content"])
        end = start + len(wanted["content"])
        right += any(
            statement.kind == wanted["kind"]
            and sum(max(0, min(b, end) - max(a, start)) for a, b in statement.content)
            >= 0.5 * (end - start)
            for statement in found
        )
    assert right >= 8


DEEDS = [
    "Police banned the rally.",
    "Peru and Chile signed a fishing treaty.",
    "The council imposed sanctions on two ferry companies.",
    "The parliament approved a new budget.",
    "Raiders' drones attacked the harbour.",
]


@pytest.mark.parametrize("text", DEEDS)
def test_a_deed_is_no_statement(annotator: Annotator, codebook: Codebook, text: str) -> None:
    assert read(text, annotator, codebook)[1] == []


def test_stray_words_of_later_sentences_are_no_content(
    annotator: Annotator, codebook: Codebook
) -> None:
    text = (
        "Rebels burned a mill on Monday, a village council said. Guards closed the road. "
        "The governor called for calm."
    )
    doc, found = read(text, annotator, codebook)
    said = next(speech for speech in found if words(doc, speech.cue) == "said")
    assert "called" not in " ".join(words(doc, span) for span in said.content)


def test_documents_looked_at_together_tell_what_each_tells_alone(
    annotator: Annotator, codebook: Codebook
) -> None:
    texts = ["", "No.", *(text for text, *_ in CASES), "\n\n".join(text for text, *_ in CASES)]
    docs = list(annotator.annotate([*texts, *reversed(texts), " "]))
    alone = [find_speech(doc, codebook) for doc in docs]
    assert any(alone)
    assert find_speech_in(docs, codebook) == alone
