"""A linear model over string features: multinomial logistic regression, applied with numpy."""

from __future__ import annotations

from collections.abc import Sequence
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

    def scores(self, features: Sequence[str]) -> Floats:
        """Return the log-odds of each label for one item's features."""
        known = self.index.get
        rows = sorted({row for feature in features if (row := known(feature)) is not None})
        values = self.rarity[rows]
        length = np.float32(float(np.sqrt((values * values).sum())) or 1.0)
        found = (values / length) @ self.weights[rows] + self.bias
        return found.astype(np.float32)

    def probabilities(self, items: Sequence[Sequence[str]]) -> Floats:
        """Return (items, labels): the probability of each label for each item."""
        if not items:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        return softmax(np.stack([self.scores(features) for features in items]))

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
