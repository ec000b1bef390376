"""Weighs what the codebook proposes: how likely a candidate is an event with its type and parties.

A linear model over the candidate's words, slots and surroundings, trained by bench/train_weigh.py
on the codebook's examples and on labelled pairs; its scale is fitted on held-out candidates (Platt
1999), so that a confidence of 0.8 is right four times in five.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dragoman.codebook import Codebook
from dragoman.extract.predicates import Candidate
from dragoman.extract.syntax import conjuncts
from dragoman.extract.typing import linear_model
from dragoman.extract.typing_features import Pairs
from dragoman.extract.typing_linear import Linear
from dragoman.extract.typing_store import WEIGHTS, Floats
from dragoman.language.document import Document, Token
from dragoman.records import Span

WEIGH_FILE = WEIGHTS / "weigh.npz.zst"
TRUE, FALSE = "event", "none"
THRESHOLD = 0.3  # least confidence of a candidate
BOTH_TOLD = 0.07  # least confidence where the grammar names both parties
SEVERAL_TOLD = 0.07  # … where one phrase names the parties of a symmetric event
CLIMB = 3
PHRASE = frozenset({"det", "amod", "compound", "nmod", "nummod", "poss", "case", "prep", "pobj"})


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its confidence, 0 to 1."""

    candidate: Candidate
    confidence: float


@lru_cache(maxsize=1)
def weigh_model() -> Linear:
    """Return the model of candidates, loaded once.

    Raises:
        OSError: its weights are missing.
    """
    return Linear.load(WEIGH_FILE)


def weigh(candidates: Sequence[Candidate], doc: Document, cb: Codebook) -> list[Weighed]:
    """Return every candidate with its confidence, in the same order.

    Args:
        candidates: what `predicates.propose` returned for the whole document.
        doc: the document.
        cb: the codebook they come from.

    Raises:
        OSError: the weights are missing.
    """
    model = weigh_model()
    found = model.probabilities(_seen(candidates, doc, linear_model()))
    told = found[:, model.labels.index(TRUE)].tolist()
    return [Weighed(c, round(p, 4)) for c, p in zip(candidates, told, strict=True)]


def least_confidence(candidate: Candidate) -> float:
    """Return the confidence a candidate needs: the less, the more of its parties are told.

    The weights were learned from sentences with one labelled pair each, and so think little of
    what a report tells beside its main event; where the grammar names both parties, that is told.
    """
    if candidate.event_class.symmetric:
        parties_told = sum(len(conjuncts(t)) for t in candidate.actor)
        return BOTH_TOLD if parties_told > 1 else SEVERAL_TOLD
    by_grammar = candidate.recipient and not candidate.recipient_slot.endswith(("?", "below"))
    left_open = not candidate.event_class.actor_required and candidate.kind == "verb"
    return BOTH_TOLD if by_grammar and (candidate.actor or left_open) else THRESHOLD


def candidate_features(
    candidates: Sequence[Candidate], doc: Document, typing: Linear
) -> list[list[str]]:
    """Return the features of each candidate, sorted.

    Args:
        candidates: all candidates of the document.
        doc: the document.
        typing: the linear model that types pairs.
    """
    return [sorted(features) for features in _seen(candidates, doc, typing)]


def _seen(candidates: Sequence[Candidate], doc: Document, typing: Linear) -> list[set[str]]:
    """Return what `candidate_features` does, unsorted."""
    crowd, around = _Crowd(candidates), _Sentences(doc)
    pairs = [pair_of(c) for c in candidates]
    distinct = list(dict.fromkeys(pairs))
    seen = Pairs(doc, typing.ngrams)
    typed = typing.probabilities([seen.features(*pair) for pair in distinct])
    shares = dict(zip(distinct, typed, strict=True))
    return [
        {*_features(c, crowd), *around.features(c), *_typed(c, shares[pair], typing.labels)}
        for c, pair in zip(candidates, pairs, strict=True)
    ]


