"""A second look at the parts around a cue: what the first look made of the words beside.

The first look scores every word for itself. Here a small network with one hidden layer sees the
first shares of a word together with those of its neighbours, its head, its sentence and the
other cues that want it (stacked learning, Wolpert 1992; for sequences Cohen and Carvalho 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dragoman.extract.speech_features import View
from dragoman.extract.speech_model import ROLES, Floats

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
class FirstLook:
    """What was made at first of the words around one cue.

    Attributes:
        cue: index of the cue's head in the document.
        likely: probability that it is a cue.
        tokens: indexes of the words around it, in order of the text.
        shares: shares of the parts (tokens × parts, each row sums to one).
    """

    cue: int
    likely: float
    tokens: npt.NDArray[np.intp]
    shares: Floats


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

    def columns(self, looks: Sequence[FirstLook]) -> list[Floats]:
        """Return the network's input (tokens × columns) for each cue of the document."""
        rivals = self._rivals(looks)
        return [self._columns(look, rival) for look, rival in zip(looks, rivals, strict=True)]

    def _rivals(self, looks: Sequence[FirstLook]) -> list[Floats]:
        """How strongly the other cues want each word, as content and as source."""
        best = np.zeros((2, len(self.head), 2), dtype=np.float32)  # the best and the next best
        holder = np.full((len(self.head), 2), -1)
        for n, look in enumerate(looks):
            wanted = look.likely * look.shares[:, [_CONTENT, _SOURCE]]
            first, at = best[0, look.tokens], holder[look.tokens]
            better = wanted > first
            best[1, look.tokens] = np.where(better, first, np.maximum(best[1, look.tokens], wanted))
            best[0, look.tokens] = np.where(better, wanted, first)
            holder[look.tokens] = np.where(better, n, at)
        return [
            np.where(holder[look.tokens] == n, best[1, look.tokens], best[0, look.tokens])
            for n, look in enumerate(looks)
        ]

    def _columns(self, look: FirstLook, rival: Floats) -> Floats:
        at, shares, size = look.tokens, look.shares, len(look.tokens)
        logs = np.log(np.maximum(shares, _LEAST))
        sentence = self.sentence[at]
        starts = np.concatenate(([True], sentence[1:] != sentence[:-1]))
        ends = np.concatenate((starts[1:], [True]))
        distance = at - look.cue
        odds = np.log(look.likely / (1.0 - look.likely + 1e-6))
        lengths = shares[:, 1:].sum(axis=0) / _LONG
        parts = [
            logs,
            *(_shifted(logs, step) for step in _BESIDE),
            logs[_row_of_head(at, self.head[at])],
            _means_by(sentence, shares) * _SCALE,
            _means_around(shares) * _SCALE,
            rival,
            self.flags[at],
            starts[:, None],
            ends[:, None],
            (np.sign(distance) * np.log1p(np.abs(distance)) / _SCALE)[:, None],
            (sentence == self.sentence[look.cue])[:, None],
            np.full((size, 1), odds),
            np.tile(lengths, (size, 1)),
            (distance == 0)[:, None],
        ]
        return np.concatenate([part.astype(np.float32) for part in parts], axis=1)


def _shifted(logs: Floats, step: int) -> Floats:
    """Return the rows so many places further; beyond the ends a word has no part."""
    out = np.full_like(logs, -1.0)
    out[:, 0] = 0.0
    if step > 0:
        out[:-step] = logs[step:]
    else:
        out[-step:] = logs[:step]
    return out


def _row_of_head(at: npt.NDArray[np.intp], head: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the row of each word's head; its own where the head is not among the words."""
    rows = np.minimum(np.searchsorted(at, head), len(at) - 1)
    return np.where(at[rows] == head, rows, np.arange(len(at)))


def _means_by(group: npt.NDArray[np.intp], shares: Floats) -> Floats:
    """Return for each row the mean of the rows of its group."""
    _, row, count = np.unique(group, return_inverse=True, return_counts=True)
    sums = np.zeros((len(count), shares.shape[1]), dtype=np.float32)
    np.add.at(sums, row, shares)
    return np.asarray((sums / count[:, None])[row], dtype=np.float32)


def _means_around(shares: Floats) -> Floats:
    """Return the mean of each row and those near it."""
    size = len(shares)
    sums = np.concatenate((np.zeros((1, shares.shape[1])), shares.cumsum(axis=0, dtype=np.float64)))
    low = np.maximum(np.arange(size) - _AROUND, 0)
    high = np.minimum(np.arange(size) + _AROUND + 1, size)
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None], dtype=np.float32)
