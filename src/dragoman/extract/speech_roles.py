"""What the scorer of attribution sees of the words around cues, for their part in the statements.

The roles that hang on a cue follow PolNeAR (Newell, Margolin and Ruths 2018): every attribution has
a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from dragoman.extract.speech_features import FRAME_END, GAPS, View, bucket, gaps
from dragoman.extract.speech_ground import Around, Ground, Rows, Ways
from dragoman.language.document import Sentence, Token

MOST_SLOTS = 20_000  # kept
_TAKES = frozenset({"ccomp", "xcomp", "dobj", "nsubj"})
_HERE, _TOP = 0, 1  # numbers of the second steps "" and "top"


@dataclass(frozen=True, slots=True)
class _Cue:
    """A cue's head with what is asked of it for each word around it."""

    head: Token
    cls: str
    lemma: str
    takes: str
    quote: int

    @classmethod
    def of(cls, view: View, head: Token) -> _Cue:
        takes = ".".join(sorted({c.dep for c in head.children if c.dep in _TAKES}))
        known = view.classes[head.i] or head.pos
        return cls(head, known, head.lemma.lower(), takes, view.quote[head.i])


@dataclass(frozen=True, eq=False, slots=True)
class Slot:
    """A place in the tree around a cue that several tokens may share.

    Attributes:
        shared: features that its tokens have alike.
        frames: the frames of the features that each token has of its own.
    """

    shared: tuple[str, ...]
    frames: tuple[str, ...]


@lru_cache(maxsize=MOST_SLOTS)
def _slot(key: str, second: str, cls: str, lemma: str) -> Slot:
    """Return the slot at the end of a way: its arm, and the second step."""
    shared = (f"s={key}|{second}", f"sc={key}|{second}|{cls}", f"sl={key}|{second}|{lemma}")
    frames = (
        "w=",
        "p=",
        f"sp={key}|{second}",
        f"sw={key}|{second}",
        f"sq={key}|{second}",
        f"w+={key}",
        f"w-={key}",
        f"x={second}",
        f"e={key}",
        f"d={key}|{cls}",
        f"n={key}",
        f"nl={lemma}",
        f"t={key}",
    )
    return Slot(shared, frames)


