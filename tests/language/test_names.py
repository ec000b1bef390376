"""A surname alone is who bore it with a full name."""

from __future__ import annotations

from dragoman.language import Token
from dragoman.language.names import carry_names


def _tokens(*words: tuple[str, str]) -> list[Token]:
    """Make tokens of (text, label); "B-" begins an entity, "I-" goes on with it."""
    tokens = []
    for i, (text, label) in enumerate(words):
        tag = "NNP" if text[0].isupper() else "NN"
        token = Token(i, i, i + 1, text, lemma=text, tag=tag, pos="PROPN", dep="nsubj")
        token.ent, token.ent_start = label[2:], label.startswith("B")
        tokens.append(token)
    return tokens


def _labels(tokens: list[Token]) -> list[str]:
    return [token.ent for token in tokens]


def test_a_lone_surname_takes_the_label_of_the_full_name() -> None:
    tokens = _tokens(
        ("Amina", "B-PERSON"),
        ("Otieno", "I-PERSON"),
        ("left", ""),
        ("Otieno", "B-NORP"),
        ("and", ""),
        ("Otieno", ""),
    )
    carry_names(tokens)
    assert _labels(tokens)[3:] == ["PERSON", "", "PERSON"]
    once = _labels(tokens)
    carry_names(tokens)
    assert _labels(tokens) == once


def test_a_place_of_that_name_stays_a_place() -> None:
    tokens = _tokens(
        ("Ana", "B-PERSON"), ("Lima", "I-PERSON"), ("Lima", "B-GPE"), ("in", ""), ("Lima", "B-GPE")
    )
    carry_names(tokens)
    assert _labels(tokens)[2:] == ["GPE", "", "GPE"]


def test_part_of_a_longer_name_is_left() -> None:
    tokens = _tokens(
        ("Ana", "B-PERSON"), ("Lima", "I-PERSON"), ("Lima", "B-ORG"), ("Works", "I-ORG")
    )
    carry_names(tokens)
    assert _labels(tokens)[2:] == ["ORG", "ORG"]
