"""A small transformer encoder that types a marked pair, in numpy.

Six layers of MiniLM (Wang et al. 2020; the sentence-transformers model all-MiniLM-L6-v2, Apache
2.0), trained further on pairs by bench/train_typing.py. Weights are kept as multiples of a step
per row and restored once when loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dragoman.extract.typing_store import (
    Array,
    Floats,
    load_arrays,
    restore,
    softmax,
    unpack_lines,
)
from dragoman.extract.typing_wordpiece import Marked, WordPieces
from dragoman.records import Span

HEADS = 12
EPSILON = 1e-12
AT_ONCE = 16
MASKED = np.float32(-1e9)

Pair = tuple[str, Span | None, Span | None]


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """The restored weights and the vocabulary.

    Attributes:
        labels: the labels, in order of columns.
        pieces: cuts text into the encoder's pieces.
        arrays: weights by name, (in, out) each.
        layers: how many layers there are.
        trained_on: hashes of the gold texts it was trained on.
    """

    labels: tuple[str, ...]
    pieces: WordPieces
    arrays: dict[str, Floats]
    layers: int
    trained_on: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Encoder:
        """Read and restore the weights.

        Raises:
            OSError: the file cannot be read.
        """
        return cls.from_arrays(load_arrays(path))

    @classmethod
    def from_arrays(cls, stored: dict[str, Array]) -> Encoder:
        """Restore the weights from their stored form (see bench/train_typing.py)."""
        arrays: dict[str, Floats] = {}
        for name, array in stored.items():
            if name.endswith("/multiples"):
                base = name.removesuffix("/multiples")
                full = restore(array, stored[f"{base}/step"])
                arrays[base] = full if base == "words" else np.ascontiguousarray(full.T)
            elif array.dtype.kind == "f" and not name.endswith("/step"):
                arrays[name] = array.astype(np.float32)
        return cls(
            labels=tuple(unpack_lines(stored["labels"])),
            pieces=WordPieces(unpack_lines(stored["pieces"])),
            arrays=arrays,
            layers=sum(name.endswith("/qkv/multiples") for name in stored),
            trained_on=frozenset(unpack_lines(stored["trained_on"])),
        )

    def probabilities(self, pairs: Sequence[Pair]) -> Floats:
        """Return (pairs, labels): the probability of each label for each marked pair.

        An item's figures do not depend on what else is in the batch beyond rounding; items are
        batched by length so that little is padded.
        """
        marked = [self.pieces.mark(*pair) for pair in pairs]
        found = np.zeros((len(pairs), len(self.labels)), dtype=np.float32)
        order = sorted(range(len(pairs)), key=lambda n: (len(marked[n].ids), marked[n].ids))
        for start in range(0, len(order), AT_ONCE):
            rows = order[start : start + AT_ONCE]
            found[rows] = softmax(self._logits([marked[n] for n in rows]))
        return found

    def _logits(self, batch: Sequence[Marked]) -> Floats:
        longest = max(len(item.ids) for item in batch)
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        present = np.zeros((len(batch), longest), dtype=np.float32)
        for n, item in enumerate(batch):
            ids[n, : len(item.ids)] = item.ids
            present[n, : len(item.ids)] = 1
        hidden = self.arrays["words"][ids] + self.arrays["places"][:longest]
        hidden = self._norm(hidden, "norm")
        blocked = (1 - present)[:, None, None, :] * MASKED
        for layer in range(self.layers):
            hidden = self._layer(hidden, blocked, f"{layer}")
        rows = np.arange(len(batch))
        mean = (hidden * present[..., None]).sum(1) / present.sum(1, keepdims=True)
        sides = [hidden[rows, [getattr(item, s) for item in batch]] for s in ("source", "target")]
        joined = np.concatenate([hidden[:, 0], mean, *sides], axis=1)
        return self._dense(np.tanh(self._dense(joined, "head")), "out")

    def _layer(self, hidden: Floats, blocked: Floats, name: str) -> Floats:
        items, length, width = hidden.shape
        shape = (items, length, 3, HEADS, width // HEADS)
        query, key, value = (
            self._dense(hidden, f"{name}/qkv").reshape(shape).transpose(2, 0, 3, 1, 4)
        )
        scale = np.float32(1 / np.sqrt(width // HEADS))
        weights = softmax(query @ key.transpose(0, 1, 3, 2) * scale + blocked)
        mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(items, length, width)
        hidden = self._norm(hidden + self._dense(mixed, f"{name}/mix"), f"{name}/norm1")
        inner = _gelu(self._dense(hidden, f"{name}/up"))
        return self._norm(hidden + self._dense(inner, f"{name}/down"), f"{name}/norm2")

    def _dense(self, x: Floats, name: str) -> Floats:
        found: Floats = x @ self.arrays[name] + self.arrays[f"{name}/bias"]
        return found

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + EPSILON)
        found: Floats = (
            centred / spread * self.arrays[f"{name}/scale"] + self.arrays[f"{name}/bias"]
        )
        return found


def _gelu(x: Floats) -> Floats:
    """The Gaussian error linear unit, in its tanh form (Hendrycks and Gimpel 2016)."""
    found: Floats = 0.5 * x * (1 + np.tanh(np.float32(0.7978845608) * (x + 0.044715 * x * x * x)))
    return found