@dataclass(frozen=True, slots=True)
class Branch:
    """What the words of a branch of the tree, or of a sentence apart from it, have alike.

    Attributes:
        before, after: what tells it, for its words before the cue and after.
        shared: features.
    """

    before: str
    after: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the words around cues; of each word the numbers of what it shares.

    Attributes:
        branches, branch: the branches with their features, and the number of each word's.
        slots, slot: the slots with further features, and the number of each word's.
        values: for each token of the document, its values in the first frames of a slot.
        near: how far each word is from the cue, as an index in `GAPS`.
        away: how far it is from the top of its branch.
    """

    branches: list[Branch]
    branch: Rows
    slots: list[Slot]
    slot: Rows
    values: list[tuple[str, ...]]
    near: Rows
    away: Rows


class Sights:
    """The features of every word around some cues of a document.

    Args:
        view: the document as the scorer sees it, the cues scored.
        cues: heads of the cues.
    """

    def __init__(self, view: View, cues: Sequence[Token]) -> None:
        self.view = view
        self.ground = Ground(view)
        self.around: Around = self.ground.around([cue.i for cue in cues])
        self._cues = [_Cue.of(view, cue) for cue in cues]
        voiced = zip(view.cue_scores, view.quote, strict=True)
        self._voiced = [score if quote < 0 else 0.0 for score, quote in voiced]
        self._frames = list(accumulate((s.quote is None for s in view.doc.sentences), initial=0))

    def features(self) -> Iterator[list[str]]:
        """Yield the names of all features of each word, cue after cue."""
        seen = self.seen()
        rows = (self.around.tokens, seen.branch, seen.slot, seen.near, seen.away)
        columns = zip(*(row.tolist() for row in rows), strict=True)
        for token, branch, number, near, away in columns:
            slot, word = seen.slots[number], self.view.doc.tokens[token].lower
            values = (*seen.values[token], GAPS[near], f"{GAPS[near]}|{word}", GAPS[away])
            own = zip(slot.frames, values, strict=True)
            named = (f"{frame}{FRAME_END}{value}" for frame, value in own)
            yield [*seen.branches[branch].shared, *slot.shared, *named]

    def seen(self) -> Seen:
        """Return what is seen of each word."""
        around, ways = self.around, self.ground.ways(self.around)
        branches, branch, tops = self._branches(ways)
        slots, slot = self._slots(ways, branches, branch)
        return Seen(
            branches,
            branch,
            slots,
            slot,
            _values(self.view),
            gaps(around.tokens - around.cues[around.owner]),
            gaps(around.tokens - tops[branch]),
        )

    def _branches(self, ways: Ways) -> tuple[list[Branch], Rows, Rows]:
        """Return the branches, the number of each word's, and the top of each."""
        around, sentence = self.around, self.ground.sentence
        doc = self.view.doc
        led = ways.level >= 0
        told = np.where(led, ways.top, len(sentence) + sentence[around.tokens])
        code = around.owner * (len(sentence) + len(doc.sentences)) + told
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        found: list[Branch] = []
        tops: list[int] = []
        columns = (around.owner, ways.level, ways.itself, told)
        for owner, level, itself, at in zip(*(c[first].tolist() for c in columns), strict=True):
            cue = self._cues[owner]
            if level >= 0:
                top = doc.tokens[at]
                found.append(self._arm(cue, level, "self" if itself else top.dep, top))
            else:
                apart = doc.sentences[at - len(sentence)]
                top = apart.root
                found.append(self._apart(cue, apart))
            tops.append(top.i)
        return found, number.reshape(-1), np.array(tops, dtype=np.intp)

    def _slots(self, ways: Ways, branches: list[Branch], branch: Rows) -> tuple[list[Slot], Rows]:
        """Return the slots, and the number of each word's."""
        around = self.around
        keys: dict[str, int] = {}
        before = [keys.setdefault(one.before, len(keys)) for one in branches]
        after = [keys.setdefault(one.after, len(keys)) for one in branches]
        behind = around.tokens >= around.cues[around.owner]
        key = np.where(behind, np.array(after, np.intp)[branch], np.array(before, np.intp)[branch])
        steps: dict[str, int] = {"": _HERE, "top": _TOP}
        second = self._second_steps(ways, steps)
        kinds: dict[tuple[str, str], int] = {}
        kind = [kinds.setdefault((cue.cls, cue.lemma), len(kinds)) for cue in self._cues]
        code = (key * len(steps) + second) * len(kinds) + np.array(kind, np.intp)[around.owner]
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        names, seconds, cues = list(keys), list(steps), list(kinds)
        slots = [
            _slot(names[code // len(cues) // len(seconds)], seconds[code // len(cues) % len(seconds)],
                  *cues[code % len(cues)])
            for code in code[first].tolist()
        ]  # fmt: skip
        return slots, number.reshape(-1)

    def _second_steps(self, ways: Ways, steps: dict[str, int]) -> Rows:
        """Return the number of each word's second step; those that are new are added to `steps`."""
        tokens = self.view.doc.tokens
        apart = np.array([steps.setdefault(t.dep, len(steps)) for t in tokens], dtype=np.intp)
        left = np.array([steps.setdefault(f"{t.dep}<", len(steps)) for t in tokens], dtype=np.intp)
        right = np.array([steps.setdefault(f"{t.dep}>", len(steps)) for t in tokens], dtype=np.intp)
        second = ways.second
        below = np.where(second < ways.top, left[second], right[second])
        here = np.where(ways.itself, _HERE, np.where(second < 0, _TOP, below))
        return np.where(ways.level >= 0, here, apart[self.around.tokens])

    def _arm(self, cue: _Cue, level: int, dep: str, top: Token) -> Branch:
        """Return the branch of the tree that leaves at a level above the cue."""
        cls, lemma = cue.cls, cue.lemma
        before, after = f"{level}{dep}<", f"{level}{dep}>"
        key = before if top.i < cue.head.i else after
        opens = top.children[0].lower if top.children else ""
        near = bucket(top.i - cue.head.i)
        kind = self.view.quote_kind(top)
        shared = (
            f"A={key}",
            f"Al={key}|{lemma}",
            f"Ac={key}|{cls}",
            f"At={key}|{cue.takes}|{cls}",
            f"Ad={key}|{cue.head.dep}",
            f"Adc={key}|{cue.head.dep}|{cls}",
            f"Ap={key}|{top.pos}|{top.ent}",
            f"Aw={key}|{top.lower}",
            f"Awl={key}|{top.lower}|{lemma}",
            f"Ao={key}|{opens}",
            f"An={key}|{near}",
            f"Aq={key}|{kind}|{self.view.quote_kind(cue.head)}",
            f"Am={key}|{cue.head.pos}|{cue.head.tag}",
            f"Aj={key}|{self.view.classes[top.i]}|{self.view.cue_scores[top.i] > 0.5}|{cls}",
        )
        return Branch(before, after, shared)

    def _apart(self, cue: _Cue, sentence: Sentence) -> Branch:
        """Return a sentence apart from the cue's tree: an utterance, or a sentence around."""
        view, doc, at = self.view, self.view.doc, cue.head.i
        first = sentence.tokens[0].i
        n = view.quote[first]
        kind = "r" if n < 0 else ("u" if doc.quotes[n].apart else "q")
        same = n >= 0 and n == cue.quote
        home = doc.sentence_of(cue.head)
        side = "<" if first < at else ">"
        away = sentence.paragraph - home.paragraph
        inside = home.tokens[0].i < first < home.tokens[-1].i
        rival = self._rival(cue, sentence)
        between = self._frames_between(home, sentence)
        key = f"G{kind}{side}{int(same)}{min(2, abs(away))}"
        continued = n >= 0 and doc.quotes[n].continues is not None
        shape = f"{between}|{int(inside)}|{int(continued)}"
        shared = (
            f"{key}",
            f"{key}|{shape}",
            f"{key}|{shape}|{rival}",
            f"{key}|{rival}|{view.quote_kind(cue.head)}",
            f"{key}|l|{cue.lemma}",
            f"{key}|c|{cue.cls}|{between}",
            f"{key}|t|{cue.takes}|{shape}",
            f"{key}|d|{cue.head.dep}|{between}|{cue.takes}",
            f"{key}|h|{self._gap(at, sentence)}",
            f"{key}|a|{away}|{rival}|{home.tokens[-1].text}",
        )
        return Branch(key, key, shared)

    def _gap(self, cue: int, sentence: Sentence) -> str:
        """The word nearest to the sentence on the cue's side, and its last."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        if first > cue:
            return ">" + self.view.word(first - 1)
        return "<" + self.view.word(last) + self.view.word(last + 1)

    def _rival(self, cue: _Cue, sentence: Sentence) -> str:
        """Whether another likely cue in the report's voice stands nearer to the sentence."""
        first, last, at = sentence.tokens[0].i, sentence.tokens[-1].i, cue.head.i
        low, high = (at + 1, first) if first > at else (last + 1, at)
        scores = self.view.cue_scores if cue.quote >= 0 else self._voiced
        best = max(scores[low:high], default=0.0)
        after = ""
        if first > at and max(self._voiced[last + 1 : last + 12], default=0.0) > 0.5:
            after = "+"
        return ("2" if best > 0.5 else "1" if best > 0.2 else "0") + after

    def _frames_between(self, home: Sentence, sentence: Sentence) -> int:
        """How many sentences in the report's voice stand between this and the cue's, up to 3."""
        low, high = sorted((sentence.i, home.i))
        return min(3, self._frames[high] - self._frames[min(low + 1, high)])


def _values(view: View) -> list[tuple[str, ...]]:
    """Return each token's values in the first ten frames of a slot, the same for every cue."""
    tokens = view.doc.tokens
    words = [token.lower for token in tokens]
    kinds = [view.quote_kind(token) for token in tokens]
    near = zip(tokens, words, kinds, [*words[1:], ""], ["", *words[:-1]], strict=False)
    return [
        (
            word,
            f"{t.pos}|{kind}",
            t.pos,
            word,
            kind,
            after,
            before,
            f"{t.dep}|{t.pos}",
            t.ent,
            t.dep,
        )
        for t, word, kind, after, before in near
    ]
