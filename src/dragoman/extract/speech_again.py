"""A second look at the parts around a cue: what the first look made of the words beside.

The first look scores every word for itself. Here a small network with one hidden layer sees the
first shares of a word together with those of its neighbours, its head, its sentence and the
other cues that want it (stacked learning, Wolpert 1992; for sequences Cohen and Carvalho 2005).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dragoman.extract.speech_ground import Around, Ground, Rows
from dragoman.extract.speech_model import ROLES, Floats

CUES_AT_ONCE = 128
_SOURCE, _CONTENT = ROLES.index("source"), ROLES.index("content")
_LEAST = 1e-4  # shares below are all alike
_BESIDE = (-2, -1, 1, 2)
_AROUND = 4  # words to each side whose mean share is seen
_UNITS = np.float32(2**24)  # of a share, where shares are added up in whole numbers
_SCALE = 3.0  # brings means and distances to the size of the other columns
_LONG = 20  # words of a part, for its length
KINDS = (
    frozenset({"PUNCT"}),
    frozenset({"ADP"}),
    frozenset({"NOUN", "PROPN"}),
    frozenset({"VERB", "AUX"}),
)
_KIND_OF = {pos: n for n, kind in enumerate(KINDS) for pos in kind}


@dataclass(frozen=True, slots=True)
class FirstLooks:
    """What was made at first of the words around the cues of documents, cue after cue.

    Attributes:
        around: the words.
        likely: probability of each cue that it is one.
        shares: shares of the parts (words × parts, each row sums to one).
    """

    around: Around
    likely: Floats
    shares: Floats

    def part(self, first: int, last: int) -> FirstLooks:
        """Return those of the cues from one to before another."""
        starts = self.around.starts
        rows = slice(starts[first], starts[last])
        around = Around(
            self.around.cues[first:last],
            self.around.tokens[rows],
            self.around.owner[rows] - first,
            starts[first : last + 1] - starts[first],
        )
        return FirstLooks(around, self.likely[first:last], self.shares[rows])


class Surroundings:
    """What the second look sees of documents, whichever the cue.

    Args:
        ground: the documents as arrays.
    """

    def __init__(self, ground: Ground) -> None:
        self.sentence, self.head = ground.sentence, ground.head
        kind = np.array([_KIND_OF.get(t.pos, -1) for t in ground.tokens], dtype=np.intp)
        kinds = (kind == n for n in range(len(KINDS)))
        self.flags = np.array([ground.quoted, *kinds], dtype=np.float32).T

    def columns(self, looks: FirstLooks) -> Iterator[Floats]:
        """Yield the network's input (tokens × columns), for some cues after the others."""
        rivals = _rivals(looks)
        starts = looks.around.starts
        for first in range(0, len(looks.likely), CUES_AT_ONCE):
            last = min(first + CUES_AT_ONCE, len(looks.likely))
            rows = slice(starts[first], starts[last])
            yield self._columns(looks.part(first, last), rivals[rows])

    def _columns(self, looks: FirstLooks, rivals: Floats) -> Floats:
        around, shares = looks.around, looks.shares
        at, owner, cues = around.tokens, around.owner, around.cues
        logs = np.log(np.maximum(shares, _LEAST))
        sentence = self.sentence[at]
        group = owner * (len(self.sentence) + 1) + sentence
        begins = np.concatenate(([True], group[1:] != group[:-1]))
        ends = np.concatenate((begins[1:], [True]))
        distance = at - cues[owner]
        odds = np.log(looks.likely / (1.0 - looks.likely + 1e-6))
        lengths = np.add.reduceat(shares[:, 1:], around.starts[:-1], axis=0) / _LONG
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
            (sentence == self.sentence[cues][owner])[:, None],
            odds[owner][:, None],
            lengths[owner],
            (distance == 0)[:, None],
        ]
        return np.concatenate([part.astype(np.float32) for part in parts], axis=1)


def _rivals(looks: FirstLooks) -> Floats:
    """Return how strongly the other cues want each word, as content and as source."""
    around = looks.around
    wanted = looks.likely[around.owner][:, None] * looks.shares[:, [_CONTENT, _SOURCE]]
    columns = [_best_of_others(around.tokens, column) for column in wanted.T]
    return np.stack(columns, axis=1)


def _best_of_others(word: Rows, wanted: Floats) -> Floats:
    """Return for each item the most that another wants the same word; 0 where none does.

    Args:
        word: number of each item's word.
        wanted: how strongly each wants it, from 0.
    """
    best = _most(word, wanted)
    is_best = wanted == best[word]
    alone = np.bincount(word, weights=is_best)[word] == 1
    others = _most(word, np.where(is_best, np.float32(0.0), wanted))
    return np.where(is_best & alone, others[word], best[word])


def _most(word: Rows, wanted: Floats) -> Floats:
    """Return the most that any item wants each word."""
    most = np.zeros(int(word.max(initial=-1)) + 1, dtype=np.float32)
    np.maximum.at(most, word, wanted)
    return most


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
    owner, starts = looks.around.owner, looks.around.starts
    whole = np.rint(looks.shares * _UNITS).astype(np.int64)  # added up alike whatever is before
    sums = np.concatenate((np.zeros((1, whole.shape[1]), np.int64), whole.cumsum(axis=0)))
    place = np.arange(len(whole))
    low = np.maximum(place - _AROUND, starts[owner])
    high = np.minimum(place + _AROUND + 1, starts[owner + 1])
    return np.asarray((sums[high] - sums[low]) / ((high - low) * _UNITS)[:, None], dtype=np.float32)
