"""What the scorer of attribution sees of the words around cues, for their part in the statements.

The roles that hang on a cue follow PolNeAR (Newell, Margolin and Ruths 2018): every attribution has
a cue, and its source and content are found from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_apart import Apart, takes
from dragoman.extract.speech_columns import Column, Named
from dragoman.extract.speech_features import GAPS, View, gaps
from dragoman.extract.speech_ground import Around, Ground, Rows, Ways
from dragoman.language.document import Token


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
    """The features of every word around the cues of some documents.

    Args:
        views: the documents as the scorer sees them, the cues scored.
        cues: heads of the cues of each.
    """

    def __init__(self, views: Sequence[View], cues: Sequence[Sequence[Token]]) -> None:
        self.ground = Ground(views)
        self.scores = [score for view in views for score in view.cue_scores]
        self._classes = [cls for view in views for cls in view.classes]
        self._cues = [cue for some in cues for cue in some]
        self._document = [n for n, some in enumerate(cues) for _ in some]
        self._first = np.repeat(self.ground.first, [len(some) for some in cues])
        heads = (self._first + [cue.i for cue in self._cues]).tolist()
        self.around: Around = self.ground.around(heads)
        self._aparts = [Apart(view) for view in views]
        tokens = self.ground.tokens
        self._words = Named.of([*(token.lower for token in tokens), ""])  # the last: outside
        self._poses = Named.of(token.pos for token in tokens)
        self._deps = Named.of(token.dep for token in tokens)
        self._ents = Named.of(token.ent for token in tokens)
        self._kinds = Named.of(view.quote_kind(t) for view in views for t in view.doc.tokens)
        classes = zip(self._cues, heads, strict=True)
        self._cls = Named.of(self._classes[at] or cue.pos for cue, at in classes)
        self._lemma = Named.of(cue.lemma.lower() for cue in self._cues)
        self._takes = Named.of(takes(cue) for cue in self._cues)

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
        told = [self._apart(cue, sentence) for cue, sentence in where]
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
        told = np.where(ways.level >= 0, ways.top, len(sentence) + sentence[around.tokens])
        code = around.owner * (len(sentence) + len(self.ground.roots)) + told
        _, first, number = np.unique(code, return_index=True, return_inverse=True)
        apart = sentence[around.tokens[first]]
        level = ways.level[first]
        return _Branches(
            number.reshape(-1),
            around.owner[first],
            level,
            ways.itself[first],
            np.where(level >= 0, ways.top[first], self.ground.roots[apart]),
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
            Column("w+", key, words[self.ground.after[at]]),
            Column("w-", key, words[self.ground.before[at]]),
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
        tokens, scores, classes = self.ground.tokens, self.scores, self._classes
        heads, cls, lemma = self.around.cues, self._cls, self._lemma
        dep, kind = self._deps[heads], self._kinds
        tagged = Named.of(f"{cue.pos}|{cue.tag}" for cue in self._cues)
        ents = self._poses.joined(self._ents)
        branching = (tokens[i].children for i in top.tolist())
        leads = np.array([some[0].i if some else -1 for some in branching], dtype=np.intp)
        opens = np.where(leads < 0, len(tokens), leads + self._first[owner])
        cues = Named.of(f"{classes[i]}|{scores[i] > 0.5}" for i in top.tolist())
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

    def _apart(self, cue: int, sentence: int) -> tuple[str, tuple[str, ...]]:
        """Return what tells a sentence apart from a cue's tree, and what its words have alike."""
        return self._aparts[self._document[cue]].told(
            self._cues[cue], self.ground.sentences[sentence]
        )
