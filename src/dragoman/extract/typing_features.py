"""Features of a pair in a sentence: what the words and the grammar between two parties say.

A feature is a string such as ``path:nsubj^accuse_dobj``; the linear model of `typing` gives each
a weight per event type. The kinds are those that relation classification has long used: words
before, between and behind the pair, the dependency path (Bunescu and Mooney 2005, "A Shortest
Path Dependency Kernel for Relation Extraction") and the predicate above each side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dragoman.language.document import Document, Token
from dragoman.records import Span

WINDOW = 4
LONGEST_PATH = 8
CONTENT = frozenset({"VERB", "NOUN", "ADJ", "ADV", "PART"})
VERBAL = frozenset({"VERB", "AUX"})
_IN_A_ROW = ("w", "mid-", "pre", "post")  # features of words in a row


NGrams = dict[str, frozenset[tuple[str, ...]]]  # words in a row, by the kind of the feature


def pair_features(
    doc: Document, source: Span | None, target: Span | None, known: NGrams | None = None
) -> list[str]:
    """Return the features of a pair, sorted and without repeats.

    Args:
        doc: the annotated text.
        source, target: character spans of the two sides; None for a side the text leaves out.
        known: the words in a row that are of interest (`known_ngrams`); all where None.
    """
    return sorted(Pairs(doc, known).features(source, target))


class _Row:
    """The words of some sentences in a row, as features see them.

    Args:
        tokens: the words.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.ids = [t.i for t in tokens]
        self.words = [_word(t) for t in tokens]
        self.place = {i: n for n, i in enumerate(self.ids)}
        self.bag = [
            (t.i, f"lemma:{t.lemma.lower()}/{t.pos[0]}") for t in tokens if t.pos in CONTENT
        ]

    def without(self, pair: set[int]) -> list[str]:
        """Return the words, with a placeholder for those of the pair."""
        words = self.words.copy()
        for i in pair:
            words[self.place[i]] = "<pair>"
        return words


class Pairs:
    """The pairs of a document; what its sentences have alike for several is made once.

    Args:
        doc: the annotated text.
        known: the words in a row that are of interest (`known_ngrams`); all where None.
    """

    def __init__(self, doc: Document, known: NGrams | None = None) -> None:
        self._doc = doc
        self._known = known
        self._rows: dict[tuple[int, int], _Row] = {}

    def features(self, source: Span | None, target: Span | None) -> set[str]:
        """Return the features of a pair, given as `pair_features` has it."""
        sides = [self._doc.tokens_in(span) if span else [] for span in (source, target)]
        inside = {t.i for side in sides for t in side}
        row = self._row(sides)
        words = row.without(inside)
        found = {feature for i, feature in row.bag if i not in inside}
        found.update(_ngrams("w", words, 3, self._known))
        found.update(_zones(row.ids, words, sides, self._known))
        heads = [head_of(side) for side in sides]
        for name, side, head in zip("st", sides, heads, strict=True):
            found.update(_side(name, side, head))
        if heads[0] is not None and heads[1] is not None:
            found.update(_path(heads[0], heads[1]))
        return found

    def _row(self, sides: Sequence[Sequence[Token]]) -> _Row:
        """Return the sentences from the first to the last that a side stands in; all if none."""
        sentences = {t.sent for side in sides for t in side}
        if not sentences:
            return _Row([t for t in self._doc.tokens if t.pos != "SPACE"])
        ends = (min(sentences), max(sentences))
        known = self._rows.get(ends)
        if known is None:
            some = self._doc.sentences[ends[0] : ends[1] + 1]
            known = self._rows[ends] = _Row([t for sentence in some for t in sentence.tokens])
        return known


def head_of(tokens: Sequence[Token]) -> Token | None:
    """Return the token that governs the others: the first whose head lies outside."""
    inside = {t.i for t in tokens}
    for token in tokens:
        outside = token.head.i not in inside or token.head is token
        if outside and token.pos not in ("PUNCT", "DET", "ADP", "SPACE"):
            return token
    return tokens[-1] if tokens else None


def _word(token: Token) -> str:
    """Return the lemma; a name or number gives its kind."""
    if token.ent and token.pos in ("PROPN", "NUM", "ADJ"):
        return f"<{token.ent}>"
    if token.pos == "NUM":
        return "<num>"
    return token.lemma.lower()


