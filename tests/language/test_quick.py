"""The quick way gives what spaCy's own gives, token for token."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import spacy

from dragoman.language import quick, quick_rules
from dragoman.language.model import DEFAULT_MODEL
from dragoman.language.quick_names import Names

EXAMPLES = Path(__file__).parents[2] / "codebook" / "examples"
SEVERAL_TOKENS = [
    "It ain't over, and they're gonna sign; let's see what y'all got.",
    "There is a minister who'd've left.",
    "  Spaces ,  and\ttabs  ",
    "Naïve façade — Ελλάδα, Москва 🙂.",
]


def _strings() -> list[str]:
    made = [
        match.group(1)
        for path in sorted(EXAMPLES.glob("*.yaml"))
        for match in re.finditer(r'^- text: "(.*)"$', path.read_text(encoding="utf-8"), re.M)
    ]
    return sorted({*made[::7], *SEVERAL_TOKENS}, key=lambda s: (len(s), s))


def _told(doc: Any, answers: list[quick.Answer], names: list[Any]) -> list[object]:
    words = [
        (t.text, *answer, t.dep_, t.head.i, t.is_sent_start)
        for t, answer in zip(doc, answers, strict=True)
        if not t.is_space
    ]
    return [*words, *names]


@pytest.fixture(scope="module")
def ways() -> tuple[Any, Any]:
    plain, changed = spacy.load(DEFAULT_MODEL), spacy.load(DEFAULT_MODEL)
    return quick.plainly(plain), quick.quicken(changed)


def test_every_token_is_told_as_by_the_pipeline_itself(ways: tuple[Any, Any]) -> None:
    plainly, quickly = ways
    strings = _strings()
    assert len(strings) > 150
    for expected, found in zip(plainly(strings), quickly(strings), strict=True):
        assert _told(*found) == _told(*expected)


def test_names_end_with_their_sentence_and_piece(ways: tuple[Any, Any]) -> None:
    plainly, quickly = ways
    strings = ["", " ", "Kenya", "New", "New York", "South\nKorea. North Korea.", "President of\t"]
    found = [names for _, _, names in quickly(strings)]
    assert found == [names for _, _, names in plainly(strings)]
    assert any(end - start == 2 for names in found for start, end, _ in names)


def test_a_recogniser_of_another_make_is_refused() -> None:
    nlp = spacy.load(DEFAULT_MODEL)
    pipe = nlp.get_pipe("ner")
    pipe.model.attrs["unseen_classes"] = {3}
    with pytest.raises(ValueError, match="another way"):
        Names(pipe)


def test_forgetting_changes_nothing(ways: tuple[Any, Any], monkeypatch: Any) -> None:
    plainly, quickly = ways
    monkeypatch.setattr(quick, "MOST_WORDS", 40)
    monkeypatch.setattr(quick_rules, "MOST_ANSWERS", 40)
    strings = _strings()[:40]
    for expected, found in zip(plainly(strings), quickly(strings), strict=True):
        assert _told(*found) == _told(*expected)


def test_nothing_to_parse(ways: tuple[Any, Any]) -> None:
    assert ways[1]([]) == []
    [(doc, answers, names)] = ways[1]([""])
    assert (len(doc), answers, names) == (0, [], [])


def test_a_pipeline_of_another_make_runs_its_own_way() -> None:
    blank = spacy.blank("en")
    assert quick.quicken(blank) is None
    [(doc, *_)] = quick.plainly(blank)(["Kenya thanked Uganda."])
    assert len(doc) == 4


def test_a_long_report_is_parsed_in_parts(ways: tuple[Any, Any], monkeypatch: Any) -> None:
    plainly, quickly = ways
    monkeypatch.setattr(quick, "MOST_CHARACTERS", 300)
    strings = _strings()[:60]
    for expected, found in zip(plainly(strings), quickly(strings), strict=True):
        assert _told(*found) == _told(*expected)
