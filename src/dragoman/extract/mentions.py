"""Finds names in a document, repaired by the codebook's words and by the whole document.

The model's labels are one vote among several: a country's words, a title before a name, a word
such as "Ministry" inside it, and what the same words were taken for elsewhere all count.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from dragoman.codebook.actors import ActorWords, Known, Phrase, phrase
from dragoman.extract.mentions_kinds import settle_kinds
from dragoman.extract.places import Places
from dragoman.language.document import Document, Token
from dragoman.records import Span

NameKind = Literal["person", "organization", "country", "people", "adjective", "place", "other"]
_PROPER = frozenset({"NNP", "NNPS"})
_NAME_ENTS = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})
_NO_NAMES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})
_THINGS = frozenset({"WORK_OF_ART", "EVENT", "PRODUCT", "LAW", "LANGUAGE"})
_HYPHENS = frozenset("-‐‑–")
_LINKS = frozenset({"of", "for", "and", "&", "the", "a"})
_SHORT = 4
_REACH = 6
_MOST_TITLES = 6  # behind the first: "Acting Prime Minister General Sir …"


@dataclass(slots=True, eq=False)
class Name:
    """A name in the text.

    Attributes:
        tokens: the words of the name, without title or adjective before a person's.
        kind: what it names; "adjective" is a country's adjective, "people" its people.
        code: country or body code, where the words tell it.
        title: the office or form of address before it, in small letters.
        lead: tokens before the name that describe it (adjectives, office), in order.
        known: the codebook's organisation.
    """

    tokens: list[Token]
    kind: NameKind
    code: str | None = None
    title: Phrase = ()
    lead: list[Token] = field(default_factory=list)
    known: Known | None = None

    @property
    def head(self) -> Token:
        """The word that the others of the name hang on."""
        inside = set(self.tokens)
        for token in reversed(self.tokens):
            if token.head not in inside or token.head is token:
                return token
        return self.tokens[-1]

    @property
    def span(self) -> Span:
        """Offsets of the name."""
        return (self.tokens[0].start, self.tokens[-1].end)


@lru_cache(maxsize=50_000)
def pieces(text: str) -> Phrase:
    """Return a word as the codebook's phrases have it."""
    return phrase(text)


def find_names(doc: Document, words: ActorWords, places: Places) -> list[Name]:
    """Return the names of a document, in order of the text."""
    finder = _Finder(doc, words, places)
    found: list[Name] = []
    i = 0
    while i < len(doc.tokens):
        names, i = finder.at(i)
        found.extend(names)
    return settle_kinds(found, doc, words, places)


