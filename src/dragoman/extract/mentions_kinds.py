"""Settles what each name of a document names, by what stands beside it and by votes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from dragoman.codebook.actors import ActorWords
from dragoman.extract.places import Places
from dragoman.language.document import Document

if TYPE_CHECKING:
    from dragoman.extract.mentions import Name, NameKind

_PROPER = frozenset({"NNP", "NNPS"})


def settle_kinds(names: list[Name], doc: Document, words: ActorWords, places: Places) -> list[Name]:
    """Let the same words be one kind of thing throughout the document."""
    votes: dict[str, Counter[NameKind]] = defaultdict(Counter)
    for name in names:
        if name.kind in ("person", "organization", "place", "other") and name.known is None:
            told = _introduced(name, doc, words)
            name.kind = told or name.kind
            weight = 3 if name.title or told else 1
            votes[_key(name)][name.kind] += weight
            if name.kind == "person" and len(name.tokens) > 1:
                votes[name.tokens[-1].lower]["person"] += weight
    said = _sayers(doc)
    kept = []
    for name in names:
        if name.known is None and name.kind in ("person", "organization", "place", "other"):
            name.kind = _decide(name, votes[_key(name)], words, places, said)
            name.kind = _introduced(name, doc, words) or name.kind
        if name.kind != "other" or name.tokens[0].tag in _PROPER:
            kept.append(name)
    return kept


def _key(name: Name) -> str:
    return " ".join(t.lower for t in name.tokens)


def _decide(  # noqa: PLR0911
    name: Name, votes: Counter[NameKind], words: ActorWords, places: Places, said: set[int]
) -> NameKind:
    if name.title:
        return "person"
    last = name.tokens[-1]
    if len(name.tokens) > 1 and name.kind == "organization" and _headed(name, words):
        return "organization"
    if votes["person"] and votes["person"] >= max(votes["place"], 1):
        return "person"
    if places.at(last) is not None:
        return "place"
    text = last.text
    if len(name.tokens) == 1 and text.isupper() and 2 <= len(text) <= 6:
        return "organization"
    if len(name.tokens) <= 2 and any(t.i in said for t in name.tokens) and not votes["place"]:
        return "person" if not votes["organization"] else votes.most_common(1)[0][0]
    return votes.most_common(1)[0][0]


def _introduced(name: Name, doc: Document, words: ActorWords) -> NameKind | None:
    """Return the kind that a noun beside a name tells ("spokesman X", "the firm X")."""
    if name.title or _headed(name, words):
        return None
    first = name.tokens[0]
    before = doc.tokens[first.i - 1] if first.i else None
    noun = words.heads.get(before.lower) if before is not None and before.pos == "NOUN" else None
    if before is not None and noun is not None and before.sent == first.sent:
        if noun.kind == "person" and len(name.tokens) > 1 and name.kind == "organization":
            return "person"
        tied = name.head in before.children or before.head is name.head
        if noun.kind == "organization" and tied and not noun.state and before.dep != "pobj":
            return "organization"
    other = name.head.head
    noun = (
        words.heads.get(other.lower) if name.head.dep == "appos" and other.pos == "NOUN" else None
    )
    if noun is not None and noun.kind == "person" and len(name.tokens) > 1:
        return "person" if name.kind == "organization" else None
    return None


def _headed(name: Name, words: ActorWords) -> bool:
    return any(t.lower in words.organization_heads for t in name.tokens)


def _sayers(doc: Document) -> set[int]:
    """Tokens that are the subject of a verb of saying."""
    return {t.i for t in doc.tokens if t.dep == "nsubj" and t.head.lemma in ("say", "tell", "add")}
