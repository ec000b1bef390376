"""Who is said to say, believe or intend what: cues with their sources and contents.

Two steps, both learned (see `speech_model`) and both taken twice: which words are cues, and which
words around a cue are its source and its content. The frame of the record (addressee, hedge,
kind) is then read from the parse and the quotations with the words of attribution.yaml.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise

import numpy as np

from dragoman.codebook import Codebook
from dragoman.codebook.attribution import AttributionWords
from dragoman.extract.speech_again import FirstLooks, Surroundings
from dragoman.extract.speech_features import (
    View,
    context_features,
    is_candidate,
    second_look,
    word_of,
)
from dragoman.extract.speech_ground import Rows
from dragoman.extract.speech_model import (
    LOWEST,
    ROLES,
    Floats,
    Framed,
    SpeechModel,
    first_shares,
    probability,
    shipped,
    weigh_parts,
)
from dragoman.extract.speech_roles import Sights
from dragoman.extract.speech_sense import in_reach, is_deed
from dragoman.language.document import Document, Token
from dragoman.language.groups import in_groups
from dragoman.records import Span, StatementKind

_SOURCE, _CUE, _CONTENT = (ROLES.index(name) for name in ("source", "cue", "content"))
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET", "ADJ"})
_MOST_OF_QUOTE = 0.6  # an utterance claimed for so much is claimed whole
_UTTERED_SHARE = 0.6  # a statement with so much of its content in utterances is direct
# log odds below which a word by itself is not looked at as a cue: two thirds of all, and one in
# 1,500 of the cues
HOPELESS = -5.0
WORDS_AT_ONCE = 6_000  # of documents that are looked at together
GLANCE = 0.03  # first score from which a candidate is looked at again


@dataclass(frozen=True, slots=True)
class Speech:
    """A statement before entities are known.

    Attributes:
        kind: direct, indirect or mixed.
        source, source_head: the words that name who says it, and their head.
        cue, cue_head: the words that tell that it is said (None where that is unsure), and
            their head.
        content: what is said, in order of the text, quotation marks included.
        addressee, addressee_head: the words that name to whom it is said, and their head.
        hedge: the hedging word, as the text has it.
        quotes: indexes of the quotations its content touches.
        claims: class of the cue in attribution.yaml (speech, belief, intention, …), or "".
        score: probability of the cue.
    """

    kind: StatementKind
    source: Span | None = None
    source_head: Token | None = None
    cue: Span | None = None
    cue_head: Token | None = None
    content: tuple[Span, ...] = ()
    addressee: Span | None = None
    addressee_head: Token | None = None
    hedge: str | None = None
    quotes: tuple[int, ...] = ()
    claims: str = ""
    score: float = 0.0


def find_speech(doc: Document, cb: Codebook, model: SpeechModel | None = None) -> list[Speech]:
    """Find the statements of a document, in order of their cues.

    Args:
        doc: the annotated report.
        cb: the codebook; attribution.yaml is used.
        model: weights other than those that come with Dragoman (for training).

    Raises:
        OSError: the weights are missing.
        CodebookError: attribution.yaml has a mistake.
    """
    (found,) = find_speech_in([doc], cb, model)
    return found


def find_speech_in(
    docs: Iterable[Document], cb: Codebook, model: SpeechModel | None = None
) -> list[list[Speech]]:
    """Find the statements of documents, several at once; what is found in one hangs on no other.

    Args:
        docs: the annotated reports.
        cb, model: as of `find_speech`.

    Raises:
        OSError: the weights are missing.
        CodebookError: attribution.yaml has a mistake.
    """
    model = model or shipped()
    views = (View.of(doc, cb.attribution) for doc in docs)
    found: list[list[Speech]] = []
    for some in in_groups(views, View.size, WORDS_AT_ONCE):
        cues = score_cues(some, model)
        for view, claims in zip(some, _claims(some, cues, model), strict=True):
            told = (_speech(view, cb.attribution, claim) for claim in part_ways(claims))
            found.append([speech for speech in told if speech is not None])
    return found


def score_cues(views: Sequence[View], model: SpeechModel) -> list[list[Token]]:
    """Score every candidate, keep the scores in the views, return the cues of each in order."""
    words = [(view, t) for view in views for t in view.doc.tokens if is_candidate(t)]
    glances = np.array([model.glance(word_of(*one)) for one in words], np.float32).reshape(-1, 2)
    hopeful = np.flatnonzero(glances[:, 0] >= HOPELESS)
    tokens = [words[n] for n in hopeful.tolist()]
    scores = glances[hopeful] + model.both.sums([context_features(*one) for one in tokens])
    _keep(tokens, scores[:, 0])
    again = [n for n, (view, t) in enumerate(tokens) if view.cue_scores[t.i] >= GLANCE]
    seen = [tokens[n] for n in again]
    more = model.recue.sums([second_look(*one) for one in seen])
    _keep(seen, scores[again, 1] + more[:, 0])
    return [[t for t in view.doc.tokens if view.cue_scores[t.i] >= LOWEST] for view in views]


def _keep(tokens: list[tuple[View, Token]], scores: Floats) -> None:
    for (view, token), score in zip(tokens, probability(scores).tolist(), strict=True):
        view.cue_scores[token.i] = score


@dataclass(slots=True)
class Claim:
    """The words that a cue claims for each part, with how strongly it claims its content.

    Attributes:
        cue: head of the cue.
        parts: tokens by part (index in `ROLES`), in order of the text.
        strength: log weight of each token of the content, by index of the token.
    """

    cue: Token
    parts: dict[int, list[Token]]
    strength: dict[int, float]


def _claims(
    views: Sequence[View], cues: Sequence[list[Token]], model: SpeechModel
) -> list[list[Claim]]:
    """Return what the cues of each document claim, in order."""
    if not any(cues):
        return [[] for _ in views]
    sights = Sights(views, cues)
    looks = first_looks(sights, model.role)
    around = looks.around
    again = [model.again.shares(part) for part in Surroundings(sights.ground).columns(looks)]
    likely = looks.likely[around.owner][:, None]
    weighed = weigh_parts(looks.shares, np.concatenate(again), likely, model.cuts)
    path = weighed.argmax(axis=1)
    bounds = pairwise(around.starts.tolist())
    return [
        [
            _claim(view, cue, around.tokens[a:b] - first, path[a:b], weighed[a:b])
            for cue, (a, b) in zip(some, islice(bounds, len(some)), strict=True)
        ]
        for view, some, first in zip(views, cues, sights.ground.first, strict=True)
    ]


def first_looks(sights: Sights, role: Framed) -> FirstLooks:
    """Return the shares of the parts of what stands around each cue, at first sight.

    What several tokens share is summed once.
    """
    seen, around = sights.seen(), sights.around
    branches = np.zeros((len(seen.arms) + len(seen.aparts), len(ROLES)), dtype=np.float32)
    branches[seen.arms] = role.sums(seen.arm)
    branches[seen.aparts] = role.plain.sums(seen.apart)
    scores = role.sums(seen.own) + role.plain.bias
    scores += branches[seen.branch]
    scores += role.sums(seen.place)
    heads = np.flatnonzero(around.tokens == around.cues[around.owner])
    likely = np.array([sights.scores[i] for i in around.cues.tolist()], dtype=np.float32)
    return FirstLooks(around, likely, first_shares(scores, heads))


def _claim(view: View, cue: Token, words: Rows, path: Rows, weighed: Floats) -> Claim:
    """Gather what a cue claims of the words around it, given the part of each and its weights."""
    tokens = view.doc.tokens
    parts = {
        part: [tokens[i] for i in words[path == part].tolist()]
        for part in (_SOURCE, _CUE, _CONTENT)
    }
    content = path == _CONTENT
    strength = dict(zip(words[content].tolist(), weighed[content, _CONTENT].tolist(), strict=True))
    near = in_reach(view, cue, parts[_CONTENT])
    parts[_CONTENT] = _whole_utterances(view, near, strength)
    return Claim(cue, parts, strength)


def _whole_utterances(view: View, content: list[Token], strength: dict[int, float]) -> list[Token]:
    """Fill utterances whose greater part is claimed.

    An utterance that continues a claimed one from the paragraph before is claimed with it.
    """
    doc = view.doc
    claimed = Counter(view.quote[t.i] for t in content)
    kept = {t.i: t for t in content}
    taken: set[int] = set()
    for n, quote in enumerate(doc.quotes):
        if not quote.apart or not (claimed[n] or quote.continues in taken):
            continue
        tokens = doc.tokens_in((quote.start, quote.end))
        if quote.continues in taken or claimed[n] > _MOST_OF_QUOTE * len(tokens):
            taken.add(n)
            for token in tokens:
                kept[token.i] = token
                strength.setdefault(token.i, 0.0)
    return [kept[i] for i in sorted(kept)]


def part_ways(claims: list[Claim]) -> list[Claim]:
    """Leave words that two cues claim to the stronger, unless one lies in the other's content."""
    firsts = [min(claim.strength, default=sys.maxsize) for claim in claims]
    following = list(accumulate(reversed(firsts), min))[::-1]  # first word of all from here on
    for n, left in enumerate(claims):
        last = max(left.strength, default=-1)
        for m in range(n + 1, len(claims)):
            if following[m] > last:
                break
            right = claims[m]
            shared = left.strength.keys() & right.strength.keys()
            if not shared or left.cue.i in right.strength or right.cue.i in left.strength:
                continue
            gain = sum(left.strength[i] - right.strength[i] for i in sorted(shared))
            loser = right if gain >= 0 else left
            loser.strength = {i: s for i, s in loser.strength.items() if i not in shared}
            loser.parts[_CONTENT] = [t for t in loser.parts[_CONTENT] if t.i not in shared]
    return claims


