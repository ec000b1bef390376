"""What the words around a noun or a name tell of an actor: head word, country, sectors, office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dragoman.codebook.actors import ActorWords, HeadWord, Phrase
from dragoman.extract.mentions import pieces
from dragoman.language.document import Token

_MODIFIERS = frozenset({"amod", "compound", "nmod", "npadvmod", "nummod", "det", "poss", "advmod"})
_TAKES_OVER = frozenset({"REB", "UAF"})
_YIELDS = frozenset({"MIL", "UAF", "PTY", "OPP"})


@dataclass(slots=True)
class Phrase_:  # noqa: N801
    """A noun phrase for an actor, as its own words describe it.

    Attributes:
        head: its head noun; `tokens` are its determiner, modifiers and head, in order.
        word: what the codebook knows of the head noun.
        lemma: the head's lemma; `office` the longest title the phrase ends with.
        country: code from adjectives and compounds; `regions` the countries of a region's word.
        sectors: from modifiers and head.
        definite, plural, count: how it refers.
        former: whether a word says that the office is over.
        owner: head of the possessor; `complement` of the phrase behind "of", "for", "in".
    """

    head: Token
    tokens: list[Token]
    word: HeadWord
    lemma: str
    office: str
    country: str | None
    regions: frozenset[str]
    sectors: tuple[str, ...]
    definite: bool
    plural: bool
    count: int | None
    former: bool
    owner: Token | None
    complements: list[tuple[str, Token]]

    @property
    def name(self) -> str:
        """The phrase without its determiner."""
        first = 0
        while first < len(self.tokens) - 1 and (
            self.tokens[first].pos in ("DET", "PRON") or self.tokens[first].tag in ("POS", "PRP$")
        ):
            first += 1
        return _text(self.tokens[first:])


def _text(tokens: list[Token]) -> str:
    out = ""
    end = tokens[0].start
    for token in tokens:
        out += (" " if token.start > end else "") + token.text
        end = token.end
    return out


def head_word(token: Token, words: ActorWords) -> tuple[str, HeadWord] | None:
    """Return what a noun says of the actor it stands for; None where it stands for a thing."""
    lemma = token.lemma.lower() if token.pos != "PROPN" else token.lower
    before = next((c for c in reversed(token.children) if c.i < token.i), None)
    if before is not None and before.i + 1 == token.i and before.dep in ("compound", "amod"):
        for two in (f"{before.lower} {lemma}", f"{before.lower} {token.lower}"):
            if two in words.heads:
                return two, words.heads[two]
    for one in (lemma, token.lower, token.lower.removesuffix("s")):
        if one in words.heads:
            return one, words.heads[one]
    if "-" in lemma and lemma.rsplit("-", 1)[1] in words.heads:
        return lemma, words.heads[lemma.rsplit("-", 1)[1]]
    ending = lemma.endswith(words.person_endings) and len(lemma) > 5
    if ending and token.pos == "NOUN" and lemma not in words.not_persons and _agentive(token):
        return lemma, HeadWord(("CVL",), "person")
    return None


def _agentive(token: Token) -> bool:
    """Whether a noun no list has stands where persons stand: acting, or as one of many."""
    return token.dep in ("nsubj", "nsubjpass", "agent", "poss") or token.head.lower == "by"


def describe(token: Token, words: ActorWords) -> Phrase_ | None:
    """Describe the noun phrase that `token` heads; None where it stands for no actor."""
    found = head_word(token, words)
    if found is None:
        if token.lemma.lower() not in words.country_words:
            return None
        found = (token.lemma.lower(), HeadWord((), "country"))
    return describe_as(token, *found, words)


def describe_as(token: Token, lemma: str, word: HeadWord, words: ActorWords) -> Phrase_:
    """Describe the noun phrase that `token` heads as one of a word of the codebook."""
    small = words.pronouns
    left = modifiers(token)
    owner = token.child("poss")
    country, regions = country_in(left, words)
    lowers = [t.lower for t in left]
    determiner = next((t.lower for t in left if t.pos in ("DET", "PRON")), "")
    plural = token.tag in ("NNS", "NNPS") or token.lower in small.plural
    return Phrase_(
        head=token,
        tokens=[*left, token],
        word=word,
        lemma=lemma,
        office=office_at_end([*left, token], words),
        country=country,
        regions=regions,
        sectors=sectors_of(lowers, word.sectors, words, lemma),
        definite=determiner in small.definite or owner is not None,
        plural=plural,
        count=next((small.counts[w] for w in lowers if w in small.counts), None),
        former=any(w in words.former for w in lowers),
        owner=owner,
        complements=list(_complements(token, small.complements)),
    )


def modifiers(token: Token) -> list[Token]:
    """Return the words before a noun that belong to it, in order, without its possessor's."""
    found: list[Token] = []
    todo = [c for c in token.children if c.i < token.i and c.dep in _MODIFIERS and c.dep != "poss"]
    while todo:
        child = todo.pop()
        found.append(child)
        todo.extend(c for c in child.children if c.i < token.i and c.dep not in ("poss", "prep"))
    own = [c for c in token.children if c.dep == "poss" and c.tag == "PRP$" and c.i < token.i]
    return sorted([*found, *own], key=lambda t: t.i)


