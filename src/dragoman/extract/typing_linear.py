"""A linear model over string features: multinomial logistic regression, applied with numpy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dragoman.extract.typing_features import NGrams, known_ngrams
from dragoman.extract.typing_store import (
    Array,
    Floats,
    load_arrays,
    pack_lines,
    save_arrays,
    softmax,
    unpack_lines,
)

_AT_ONCE = 1_000  # items, so that memory is bounded


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Weights of features per label, with how rare each feature is.

    Attributes:
        labels: the labels, in order of columns.
        index: row of each feature.
        rarity: (features,) inverse document frequency.
        weights, bias: (features, labels) and (labels,).
        trained_on: hashes of the gold texts it was trained on.
        ngrams: the words in a row that its features tell of.
    """

    labels: tuple[str, ...]
    index: dict[str, int]
    rarity: Floats
    weights: Floats
    bias: Floats
    trained_on: frozenset[str]
    ngrams: NGrams = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ngrams", known_ngrams(self.index))

    def scores(self, items: Sequence[Collection[str]]) -> Floats:
        """Return (items, labels): the log-odds of each label for each item.

        Args:
            items: the features of each, none of them twice; their order changes nothing.
        """
        if len(items) > _AT_ONCE:
            parts = (items[n : n + _AT_ONCE] for n in range(0, len(items), _AT_ONCE))
            return np.concatenate([self.scores(part) for part in parts])
        known = self.index.get
        flat: list[int] = []
        starts: list[int] = []
        for features in items:
            starts.append(len(flat))
            flat.append(0)  # stands for nothing, so that no item is empty
            flat += sorted([row for name in features if (row := known(name)) is not None])
        if not starts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        values = self.rarity[flat]
        values[starts] = 0.0
        length = np.sqrt(np.add.reduceat(values * values, starts))[:, None]
        sums = np.add.reduceat(self.weights[flat] * values[:, None], starts, axis=0)
        found = sums / np.where(length > 0.0, length, 1.0) + self.bias
        return found.astype(np.float32)

    def probabilities(self, items: Sequence[Collection[str]]) -> Floats:
        """Return (items, labels): the probability of each label for each item."""
        return softmax(self.scores(items)) if items else self.scores(items)

    def save(self, path: Path) -> None:
        """Write the model, weights rounded to half precision.

        Raises:
            OSError: the file cannot be written.
        """
        arrays: dict[str, Array] = {
            "labels": pack_lines(self.labels),
            "features": pack_lines(sorted(self.index, key=self.index.__getitem__)),
            "rarity": self.rarity.astype(np.float16),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "trained_on": pack_lines(sorted(self.trained_on)),
        }
        save_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Linear:
        """Read a model that `save` wrote.

        Raises:
            OSError: the file cannot be read.
        """
        stored = load_arrays(path)
        return cls(
            labels=tuple(unpack_lines(stored["labels"])),
            index={name: n for n, name in enumerate(unpack_lines(stored["features"]))},
            rarity=stored["rarity"].astype(np.float32),
            weights=stored["weights"].astype(np.float32),
            bias=stored["bias"].astype(np.float32),
            trained_on=frozenset(unpack_lines(stored["trained_on"])),
        )
