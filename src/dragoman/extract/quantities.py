"""Numbers that go with an event: killed, injured, arrested, crowds, troops, money."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dragoman.codebook.quantities import QuantityWords
from dragoman.extract import syntax
from dragoman.extract.parties import lemma_of
from dragoman.extract.predicates import Candidate
from dragoman.extract.syntax import children, is_verb
from dragoman.language.document import Document, Token, span_of
from dragoman.records import Quantity

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
PAIR = re.compile(r"(\d[\d,.]*)\s*[-–—]\s*(\d[\d,.]*)")
WINDOW = 4
BACK = 3
VICTIMS = frozenset({"killed", "injured"})  # told anywhere in the sentence
OTHER_CLAUSE = frozenset({"ccomp", "relcl", "conj", "parataxis", "advcl"})
BESIDE = frozenset({"troops", "weapons", "vessels", "goods"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number expression in a sentence.

    Attributes:
        tokens: its words, those that make it "at least" or "about" included.
        value, low, high: the figure, or the least and most where they are told.
        head: the noun it measures, or the last number word where it stands alone.
    """

    tokens: tuple[Token, ...]
    value: float | None
    low: float | None
    high: float | None
    head: Token


def find_numbers(tokens: list[Token], words: QuantityWords) -> list[Number]:
    """Return the number expressions of a sentence, in order, those of dates left out."""
    found: list[Number] = []
    i = 0
    while i < len(tokens):
        if tokens[i].lower not in words.openings and not tokens[i].text[0].isdecimal():
            i += 1
            continue
        end, value, low, high = _read(tokens, i, words)
        if end == i or tokens[i].ent in ("DATE", "TIME", "ORDINAL", "PERCENT", "LAW"):
            i += 1
            continue
        found.append(_with_context(tokens, i, end, (value, low, high), words))
        i = end
    return found


Reading = tuple[int, float | None, float | None, float | None]


def _read(tokens: list[Token], i: int, words: QuantityWords) -> Reading:
    """Read one number, or a range, from token i: (index behind it, value, low, high)."""
    pair = PAIR.fullmatch(tokens[i].text)
    if pair:
        return i + 1, None, _float(pair[1]), _float(pair[2])
    for length in (3, 2, 1):
        phrase = " ".join(t.lower for t in tokens[i : i + length])
        if phrase in words.vague:
            low, high = words.vague[phrase]
            return i + length, None, low, high
    end, value = _figure(tokens, i, words)
    if end == i:
        return i, None, None, None
    joined = end < len(tokens) - 1 and tokens[end].lower in words.range
    if joined and (tokens[end].lower != "and" or _after_between(tokens, i, words)):
        if tokens[end].lower == "or" and tokens[end + 1].lower in ("more", "so"):
            return end + 2, None, value, None
        last, other = _figure(tokens, end + 1, words)
        if last > end + 1 and value is not None and other is not None and other > value:
            return last, None, value, other
    return end, value, None, None


def _after_between(tokens: list[Token], i: int, words: QuantityWords) -> bool:
    return any(t.lower in words.between for t in tokens[max(0, i - 2) : i])


def _figure(tokens: list[Token], i: int, words: QuantityWords) -> tuple[int, float | None]:
    """Read "1.5 million", "two hundred", "a dozen", "12" from token i."""
    total: float | None = None
    at = i
    while at < len(tokens):
        token = tokens[at]
        if token.lower in words.scales and (total is not None or token.pos == "NUM"):
            total = (1 if total is None else total) * words.scales[token.lower]
        elif token.lower in words.numbers:
            value = words.numbers[token.lower]
            scaled = token.lower == "dozen" and total is not None
            total = value if total is None else total * value if scaled else total + value
        elif total is None and DIGITS.fullmatch(token.text):
            total = _float(token.text)
        else:
            break
        at += 1
    return (at, total) if total is not None else (i, None)


def _float(text: str) -> float:
    parts = text.split(",")
    if len(parts) > 1 and all(len(p.split(".")[0]) == 3 for p in parts[1:]):
        return float("".join(parts))
    return (
        float(text.replace(",", ".").rstrip("."))
        if text.count(",") < 2 and text.count(".") < 2
        else (float(re.sub(r"[.,]", "", text)))
    )


def _with_context(
    tokens: list[Token],
    start: int,
    end: int,
    figures: tuple[float | None, float | None, float | None],
    words: QuantityWords,
) -> Number:
    value, low, high = figures
    first = start
    before = " ".join(t.lower for t in tokens[max(0, start - BACK) : start])
    least, most = _ends_with(before, words.at_least), _ends_with(before, words.at_most)
    if value is not None and least:
        value, low = None, value
    elif value is not None and most:
        value, high = None, value
    cue = least or most or _ends_with(before, words.about)
    first -= len(cue.split())
    while first > 0 and tokens[first - 1].tag == "$":
        first -= 1
    last = tokens[end - 1]
    return Number(tuple(tokens[first:end]), value, low, high, _head(last, tokens[start:end]))


def _ends_with(line: str, phrases: tuple[str, ...]) -> str:
    return max((p for p in phrases if f" {line}".endswith(f" {p}")), key=len, default="")


