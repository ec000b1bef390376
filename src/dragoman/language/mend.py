"""Mends what the parser often gets wrong, by rules that hold for English at large."""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.language.document import Token

_SUBJECT = frozenset({"nsubj", "nsubjpass"})


def part_at_semicolons(tokens: Sequence[Token]) -> None:
    """Make clauses that a semicolon parts stand beside each other, not one within the other.

    "The ministry accused its neighbour of fraud; the embassy rejected the charge": the parser takes
    the first clause for what the embassy rejected.

    Args:
        tokens: the tokens of one sentence; labels are mended in place.
    """
    marks = [token.i for token in tokens if token.text == ";"]
    if not marks:
        return
    for token in tokens:
        head = token.head
        told = any(child.dep in _SUBJECT for child in token.children)
        parted = any(token.i < mark < head.i for mark in marks)
        if token.dep == "ccomp" and told and parted:
            token.dep = "parataxis"


def first_word(tokens: Sequence[Token]) -> None:
    """Give a common noun in the plural that opens a sentence its dictionary form.

    "Rockets fell on the port": the tagger takes the capital for that of a name.

    Args:
        tokens: the tokens of one sentence; the first is mended in place.
    """
    token = tokens[0]
    if token.tag != "NNPS" or token.ent or not token.text.endswith("s"):
        return
    if len(tokens) > 1 and tokens[1].tag.startswith("NNP"):
        return
    token.tag, token.pos, token.lemma = "NNS", "NOUN", token.text[:-1].lower()
