"""Gathers the names of a document into actors: short and full names, spellings, acronyms."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import Indel

from dragoman.codebook.actors import ActorWords
from dragoman.extract.mentions import Name, pieces
from dragoman.language.document import Document, Token
from dragoman.records import EntityType, MentionKind, Span

_ALIKE = 0.8
_VOWELS = re.compile(r"[aeiouyjw'’`-]+|h(?![a-z])")
_DOUBLES = re.compile(r"(.)\1+")
_TURNS = (("kh", "h"), ("gh", "g"), ("dh", "d"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k"))


@dataclass(slots=True, frozen=True)
class Office:
    """An office that words give somebody.

    Attributes:
        title: the office in small letters.
        words: tokens that tell it.
        country: code of the country it is an office of.
        of: id of the organisation it is an office of.
        former: whether the words say that it is over.
    """

    title: str
    words: tuple[Token, ...]
    country: str | None = None
    of: str | None = None
    former: bool = False


@dataclass(slots=True, eq=False)
class Actor:
    """An actor of the document while it is being read."""

    id: str
    name: str
    type: EntityType
    country: str | None = None
    sectors: list[str] = field(default_factory=list)
    gender: str = ""
    plural: bool = False
    named: bool = False
    worldwide: bool = False
    state: bool = False
    lemma: str = ""
    place: str | None = None
    kin: Actor | None = None
    called: tuple[str, ...] = ()
    part_of: str | None = None
    external_id: str | None = None
    variants: list[tuple[str, ...]] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    mentions: dict[Span, MentionKind] = field(default_factory=dict)
    heads: list[Token] = field(default_factory=list)

    def add_sectors(self, sectors: tuple[str, ...]) -> None:
        """Add sectors that are not there yet."""
        self.sectors.extend(s for s in sectors if s not in self.sectors)

    def mention(self, span: Span, kind: MentionKind, head: Token) -> None:
        """Note words that stand for the actor."""
        if span not in self.mentions:
            self.mentions[span] = kind
            self.heads.append(head)


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Return a word in small letters without diacritics."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ß", "ss")


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word, as other transliterations would have them too."""
    for old, new in _TURNS:
        word = word.replace(old, new)
    return _DOUBLES.sub(r"\1", word[0] + _VOWELS.sub("", word[1:])) if word else ""


def name_parts(tokens: list[Token], words: ActorWords) -> tuple[str, ...]:
    """Return the parts of a person's name that are compared: no articles, no hyphens."""
    parts = [fold(t.text).strip(".") for t in tokens if any(c.isalpha() for c in t.text)]
    kept = tuple(p for p in parts if p not in words.articles)
    return kept or tuple(parts)


def alike(one: str, other: str) -> bool:
    """Whether two folded words may spell one name."""
    if one == other:
        return True
    if len(one) < 4 or len(other) < 4 or one.endswith("a") != other.endswith("a"):
        return False
    if abs(len(one) - len(other)) > 3:
        return False
    if skeleton(one) == skeleton(other) and len(skeleton(one)) > 1:
        return True
    near: float = Indel.normalized_similarity(one, other)
    return near >= 0.9 and one[0] == other[0]


def same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two full names may be one person's."""
    short, long = sorted((one, other), key=len)
    if not alike(short[-1], long[-1]):
        return False
    firsts, others = short[:-1], long[:-1]
    if not firsts:
        return True
    if any(alike(a, b) for a in firsts for b in others):
        return True
    return any(_initial(a, b) for a in firsts for b in others[:1])


def _initial(one: str, other: str) -> bool:
    return bool(one and other) and one[0] == other[0] and 1 in (len(one), len(other))