def _complements(token: Token, leading: frozenset[str]) -> Iterable[tuple[str, Token]]:
    for child in token.children:
        if child.dep == "prep" and child.lower in leading and child.i > token.i:
            for inner in child.children:
                if inner.dep == "pobj":
                    yield child.lower, inner


def country_in(tokens: list[Token], words: ActorWords) -> tuple[str | None, frozenset[str]]:
    """Return the country that adjectives or names among these words tell, or a region's."""
    code: str | None = None
    region: frozenset[str] = frozenset()
    texts = [pieces(t.text) for t in tokens]
    i = 0
    while i < len(tokens):
        for size in range(min(3, len(tokens) - i), 0, -1):
            key: Phrase = tuple(p for piece in texts[i : i + size] for p in piece)
            joined = " ".join(key)
            if tokens[i].text[0].isupper() and (key in words.adjectives or key in words.countries):
                code = code or words.adjectives.get(key) or words.countries[key]
                i += size - 1
                break
            if joined in words.regions:
                region = region or words.regions[joined]
                i += size - 1
                break
        i += 1
    return code, region


def sectors_of(  # noqa: PLR0911
    before: list[str], own: tuple[str, ...], words: ActorWords, lemma: str = ""
) -> tuple[str, ...]:
    """Return the sectors of a noun with its modifiers: "rebel fighters" are rebels."""
    told = [words.modifiers[w] for w in before if w in words.modifiers]
    for code in told:
        if code == "REB" and (not own or set(own) <= _YIELDS):
            return ("REB",)
        if code == "PTY" and own == ("MIL",):  # "political forces"
            return ("PTY",)
        if code == "OPP" and own and set(own) & {"LEG", "PTY", "CVL"}:
            return (*own, *(c for c in ("OPP",) if c not in own))
    if own and not (told and set(own) <= {"UAF"} and told[-1] in _TAKES_OVER):
        if told and own == ("GOV",) and told[-1] in ("COP", "SPY", "JUD", "MIL", "REB", "OPP"):
            return own if lemma.endswith("minister") or lemma == "ministry" else (told[-1],)
        if own == ("MIL",) and told and told[-1] == "COP":
            return ("COP",)
        return own
    return (told[-1],) if told else own


def office_at_end(tokens: list[Token], words: ActorWords) -> str:
    """Return the longest title that these words end with, "" where they end with none."""
    texts = [p for t in tokens for p in pieces(t.text)]
    for start in range(max(0, len(texts) - 5), len(texts)):
        key = tuple(texts[start:])
        if key in words.offices:
            return " ".join(key)
    if texts:  # the plural and the lemma of the last word
        key = (*tuple(texts[-2:-1]), tokens[-1].lemma.lower())
        if key in words.offices:
            return " ".join(key)
        if key[-1:] in words.offices:
            return key[-1]
    return ""


def same_office(one: str, other: str) -> bool:
    """Whether two offices are one, spelled alike or not ("defence", "defense")."""
    return one.replace("defense", "defence").replace("labor", "labour") == other.replace(
        "defense", "defence"
    ).replace("labor", "labour")


def loose_offices(phrase: Phrase_, words: ActorWords) -> frozenset[str]:
    """Return the offices that a looser title may stand for ("the top diplomat")."""
    texts = [t.lower for t in phrase.tokens]
    two = f"{texts[0]} {phrase.lemma}"
    for key in (*(f"{t} {phrase.lemma}" for t in texts), two, phrase.lemma):
        if key in words.stand_for:
            return words.stand_for[key]
    return frozenset()
