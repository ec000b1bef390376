"""The learned scorer of attribution: three linear models over words, run with numpy alone.

Trained by `python bench/train_attribution.py`; the weights are dragoman/weights/attribution.npz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
HEAD_BONUS = 3.0  # log odds that the head of a cue is part of it
LOWEST = 0.2  # probability below which a cue is not looked at
ROLES = ("none", "source", "cue", "content")
WEIGHTS = Path(__file__).parents[1] / "weights" / "attribution.npz"


@dataclass(slots=True)
class Linear:
    """A linear model: the row of each feature, its weights (features × classes), the bias."""

    rows: dict[str, int]
    weights: Floats
    bias: Floats

    def scores(self, features: Sequence[Sequence[str]]) -> Floats:
        """Return the scores (items × classes) of items given by their features."""
        return np.asarray(self.sums(features) + self.bias, dtype=np.float32)

    def sums(self, features: Sequence[Sequence[str]]) -> Floats:
        """Return the summed weights (items × classes) of items' features, without the bias."""
        known = self.rows.get
        last = len(self.weights) - 1  # a row of zeros
        flat: list[int] = []
        starts: list[int] = []
        for names in features:
            starts.append(len(flat))
            flat.append(last)
            flat += [row for name in names if (row := known(name)) is not None]
        if not starts:
            return np.zeros((0, len(self.bias)), dtype=np.float32)
        return np.add.reduceat(self.weights[flat], starts, axis=0)


@dataclass(slots=True)
class SpeechModel:
    """The models with what was set on held-out folds.

    Attributes:
        cue: scores whether a token is the head of a cue, at first sight.
        recue: scores it again, seeing the first scores around it.
        role: scores the part (`ROLES`) of a token in a cue's statement.
        cuts: for each part, the probability (of the cue, times that of the part) from which a
            word is taken for it; the first (none) is not used.
        steps: log weights (4 × 4) of going from one part to the next.
        seen: first 8 bytes (hex) of the SHA-256 of each text it was trained on.
    """

    cue: Linear
    recue: Linear
    role: Linear
    cuts: Floats
    steps: Floats
    seen: frozenset[str]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> SpeechModel:
        """Read the weights.

        Raises:
            OSError: the file is missing.
        """
        with np.load(path, allow_pickle=False) as data:
            return cls(
                _linear(data, "cue"),
                _linear(data, "recue"),
                _linear(data, "role"),
                np.asarray(data["cuts"], dtype=np.float32),
                np.asarray(data["steps"], dtype=np.float32),
                frozenset(data["seen"].tobytes().decode("ascii").split()),
            )

    def save(self, path: Path) -> None:
        """Write the weights, in the same bytes for the same weights."""
        packed: dict[str, Any] = {
            "cuts": self.cuts,
            "steps": self.steps,
            "seen": np.frombuffer(" ".join(sorted(self.seen)).encode("ascii"), dtype=np.uint8),
        }
        for name, model in (("cue", self.cue), ("recue", self.recue), ("role", self.role)):
            names = sorted(model.rows, key=model.rows.__getitem__)
            packed[f"{name}_names"] = np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
            packed[f"{name}_weights"] = model.weights.astype(np.float16)
            packed[f"{name}_bias"] = model.bias
        np.savez_compressed(path, **packed)


def _linear(data: Any, name: str) -> Linear:
    names = data[f"{name}_names"].tobytes().decode("utf-8").split("\n")
    return Linear(
        {feature: n for n, feature in enumerate(names)},
        np.asarray(data[f"{name}_weights"], dtype=np.float32),
        np.asarray(data[f"{name}_bias"], dtype=np.float32),
    )


@lru_cache(maxsize=1)
def shipped() -> SpeechModel:
    """Return the weights that come with Dragoman, loaded once."""
    return SpeechModel.load()


def probability(scores: Floats) -> Floats:
    """Return the logistic function of the scores."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), dtype=np.float32)


def part_scores(scores: Floats, cue: int, likely: float, cuts: Floats) -> Floats:
    """Return log scores of each part of each token, weighed by the probability of the cue.

    Args:
        scores: raw scores (tokens × parts).
        cue: row of the cue's own head, which is more surely a cue than the model sees.
        likely: probability that the cue is one.
        cuts: `SpeechModel.cuts`.
    """
    raised = scores.copy()
    raised[cue, ROLES.index("cue")] += HEAD_BONUS
    raised -= raised.max(axis=1, keepdims=True)
    shares = np.exp(raised)
    shares /= shares.sum(axis=1, keepdims=True)
    weighed = likely * shares / cuts
    weighed[:, 0] = 1.0
    return np.asarray(np.log(weighed + 1e-9), dtype=np.float32)


def best_paths(scores: Sequence[Floats], steps: Floats) -> list[list[int]]:
    """Return the best sequence of parts for each of several items, by Viterbi's algorithm.

    Args:
        scores: for each item the log scores (tokens × parts).
        steps: log weights (parts × parts) of going from one part to the next.
    """
    order = sorted(range(len(scores)), key=lambda n: -len(scores[n]))
    lengths = [len(scores[n]) for n in order]
    if not lengths or not lengths[0]:
        return [[] for _ in scores]
    padded = np.zeros((lengths[0], len(order), len(steps)), dtype=np.float32)
    for column, n in enumerate(order):
        padded[: lengths[column], column] = scores[n]
    came = np.zeros(padded.shape, dtype=np.intp)
    best = padded[0]
    active = len(order)
    for row in range(1, lengths[0]):
        while lengths[active - 1] <= row:
            active -= 1
        paths = best[:active, :, None] + steps
        came[row, :active] = paths.argmax(axis=1)
        best[:active] = paths.max(axis=1) + padded[row, :active]
    ends = best.argmax(axis=1)
    found: list[list[int]] = [[] for _ in scores]
    for column, n in enumerate(order):
        found[n] = _trace(came[: lengths[column], column], int(ends[column]))
    return found


def _trace(came: Any, last: int) -> list[int]:
    """Follow the parts back from the last."""
    if not len(came):
        return []
    path = [last]
    for row in came[:0:-1].tolist():
        path.append(row[path[-1]])
    return path[::-1]
