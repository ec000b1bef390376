"""The names that spaCy's greedy recogniser finds, by matrix products instead of step by step.

The recogniser (transitions Begin, In, Last, Unit and Out; Lample et al. 2016) looks at three
words: the one at hand, the first of the name that is open, and the one before it. Where no name
is open its scores hang on the word at hand alone, so that those of a whole report are one matrix
product; only what may follow a Begin is scored after it, for all Begins of the report together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.language.quick_product import Weights

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Name = tuple[int, int, str]  # first token, one past the last, label
_SEES = 3  # words that a state looks at
_SENTENCE_STARTS = 1


class Names:
    """A loaded recogniser of names, run the quick way.

    Args:
        pipe: spaCy's pipe; its model is read, not changed.

    Raises:
        ValueError: it is built in another way.
    """

    def __init__(self, pipe: Any) -> None:
        model = pipe.model
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        if pipe.cfg.get("beam_width", 1) != 1 or model.attrs.get("unseen_classes"):
            raise ValueError("the recogniser searches in another way")
        if not model.attrs.get("has_upper") or lower.get_dim("nF") != _SEES:
            raise ValueError("the recogniser looks at other words")
        self._vectors = model.get_ref("tok2vec")
        weights = lower.get_param("W")  # (words seen, units, pieces, width)
        units, pieces = weights.shape[1:3]
        self._shape = (units, pieces)
        self._seen = [
            Weights(part.transpose(2, 1, 0).reshape(weights.shape[3], -1)) for part in weights
        ]
        nothing = np.asarray(lower.get_param("pad"))[0].transpose(0, 2, 1).reshape(_SEES, -1)
        self._bias = np.ascontiguousarray(lower.get_param("b").T).reshape(-1)
        self._closed = nothing[1] + nothing[2] + self._bias
        self._ends, self._last_bias = upper.get_param("W"), upper.get_param("b")
        self._last = Weights(self._ends.T)
        moves = pipe.moves
        self._number_moves([moves.get_class_name(n) for n in range(moves.n_moves)])

    def _number_moves(self, moves: list[str]) -> None:
        """Divide the transitions by kind.

        Raises:
            ValueError: a Begin has no In or Last, or there are transitions of other kinds.
        """
        kinds = [move.partition("-")[0] for move in moves]
        if set(kinds) != {"B", "I", "L", "U", "O"}:
            raise ValueError(f"other transitions: {sorted(set(kinds))}")
        self._labels = [move.partition("-")[2] for move in moves]
        self._out = moves.index("O")
        self._begins = np.array([kind == "B" for kind in kinds])
        # "U-" without a label blocks a name that was set before; there is none
        self._inner = np.array([m[:2] in ("I-", "L-") or m == "U-" for m in moves])
        following = [
            (moves.index(f"I-{label}"), moves.index(f"L-{label}")) if kind == "B" else (0, 0)
            for kind, label in zip(kinds, self._labels, strict=True)
        ]
        self._following = np.array(following, np.intp)

    def __call__(self, docs: list[Any]) -> list[list[Name]]:
        """Return the names of each document, in order; its sentences must be parted already."""
        sizes = [len(doc) for doc in docs]
        if not sum(sizes):
            return [[] for _ in docs]
        words = np.concatenate([doc.to_array(["SENT_START", "IS_SPACE"]) for doc in docs])
        goes_on = np.append(words[1:, 0] != _SENTENCE_STARTS, False)
        ends = np.cumsum(sizes)
        goes_on[ends[ends > 0] - 1] = False  # a name ends with its document
        vectors = self._vectors.predict(docs)
        chosen = self._choose(vectors, goes_on, words[:, 1] != 0)
        past = self._close(vectors, goes_on, chosen)
        return [
            self._told(chosen, past, int(end) - size, int(end))
            for size, end in zip(sizes, ends, strict=True)
        ]

    def _choose(self, vectors: Floats, goes_on: Any, space: Any) -> Rows:
        """Return the transition of each word where no name is open."""
        scores = self._hidden(self._seen[0].under(vectors) + self._closed)
        scores = self._last.under(scores)
        scores += self._last_bias
        scores[:, self._inner] = -np.inf
        scores[np.ix_(~goes_on, self._begins)] = -np.inf
        chosen = scores.argmax(axis=1)
        chosen[space] = self._out
        return np.asarray(chosen, dtype=np.intp)

    def _close(self, vectors: Floats, goes_on: Any, chosen: Rows) -> dict[int, int]:
        """Return one past the last word of the name that would begin at each Begin."""
        past: dict[int, int] = {}
        starts = np.flatnonzero(self._begins[chosen])
        first = self._seen[1].under(vectors[starts]) + self._bias
        at = starts + 1
        while len(starts):
            state = first + self._seen[0].under(vectors[at])
            state += self._seen[2].under(vectors[at - 1])
            hidden = self._hidden(state)
            goes, ends = self._following[chosen[starts]].T
            more = np.einsum("ij,ij->i", hidden, self._ends[goes]) + self._last_bias[goes]
            done = np.einsum("ij,ij->i", hidden, self._ends[ends]) + self._last_bias[ends]
            open_ = goes_on[at] & (more >= done)
            past.update(zip(starts[~open_].tolist(), (at[~open_] + 1).tolist(), strict=True))
            starts, first, at = starts[open_], first[open_], at[open_] + 1
        return past

    def _hidden(self, state: Floats) -> Floats:
        """Return the units' values: the greatest of each unit's pieces."""
        units, pieces = self._shape
        blocks = state.reshape(len(state), pieces, units)
        return np.asarray(blocks.max(axis=1), dtype=np.float32)

    def _told(self, chosen: Rows, past: dict[int, int], start: int, end: int) -> list[Name]:
        """Return the names of the document that has these words."""
        found: list[Name] = []
        free = start
        for at in (np.flatnonzero(chosen[start:end] != self._out) + start).tolist():
            if at >= free:
                free = past.get(at, at + 1)
                found.append((at - start, free - start, self._labels[chosen[at]]))
        return found
