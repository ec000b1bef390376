"""What the scorer of attribution sees of the words around cues, for their part in the statements.

The roles that hang on a cue follow PolNeAR (Newell, Margolin and Ruths 2018): every attribution has
a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_columns import Column, Named
from dragoman.extract.speech_features import GAPS, View, gaps
from dragoman.extract.speech_ground import Around, Ground, Rows, Ways
from dragoman.language.document import Sentence, Token

_TAKES = frozenset({"ccomp", "xcomp", "dobj", "nsubj"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the words around cues.

    Attributes:
        own: features that each word has of its own.
        place: features of its place in the tree around the cue.
        branch: number of what it is of: a branch of that tree, or a sentence apart from it.
        arms, arm: which numbers are branches, and what the words of each have alike.
        aparts, apart: which numbers are sentences apart, and what the words of each have alike.
    """

    own: list[Column]
    place: list[Column]
    branch: Rows
    arms: Rows
    arm: list[Column]
    aparts: Rows
    apart: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Branches:
    """The branches and the sentences apart, by number.

    Attributes:
        of: the number of each word's.
        cue: number of the cue of each.
        level: how far above the cue it leaves, or -1.
        itself: whether it is the word at that level alone.
        top: its topmost word.
        sentence: index of the sentence, of those apart.
    """

    of: Rows
    cue: Rows
    level: Rows
    itself: npt.NDArray[np.bool_]
    top: Rows
    sentence: Rows


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
        tokens = view.doc.tokens
        self._words = Named.of([*(token.lower for token in tokens), ""])  # the last: outside
        self._poses = Named.of(token.pos for token in tokens)
        self._deps = Named.of(token.dep for token in tokens)
        self._ents = Named.of(token.ent for token in tokens)
        self._kinds = Named.of(view.quote_kind(token) for token in tokens)
        self._cues = cues
        self._cls = Named.of(view.classes[cue.i] or cue.pos for cue in cues)
        self._lemma = Named.of(cue.lemma.lower() for cue in cues)
        self._takes = Named.of(_takes(cue) for cue in cues)
        voiced = zip(view.cue_scores, view.quote, strict=True)
        self._voiced = [score if quote < 0 else 0.0 for score, quote in voiced]
        self._frames = list(accumulate((s.quote is None for s in view.doc.sentences), initial=0))

    def features(self) -> Iterator[list[str]]:
        """Yield the names of all features of each word, cue after cue."""
        seen = self.seen()
        arms = zip(*(column.features() for column in seen.arm), strict=True)
        shared: dict[int, Sequence[str]] = dict(zip(seen.arms.tolist(), arms, strict=True))
        shared |= zip(seen.aparts.tolist(), seen.apart, strict=True)
        columns = (column.features() for column in (*seen.place, *seen.own))
        for branch, *named in zip(seen.branch.tolist(), *columns, strict=True):
            yield [*shared[branch], *named]

    def seen(self) -> Seen:
        """Return what is seen of each word."""
        ways = self.ground.ways(self.around)
        branches = self._branches(ways)
        arms, aparts = np.flatnonzero(branches.level >= 0), np.flatnonzero(branches.level < 0)
        where = zip(branches.cue[aparts].tolist(), branches.sentence[aparts].tolist(), strict=True)
        told = [self._apart(cue, self.view.doc.sentences[sentence]) for cue, sentence in where]
        key = self._keys(branches, arms, aparts, [key for key, _ in told])
        behind = self.around.tokens >= self.around.cues[self.around.owner]
        second = self._second_steps(ways)
        own = key[2 * branches.of + behind]
        place = own.joined(second)
        top = branches.top[arms] >= self.around.cues[branches.cue[arms]]
        return Seen(
            self._own(own, place, second, branches),
            self._place(place),
            branches.of,
            arms,
            self._arms(key[2 * arms + top], branches.cue[arms], branches.top[arms]),
            aparts,
            [shared for _, shared in told],
        )

    def _branches(self, ways: Ways) -> _Branches:
        around, sentence = self.around, self.ground.sentence
        sentences = self.view.doc.sentences
        told = np.where(ways.level >= 0, ways.top, len(sentence) + sentence[around.tokens])
        code = around.owner * (len(sentence) + len(sentences)) + told
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        apart = sentence[around.tokens[first]]
        roots = np.array([s.root.i for s in sentences], dtype=np.intp)
        level = ways.level[first]
        return _Branches(
            number.reshape(-1),
            around.owner[first],
            level,
            ways.itself[first],
            np.where(level >= 0, ways.top[first], roots[apart]),
            apart,
        )

    def _keys(self, branches: _Branches, arms: Rows, aparts: Rows, told: list[str]) -> Named:
        """Return what tells each branch: of two names the first for its words before the cue.

        Args:
            branches: the branches and sentences apart.
            arms, aparts: which of them are which.
            told: what tells those apart, for words before the cue as behind it.
        """
        names = [*self._deps.names, "self"]
        itself = len(names) - 1
        dep = np.where(branches.itself, itself, self._deps.number[branches.top])[arms]
        levels = Named([str(n) for n in range(int(branches.level.max(initial=0)) + 1)],
                       branches.level[arms]).joined(Named(names, dep), "")  # fmt: skip
        apart = Named.of(told)
        number = np.zeros((len(branches.cue), 2), dtype=np.intp)
        number[arms] = 2 * levels.number[:, None] + [0, 1]
        number[aparts] = 2 * len(levels.names) + apart.number[:, None]
        sided = [f"{name}{side}" for name in levels.names for side in "<>"]
        return Named([*sided, *apart.names], number.reshape(-1))

    def _second_steps(self, ways: Ways) -> Named:
        """Return the second step of the way to each word; apart from the tree, its label."""
        deps, number = self._deps.names, self._deps.number
        names = ["", "top", *deps, *(f"{d}<" for d in deps), *(f"{d}>" for d in deps)]
        apart = 2 + number[self.around.tokens]
        side = np.where(ways.second < ways.top, 1, 2)
        below = 2 + number[ways.second] + side * len(deps)
        led = np.where(ways.itself, 0, np.where(ways.second < 0, 1, below))
        return Named(names, np.where(ways.level >= 0, led, apart))

    def _own(self, key: Named, place: Named, second: Named, branches: _Branches) -> list[Column]:
        """Return the features that each word has of its own.

        Args:
            key, second, place: what tells its branch, its second step, and both.
            branches: the branches.
        """
        at, owner, words, deps = self.around.tokens, self.around.owner, self._words, self._deps
        near = Named([*GAPS], gaps(at - self.around.cues[owner]))
        away = Named([*GAPS], gaps(at - branches.top[branches.of]))
        cls, lemma, word = self._cls[owner], self._lemma[owner], words[at]
        alike = Named.alike("", len(at))
        return [
            Column("w", alike, word),
            Column("p", alike, self._poses.joined(self._kinds)[at]),
            Column("sp", place, self._poses[at]),
            Column("sw", place, word),
            Column("sq", place, self._kinds[at]),
            Column("w+", key, words[at + 1]),
            Column("w-", key, words[at - 1]),
            Column("x", second, deps.joined(self._poses)[at]),
            Column("e", key, self._ents[at]),
            Column("d", key.joined(cls), deps[at]),
            Column("n", key, near),
            Column("nl", lemma.joined(near), word),
            Column("t", key, away),
        ]

    def _place(self, place: Named) -> list[Column]:
        """Return the features of each word's place in the tree."""
        owner = self.around.owner
        return [
            Column("s", place, Named.alike("", len(owner))),
            Column("sc", place, self._cls[owner]),
            Column("sl", place, self._lemma[owner]),
        ]

    def _arms(self, key: Named, owner: Rows, top: Rows) -> list[Column]:
        """Return what the words of each branch have alike.

        Args:
            key: what tells the branch.
            owner: number of its cue.
            top: its topmost word.
        """
        tokens, scores = self.view.doc.tokens, self.view.cue_scores
        heads, cls, lemma = self.around.cues, self._cls, self._lemma
        dep, kind = self._deps[heads], self._kinds
        tagged = Named.of(f"{cue.pos}|{cue.tag}" for cue in self._cues)
        ents = self._poses.joined(self._ents)
        tops = [tokens[i] for i in top.tolist()]
        opens = np.array([t.children[0].i if t.children else -1 for t in tops], dtype=np.intp)
        cues = Named.of(f"{self.view.classes[t.i]}|{scores[t.i] > 0.5}" for t in tops)
        return [
            Column("A", key, Named.alike("", len(top))),
            Column("Al", key, lemma[owner]),
            Column("Ac", key, cls[owner]),
            Column("At", key, self._takes.joined(cls)[owner]),
            Column("Ad", key, dep[owner]),
            Column("Adc", key, dep.joined(cls)[owner]),
            Column("Ap", key, ents[top]),
            Column("Aw", key, self._words[top]),
            Column("Awl", key.joined(lemma[owner]), self._words[top]),
            Column("Ao", key, self._words[opens]),
            Column("An", key, Named([*GAPS], gaps(top - heads[owner]))),
            Column("Aq", key, kind[top].joined(kind[heads[owner]])),
            Column("Am", key, tagged[owner]),
            Column("Aj", key.joined(cls[owner]), cues),
        ]

    def _apart(self, number: int, sentence: Sentence) -> tuple[str, tuple[str, ...]]:
        """Return what tells a sentence apart from a cue's tree, and what its words have alike.

        It is an utterance, or a sentence around.
        """
        view, doc, cue = self.view, self.view.doc, self._cues[number]
        at, dep, takes = cue.i, cue.dep, _takes(cue)
        first = sentence.tokens[0].i
        n = view.quote[first]
        kind = "r" if n < 0 else ("u" if doc.quotes[n].apart else "q")
        same = n >= 0 and n == view.quote[at]
        home = doc.sentence_of(cue)
        side = "<" if first < at else ">"
        away = sentence.paragraph - home.paragraph
        inside = home.tokens[0].i < first < home.tokens[-1].i
        rival = self._rival(at, sentence)
        between = self._frames_between(home, sentence)
        key = f"G{kind}{side}{int(same)}{min(2, abs(away))}"
        continued = n >= 0 and doc.quotes[n].continues is not None
        shape = f"{between}|{int(inside)}|{int(continued)}"
        shared = (
            f"{key}",
            f"{key}|{shape}",
            f"{key}|{shape}|{rival}",
            f"{key}|{rival}|{view.quote_kind(cue)}",
            f"{key}|l|{cue.lemma.lower()}",
            f"{key}|c|{view.classes[at] or cue.pos}|{between}",
            f"{key}|t|{takes}|{shape}",
            f"{key}|d|{dep}|{between}|{takes}",
            f"{key}|h|{self._gap(at, sentence)}",
            f"{key}|a|{away}|{rival}|{home.tokens[-1].text}",
        )
        return key, shared

    def _gap(self, cue: int, sentence: Sentence) -> str:
        """The word nearest to the sentence on the cue's side, and its last."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        if first > cue:
            return ">" + self.view.word(first - 1)
        return "<" + self.view.word(last) + self.view.word(last + 1)

    def _rival(self, at: int, sentence: Sentence) -> str:
        """Whether another likely cue in the report's voice stands nearer to the sentence."""
        first, last = sentence.tokens[0].i, sentence.tokens[-1].i
        low, high = (at + 1, first) if first > at else (last + 1, at)
        scores = self.view.cue_scores if self.view.quote[at] >= 0 else self._voiced
        best = max(scores[low:high], default=0.0)
        after = ""
        if first > at and max(self._voiced[last + 1 : last + 12], default=0.0) > 0.5:
            after = "+"
        return ("2" if best > 0.5 else "1" if best > 0.2 else "0") + after

    def _frames_between(self, home: Sentence, sentence: Sentence) -> int:
        """How many sentences in the report's voice stand between this and the cue's, up to 3."""
        low, high = sorted((sentence.i, home.i))
        return min(3, self._frames[high] - self._frames[min(low + 1, high)])


def _takes(cue: Token) -> str:
    """Return the labels of what a cue takes."""
    return ".".join(sorted({c.dep for c in cue.children if c.dep in _TAKES}))
