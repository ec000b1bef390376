"""A second look at the parts around a cue: what the first look made of the words beside.

The first look scores every word for itself. Here a small network with one hidden layer sees the
first shares of a word together with those of its neighbours, its head, its sentence and the
other cues that want it (stacked learning, Wolpert 1992; for sequences Cohen and Carvalho 2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_features import View
from dragoman.extract.speech_model import ROLES, Floats

Rows = npt.NDArray[np.intp]
CUES_AT_ONCE = 512
_SOURCE, _CONTENT = ROLES.index("source"), ROLES.index("content")
_LEAST = 1e-4  # shares below are all alike
_BESIDE = (-2, -1, 1, 2)
_AROUND = 4  # words to each side whose mean share is seen
_SCALE = 3.0  # brings means and distances to the size of the other columns
_LONG = 20  # words of a part, for its length
KINDS = (
    frozenset({"PUNCT"}),
    frozenset({"ADP"}),
    frozenset({"NOUN", "PROPN"}),
    frozenset({"VERB", "AUX"}),
)


@dataclass(frozen=True, slots=True)
class FirstLooks:
    """What was made at first of the words around the cues of a document, cue after cue.

    Attributes:
        cues: index of each cue's head in the document.
        likely: probability of each that it is a cue.
        tokens: indexes of the words around them, in order of the text within a cue.
        owner: number of the cue that each of them stands around.
        starts: where the words of each cue begin in `tokens`, and where the last's end.
        shares: shares of the parts (tokens × parts, each row sums to one).
    """

    cues: Rows
    likely: Floats
    tokens: Rows
    owner: Rows
    starts: Rows
    shares: Floats

    @classmethod
    def of(
        cls,
        cues: Sequence[int],
        likely: Sequence[float],
        tokens: Sequence[int],
        starts: Sequence[int],
        shares: Floats,
    ) -> FirstLooks:
        """Put them together; `starts` has one more than there are cues."""
        bounds = np.array(starts, dtype=np.intp)
        return cls(
            np.array(cues, dtype=np.intp),
            np.array(likely, dtype=np.float32),
            np.array(tokens, dtype=np.intp),
            np.repeat(np.arange(len(cues)), np.diff(bounds)),
            bounds,
            shares,
        )

    def part(self, first: int, last: int) -> FirstLooks:
        """Return those of the cues from one to before another."""
        rows = slice(self.starts[first], self.starts[last])
        return FirstLooks(
            self.cues[first:last],
            self.likely[first:last],
            self.tokens[rows],
            self.owner[rows] - first,
            self.starts[first : last + 1] - self.starts[first],
            self.shares[rows],
        )


class Surroundings:
    """What the second look sees of a document, whichever the cue.

    Args:
        view: the document as the scorer sees it.
    """

    def __init__(self, view: View) -> None:
        tokens = view.doc.tokens
        self.sentence = np.array([t.sent for t in tokens], dtype=np.intp)
        self.head = np.array([t.head.i for t in tokens], dtype=np.intp)
        quoted = [view.quote[t.i] >= 0 for t in tokens]
        kinds = [[t.pos in kind for t in tokens] for kind in KINDS]
        self.flags = np.array([quoted, *kinds], dtype=np.float32).T

    def columns(self, looks: FirstLooks) -> Iterator[Floats]:
        """Yield the network's input (tokens × columns), for some cues after the others."""
        rivals = _rivals(looks)
        for first in range(0, len(looks.cues), CUES_AT_ONCE):
            last = min(first + CUES_AT_ONCE, len(looks.cues))
            rows = slice(looks.starts[first], looks.starts[last])
            yield self._columns(looks.part(first, last), rivals[rows])

    def _columns(self, looks: FirstLooks, rivals: Floats) -> Floats:
        at, owner, shares = looks.tokens, looks.owner, looks.shares
        logs = np.log(np.maximum(shares, _LEAST))
        sentence = self.sentence[at]
        group = owner * (len(self.sentence) + 1) + sentence
        begins = np.concatenate(([True], group[1:] != group[:-1]))
        ends = np.concatenate((begins[1:], [True]))
        distance = at - looks.cues[owner]
        odds = np.log(looks.likely / (1.0 - looks.likely + 1e-6))
        lengths = np.add.reduceat(shares[:, 1:], looks.starts[:-1], axis=0) / _LONG
        parts = [
            logs,
            *(_shifted(logs, owner, step) for step in _BESIDE),
            logs[_row_of_head(owner * len(self.head) + at, owner * len(self.head) + self.head[at])],
            _means_by(group, shares) * _SCALE,
            _means_around(looks) * _SCALE,
            rivals,
            self.flags[at],
            begins[:, None],
            ends[:, None],
            (np.sign(distance) * np.log1p(np.abs(distance)) / _SCALE)[:, None],
            (sentence == self.sentence[looks.cues][owner])[:, None],
            odds[owner][:, None],
            lengths[owner],
            (distance == 0)[:, None],
        ]
        return np.concatenate([part.astype(np.float32) for part in parts], axis=1)


def _rivals(looks: FirstLooks) -> Floats:
    """Return how strongly the other cues want each word, as content and as source."""
    wanted = looks.likely[looks.owner][:, None] * looks.shares[:, [_CONTENT, _SOURCE]]
    columns = [_best_of_others(looks.tokens, column) for column in wanted.T]
    return np.stack(columns, axis=1)


def _best_of_others(word: Rows, wanted: Floats) -> Floats:
    """Return for each item the most that another wants the same word; 0 where none does."""
    order = np.lexsort((-wanted, word))
    sorted_words, falling = word[order], wanted[order]
    first = np.concatenate(([True], sorted_words[1:] != sorted_words[:-1]))
    start = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    after = start + 1
    several = np.append(after[:-1] < start[1:], after[-1] < len(word))
    second = np.where(several, falling[np.minimum(after, len(word) - 1)], np.float32(0.0))
    found = np.empty_like(wanted)
    found[order] = np.where(first, second[group], falling[start][group])
    return found


def _shifted(logs: Floats, owner: Rows, step: int) -> Floats:
    """Return the rows so many places further; beyond the ends of a cue a word has no part."""
    out = np.full_like(logs, -1.0)
    out[:, 0] = 0.0
    here, there = (slice(None, -step), slice(step, None)) if step > 0 else (
        slice(-step, None), slice(None, step)
    )  # fmt: skip
    same = owner[here] == owner[there]
    out[here][same] = logs[there][same]
    return out


def _row_of_head(at: Rows, head: Rows) -> Rows:
    """Return the row of each word's head; its own where the head is not among the words."""
    rows = np.minimum(np.searchsorted(at, head), len(at) - 1)
    return np.where(at[rows] == head, rows, np.arange(len(at)))


def _means_by(group: Rows, shares: Floats) -> Floats:
    """Return for each row the mean of the rows of its group."""
    _, row, count = np.unique(group, return_inverse=True, return_counts=True)
    sums = [np.bincount(row, weights=column, minlength=len(count)) for column in shares.T]
    return np.asarray((np.stack(sums, axis=1) / count[:, None])[row], dtype=np.float32)


def _means_around(looks: FirstLooks) -> Floats:
    """Return the mean of each row and those near it around the same cue."""
    shares, owner = looks.shares, looks.owner
    sums = np.concatenate((np.zeros((1, shares.shape[1])), shares.cumsum(axis=0, dtype=np.float64)))
    place = np.arange(len(shares))
    low = np.maximum(place - _AROUND, looks.starts[owner])
    high = np.minimum(place + _AROUND + 1, looks.starts[owner + 1])
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None], dtype=np.float32)
