"""Mends what the parser often gets wrong, by rules that hold for English at large."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.language.document import Token

_SUBJECT = frozenset({"nsubj", "nsubjpass"})
_PLURAL = frozenset({"NNS", "NNPS"})
_PAST = frozenset({"VBD", "VBN"})  # the tagger takes one for the other far from the subject
_INFLECTED = frozenset({"VBD", "VBN", "VBG", "VBZ"})
# one syllable of one vowel before one consonant: doubled before -ed and -ing ("hop", "hopped")
_DOUBLES = re.compile(r"(?:[^aeiouy]|qu|^y)*[aeiouy][^aeiouwxys]", re.ASCII)
_HISSING = ("s", "x", "z", "ch", "sh", "o")  # take -es ("passes", "goes")
_IN_IE = frozenset({"die", "lie", "tie", "vie", "belie", "untie", "underlie", "stymie"})


def verb_form(word: str, tag: str, lemma: str) -> str:
    """Return a verb's dictionary form, where the lemmatizer's is none that could be spelt so.

    It cuts an ending off and takes what is in its list: "fined" becomes "fin", "stages" "stag".
    By the rules of spelling (Huddleston and Pullum 2002, 18.3) those would be "finned", "stags".

    Args:
        word: as it stands in the text.
        tag: in the Penn Treebank's set.
        lemma: what the lemmatizer says.
    """
    if tag not in _INFLECTED:
        return lemma
    low = word.lower()
    if low in (f"{lemma}ed", f"{lemma}ing") and _DOUBLES.fullmatch(lemma):
        return f"{lemma}e"
    if low == f"{lemma}es" and not lemma.endswith(_HISSING):
        return f"{lemma}e"
    if low == f"{lemma}d" and lemma.endswith("ie") and lemma not in _IN_IE:
        return f"{lemma[:-2]}y"
    return lemma


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


def lift_conjuncts(tokens: Sequence[Token]) -> None:
    """Join a verb to the main clause that the parser joined to a relative one, where it must be.

    "Police fired at men who threw stones and arrested 31": who are arrested are the men, and no
    verb's object is its subject told again by a number or "them" (it would be "themselves").
    Where the relative clause tells others in the plural, it may be these.

    Args:
        tokens: the tokens of one sentence; heads are mended in place.
    """
    for verb in tokens:
        if verb.dep != "conj" or verb.tag not in _PAST or not _told_again(verb):
            continue
        above = list(verb.ancestors())
        relative = next((t for t in above if t.dep == "relcl" and t.child("nsubj")), None)
        if relative is None or relative.head.tag not in _PLURAL:
            continue
        main = next((t for t in relative.head.ancestors() if t.tag == "VBD"), None)
        subject = None if main is None else main.child("nsubj")
        others = any(t.tag in _PLURAL for t in tokens if relative.head.i < t.i < verb.i)
        if main is not None and subject is not None and not others:
            _hang(verb, main)


def _told_again(verb: Token) -> bool:
    """Whether the object is "them", "31" or "eight of them"."""
    if verb.child(*_SUBJECT, "aux", "auxpass") is not None:
        return False
    told = verb.child("dobj")
    return told is not None and (told.lower == "them" or told.tag == "CD")


def _hang(token: Token, head: Token) -> None:
    token.head.children.remove(token)
    token.head = head
    head.children.append(token)
    head.children.sort(key=lambda child: child.i)


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