class Cast:
    """The named actors of a document."""

    def __init__(self, doc: Document, words: ActorWords) -> None:
        self.doc = doc
        self.words = words
        self.actors: list[Actor] = []
        self.by_token: dict[int, Actor] = {}
        self.countries: dict[str, Actor] = {}
        self._organizations: dict[str, Actor] = {}
        self._made: dict[int, int] = {}

    def gather(self, names: list[Name]) -> None:
        """Put every name to its actor."""
        for name in names:
            if name.kind in ("country", "people"):
                self._land(name)
            elif name.kind == "organization":
                self._organization(name)
            elif name.kind == "other":
                self._other(name)
        self._acronyms(names)
        people = [n for n in names if n.kind == "person"]
        for name in sorted(people, key=lambda n: len(name_parts(n.tokens, self.words)) == 1):
            self._person(name)
        for actor in self.actors:
            order = sorted(actor.mentions.items())
            actor.mentions = dict(order)
            actor.heads.sort(key=lambda t: t.i)

    def new(self, token: Token, name: str, kind: EntityType) -> Actor:
        """Make an actor first named by `token`."""
        count = self._made[token.i] = self._made.get(token.i, 0) + 1
        made = Actor(f"e{token.i}" if count == 1 else f"e{token.i}x{count}", name, kind)
        self.actors.append(made)
        return made

    def put(self, actor: Actor, tokens: list[Token], head: Token, kind: MentionKind) -> None:
        """Let tokens be a mention of the actor."""
        actor.mention((tokens[0].start, tokens[-1].end), kind, head)
        for token in tokens:
            self.by_token[token.i] = actor

    def country(self, code: str, token: Token) -> Actor:
        """Return the actor that is a country, made where there is none yet."""
        found = self.countries.get(code)
        if found is None:
            found = self.new(token, self.words.country_names.get(code, code), "country")
            found.country = code
            self.countries[code] = found
        return found

    def _land(self, name: Name) -> None:
        code = name.code or ""
        if name.kind == "country":
            actor = self.country(code, name.head)
            actor.named = True
        else:
            key = f"people {code} {name.head.tag in ('NNS', 'NNPS')}"
            found = self._organizations.get(key)
            actor = found or self.new(name.head, self.doc.words(name.span), "group")
            actor.country, actor.plural, actor.lemma = code, True, "people"
            actor.add_sectors(("CVL",))
            self._organizations[key] = actor
            if name.head.tag not in ("NNS", "NNPS"):
                actor.type, actor.plural = "person", False
        self.put(actor, name.tokens, name.head, "name")

    def _organization(self, name: Name) -> None:
        key = name.known.name if name.known else self._key(name)
        actor = self._organizations.get(key) or self._alike_organization(key)
        if actor is None:
            actor = self.new(name.head, self._plain(name), "organization")
            self._organizations[key] = actor
        elif len(self._plain(name)) > len(actor.name):
            actor.name = self._plain(name)
        actor.named = True
        if name.known:
            actor.part_of = name.known.part_of
            actor.called = name.known.called
            actor.worldwide = name.known.country is None
            actor.name = name.known.name
            actor.add_sectors(name.known.sectors)
        else:
            actor.add_sectors(self._sectors(name))
        actor.country = actor.country or name.code
        self.put(actor, name.tokens, name.head, "name")

    def _plain(self, name: Name) -> str:
        return self.doc.words(name.span).replace("\n", " ")

    def _key(self, name: Name) -> str:
        texts = [fold(t.text) for t in name.tokens if t.lower != "the"]
        if name.code:  # "Russian Foreign Ministry" and "Russia's Foreign Ministry" are one
            size = len(texts)
            for n in range(1, size):
                key = tuple(p for t in name.tokens[:n] for p in pieces(t.text))
                if key in self.words.adjectives or key in self.words.countries:
                    return f"{name.code} {' '.join(texts[n:])}"
        return " ".join(texts)

    def _alike_organization(self, key: str) -> Actor | None:
        """An organisation already named whose name ends or begins with these words."""
        if " " not in key:
            return None
        for other, actor in self._organizations.items():
            shorter, longer = sorted((key, other), key=len)
            if longer.endswith(" " + shorter) and shorter.count(" ") >= 1:
                return actor
            near = abs(len(key) - len(other)) <= 2 and len(key) > 8
            if near and Indel.normalized_similarity(key, other) > 0.93:
                return actor
        return None

    def _sectors(self, name: Name) -> tuple[str, ...]:
        heads = self.words.organization_heads
        texts = [t.lower for t in name.tokens]
        for word, after in itertools.pairwise(texts):
            if after in ("of", "for") and word in heads:
                return heads[word] or self._of_modifiers(texts)
        for n, word in reversed(list(enumerate(texts))):
            if word in heads:
                joined = any(w in ("and", "&") for w in texts[:n])  # "Justice and Progress League"
                return heads[word] or self._of_modifiers([] if joined else texts)
        return ()

    def _of_modifiers(self, texts: list[str]) -> tuple[str, ...]:
        told = [self.words.modifiers[w] for w in texts if w in self.words.modifiers]
        return tuple(told[-1:])

    def _other(self, name: Name) -> None:
        key = "other " + self._key(name)
        actor = self._organizations.get(key)
        if actor is None:
            actor = self.new(name.head, self._plain(name), "other")
            self._organizations[key] = actor
        self.put(actor, name.tokens, name.head, "name")

    def _acronyms(self, names: list[Name]) -> None:
        """Join "Libyan National Army (LNA)" with every later "LNA"."""
        tokens = self.doc.tokens
        for name in names:
            at = name.tokens[-1].i + 1
            if at + 2 >= len(tokens) or tokens[at].text != "(" or tokens[at + 2].text != ")":
                continue
            full = self.by_token.get(name.tokens[-1].i)
            short = tokens[at + 1]
            if full is None or full.type not in ("organization", "other") or not _is_short(short):
                continue
            full.type, full.named = "organization", True
            self._join_all(short.text, full)

    def _join_all(self, text: str, full: Actor) -> None:
        for token in self.doc.tokens:
            if token.text != text:
                continue
            old = self.by_token.get(token.i)
            if old is full:
                continue
            if old is not None and len(old.mentions) and old in self.actors:
                self._merge(old, full)
            self.put(full, [token], token, "name")

    def _merge(self, old: Actor, into: Actor) -> None:
        for span, kind in old.mentions.items():
            into.mentions.setdefault(span, kind)
        into.heads.extend(old.heads)
        into.add_sectors(tuple(old.sectors))
        into.country = into.country or old.country
        for i, actor in self.by_token.items():
            if actor is old:
                self.by_token[i] = into
        for key, actor in list(self._organizations.items()):
            if actor is old:
                self._organizations[key] = into
        self.actors.remove(old)

    def _person(self, name: Name) -> None:
        parts = name_parts(name.tokens, self.words)
        actor = self._known_person(parts, name)
        if actor is None:
            actor = self.new(name.head, self._plain(name), "person")
            actor.named = True
        elif len(parts) > max(len(v) for v in actor.variants):
            actor.name = self._plain(name)
        if parts not in actor.variants:
            actor.variants.append(parts)
        self.put(actor, name.tokens, name.head, "name")

    def _known_person(self, parts: tuple[str, ...], name: Name) -> Actor | None:
        people = [a for a in self.actors if a.type == "person" and a.variants]
        if len(parts) > 1:
            fit = (a for a in people if any(same_person(parts, v) for v in a.variants))
            return next(fit, None)
        last = [a for a in people if any(alike(parts[0], v[-1]) for v in a.variants)]
        found = last or [a for a in people if any(parts[0] == v[0] for v in a.variants)]
        if not found:
            found = [a for a in people if any(parts[0] in v[1:-1] for v in a.variants)]
        before = [a for a in found if a.heads and min(t.i for t in a.heads) < name.tokens[0].i]
        near = before or found
        return max(near, key=lambda a: _last_before(a, name), default=None)


def _last_before(actor: Actor, name: Name) -> int:
    return max((t.i for t in actor.heads if t.i < name.tokens[0].i), default=-1)


def _is_short(token: Token) -> bool:
    letters = [c for c in token.text if c.isalpha()]
    return 2 <= len(token.text) <= 10 and sum(c.isupper() for c in letters) >= 2