class _Finder:
    def __init__(self, doc: Document, words: ActorWords, places: Places) -> None:
        self.doc = doc
        self.tokens = doc.tokens
        self.words = words
        self.places = places
        self.firsts = {s.tokens[0].i for s in doc.sentences}

    def at(self, i: int) -> tuple[list[Name], int]:
        """Return the names that begin at token `i`, and where to look on."""
        token = self.tokens[i]
        listed = self.listed(i)
        run = self.run(i)
        if listed is not None and listed.tokens[-1].i + 1 >= run:
            return [listed], listed.tokens[-1].i + 1
        if run == i:
            return [], i + 1
        made = self.split(self.tokens[i:run], listed)
        return made, max(run, token.i + 1)

    def is_name_word(self, token: Token) -> bool:
        """Whether a word may stand in a name."""
        if not token.text[0].isupper() and not (token.text[0].isdigit() and token.ent == "ORG"):
            return False
        if token.ent in _NO_NAMES or token.pos in ("PRON", "DET", "NUM", "INTJ"):
            return False
        if token.i in self.firsts and token.tag not in _PROPER:
            return token.ent in _NAME_ENTS and token.tag not in ("NNS",)
        if token.tag in _PROPER or token.ent in _NAME_ENTS:
            return True
        return token.pos in ("NOUN", "ADJ", "X") and token.i not in self.firsts

    def run(self, i: int) -> int:
        """Return the end (exclusive) of the run of name words at `i`."""
        tokens = self.tokens
        end = i
        if not self.is_name_word(tokens[i]) and not self._glued(i):
            return i
        end = i + 1
        while end < len(tokens) and tokens[end].sent == tokens[i].sent:
            token = tokens[end]
            after = tokens[end + 1] if end + 1 < len(tokens) else None
            if self.is_name_word(token):
                end += 1
            elif after is None:
                break
            elif token.text in _HYPHENS and self._tight(end) and after.text[0].isalpha():
                end += 2
            elif (token.lower in self.words.particles and self._onward(end)) or (
                token.lower in _LINKS and self._goes_on(i, end)
            ):
                end += 1
            else:
                break
        while end > i + 1 and tokens[end - 1].lower in _LINKS:
            end -= 1
        return end

    def _owns_body(self, i: int) -> bool:
        """Whether a possessor belongs to a body's name: "Fishermen's Union"."""
        before, after = self.tokens[i - 1], self.tokens[i + 1]
        plural = before.tag in ("NNPS", "NNS") or before.lower.endswith(("men", "s"))
        named = after.text[0].isupper() and after.lower in self.words.organization_heads
        return plural and named and (before.lower,) not in self.words.countries

    def _glued(self, i: int) -> bool:
        """Whether a particle opens a name: "al-Sarraj", "al Sarraj"."""
        if i + 2 >= len(self.tokens) or self.tokens[i].lower not in self.words.articles:
            return False
        after = self.tokens[i + 1]
        if after.text in _HYPHENS and self._tight(i + 1):
            return self.tokens[i + 2].text[0].isupper()
        return after.text[0].isupper() and self.tokens[i].lower in ("al", "el")

    def _tight(self, i: int) -> bool:
        before, here, after = self.tokens[i - 1], self.tokens[i], self.tokens[i + 1]
        return before.end == here.start and here.end == after.start

    def _onward(self, i: int) -> bool:
        """Whether a name goes on behind a particle."""
        at = i + 1
        while at + 1 < len(self.tokens) and (
            self.tokens[at].text in _HYPHENS or self.tokens[at].lower in self.words.particles
        ):
            at += 1
        return at < len(self.tokens) and self.is_name_word(self.tokens[at])

    def _goes_on(self, start: int, i: int) -> bool:
        """Whether an organisation's name goes on behind "of", "for", "and", "the"."""
        tokens = self.tokens
        link = tokens[i].lower
        at = i + 1
        if at < len(tokens) and tokens[at].lower in ("the", "a") and link in ("of", "for"):
            at += 1
        if at >= len(tokens) or not self.is_name_word(tokens[at]):
            return False
        if link in ("the", "a"):
            return tokens[i - 1].lower in ("of", "for")
        before = [t.lower for t in tokens[start:i]]
        is_one = tokens[i].ent == "ORG" and tokens[at].ent == "ORG" and not tokens[at].ent_start
        if self._abbreviated(start, at):
            return True
        if link in ("and", "&"):
            return is_one and ("of" in before or link == "&")
        headed = before[-1] in self.words.organization_heads or is_one
        return headed or (before[-1], link, tokens[at].lower) == ("secretary", "of", "state")

    def _abbreviated(self, start: int, at: int) -> bool:
        """Whether an acronym in brackets tells that a name goes on: "Law and Order Bloc (LOB)"."""
        tokens = self.tokens
        end = next(
            (n for n in range(at, min(at + _REACH, len(tokens))) if tokens[n].text == "("), -1
        )
        if end < 0 or end + 1 >= len(tokens):
            return False
        capitals = "".join(t.text[0] for t in tokens[start:end] if t.text[0].isupper())
        return len(capitals) > 1 and capitals == tokens[end + 1].text

    def listed(self, i: int) -> Name | None:
        """Return the longest name of the codebook at `i`."""
        words, token = self.words, self.tokens[i]
        key: Phrase = ()
        best: Name | None = None
        for end in range(i, min(i + words.longest, len(self.tokens))):
            other = self.tokens[end]
            if other.sent != token.sent:
                break
            key += pieces(other.text)
            if key not in words.openings:
                break
            kind = self._look_up(key, self.tokens[i : end + 1])
            best = kind or best
        if best is not None and token.ent in ("DATE", "TIME") and best.kind != "country":
            return None
        return best

    def _look_up(self, key: Phrase, tokens: list[Token]) -> Name | None:  # noqa: PLR0911
        words = self.words
        if not _looks_like_name(tokens):
            return None
        known = words.known.get(key)
        adjectival = tokens[-1].tag in ("JJ", "JJR") or tokens[-1].dep in ("amod",)
        if key in words.adjectives and (adjectival or key not in words.countries):
            single = tokens[-1].tag in ("NN", "NNP") and tokens[-1].dep not in (
                "amod", "compound", "nmod",
            )  # fmt: skip
            people = tokens[-1].tag in ("NNS", "NNPS") or single
            return Name(tokens, "people" if people else "adjective", words.adjectives[key])
        if key in words.countries:
            return Name(tokens, "country", words.countries[key])
        if key in words.people:
            return Name(tokens, "people", words.people[key])
        if key in words.seats and known is None:
            return Name(tokens, "country", words.seats[key])
        if known is not None:
            return Name(tokens, "organization", known.country, known=known)
        if key in words.capitals:
            if self._acts(tokens[-1]):
                body = words.seated.get(key)
                if body is not None and words.capitals[key] not in self.told:
                    return Name(tokens, "organization", body.country, known=body)
                return Name(tokens, "country", words.capitals[key])
            return Name(tokens, "place", words.capitals[key])
        return None

    @cached_property
    def told(self) -> frozenset[str]:
        """Codes of the countries that the report names, or the people of, by one word."""
        tables = (self.words.countries, self.words.adjectives, self.words.people)
        keys = {pieces(token.text) for token in self.tokens}
        return frozenset(table[key] for table in tables for key in keys if key in table)

    def _acts(self, token: Token) -> bool:
        """Whether a capital stands for a government: it does something, or is turned to."""
        if token.dep == "conj":  # "talks between Tunis and Algiers"
            return self._acts(token.head)
        turned = token.dep in ("dobj", "nsubjpass", "dative")
        if turned and token.head.lemma in self.words.addressing:
            return True
        if token.dep == "pobj" and token.head.lower in self.words.dealing:
            return True
        active = token.dep in ("nsubj", "agent") and token.head.lemma != "be"
        return active or self.places.metonymic(token)

    def split(self, run: list[Token], listed: Name | None) -> list[Name]:
        """Take a run of name words apart: adjective, title, name."""
        lead, rest = self._adjective(run, listed)
        if self._is_organization(run) and not self._title(rest)[0]:
            return [Name(run, "organization", listed.code if listed else None)]
        former = len(rest) > 1 and rest[0].lower in self.words.former
        title, name = self._title(rest[1:] if former else rest)
        made: list[Name] = []
        if listed is not None and lead and not title:
            tail = self._tail(rest)
            joined = listed.kind in ("adjective", "country") and tail == "organization"
            if joined:
                return [Name(run, "organization", listed.code)]
            return [listed, *self._inner(rest)]
        if title and not name:
            return [listed] if listed is not None and lead else []
        if listed is not None and lead:
            made.append(listed)
        before = run[: len(run) - len(name)]
        if title:
            made.append(Name(name, "person", None, title, before))
        else:
            made.extend(self._inner(name, before))
        return made

    def _inner(self, tokens: list[Token], before: list[Token] | None = None) -> list[Name]:
        if not tokens:
            return []
        while tokens and (tokens[0].text in _HYPHENS or tokens[0].lower in _LINKS):
            tokens = tokens[1:]
        if not tokens:
            return []
        if len(tokens) == 1 and _is_common(tokens[0], self.words, self.firsts):
            return []
        kind = self._tail(tokens)
        if kind == "person" and len(tokens) > 2 and tokens[0].lower in self.words.adherents:
            before, tokens = [*(before or []), tokens[0]], tokens[1:]
        return [Name(tokens, kind, None, (), before or [])]

    def _adjective(self, run: list[Token], listed: Name | None) -> tuple[list[Token], list[Token]]:
        if listed is None or listed.kind not in ("adjective", "country", "people", "organization"):
            return [], run
        size = len(listed.tokens)
        return run[:size], run[size:]

    def _title(
        self, tokens: list[Token], further: int = _MOST_TITLES
    ) -> tuple[Phrase, list[Token]]:
        """Return the longest title that the tokens begin with, and what follows it.

        Args:
            further: how many more titles may follow.
        """
        key: Phrase = ()
        title: Phrase = ()
        rest = tokens
        for n, token in enumerate(tokens[:_REACH], 1):
            key += pieces(token.text)
            after = tokens[n].lower if n < len(tokens) else ""
            if after in ("and", "&"):  # "Justice and Development Bloc" is no Justice's name
                continue
            if key in self.words.offices or (len(key) == 1 and key[0] in self.words.genders):
                title, rest = key, tokens[n:]
        if not title:  # "Police Minister X": any words before an office that is listed
            for n, token in enumerate(tokens[1:4], 2):
                if (token.lower,) in self.words.offices and len(tokens) > n:
                    title, rest = tuple(t.lower for t in tokens[:n]), tokens[n:]
        if title and rest and further:  # "President General X": titles may follow each other
            more, behind = self._title(rest, further - 1)
            if more and behind:
                return (title if title in self.words.offices else more), behind
        return title, rest

    def _is_organization(self, tokens: list[Token]) -> bool:
        heads = self.words.organization_heads
        if len(tokens) < 2:
            return False
        if tokens[-1].lower in heads:
            return True
        for token, after in itertools.pairwise(tokens):
            if token.lower in heads and after.lower in ("of", "for"):
                return True
        return False

    def _tail(self, tokens: list[Token]) -> NameKind:
        if self._is_organization(tokens):
            return "organization"
        votes = Counter(t.ent for t in tokens if t.ent in _NAME_ENTS)
        if any(t.ent in _THINGS for t in tokens) and not votes:
            return "other"
        return _KIND_OF_ENT.get(votes.most_common(1)[0][0], "other") if votes else "other"


_KIND_OF_ENT: dict[str, NameKind] = {
    "PERSON": "person",
    "ORG": "organization",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "other",
}


def _looks_like_name(tokens: list[Token]) -> bool:
    """Whether words that a list has are written as a name here ("IS" is, "is" is not)."""
    first = tokens[0]
    text = first.text
    if len(tokens) == 1 and len(text) <= _SHORT and text.isalpha():
        return text.isupper() or (text[0].isupper() and first.tag in (*_PROPER, "JJ", "NNS"))
    if text[0].isupper():
        return True
    return tokens[-1].text[0].isupper() or any(t.tag in _PROPER for t in tokens)


def _is_common(token: Token, words: ActorWords, firsts: set[int]) -> bool:
    """Whether a single capitalised word is a common noun: "Police", "Protesters"."""
    at_start = token.i in firsts or token.tag not in _PROPER
    lower = token.lower
    plain = lower.removesuffix("s") if token.tag == "NNPS" or token.i in firsts else lower
    known = lower in words.heads or token.lemma in words.heads or plain in words.heads
    return (at_start and known) or (
        lower in words.modifiers or (lower,) in words.offices or lower in words.genders
        or (lower in words.organization_heads and lower in words.heads)
    )  # fmt: skip