def _speech(view: View, words: AttributionWords, claim: Claim) -> Speech | None:
    by_part, cue = claim.parts, claim.cue
    content = _whole(view.doc, _runs(by_part[_CONTENT]))
    if not content:
        return None
    source = by_part[_SOURCE]
    if is_deed(view, words, cue, source, by_part[_CONTENT]):
        return None
    cued = next((run for run in _runs(by_part[_CUE]) if _covers(run, cue)), None)
    to = _addressee(cue, words, {t.i for t in source})
    return Speech(
        kind=kind_of(view.doc, content),
        source=_main_run(source),
        source_head=_head(source),
        cue=cued,
        cue_head=cue,
        content=content,
        addressee=_phrase(to) if to is not None else None,
        addressee_head=to,
        hedge=_hedge(cue, words),
        quotes=_quotes(view, by_part[_CONTENT]),
        claims=view.classes[cue.i],
        score=round(view.cue_scores[cue.i], 4),
    )


def _runs(tokens: list[Token]) -> tuple[Span, ...]:
    """Join tokens that follow each other to spans."""
    spans: list[Span] = []
    last = -2
    for token in tokens:
        if token.i == last + 1:
            spans[-1] = (spans[-1][0], token.end)
        else:
            spans.append(token.span)
        last = token.i
    return tuple(spans)


