"""Tells parties from things, and finds the parties inside a noun phrase."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from dragoman.codebook import Codebook
from dragoman.codebook.actors import ActorWords
from dragoman.codebook.plover import PloverRules
from dragoman.extract import syntax
from dragoman.extract.syntax import children
from dragoman.language.document import Document, Token

PARTY_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
OTHER_LABELS = frozenset(
    {"DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "EVENT", "LAW",
     "WORK_OF_ART", "PRODUCT", "LANGUAGE"}
)  # fmt: skip
PRONOUNS = frozenset({"PRP", "PRP$", "WP"})
INSIDE = ("of", "by", "from", "in", "against", "to", "on", "for", "with", "between", "at", "over")
DRILL = 3


class Lexicon:
    """The word classes of the codebook that tell parties from things."""

    def __init__(self, cb: Codebook) -> None:
        rules, actors = cb.plover, cb.actors
        self.party = rules.word_set("party") | _somebody(rules, actors)
        self.crowds = actors.crowds
        self.sites = frozenset(actors.sites)
        self.thing = rules.word_set("thing")
        self.measure = rules.word_set("measure")
        self.place = rules.word_set("place_word")
        self.strikes = rules.word_set("strikes")
        self.blows = rules.word_set("blows")
        self.private = rules.word_set("private")
        self.aftermath = rules.word_set("aftermath")
        self.quantifiers = rules.word_set("quantifiers")
        self.endings = tuple(sorted(rules.word_set("person_ending")))
        self.not_person = rules.word_set("not_person")

    def is_party(self, token: Token) -> bool:
        """Whether a word can be somebody: a name, a nationality, a pronoun, "soldiers"."""
        if token.ent in PARTY_LABELS:
            return token.pos not in ("ADP", "PUNCT", "DET", "PART")
        if token.tag in PRONOUNS:
            return token.lower != "what"
        if token.pos == "PROPN":
            return token.ent not in OTHER_LABELS
        if token.pos != "NOUN":
            return False
        return self.names_people(token.lemma.lower()) or is_crowd(token, self.crowds)

    def names_people(self, lemma: str) -> bool:
        """Whether a common noun is a person, body or people, by list or by its ending."""
        if lemma in self.party:
            return True
        listed = lemma in self.not_person or lemma in self.thing or lemma in self.measure
        return lemma.endswith(self.endings) and len(lemma) > 4 and not listed

    def is_public(self, token: Token, doc: Document) -> bool:
        """Whether a party is more than a private person: a name, or a word not in `$private`.

        A pronoun is, where somebody public stands before it.
        """
        if token.ent in PARTY_LABELS:
            return True
        if token.tag in PRONOUNS:
            return any(
                t.pos in ("NOUN", "PROPN", "ADJ") and self.is_party(t) and self.is_public(t, doc)
                for t in islice(doc.tokens, token.i)
            )
        if token.pos == "PROPN":
            return True
        if lemma_of(token) not in self.private:
            return self.is_party(token)
        return any(self.is_public(t, doc) for t in _inner_flat(token) if self.is_party(t))

    def is_strike(self, token: Token) -> bool:
        """Whether a word is a weapon at work or a blow: "a bomb killed", "shelling wounded"."""
        return token.pos == "NOUN" and lemma_of(token) in self.strikes

    def _is_inert(self, token: Token) -> bool:
        """Whether a noun is a thing that does nothing by anybody's will: "a falling crane"."""
        lemma = lemma_of(token)
        lively = lemma in self.strikes or lemma in self.blows or lemma in self.measure
        common = token.pos == "NOUN" and not token.ent
        return common and not lively and not self.is_party(token)

    def kinds(self, token: Token) -> Iterable[str]:
        """Yield the kinds ("@party", …) that a word is of."""
        lemma = token.lemma.lower()
        if self.is_party(token) and lemma not in self.thing:
            yield "@party"
        if token.ent == "PERSON" or (token.pos == "NOUN" and self.names_people(lemma)):
            yield "@person"
        if token.ent == "ORG":
            yield "@org"
        if token.ent in PLACE_LABELS:
            yield "@place"
        if token.ent == "NORP":
            yield "@demonym"
        if token.tag in PRONOUNS or (token.pos == "PRON" and lemma in self.quantifiers):
            yield "@pronoun"
        if token.pos == "NUM":
            yield "@number"
        if token.pos == "NOUN" and lemma in self.sites:
            yield "@site"
        if self._is_inert(token):
            yield "@inert"
        if lemma in self.thing and not token.ent and token.pos != "PROPN":
            yield "@thing"


@lru_cache(maxsize=8)
def lexicon_of(cb: Codebook) -> Lexicon:
    """Return the word classes of a codebook, gathered once."""
    return Lexicon(cb)


def is_crowd(token: Token, crowds: frozenset[str]) -> bool:
    """Whether a number stands for people: "thousands marched", not "thousands of tons"."""
    return (
        token.tag == "NNS"
        and token.lemma.lower() in crowds
        and not syntax.prep_objects(token, "of")
        and token.dep in (*syntax.SUBJECT, *syntax.OBJECT, "pobj", "conj")
    )


def _somebody(rules: PloverRules, actors: ActorWords) -> frozenset[str]:
    """Return the nouns of actors/sectors.yaml for persons and peoples that name no thing, too."""
    other = frozenset().union(
        *(rules.word_set(name) for name in ("thing", "measure", "place_word", "not_person"))
    )
    kinds = ("person", "group")
    heads = {w for w, head in actors.heads.items() if head.kind in kinds and " " not in w}
    return frozenset(heads - other)


def lemma_of(token: Token) -> str:
    """Return the dictionary form in small letters."""
    return token.lemma.lower()


def parties(token: Token, lexicon: Lexicon, depth: int = 0) -> list[Token]:
    """Return the token where it is a party, else the parties inside its phrase.

    "Malian policy" → Malian; "the decision of the court" → court; "dozens of rebels" → rebels.
    """
    lemma = lemma_of(token)
    measured = [t for w in ("of", "from") for t in syntax.prep_objects(token, w)]
    if lemma in lexicon.measure and measured and depth < DRILL:
        return [p for t in measured for p in parties(t, lexicon, depth + 1)] or (
            [token] if lexicon.is_party(token) else []
        )
    if depth and token.tag in PRONOUNS:  # "the ban that they imposed" stands for nobody
        return []
    if lexicon.is_party(token) and lemma not in lexicon.thing:
        return [token]
    if depth >= DRILL:
        return []
    for group in _inner(token):
        found = [p for t in group for p in parties(t, lexicon, depth + 1)]
        if found:
            return found
    return []


def _inner_flat(token: Token) -> list[Token]:
    return [t for group in _inner(token)[:5] for t in group if t.i != token.i]


def _inner(token: Token) -> list[list[Token]]:
    """The places to look inside a noun phrase, nearest first."""
    modifiers = [t for t in children(token, "amod", "compound", "nmod") if t.ent or t.pos != "ADJ"]
    led = [t for m in modifiers for t in children(m, "npadvmod", "compound", "amod")]
    owners = [t for t in children(token, "poss") if t.tag != "PRP$"]
    groups = [owners, modifiers, led]
    groups += [syntax.prep_objects(token, word) for word in INSIDE]
    for clause in children(token, "acl", "relcl"):
        below = [syntax.agents(clause), syntax.subjects(clause), syntax.objects(clause)]
        groups += [[t for t in group if t.ent in PARTY_LABELS] for group in below]
    for child in children(token, "appos", "conj"):
        groups.append([child])
    return [[t for t in group if t is not token] for group in groups]