def _ngrams(name: str, words: Sequence[str], most: int, known: NGrams | None) -> Iterator[str]:
    squeezed = [w for n, w in enumerate(words) if n == 0 or w != words[n - 1] or w[0] != "<"]
    shifted = [squeezed[n:] for n in range(most)]
    for size in range(1, most + 1):
        kind = f"{name}{size}"
        rows = zip(*shifted[:size], strict=False)
        wanted = rows if known is None else known.get(kind, frozenset()).intersection(rows)
        for row in wanted:
            yield f"{kind}:{' '.join(row)}"


def known_ngrams(features: Iterable[str]) -> NGrams:
    """Return the words in a row that some features tell of."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for feature in features:
        kind, _, words = feature.partition(":")
        if kind[-1:].isdigit() and kind.startswith(_IN_A_ROW):
            found.setdefault(kind, set()).add(tuple(words.split(" ")))
    return {kind: frozenset(rows) for kind, rows in found.items()}


def _zones(
    ids: Sequence[int],
    words: Sequence[str],
    sides: Sequence[Sequence[Token]],
    known: NGrams | None,
) -> Iterator[str]:
    """Words between the sides, before the first and behind the last."""
    filled = sorted(
        (side[0].i, side[-1].i, name) for name, side in zip("st", sides, strict=True) if side
    )
    if not filled:
        return
    (start, low, _), (high, end, _) = filled[0], filled[-1]
    order = "".join(name for _, _, name in filled)
    yield f"order:{order}"
    between = [word for i, word in zip(ids, words, strict=True) if low < i < high]
    before = [word for i, word in zip(ids, words, strict=True) if i < start][-WINDOW:]
    behind = [word for i, word in zip(ids, words, strict=True) if i > end][: WINDOW * 2]
    yield from _ngrams(f"mid-{order}", between, 3, known)
    yield from _ngrams("pre", before, 2, known)
    yield from _ngrams("post", behind, 2, known)
    yield f"gap:{min(len(between) // 3, 5)}"


def _side(name: str, side: Sequence[Token], head: Token | None) -> Iterator[str]:
    """What one side is, how it hangs in the sentence, and on what."""
    if head is None:
        yield f"{name}-none"
        return
    yield f"{name}-dep:{head.dep}"
    yield f"{name}-ent:{head.ent or head.pos}"
    for token in side:
        if token.pos in ("NOUN", "ADJ", "VERB"):
            yield f"{name}-in:{token.lemma.lower()}"
    climb: list[str] = [head.dep]
    for step, above in enumerate(head.ancestors()):
        yield f"{name}-up{min(step, 3)}:{above.lemma.lower()}"
        climb.append(above.lemma.lower() if above.pos == "ADP" else above.dep)
        if above.pos in VERBAL or above.pos == "NOUN":
            yield f"{name}-on:{'^'.join(climb[:-1])}^{above.lemma.lower()}"
            yield f"{name}-gov:{above.lemma.lower()}"
            yield from _around(name, above)
            if above.pos in VERBAL:
                break


def _around(name: str, verb: Token) -> Iterator[str]:
    """A predicate with its particles, objects, prepositions and denial."""
    lemma = verb.lemma.lower()
    for child in verb.children:
        if child.dep in ("prt", "dobj", "prep", "neg", "xcomp", "ccomp", "acomp", "attr", "aux"):
            yield f"{name}-vp:{lemma}+{child.dep}:{child.lemma.lower()}"
            if child.dep in ("xcomp", "ccomp", "dobj", "acomp", "attr"):
                yield f"{name}-{child.dep}:{child.lemma.lower()}"


def _path(source: Token, target: Token) -> Iterator[str]:
    """The dependency path from source to target, with and without its words."""
    up = [source, *source.ancestors()]
    down = [target, *target.ancestors()]
    meets = {t.i: n for n, t in enumerate(down)}
    top = next((n for n, t in enumerate(up) if t.i in meets), None)
    if top is None:
        yield "path:apart"
        return
    rise, fall = up[: top + 1], down[: meets[up[top].i]]
    yield f"top:{up[top].lemma.lower()}"
    words = [*rise[1:], *reversed(fall[1:])]
    for token in words:
        yield f"on-path:{token.lemma.lower()}"
    if len(words) <= LONGEST_PATH:
        labels = [f"{t.dep}^" for t in rise[:-1]] + [f"_{t.dep}" for t in reversed(fall)]
        yield f"deps:{''.join(labels)}"
        yield f"path:{' '.join(t.lemma.lower() for t in words)}"
        yield f"path+deps:{''.join(labels)}={' '.join(t.lemma.lower() for t in words)}"
