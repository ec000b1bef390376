"""Documents as arrays: which words stand around a cue, and how the tree leads to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_features import CHAIN, View
from dragoman.language.document import Document

Rows = npt.NDArray[np.intp]
REACH = 140  # tokens to each side of a cue that may belong to its statement
PARAGRAPHS_BEHIND = 4


@dataclass(frozen=True, slots=True)
class Around:
    """The words around some cues, cue after cue.

    Attributes:
        cues: number of each cue among the words.
        tokens: number of each word, in order of the text within a cue.
        owner: number of the cue that each word stands around.
        starts: where the words of each cue begin in `tokens`, and where the last's end.
    """

    cues: Rows
    tokens: Rows
    owner: Rows
    starts: Rows


@dataclass(frozen=True, slots=True)
class Ways:
    """How the tree leads from a cue to each of the words around it.

    Attributes:
        level: how far above the cue the way leaves; -1 where the tree does not lead there.
        top: the word below which it goes on: itself at the level, else the top of a branch.
        second: the second word of the way down, or -1.
        itself: whether the word is the cue, or above it.
    """

    level: Rows
    top: Rows
    second: Rows
    itself: npt.NDArray[np.bool_]


class Ground:
    """The words of some documents as arrays, one document after the other.

    Args:
        views: the documents as the scorer sees them.

    Attributes:
        tokens, sentences: of all the documents.
        first: number of each document's first word.
        before, after: number of the word beside each; that of all words where none is.
        sentence, paragraph: of each word, numbered through; so that no paragraph of another
            document stands beside one, some numbers are left out.
        roots: number of each sentence's root.
        head, depth, root: of each word in its tree.
        quoted, uttered: whether each word stands in a quotation, and in one apart.
    """

    def __init__(self, views: Sequence[View]) -> None:
        docs = [view.doc for view in views]
        self.tokens = [t for doc in docs for t in doc.tokens]
        self.sentences = [s for doc in docs for s in doc.sentences]
        sizes = [len(doc.tokens) for doc in docs]
        starts = _starts(sizes)
        self.first = starts[:-1]
        nothing = len(self.tokens)
        self.before = np.arange(nothing) - 1
        self.after = self.before + 2
        filled = np.array(sizes, dtype=np.intp) > 0
        self.before[self.first[filled]] = nothing
        self.after[starts[1:][filled] - 1] = nothing
        self._number(docs, sizes)
        self.head = np.array([t.head.i for t in self.tokens], dtype=np.intp)
        self.head += np.repeat(self.first, sizes)
        self.depth, self.root = _depths(self.head)
        self.quoted = np.array([n >= 0 for view in views for n in view.quote], dtype=np.bool_)
        apart = [[*(q.apart for q in doc.quotes), False] for doc in docs]  # the last for -1
        told = zip(apart, (view.quote for view in views), strict=True)
        self.uttered = np.array([one[n] for one, quote in told for n in quote], dtype=np.bool_)

    def _number(self, docs: Sequence[Document], sizes: Sequence[int]) -> None:
        """Number the sentences and paragraphs of all the words, and the sentences' roots."""
        sentence = [t.sent for t in self.tokens]
        paragraph = [doc.sentences[t.sent].paragraph for doc in docs for t in doc.tokens]
        spread = [len(doc.sentences) for doc in docs]
        sentences = _starts(spread)[:-1]
        paragraphs = _starts([len(doc.paragraphs) + PARAGRAPHS_BEHIND + 1 for doc in docs])[:-1]
        self.sentence = np.array(sentence, dtype=np.intp) + np.repeat(sentences, sizes)
        self.paragraph = np.array(paragraph, dtype=np.intp) + np.repeat(paragraphs, sizes)
        self.roots = np.array([s.root.i for s in self.sentences], dtype=np.intp)
        self.roots += np.repeat(self.first, spread)

    def around(self, cues: Sequence[int]) -> Around:
        """Return the words that may belong to the cues' statements.

        The cue's paragraph near it, and utterances of the paragraphs beside it.
        """
        found = [self._reach(cue) for cue in cues]
        starts = _starts([len(one) for one in found])
        owner = np.repeat(np.arange(len(found)), np.diff(starts))
        tokens = np.concatenate(found) if found else np.zeros(0, dtype=np.intp)
        return Around(np.array(cues, dtype=np.intp), tokens, owner, starts)

    def _reach(self, cue: int) -> Rows:
        low, high = max(0, cue - REACH), cue + 2 * REACH
        away = self.paragraph[low:high] - self.paragraph[cue]
        beside = self.uttered[low:high] & (away >= -1) & (away <= PARAGRAPHS_BEHIND)
        home = away == 0
        home[cue + REACH + 1 - low :] = False
        beside[away == 0] = False
        return np.flatnonzero(home | beside) + low

    def ways(self, around: Around) -> Ways:
        """Return how the tree leads to each of the words around cues."""
        count = len(around.tokens)
        level, top, second = (np.full(count, -1, dtype=np.intp) for _ in range(3))
        node = around.cues[around.owner]
        todo = np.flatnonzero(self.root[around.tokens] == self.root[node])
        node, here = node[todo], around.tokens[todo]
        below = np.full((2, len(todo)), -1, dtype=np.intp)  # the last words passed on the way up
        for step in range(CHAIN + 1):
            here, below = self._climb(here, below, self.depth[node])
            met = here == node
            done = todo[met]
            level[done], top[done], second[done] = step, below[0, met], below[1, met]
            on = ~met & (self.head[node] != node)
            todo, here, below, node = todo[on], here[on], below[:, on], self.head[node[on]]
        itself = (level >= 0) & (top < 0)
        top[itself] = around.tokens[itself]
        return Ways(level, top, second, itself)

    def _climb(self, here: Rows, below: Rows, depth: Rows) -> tuple[Rows, Rows]:
        """Go up to a depth from each word, with the last two words passed."""
        deep = np.flatnonzero(self.depth[here] > depth)
        while len(deep):
            below[1, deep], below[0, deep] = below[0, deep], here[deep]
            here[deep] = self.head[here[deep]]
            deep = deep[self.depth[here[deep]] > depth[deep]]
        return here, below


def _starts(sizes: Sequence[int]) -> Rows:
    """Return where each of some things in a row begins, and where the last ends."""
    return np.array([0, *accumulate(sizes)], dtype=np.intp)


def _depths(head: Rows) -> tuple[Rows, Rows]:
    """Return how many words stand above each word in its tree, and the topmost of them."""
    here = head
    depth = np.zeros(len(head), dtype=np.intp)
    low = head != np.arange(len(head))
    while low.any():
        depth += low
        above = head[here]
        low = above != here
        here = above
    return depth, here