class _Crowd:
    """Which other candidates there are: on the same word, in the same sentence."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.sizes = Counter(c.sentence for c in candidates)
        self.types: dict[int, set[str]] = {}
        self.first: dict[int, int] = {}
        for c in candidates:
            self.types.setdefault(c.trigger.i, set()).add(c.type)
            self.first[c.sentence] = min(self.first.get(c.sentence, c.trigger.i), c.trigger.i)


def _features(c: Candidate, crowd: _Crowd) -> Iterator[str]:
    told = f"{'a' if c.actor else '-'}{'r' if c.recipient else '-'}{'s' if c.light else ''}"
    lemma = c.trigger.lemma.lower()
    yield from (f"type:{c.type}", f"rule:{c.rule}", f"kind:{c.kind}", f"told:{told}")
    yield from (f"told+type:{told}+{c.type}", f"rule+told:{c.rule}+{told}")
    yield from (f"slots:{c.actor_slot}/{c.recipient_slot}", f"rslot:{c.recipient_slot}")
    yield from (f"rule+slots:{c.rule}:{c.actor_slot}/{c.recipient_slot}", f"lemma:{lemma}")
    yield from (f"lemma+type:{lemma}+{c.type}", f"dep:{c.trigger.dep}", f"denied:{c.denied}")
    yield f"words:{len(c.matched)}"
    yield f"mode:{c.mode}"
    for name, side in (("a", c.actor), ("r", c.recipient)):
        yield f"{name}-count:{min(len(side), 3)}"
        for token in side:
            yield f"{name}-kind:{token.ent or token.pos}"
            yield f"{name}-lemma:{token.ent or token.lemma.lower()}"
            yield f"{name}-kind+type:{token.ent or token.pos}+{c.type}"
    yield from _above(c.predicate)
    yield from _crowded(c, crowd)
    yield from _below(c.predicate)


def _above(token: Token) -> Iterator[str]:
    labels = []
    for step, above in enumerate(token.ancestors()):
        if step == CLIMB:
            break
        labels.append(above.dep)
        yield f"up{step}:{above.lemma.lower()}"
    yield f"climb:{token.dep}^{'^'.join(labels)}"
    yield f"depth:{min(sum(1 for _ in token.ancestors()), 6)}"


def _crowded(c: Candidate, crowd: _Crowd) -> Iterator[str]:
    yield f"crowd:{min(crowd.sizes[c.sentence], 5)}"
    yield f"first:{crowd.first[c.sentence] == c.trigger.i}"
    for other in sorted(crowd.types[c.trigger.i] - {c.type}):
        yield f"rival:{other}"
        yield f"rival:{c.type}-{other}"


class _Sentences:
    """What stands in each sentence of a document, made once for all its candidates."""

    def __init__(self, doc: Document) -> None:
        self._doc = doc
        self._known: dict[int, list[tuple[Token, str, str]]] = {}

    def features(self, c: Candidate) -> Iterator[str]:
        """Yield what stands around the words of a candidate."""
        known = self._known.get(c.sentence)
        if known is None:
            known = self._known[c.sentence] = [*_words(self._doc.sentences[c.sentence].tokens)]
        seen = (own if token in c.matched else feature for token, feature, own in known)
        return filter(None, seen)


def _words(tokens: Sequence[Token]) -> Iterator[tuple[Token, str, str]]:
    """Yield words with their feature, and with that (or "") which they have in a candidate."""
    for token in tokens:
        name = f"near-ent:{token.ent}" if token.ent else ""
        if token.pos in ("VERB", "NOUN", "ADJ"):
            yield token, f"near:{token.lemma.lower()}", name
        elif name:
            yield token, name, name


def _below(predicate: Token) -> Iterator[str]:
    for child in predicate.children:
        yield f"child:{child.dep}"
        if child.dep in ("aux", "neg", "mark", "prep", "dobj", "advmod", "prt"):
            yield f"child:{child.dep}={child.lemma.lower()}"


def _typed(c: Candidate, shares: Floats, labels: Sequence[str]) -> Iterator[str]:
    """What the model of pairs says about the candidate's type, given the share of each label."""
    best = labels[int(shares.argmax())]
    own = float(shares[labels.index(c.type)]) if c.type in labels else 0.0
    yield f"typed:{best}"
    yield f"typed-same:{best == c.type}"
    yield f"typed:{best}-{c.type}"
    for bound in (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8):
        if own > bound:
            yield f"own>{bound}"
            yield f"own>{bound}+{c.type}"


def pair_of(c: Candidate) -> tuple[Span | None, Span | None]:
    """Return the spans of a candidate's first source and target phrase.

    Of a symmetric event without a recipient the second party is the target.
    """
    actors, recipients = [*c.actor], [*c.recipient]
    if c.event_class.symmetric and not recipients:
        spread = [t for head in actors for t in conjuncts(head)]
        actors, recipients = spread[:1], spread[1:2]
    source = phrase(actors[0]) if actors else None
    target = phrase(recipients[0]) if recipients else None
    return source, target


def phrase(head: Token) -> Span:
    """Return the span of a short noun phrase: its head with what describes it next to it."""
    start, end = head.start, head.end
    for child in head.children:
        if child.dep in PHRASE and child.i < head.i:
            start = min(start, child.subtree()[0].start)
    return (start, end)