def _whole(doc: Document, runs: tuple[Span, ...]) -> tuple[Span, ...]:
    """Leave out stray single words beside longer stretches."""
    long = tuple(run for run in runs if len(doc.tokens_in(run)) > 1)
    return long or runs


def _covers(span: Span, token: Token) -> bool:
    return span[0] <= token.start and token.end <= span[1]


def _head(tokens: list[Token]) -> Token | None:
    """Return the head of a source: the topmost nominal of its first run."""
    inside = {t.i for t in tokens}
    tops = [t for t in tokens if t.head.i not in inside or t.head is t]
    nominal = [t for t in tops if t.pos in _NOMINAL] or [t for t in tokens if t.pos in _NOMINAL]
    return nominal[0] if nominal else None


def _main_run(tokens: list[Token]) -> Span | None:
    head = _head(tokens)
    for run in _runs(tokens):
        if head is None or _covers(run, head):
            return run
    return None


def _addressee(cue: Token, words: AttributionWords, source: set[int]) -> Token | None:
    """Return the head of the words that name who is told."""
    lemma = cue.lemma.lower()
    for child in cue.children:
        told: Token | None = None
        if child.dep in ("dobj", "dative") and child.pos != "ADP" and child.i > cue.i:
            told = child if lemma in words.addressing else None
        elif child.lower == "to" and lemma in words.addressing | words.addressing_to:
            told = child.child("pobj")
        if told is not None and told.i not in source and told.pos in ("NOUN", "PROPN", "PRON"):
            return told
    return _passive_addressee(cue, words, source)


def _passive_addressee(cue: Token, words: AttributionWords, source: set[int]) -> Token | None:
    subject = cue.child("nsubjpass")
    if subject is None or cue.lemma.lower() not in words.addressing or subject.i in source:
        return None
    return subject if subject.pos in ("NOUN", "PROPN", "PRON") else None


def _phrase(head: Token) -> Span:
    """Return the span of a noun phrase without its clauses."""
    left = min(t.start for t in (head, *_modifiers(head)))
    return (left, head.end)


def _modifiers(head: Token) -> Iterable[Token]:
    for child in head.children:
        if child.i < head.i and child.dep in ("det", "amod", "compound", "poss", "nummod", "nmod"):
            yield from child.subtree()


def _hedge(cue: Token, words: AttributionWords) -> str | None:
    for token in (*cue.children, cue):
        if token.lower in words.hedges and (token is cue or token.dep == "advmod"):
            return token.text
    return None


def _quotes(view: View, tokens: list[Token]) -> tuple[int, ...]:
    return tuple(sorted({view.quote[t.i] for t in tokens if view.quote[t.i] >= 0}))


def kind_of(doc: Document, content: Iterable[Span]) -> StatementKind:
    """Return direct, indirect or mixed.

    Direct is an utterance in quotation marks, or a clause that stands in them entirely; a few
    quoted words in a reporter's sentence are mixed.
    """
    tokens = [t for span in content for t in doc.tokens_in(span) if t.pos != "PUNCT"]
    around = [[doc.quotes[n] for n in doc.quotes_around(t)] for t in tokens]
    quoted = sum(1 for quotes in around if quotes)
    if not quoted:
        return "indirect"
    uttered = sum(1 for quotes in around if any(q.apart for q in quotes))
    clause = any(t.dep in ("nsubj", "nsubjpass") for t in tokens)
    if uttered >= _UTTERED_SHARE * len(tokens) or (quoted == len(tokens) and clause):
        return "direct"
    return "mixed"