def _head(last: Token, inside: list[Token]) -> Token:
    """The noun that a number measures: "five" in "five of the miners" measures miners."""
    token = last
    while token.head in inside and token.head is not token:
        token = token.head
    measured = syntax.prep_objects(token, "of")
    if measured:
        return measured[0]
    if token.dep in ("nummod", "amod", "quantmod", "compound", "det", "advmod", "nmod", "npadvmod"):
        return token.head
    return token


class Numbers:
    """The numbers of a document, looked for once in each sentence that is asked about.

    Args:
        doc: the document.
        words: the codebook's quantities.yaml.
    """

    def __init__(self, doc: Document, words: QuantityWords) -> None:
        self._doc = doc
        self._words = words
        self._known: dict[int, list[Number]] = {}

    def of(self, candidate: Candidate) -> tuple[Quantity, ...]:
        """Return the numbers of an event's sentence that go with it."""
        words, sentence = self._words, candidate.trigger.sent
        known = self._known.get(sentence)
        if known is None:
            tokens = self._doc.sentences[sentence].tokens
            known = self._known[sentence] = find_numbers(tokens, words)
        told = ((_what(number, candidate, words), number) for number in known)
        return tuple(
            Quantity(
                what=what,
                value=number.value,
                low=number.low,
                high=number.high,
                span=span_of(number.tokens),
            )
            for what, number in told
            if what is not None
        )


def _what(number: Number, candidate: Candidate, words: QuantityWords) -> str | None:
    """Return what a number counts of an event, None where nothing."""
    fit = (what for what, counted in words.what.items() if candidate.type in counted.types)
    return next((what for what in fit if _counts(number, what, candidate, words)), None)


def _counts(number: Number, what: str, candidate: Candidate, words: QuantityWords) -> bool:
    counted = words.what[what]
    own = _own(candidate)
    if what not in VICTIMS and number.head not in own and number.tokens[-1] not in own:
        return False
    if what == "money":
        signs = any(t.text in counted.symbols or t.tag == "$" for t in _around(number))
        return signs or lemma_of(number.head) in counted.nouns
    verb = _verb_of(number.head)
    if verb is not None and lemma_of(verb) in counted.verbs and _done_to(number.head, verb, what):
        return verb is candidate.trigger or what not in ("protesters", "released", "deported")
    if {t.lower for t in _following(number, candidate)} & counted.words:
        return True
    return lemma_of(number.head) in counted.nouns and _goes_with(number.head, what, candidate)


def _goes_with(noun: Token, what: str, candidate: Candidate) -> bool:
    if what == "protesters":
        return noun in _related(candidate)
    return what not in BESIDE or _near(noun, candidate)


def _own(candidate: Candidate) -> set[Token]:
    """The words of a candidate's own clause."""
    found: set[Token] = set()
    todo = [candidate.predicate, candidate.trigger, *candidate.actor, *candidate.recipient]
    while todo:
        token = todo.pop()
        if token not in found:
            found.add(token)
            swallowing = candidate.event_class.swallow
            todo += [
                c
                for c in token.children
                if swallowing or c.dep not in OTHER_CLAUSE or not is_verb(c)
            ]
    return found


def _around(number: Number) -> list[Token]:
    return [*number.tokens, *(c for t in number.tokens for c in t.children), number.head]


def _verb_of(noun: Token) -> Token | None:
    token = noun
    while token.dep == "conj" and not is_verb(token.head):
        token = token.head
    return token.head if is_verb(token.head) else None


def _done_to(noun: Token, verb: Token, what: str) -> bool:
    """Whether the counted are those done to (killed), or those who do (protesters, the dead)."""
    top = noun
    while top.dep == "conj" and top.head is not verb:
        top = top.head
    if what == "protesters" or lemma_of(verb) == "die":
        return top.dep == "nsubj"
    return top.dep in ("dobj", "nsubjpass", "obj") or (top.dep == "nsubj" and verb.tag == "VBN")


def _following(number: Number, candidate: Candidate) -> list[Token]:
    """The words just behind a number: "12 dead", "12 others wounded"."""
    head = number.head
    beside = [
        c for c in head.children if c.i > head.i and c.dep in ("acl", "amod", "advcl", "acomp")
    ]
    last = number.tokens[-1]
    near = [head] if head.i - last.i in (0, 1) else []
    nearest = [t for t in head.head.children if t.i in (last.i + 1, last.i + 2)]
    return [*near, *beside, *(t for t in nearest if t.dep in ("oprd", "acomp", "ccomp", "amod"))]


def _related(candidate: Candidate) -> set[Token]:
    parties = (*candidate.actor, *candidate.recipient)
    found = {t for party in parties for t in syntax.conjuncts(party)}
    for words in ("of", "by"):
        found.update(syntax.prep_objects(candidate.trigger, words))
    found.update(t for tokens in candidate.slots.values() for t in tokens)
    return found


def _near(head: Token, candidate: Candidate) -> bool:
    if head in _related(candidate) or abs(head.i - candidate.trigger.i) <= WINDOW:
        return True
    verb = _verb_of(head)
    return (
        verb is candidate.predicate
        or any(p.head.head is candidate.predicate for p in [head] if p.dep == "pobj")
        or head in children(candidate.trigger, "nummod")
    )
