"""The event codebook: what is shipped loads, and each mistake names its file and line."""

import shutil
from pathlib import Path

import pytest

from dragoman.codebook import Codebook, CodebookError, Node
from dragoman.codebook.plover import PloverRules
from dragoman.codebook.plover_classes import Pattern
from dragoman.codebook.plover_load import TYPES, _pattern
from dragoman.codebook.plover_words import WordClasses, parse_path


@pytest.fixture
def folder(codebook: Codebook, tmp_path: Path) -> Path:
    """A copy of the codebook that a test may spoil."""
    copy = tmp_path / "codebook"
    shutil.copytree(codebook.folder, copy, ignore=shutil.ignore_patterns("examples", "actors"))
    return copy


def test_every_type_has_classes_with_a_party(codebook: Codebook) -> None:
    rules = codebook.plover
    assert set(rules.types) == set(TYPES)
    for event_class in rules.classes:
        assert event_class.actor, event_class.rule
        assert event_class.symmetric or event_class.recipient, event_class.rule


def test_index_finds_verbs_and_nouns_by_their_head(codebook: Codebook) -> None:
    index = codebook.plover.index
    assert "CONSULT/visit" in {c.rule for c, _ in index["verb", "visit"]}
    assert "ASSAULT/attack-noun" in {c.rule for c, _ in index["noun", "strike"]}


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("verb", "pull out of", Pattern("verb", "pull", ("out", "of"))),
        ("noun", "hunger strike", Pattern("noun", "strike", ("hunger",))),
        ("noun", "state of emergency", Pattern("noun", "state", ("of", "emergency"))),
    ],
)
def test_head_of_a_pattern(kind: str, words: str, expected: Pattern) -> None:
    assert _pattern(kind, words.split()) == expected


def test_mode_code_and_score(codebook: Codebook) -> None:
    rules = codebook.plover
    visit = next(c for c in rules.classes if c.rule == "CONSULT/visit")
    assert rules.code(visit, "visit", None) == "042"
    assert rules.code(visit, "visit", "043") == "043"
    assert rules.score("CONSULT", "visit") == 4
    assert rules.score("ACCUSE", None) == -3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - id: meet\n", "  - id: meet\n    verb: [meet]\n", "no key 'verb'"),
        ("  - id: meet\n", "  - id: meet\n    mode: party\n", "no mode 'party'"),
        ("  - id: meet\n", "  - id: meet\n    contexts: [war]\n", "no context 'war'"),
        ("  - id: meet\n", "  - id: meet\n    recipient: [objekt]\n", "no slot 'objekt'"),
        ("  - id: meet\n", "  - id: meet\n    only: {object: [$nosuch]}\n", r"no class \$nosuch"),
        ("  - id: meet\n", '  - id: meet\n    only: {object: ["@ghost"]}\n', "no kind @ghost"),
        ("  - id: talks\n", "  - id: meet\n", "given twice"),
        ('cameo: "040"', "cameo: 40", "digits in quotes"),
    ],
)
def test_a_mistake_names_its_line(folder: Path, old: str, new: str, message: str) -> None:
    path = folder / "plover" / "CONSULT.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodebookError, match=message) as caught:
        PloverRules.load(folder)
    assert caught.value.file.endswith("CONSULT.yaml")
    assert caught.value.line is not None


@pytest.mark.parametrize("words", ['aid: [loan, " "]', "aid: loan", "aid: [3]", "- loan"])
def test_a_mistake_in_the_word_classes_names_their_file(tmp_path: Path, words: str) -> None:
    path = tmp_path / "words.yaml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        WordClasses.load(path)
    assert caught.value.file == str(path)
    assert caught.value.line is not None


def test_word_classes_expand_within_lists() -> None:
    classes = WordClasses({"aid": ("loan", "tent")})
    assert classes.expand(["food", "$aid"], Node(), "only") == ("food", "loan", "tent")
    test = classes.test(["$aid", "martial law", "@party", "*"], Node(), "only")
    assert test.words == {"loan", "tent"}
    assert test.starts == {"martial": (("martial", "law"),)}
    assert test.kinds == {"@party"}
    assert test.filled


def test_slots_join_with_dots() -> None:
    assert parse_path("clause.prep:with.parties", Node(), "actor") == (
        "clause",
        "prep:with",
        "parties",
    )


def test_modes_and_scores_are_those_of_plover(codebook: Codebook, shared: Path) -> None:
    import json

    plover = json.loads((shared / "reference" / "plover.json").read_text(encoding="utf-8"))
    for name, rules in codebook.plover.types.items():
        assert set(rules.modes) == set(plover["modes"].get(name, [])), name
        assert rules.score == plover["scores"][name]
        for mode, made in rules.modes.items():
            assert made.score == plover["scores"].get(f"{name}:{mode}", rules.score), (name, mode)
    assert set(codebook.plover.contexts) == set(plover["contexts"])
